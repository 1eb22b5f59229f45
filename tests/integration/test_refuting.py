"""mdt.keeper.refuting: from what a quorum published to the transaction that discards its report, over a real deployment (X14)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mdt.crypto.merkle import AuditTree, MerkleTree
from mdt.crypto.merkle.audit import Summary, pack, root_of
from mdt.errors import BundleError, KeeperError
from mdt.keeper.refuting import evidence, refutation
from mdt.model.reasons import Discard
from mdt.oracle import attest as attestation
from mdt.oracle.bundle import bundle_path, read_ledger, read_report
from mdt.oracle.published import of_rows, read_nodes, read_rows
from tests.integration.test_keeper import QUORUM, Cycle
from tests.support.chains import anchored

Rows = list[tuple[str, int]]


def honest(cycle: Cycle) -> Rows:
    return list(read_ledger(bundle_path(cycle.keeper.bundles, 1)).leaves())


def sign(cycle: Cycle, rows: Rows, **changed: bytes) -> None:
    """A quorum signs and hands in a list, whatever it is."""
    tree = MerkleTree.as_listed(rows)
    report = replace(read_report(bundle_path(cycle.keeper.bundles, 1)), root=tree.root, audit_root=AuditTree(tree).root)
    report = replace(report, **changed)
    reporters = cycle.actors.reporters
    signatures = [attestation.sign(report, cycle.keeper.domain, reporter) for reporter in reporters]
    merged = attestation.merge(report, cycle.keeper.domain, signatures, [one.address for one in reporters], QUORUM)
    cycle.keeper.controller.send(cycle.signer, "submit_report", report.as_tuple(), merged)


def publish(path: Path, rows: Rows) -> Path:
    path.write_text("account,cumulative\n" + "".join(f"{account},{amount}\n" for account, amount in rows))
    return path


def taken(cycle: Cycle, ready) -> None:
    """It is accepted, for the reason that it gives, and costs at most what was said."""
    cost = ready.cost(cycle.signer)
    receipt = ready.call.send(cycle.signer)
    event = cycle.keeper.controller.events(receipt, "ReportDiscarded")[0]
    wanted = Discard.LOSS if ready.call.function == "refute_loss" else Discard.INCONSISTENT
    assert (event.reason, event.discarded_by) == (wanted, cycle.signer.address)
    assert 50_000 < cost.gas < 300_000
    assert cost.fee == cost.gas * cost.gas_price > 0
    assert not cycle.keeper.snapshot().status.has_pending


def test_refute__wrong_list__found_priced_and_discarded(cycle, tmp_path):
    """Excess, a duplicate, another order and a lowered account, each as it was published."""
    rows = honest(cycle)
    lowered = [(rows[0][0], 1), (rows[1][0], rows[1][1] + rows[0][1] - 1), *rows[2:]]
    for number, wrong in enumerate(([*rows[:-1], (rows[-1][0], rows[-1][1] + 1)], [rows[0], *rows], rows[::-1], lowered)):
        with anchored(cycle.w3):
            sign(cycle, wrong)
            taken(cycle, refutation(cycle.suite, cycle.keeper.bundles, publish(tmp_path / f"{number}.csv", wrong)))


def test_refute__everybody_left_out__shown_by_the_epoch_before(cycle, tmp_path):
    thief = cycle.actors.reporters[0].address
    wrong = [(thief, sum(amount for _, amount in honest(cycle)))]
    sign(cycle, wrong)
    ready = refutation(cycle.suite, cycle.keeper.bundles, publish(tmp_path / "leaves.csv", wrong))
    assert "after epoch 0, and is left out" in ready.call.words
    taken(cycle, ready)


def test_refute__list_of_the_bundle_itself__taken_when_none_is_named(cycle):
    """The bundle is good, the report pays by another root: a good audit beside other claims."""
    sign(cycle, honest(cycle), root=b"\x07" * 32)
    ready = refutation(cycle.suite, cycle.keeper.bundles)
    assert "miners would be paid by" in ready.call.words
    taken(cycle, ready)


def test_refute__rows_in_another_order_than_signed__put_in_order(cycle, tmp_path):
    rows = honest(cycle)
    wrong = [*rows[:-1], (rows[-1][0], rows[-1][1] + 1)]
    sign(cycle, wrong)
    taken(cycle, refutation(cycle.suite, cycle.keeper.bundles, publish(tmp_path / "leaves.csv", wrong[::-1])))


def test_refute__nodes_alone__are_enough(cycle, tmp_path):
    """A quorum that lies about a node publishes no leaves for it; whoever got hold of the nodes can show it."""
    tree = AuditTree(MerkleTree.build(honest(cycle)))
    left, right = tree.children(0)
    top: Summary = tree.top._replace(first=b"\x00" * 20)
    nodes = tmp_path / "nodes.txt"
    nodes.write_text(f"{pack(top).hex()}\n0x{pack(left).hex()}{pack(right).hex()}\n")
    audit_root = AuditTree(MerkleTree.build(honest(cycle))).root
    sign(cycle, honest(cycle), audit_root=root_of(top))
    assert read_nodes(nodes, audit_root) is None
    ready = refutation(cycle.suite, cycle.keeper.bundles, nodes=nodes)
    assert "other accounts than" in ready.call.words
    taken(cycle, ready)


def test_refute__honest_list__nothing_to_prove(cycle):
    sign(cycle, honest(cycle))
    with pytest.raises(KeeperError, match="the list of epoch 1 has no fault that can be proven with the bundles in"):
        refutation(cycle.suite, cycle.keeper.bundles)


def test_refute__list_not_published__says_who_can_act(cycle, tmp_path):
    sign(cycle, honest(cycle), audit_root=b"\x08" * 32)
    with pytest.raises(
        KeeperError,
        match=r"leaves.csv gives the audit root 0x[0-9a-f]{64}, a quorum signed 0x0808.*leaves.csv: is another list.*treat the list as bad: tell the guardian to"
        r" cancel it within the delay \(`mdt epoch cancel --account GUARDIAN`\); a quorum that voids it.*ask for a leaf \(`mdt epoch challenge`\)",
    ):
        refutation(cycle.suite, cycle.keeper.bundles)
    with pytest.raises(KeeperError, match=r"nothing gives the audit root 0x0808.*leaves.csv: cannot be read.*treat the list as bad"):
        refutation(cycle.suite, tmp_path)


def test_refute__nothing_pending_or_no_list__refused(cycle):
    with pytest.raises(KeeperError, match="no report is pending, there is nothing to refute"):
        refutation(cycle.suite, cycle.keeper.bundles)
    report = read_report(bundle_path(cycle.keeper.bundles, 0))
    sign(cycle, honest(cycle), root=report.root, audit_root=bytes(32), cumulative_total=report.cumulative_total)
    with pytest.raises(KeeperError, match="pays no miners and keeps the root that is in force"):
        refutation(cycle.suite, cycle.keeper.bundles)


def test_evidence__bundle_missing_or_of_another_root__set_aside(cycle, tmp_path):
    assert [epoch for epoch, _ in evidence(cycle.suite, cycle.keeper.bundles)] == [0]
    aside: list[str] = []
    assert list(evidence(cycle.suite, tmp_path, aside)) == []
    assert "does not exist" in aside[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("account,cumulative\n", "lists nobody"),
        ("", "lists nobody"),
        ("account,cumulative\nme,1\n", "leaves.csv:2: is not account,wei"),
        (f"account,cumulative\n0x{'1' * 40},{2**256}\n", "leaves.csv:2: is not account,wei"),
        (f"0x{'1' * 40},-1\n", "leaves.csv:1: is not account,wei"),
    ],
)
def test_read_rows__not_a_list__refused_with_its_line(tmp_path, text, message):
    path = tmp_path / "leaves.csv"
    path.write_text(text)
    with pytest.raises(BundleError, match=message):
        read_rows(path)


def test_read_rows__what_a_ledger_refuses__is_read(tmp_path):
    """Capitals, no order, twice, zero: whatever was signed must be readable."""
    one, other = "0x" + "AB" * 20, "0x" + "01" * 20
    rows = [(one, 0), (other, 5), (other, 5)]
    found = read_rows(publish(tmp_path / "leaves.csv", rows))
    assert found == rows
    assert of_rows(found, AuditTree(MerkleTree.as_listed(rows)).root) is not None
    assert of_rows(found, b"\x01" * 32) is None


@pytest.mark.parametrize("text", ["xyz\n", "00\n", "\n"])
def test_read_nodes__not_a_node__refused_with_its_line(tmp_path, text):
    path = tmp_path / "nodes.txt"
    path.write_text(text)
    with pytest.raises(BundleError, match="nodes.txt:1: is not a node"):
        read_nodes(path, bytes(32))
