"""refute_duplicate: anyone kills a root with two totals for one account."""

from __future__ import annotations

import boa

from mdt.model.reasons import Discard
from tests.support.emission import event


def test_refute_duplicate__two_totals_of_one_account__discarded_by_anyone(controller, twice, miners, attacker):
    """B13."""
    digest = controller.pending().digest
    controller.refute_duplicate(miners[0], 400, twice[0], 500, twice[1], sender=attacker)
    assert event(controller, "ReportDiscarded") == {"epoch": 1, "digest": digest, "discarded_by": attacker, "reason": Discard.DUPLICATE}
    assert controller.attempt() == 1
    assert not controller.status().has_pending


def test_refute_duplicate__while_paused__works(controller, guardian, twice, miners):
    controller.pause(1_000, sender=guardian)
    controller.refute_duplicate(miners[0], 500, twice[1], 400, twice[0])
    assert not controller.status().has_pending


def test_refute_duplicate__one_leaf_shown_twice__refused(controller, twice, miners):
    with boa.reverts("refute: no duplicate"):
        controller.refute_duplicate(miners[0], 400, twice[0], 400, twice[0])


def test_refute_duplicate__not_in_the_tree__refused(controller, twice, miners):
    with boa.reverts("refute: one proof invalid"):
        controller.refute_duplicate(miners[0], 401, twice[0], 500, twice[1])
    with boa.reverts("refute: other proof invalid"):
        controller.refute_duplicate(miners[0], 400, twice[0], 501, twice[1])
    with boa.reverts("refute: one proof invalid"):
        controller.refute_duplicate(miners[1], 400, twice[0], 500, twice[1])


def test_refute_duplicate__old_tree_and_new_tree__refused(controller, old, bad, miners):
    """Both leaves must be in the pending root: a total that grew is no duplicate."""
    with boa.reverts("refute: one proof invalid"):
        controller.refute_duplicate(miners[1], 100, old.proof(miners[1]), 200, bad.proof(miners[1]))
    with boa.reverts("refute: other proof invalid"):
        controller.refute_duplicate(miners[1], 200, bad.proof(miners[1]), 100, old.proof(miners[1]))


def test_refute_duplicate__nothing_pending__refused(controller, miners):
    with boa.reverts("report: nothing pending"):
        controller.refute_duplicate(miners[0], 1, [], 2, [])
