"""Reserve pools: `contracts/pools/ReservePools.vy` and its modules, with the same checks in the same order."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from mdt.addresses import ZERO_ADDRESS
from mdt.model.pools.books import Allocation, AllocationStatus, PoolBooks, Refill, ReservePool
from mdt.model.pools.sales import Quote, Sale, SaleTerms
from mdt.model.reasons import Burn
from mdt.model.refusals import refusals
from mdt.model.token import MDT
from mdt.units import BPS, DAY, HOUR

require = refusals("pools")

MAX_AMOUNT = 2**128 - 1  # more than there can be of any token that is sold

MIN_SECONDS, MAX_SECONDS = HOUR, 90 * DAY  # from an allocation to its expiry


def check_amount(amount: int) -> None:
    """Refuse what can be no amount of a token that is sold."""
    require(amount > 0, "zero amount")
    require(amount <= MAX_AMOUNT, "amount out of bounds")


class Schedules(Protocol):
    """What pools ask of distribution schedules."""

    def pays(self, schedule_id: int) -> tuple[str, int]:
        """Recipient and pool of a schedule."""
        ...

    def process(self, schedule_id: int) -> int:
        """Pay what is due and covered."""
        ...


class ReservePools(PoolBooks):
    """Calls take the caller first and move tokens on the token it is given; payment tokens and schedules are found by their address."""

    def __init__(self, address: str, token: MDT, token_address: str, treasury: str, sale_burn_bps: int, owner: str) -> None:
        require(treasury not in (ZERO_ADDRESS, address, token_address), "bad treasury")
        require(sale_burn_bps < BPS, "burn out of bounds")
        require(owner != ZERO_ADDRESS, "zero owner")
        super().__init__(address, token, owner)
        self.token_address = token_address
        self.treasury = treasury
        self.sale_burn_bps = sale_burn_bps
        self.payment_tokens: dict[str, MDT] = {}
        self.schedules: dict[str, Schedules] = {}

    # --- anyone ---

    def replenish(self, caller: str, pool_id: int, amount: int) -> None:
        """Put tokens into a pool, by allowance."""
        pool = self._open_pool(pool_id)
        check_amount(amount)
        self.token.transfer_from(self.address, caller, self.address, amount)
        self._put_in(pool, amount)

    def top_up(self, pool_id: int) -> int:
        """Have a pool that is below its threshold filled by its schedule.

        Returns:
            Wei that came in.
        """
        refill = self.refill(pool_id)
        require(refill.threshold > 0, "no refill")
        pool = self.pool(pool_id)
        require(pool.available < refill.threshold, "enough available")
        before = pool.put_in
        self.schedules[refill.schedules].process(refill.schedule_id)
        require(pool.put_in > before, "nothing came in")
        return pool.put_in - before

    def expire(self, allocation_id: int) -> None:
        """End an allocation whose time is over."""
        allocation = self._open_allocation(allocation_id)
        require(self._now >= allocation.expires_at, "not expired yet")
        self._give_back(allocation_id, AllocationStatus.EXPIRED)

    def buy(self, caller: str, pool_id: int, amount: int, payment_token: str, max_payment: int) -> int:
        """Buy from a pool at its price.

        Returns:
            Units of the payment token paid.
        """
        pool = self._open_pool(pool_id)
        quote, terms = self.quote(pool_id, amount), self.sale(pool_id).terms
        require(payment_token == quote.payment_token, "other payment token")
        require(quote.payment <= max_payment, "price moved")
        require(amount <= terms.max_per_purchase, "above purchase limit")
        require(self.bought_today(pool_id, caller) + amount <= terms.max_per_day, "above daily limit")
        require(amount <= pool.available, "not enough available")
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
        require(caller == pool.operator, "not the operator")
        require(buyer not in (ZERO_ADDRESS, self.address, self.token_address), "bad buyer")
        require(amount > 0, "zero amount")
        require(amount <= pool.available, "not enough available")
        require(MIN_SECONDS <= seconds <= MAX_SECONDS, "bad time to expiry")
        pool.available -= amount
        pool.reserved += amount
        self._state.allocations.append(Allocation(pool_id, buyer, amount, self._now + seconds, AllocationStatus.OPEN))
        return self.allocation_count

    def release(self, caller: str, allocation_id: int) -> None:
        """Complete a sale: a part is burned, the buyer gets the rest."""
        allocation = self._open_allocation(allocation_id)
        pool = self.pool(allocation.pool_id)
        require(caller == pool.operator, "not the operator")
        require(self._now < allocation.expires_at, "allocation expired")
        self._end(allocation_id, AllocationStatus.RELEASED)
        pool.reserved -= allocation.amount
        self._hand_over(pool, allocation.buyer, allocation.amount)

    def cancel(self, caller: str, allocation_id: int) -> None:
        """Take an allocation back."""
        allocation = self._open_allocation(allocation_id)
        require(caller == self.pool(allocation.pool_id).operator, "not the operator")
        self._give_back(allocation_id, AllocationStatus.CANCELLED)

    def set_price(self, caller: str, pool_id: int, price: int) -> None:
        """Move the price inside the owner's bounds, or stop selling with 0."""
        pool, sale = self._open_pool(pool_id), self.sale(pool_id)
        require(caller == pool.operator, "not the operator")
        require(price != sale.price, "nothing changes")
        sale.terms.check_price(price)
        self._state.sales[pool_id] = replace(sale, price=price)

    # --- governance ---

    def create_pool(self, caller: str, name: str, operator: str, absorbed: int = 0) -> int:
        """Begin a new pool, with tokens that were sent here directly if it is to absorb any.

        Returns:
            Its number.
        """
        self.check_owner(caller)
        require(name != "", "empty name")
        require(operator != ZERO_ADDRESS, "zero operator")
        pool = ReservePool(name, operator, created_at=self._now)
        if absorbed:
            self._absorb(pool, absorbed)
        self._state.pools.append(pool)
        return self.pool_count

    def close_pool(self, caller: str, pool_id: int) -> None:
        """Close a pool for good; what is available goes to the treasury."""
        self.check_owner(caller)
        pool = self._open_pool(pool_id)
        require(pool.reserved == 0, "still reserved")
        self.token.transfer(self.address, self.treasury, pool.available)
        pool.is_closed, pool.returned, pool.available = True, pool.available, 0
        self._state.sales.pop(pool_id, None)
        self._state.refills.pop(pool_id, None)

    def set_operator(self, caller: str, pool_id: int, operator: str) -> None:
        """Replace the operator."""
        self.check_owner(caller)
        pool = self._open_pool(pool_id)
        require(operator != ZERO_ADDRESS, "zero operator")
        require(operator != pool.operator, "nothing changes")
        pool.operator = operator

    def absorb(self, caller: str, pool_id: int, amount: int) -> None:
        """Put tokens that were sent here directly into a pool."""
        self.check_owner(caller)
        self._absorb(self._open_pool(pool_id), amount)

    def set_sale(self, caller: str, pool_id: int, terms: SaleTerms, price: int) -> None:
        """Offer a pool at a price, change the terms, or end the sale with all zero."""
        self.check_owner(caller)
        self._open_pool(pool_id)
        new = Sale(terms, price)
        require(new != self.sale(pool_id), "nothing changes")
        if terms.payment_token == ZERO_ADDRESS:
            require(new == Sale(), "terms without a token")
        else:
            terms.check(self.token_address)
            terms.check_price(price)
        self._state.sales[pool_id] = new

    def set_refill(self, caller: str, pool_id: int, refill: Refill) -> None:
        """Say below which amount a pool may be topped up, and by which schedule; all zero ends it."""
        self.check_owner(caller)
        self._open_pool(pool_id)
        require(refill != self.refill(pool_id), "nothing changes")
        if refill != Refill():
            require(refill.threshold > 0, "zero threshold")
            pays = self.schedules[refill.schedules].pays(refill.schedule_id)
            require(pays == (self.address, pool_id), "schedule pays another")
        self._state.refills[pool_id] = refill

    # --- views ---

    def quote(self, pool_id: int, amount: int) -> Quote:
        """What an amount costs now, and what arrives of it."""
        sale = self.sale(pool_id)
        require(sale.price > 0, "not for sale")
        check_amount(amount)
        burned = self._burned_of(amount)
        return Quote(sale.terms.payment_token, sale.payment(amount), burned, amount - burned)

    # --- internals ---

    def _absorb(self, pool: ReservePool, amount: int) -> None:
        require(amount > 0, "zero amount")
        require(amount <= self.unassigned, "above unassigned")
        self._put_in(pool, amount)

    def _burned_of(self, amount: int) -> int:
        return amount * self.sale_burn_bps // BPS

    def _hand_over(self, pool: ReservePool, buyer: str, amount: int) -> None:
        """A part of what was sold is burned, the buyer gets the rest."""
        burned = self._burned_of(amount)
        if burned > 0:
            self.token.burn(self.address, burned, Burn.TRANSACTION_FEE)
        self.token.transfer(self.address, buyer, amount - burned)
        pool.burned += burned
        pool.released += amount - burned
