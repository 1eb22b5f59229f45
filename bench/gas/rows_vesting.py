"""Gas rows of vesting: schedules made alone and in a batch, claims, an early end, a new beneficiary. The contract holds tokens of others throughout."""

from __future__ import annotations

from typing import Any

from eth_account.signers.local import LocalAccount

from bench.gas.chain import Chain, full
from bench.gas.rows_token import UNIT, deploy_token
from mdt.model.reasons import Mint
from mdt.model.vesting import MOVE_DELAY
from mdt.units import DAY, YEAR

BATCH = 64
AMOUNT = full(10_500 * UNIT)


def measure(chain: Chain) -> dict[str, int]:
    """Rows of Vesting ; the creator is not the owner, and its allowance is finite."""
    owner, minter, creator, treasury = (chain.account() for _ in range(4))
    token = deploy_token(chain, owner, minter)
    vesting = chain.deploy("Vesting", token=token, treasury=treasury, owner=owner)
    chain.send(vesting.functions.set_creator(creator.address, True), owner)
    for funded in (creator, treasury):
        chain.send(token.functions.mint(funded.address, 10**6 * UNIT, Mint.GENESIS), minter)
    chain.send(token.functions.approve(vesting.address, 10**8 * UNIT), creator)
    rows: dict[str, int] = {}

    def holder() -> LocalAccount:
        account = chain.account()
        chain.send(token.functions.mint(account.address, UNIT, Mint.GENESIS), minter)
        return account

    def terms(beneficiary: LocalAccount) -> tuple[Any, ...]:
        # the team's: a cliff of a year, four years after it, revocable
        return (beneficiary.address, AMOUNT, chain.timestamp + 2 * DAY, YEAR, 5 * YEAR, 0, True, True)

    def create(beneficiary: LocalAccount) -> int:
        return chain.send(vesting.functions.create(terms(beneficiary)), creator)

    def later(seconds: int) -> None:
        chain.travel(seconds)
        chain.mine()

    create(chain.account())
    member, other = holder(), holder()
    rows["vesting: create and fund one schedule"] = create(member)
    rows["create, the second of a beneficiary"] = create(member)
    crowd = [terms(chain.account()) for _ in range(BATCH)]
    rows["create_batch, 64 new beneficiaries, per schedule"] = chain.send(vesting.functions.create_batch(crowd), creator) // BATCH
    later(2 * YEAR)
    rows["vesting: first claim, holder"] = chain.send(vesting.functions.claim(member.address, 0), member)
    later(30 * DAY)
    rows["vesting: later claim"] = chain.send(vesting.functions.claim(member.address, 0), member)
    later(30 * DAY)
    rows["claim a part, for somebody else"] = chain.send(vesting.functions.claim(member.address, 0, UNIT), other)
    rows["propose_beneficiary"] = chain.send(vesting.functions.propose_beneficiary(1, other.address), member)
    later(MOVE_DELAY)
    rows["accept_beneficiary"] = chain.send(vesting.functions.accept_beneficiary(member.address, 1), other)
    rows["renounce_revocation"] = chain.send(vesting.functions.renounce_revocation(other.address, 0), owner)
    rows["renounce"] = chain.send(vesting.functions.renounce(0), other)
    rows["revoke"] = chain.send(vesting.functions.revoke(member.address, 0), owner)
    return rows
