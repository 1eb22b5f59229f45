"""The token and who may mint and burn it: the set-up, then transfers, allowances, burns."""

from __future__ import annotations

from typing import Any

from bench.gas.lives.life import UNIT, Life
from bench.gas.rows_token import domain_of, permit_call
from mdt.model.reasons import Burn, Mint, mask
from tools import contracts

PURPOSE = b"grant".ljust(32, b"\x01")


def found(life: Life) -> None:
    """Wire, grant, mint, finish the set-up."""
    settings = life.settings
    caps, halving, emission = settings.token.buckets.as_list(), settings.halving, settings.emission
    grants = (
        (life.minter.address, 0, mask(Mint.GENESIS), caps[0], caps[0], 86_400),
        (life.address("BlockReward"), 1, mask(Mint.BLOCK_REWARD), halving.channel_cap, halving.window_cap, halving.window),
        (
            life.address("EmissionController"),
            1,
            mask(Mint.EPOCH_EMISSION),
            emission.channel_cap,
            emission.window_cap,
            emission.window,
        ),
        (life.keeper.address, 2, mask(Mint.GENESIS), caps[2], caps[2], 86_400),
    )
    for one in grants:
        life.call("MDT", "propose_minter", *one)
        life.call("MDT", "grant_minter", one[0])
    life.call("MDT", "suspend_minter", life.keeper.address, 60, sender=life.guardian)
    life.call("MDT", "resume_minter", life.keeper.address, sender=life.guardian)
    life.call("MDT", "propose_minter", *grants[-1])
    life.call("MDT", "withdraw_proposal", life.keeper.address, sender=life.guardian)
    life.call("MDT", "revoke_minter", life.keeper.address)
    life.call("MDT", "set_burner", life.address("RecyclingPool"), mask(Burn.TRANSACTION_FEE, Burn.DEFLATION))
    life.call("MDT", "set_burner", life.keeper.address, mask(Burn.DEFLATION))
    life.call("MDT", "set_burner", life.address("Slasher"), mask(Burn.SLASH))
    for account in (life.holder, life.other, life.validator, life.owner, life.keeper):
        life.call("MDT", "mint", account.address, 100_000 * UNIT, Mint.GENESIS, sender=life.minter)
    life.call("MDT", "mint", life.address("Treasury"), 1_000 * UNIT, Mint.GENESIS, sender=life.minter)
    life.call("BlockReward", "set_recipient", life.address("Staking"))
    life.call("MDT", "finish_setup")


def use(life: Life) -> None:
    """Transfers, allowances, burns."""
    life.call("MDT", "transfer", life.other.address, UNIT, sender=life.holder)
    life.call("MDT", "approve", life.keeper.address, 10 * UNIT, sender=life.holder)
    life.call("MDT", "transferFrom", life.holder.address, life.other.address, UNIT, sender=life.keeper)
    life.call("MDT", "burn", UNIT, sender=life.holder)
    life.call("MDT", "burn", UNIT, Burn.VOLUNTARY, sender=life.holder)
    life.call("MDT", "burnFrom", life.holder.address, UNIT, sender=life.keeper)
    life.call("MDT", "burnFrom", life.holder.address, UNIT, Burn.DEFLATION, sender=life.keeper)
    token = life.contracts["MDT"]
    permit = permit_call(token, life.holder, life.other.address, UNIT, domain_of(token))
    life.rows["MDT"][contracts.signature(permit.abi)] = life.chain.send(permit, life.keeper)
    life.call("Treasury", "spend", life.address("MDT"), life.other.address, UNIT, PURPOSE)


def views(life: Life) -> dict[str, dict[str, Any]]:
    """What its views are given."""
    return {"MDT": {"address": life.validator.address, "_minter": life.minter.address, "_bucket": 1, "_offset": 0, "_limit": 10, "uint256": 0}}
