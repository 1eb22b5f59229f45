"""The steps of a deployment that fill the pools and start the schedules a preset begins with."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from mdt.names import TIMELOCK

if TYPE_CHECKING:
    from mdt.deploy.plan import Plan, Step


def market_steps(plan: Plan) -> Iterator[Step]:
    """Pools first, each filled out of what genesis sent to the contract; then the schedules, some of which pay pools."""
    for number, pool in enumerate(plan.settings.pools, 1):
        operator = f"@{TIMELOCK}" if plan.record.pool_operator == TIMELOCK else plan.record.pool_operator
        yield plan.call_step(f"pool {number}: create", "ReservePools", "create_pool", [pool.name, operator], partial(_is_counted, plan, "pool", number))
        if pool.amount:
            yield plan.call_step(f"pool {number}: fill", "ReservePools", "absorb", [number, pool.amount], partial(_is_filled, plan, number, pool.amount))
    for number, one in enumerate(plan.settings.schedules, 1):
        arguments: list[Any] = [
            one.kind_number,
            f"@{one.recipient}",
            one.pool_id,
            one.is_minted,
            one.amount,
            one.interval_blocks,
            partial(_start, plan),
            one.duration_blocks,
        ]
        yield plan.call_step(f"schedule {number}: create", "DistributionSchedules", "create", arguments, partial(_is_counted, plan, "schedule", number))


def _start(plan: Plan) -> int:
    """The start block of everything else; the next but one when an interruption has let that pass."""
    return max(plan.record.start_block, plan.chain.head() + 2)


def _is_counted(plan: Plan, what: str, number: int) -> bool:
    contract = {"pool": "ReservePools", "schedule": "DistributionSchedules"}[what]
    return int(plan.contract(contract).call(f"{what}_count")) >= number


def _is_filled(plan: Plan, number: int, amount: int) -> bool:
    return int(plan.contract("ReservePools").call("pool", number).put_in) >= amount
