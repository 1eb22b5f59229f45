"""X1, X2, X3, X14: a stolen quorum against ten unclaimed epochs. Each list that it can publish is found, proven and discarded before it pays a wei."""

from __future__ import annotations

from dataclasses import replace

import boa
import pytest

from mdt.crypto.merkle import AuditTree, MerkleTree
from mdt.model.reasons import Discard
from mdt.oracle.ledger import Ledger
from mdt.oracle.published import of_rows
from mdt.oracle.refute import find
from tests.support.emission import DATA_HASH, EMPTY, FULL, as_tuple, deploy_suite

EPOCHS = 10
MDT = 10**18
SHARE = 400 * MDT


class Stolen:
    """The suite after ten epochs in which nobody claimed; a thief, the honest ledgers, and whoever watches."""

    def __init__(self) -> None:
        self.suite = deploy_suite()
        self.controller = self.suite.controller
        self.miners = sorted((boa.env.generate_address(f"miner {number}") for number in range(5)), key=lambda one: int(one, 16))
        self.thief = boa.env.generate_address("thief")
        self.watcher = boa.env.generate_address("watcher")
        self.ledgers: dict[int, Ledger] = {}
        ledger = Ledger()
        for epoch in range(EPOCHS):
            ledger = self.honest(ledger)
            self.suite.settle_epoch(FULL, dict(ledger.leaves()))
            self.ledgers[epoch] = ledger
        self.suite.end_epoch()

    def honest(self, ledger: Ledger) -> Ledger:
        """The ledger after another epoch."""
        return ledger.advance((miner.lower(), SHARE // len(self.miners)) for miner in self.miners)

    @property
    def held(self) -> int:
        """Wei that the distributor holds."""
        return self.suite.token.balanceOf(self.suite.distributor)

    def sign(self, rows: list[tuple[str, int]], **changed) -> None:
        """A quorum signs a list, whatever it is, and publishes it."""
        tree = MerkleTree.as_listed(rows)
        total = self.suite.distributor.total_funded() + SHARE
        report = self.suite.report(FULL, root=tree.root, audit_root=AuditTree(tree).root, cumulative_total=total, data_hash=DATA_HASH)
        self.suite.submit(replace(report, **changed))

    def refute(self, rows: list[tuple[str, int]]):
        """As a watcher does: from what was published, and what settled before."""
        report = self.controller.pending().report
        published = of_rows(rows, report.audit_root)
        assert published is not None
        evidence = [(epoch, ledger) for epoch, ledger in sorted(self.ledgers.items(), reverse=True) if self.controller.evidence_root(epoch) == ledger.root]
        found = find(report, published, evidence)
        if found is not None:
            digest = self.controller.pending().digest
            getattr(self.suite.root_audit, found.function)(self.controller, *found.arguments, sender=self.watcher)
            reason = Discard.LOSS if found.function == "refute_loss" else Discard.INCONSISTENT
            wanted = {"epoch": self.controller.next_epoch(), "digest": digest, "discarded_by": self.watcher, "reason": reason}
            (log,) = [log for log in self.suite.root_audit.get_logs() if type(log).__name__ == "ReportDiscarded"]
            assert {key: value for key, value in log._asdict().items() if key != "address"} == wanted
        return found


@pytest.fixture(scope="module")
def started():
    with boa.env.anchor():
        yield Stolen()


@pytest.fixture
def stolen(started):
    with boa.env.anchor():
        before = dict(started.ledgers)
        yield started
        started.ledgers = before


def rows_of(ledger: Ledger, changed: dict[str, int]) -> list[tuple[str, int]]:
    """The ledger's rows in order, with some other amounts; nothing for 0."""
    amounts = dict(ledger.leaves()) | {account.lower(): amount for account, amount in changed.items()}
    return sorted((account, amount) for account, amount in amounts.items() if amount)


def test_x1__everybody_grew_and_one_has_the_total__refuted(stolen):
    honest = stolen.honest(stolen.ledgers[EPOCHS - 1])
    rows = rows_of(honest, {stolen.thief: honest.total})
    stolen.sign(rows)
    found = stolen.refute(rows)
    assert found.function == "refute_inconsistent"
    assert not stolen.controller.status().has_pending


def test_x1__without_a_refutation__the_thief_takes_everything(stolen):
    """What the refutation is worth: all that is unclaimed, and the epoch's share."""
    honest = stolen.honest(stolen.ledgers[EPOCHS - 1])
    rows = rows_of(honest, {stolen.thief: honest.total})
    stolen.sign(rows)
    stolen.suite.wait()
    stolen.controller.settle()
    tree = MerkleTree.as_listed(rows)
    stolen.suite.distributor.claim(stolen.thief, honest.total, tree.proof(stolen.thief))
    assert stolen.held == 0
    assert stolen.suite.token.balanceOf(stolen.thief) == 11 * SHARE


def test_x2__people_left_out_and_the_sum_is_right__refuted(stolen):
    """Not provable with the claims root alone: the leaves add up, nobody in them lost."""
    honest = stolen.honest(stolen.ledgers[EPOCHS - 1])
    rows = [(stolen.thief.lower(), honest.total)]
    stolen.sign(rows)
    assert stolen.refute(rows).function == "refute_loss"


def test_x2__one_left_out_between_two__refuted(stolen):
    honest = stolen.honest(stolen.ledgers[EPOCHS - 1])
    victim = stolen.miners[2]
    rows = rows_of(honest, {victim: 0, stolen.thief: honest[victim]})
    stolen.sign(rows)
    found = stolen.refute(rows)
    assert found.function == "refute_loss"
    assert victim in found.words


def test_x2__lowered_by_one_wei__refuted(stolen):
    before = stolen.ledgers[EPOCHS - 1]
    honest, victim = stolen.honest(before), stolen.miners[0]
    rows = rows_of(honest, {victim: before[victim] - 1, stolen.thief: honest[victim] - before[victim] + 1})
    stolen.sign(rows)
    assert stolen.refute(rows).function == "refute_loss"


def test_growth__beyond_the_share_with_everybody_whole__breaks_the_sum(stolen):
    """Who grows by more than the epoch's share takes it from somebody, or from the total."""
    before = stolen.ledgers[EPOCHS - 1]
    rows = rows_of(before, {stolen.thief: SHARE + 1})
    stolen.sign(rows)
    assert stolen.refute(rows).function == "refute_inconsistent"


def test_growth__the_whole_share_to_one_account__cannot_be_refuted(stolen):
    """What stays: the measurements are the quorum's, so an epoch's share is."""
    rows = rows_of(stolen.ledgers[EPOCHS - 1], {stolen.thief: SHARE})
    stolen.sign(rows)
    assert stolen.refute(rows) is None


def test_duplicate__of_an_account__refuted(stolen):
    honest = stolen.honest(stolen.ledgers[EPOCHS - 1])
    rows = rows_of(honest, {})
    rows.insert(1, rows[0])
    stolen.sign(rows)
    assert stolen.refute(rows).function == "refute_inconsistent"


def test_unsorted__hides_nobody__refuted(stolen):
    rows = rows_of(stolen.honest(stolen.ledgers[EPOCHS - 1]), {})
    rows[1], rows[3] = rows[3], rows[1]
    stolen.sign(rows)
    assert stolen.refute(rows).function == "refute_inconsistent"


def test_other_claims_root__than_the_audited_list__refuted(stolen):
    """A good list is audited, another one would pay."""
    honest = stolen.honest(stolen.ledgers[EPOCHS - 1])
    stolen.sign(rows_of(honest, {}), root=MerkleTree.build([(stolen.thief, honest.total)]).root)
    assert stolen.refute(rows_of(honest, {})).function == "refute_inconsistent"


def test_poisoned__a_leaf_near_2_256__refuted(stolen):
    """X4's cause: before, every later list took something from it."""
    rows = rows_of(stolen.honest(stolen.ledgers[EPOCHS - 1]), {stolen.thief: 2**256 - 1})
    stolen.sign(rows)
    assert stolen.refute(rows).function == "refute_inconsistent"


def settle_random_word(stolen) -> None:
    """Amnesia, first half: a root that nobody knows a leaf of settles, since nobody can refute what was not published."""
    report = stolen.suite.report(FULL, root=b"\x5a" * 32, audit_root=b"\xa5" * 32, cumulative_total=stolen.suite.distributor.total_funded() + SHARE)
    stolen.suite.submit(report)
    stolen.suite.wait()
    stolen.controller.settle()
    stolen.suite.end_epoch()


def test_x3__random_word_then_everybody_lowered__refuted_by_the_record_before(stolen):
    settle_random_word(stolen)
    total = stolen.suite.distributor.total_funded() + SHARE
    rows = [(stolen.thief.lower(), total)]
    stolen.sign(rows)
    found = stolen.refute(rows)
    assert found.function == "refute_loss"
    assert found.arguments[0] == EPOCHS - 1


def test_x3__random_word_then_the_honest_list__not_refutable_and_pays(stolen):
    """The way on after an unpublished root: what was earned before is still evidence, and the honest list settles."""
    settle_random_word(stolen)
    honest = stolen.honest(stolen.honest(stolen.ledgers[EPOCHS - 1]))
    stolen.sign(rows_of(honest, {}))
    assert stolen.refute(rows_of(honest, {})) is None
    stolen.suite.wait()
    stolen.controller.settle()
    for account, amount in honest.leaves():
        stolen.suite.distributor.claim(account, amount, honest.tree.proof(account))
    assert stolen.held == 0


def test_honest__list__not_refutable_by_any_epoch(stolen):
    honest = stolen.honest(stolen.ledgers[EPOCHS - 1])
    stolen.sign(rows_of(honest, {}))
    assert stolen.refute(rows_of(honest, {})) is None


def test_refuted__last_good_root_stays__claims_and_a_new_report_go_on(stolen):
    """B10, B11: the fallback is the last root, and the epoch can still be reported and settled."""
    before = stolen.ledgers[EPOCHS - 1]
    honest = stolen.honest(before)
    rows = rows_of(honest, {stolen.thief: honest.total})
    stolen.sign(rows)
    signed = stolen.controller.pending().report
    assert stolen.refute(rows) is not None
    again = replace(stolen.suite.report(FULL), root=signed.root, audit_root=signed.audit_root, cumulative_total=signed.cumulative_total, attempt=0)
    with boa.reverts("report: wrong attempt"):  # B20
        stolen.controller.submit_report(as_tuple(again), stolen.suite.sign(again))
    assert stolen.suite.distributor.root() == before.root
    miner = stolen.miners[0]
    stolen.suite.distributor.claim(miner, before[miner], before.tree.proof(miner.lower()))
    stolen.suite.settle_epoch(FULL, dict(honest.leaves()))
    assert stolen.controller.epoch_record(EPOCHS).is_settled


def test_refuted__while_paused__works(stolen):
    rows = [(stolen.thief.lower(), 11 * SHARE)]
    stolen.sign(rows)
    stolen.controller.pause(1_000, sender=stolen.suite.guardian)
    assert stolen.refute(rows) is not None


def test_refuted__by_an_audit_that_is_not_the_controllers__refused(stolen):
    """Anybody may deploy an audit of their own; no controller listens to it."""
    rows = [(stolen.thief.lower(), 11 * SHARE)]
    stolen.sign(rows)
    foreign = boa.env.generate_address("foreign audit")
    with boa.reverts("refute: only the root audit"):
        stolen.controller.discard_refuted(Discard.LOSS, stolen.watcher, sender=foreign)


def test_unchanged_root__that_is_bad_already__cannot_be_refuted(stolen):
    """A refutation that always works would stop emission for good."""
    settle_random_word(stolen)
    stolen.suite.submit(stolen.suite.report(FULL))
    assert stolen.controller.pending().report.audit_root == EMPTY
    top = AuditTree(MerkleTree.build([(stolen.thief, 1)])).top
    with boa.reverts("refute: root unchanged"):
        stolen.suite.root_audit.refute_inconsistent(stolen.controller, top.argument, 0, [], [])
    stolen.suite.wait()
    stolen.controller.settle()
