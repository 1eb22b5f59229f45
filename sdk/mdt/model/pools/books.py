"""The pools themselves: what is in them, what is set aside, and how they are refilled."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum

from mdt.addresses import ZERO_ADDRESS
from mdt.model.ownable import Ownable
from mdt.model.pools.sales import Sale
from mdt.model.refusals import refusals
from mdt.model.token import MDT
from mdt.units import DAY

require = refusals("pools")

MAX_POOLS, MAX_ALLOCATIONS = 20, 100  # on a page


class AllocationStatus(IntEnum):
    """What became of an allocation."""

    NONE = 0
    OPEN = 1
    RELEASED = 2
    CANCELLED = 3
    EXPIRED = 4


@dataclass(frozen=True)
class Refill:
    """Below which amount a pool may be topped up, and by which schedule."""

    threshold: int = 0
    schedules: str = ZERO_ADDRESS
    schedule_id: int = 0


@dataclass(frozen=True)
class Allocation:
    """Tokens set aside for a buyer; the amount includes the burned part."""

    pool_id: int = 0
    buyer: str = ZERO_ADDRESS
    amount: int = 0
    expires_at: int = 0
    status: AllocationStatus = AllocationStatus.NONE


@dataclass
class ReservePool:
    """Books of a pool: put_in = available + reserved + released + burned + returned."""

    name: str
    operator: str
    is_closed: bool = False
    available: int = 0
    reserved: int = 0
    put_in: int = 0
    released: int = 0
    burned: int = 0
    returned: int = 0
    created_at: int = 0
    replenished_at: int = 0


@dataclass
class _State:
    pools: list[ReservePool] = field(default_factory=list)
    allocations: list[Allocation] = field(default_factory=list)
    sales: dict[int, Sale] = field(default_factory=dict)
    refills: dict[int, Refill] = field(default_factory=dict)
    bought: dict[tuple[int, str, int], int] = field(default_factory=dict)  # (pool, buyer, day of UTC)


class PoolBooks(Ownable):
    """Pools, allocations, sales and refills of one token, as they are shown and kept."""

    def __init__(self, address: str, token: MDT, owner: str) -> None:
        super().__init__(owner)
        self.address, self.token = address, token
        self._state = _State()

    # --- views ---

    @property
    def pool_count(self) -> int:
        """Pools ever created."""
        return len(self._state.pools)

    def pool(self, pool_id: int) -> ReservePool:
        """The books of a pool."""
        require(0 < pool_id <= self.pool_count, "unknown pool")
        return self._state.pools[pool_id - 1]

    def pools(self, first_id: int, limit: int) -> list[ReservePool]:
        """Pools from a number on."""
        start = max(first_id, 1) - 1
        return self._state.pools[start : start + min(limit, MAX_POOLS)]

    def is_open(self, pool_id: int) -> bool:
        """Whether there is such a pool and it is not closed."""
        return 0 < pool_id <= self.pool_count and not self.pool(pool_id).is_closed

    @property
    def total_held(self) -> int:
        """Wei available and reserved, over all pools."""
        return sum(pool.available + pool.reserved for pool in self._state.pools)

    @property
    def unassigned(self) -> int:
        """Wei held that belong to no pool."""
        return self.token.balances[self.address] - self.total_held

    @property
    def allocation_count(self) -> int:
        """Allocations ever opened."""
        return len(self._state.allocations)

    def allocation(self, allocation_id: int) -> Allocation:
        """An allocation; all zero if there was none."""
        return self._state.allocations[allocation_id - 1] if 0 < allocation_id <= self.allocation_count else Allocation()

    def allocations(self, first_id: int, limit: int) -> list[Allocation]:
        """Allocations from a number on."""
        start = max(first_id, 1) - 1
        return self._state.allocations[start : start + min(limit, MAX_ALLOCATIONS)]

    def sale(self, pool_id: int) -> Sale:
        """Terms and price of a pool."""
        return self._state.sales.get(pool_id, Sale())

    def bought_today(self, pool_id: int, buyer: str) -> int:
        """Wei bought by an account on this day of UTC."""
        return self._state.bought.get((pool_id, buyer, self._now // DAY), 0)

    def refill(self, pool_id: int) -> Refill:
        """Threshold and schedule of a pool."""
        return self._state.refills.get(pool_id, Refill())

    # --- internals ---

    @property
    def _now(self) -> int:
        return self.token.clock.timestamp

    def _open_pool(self, pool_id: int) -> ReservePool:
        pool = self.pool(pool_id)
        require(not pool.is_closed, "pool is closed")
        return pool

    def _open_allocation(self, allocation_id: int) -> Allocation:
        allocation = self.allocation(allocation_id)
        require(allocation.status == AllocationStatus.OPEN, "allocation is not open")
        return allocation

    def _end(self, allocation_id: int, status: AllocationStatus) -> None:
        self._state.allocations[allocation_id - 1] = replace(self.allocation(allocation_id), status=status)

    def _give_back(self, allocation_id: int, status: AllocationStatus) -> None:
        allocation = self.allocation(allocation_id)
        self._end(allocation_id, status)
        pool = self.pool(allocation.pool_id)
        pool.reserved -= allocation.amount
        pool.available += allocation.amount

    def _put_in(self, pool: ReservePool, amount: int) -> None:
        """The caller has checked that it is an amount."""
        pool.available += amount
        pool.put_in += amount
        pool.replenished_at = self._now
