"""Topping up a pool from a schedule when it runs low."""

from __future__ import annotations

from mdt.addresses import ZERO_ADDRESS
from mdt.errors import MarketError
from mdt.market.pools import Pools
from mdt.market.schedules import Distribution
from mdt.suite.calls import Call
from mdt.suite.opened import Suite


def set_refill(suite: Suite, pool_id: int, threshold: int, schedule_id: int) -> list[Call]:
    """Say below what a pool is topped up, and by which schedule; a threshold of 0 ends it.

    Raises:
        MarketError: nothing changes, or a schedule that does not pay into this pool.
    """
    pools, distribution = Pools(suite), Distribution(suite)
    row, old = pools.open(pool_id), pools.contract.call("refill", pool_id)
    schedules = distribution.contract.address if threshold else ZERO_ADDRESS
    if (threshold, schedules, schedule_id) == (old.threshold, old.schedules, old.schedule_id):
        raise MarketError(f"{row.words}: nothing would change")
    if threshold:
        terms = distribution.get(schedule_id).terms
        if (terms.recipient, terms.pool_id) != (pools.contract.address, pool_id):
            raise MarketError(f"schedule {schedule_id} does not pay into {row.words}: name one that does (`mdt token list-schedules`)")
    words = f"have {row.words} topped up from schedule {schedule_id} below {suite.show(threshold)}" if threshold else f"end the refill of {row.words}"
    refill = {"threshold": threshold, "schedules": schedules, "schedule_id": schedule_id}
    return [Call(pools.contract, "set_refill", (pool_id, refill), words)]
