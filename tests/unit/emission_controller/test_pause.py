"""pause: it ends by itself, and cannot follow itself."""

from __future__ import annotations

import boa
import pytest

from mdt.model.controller import GRACE, MAX_PAUSE
from mdt.units import HOUR
from tests.support.emission import event, travel


@pytest.mark.parametrize("seconds", [1, HOUR, MAX_PAUSE])
def test_pause__within_bounds__ends_by_itself(suite, controller, guardian, seconds):
    until = suite.now + seconds
    controller.pause(seconds, sender=guardian)
    assert event(controller, "Paused") == {"guardian": guardian, "paused_until": until}
    assert controller.paused_until() == controller.status().paused_until == until
    suite.advance(2_000, seconds=seconds - 1)
    report = suite.report()
    with boa.reverts("guardian: paused"):
        suite.submit(report)
    travel(1)
    suite.submit(report)


@pytest.mark.parametrize("seconds", [1, HOUR, MAX_PAUSE])
def test_pause__deadline_goes_by_meanwhile__a_grace_follows_to_the_second(suite, controller, guardian, seconds):
    """X7."""
    until = suite.now + seconds
    controller.pause(seconds, sender=guardian)
    assert controller.status().grace_until == until + GRACE
    suite.advance(2_000, seconds=seconds)
    travel(GRACE)
    assert not controller.status().is_late
    with boa.env.anchor():
        suite.submit(suite.report())
    travel(1)
    assert controller.status().is_late
    with boa.reverts("report: deadline passed"):
        suite.submit(suite.report())
    assert controller.skip() > 0


def test_pause__shorter_than_a_grace_that_runs__shortens_nothing(suite, controller, guardian):
    controller.pause(MAX_PAUSE, sender=guardian)
    grace = controller.status().grace_until
    controller.unpause(sender=guardian)
    travel(MAX_PAUSE)
    controller.pause(1, sender=guardian)
    assert controller.status().grace_until == max(grace, suite.now + 1 + GRACE)


@pytest.mark.parametrize("seconds", [0, MAX_PAUSE + 1, 2**256 - 1])
def test_pause__out_of_bounds__refused(controller, guardian, seconds):
    with boa.reverts("guardian: pause out of range"):
        controller.pause(seconds, sender=guardian)


def test_pause__while_paused__refused(controller, guardian):
    controller.pause(100, sender=guardian)
    travel(99)
    with boa.reverts("guardian: already paused"):
        controller.pause(1, sender=guardian)


def test_pause__too_soon_after_the_last__refused_to_the_second(controller, guardian):
    """B11: at least half of all time is unpaused, whoever the guardian is."""
    controller.pause(MAX_PAUSE, sender=guardian)
    travel(MAX_PAUSE)
    with boa.reverts("guardian: paused too recently"):
        controller.pause(1, sender=guardian)
    travel(MAX_PAUSE - 1)
    with boa.reverts("guardian: paused too recently"):
        controller.pause(1, sender=guardian)
    travel(1)
    controller.pause(MAX_PAUSE, sender=guardian)


def test_pause__not_the_guardian__refused(controller, owner, attacker):
    for caller in (attacker, owner):
        with boa.reverts("guardian: only the guardian"):
            controller.pause(1, sender=caller)
