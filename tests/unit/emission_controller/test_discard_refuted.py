"""discard_refuted and evidence_root: only the controller's own audit discards, and only by what epochs have settled."""

from __future__ import annotations

import boa
import pytest

from mdt.model.reasons import Discard
from tests.support.emission import EMPTY, FULL, event


@pytest.mark.parametrize("reason", [Discard.INCONSISTENT, Discard.LOSS])
def test_discard_refuted__by_the_audit__discarded_in_the_name_of_the_refuter(suite, controller, reported, anyone, reason):
    digest = controller.pending().digest
    controller.discard_refuted(reason, anyone, sender=suite.root_audit.address)
    assert event(controller, "ReportDiscarded") == {"epoch": 0, "digest": digest, "discarded_by": anyone, "reason": reason}
    assert (controller.attempt(), controller.next_epoch()) == (1, 0)
    assert controller.pending().digest == EMPTY


def test_discard_refuted__while_paused__works(suite, controller, guardian, reported, anyone):
    controller.pause(1_000, sender=guardian)
    controller.discard_refuted(Discard.LOSS, anyone, sender=suite.root_audit.address)
    assert not controller.status().has_pending


def test_discard_refuted__by_anybody_else__refused(controller, owner, guardian, attacker, reported):
    for caller in (owner, guardian, attacker):
        with boa.reverts("refute: only the root audit"):
            controller.discard_refuted(Discard.LOSS, caller, sender=caller)


@pytest.mark.parametrize("reason", [Discard.CANCELLED, Discard.REGRESSION, Discard.DUPLICATE, Discard.REPORTERS_CHANGED, 6, 2**256 - 1])
def test_discard_refuted__another_reason__refused(suite, controller, reported, anyone, reason):
    with boa.reverts("refute: reason out of range"):
        controller.discard_refuted(reason, anyone, sender=suite.root_audit.address)


def test_discard_refuted__nothing_pending__refused(suite, controller, anyone):
    with boa.reverts("report: nothing pending"):
        controller.discard_refuted(Discard.LOSS, anyone, sender=suite.root_audit.address)


def test_evidence_root__settled_skipped_and_to_come__only_what_settled(suite, controller, miners):
    first = suite.settle_epoch(FULL, {miners[0]: 1})
    suite.advance_to(controller.epoch_bounds(1)[2] + 1)
    controller.skip()
    epoch = controller.next_epoch()
    second = suite.settle_epoch(FULL)
    assert controller.evidence_root(0) == first.root
    assert controller.evidence_root(1) == EMPTY
    assert controller.evidence_root(epoch) == second.root == first.root
    assert controller.evidence_root(epoch + 1) == controller.evidence_root(2**256 - 1) == EMPTY
