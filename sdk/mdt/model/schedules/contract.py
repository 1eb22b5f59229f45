"""Distribution schedules: `contracts/distribution/DistributionSchedules.vy` and its modules, with the same checks in the same order."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from mdt.addresses import ZERO_ADDRESS
from mdt.model.ownable import Ownable
from mdt.model.refusals import refusals
from mdt.model.schedules.terms import REASONS, DistributionSchedule, Due, Kind, PaymentTerms
from mdt.model.token import MDT

require = refusals("schedules")

MAX_AMOUNT = 2**104 - 1  # wei for each interval: as much as a token can have
MAX_INTERVAL = 10_000_000  # blocks
MAX_START_DELAY = 10_000_000  # blocks
MAX_DURATION = 2**32 - 1  # blocks
FOR_EVER = 2**256 - 1
MAX_SCHEDULES = 20  # on a page


class Pools(Protocol):
    """What schedules ask of reserve pools."""

    def is_open(self, pool_id: int) -> bool:
        """Whether tokens can be put in."""
        ...

    def replenish(self, caller: str, pool_id: int, amount: int) -> None:
        """Take tokens by allowance."""
        ...


class Staking(Protocol):
    """What schedules ask of staking."""

    @property
    def longest_payment(self) -> int:
        """Blocks that a payment is streamed over at most."""
        ...

    def add_reward(self, caller: str, amount: int, blocks: int) -> None:
        """Stream tokens, which schedules hand over, over so many blocks."""
        ...


class DistributionSchedules(Ownable):
    """Calls take the caller first, where it matters; tokens move on the token it is given, pools are found by their address."""

    def __init__(self, address: str, token: MDT, token_address: str, treasury: str, staking_address: str, owner: str) -> None:
        require(treasury not in (ZERO_ADDRESS, address, token_address, staking_address), "bad treasury")
        require(owner != ZERO_ADDRESS, "zero owner")
        super().__init__(owner)
        self.address, self.token, self.token_address = address, token, token_address
        self.treasury = treasury
        self.staking_address = staking_address
        self.staking: Staking | None = None
        self.pools: dict[str, Pools] = {}
        self._schedules: list[DistributionSchedule] = []

    # --- anyone ---

    def process(self, schedule_id: int) -> int:
        """Pay the intervals that are due, as many as the funds cover, all at once.

        Returns:
            Wei paid.
        """
        schedule = self._active(schedule_id)
        require(schedule.paused_at == 0, "is paused")
        old, new = self._unpaid(schedule)
        require(old + new > 0, "nothing due")
        old, new = self._covered(schedule, old, new)
        require(old + new > 0, "out of funds")
        amount = old * schedule.terms.amount + new * schedule.next_terms.amount
        self._pay(schedule, amount, old * schedule.terms.interval_blocks + new * schedule.next_terms.interval_blocks)
        schedule.paid += amount
        schedule.intervals_paid += old + new
        self._count(schedule, old, new)
        return amount

    def fund(self, caller: str, schedule_id: int, amount: int) -> None:
        """Hand in tokens for a schedule that is not minted."""
        schedule = self._active(schedule_id)
        require(not schedule.is_minted, "schedule is minted")
        require(amount > 0, "zero amount")
        require(amount <= MAX_AMOUNT, "bad amount")
        self.token.transfer_from(self.address, caller, self.address, amount)
        schedule.funded += amount

    # --- governance ---

    def create(
        self, caller: str, kind: int, recipient: str, pool_id: int, is_minted: bool, amount: int, interval_blocks: int, start_block: int, duration_blocks: int
    ) -> int:
        """Begin a schedule.

        Returns:
            Its number.
        """
        self.check_owner(caller)
        require(kind < len(Kind), "unknown kind")
        require(recipient not in (ZERO_ADDRESS, self.address, self.token_address), "bad recipient")
        require(recipient != self.staking_address or kind == Kind.VALIDATORS, "bad recipient")
        if kind == Kind.POOL:
            require(recipient in self.pools, "recipient has no code")
            require(self.pools[recipient].is_open(pool_id), "pool is not open")
        else:
            require(pool_id == 0, "pool of another kind")
        self._check_terms(amount, interval_blocks)
        self._check_length(recipient, interval_blocks)
        now = self._now
        require(start_block >= now, "start in the past")
        require(start_block <= now + MAX_START_DELAY, "start too far")
        require(duration_blocks == 0 or interval_blocks <= duration_blocks <= MAX_DURATION, "bad duration")
        last_block = FOR_EVER if duration_blocks == 0 else start_block + duration_blocks
        self._schedules.append(DistributionSchedule(Kind(kind), recipient, pool_id, is_minted, last_block, PaymentTerms(amount, interval_blocks, start_block)))
        return self.schedule_count

    def change(self, caller: str, schedule_id: int, amount: int, interval_blocks: int) -> None:
        """Other terms from the next interval on; replaces a change that waits for it."""
        self.check_owner(caller)
        schedule = replace(self._active(schedule_id))  # a refusal leaves everything as it was
        self._check_terms(amount, interval_blocks)
        self._check_length(schedule.recipient, interval_blocks)
        if schedule.paused_at > 0:
            self._skip(schedule)
        self._count(schedule, 0, 0)
        if schedule.next_terms.amount > 0:
            require(self._now < schedule.next_terms.from_block, "arrears unpaid")
        followed = schedule.next_terms if schedule.next_terms.amount > 0 else schedule.terms
        require((amount, interval_blocks) != (followed.amount, followed.interval_blocks), "nothing changes")
        from_block = schedule.terms.next_boundary(self._now)
        require(from_block + interval_blocks <= schedule.last_block, "no interval follows")
        schedule.next_terms = PaymentTerms(amount, interval_blocks, from_block)
        self._schedules[schedule_id - 1] = schedule

    def pause(self, caller: str, schedule_id: int) -> None:
        """Pay nothing until it is resumed; intervals that are over by then are skipped, what was due before stays owed."""
        self.check_owner(caller)
        schedule = self._active(schedule_id)
        require(schedule.paused_at == 0, "is paused")
        schedule.paused_at = self._now

    def resume(self, caller: str, schedule_id: int) -> None:
        """Go on with the next interval."""
        self.check_owner(caller)
        schedule = self._active(schedule_id)
        require(schedule.paused_at > 0, "not paused")
        self._skip(schedule)
        schedule.paused_at = 0

    def cancel(self, caller: str, schedule_id: int) -> None:
        """End a schedule; what is left of its funds goes to the treasury, what is due and unpaid is forgone."""
        self.check_owner(caller)
        schedule = self._active(schedule_id)
        schedule.is_cancelled = True
        if not schedule.is_minted:
            schedule.refunded = schedule.funded - schedule.paid
            self.token.transfer(self.address, self.treasury, schedule.refunded)

    # --- views ---

    @property
    def schedule_count(self) -> int:
        """Schedules ever created."""
        return len(self._schedules)

    def schedule(self, schedule_id: int) -> DistributionSchedule:
        """One schedule."""
        require(0 < schedule_id <= self.schedule_count, "unknown schedule")
        return self._schedules[schedule_id - 1]

    def schedules(self, first_id: int, limit: int) -> list[DistributionSchedule]:
        """Schedules from a number on."""
        start = max(first_id, 1) - 1
        return self._schedules[start : start + min(limit, MAX_SCHEDULES)]

    def due(self, schedule_id: int) -> Due:
        """What is owed, and what `process` would pay of it."""
        schedule = self.schedule(schedule_id)
        old, new = self._unpaid(schedule)
        payable = (0, 0) if schedule.paused_at > 0 else self._covered(schedule, old, new)
        return Due(
            old + new,
            old * schedule.terms.amount + new * schedule.next_terms.amount,
            sum(payable),
            payable[0] * schedule.terms.amount + payable[1] * schedule.next_terms.amount,
        )

    def next_due_block(self, schedule_id: int) -> int:
        """The next block at which an interval is over; 0 if there is none, or while paused."""
        schedule = self.schedule(schedule_id)
        if schedule.is_cancelled or schedule.paused_at > 0:
            return 0
        for terms, last in ((schedule.terms, schedule.turn), (schedule.next_terms, schedule.last_block)):
            following = terms.from_block + (terms.due(self._now) + 1) * terms.interval_blocks
            if terms.amount > 0 and following <= last:
                return following
        return 0

    @property
    def total_held(self) -> int:
        """Wei handed in and not yet paid."""
        return sum(schedule.funded - schedule.paid - schedule.refunded for schedule in self._schedules if not schedule.is_minted)

    def pays(self, schedule_id: int) -> tuple[str, int]:
        """Recipient and pool of a schedule, as pools ask it."""
        schedule = self.schedule(schedule_id)
        return schedule.recipient, schedule.pool_id

    # --- internals ---

    @property
    def _now(self) -> int:
        return self.token.clock.block_number

    def _active(self, schedule_id: int) -> DistributionSchedule:
        schedule = self.schedule(schedule_id)
        require(not schedule.is_cancelled, "is cancelled")
        return schedule

    @staticmethod
    def _check_terms(amount: int, interval_blocks: int) -> None:
        require(0 < amount <= MAX_AMOUNT, "bad amount")
        require(0 < interval_blocks <= MAX_INTERVAL, "bad interval")

    def _check_length(self, recipient: str, interval_blocks: int) -> None:
        if self.staking is not None and recipient == self.staking_address:
            require(interval_blocks <= self.staking.longest_payment, "interval too long")

    def _unpaid(self, schedule: DistributionSchedule) -> tuple[int, int]:
        """Intervals over and neither paid nor skipped, under each of the two terms."""
        if schedule.is_cancelled:
            return 0, 0
        old, new = schedule.due(schedule.paused_at or self._now)
        return old - schedule.terms.done, new - schedule.next_terms.done

    def _covered(self, schedule: DistributionSchedule, old: int, new: int) -> tuple[int, int]:
        """Of them, what the funds cover: whole intervals, the older ones first."""
        funds = self.token.mintable(self.address) if schedule.is_minted else schedule.funded - schedule.paid
        paid_old = min(old, funds // schedule.terms.amount)
        if paid_old < old or new == 0:
            return paid_old, 0
        return paid_old, min(new, (funds - paid_old * schedule.terms.amount) // schedule.next_terms.amount)

    def _count(self, schedule: DistributionSchedule, old: int, new: int) -> None:
        """Note intervals as done; the waiting terms take over once nothing is left of the old ones."""
        schedule.terms = replace(schedule.terms, done=schedule.terms.done + old)
        schedule.next_terms = replace(schedule.next_terms, done=schedule.next_terms.done + new)
        turn = schedule.next_terms.from_block
        if schedule.next_terms.amount > 0 and self._now >= turn and schedule.terms.done == schedule.terms.due(turn):
            schedule.terms, schedule.next_terms = schedule.next_terms, PaymentTerms()

    def _skip(self, schedule: DistributionSchedule) -> None:
        """Intervals that were over while it was paused are never paid."""
        (old_then, new_then), (old, new) = schedule.due(schedule.paused_at), schedule.due(self._now)
        schedule.paused_at = self._now
        self._count(schedule, old - old_then, new - new_then)

    def _pay(self, schedule: DistributionSchedule, amount: int, blocks: int) -> None:
        is_pool, is_staking = schedule.kind == Kind.POOL, schedule.recipient == self.staking_address
        if schedule.is_minted:
            self.token.mint(self.address, self.address if is_pool or is_staking else schedule.recipient, amount, REASONS[schedule.kind])
        if is_pool:
            self.token.approve(self.address, schedule.recipient, amount)
            self.pools[schedule.recipient].replenish(self.address, schedule.pool_id, amount)
        elif is_staking and self.staking:
            self.staking.add_reward(self.address, amount, blocks)
            self.token.transfer(self.address, self.staking_address, amount)
        elif not schedule.is_minted:
            self.token.transfer(self.address, schedule.recipient, amount)
