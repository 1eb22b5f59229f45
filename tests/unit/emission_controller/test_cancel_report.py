"""cancel_report: the guardian discards a pending report; the epoch can be reported again."""

from __future__ import annotations

import boa

from mdt.model.reasons import Discard
from tests.support.emission import event


def test_cancel_report__pending__discarded(suite, controller, guardian, reported):
    digest = controller.pending().digest
    controller.cancel_report(sender=guardian)
    assert event(controller, "ReportDiscarded") == {"epoch": 0, "digest": digest, "discarded_by": guardian, "reason": Discard.CANCELLED}
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


def test_cancel_report__not_the_guardian__refused(controller, owner, attacker, reported):
    for caller in (attacker, owner):
        with boa.reverts("guardian: only the guardian"):
            controller.cancel_report(sender=caller)
