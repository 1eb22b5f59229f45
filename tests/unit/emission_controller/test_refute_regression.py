"""refute_regression: anyone kills a root that takes something away, and nobody a good one."""

from __future__ import annotations

import boa
import pytest

from mdt.crypto.merkle import MerkleTree
from mdt.model.reasons import Discard
from tests.support.emission import FULL, as_tuple, event


def test_refute_regression__one_wei_less__discarded_by_anyone(suite, controller, old, bad, miners, attacker):
    digest = controller.pending().digest
    controller.refute_regression(miners[0], 300, old.proof(miners[0]), 299, bad.proof(miners[0]), sender=attacker)
    assert event(controller, "ReportDiscarded") == {"epoch": 1, "digest": digest, "discarded_by": attacker, "reason": Discard.REGRESSION}
    assert (controller.attempt(), controller.next_epoch()) == (1, 1)
    assert not controller.status().has_pending
    assert controller.pending().settles_at == 0


def test_refute_regression__last_good_root_stays__claims_and_a_new_report_go_on(suite, controller, old, bad, miners):
    """B10, B11: the fallback is the last root, and the epoch can still be reported and settled."""
    controller.refute_regression(miners[0], 300, old.proof(miners[0]), 299, bad.proof(miners[0]))
    assert suite.distributor.root() == old.root
    suite.distributor.claim(miners[0], 300, old.proof(miners[0]))
    suite.settle_epoch(FULL, {miners[0]: 301, miners[1]: 100})
    assert controller.epoch_record(1).is_settled


def test_refute_regression__while_paused__works(suite, controller, guardian, old, bad, miners):
    controller.pause(1_000, sender=guardian)
    controller.refute_regression(miners[0], 300, old.proof(miners[0]), 299, bad.proof(miners[0]))
    assert not controller.status().has_pending


@pytest.mark.parametrize(("index", "old_amount", "new_amount"), [(1, 100, 200), (0, 299, 299), (0, 0, 1)])
def test_refute_regression__nothing_went_down__refused(controller, old, bad, miners, index, old_amount, new_amount):
    miner = miners[index]
    with boa.reverts("refute: no regression"):
        controller.refute_regression(miner, old_amount, old.proof(miner), new_amount, bad.proof(miner))


def test_refute_regression__honest_report__cannot_be_killed(suite, controller, old, miners):
    """B11: no spam, because only true statements are accepted."""
    entries = {miners[0]: 300, miners[1]: 500}
    suite.submit(suite.report(FULL, entries))
    new = MerkleTree.build(entries.items())
    with boa.reverts("refute: no regression"):
        controller.refute_regression(miners[0], 300, old.proof(miners[0]), 300, new.proof(miners[0]))
    with boa.reverts("refute: old proof invalid"):
        controller.refute_regression(miners[0], 301, old.proof(miners[0]), 300, new.proof(miners[0]))
    with boa.reverts("refute: new proof invalid"):
        controller.refute_regression(miners[0], 300, old.proof(miners[0]), 299, new.proof(miners[0]))
    with boa.reverts("refute: old proof invalid"):
        controller.refute_regression(miners[1], 300, old.proof(miners[0]), 299, new.proof(miners[0]))
    with boa.reverts("refute: new proof invalid"):
        controller.refute_regression(miners[0], 300, old.proof(miners[0]), 100, old.proof(miners[1]))


def test_refute_regression__another_account_in_the_new_tree__refused(controller, old, bad, miners):
    """One account, two trees: another account's lower total proves nothing."""
    with boa.reverts("refute: new proof invalid"):
        controller.refute_regression(miners[0], 300, old.proof(miners[0]), 200, bad.proof(miners[1]))
    with boa.reverts("refute: new proof invalid"):
        controller.refute_regression(miners[0], 300, old.proof(miners[0]), 299, [])


def test_refute_regression__nothing_pending__refused(controller, old, miners):
    with boa.reverts("report: nothing pending"):
        controller.refute_regression(miners[0], 300, old.proof(miners[0]), 299, [])


def test_refute_regression__root_unchanged__refused_even_if_that_root_is_bad(suite, controller, twice, miners):
    """A bad root that slipped through cannot be used to block every epoch without miners."""
    suite.wait()
    controller.settle()
    suite.end_epoch()
    suite.submit(suite.report(FULL))
    with boa.reverts("refute: root unchanged"):
        controller.refute_regression(miners[0], 500, twice[1], 400, twice[0])
    with boa.reverts("refute: root unchanged"):
        controller.refute_duplicate(miners[0], 400, twice[0], 500, twice[1])
    suite.wait()
    controller.settle()


def test_refute_regression__first_root_ever__has_no_old_leaf(suite, controller, miners):
    suite.end_epoch()
    entries = {miners[0]: 1, miners[1]: 2}
    suite.submit(suite.report(FULL, entries))
    tree = MerkleTree.build(entries.items())
    with boa.reverts("refute: old proof invalid"):
        controller.refute_regression(miners[0], 5, [], 1, tree.proof(miners[0]))


def test_refute_regression__submitted_again_with_its_signatures__refused(suite, controller, old, bad, miners):
    """B20."""
    report = controller.pending().report
    again = suite.report(FULL, root=report.root, cumulative_total=report.cumulative_total)
    signatures = suite.sign(again)
    controller.refute_regression(miners[0], 300, old.proof(miners[0]), 299, bad.proof(miners[0]))
    with boa.reverts("report: wrong attempt"):
        controller.submit_report(as_tuple(again), signatures)
