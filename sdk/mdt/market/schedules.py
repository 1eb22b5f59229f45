"""Distribution schedules: what they pay, what is due and why it is not paid, and the calls of anyone and the owner."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from mdt.addresses import ZERO_ADDRESS
from mdt.chain.contract import Contract
from mdt.chain.signers import Signer
from mdt.errors import EmptyAnswerError, MarketError, RevertError
from mdt.market.pools import CONTRACT as POOLS
from mdt.market.pools import Pools
from mdt.model.schedules import FOR_EVER, MAX_AMOUNT, MAX_DURATION, MAX_INTERVAL, MAX_SCHEDULES, MAX_START_DELAY, REASONS, Kind
from mdt.suite.calls import Call, approvals
from mdt.suite.directory import Directory
from mdt.suite.opened import Suite
from mdt.suite.tokens import token_at
from mdt.suite.words import KINDS, every, plain_name
from mdt.treasury.purse import Purse

CONTRACT = "DistributionSchedules"
DEFAULT_RECIPIENTS = {Kind.VALIDATORS: "Staking", Kind.POOL: POOLS, Kind.TREASURY: "Treasury"}
"""Who is paid where nobody is named."""


@dataclass(frozen=True)
class ScheduleRow:
    """A schedule and its number."""

    id: int
    terms: Any

    @property
    def kind(self) -> Kind:
        """Who is paid."""
        return Kind(self.terms.kind)

    @property
    def recipient(self) -> str:
        """Who is paid, in a word."""
        return f"{KINDS[self.kind]}{f', pool {self.terms.pool_id}' if self.kind == Kind.POOL else ''}"

    @property
    def funds(self) -> int:
        """Wei handed in and not paid; nothing where payments are minted."""
        return int(self.terms.funded - self.terms.paid - self.terms.refunded) if not self.terms.is_minted else 0

    def is_running(self, block: int) -> bool:
        """Whether intervals of it are over in this block or later ones."""
        return not self.terms.is_cancelled and self.terms.paused_at == 0 and block < self.terms.last_block

    def current(self, block: int) -> tuple[int, int]:
        """Amount and length of the interval that runs at a block: of the new terms, once they apply."""
        new = self.terms.next_terms
        one = new if new.amount and block >= new.from_block else self.terms.terms
        return int(one.amount), int(one.interval_blocks)

    def state(self, block: int) -> str:
        """Where it stands, in a word."""
        if self.terms.is_cancelled:
            return "cancelled"
        if self.terms.paused_at:
            return "paused"
        if block >= self.terms.last_block:
            return "ended"
        return "waiting" if block < self.terms.terms.from_block else "running"


@dataclass(frozen=True)
class NewSchedule:
    """A schedule to create."""

    kind: Kind
    recipient: str | None
    pool_id: int | None
    is_minted: bool | None
    amount: int
    interval_blocks: int
    start_block: int
    duration_blocks: int


@dataclass(frozen=True)
class Step:
    """What processing one schedule comes to: what it pays, and what it leaves and why."""

    row: ScheduleRow
    intervals: int
    amount: int
    unpaid: int
    why: str


@dataclass(frozen=True)
class Distribution:
    """The schedules of a deployment."""

    suite: Suite

    @property
    def contract(self) -> Contract:
        """The contract."""
        return self.suite[CONTRACT]

    # --- reading ---

    def head(self) -> int:
        """The newest block."""
        return self.suite.chain.head()

    def count(self) -> int:
        """Schedules ever created."""
        return int(self.contract.call("schedule_count"))

    def all(self) -> list[ScheduleRow]:
        """All schedules, by number."""
        rows: list[ScheduleRow] = []
        while page := self.contract.call("schedules", len(rows) + 1, MAX_SCHEDULES):
            rows += [ScheduleRow(len(rows) + number, one) for number, one in enumerate(page, 1)]
        return rows

    def get(self, schedule_id: int) -> ScheduleRow:
        """One schedule.

        Raises:
            MarketError: there is none of that number.
        """
        count = self.count()
        if not 1 <= schedule_id <= count:
            known = f"numbers go from 1 to {count} (`mdt token list-schedules`)" if count else "there is none yet (`mdt token create-schedule`)"
            raise MarketError(f"there is no schedule {schedule_id}: {known}")
        return ScheduleRow(schedule_id, self.contract.call("schedule", schedule_id))

    def active(self, schedule_id: int) -> ScheduleRow:
        """One schedule that is not cancelled.

        Raises:
            MarketError: unknown, or cancelled.
        """
        row = self.get(schedule_id)
        if row.terms.is_cancelled:
            raise MarketError(f"schedule {schedule_id} is cancelled for good: create another (`mdt token create-schedule`)")
        return row

    def next_block(self, row: ScheduleRow) -> int:
        """The next block at which an interval is over; 0 for none."""
        return int(self.contract.call("next_due_block", row.id))

    def due(self, row: ScheduleRow) -> Any:
        """What is owed, and what of it would be paid now."""
        return self.contract.call("due", row.id)

    def payee(self, row: ScheduleRow) -> str:
        """Who is paid: what for, and the contract's name where it is one of the suite."""
        contract = Directory(self.suite).at(row.terms.recipient)
        return row.recipient if contract is None or row.kind == Kind.POOL else f"{row.recipient}: {contract.name}"

    def grant(self) -> Any:
        """The token's rules for what is minted here."""
        return self.suite["MDT"].call("minter", self.contract.address)

    def mintable(self) -> int:
        """Wei that can be minted here now, over all schedules that mint."""
        return int(self.suite["MDT"].call("mintable", self.contract.address))

    # --- anyone ---

    def step(self, row: ScheduleRow) -> Step:
        """What processing a schedule would pay now, and what not and why."""
        due = self.due(row)
        if due.intervals == 0:
            return Step(row, 0, 0, 0, self._why_nothing(row))
        why = self._why_refused(row)
        if why:
            return Step(row, 0, 0, int(due.amount), why)
        left = int(due.amount - due.payable_amount)
        return Step(row, int(due.payable_intervals), int(due.payable_amount), left, self._why_short(row, int(due.payable_amount)) if left else "")

    def process(self, row: ScheduleRow) -> Call:
        """Pay what is due and covered."""
        return Call(self.contract, "process", (row.id,), f"process schedule {row.id}")

    def call_in(self, signer: Signer, recipient: str) -> int:
        """Have every schedule pay that pays a contract of the suite; wei paid. One that refuses is passed over: whoever waits for it goes on without."""
        if not self.count():
            return 0
        target, paid = self.suite[recipient].address, 0
        for row in self.all():
            if row.terms.recipient != target or not self.step(row).amount:
                continue
            with suppress(RevertError, EmptyAnswerError):
                paid += sum(one.amount * one.intervals for one in self.contract.events(self.process(row).send(signer), "Paid"))
        return paid

    def fund(self, payer: str, schedule_id: int, amount: int) -> list[Call]:
        """Hand tokens of the payer in, approved exactly.

        Raises:
            MarketError: no such schedule, a cancelled one, or one that mints.
            StakingError: the payer does not hold that much.
        """
        fund = self._fund(schedule_id, amount)
        return [*approvals(self.suite, payer, amount, CONTRACT), fund]

    def fund_from_treasury(self, owner: str, schedule_id: int, amount: int, purpose: bytes) -> list[Call]:
        """Hand tokens of the treasury in, for its owner: the treasury cannot give allowances, so it sends them to the owner, which approves exactly them.

        Raises:
            MarketError: as `fund`.
        """
        fund, token = self._fund(schedule_id, amount), token_at(self.suite, None)
        approve = Call(token.contract, "approve", (self.contract.address, amount), f"approve exactly {self.suite.show(amount)} to {CONTRACT}")
        return [*Purse(self.suite).spend(token, owner, amount, purpose), approve, fund]

    # --- the owner ---

    def create(self, new: NewSchedule, earliest: int) -> list[Call]:
        """Begin a schedule, by a call that is made at block `earliest` or later.

        Raises:
            MarketError: what the contract would refuse, and a schedule that mints without a grant for it.
        """
        recipient, pool_id = self._recipient(new)
        self._check_shape(new, earliest)
        is_minted = self._is_minted(new)
        arguments = (int(new.kind), recipient, pool_id, is_minted, new.amount, new.interval_blocks, new.start_block, new.duration_blocks)
        paid = f"{'mint' if is_minted else 'pay'} {self.suite.show(new.amount)} {every(new.interval_blocks)}"
        until = f"until block {new.start_block + new.duration_blocks:,}" if new.duration_blocks else "for ever"
        to = f"pool {pool_id}" if new.kind == Kind.POOL else Directory(self.suite).name(recipient)
        return [Call(self.contract, "create", arguments, f"create a schedule: {paid} to {to} ({KINDS[new.kind]}), from block {new.start_block:,} {until}")]

    def change(self, schedule_id: int, amount: int, interval_blocks: int) -> list[Call]:
        """Other terms from the next interval on.

        Raises:
            MarketError: cancelled, nothing changes, or terms out of bounds.
        """
        row = self.active(schedule_id)
        self._check_terms(amount, interval_blocks)
        last = row.terms.next_terms if row.terms.next_terms.amount else row.terms.terms
        if (last.amount, last.interval_blocks) == (amount, interval_blocks):
            raise MarketError(f"schedule {schedule_id} pays {self.suite.show(amount)} {every(interval_blocks)} already")
        words = f"have schedule {schedule_id} pay {self.suite.show(amount)} {every(interval_blocks)} from its next interval on"
        return [Call(self.contract, "change", (schedule_id, amount, interval_blocks), words)]

    def pause(self, schedule_id: int) -> list[Call]:
        """Pay nothing until it is resumed; what is over by then is skipped.

        Raises:
            MarketError: cancelled, or paused already.
        """
        if self.active(schedule_id).terms.paused_at:
            raise MarketError(f"schedule {schedule_id} is paused already")
        return [Call(self.contract, "pause", (schedule_id,), f"pause schedule {schedule_id}")]

    def resume(self, schedule_id: int) -> list[Call]:
        """Go on with the interval that runs.

        Raises:
            MarketError: cancelled, or not paused.
        """
        if not self.active(schedule_id).terms.paused_at:
            raise MarketError(f"schedule {schedule_id} is not paused")
        return [Call(self.contract, "resume", (schedule_id,), f"resume schedule {schedule_id}")]

    def cancel(self, schedule_id: int) -> list[Call]:
        """End it for good: its funds go to the treasury, what is due is forgone.

        Raises:
            MarketError: cancelled already.
        """
        row = self.active(schedule_id)
        due = self.due(row)
        forgone = f"; {self.suite.show(due.amount)} that are due are forgone, unless they are processed before" if due.amount else ""
        return [Call(self.contract, "cancel", (schedule_id,), f"cancel schedule {schedule_id} for good, {self.suite.show(row.funds)} to the treasury{forgone}")]

    # --- internal ---

    def _fund(self, schedule_id: int, amount: int) -> Call:
        row = self.active(schedule_id)
        if row.terms.is_minted:
            raise MarketError(f"schedule {schedule_id} is paid by minting, not out of funds: nothing can be handed in")
        words = f"hand {self.suite.show(amount)} in for schedule {schedule_id} ({row.recipient})"
        return Call(self.contract, "fund", (schedule_id, amount), words)

    def _recipient(self, new: NewSchedule) -> tuple[str, int]:
        book = Directory(self.suite)
        if new.kind == Kind.POOL:
            if new.recipient is not None:
                raise MarketError("a pool is paid by its number: give --pool-id, not --recipient")
            return str(self.suite[POOLS].address), self._pool(new.pool_id)
        if new.pool_id is not None:
            raise MarketError(f"{KINDS[new.kind]} have no pool: --pool-id goes with --recipient-type marketplace")
        recipient = new.recipient
        if recipient is None:
            if new.kind not in DEFAULT_RECIPIENTS:
                raise MarketError(f"nobody says who is paid for {KINDS[new.kind]}: give --recipient")
            recipient = str(self.suite[DEFAULT_RECIPIENTS[new.kind]].address)
        if recipient in (ZERO_ADDRESS, self.contract.address, self.suite["MDT"].address):
            raise MarketError(f"{book.name(recipient)} cannot be paid: name another account (--recipient)")
        if recipient == self.suite["Staking"].address:
            self._check_streams(new.kind, new.interval_blocks)
        return recipient, 0

    def _check_streams(self, kind: Kind, interval_blocks: int) -> None:
        """Staking streams what is paid for validators, by the schedules that it has named; anything else it would keep for nobody."""
        if kind != Kind.VALIDATORS:
            raise MarketError(f"Staking is paid for validators only (--recipient-type validators), not for {KINDS[kind]}: name another account (--recipient)")
        longest = int(self.suite["Staking"].call("terms").stream_blocks)
        if interval_blocks > longest:
            raise MarketError(
                f"{interval_blocks:,} blocks are too long an interval for Staking, which streams a payment over {longest:,} blocks at most (--interval-blocks)"
            )
        named = self.suite["Staking"].call("schedules")
        if named != self.contract.address:
            raise MarketError(
                f"Staking takes rewards from the schedules of {Directory(self.suite).name(named)}, not from those of {self.contract.address}: its owner has to"
                " name them (`mdt governance schedule Staking set_schedules ...`)"
            )

    def _pool(self, pool_id: int | None) -> int:
        pools = Pools(self.suite)
        if pool_id is not None:
            return pools.open(pool_id).id
        known = [one.id for one in pools.all() if not one.books.is_closed]
        if len(known) != 1:
            raise MarketError(f"say which pool is paid: give --pool-id, one of {', '.join(map(str, known)) or 'none that are open'}")
        return known[0]

    def _check_shape(self, new: NewSchedule, earliest: int) -> None:
        self._check_terms(new.amount, new.interval_blocks)
        if new.start_block < earliest:
            raise MarketError(f"block {new.start_block:,} will have passed: the schedule can be created about block {earliest:,} (--start-block)")
        if new.start_block > earliest + MAX_START_DELAY:
            raise MarketError(f"block {new.start_block:,} is too far off: a schedule starts at most {MAX_START_DELAY:,} blocks ahead (--start-block)")
        if new.duration_blocks and not new.interval_blocks <= new.duration_blocks <= MAX_DURATION:
            raise MarketError(
                f"{new.duration_blocks:,} blocks are no duration: at least one interval of {new.interval_blocks:,}, at most {MAX_DURATION:,},"
                " or leave --duration-blocks out for ever"
            )

    def _check_terms(self, amount: int, interval_blocks: int) -> None:
        if not 0 < amount <= MAX_AMOUNT:
            raise MarketError(f"{self.suite.show(amount)} cannot be paid each time: allowed above 0, at most {self.suite.show(MAX_AMOUNT)} (--amount)")
        if not 1 <= interval_blocks <= MAX_INTERVAL:
            raise MarketError(f"{interval_blocks:,} blocks are no interval: allowed 1 to {MAX_INTERVAL:,} (--interval-blocks)")

    def _is_minted(self, new: NewSchedule) -> bool:
        grant, reason = self.grant(), REASONS[new.kind]
        may_mint = bool(grant.is_active and grant.reasons >> int(reason) & 1)
        if new.is_minted is None:
            return may_mint
        if new.is_minted and not may_mint:
            raise MarketError(
                f"schedules may not mint for {plain_name(reason)} here: the token's owner has to grant it (`mdt governance schedule MDT propose_minter"
                " DistributionSchedules ...`), or pay out of funds that are handed in (--funded)"
            )
        return new.is_minted

    def _why_nothing(self, row: ScheduleRow) -> str:
        state = row.state(self.head())
        if state in ("cancelled", "paused", "ended"):
            return state
        following = self.next_block(row)
        return f"nothing is due before block {following:,}" if following else "nothing will be due any more"

    def _why_refused(self, row: ScheduleRow) -> str:
        """Why all of what is due stays unpaid, whatever the funds are."""
        if row.terms.paused_at:
            return "paused"
        if row.kind == Kind.POOL and row.terms.recipient == self.suite[POOLS].address and Pools(self.suite).get(row.terms.pool_id).books.is_closed:
            return f"pool {row.terms.pool_id} is closed: the owner cancels the schedule"
        grant = self.grant() if row.terms.is_minted else None
        if grant is not None and not grant.is_active:
            return "schedules may not mint: the token's owner has to grant it"
        if grant is not None and not grant.reasons >> int(REASONS[row.kind]) & 1:
            return f"schedules may not mint for {plain_name(REASONS[row.kind])}"
        return ""

    def _why_short(self, row: ScheduleRow, paying: int) -> str:
        if row.terms.is_minted:
            return f"out of budget: {self.suite.show(self.mintable() - paying)} can still be minted, in this window and in all"
        return f"out of funds: {self.suite.show(row.funds - paying)} left (`mdt token fund-schedule`)"


def ends(last_block: int) -> str:
    """The end of a schedule in words."""
    return "never" if last_block == FOR_EVER else f"block {last_block:,}"


def intervals(count: int) -> str:
    """How many, in words."""
    return f"{count:,} interval{'' if count == 1 else 's'}"
