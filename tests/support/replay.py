"""F13: the state of pools, schedules and the fee desk, told by their events alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from mdt.addresses import ZERO_ADDRESS
from mdt.model.reasons import Fee
from tests.support.twins import plain

NO_SALE = ((ZERO_ADDRESS, 0, 0, 0, 0), 0)
NO_REFILL = (0, ZERO_ADDRESS, 0)


class PoolsReplay:
    """Books, allocations, sales and refills of ReservePools."""

    def __init__(self) -> None:
        self.pools: dict[int, dict[str, Any]] = {}
        self.allocations: dict[int, list[Any]] = {}
        self.sales: defaultdict[int, Any] = defaultdict(lambda: NO_SALE)
        self.refills: defaultdict[int, Any] = defaultdict(lambda: NO_REFILL)
        self._handlers: dict[str, Callable[[Any], None]] = {name.removeprefix("_on_"): getattr(self, name) for name in dir(self) if name.startswith("_on_")}

    def read(self, logs: list[Any]) -> None:
        """Apply events in their order; those of other contracts are passed over."""
        for log in logs:
            handler = self._handlers.get(type(log).__name__)
            if handler and hasattr(log, "pool_id"):
                handler(log)

    def _move(self, pool_id: int, **by: int) -> None:
        for name, amount in by.items():
            self.pools[pool_id][name] += amount

    def _on_PoolCreated(self, log: Any) -> None:
        amounts = dict.fromkeys(("available", "reserved", "put_in", "released", "burned", "returned"), 0)
        self.pools[log.pool_id] = {"name": log.name, "operator": log.operator, "is_closed": False, **amounts}

    def _on_PoolClosed(self, log: Any) -> None:
        self._move(log.pool_id, available=-log.returned, returned=log.returned)
        self.pools[log.pool_id]["is_closed"] = True
        self.sales.pop(log.pool_id, None)
        self.refills.pop(log.pool_id, None)

    def _on_OperatorSet(self, log: Any) -> None:
        assert self.pools[log.pool_id]["operator"] == log.old_operator
        self.pools[log.pool_id]["operator"] = log.new_operator

    def _on_Replenished(self, log: Any) -> None:
        self._move(log.pool_id, available=log.amount, put_in=log.amount)

    def _on_Absorbed(self, log: Any) -> None:
        self._on_Replenished(log)

    def _on_RefillSet(self, log: Any) -> None:
        assert self.refills[log.pool_id] == plain(log.old_refill)
        self.refills[log.pool_id] = plain(log.new_refill)

    def _on_SaleSet(self, log: Any) -> None:
        assert self.sales[log.pool_id] == plain(log.old_sale)
        self.sales[log.pool_id] = plain(log.new_sale)

    def _on_PriceSet(self, log: Any) -> None:
        terms, price = self.sales[log.pool_id]
        assert price == log.old_price
        self.sales[log.pool_id] = terms, log.new_price

    def _on_Allocated(self, log: Any) -> None:
        self._move(log.pool_id, available=-log.amount, reserved=log.amount)
        self.allocations[log.allocation_id] = [log.pool_id, log.buyer, log.amount, log.expires_at, 1]

    def _on_Released(self, log: Any) -> None:
        self._move(log.pool_id, reserved=-(log.received + log.burned), released=log.received, burned=log.burned)
        self.allocations[log.allocation_id][4] = 2

    def _on_Cancelled(self, log: Any) -> None:
        self._give_back(log, 3)

    def _on_Expired(self, log: Any) -> None:
        self._give_back(log, 4)

    def _give_back(self, log: Any, status: int) -> None:
        self._move(log.pool_id, reserved=-log.amount, available=log.amount)
        self.allocations[log.allocation_id][4] = status

    def _on_Bought(self, log: Any) -> None:
        self._move(log.pool_id, available=-(log.received + log.burned), released=log.received, burned=log.burned)

    def check(self, pools: Any) -> None:
        """What was told is what is."""
        assert list(self.pools) == list(range(1, pools.pool_count() + 1))
        for pool_id, told in self.pools.items():
            shown = pools.pool(pool_id)._asdict()
            assert {name: shown[name] for name in told} == told
            assert plain(pools.sale(pool_id)) == self.sales[pool_id]
            assert plain(pools.refill(pool_id)) == self.refills[pool_id]
        assert list(self.allocations) == list(range(1, pools.allocation_count() + 1))
        for allocation_id, told in self.allocations.items():
            assert list(pools.allocation(allocation_id)) == told


class SchedulesReplay:
    """Amounts, intervals, terms and states of DistributionSchedules."""

    def __init__(self) -> None:
        self.schedules: dict[int, dict[str, Any]] = {}

    def read(self, logs: list[Any]) -> None:
        """Apply events in their order; those of other contracts are passed over."""
        for log in logs:
            handler = getattr(self, f"_on_{type(log).__name__}", None)
            if handler and hasattr(log, "schedule_id"):
                handler(self.schedules.setdefault(log.schedule_id, {}), log)

    def _on_ScheduleCreated(self, told: dict[str, Any], log: Any) -> None:
        told |= {name: getattr(log, name) for name in ("kind", "recipient", "pool_id", "is_minted", "last_block")}
        told |= dict.fromkeys(("funded", "paid", "refunded", "intervals_paid", "done"), 0)
        told |= {"is_cancelled": False, "is_paused": False, "latest": (log.amount, log.interval_blocks, log.start_block)}

    def _on_Funded(self, told: dict[str, Any], log: Any) -> None:
        told["funded"] += log.amount

    def _on_Paid(self, told: dict[str, Any], log: Any) -> None:
        assert log.recipient == told["recipient"]
        told["paid"] += log.amount * log.intervals
        told["intervals_paid"] += log.intervals
        told["done"] += log.intervals

    def _on_Skipped(self, told: dict[str, Any], log: Any) -> None:
        told["done"] += log.intervals

    def _on_Changed(self, told: dict[str, Any], log: Any) -> None:
        assert told["latest"][:2] == (log.old_amount, log.old_interval_blocks)
        told["latest"] = log.new_amount, log.new_interval_blocks, log.from_block

    def _on_Paused(self, told: dict[str, Any], _log: Any) -> None:
        told["is_paused"] = True

    def _on_Resumed(self, told: dict[str, Any], _log: Any) -> None:
        told["is_paused"] = False

    def _on_Cancelled(self, told: dict[str, Any], log: Any) -> None:
        told["is_cancelled"], told["refunded"] = True, log.refunded

    def check(self, schedules: Any) -> None:
        """What was told is what is."""
        assert list(self.schedules) == list(range(1, schedules.schedule_count() + 1))
        for schedule_id, told in self.schedules.items():
            shown = schedules.schedule(schedule_id)
            for name in set(told) - {"done", "is_paused", "latest"}:
                assert getattr(shown, name) == told[name], name
            assert (shown.paused_at > 0) == told["is_paused"]
            latest = shown.next_terms if shown.next_terms.amount > 0 else shown.terms
            assert tuple(latest)[:3] == told["latest"]


class DeskReplay:
    """Terms, sums and deposits of FeeDesk."""

    def __init__(self) -> None:
        self.terms: defaultdict[int, tuple[int, int, bool]] = defaultdict(lambda: (0, 0, False))
        self.totals: defaultdict[int, tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
        self.paid_by: defaultdict[tuple[int, str], int] = defaultdict(int)
        self.swept = 0

    def read(self, logs: list[Any]) -> None:
        """Apply events in their order; those of other contracts are passed over."""
        for log in logs:
            name = type(log).__name__
            if name == "TermsSet":
                assert self.terms[log.kind] == tuple(log.old_terms)
                self.terms[log.kind] = tuple(log.new_terms)
            elif name == "Deposited":
                self.paid_by[log.kind, log.account] += log.amount
                self._count(log.kind, log.amount, log.burned)
            elif name == "Paid":
                self._count(Fee.TRANSFER, log.amount, log.burned)
            elif name == "Swept":
                self.swept += log.amount

    def _count(self, kind: int, amount: int, burned: int) -> None:
        assert burned == amount * self.terms[kind][0] // 10_000
        self.totals[kind] = tuple(old + new for old, new in zip(self.totals[kind], (amount, burned, amount - burned), strict=True))
