"""Vote terms: how long votes take, and how much stake they need."""

from __future__ import annotations

from dataclasses import dataclass

from mdt.model.refusals import refusals
from mdt.units import DAY

require = refusals("governor")

BPS = 10_000
HOUR = 3_600
MIN_DELAY = MIN_PERIOD = DAY
MIN_EXTENSION = 6 * HOUR
MIN_QUORUM, MAX_QUORUM = 400, 4_000
MIN_THRESHOLD, MAX_THRESHOLD = 10, 500


@dataclass(frozen=True)
class VoteTerms:
    """What a proposal is made under: seconds, and basis points of all stake."""

    delay_seconds: int
    period_seconds: int
    extension_seconds: int
    quorum_bps: int
    threshold_bps: int

    def check(self, enrolment_seconds: int, unbonding_seconds: int) -> None:
        """Refuse terms under which stake could come back as another's before a vote is over, or nobody could vote."""
        rest = unbonding_seconds - enrolment_seconds
        require(MIN_DELAY <= self.delay_seconds <= enrolment_seconds, "delay out of range")
        require(MIN_PERIOD <= self.period_seconds < rest, "period out of range")
        require(MIN_EXTENSION <= self.extension_seconds < rest, "extension out of range")
        require(self.period_seconds + self.extension_seconds < rest, "vote too long")
        require(MIN_QUORUM <= self.quorum_bps <= MAX_QUORUM, "quorum out of range")
        require(MIN_THRESHOLD <= self.threshold_bps <= MAX_THRESHOLD, "threshold out of range")


def part(staked: int, bps: int) -> int:
    """So much of all stake, rounded up in favour of those who are against."""
    return -(-staked * bps // BPS)
