"""Refuting the pending report: what was published of it, what settled before it, and the one transaction that discards it.

Anyone may; it needs no role and no bond. Nothing on disk is believed: a list counts when its audit root is the one that a quorum signed, a ledger when its root
is the one that the controller recorded. A list of which something is missing is never called good.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from mdt.chain.signers import Signer
from mdt.crypto.keccak import checksum
from mdt.crypto.merkle import AuditTree, MerkleTree
from mdt.crypto.merkle.audit import Summary
from mdt.errors import KeeperError, MDTError, UnpublishedError
from mdt.model.controller import EMPTY, Report
from mdt.oracle.bundle import bundle_path
from mdt.oracle.claims import ledger_of_bundle
from mdt.oracle.ledger import Ledger
from mdt.oracle.published import Published, of_rows, read_nodes, read_rows
from mdt.oracle.refute import Refutation, find
from mdt.suite.calls import Call
from mdt.suite.opened import Suite


@dataclass(frozen=True)
class Cost:
    """What a transaction costs at most.

    Attributes:
        gas: The limit it would be sent with.
        gas_price: Wei of the native coin a gas.
    """

    gas: int
    gas_price: int

    @property
    def fee(self) -> int:
        """Wei of the native coin."""
        return self.gas * self.gas_price


@dataclass(frozen=True)
class Ready:
    """A refutation of the pending report that the contract accepts.

    Attributes:
        report: The pending report.
        refutation: What is wrong with it, and the proof.
        call: The transaction.
        set_aside: A line for each file that was looked at and does not count.
    """

    report: Report
    refutation: Refutation
    call: Call
    set_aside: list[str]

    def cost(self, signer: Signer) -> Cost:
        """What sending it costs this account at most; nothing is signed.

        Raises:
            RevertError: the contract would refuse.
            AccountError: the account cannot pay for it.
        """
        contract, intent = self.call.contract, self.call.intent
        transaction = contract.chain.prepare(signer, intent.to, intent.data, f"RootAudit.{self.call.function}")
        return Cost(int(transaction["gas"]), int(transaction["gasPrice"]))


def pending_report(suite: Suite) -> Report:
    """The pending report, if it can be refuted.

    Raises:
        KeeperError: nothing is pending, or it keeps the root that is in force.
    """
    pending = suite["EmissionController"].call("pending")
    if pending.digest == EMPTY:
        raise KeeperError("no report is pending, there is nothing to refute")
    report = Report(**{field.name: getattr(pending.report, field.name) for field in fields(Report)})
    if report.audit_root == EMPTY:
        raise KeeperError(f"the pending report of epoch {report.epoch} pays no miners and keeps the root that is in force: there is no list in it to refute")
    return report


def refutation(suite: Suite, bundles: Path, leaves: Path | None = None, nodes: Path | None = None) -> Ready:
    """The proof that discards the pending report.

    Args:
        suite: The deployment.
        bundles: The folder of published bundles: the evidence, and the pending epoch's own, whose `leaves.csv` is what its quorum published.
        leaves: Another `leaves.csv` that the quorum published.
        nodes: The nodes of the audit tree, as `mdt.oracle.published` reads them.

    Raises:
        KeeperError: nothing to refute, or no fault of a list of which nothing is missing.
        UnpublishedError: no fault shows, and the list or some of it was not published: says who can act then.
    """
    report, aside = pending_report(suite), list[str]()
    csv = leaves or bundle_path(bundles, report.epoch) / "leaves.csv"
    published = _published(report, csv, nodes, aside)
    if published is None:
        raise _another(report, csv, aside)
    found = find(report, published, evidence(suite, bundles, aside))
    if found is None:
        hidden = list(published.hidden())
        if hidden:
            raise _incomplete(report, hidden, aside)
        besides = f"; set aside: {'; '.join(aside)}" if aside else ""
        raise KeeperError(f"the list of epoch {report.epoch} has no fault that can be proven with the bundles in {bundles}{besides}")
    controller = suite["EmissionController"].address
    words = f"refute the report of epoch {report.epoch}, attempt {report.attempt}: {found.words}"
    return Ready(report, found, Call(suite["RootAudit"], found.function, (controller, *found.arguments), words), aside)


def evidence(suite: Suite, bundles: Path, aside: list[str] | None = None) -> Iterator[tuple[int, Ledger]]:
    """Settled epochs and their ledgers, the newest first, each root once; `aside` takes a line for each bundle that is missing or is not the recorded one."""
    controller, passed = suite["EmissionController"], [] if aside is None else aside
    seen = {EMPTY}
    for epoch in range(int(controller.call("next_epoch")) - 1, -1, -1):
        root = bytes(controller.call("evidence_root", epoch))
        if root in seen:
            continue
        try:
            ledger = ledger_of_bundle(bundle_path(bundles, epoch), root)
        except (MDTError, OSError) as error:
            passed.append(str(error))
            continue
        seen.add(root)
        yield epoch, ledger


def _published(report: Report, leaves: Path, nodes: Path | None, aside: list[str]) -> Published | None:
    """What gives the report's audit root, nodes or leaves: the first that is whole, or else the nodes that there are."""
    readers: list[tuple[Path, Callable[[Path], Any]]] = [(leaves, lambda path: of_rows(read_rows(path), report.audit_root))]
    if nodes is not None:
        readers.insert(0, (nodes, lambda path: read_nodes(path, report.audit_root)))
    partial: Published | None = None
    for path, read in readers:
        try:
            found: Published | None = read(path)
        except MDTError as error:
            aside.append(str(error))
            continue
        if found is None:
            aside.append(f"{path}: is another list")
        elif next(found.hidden(), None) is None:
            return found
        else:
            partial = found
    return partial


