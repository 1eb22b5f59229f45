"""A schedule: what it is created with, how it is kept, and how it is shown."""

from __future__ import annotations

from dataclasses import dataclass

from mdt.addresses import ZERO_ADDRESS
from mdt.model.refusals import refusals
from mdt.model.vesting.curve import MAX_UNITS, vested
from mdt.units import BPS, DAY, HOUR, YEAR

require = refusals("vesting")

MAX_START_AHEAD = 10 * YEAR
MAX_START = 2**32 - 1
MAX_DURATION = 20 * YEAR
MAX_CLIFF = (2**16 - 1) * HOUR
MOVE_DELAY = 40 * DAY


@dataclass(frozen=True)
class VestingTerms:
    """What a schedule is created with: wei, timestamps, seconds."""

    beneficiary: str
    amount: int
    start: int
    cliff_seconds: int
    duration_seconds: int
    at_start_bps: int = 0
    is_from_cliff: bool = False
    is_revocable: bool = False

    def check(self, now: int, unit: int) -> None:
        """Refuse terms nobody can want at this time, the beneficiary apart, in the contract's order; `unit` is wei."""
        require(self.amount > 0, "zero amount")
        require(self.amount % unit == 0, "not whole units")
        require(self.amount // unit <= MAX_UNITS, "amount out of bounds")
        require(self.start >= now, "start in the past")
        require(self.start <= min(now + MAX_START_AHEAD, MAX_START), "start out of bounds")
        require(0 < self.duration_seconds <= MAX_DURATION, "duration out of bounds")
        require(self.cliff_seconds <= self.duration_seconds, "cliff after the end")
        require(self.cliff_seconds <= MAX_CLIFF, "cliff out of bounds")
        require(self.duration_seconds % HOUR == 0 and self.cliff_seconds % HOUR == 0, "not whole hours")
        require(self.at_start_bps <= BPS, "share above the whole")


@dataclass(frozen=True)
class VestingSchedule:
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
    terms: VestingTerms
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
