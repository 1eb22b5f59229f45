"""Vesting: tokens that become their beneficiaries' over time. The curve as pure functions, and the contract's calls and refusals.

Every division rounds down, for the contract and against the beneficiary, and the end pays everything, so what rounding keeps back is only late.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mdt.errors import Refusal
from mdt.model.clock import Clock
from mdt.model.ownable import ZERO_ADDRESS, Ownable
from mdt.units import BPS

HOUR, DAY, YEAR = 3_600, 86_400, 365 * 86_400
AMOUNT_BITS = 86
MAX_UNITS = 2**AMOUNT_BITS - 1
MAX_SCHEDULES = 64
MAX_BATCH = 64
MAX_PAGE = 32
MAX_START_AHEAD = 10 * YEAR
MAX_START = 2**32 - 1
MAX_DURATION = 20 * YEAR
MAX_CLIFF = (2**16 - 1) * HOUR
MOVE_DELAY = 40 * DAY
FOR_EVER = 2**256 - 1


def unit_of(cap: int) -> int:
    """The smallest power of ten such that the cap is below 2^86 of it: 1 wei for MDT."""
    unit = 1
    while cap >= unit << AMOUNT_BITS:
        unit *= 10
    return unit


def vested(amount: int, time: int, *, start: int, cliff: int, duration: int, at_start_bps: int, is_from_cliff: bool) -> int:
    """What of `amount` (in UNITs) is vested at a time; cliff and duration are seconds from the start."""
    if time < start:
        return 0
    if time >= start + duration:
        return amount
    initial = amount * at_start_bps // BPS
    if time < start + cliff:
        return initial
    begin = cliff if is_from_cliff else 0
    return initial + (amount - initial) * (time - start - begin) // (duration - begin)


@dataclass(frozen=True)
class Terms:
    """What a schedule is created with: wei, timestamps, seconds."""

    beneficiary: str
    amount: int
    start: int
    cliff_seconds: int
    duration_seconds: int
    at_start_bps: int = 0
    is_from_cliff: bool = False
    is_revocable: bool = False


@dataclass(frozen=True)
class Schedule:
    """A schedule as the contract shows it; nothing but zeros where there is none."""

    amount: int = 0
    claimed: int = 0
    vested: int = 0
    start: int = 0
    cliff_ends_at: int = 0
    ends_at: int = 0
    at_start_bps: int = 0
    is_from_cliff: bool = False
    is_revocable: bool = False
    is_ended: bool = False
    proposed_beneficiary: str = ZERO_ADDRESS
    acceptable_at: int = 0


@dataclass
class Record:
    """A schedule as it is kept; amounts in UNITs."""

    amount: int
    claimed: int
    terms: Terms
    is_revocable: bool
    is_ended: bool = False
    proposed: str = ZERO_ADDRESS
    proposed_at: int = 0

    def vested(self, time: int) -> int:
        """UNITs vested at a time; all there is left of an ended schedule."""
        if self.is_ended:
            return self.amount
        return vested(
            self.amount,
            time,
            start=self.terms.start,
            cliff=self.terms.cliff_seconds,
            duration=self.terms.duration_seconds,
            at_start_bps=self.terms.at_start_bps,
            is_from_cliff=self.terms.is_from_cliff,
        )

    @property
    def acceptable_at(self) -> int:
        """When the proposed account can take over, given that there is one."""
        return self.proposed_at + (MOVE_DELAY if self.is_revocable and not self.is_ended else 0)


class Vesting(Ownable):
    """`contracts/vesting/Vesting.vy`. It moves no tokens: `held` is what the contract's balance should be, and calls return what they paid.

    Addresses are compared as strings: give them in one spelling. A call that is refused changes nothing.
    """

    def __init__(self, clock: Clock, address: str, token: str, cap: int, treasury: str, owner: str) -> None:
        if ZERO_ADDRESS in (treasury, owner):
            raise Refusal("vesting: zero address")
        super().__init__(owner)
        self.clock = clock
        self.address = address
        self.token = token
        self.treasury = treasury
        self.unit = unit_of(cap)
        self.held = 0
        self.creators: set[str] = set()
        # None: the schedule that was there has moved to another beneficiary
        self.records: dict[tuple[str, int], Record | None] = {}

    # --- permissionless ---

    def claim(self, beneficiary: str, index: int, amount: int = FOR_EVER) -> int:
        """Anyone has up to `amount` of what is vested paid to the beneficiary.

        Returns:
            Wei paid: whole UNITs, at most what is claimable.
        """
        record = self._record(beneficiary, index)
        units = min(record.vested(self.clock.timestamp) - record.claimed, amount // self.unit)
        if units == 0:
            raise Refusal("vesting: nothing to claim")
        record.claimed += units
        self.held -= units * self.unit
        return units * self.unit

    def receive(self, amount: int) -> None:
        """A plain token transfer to the contract: it stays there."""
        self.held += amount

    # --- role: creator ---

    def create(self, caller: str, terms: Terms) -> int:
        """Lock tokens of the caller for a beneficiary.

        Returns:
            The schedule's index.
        """
        self._check_creator(caller)
        return self._create(terms)

    def create_batch(self, caller: str, batch: Sequence[Terms]) -> None:
        """Create them all or none."""
        self._check_creator(caller)
        if not batch:
            raise Refusal("vesting: empty batch")
        records, held = dict(self.records), self.held
        try:
            for terms in batch:
                self._create(terms)
        except Refusal:
            self.records, self.held = records, held
            raise

    # --- role: beneficiary ---

    def propose_beneficiary(self, caller: str, index: int, new: str) -> None:
        """Offer a schedule to another account; the zero address withdraws the offer."""
        record = self._record(caller, index)
        if new == record.proposed:
            raise Refusal("vesting: nothing changes")
        if new in (caller, self.address, self.token):
            raise Refusal("vesting: bad beneficiary")
        record.proposed = new
        record.proposed_at = 0 if new == ZERO_ADDRESS else self.clock.timestamp

    def accept_beneficiary(self, caller: str, old: str, index: int) -> int:
        """Take an offered schedule over, with all that is not claimed.

        Returns:
            Its index among the caller's.
        """
        record = self._record(old, index)
        if record.proposed != caller:
            raise Refusal("vesting: not proposed")
        if self.clock.timestamp < record.acceptable_at:
            raise Refusal("vesting: too early to accept")
        new_index = self._free_index(caller)
        record.proposed, record.proposed_at = ZERO_ADDRESS, 0
        self.records[old, index] = None
        self.records[caller, new_index] = record
        return new_index

    def renounce(self, caller: str, index: int) -> tuple[int, int]:
        """The beneficiary gives up what is not vested yet.

        Returns:
            Wei paid to the beneficiary, wei returned to the treasury.
        """
        return self._end(self._running(caller, index))

    # --- governance ---

    def revoke(self, caller: str, beneficiary: str, index: int) -> tuple[int, int]:
        """The owner ends a schedule that allows it.

        Returns:
            Wei paid to the beneficiary, wei returned to the treasury.
        """
        self.check_owner(caller)
        return self._end(self._revocable(beneficiary, index))

    def renounce_revocation(self, caller: str, beneficiary: str, index: int) -> None:
        """The owner gives up the right to end a schedule, for good."""
        self.check_owner(caller)
        self._revocable(beneficiary, index).is_revocable = False

    def set_creator(self, caller: str, creator: str, is_creator: bool) -> None:
        """The owner says who else may create schedules."""
        self.check_owner(caller)
        if creator == ZERO_ADDRESS:
            raise Refusal("vesting: zero address")
        if is_creator == (creator in self.creators):
            raise Refusal("vesting: nothing changes")
        (self.creators.add if is_creator else self.creators.remove)(creator)

    # --- views ---

    def schedule(self, beneficiary: str, index: int) -> Schedule:
        """All about a schedule now, in wei."""
        record = self.records.get((beneficiary, index))
        if record is None:
            return Schedule()
        terms = record.terms
        return Schedule(
            amount=record.amount * self.unit,
            claimed=record.claimed * self.unit,
            vested=record.vested(self.clock.timestamp) * self.unit,
            start=terms.start,
            cliff_ends_at=terms.start + terms.cliff_seconds,
            ends_at=terms.start + terms.duration_seconds,
            at_start_bps=terms.at_start_bps,
            is_from_cliff=terms.is_from_cliff,
            is_revocable=record.is_revocable,
            is_ended=record.is_ended,
            proposed_beneficiary=record.proposed,
            acceptable_at=0 if record.proposed == ZERO_ADDRESS else record.acceptable_at,
        )

    def schedules(self, beneficiary: str, first: int, limit: int) -> list[Schedule]:
        """A page of at most 32."""
        return [self.schedule(beneficiary, index) for index in range(first, min(first + min(limit, MAX_PAGE), MAX_SCHEDULES))]

    def vested_at(self, beneficiary: str, index: int, time: int) -> int:
        """Wei vested at any time, if nobody ends the schedule before."""
        record = self.records.get((beneficiary, index))
        return 0 if record is None else record.vested(time) * self.unit

    def claimable(self, beneficiary: str, index: int) -> int:
        """Wei vested and not claimed."""
        found = self.schedule(beneficiary, index)
        return found.vested - found.claimed

    def locked(self, beneficiary: str, index: int) -> int:
        """Wei not vested yet."""
        found = self.schedule(beneficiary, index)
        return found.amount - found.vested

    def is_creator(self, account: str) -> bool:
        """Whether an account may create schedules."""
        return account == self.owner or account in self.creators

    # --- internals ---

    def _check_creator(self, caller: str) -> None:
        if not self.is_creator(caller):
            raise Refusal("vesting: not a creator")

    def _create(self, terms: Terms) -> int:
        self._check(terms)
        index = self._free_index(terms.beneficiary)
        self.records[terms.beneficiary, index] = Record(terms.amount // self.unit, 0, terms, terms.is_revocable)
        self.held += terms.amount
        return index

    def _check(self, terms: Terms) -> None:
        """Refuse terms nobody can want, in the contract's order."""
        now = self.clock.timestamp
        refusals = (
            (terms.beneficiary == ZERO_ADDRESS, "vesting: zero beneficiary"),
            (terms.beneficiary in (self.address, self.token), "vesting: bad beneficiary"),
            (terms.amount == 0, "vesting: zero amount"),
            (terms.amount % self.unit != 0, "vesting: not whole units"),
            (terms.amount // self.unit > MAX_UNITS, "vesting: amount out of bounds"),
            (terms.start < now, "vesting: start in the past"),
            (terms.start > min(now + MAX_START_AHEAD, MAX_START), "vesting: start out of bounds"),
            (not 0 < terms.duration_seconds <= MAX_DURATION, "vesting: duration out of bounds"),
            (terms.cliff_seconds > terms.duration_seconds, "vesting: cliff after the end"),
            (terms.cliff_seconds > MAX_CLIFF, "vesting: cliff out of bounds"),
            (terms.duration_seconds % HOUR != 0 or terms.cliff_seconds % HOUR != 0, "vesting: not whole hours"),
            (terms.at_start_bps > BPS, "vesting: share above the whole"),
        )
        for is_refused, reason in refusals:
            if is_refused:
                raise Refusal(reason)

    def _free_index(self, beneficiary: str) -> int:
        for index in range(MAX_SCHEDULES):
            if (beneficiary, index) not in self.records:
                return index
        raise Refusal("vesting: too many schedules")

    def _record(self, beneficiary: str, index: int) -> Record:
        record = self.records.get((beneficiary, index))
        if record is None:
            raise Refusal("vesting: no schedule")
        return record

    def _running(self, beneficiary: str, index: int) -> Record:
        record = self._record(beneficiary, index)
        if record.is_ended:
            raise Refusal("vesting: already ended")
        return record

    def _revocable(self, beneficiary: str, index: int) -> Record:
        record = self._running(beneficiary, index)
        if not record.is_revocable:
            raise Refusal("vesting: not revocable")
        return record

    def _end(self, record: Record) -> tuple[int, int]:
        """Pay what is vested, return the rest; a waiting proposal is dropped."""
        units = record.vested(self.clock.timestamp)
        if units == record.amount:
            raise Refusal("vesting: fully vested")
        paid, returned = (units - record.claimed) * self.unit, (record.amount - units) * self.unit
        record.amount = record.claimed = units
        record.is_ended = True
        record.proposed, record.proposed_at = ZERO_ADDRESS, 0
        self.held -= paid + returned
        return paid, returned