# --- what was not published ---

_STOP = (
    "If there is no more of it, treat the list as bad: tell the guardian to cancel it within the delay (`mdt epoch cancel --account GUARDIAN`); a quorum that"
    " voids it can stop it too."
)


def _another(report: Report, leaves: Path, aside: list[str]) -> UnpublishedError:
    """Nothing that is here belongs to what was signed."""
    document, signed = _document(report, aside), f"0x{report.audit_root.hex()}"
    given = _root_of(leaves)
    if given is not None:
        document["audit_root_of_leaves"] = given
        what = f"what was published for epoch {report.epoch} is not what was signed: {leaves} gives the audit root {given}, a quorum signed {signed}"
    else:
        what = f"what was signed for epoch {report.epoch} is not here: nothing gives the audit root {signed}"
    besides = f" ({'; '.join(aside)})" if aside else ""
    return UnpublishedError(
        f"{what}{besides}. Fetch what its quorum published. {_STOP} Anyone can ask for a leaf (`mdt epoch challenge`): the report is discarded if nobody shows"
        " it. A list that hides something else can show it",
        document,
    )


def _incomplete(report: Report, hidden: list[Summary], aside: list[str]) -> UnpublishedError:
    """No fault shows, and some of the list is missing."""
    first, last = (checksum("0x" + one.hex()) for one in (hidden[0].first, hidden[0].last))
    document = _document(report, aside) | {"missing_count": len(hidden), "missing_first": {"first": first, "last": last, "sum": str(hidden[0].sum)}}
    nodes = "1 node" if len(hidden) == 1 else f"{len(hidden):,} nodes"
    besides = f"; set aside: {'; '.join(aside)}" if aside else ""
    return UnpublishedError(
        f"the children of {nodes} of the list of epoch {report.epoch} are not published: the first stands for {first} to {last} and says {hidden[0].sum} wei."
        f" Whatever is below may be paid. What is not published cannot be refuted: treat the list as bad unless all of it turns up, and tell the guardian to"
        " cancel it within the delay (`mdt epoch cancel --account GUARDIAN`). Questions about leaves (`mdt epoch challenge`) do not reach it, since its"
        f" quorum can show all others{besides}",
        document,
    )


def _document(report: Report, aside: list[str]) -> dict[str, Any]:
    signed = "0x" + report.audit_root.hex()
    return {"epoch": report.epoch, "attempt": report.attempt, "is_published": False, "audit_root": signed, "set_aside": list(aside)}


def _root_of(leaves: Path) -> str | None:
    """The audit root of a file of leaves in its own order; None when it holds none."""
    try:
        return "0x" + AuditTree(MerkleTree.as_listed(read_rows(leaves))).root.hex()
    except MDTError:
        return None
