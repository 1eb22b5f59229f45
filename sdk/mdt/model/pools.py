"""Reserve pools: `contracts/pools/ReservePools.vy` and its modules, with the same checks in the same order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Protocol

from mdt.errors import Refusal
from mdt.model.ownable import ZERO_ADDRESS, Ownable
from mdt.model.reasons import Burn
from mdt.model.token import MDT
from mdt.units import BPS, WAD

MIN_SECONDS, MAX_SECONDS = 3_600, 90 * 86_400  # from an allocation to its expiry
MAX_POOLS, MAX_ALLOCATIONS = 20, 100  # on a page
MAX_PRICE = 2**128 - 1
DAY = 86_400


class Status(IntEnum):
    """What became of an allocation."""

    NONE = 0
    OPEN = 1
    RELEASED = 2
    CANCELLED = 3
    EXPIRED = 4


@dataclass(frozen=True)
class Terms:
    """What the owner fixes of a sale: the operator's bounds, the buyers' limits."""

    payment_token: str = ZERO_ADDRESS
    min_price: int = 0
    max_price: int = 0
    max_per_purchase: int = 0
    max_per_day: int = 0


@dataclass(frozen=True)
class Sale:
    """Terms, and payment units for 10^18 wei; 0 = not for sale."""

    terms: Terms = Terms()
    price: int = 0


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
    status: Status = Status.NONE


@dataclass(frozen=True)
class Quote:
    """What an amount costs, and what arrives of it."""

    payment_token: str
    payment: int
    burned: int
    received: int


@dataclass
class Pool:
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


class Schedules(Protocol):
    """What pools ask of distribution schedules."""

    def pays(self, schedule_id: int) -> tuple[str, int]:
        """Recipient and pool of a schedule."""
        ...

    def process(self, schedule_id: int) -> int:
        """Pay what is due and covered."""
        ...


def _require(condition: bool, reason: str) -> None:
    if not condition:
        raise Refusal(f"pools: {reason}")


@dataclass
class _State:
    pools: list[Pool] = field(default_factory=list)
    allocations: list[Allocation] = field(default_factory=list)
    sales: dict[int, Sale] = field(default_factory=dict)
    refills: dict[int, Refill] = field(default_factory=dict)
    bought: dict[tuple[int, str, int], int] = field(default_factory=dict)  # (pool, buyer, day of UTC)


class ReservePools(Ownable):
    """Calls take the caller first and move tokens on the token it is given; payment tokens and schedules are found by their address."""

    def __init__(self, address: str, token: MDT, token_address: str, treasury: str, sale_burn_bps: int, owner: str) -> None:
        _require(treasury not in (ZERO_ADDRESS, address, token_address), "bad treasury")
        _require(sale_burn_bps < BPS, "burn out of bounds")
        _require(owner != ZERO_ADDRESS, "zero owner")
        super().__init__(owner)
        self.address, self.token, self.token_address = address, token, token_address
        self.treasury = treasury
        self.sale_burn_bps = sale_burn_bps
        self.payment_tokens: dict[str, MDT] = {}
        self.schedules: dict[str, Schedules] = {}
        self._state = _State()

    # --- anyone ---

    def replenish(self, caller: str, pool_id: int, amount: int) -> None:
        """Put tokens into a pool, by allowance."""
        pool = self._open_pool(pool_id)
        _require(amount > 0, "zero amount")
        self.token.transfer_from(self.address, caller, self.address, amount)
        self._put_in(pool, amount)

    def top_up(self, pool_id: int) -> int:
        """Have a pool that is below its threshold filled by its schedule.

        Returns:
            Wei that came in.
        """
        refill = self.refill(pool_id)
        _require(refill.threshold > 0, "no refill")
        pool = self.pool(pool_id)
        _require(pool.available < refill.threshold, "enough available")
        before = pool.put_in
        self.schedules[refill.schedules].process(refill.schedule_id)
        _require(pool.put_in > before, "nothing came in")
        return pool.put_in - before

    def expire(self, allocation_id: int) -> None:
        """End an allocation whose time is over."""
        allocation = self._open_allocation(allocation_id)
        _require(self._now >= allocation.expires_at, "not expired yet")
        self._give_back(allocation_id, Status.EXPIRED)

    def buy(self, caller: str, pool_id: int, amount: int, payment_token: str, max_payment: int) -> int:
        """Buy from a pool at its price.

        Returns:
            Units of the payment token paid.
        """
        pool = self._open_pool(pool_id)
        quote, terms = self.quote(pool_id, amount), self.sale(pool_id).terms
        _require(payment_token == quote.payment_token, "other payment token")
        _require(quote.payment <= max_payment, "price moved")
        _require(amount <= terms.max_per_purchase, "above purchase limit")
        _require(self.bought_today(pool_id, caller) + amount <= terms.max_per_day, "above daily limit")
        _require(amount <= pool.available, "not enough available")
        # the model's payment token takes no tax, and the treasury buys nothing: what it gets is the payment
        self.payment_tokens[payment_token].transfer_from(self.address, caller, self.treasury, quote.payment)
        key = pool_id, caller, self._now // DAY
        self._state.bought[key] = self._state.bought.get(key, 0) + amount
        pool.available -= amount
        self._hand_over(pool, caller, amount)
        return quote.payment

    # --- operator of the pool ---

    def allocate(self, caller: str, pool_id: int, buyer: str, amount: int, seconds: int) -> int:
        """Set tokens of a pool aside for a buyer.

        Returns:
            Number of the allocation.
        """
        pool = self._open_pool(pool_id)
        _require(caller == pool.operator, "not the operator")
        _require(buyer not in (ZERO_ADDRESS, self.address, self.token_address), "bad buyer")
        _require(amount > 0, "zero amount")
        _require(amount <= pool.available, "not enough available")
        _require(MIN_SECONDS <= seconds <= MAX_SECONDS, "bad time to expiry")
        pool.available -= amount
        pool.reserved += amount
        self._state.allocations.append(Allocation(pool_id, buyer, amount, self._now + seconds, Status.OPEN))
        return self.allocation_count

    def release(self, caller: str, allocation_id: int) -> None:
        """Complete a sale: a part is burned, the buyer gets the rest."""
        allocation = self._open_allocation(allocation_id)
        pool = self.pool(allocation.pool_id)
        _require(caller == pool.operator, "not the operator")
        _require(self._now < allocation.expires_at, "allocation expired")
        self._end(allocation_id, Status.RELEASED)
        pool.reserved -= allocation.amount
        self._hand_over(pool, allocation.buyer, allocation.amount)

    def cancel(self, caller: str, allocation_id: int) -> None:
        """Take an allocation back."""
        allocation = self._open_allocation(allocation_id)
        _require(caller == self.pool(allocation.pool_id).operator, "not the operator")
        self._give_back(allocation_id, Status.CANCELLED)

    def set_price(self, caller: str, pool_id: int, price: int) -> None:
        """Move the price inside the owner's bounds, or stop selling with 0."""
        pool, sale = self._open_pool(pool_id), self.sale(pool_id)
        _require(caller == pool.operator, "not the operator")
        _require(price != sale.price, "nothing changes")
        self._check_price(sale.terms, price)
        self._state.sales[pool_id] = replace(sale, price=price)

    # --- governance ---

    def create_pool(self, caller: str, name: str, operator: str) -> int:
        """Begin a new pool.

        Returns:
            Its number.
        """
        self.check_owner(caller)
        _require(name != "", "empty name")
        _require(operator != ZERO_ADDRESS, "zero operator")
        self._state.pools.append(Pool(name, operator, created_at=self._now))
        return self.pool_count

    def close_pool(self, caller: str, pool_id: int) -> None:
        """Close a pool for good; what is available goes to the treasury."""
        self.check_owner(caller)
        pool = self._open_pool(pool_id)
        _require(pool.reserved == 0, "still reserved")
        self.token.transfer(self.address, self.treasury, pool.available)
        pool.is_closed, pool.returned, pool.available = True, pool.available, 0
        self._state.sales.pop(pool_id, None)
        self._state.refills.pop(pool_id, None)

    def set_operator(self, caller: str, pool_id: int, operator: str) -> None:
        """Replace the operator."""
        self.check_owner(caller)
        pool = self._open_pool(pool_id)
        _require(operator != ZERO_ADDRESS, "zero operator")
        _require(operator != pool.operator, "nothing changes")
        pool.operator = operator

    def absorb(self, caller: str, pool_id: int, amount: int) -> None:
        """Put tokens that were sent here directly into a pool."""
        self.check_owner(caller)
        pool = self._open_pool(pool_id)
        _require(amount > 0, "zero amount")
        _require(amount <= self.unassigned, "above unassigned")
        self._put_in(pool, amount)

    def set_sale(self, caller: str, pool_id: int, terms: Terms, price: int) -> None:
        """Offer a pool at a price, change the terms, or end the sale with all zero."""
        self.check_owner(caller)
        self._open_pool(pool_id)
        new = Sale(terms, price)
        _require(new != self.sale(pool_id), "nothing changes")
        if terms.payment_token == ZERO_ADDRESS:
            _require(new == Sale(), "terms without a token")
        else:
            _require(terms.payment_token != self.token_address, "payment is the token")
            _require(0 < terms.min_price <= terms.max_price <= MAX_PRICE, "bad price bounds")
            _require(terms.max_per_purchase > 0 and terms.max_per_day > 0, "zero limit")
            self._check_price(terms, price)
        self._state.sales[pool_id] = new

    def set_refill(self, caller: str, pool_id: int, refill: Refill) -> None:
        """Say below which amount a pool may be topped up, and by which schedule; all zero ends it."""
        self.check_owner(caller)
        self._open_pool(pool_id)
        _require(refill != self.refill(pool_id), "nothing changes")
        if refill != Refill():
            _require(refill.threshold > 0, "zero threshold")
            pays = self.schedules[refill.schedules].pays(refill.schedule_id)
            _require(pays == (self.address, pool_id), "schedule pays another")
        self._state.refills[pool_id] = refill

    # --- views ---

    @property
    def pool_count(self) -> int:
        """Pools ever created."""
        return len(self._state.pools)

    def pool(self, pool_id: int) -> Pool:
        """The books of a pool."""
        _require(0 < pool_id <= self.pool_count, "unknown pool")
        return self._state.pools[pool_id - 1]

    def pools(self, first_id: int, limit: int) -> list[Pool]:
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

    def quote(self, pool_id: int, amount: int) -> Quote:
        """What an amount costs now, and what arrives of it."""
        sale = self.sale(pool_id)
        _require(sale.price > 0, "not for sale")
        _require(amount > 0, "zero amount")
        burned = self._burned_of(amount)
        return Quote(sale.terms.payment_token, -(-amount * sale.price // WAD), burned, amount - burned)

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

    def _open_pool(self, pool_id: int) -> Pool:
        pool = self.pool(pool_id)
        _require(not pool.is_closed, "pool is closed")
        return pool

    def _open_allocation(self, allocation_id: int) -> Allocation:
        allocation = self.allocation(allocation_id)
        _require(allocation.status == Status.OPEN, "allocation is not open")
        return allocation

    def _end(self, allocation_id: int, status: Status) -> None:
        self._state.allocations[allocation_id - 1] = replace(self.allocation(allocation_id), status=status)

    def _give_back(self, allocation_id: int, status: Status) -> None:
        allocation = self.allocation(allocation_id)
        self._end(allocation_id, status)
        pool = self.pool(allocation.pool_id)
        pool.reserved -= allocation.amount
        pool.available += allocation.amount

    def _put_in(self, pool: Pool, amount: int) -> None:
        pool.available += amount
        pool.put_in += amount
        pool.replenished_at = self._now

    def _burned_of(self, amount: int) -> int:
        return amount * self.sale_burn_bps // BPS

    def _hand_over(self, pool: Pool, buyer: str, amount: int) -> None:
        """A part of what was sold is burned, the buyer gets the rest."""
        burned = self._burned_of(amount)
        if burned > 0:
            self.token.burn(self.address, burned, Burn.TRANSACTION_FEE)
        self.token.transfer(self.address, buyer, amount - burned)
        pool.burned += burned
        pool.released += amount - burned

    @staticmethod
    def _check_price(terms: Terms, price: int) -> None:
        _require(price == 0 or terms.min_price <= price <= terms.max_price, "price out of bounds")
