"""set_guardian: the owner replaces the guardian."""

from __future__ import annotations

import boa

from mdt.addresses import ZERO_ADDRESS
from tests.support.emission import event, travel


def test_set_guardian__owner__replaced_and_the_pause_rules_stay(controller, owner, guardian, attacker):
    """A new guardian does not reset the wait after a pause."""
    controller.pause(10, sender=guardian)
    controller.set_guardian(attacker, sender=owner)
    assert event(controller, "GuardianSet") == {"old_guardian": guardian, "new_guardian": attacker}
    assert controller.guardian() == attacker
    with boa.reverts("guardian: only the guardian"):
        controller.pause(1, sender=guardian)
    travel(10)
    with boa.reverts("guardian: paused too recently"):
        controller.pause(1, sender=attacker)


def test_set_guardian__same_or_zero__refused(controller, owner, guardian):
    with boa.reverts("guardian: no change"):
        controller.set_guardian(guardian, sender=owner)
    with boa.reverts("guardian: zero address"):
        controller.set_guardian(ZERO_ADDRESS, sender=owner)


def test_set_guardian__not_the_owner__refused(controller, guardian, attacker):
    for caller in (guardian, attacker):
        with boa.reverts("ownable: caller is not the owner"):
            controller.set_guardian(attacker, sender=caller)
