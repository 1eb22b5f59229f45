"""unpause: guardian or owner end a pause at once."""

from __future__ import annotations

import boa
import pytest

from mdt.model.controller import MAX_PAUSE
from tests.support.emission import event, travel


@pytest.mark.parametrize("role", ["owner", "guardian"])
def test_unpause__owner_or_guardian__ends_at_once_and_restarts_the_wait(suite, controller, guardian, role):
    caller = getattr(suite, role)
    controller.pause(MAX_PAUSE, sender=guardian)
    travel(10)
    controller.unpause(sender=caller)
    assert event(controller, "Unpaused") == {"unpaused_by": caller}
    assert controller.paused_until() == suite.now
    suite.settle_epoch()
    boa.env.evm.patch.timestamp = controller.paused_until() + MAX_PAUSE - 1
    with boa.reverts("guardian: paused too recently"):
        controller.pause(1, sender=guardian)
    travel(1)
    controller.pause(1, sender=guardian)


def test_unpause__not_paused__refused(controller, guardian):
    with boa.reverts("guardian: not paused"):
        controller.unpause(sender=guardian)
    controller.pause(5, sender=guardian)
    travel(5)
    with boa.reverts("guardian: not paused"):
        controller.unpause(sender=guardian)


def test_unpause__neither_owner_nor_guardian__refused(controller, guardian, attacker):
    controller.pause(5, sender=guardian)
    with boa.reverts("guardian: not guardian or owner"):
        controller.unpause(sender=attacker)
