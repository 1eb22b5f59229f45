"""The life of the fee desk, for `bench/gas/functions.py`: after that of the reserve pools, which it asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench.gas.functions_pools import FOR_EVER
from bench.gas.rows_token import UNIT
from mdt.model.reasons import Burn, Fee, mask
from tools import contracts

if TYPE_CHECKING:
    from bench.gas.functions import Life

NAME, PATH = "FeeDesk", "distribution/FeeDesk"
TERMS = [(5_000, UNIT, False), (5_000, 0, True), (100, 0, False)]  # registration, unmet quota, transfer


def live(life: Life) -> None:
    """Every function; the owner of the rest of the suite has changed by now."""
    _deploy(life)
    _take(life)
    _look(life)
    life.call(NAME, "transfer_ownership", life.other.address)
    life.call(NAME, "accept_ownership", sender=life.other)


def _deploy(life: Life) -> None:
    """The desk, allowed to burn and to take; neither has a row: the token's figures are of its own life."""
    chain, token = life.chain, life.contracts["MDT"]
    around = [life.address(name) for name in ("MDT", "RecyclingPool", "ReservePools", "Slasher", "Treasury")]
    life.contracts[NAME] = chain.deploy(PATH, *around, TERMS, life.owner.address)
    life.rows[NAME] = {"__init__": chain.deploy_gas[PATH] - contracts.footer_gas(PATH)}
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


def _look(life: Life) -> None:
    """Every view; of a registration of the holder's where it asks."""
    given: dict[str, Any] = {"address": life.holder.address, "uint256": Fee.REGISTRATION}
    for found in life.contracts[NAME].all_functions():
        if found.abi["stateMutability"] in ("view", "pure"):
            arguments = [UNIT if item["name"] == "_amount" else given[item["type"]] for item in found.abi["inputs"]]
            life.rows[NAME][contracts.signature(found.abi)] = life.chain.send(found(*arguments), life.keeper)
