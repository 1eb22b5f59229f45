"""A liquidity pool: after everything else, so that no other figure knows of it."""

from __future__ import annotations

from typing import Any

from bench.gas.lives.life import DAY, FOR_EVER, UNIT, Life
from bench.gas.rows_token import deploy_token, domain_of, permit_call
from mdt.model.reasons import Burn, Mint, mask
from tools import contracts

NAME = "LiquidityPool"
FEES, OTHERS = (30, 2_500, True), (25, 1_000, True)
FEE_DELAY = 7 * DAY


def live(life: Life) -> None:
    """Every function; the owner of the rest of the suite has changed by now."""
    paired = _deploy(life)
    _trade(life, paired)
    _shares(life)
    _govern(life, paired)
    life.look([NAME], views(life))
    life.hand_over([NAME])


def _deploy(life: Life) -> Any:
    """The pool, allowed to burn and to take, and what the keeper has of the other token."""
    chain, token, keeper = life.chain, life.contracts["MDT"], life.keeper
    paired = deploy_token(chain, life.owner, life.minter)
    life.deploy(NAME, paired=paired, fees=FEES, fee_delay=FEE_DELAY)
    chain.send(token.functions.set_burner(life.address(NAME), mask(Burn.TRANSACTION_FEE)), life.other)
    chain.send(paired.functions.mint(keeper.address, 1_000 * UNIT, Mint.GENESIS), life.minter)
    for coin in (token, paired):
        chain.send(coin.functions.approve(life.address(NAME), FOR_EVER), keeper)
    return paired


def _late(life: Life) -> int:
    return life.chain.timestamp + DAY


def _trade(life: Life, paired: Any) -> None:
    """Each action twice."""
    keeper, token = life.keeper, life.address("MDT")
    for _ in range(2):
        life.call(NAME, "add", 20 * UNIT, 30 * UNIT, 1, keeper.address, _late(life), sender=keeper)
        life.call(NAME, "swap_exact_in", token, UNIT, 1, keeper.address, _late(life), sender=keeper)
        life.call(NAME, "swap_exact_out", paired.address, UNIT, 9 * UNIT, keeper.address, _late(life), sender=keeper)
        life.call(NAME, "add_one_sided", paired.address, UNIT, 1, keeper.address, _late(life), sender=keeper)
        life.call(NAME, "remove", UNIT, 1, 1, keeper.address, _late(life), sender=keeper)
    life.call(NAME, "collect", sender=life.other)


def _shares(life: Life) -> None:
    """The ERC-20, with the second transfer to somebody who has some."""
    keeper, other = life.keeper, life.other
    for _ in range(2):
        life.call(NAME, "transfer", other.address, UNIT, sender=keeper)
        life.call(NAME, "approve", other.address, 10 * UNIT, sender=keeper)
        life.call(NAME, "transferFrom", keeper.address, other.address, UNIT, sender=other)
        permit = permit_call(life.contracts[NAME], keeper, other.address, UNIT, domain_of(life.contracts[NAME]))
        life.rows[NAME][contracts.signature(permit.abi)] = life.chain.send(permit, other)


def _govern(life: Life, paired: Any) -> None:
    """Fees are announced, withdrawn, announced and applied; a gift is swept."""
    life.call(NAME, "announce_fees", OTHERS)
    life.call(NAME, "withdraw_fees")
    life.call(NAME, "announce_fees", OTHERS)
    life.call(NAME, "swap_exact_in", paired.address, UNIT, 1, life.keeper.address, _late(life), sender=life.keeper)
    life.chain.travel(FEE_DELAY)
    life.call(NAME, "apply_fees", sender=life.other)
    life.chain.send(paired.functions.transfer(life.address(NAME), UNIT), life.keeper)
    life.call(NAME, "sweep", paired.address)


def views(life: Life) -> dict[str, dict[str, Any]]:
    """What its views are given; the reading is the oldest there can be: before the first deposit nothing was summed up."""
    mine = {"_holder": life.keeper.address, "_token_in": life.address("MDT"), "_max_tokens": UNIT, "_max_paired": UNIT, "_shares": UNIT, "_amount": UNIT}
    return {NAME: {**mine, "address": life.keeper.address, "_cumulative": 0, "_timestamp": life.chain.timestamp - FEE_DELAY}}
