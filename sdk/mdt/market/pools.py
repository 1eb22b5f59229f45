"""Reserve pools: their books, their allocations, and the calls of operators and the owner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mdt.addresses import ZERO_ADDRESS
from mdt.chain.contract import Contract
from mdt.errors import MarketError
from mdt.escapes import short
from mdt.market.payments import require_held
from mdt.model.pools import MAX_ALLOCATIONS, MAX_POOLS, MAX_SECONDS, MIN_SECONDS, AllocationStatus
from mdt.suite.calls import Call, approvals
from mdt.suite.directory import Directory
from mdt.suite.opened import Suite
from mdt.suite.tokens import token_at
from mdt.treasury.purse import Purse
from mdt.units import format_seconds, when

CONTRACT = "ReservePools"
LONGEST_NAME = 64


@dataclass(frozen=True)
class PoolRow:
    """A pool and its number."""

    id: int
    books: Any

    @property
    def total(self) -> int:
        """Wei it holds, set aside or not."""
        return int(self.books.available + self.books.reserved)

    @property
    def operator(self) -> str:
        """Who allocates, releases and moves the price."""
        return str(self.books.operator)

    @property
    def words(self) -> str:
        """How errors call it."""
        return f"pool {self.id} ({short(self.books.name)})"


@dataclass(frozen=True)
class Liquidity:
    """Wei that all pools have, and how many are open."""

    available: int
    reserved: int
    active_pools: int

    @property
    def total(self) -> int:
        """Both."""
        return self.available + self.reserved


@dataclass(frozen=True)
class Deal:
    """An allocation and its number."""

    id: int
    terms: Any

    @property
    def is_open(self) -> bool:
        """Whether it was neither released nor cancelled nor expired."""
        return bool(self.terms.status == AllocationStatus.OPEN)


@dataclass(frozen=True)
class Pools:
    """The reserve pools of a deployment."""

    suite: Suite

    @property
    def contract(self) -> Contract:
        """The contract."""
        return self.suite[CONTRACT]

    # --- reading ---

    def now(self) -> int:
        """The time as a contract that is called now sees it."""
        return int(self.suite["EmissionController"].call("status").timestamp)

    def count(self) -> int:
        """Pools ever created."""
        return int(self.contract.call("pool_count"))

    def all(self) -> list[PoolRow]:
        """All pools, by number."""
        rows: list[PoolRow] = []
        while page := self.contract.call("pools", len(rows) + 1, MAX_POOLS):
            rows += [PoolRow(len(rows) + number, one) for number, one in enumerate(page, 1)]
        return rows

    def liquidity(self) -> Liquidity:
        """Of all pools together."""
        rows = self.all()
        available, reserved = (sum(int(getattr(one.books, name)) for one in rows) for name in ("available", "reserved"))
        return Liquidity(available, reserved, sum(not one.books.is_closed for one in rows))

    def get(self, pool_id: int) -> PoolRow:
        """One pool, open or closed.

        Raises:
            MarketError: there is none of that number.
        """
        count = self.count()
        if not 1 <= pool_id <= count:
            known = f"numbers go from 1 to {count} (`mdt token list-pools` shows them)" if count else "there is none yet (`mdt token create-pool`)"
            raise MarketError(f"there is no pool {pool_id}: {known}")
        return PoolRow(pool_id, self.contract.call("pool", pool_id))

    def open(self, pool_id: int) -> PoolRow:
        """One pool that is not closed.

        Raises:
            MarketError: unknown, or closed.
        """
        row = self.get(pool_id)
        if row.books.is_closed:
            raise MarketError(f"{row.words} is closed for good: use another pool (`mdt token list-pools`)")
        return row

    def deals(self, pool_id: int | None = None) -> list[Deal]:
        """All allocations, or those of one pool, by number."""
        found: list[Deal] = []
        while page := self.contract.call("allocations", len(found) + 1, MAX_ALLOCATIONS):
            found += [Deal(len(found) + number, one) for number, one in enumerate(page, 1)]
        return [one for one in found if pool_id in (None, one.terms.pool_id)]

    def deal(self, allocation_id: int) -> Deal:
        """One allocation that is still open.

        Raises:
            MarketError: there is none of that number, or it has ended.
        """
        count = int(self.contract.call("allocation_count"))
        if not 1 <= allocation_id <= count:
            raise MarketError(f"there is no allocation {allocation_id}: {f'numbers go from 1 to {count}' if count else 'nothing was ever allocated'}")
        one = Deal(allocation_id, self.contract.call("allocation", allocation_id))
        if not one.is_open:
            raise MarketError(f"allocation {allocation_id} is {AllocationStatus(one.terms.status).name.lower()} already: an allocation ends once")
        return one

    def operator_of(self, allocation_id: int) -> str:
        """The operator of the pool that an open allocation is of.

        Raises:
            MarketError: as `deal`.
        """
        return self.get(self.deal(allocation_id).terms.pool_id).operator

    # --- anyone ---

    def replenish(self, payer: str, pool_id: int, amount: int) -> list[Call]:
        """Put tokens of the payer in, approved exactly.

        Raises:
            MarketError: no such pool, or a closed one.
            StakingError: the payer does not hold that much.
        """
        row = self.open(pool_id)
        return [*approvals(self.suite, payer, amount, CONTRACT), self._replenish(row.words, pool_id, amount)]

    def top_up(self, pool_id: int) -> list[Call]:
        """Have the pool's schedule fill it.

        Raises:
            MarketError: it has none, or enough.
        """
        row, refill = self.open(pool_id), self.contract.call("refill", pool_id)
        if refill.threshold == 0:
            raise MarketError(f"{row.words} has no refill: the owner sets one with `mdt token set-refill`, and anyone can `replenish-pool`")
        if row.books.available >= refill.threshold:
            held, least = self.suite.show(row.books.available), self.suite.show(refill.threshold)
            raise MarketError(f"{row.words} has {held} available, and is topped up below {least} only")
        return [Call(self.contract, "top_up", (pool_id,), f"top up {row.words} from schedule {refill.schedule_id}")]

    def expire(self, allocation_id: int) -> list[Call]:
        """End an allocation whose time is over.

        Raises:
            MarketError: it has ended, or its time is not over.
        """
        one = self.deal(allocation_id)
        if self.now() < one.terms.expires_at:
            until = when(one.terms.expires_at)
            raise MarketError(f"allocation {allocation_id} runs until {until}: wait, or have the pool's operator cancel it (`mdt token cancel`)")
        return [Call(self.contract, "expire", (allocation_id,), f"expire {self._words(one)}")]

    # --- the operator ---

    def allocate(self, operator: str, pool_id: int, buyer: str, amount: int, seconds: int) -> list[Call]:
        """Set tokens aside for a buyer.

        Raises:
            MarketError: not the operator, no such buyer, more than is available, or a time out of bounds.
        """
        row = self.open(pool_id)
        self.require_operator(row, operator)
        if buyer in (ZERO_ADDRESS, self.contract.address, self.suite["MDT"].address):
            raise MarketError(f"{Directory(self.suite).name(buyer)} cannot be a buyer: name an account (--buyer)")
        self.require_available(row, amount)
        if not MIN_SECONDS <= seconds <= MAX_SECONDS:
            raise MarketError(f"an allocation runs {format_seconds(MIN_SECONDS)} to {format_seconds(MAX_SECONDS)}, not {format_seconds(seconds)} (--expires)")
        words = f"set {self.suite.show(amount)} of {row.words} aside for {buyer} for {format_seconds(seconds)}"
        return [Call(self.contract, "allocate", (pool_id, buyer, amount, seconds), words)]

    def release(self, operator: str, allocation_id: int, soonest: int) -> list[Call]:
        """Complete a sale, by a call that is made at `soonest` (Unix seconds) or later.

        Raises:
            MarketError: not the operator, ended, or expired by then.
        """
        one = self.deal(allocation_id)
        self.require_operator(self.get(one.terms.pool_id), operator)
        over = when(one.terms.expires_at)
        if self.now() >= one.terms.expires_at:
            raise MarketError(f"allocation {allocation_id} expired at {over}: `mdt token expire {allocation_id}`, and allocate anew")
        if soonest >= one.terms.expires_at:
            raise MarketError(f"allocation {allocation_id} expires at {over}, before the timelock can release it at {when(soonest)}: allocate it for longer")
        return [Call(self.contract, "release", (allocation_id,), f"release {self._words(one)}")]

    def cancel(self, operator: str, allocation_id: int) -> list[Call]:
        """Take an allocation back.

        Raises:
            MarketError: not the operator, or ended.
        """
        one = self.deal(allocation_id)
        self.require_operator(self.get(one.terms.pool_id), operator)
        return [Call(self.contract, "cancel", (allocation_id,), f"cancel {self._words(one)}")]

    # --- the owner ---

    def create(self, name: str, operator: str, absorbed: int = 0) -> list[Call]:
        """Begin a pool, not for sale: empty, or with wei that the contract holds and no pool has.

        Raises:
            MarketError: no name, or one too long; no operator.
        """
        size = len(name.encode())
        if not 1 <= size <= LONGEST_NAME:
            raise MarketError(f"the name {name!r} has {size} bytes, allowed 1 to {LONGEST_NAME} (--name)")
        if operator == ZERO_ADDRESS:
            raise MarketError("a pool needs an operator who allocates and releases: name an account (--operator)")
        words = f"create the pool {name}, operated by {operator}"
        if absorbed:
            return [Call(self.contract, "create_pool", (name, operator, absorbed), f"{words}, with {self.suite.show(absorbed)}")]
        return [Call(self.contract, "create_pool", (name, operator), words)]

    def filled_by(self, payer: str, name: str, operator: str, amount: int) -> list[Call]:
        """Begin a pool with tokens of the payer, the owner itself: sent to the contract, and counted to the pool by the call that creates it.

        Raises:
            MarketError: as `create`.
            AccountError: the payer does not hold that much.
        """
        require_held(self.suite, payer, amount)
        sent = Call(self.suite["MDT"], "transfer", (self.contract.address, amount), f"send {self.suite.show(amount)} to the reserve pools")
        return [sent, *self.create(name, operator, amount)]

    def filled_by_treasury(self, name: str, operator: str, amount: int, purpose: bytes) -> list[Call]:
        """Begin a pool with tokens of the treasury, in one operation: no number is named, so none can be another pool's."""
        return [*self._spent(amount, purpose), *self.create(name, operator, amount)]

    def replenish_from_treasury(self, pool_id: int, amount: int, purpose: bytes) -> list[Call]:
        """Fill a pool from the treasury, which cannot give allowances: sent, and absorbed.

        Raises:
            MarketError: no such pool, or a closed one.
        """
        return self._from_treasury(self.open(pool_id).words, pool_id, amount, purpose)

    def close(self, pool_id: int) -> list[Call]:
        """Close a pool for good.

        Raises:
            MarketError: closed already, or with open allocations.
        """
        row = self.open(pool_id)
        if row.books.reserved:
            numbers = ", ".join(str(one.id) for one in self.deals(pool_id) if one.is_open)
            raise MarketError(f"{row.words} has {self.suite.show(row.books.reserved)} reserved: first release, cancel or expire allocations {numbers}")
        back = self.suite.show(row.books.available)
        return [Call(self.contract, "close_pool", (pool_id,), f"close {row.words} for good, and send {back} to the treasury")]

    def set_operator(self, pool_id: int, operator: str) -> list[Call]:
        """Replace the operator, at once and for open allocations too.

        Raises:
            MarketError: nobody, or the same one.
        """
        row = self.open(pool_id)
        if operator in (ZERO_ADDRESS, row.books.operator):
            raise MarketError(f"{row.words} is operated by {row.books.operator}: name another account (--operator)")
        return [Call(self.contract, "set_operator", (pool_id, operator), f"have {operator} operate {row.words} instead of {row.books.operator}")]

    # --- refusals ---

    def require_available(self, row: PoolRow, amount: int) -> None:
        """Refuse more than a pool has available.

        Raises:
            MarketError: it has not that much.
        """
        if amount > row.books.available:
            raise MarketError(
                f"{row.words} has {self.suite.show(row.books.available)} available, not {self.suite.show(amount)}:"
                " take less, or put more in first (`mdt token replenish-pool`)"
            )

    def require_operator(self, row: PoolRow, account: str) -> None:
        """Refuse who does not operate a pool.

        Raises:
            MarketError: another account does.
        """
        if account != row.books.operator:
            raise MarketError(f"{row.words} is operated by {Directory(self.suite).name(row.operator)}, not by {account}: use that account (--account)")

    def _replenish(self, words: str, pool_id: int, amount: int) -> Call:
        return Call(self.contract, "replenish", (pool_id, amount), f"put {self.suite.show(amount)} into {words}")

    def _from_treasury(self, words: str, pool_id: int, amount: int, purpose: bytes) -> list[Call]:
        return [*self._spent(amount, purpose), Call(self.contract, "absorb", (pool_id, amount), f"count {self.suite.show(amount)} to {words}")]

    def _spent(self, amount: int, purpose: bytes) -> list[Call]:
        return Purse(self.suite).spend(token_at(self.suite, None), str(self.contract.address), amount, purpose)

    def _words(self, one: Deal) -> str:
        return f"allocation {one.id}: {self.suite.show(one.terms.amount)} of pool {one.terms.pool_id} for {one.terms.buyer}"
