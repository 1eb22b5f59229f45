"""reopen: the owner gives the next epoch a grace, however late it is."""

from __future__ import annotations

import boa

from mdt.model.controller import GRACE
from tests.support.emission import event, travel


def test_reopen__late__can_be_reported_for_a_grace(suite, controller, owner):
    suite.advance_to(controller.epoch_bounds(3)[2] + 1)
    assert controller.status().is_late
    until = suite.now + GRACE
    controller.reopen(sender=owner)
    assert event(controller, "EpochReopened") == {"epoch": 0, "grace_until": until}
    travel(GRACE)
    with boa.reverts("skip: nothing to skip"):
        controller.skip()
    for epoch in range(3):
        suite.settle_epoch()
        assert controller.epoch_record(epoch).emission == suite.schedule.base_reward


def test_reopen__unused__late_again_after_the_grace(suite, controller, owner):
    suite.advance_to(controller.epoch_bounds(3)[2] + 1)
    controller.reopen(sender=owner)
    travel(GRACE + 1)
    with boa.reverts("report: deadline passed"):
        suite.submit(suite.report())
    assert controller.skip() >= 4


def test_reopen__a_longer_grace_runs__says_that_one(suite, controller, owner, guardian):
    controller.pause(100, sender=guardian)
    until = suite.now + 100 + GRACE
    controller.reopen(sender=owner)
    assert event(controller, "EpochReopened")["grace_until"] == until


def test_reopen__not_the_owner__refused(controller, guardian, attacker):
    for caller in (guardian, attacker):
        with boa.reverts("ownable: caller is not the owner"):
            controller.reopen(sender=caller)
