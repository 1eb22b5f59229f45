"""The fee desk: after the reserve pools, which it asks."""

from __future__ import annotations

from typing import Any

from bench.gas.lives.life import FOR_EVER, UNIT, Life
from mdt.model.reasons import Burn, Fee, mask

NAME = "FeeDesk"
TERMS = [(5_000, UNIT, False), (5_000, 0, True), (100, 0, False)]  # registration, unmet quota, transfer


def live(life: Life) -> None:
    """Every function; the owner of the rest of the suite has changed by now."""
    _deploy(life)
    _take(life)
    life.look([NAME], views(life))
    life.hand_over([NAME])


def _deploy(life: Life) -> None:
    """The desk, allowed to burn and to take; neither has a row: the token's figures are of its own life."""
    chain, token = life.chain, life.contracts["MDT"]
    life.deploy(NAME, terms=TERMS)
    chain.send(token.functions.set_burner(life.address(NAME), mask(Burn.TRANSACTION_FEE, Burn.DEFLATION, Burn.REGISTRATION)), life.other)
    chain.send(token.functions.approve(life.address(NAME), FOR_EVER), life.keeper)


def _take(life: Life) -> None:
    """Each fee twice, the last registration with its rest to the recycling pool; a gift that is swept; other terms."""
    holder, keeper = life.holder.address, life.keeper
    for kind in (Fee.UNMET_QUOTA, Fee.UNMET_QUOTA, Fee.REGISTRATION, Fee.REGISTRATION):
        life.call(NAME, "deposit", kind, holder, 10 * UNIT, sender=keeper)
    for _ in range(2):
        life.call(NAME, "pay", holder, 10 * UNIT, 9 * UNIT, sender=keeper)
    life.chain.send(life.contracts["MDT"].functions.transfer(life.address(NAME), UNIT), keeper)
    life.call(NAME, "sweep", sender=life.other)
    life.call(NAME, "set_terms", Fee.REGISTRATION, (2_500, UNIT, True))


def views(life: Life) -> dict[str, dict[str, Any]]:
    """What its views are given: of a registration of the holder's where they ask."""
    return {NAME: {"address": life.holder.address, "_amount": UNIT, "uint256": Fee.REGISTRATION}}
