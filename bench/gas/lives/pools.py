"""Reserve pools and distribution schedules: after everything else, so that no other figure knows of them."""

from __future__ import annotations

from typing import Any

from eth_account.signers.local import LocalAccount
from web3.contract import Contract

from bench.gas.lives.life import DAY, FOR_EVER, UNIT, Life
from bench.gas.rows_token import deploy_token
from mdt.chain.localchain import advance
from mdt.model.reasons import Burn, Mint, mask

HOUR = 3_600
SALE_BURN_BPS = 100
NAMES = ("ReservePools", "DistributionSchedules")
POOL, TREASURY = 2, 3  # kinds of schedules
INTERVAL = 10


def live(life: Life) -> None:
    """Every function of both; the owner of the rest of the suite has changed by now."""
    cash = _deploy(life)
    _fill(life)
    _sell(life, cash)
    _schedule(life)
    _refill(life)
    _end(life)
    life.look(NAMES, views(life))
    life.hand_over(NAMES)


def _deploy(life: Life) -> Contract:
    """Both, allowed to burn and to take; returns what is paid with, also an MDT."""
    chain, token = life.chain, life.contracts["MDT"]
    treasury = life.address("Treasury")
    for name in NAMES:
        life.deploy(name, **({"sale_burn_bps": SALE_BURN_BPS} if name == "ReservePools" else {}))
        _allow(life, token, life.keeper, name)
    chain.send(token.functions.set_burner(life.address("ReservePools"), mask(Burn.TRANSACTION_FEE)), life.other)
    cash = deploy_token(chain, life.owner, life.minter)
    for account in (life.holder.address, treasury):
        chain.send(cash.functions.mint(account, 1_000 * UNIT, Mint.GENESIS), life.minter)
    _allow(life, cash, life.holder, "ReservePools")
    return cash


def _allow(life: Life, token: Contract, holder: LocalAccount, name: str) -> None:
    """Everything, and without a row: the token's figures are of its own life."""
    life.chain.send(token.functions.approve(life.address(name), FOR_EVER), holder)


def _fill(life: Life) -> None:
    """Two pools of the keeper's, filled by an allowance and by what was only sent there; a new operator."""
    for name in ("market", "partners"):
        life.call("ReservePools", "create_pool", name, life.keeper.address)
    for pool_id in (1, 1, 2):
        life.call("ReservePools", "replenish", pool_id, 100 * UNIT, sender=life.keeper)
    pools = life.address("ReservePools")
    life.chain.send(life.contracts["MDT"].functions.transfer(pools, 10 * UNIT), life.keeper)
    life.call("ReservePools", "absorb", 1, 10 * UNIT)
    life.chain.send(life.contracts["MDT"].functions.transfer(pools, 10 * UNIT), life.keeper)
    life.call("ReservePools", "create_pool", "filled", life.keeper.address, 10 * UNIT)
    life.call("ReservePools", "set_operator", 1, life.minter.address)


def _sell(life: Life, cash: Contract) -> None:
    """By an operator's word, with each end of an allocation, and at a price."""
    operator, holder = life.minter, life.holder
    for _ in range(5):  # the last stays open
        life.call("ReservePools", "allocate", 1, holder.address, 10 * UNIT, HOUR, sender=operator)
    for allocation_id in (1, 2):
        life.call("ReservePools", "release", allocation_id, sender=operator)
    life.call("ReservePools", "cancel", 3, sender=operator)
    life.chain.travel(HOUR)
    life.call("ReservePools", "expire", 4, sender=life.other)
    terms = (cash.address, UNIT // 2, 2 * UNIT, 100 * UNIT, 100 * UNIT)
    life.call("ReservePools", "set_sale", 1, terms, UNIT)
    life.call("ReservePools", "set_price", 1, UNIT * 11 // 10, sender=operator)
    life.chain.travel(DAY - life.chain.timestamp % DAY)  # both purchases on one day
    for _ in range(2):
        life.call("ReservePools", "buy", 1, 10 * UNIT, cash.address, 20 * UNIT, sender=holder)


def _schedule(life: Life) -> None:
    """One that fills a pool, paid twice, and one for the treasury that is cancelled."""
    start = life.chain.block_number + INTERVAL
    for kind, recipient, pool_id in ((POOL, "ReservePools", 1), (TREASURY, "Treasury", 0)):
        life.call("DistributionSchedules", "create", kind, life.address(recipient), pool_id, False, UNIT, INTERVAL, start, 0)
    for schedule_id in (2, 1, 1):
        life.call("DistributionSchedules", "fund", schedule_id, 20 * UNIT, sender=life.keeper)
    advance(life.chain.web3, INTERVAL)
    for _ in range(2):
        advance(life.chain.web3, INTERVAL)
        life.call("DistributionSchedules", "process", 1, sender=life.other)
    life.call("DistributionSchedules", "pause", 1)
    advance(life.chain.web3, INTERVAL)
    life.call("DistributionSchedules", "resume", 1)
    life.call("DistributionSchedules", "change", 1, 2 * UNIT, INTERVAL)
    life.call("DistributionSchedules", "cancel", 2)


def _refill(life: Life) -> None:
    """A pool that asks its schedule, twice."""
    life.call("ReservePools", "set_refill", 1, (1_000 * UNIT, life.address("DistributionSchedules"), 1))
    for _ in range(2):
        advance(life.chain.web3, 2 * INTERVAL)
        life.call("ReservePools", "top_up", 1, sender=life.other)


def _end(life: Life) -> None:
    """A pool that is closed with something in it."""
    life.call("ReservePools", "close_pool", 2)


def views(life: Life) -> dict[str, dict[str, Any]]:
    """What their views are given."""
    paged = {"_first_id": 1, "_limit": 10}
    pools = {"_pool_id": 1, "_allocation_id": 1, "_amount": UNIT, "_buyer": life.holder.address}
    return {"ReservePools": {**paged, **pools}, "DistributionSchedules": {**paged, "_schedule_id": 1}}
