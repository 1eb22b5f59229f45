"""What offences cost, how long things take, and how an upheld slash splits."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mdt.model.offences import OFFENCES
from mdt.model.refusals import refusals
from mdt.units import BPS, DAY, HOUR

require = refusals("slasher")

MIN_SLASH_BPS, MAX_SLASH_BPS = 1, 5_000
MIN_WARNING_SECONDS, MAX_WARNING_SECONDS = HOUR, 7 * DAY
MIN_APPEAL_SECONDS, MAX_APPEAL_SECONDS = DAY, 14 * DAY
MAX_JAIL_SECONDS = 60 * DAY
MAX_EVIDENCE_BLOCKS = 2_000_000
MAX_OFFLINE_MISSED_BLOCKS = 100_000
MAX_WINDOW_EPOCHS = 6
MIN_JAILED_BPS, MAX_JAILED_BPS = 1_000, 5_000


def split(amount: int, burn_bps: int) -> tuple[int, int]:
    """What of an upheld slash is burned, rounded down, and what goes to the treasury: together exactly the amount (D9)."""
    burned = amount * burn_bps // BPS
    return burned, amount - burned


@dataclass(frozen=True)
class SlashTerms:
    """What offences cost (basis points of the pool), and how long things take (seconds, blocks)."""

    slash_bps: tuple[int, int, int]
    offline_missed_blocks: int
    window_epochs: int
    warning_seconds: int
    appeal_seconds: int
    jail_seconds: int
    evidence_blocks: int
    max_jailed_bps: int
    burn_bps: int

    def check(self) -> None:
        """Refuse what is out of bounds, sizes of slashes aside."""
        require(1 <= self.offline_missed_blocks <= MAX_OFFLINE_MISSED_BLOCKS, "missed out of range")
        require(1 <= self.window_epochs <= MAX_WINDOW_EPOCHS, "window out of range")
        require(MIN_WARNING_SECONDS <= self.warning_seconds <= MAX_WARNING_SECONDS, "warning out of range")
        require(MIN_APPEAL_SECONDS <= self.appeal_seconds <= MAX_APPEAL_SECONDS, "appeal out of range")
        require(self.appeal_seconds <= self.jail_seconds <= MAX_JAIL_SECONDS, "jail out of range")
        require(1 <= self.evidence_blocks <= MAX_EVIDENCE_BLOCKS, "evidence out of range")
        require(MIN_JAILED_BPS <= self.max_jailed_bps <= MAX_JAILED_BPS, "jailed out of range")
        require(self.burn_bps <= BPS, "burn above 100%")

    def with_bps(self, offence: int, bps: int) -> SlashTerms:
        """The same terms with another price of an offence.

        Raises:
            Refusal: no such offence, out of bounds, or no change.
        """
        require(offence < OFFENCES, "unknown offence")
        require(MIN_SLASH_BPS <= bps <= MAX_SLASH_BPS, "bps out of range")
        require(bps != self.slash_bps[offence], "no change")
        double_signing, offline, no_reveal = (bps if index == offence else old for index, old in enumerate(self.slash_bps))
        return replace(self, slash_bps=(double_signing, offline, no_reveal))
