"""Gas rows of the token: each operation its own transaction, fresh accounts."""

from __future__ import annotations

from typing import Any

from eth_account.messages import encode_typed_data
from eth_account.signers.local import LocalAccount
from web3.contract import Contract

from bench.gas.chain import PRESET, Chain, full
from mdt.model.reasons import Mint, mask

UNIT = 10**18
DEADLINE = 2**64 - 1
RING_SIZE = 64
AMOUNT = full(10 * UNIT)
ALLOWANCE = full(100 * UNIT)


def measure(chain: Chain) -> dict[str, int]:
    """Rows of the ERC-20 surface, mint and burn, and governance."""
    return measure_transfers(chain) | measure_mint_and_burn(chain) | measure_governance(chain)


def measure_transfers(chain: Chain) -> dict[str, int]:
    """transfer, approve, transferFrom, permit."""
    minter = chain.account()
    token = deploy_token(chain, chain.account(), minter)
    return transfers(chain, token, [funded(chain, token, minter) for _ in range(2)])


def transfers(chain: Chain, token: Contract, holders: list[LocalAccount], domain: dict[str, Any] | None = None) -> dict[str, int]:
    """The rows of any ERC-20 with a permit, two accounts holding some.

    Args:
        chain: Where the token is.
        token: The token.
        holders: Two accounts.
        domain: What permits are signed for, if the token does not say it.
    """
    (holder, other), spender = holders, chain.account()
    return {
        "transfer, recipient holds some": chain.send(token.functions.transfer(other.address, AMOUNT), holder),
        "transfer, new recipient": chain.send(token.functions.transfer(chain.account().address, AMOUNT), holder),
        "approve, from zero": chain.send(token.functions.approve(spender.address, ALLOWANCE), holder),
        "transferFrom, finite allowance": chain.send(token.functions.transferFrom(holder.address, other.address, AMOUNT), spender),
        "permit, first": chain.send(permit_call(token, holder, chain.account().address, ALLOWANCE, domain or domain_of(token)), spender),
    }


def measure_mint_and_burn(chain: Chain) -> dict[str, int]:
    """Mint and burn on a young chain, whose rings of records still fill, and after."""
    owner, minter = chain.account(), chain.account()
    token = deploy_token(chain, owner, minter)
    holder = funded(chain, token, minter)
    chain.send(token.functions.burn(UNIT), holder)
    rows = {
        "mint, young chain": chain.send(token.functions.mint(holder.address, AMOUNT, Mint.GENESIS), minter),
        "burn, young chain": chain.send(token.functions.burn(AMOUNT), holder),
    }
    fill_rings(chain, token, minter)
    rows["mint, holder"] = chain.send(token.functions.mint(holder.address, AMOUNT, Mint.GENESIS), minter)
    rows["burn"] = chain.send(token.functions.burn(AMOUNT), holder)
    spender = chain.account()
    chain.send(token.functions.approve(spender.address, ALLOWANCE), holder)
    rows["burnFrom, finite allowance"] = chain.send(token.functions.burnFrom(holder.address, AMOUNT), spender)
    return rows


def measure_governance(chain: Chain) -> dict[str, int]:
    """Minters, burners, guardian, set-up, ownership."""
    owner, minter, other = chain.account(), chain.account(), chain.account()
    token = deploy_token(chain, owner, minter)
    cap = token.functions.bucket_cap(1).call()
    return {
        "propose_minter, first": chain.send(token.functions.propose_minter(other.address, 1, 0xFF, cap, cap, 86_400), owner),
        "grant_minter, first": chain.send(token.functions.grant_minter(other.address), owner),
        "revoke_minter": chain.send(token.functions.revoke_minter(other.address), owner),
        "set_burner, first": chain.send(token.functions.set_burner(other.address, 0b100), owner),
        "set_guardian": chain.send(token.functions.set_guardian(other.address), owner),
        "finish_setup": chain.send(token.functions.finish_setup(), owner),
        "transfer_ownership": chain.send(token.functions.transfer_ownership(other.address), owner),
        "accept_ownership": chain.send(token.functions.accept_ownership(), other),
        "deploy the token": chain.deploy_gas["MDT"],
    }


def funded(chain: Chain, token: Contract, minter: LocalAccount) -> LocalAccount:
    """A fresh account with 1,000 MDT."""
    account = chain.account()
    chain.send(token.functions.mint(account.address, 1_000 * UNIT, Mint.GENESIS), minter)
    return account


def fill_rings(chain: Chain, token: Contract, minter: LocalAccount) -> None:
    """As many mints and burns as the token keeps records of: from then on a record overwrites one, as in all of a chain's life but its beginning."""
    for _ in range(RING_SIZE):
        chain.send(token.functions.mint(minter.address, UNIT, Mint.GENESIS), minter)
        chain.send(token.functions.burn(UNIT), minter)


def deploy_token(chain: Chain, owner: LocalAccount, minter: LocalAccount) -> Contract:
    """The preset's token, with one minter of the first bucket; or the chain's reference token."""
    if chain.reference:
        return chain.deploy_code("reference token", *chain.reference)
    token = chain.deploy("MDT", owner=owner, guardian=owner)
    allow(chain, token, owner, minter.address, 0, Mint.GENESIS, PRESET.token.buckets.as_list()[0])
    return token


def allow(chain: Chain, token: Contract, owner: LocalAccount, minter: str, bucket: int, reason: Mint, cap: int) -> None:
    """Let an account mint for one reason; the reference token lets everybody."""
    if not chain.reference:
        chain.send(token.functions.propose_minter(minter, bucket, mask(reason), cap, cap, 86_400), owner)
        chain.send(token.functions.grant_minter(minter), owner)


def domain_of(token: Contract) -> dict[str, Any]:
    """What a token says that permits are signed for (EIP-5267)."""
    _, name, version, chain_id, contract, _, _ = token.functions.eip712Domain().call()
    return {"name": name, "version": version, "chainId": chain_id, "verifyingContract": contract}


def permit_call(token: Contract, holder: LocalAccount, spender: str, value: int, domain: dict[str, Any]) -> Any:
    """A permit signed by eth_account."""
    message = {"owner": holder.address, "spender": spender, "value": value, "nonce": token.functions.nonces(holder.address).call(), "deadline": DEADLINE}
    signable = encode_typed_data(
        domain,
        {"Permit": [{"name": field, "type": kind} for field, kind in zip(message, ("address", "address", "uint256", "uint256", "uint256"), strict=True)]},
        message,
    )
    signature = holder.sign_message(signable)
    r, s = (number.to_bytes(32, "big") for number in (signature.r, signature.s))
    return token.functions.permit(holder.address, spender, value, DEADLINE, signature.v, r, s)
