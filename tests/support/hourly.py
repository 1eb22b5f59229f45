"""A keeper that looks once an hour, on titanoboa: what it would have reported must be paid, whatever stops it meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

import boa

from mdt.units import HOUR
from tests.support.emission import EmissionSuite

BLOCK_TIME = 3


@dataclass
class Hourly:
    """A keeper that looks once an hour, and reporters who sign whatever is to be reported then."""

    suite: EmissionSuite

    def hour(self) -> None:
        """Do what can be done, then let the hour pass."""
        controller = self.suite.controller
        if not self._is_stopped():
            status = controller.status()
            if status.has_pending and self.suite.now >= status.settles_at:
                self._settle()
                status = controller.status()
            if not status.has_pending and self.suite.block >= controller.epoch_bounds(status.next_epoch)[1]:
                if status.is_late:
                    controller.skip()
                else:
                    self.suite.submit(self.suite.report())
        self.suite.advance(HOUR // BLOCK_TIME)

    def _is_stopped(self) -> bool:
        token, controller = self.suite.token, self.suite.controller
        return max(controller.paused_until(), token.suspended_until(controller)) > self.suite.now

    def _settle(self) -> None:
        try:
            self.suite.controller.settle()
        except boa.BoaError as error:
            if "mdt: over window cap" not in str(error):  # then the day's window is full: an hour later is another try
                raise

    def hours(self, count: int) -> None:
        """Several."""
        for _ in range(count):
            self.hour()

    @property
    def paid(self) -> list[int]:
        """Epochs that settled, each in full."""
        controller = self.suite.controller
        found = [epoch for epoch in range(controller.next_epoch()) if controller.epoch_record(epoch).is_settled]
        assert all(controller.epoch_record(epoch).emission == self.suite.schedule.base_reward for epoch in found)
        return found

    def catch_up(self) -> None:
        """Every epoch that is over is dealt with."""
        suite, controller = self.suite, self.suite.controller
        for _ in range(60 * 24):
            status = controller.status()
            if not status.has_pending and suite.block < controller.epoch_bounds(status.next_epoch)[1]:
                return
            self.hour()
        raise AssertionError("never caught up")

    def assert_none_lost(self) -> None:
        """All that is history was paid."""
        self.catch_up()
        assert self.paid == list(range(self.suite.controller.next_epoch()))
