"""set_delay: for reports to come."""

from __future__ import annotations

import boa
import pytest

from mdt.units import DAY
from tests.support.emission import event

WEEK = 7 * DAY


@pytest.mark.parametrize("seconds", [60, 601, WEEK])
def test_set_delay__within_bounds__for_the_next_report(suite, controller, owner, seconds):
    controller.set_delay(seconds, sender=owner)
    assert event(controller, "DelaySet") == {"old_delay": suite.delay, "new_delay": seconds}
    assert controller.delay() == seconds
    suite.end_epoch()
    suite.submit(suite.report())
    assert controller.pending().settles_at == suite.now + seconds


@pytest.mark.parametrize("seconds", [0, 59, WEEK + 1, 2**256 - 1])
def test_set_delay__out_of_bounds__refused(controller, owner, seconds):
    """B6: never less than a minute, whatever a block takes."""
    with boa.reverts("controller: delay range"):
        controller.set_delay(seconds, sender=owner)


def test_set_delay__no_change__refused(suite, controller, owner):
    with boa.reverts("controller: no change"):
        controller.set_delay(suite.delay, sender=owner)


def test_set_delay__lowered_while_pending__the_report_keeps_its_own(suite, controller, owner, reported):
    """B8, in the direction that would shorten the time to react."""
    settles_at = controller.pending().settles_at
    controller.set_delay(60, sender=owner)
    boa.env.evm.patch.timestamp = settles_at - 1
    with boa.reverts("settle: delay not over"):
        controller.settle()


def test_set_delay__not_the_owner__refused(controller, guardian, attacker):
    for caller in (guardian, attacker):
        with boa.reverts("ownable: caller is not the owner"):
            controller.set_delay(100, sender=caller)
