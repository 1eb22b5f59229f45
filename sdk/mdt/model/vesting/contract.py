"""Vesting: tokens that become their beneficiaries' over time, with the contract's calls and refusals."""

from __future__ import annotations

from collections.abc import Sequence

from mdt.addresses import ZERO_ADDRESS
from mdt.errors import Refusal
from mdt.model.clock import Clock
from mdt.model.ownable import Ownable
from mdt.model.refusals import refusals
from mdt.model.vesting.curve import unit_of
from mdt.model.vesting.records import Record, VestingSchedule, VestingTerms

require = refusals("vesting")

MAX_SCHEDULES = 64  # of a beneficiary
MAX_PAGE = 32
MAX_MOVES = 16  # that `revoke` follows
FOR_EVER = 2**256 - 1


class Vesting(Ownable):
    """`contracts/vesting/Vesting.vy`. It moves no tokens: `held` is what the contract's balance should be, and calls return what they paid.

    Addresses are compared as strings: give them in one spelling. A call that is refused changes nothing.
    """

    def __init__(self, clock: Clock, address: str, token: str, cap: int, treasury: str, owner: str) -> None:
        require(ZERO_ADDRESS not in (treasury, owner), "zero address")
        super().__init__(owner)
        self.clock = clock
        self.address = address
        self.token = token
        self.treasury = treasury
        self.unit = unit_of(cap)
        self.held = 0
        self.creators: set[str] = set()
        self.schedule_count = 0
        # another place: the schedule that was here has moved there
        self.records: dict[tuple[str, int], Record | tuple[str, int]] = {}

    # --- permissionless ---

    def claim(self, beneficiary: str, index: int, amount: int = FOR_EVER) -> int:
        """Anyone has up to `amount` of what is vested paid to the beneficiary.

        Returns:
            Wei paid: whole UNITs, at most what is claimable.
        """
        record = self._record(beneficiary, index)
        units = min(record.vested(self.clock.timestamp) - record.claimed, amount // self.unit)
        require(units != 0, "nothing to claim")
        record.claimed += units
        self.held -= units * self.unit
        return units * self.unit

    def receive(self, amount: int) -> None:
        """A plain token transfer to the contract: it stays there."""
        self.held += amount

    # --- role: creator ---

    def create(self, caller: str, terms: VestingTerms) -> int:
        """Lock tokens of the caller for a beneficiary.

        Returns:
            The schedule's index.
        """
        self._check_creator(caller)
        return self._create(terms)

    def create_batch(self, caller: str, batch: Sequence[VestingTerms]) -> None:
        """Create them all or none."""
        self._check_creator(caller)
        require(batch, "empty batch")
        before = dict(self.records), self.held, self.schedule_count
        try:
            for terms in batch:
                self._create(terms)
        except Refusal:
            self.records, self.held, self.schedule_count = before
            raise

    # --- role: beneficiary ---

    def propose_beneficiary(self, caller: str, index: int, new: str) -> None:
        """Offer a schedule to another account; the zero address withdraws the offer."""
        record = self._record(caller, index)
        require(new != record.proposed, "nothing changes")
        require(new not in (caller, self.address, self.token), "bad beneficiary")
        record.proposed = new
        record.proposed_at = 0 if new == ZERO_ADDRESS else self.clock.timestamp

    def accept_beneficiary(self, caller: str, old: str, index: int) -> int:
        """Take an offered schedule over, with all that is not claimed.

        Returns:
            Its index among the caller's.
        """
        record = self._record(old, index)
        require(record.proposed == caller, "not proposed")
        require(self.clock.timestamp >= record.acceptable_at, "too early to accept")
        new_index = self._free_index(caller)
        record.proposed, record.proposed_at = ZERO_ADDRESS, 0
        self.records[old, index] = caller, new_index
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
        """The owner ends a schedule that allows it, wherever it has moved.

        Returns:
            Wei paid to the beneficiary, wei returned to the treasury.
        """
        self.check_owner(caller)
        return self._end(self._revocable(*self._followed(beneficiary, index)))

    def renounce_revocation(self, caller: str, beneficiary: str, index: int) -> None:
        """The owner gives up the right to end a schedule, wherever it has moved, for good."""
        self.check_owner(caller)
        self._revocable(*self._followed(beneficiary, index)).is_revocable = False

    def set_creator(self, caller: str, creator: str, is_creator: bool) -> None:
        """The owner says who else may create schedules."""
        self.check_owner(caller)
        require(creator != ZERO_ADDRESS, "zero address")
        require(is_creator != (creator in self.creators), "nothing changes")
        (self.creators.add if is_creator else self.creators.remove)(creator)

    # --- views ---

    def schedule(self, beneficiary: str, index: int) -> VestingSchedule:
        """All about a schedule now, in wei."""
        record = self.records.get((beneficiary, index))
        if not isinstance(record, Record):
            return VestingSchedule()
        terms = record.terms
        return VestingSchedule(
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

    def schedules(self, beneficiary: str, first: int, limit: int) -> list[VestingSchedule]:
        """A page of at most 32."""
        return [self.schedule(beneficiary, index) for index in range(first, min(first + min(limit, MAX_PAGE), MAX_SCHEDULES))]

    def vested_at(self, beneficiary: str, index: int, time: int) -> int:
        """Wei vested at any time, if nobody ends the schedule before."""
        record = self.records.get((beneficiary, index))
        return record.vested(time) * self.unit if isinstance(record, Record) else 0

    def claimable(self, beneficiary: str, index: int) -> int:
        """Wei vested and not claimed."""
        found = self.schedule(beneficiary, index)
        return found.vested - found.claimed

    def locked(self, beneficiary: str, index: int) -> int:
        """Wei not vested yet."""
        found = self.schedule(beneficiary, index)
        return found.amount - found.vested

    def moved_to(self, beneficiary: str, index: int) -> tuple[str, int]:
        """Where the schedule that was at a place went from there; the zero address where none has moved."""
        record = self.records.get((beneficiary, index))
        return record if isinstance(record, tuple) else (ZERO_ADDRESS, 0)

    @property
    def creator_count(self) -> int:
        """Accounts that may create schedules besides the owner."""
        return len(self.creators)

    def is_creator(self, account: str) -> bool:
        """Whether an account may create schedules."""
        return account == self.owner or account in self.creators

    # --- internals ---

    def _check_creator(self, caller: str) -> None:
        require(self.is_creator(caller), "not a creator")

    def _create(self, terms: VestingTerms) -> int:
        require(terms.beneficiary != ZERO_ADDRESS, "zero beneficiary")
        require(terms.beneficiary not in (self.address, self.token), "bad beneficiary")
        terms.check(self.clock.timestamp, self.unit)
        index = self._free_index(terms.beneficiary)
        self.records[terms.beneficiary, index] = Record(terms.amount // self.unit, 0, terms, terms.is_revocable)
        self.held += terms.amount
        self.schedule_count += 1
        return index

    def _free_index(self, beneficiary: str) -> int:
        free = (index for index in range(MAX_SCHEDULES) if (beneficiary, index) not in self.records)
        return require.found(next(free, None), "too many schedules")

    def _record(self, beneficiary: str, index: int) -> Record:
        record = self.records.get((beneficiary, index))
        return require.found(record if isinstance(record, Record) else None, "no schedule")

    def _followed(self, beneficiary: str, index: int) -> tuple[str, int]:
        """The place of a schedule that was at one before."""
        place = beneficiary, index
        for _ in range(MAX_MOVES):
            found = self.records.get(place)
            if not isinstance(found, tuple):
                return place
            place = found
        require(not isinstance(self.records.get(place), tuple), "moved too often")
        return place

    def _running(self, beneficiary: str, index: int) -> Record:
        record = self._record(beneficiary, index)
        require(not record.is_ended, "already ended")
        return record

    def _revocable(self, beneficiary: str, index: int) -> Record:
        record = self._running(beneficiary, index)
        require(record.is_revocable, "not revocable")
        return record

    def _end(self, record: Record) -> tuple[int, int]:
        """Pay what is vested, return the rest; a waiting proposal is dropped."""
        units = record.vested(self.clock.timestamp)
        require(units != record.amount, "fully vested")
        paid, returned = (units - record.claimed) * self.unit, (record.amount - units) * self.unit
        record.amount = record.claimed = units
        record.is_ended = True
        record.proposed, record.proposed_at = ZERO_ADDRESS, 0
        self.held -= paid + returned
        return paid, returned
