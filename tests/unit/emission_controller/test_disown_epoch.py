"""disown_epoch, evidence_root: a root that settled although it was wrong measures no later one."""

from __future__ import annotations

import boa

from mdt.crypto.merkle import AuditTree, MerkleTree, leaf_hash
from tests.support.emission import EMPTY, FULL, event


def settle_root(suite, root):
    """Settle the next epoch with any word as its root, exact in its total."""
    suite.end_epoch()
    share = suite.controller.preview(suite.controller.next_epoch(), *FULL).miner_share
    suite.submit(suite.report(root=root, audit_root=b"\x01" * 32, cumulative_total=suite.distributor.total_funded() + share))
    suite.wait()
    suite.controller.settle()


def refute_by(suite, entries, epoch, account, cumulative):
    """Submit a list, and refute it with a leaf that is its whole tree of an epoch before."""
    suite.end_epoch()
    suite.submit(suite.report(entries=entries))
    top = AuditTree(MerkleTree.build(entries.items())).top
    suite.root_audit.refute_loss(suite.controller, epoch, account, cumulative, [], top.argument, 0, [], [])


def test_disown_epoch__poisoned_root__no_evidence_and_the_honest_one_before_still_is(suite, controller, owner, miners):
    """X4: a leaf near 2^256 settled, and every honest root was a regression for ever; the way on needs no new contract."""
    honest = suite.settle_epoch(entries={miners[0]: 400 * 10**18}).root
    poisoned = leaf_hash(miners[1], 2**256 - 1)
    settle_root(suite, poisoned)
    assert (controller.evidence_root(0), controller.evidence_root(1)) == (honest, poisoned)
    with boa.env.anchor():
        refute_by(suite, {miners[0]: 800 * 10**18}, 1, miners[1], 2**256 - 1)
        assert not controller.status().has_pending

    controller.disown_epoch(1, sender=owner)
    assert event(controller, "EpochDisowned") == {"epoch": 1, "root": poisoned}
    assert (controller.evidence_root(0), controller.evidence_root(1)) == (honest, EMPTY)
    assert (controller.epoch_record(1).root, controller.epoch_record(1).is_settled) == (poisoned, True)

    with boa.reverts("refute: no evidence"):
        refute_by(suite, {miners[0]: 800 * 10**18}, 1, miners[1], 2**256 - 1)
    suite.wait()
    controller.settle()
    again = suite.distributor.root()
    assert again == MerkleTree.build([(miners[0], 800 * 10**18)]).root
    assert controller.evidence_root(2) == again


def test_disown_epoch__root_kept_by_the_next__both_have_to_be_disowned(suite, controller, owner, miners):
    settle_root(suite, leaf_hash(miners[1], 2**256 - 1))
    suite.settle_epoch()
    controller.disown_epoch(0, sender=owner)
    assert controller.evidence_root(1) == controller.epoch_record(0).root
    controller.disown_epoch(1, sender=owner)
    assert controller.evidence_root(1) == EMPTY


def test_disown_epoch__twice_or_nothing_there__refused(suite, controller, owner, miners):
    suite.settle_epoch()  # without miners: no root yet
    suite.settle_epoch(entries={miners[0]: 400 * 10**18})
    controller.disown_epoch(1, sender=owner)
    for epoch in (0, 1, 2, 2**256 - 1):
        with boa.reverts("disown: no evidence"):
            controller.disown_epoch(epoch, sender=owner)


def test_disown_epoch__report_pending__waits_on(suite, controller, owner, miners):
    suite.settle_epoch(entries={miners[0]: 400})
    suite.end_epoch()
    suite.submit(suite.report(entries={miners[0]: 800}))
    controller.disown_epoch(0, sender=owner)
    assert controller.status().has_pending


def test_disown_epoch__not_the_owner__refused(suite, controller, guardian, attacker, miners):
    suite.settle_epoch(entries={miners[0]: 400})
    for caller in (guardian, attacker):
        with boa.reverts("ownable: caller is not the owner"):
            controller.disown_epoch(0, sender=caller)


def test_evidence_root__skipped_and_future_epochs__empty(suite, controller):
    suite.advance_to(controller.epoch_bounds(0)[2] + 1)
    controller.skip()
    assert [controller.evidence_root(epoch) for epoch in (0, 1, 2**256 - 1)] == [EMPTY] * 3
