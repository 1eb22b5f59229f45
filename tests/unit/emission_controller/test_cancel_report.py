"""cancel_report: the guardian or the owner discards a pending report; the epoch can be reported again."""

from __future__ import annotations

import boa
import pytest

from mdt.model.controller import GRACE
from mdt.model.reasons import Discard
from tests.support.emission import event, travel


@pytest.mark.parametrize("role", ["guardian", "owner"])
def test_cancel_report__pending__discarded(suite, controller, reported, role):
    digest, caller = controller.pending().digest, getattr(suite, role)
    controller.cancel_report(sender=caller)
    assert event(controller, "ReportDiscarded") == {"epoch": 0, "digest": digest, "discarded_by": caller, "reason": Discard.CANCELLED}
    assert (controller.attempt(), controller.next_epoch()) == (1, 0)
    assert controller.pending() == type(controller.pending())(
        bytes(32),
        type(controller.pending().report)(0, 0, 0, 0, 0, bytes(32), bytes(32), 0, bytes(32)),
        type(controller.pending().amounts)(0, 0, 0, 0, 0, 0, False),
        0,
        0,
    )
    with boa.reverts("report: nothing pending"):
        controller.settle()


def test_cancel_report__repeatedly__attempt_counts_and_resets_when_settled(suite, controller, guardian):
    suite.end_epoch()
    for attempt in range(3):
        assert controller.attempt() == attempt
        suite.submit(suite.report())
        controller.cancel_report(sender=guardian)
    suite.settle_epoch()
    assert (controller.attempt(), controller.next_epoch()) == (0, 1)


def test_cancel_report__after_the_delay__still_possible_until_settled(suite, controller, guardian, reported):
    suite.wait()
    controller.cancel_report(sender=guardian)
    assert controller.total_emitted() == 0


def test_cancel_report__nothing_pending__refused(controller, guardian):
    with boa.reverts("report: nothing pending"):
        controller.cancel_report(sender=guardian)


def test_cancel_report__neither_guardian_nor_owner__refused(controller, attacker, reported):
    with boa.reverts("guardian: not guardian or owner"):
        controller.cancel_report(sender=attacker)


def test_cancel_report__after_the_deadline__the_epoch_can_be_reported_for_a_grace(suite, controller, guardian, reported):
    """X7: a report cancelled after its deadline took its epoch along."""
    suite.advance_to(controller.epoch_bounds(0)[2] + 1)
    cancelled = suite.now
    controller.cancel_report(sender=guardian)
    assert (controller.status().grace_until, controller.status().is_late) == (cancelled + GRACE, False)
    travel(GRACE)
    with boa.reverts("skip: nothing to skip"):
        controller.skip()
    suite.settle_epoch()
    assert controller.epoch_record(0).emission == suite.schedule.base_reward


def test_cancel_report__a_grace_later__the_epoch_is_late(suite, controller, guardian, reported):
    suite.advance_to(controller.epoch_bounds(0)[2] + 1)
    controller.cancel_report(sender=guardian)
    travel(GRACE + 1)
    assert controller.status().is_late
    with boa.reverts("report: deadline passed"):
        suite.submit(suite.report())
    assert controller.skip() > 0
