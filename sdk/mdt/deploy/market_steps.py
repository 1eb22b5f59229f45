"""The steps of a deployment that fill the pools and start the schedules a preset begins with."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from mdt.deploy.steps import Site, Step
from mdt.names import TIMELOCK


def market_steps(site: Site) -> Iterator[Step]:
    """Pools first, each filled out of what genesis sent to the contract; then the schedules, some of which pay pools."""
    for number, pool in enumerate(site.settings.pools, 1):
        operator = f"@{TIMELOCK}" if site.record.pool_operator == TIMELOCK else site.record.pool_operator
        yield site.call_step(f"pool {number}: create", "ReservePools", "create_pool", [pool.name, operator], partial(_is_counted, site, "pool", number))
        if pool.amount:
            yield site.call_step(f"pool {number}: fill", "ReservePools", "absorb", [number, pool.amount], partial(_is_filled, site, number))
    for number, payment in enumerate(site.settings.schedules, 1):
        arguments: list[Any] = [
            payment.kind_number,
            f"@{payment.recipient}",
            payment.pool_id,
            payment.is_minted,
            payment.amount,
            payment.interval_blocks,
            partial(_start, site),
            payment.duration_blocks,
        ]
        yield site.call_step(f"schedule {number}: create", "DistributionSchedules", "create", arguments, partial(_is_counted, site, "schedule", number))


def _start(site: Site) -> int:
    """The start block of everything else; the next but one when an interruption has let that pass."""
    return max(site.record.start_block, site.chain.head() + 2)


def _is_counted(site: Site, what: str, number: int) -> bool:
    contract = {"pool": "ReservePools", "schedule": "DistributionSchedules"}[what]
    return int(site.contract(contract).call(f"{what}_count")) >= number


def _is_filled(site: Site, number: int) -> bool:
    """Whether a pool took what genesis minted for it.

    Anybody can put tokens into a pool, which fills it and leaves those of the genesis where they are; so the step's transaction says it. Where none is
    noted, what belongs to no pool is less than what this pool and those after it are to take.
    """
    if f"pool {number}: fill" in site.record.steps:
        return True
    pools, waiting = site.contract("ReservePools"), sum(pool.amount for pool in site.settings.pools[number - 1 :])
    return int(pools.call("pool", number).put_in) >= site.settings.pools[number - 1].amount and int(pools.call("unassigned")) < waiting
