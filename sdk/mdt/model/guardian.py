"""A guardian who may stop things for a while, and not for ever (`contracts/emission/modules/guardian.vy`)."""

from __future__ import annotations

from dataclasses import dataclass

from mdt.addresses import ZERO_ADDRESS
from mdt.model.clock import Clock
from mdt.model.refusals import refusals
from mdt.units import DAY

require = refusals("guardian")

MAX_PAUSE = 3 * DAY


@dataclass
class Guardian:
    """Who may stop, and until when (timestamp) it did."""

    clock: Clock
    account: str = ZERO_ADDRESS
    paused_until: int = 0

    def check(self, caller: str) -> None:
        """Refuse anybody but the guardian."""
        require(caller == self.account, "only the guardian")

    def check_guardian_or_owner(self, caller: str, owner: str) -> None:
        """Refuse anybody but the guardian and the owner."""
        require(caller in (self.account, owner), "not guardian or owner")

    def check_running(self) -> None:
        """Refuse while paused."""
        require(self.clock.timestamp >= self.paused_until, "paused")

    def pause(self, caller: str, seconds: int) -> None:
        """At most MAX_PAUSE, and not sooner than MAX_PAUSE after the last one ended."""
        self.check(caller)
        require(1 <= seconds <= MAX_PAUSE, "pause out of range")
        require(self.clock.timestamp >= self.paused_until, "already paused")
        require(self.clock.timestamp >= self.paused_until + MAX_PAUSE, "paused too recently")
        self.paused_until = self.clock.timestamp + seconds

    def unpause(self, caller: str, owner: str) -> None:
        """Guardian or owner end a pause now."""
        self.check_guardian_or_owner(caller, owner)
        require(self.clock.timestamp < self.paused_until, "not paused")
        self.paused_until = self.clock.timestamp

    def replace(self, account: str) -> None:
        """Another guardian; a running pause goes on."""
        require(account != ZERO_ADDRESS, "zero address")
        require(account != self.account, "no change")
        self.account = account
