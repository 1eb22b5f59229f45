"""Since when the next epoch is the next one, and how long it can still be reported (`contracts/emission/modules/reporting_window.vy`)."""

from __future__ import annotations

from dataclasses import dataclass

from mdt.units import DAY

GRACE = 2 * DAY


@dataclass
class Opening:
    """Block in which the next epoch became the next one (0: it never did), and until when (timestamp) a stop keeps it reportable."""

    opened_at: int
    grace_until: int = 0

    @property
    def is_open(self) -> bool:
        """False only for a successor that has not taken over."""
        return self.opened_at != 0

    def open(self, block: int) -> None:
        """Another epoch is the next one; a grace that runs goes on."""
        self.opened_at = block

    def grant_grace(self, stopped_until: int) -> None:
        """A stop ends at this timestamp: reports count for GRACE after it. Never shortens a grace."""
        self.grace_until = max(self.grace_until, stopped_until + GRACE)
