"""The root audit: what shows that a pending report's list of miners is wrong, as `RootAudit` and `summaries.vy` check it."""

from __future__ import annotations

from collections.abc import Sequence

from mdt.crypto import merkle
from mdt.crypto.merkle.audit import MAX_SUM, Summary, above, hash_above, root_of
from mdt.crypto.merkle.hashing import leaf_hash, node_hash
from mdt.model.controller import EMPTY, EmissionController, Report
from mdt.model.reasons import Discard
from mdt.model.refusals import refusals

require = refusals("refute")
require_report = refusals("report")

MAX_DEPTH = merkle.MAX_PROOF
"""A claim takes at most as many siblings: who stands lower could never claim."""


def is_sound_leaf(node: Summary) -> bool:
    """Whether a leaf says of one account what the claims tree pays it."""
    return node.first == node.last and node.claims == leaf_hash(node.first, node.sum)


def is_above(node: Summary, left: Summary, right: Summary) -> bool:
    """Whether a node says of its children what follows from them, and they are in order; its hash is not looked at."""
    derived = (node_hash(left.claims, right.claims), left.sum + right.sum, left.first, right.last)
    return left.last < right.first and node[1:] == derived


def is_faulty(node: Summary, depth: int, children: Sequence[Summary]) -> bool:
    """Whether a node contradicts what is below it.

    Raises:
        Refusal: an inner node without its children.
    """
    if node.is_leaf:
        return not is_sound_leaf(node)
    if depth == MAX_DEPTH:
        return True
    check_children(node, children)
    return not is_above(node, *children)


def contradicts(report: Report, top: Summary) -> bool:
    """Whether the top says another claims root or another total than its report."""
    return top.claims != report.root or top.sum != report.cumulative_total


def leaves_out(children: Sequence[Summary], account: bytes) -> bool:
    """Whether an account would stand between two neighbours."""
    left, right = children
    return left.last < account < right.first


def check_children(node: Summary, children: Sequence[Summary]) -> None:
    """Refuse what is not the two children by which a node's hash was made."""
    require(len(children) == 2, "two children needed")
    require(hash_above(*children) == node.hash, "children invalid")


def audit_root(node: Summary, place: int, path: Sequence[Summary]) -> bytes:
    """The audit root that a node, its number in its level and its siblings, from the node up, lead to."""
    for sibling in path:
        left, right = (sibling, node) if place & 1 else (node, sibling)
        place >>= 1
        require(left.sum + right.sum <= MAX_SUM, "sum too large")
        node = above(left, right)
    return root_of(node)


class RootAudit:
    """The contract: no state, no owner; `address` is what a controller knows it by. Every function takes who sends it first."""

    def __init__(self, address: str) -> None:
        self.address = address

    def refute_inconsistent(
        self, caller: str, controller: EmissionController, node: Summary, place: int, path: Sequence[Summary], children: Sequence[Summary]
    ) -> tuple[Discard, str]:
        """Discard the pending report by proof that its audit tree contradicts itself, the claims root or the declared total."""
        report = self._refutable_report(controller)
        self._check_path(report, node, place, path)
        found = (not path and contradicts(report, node)) or is_faulty(node, len(path), children)
        require(found, "nothing inconsistent")
        return controller.discard_refuted(self.address, Discard.INCONSISTENT, caller)

    def refute_loss(
        self,
        caller: str,
        controller: EmissionController,
        epoch: int,
        account: bytes,
        old_cumulative: int,
        old_proof: Sequence[bytes],
        node: Summary,
        place: int,
        path: Sequence[Summary],
        children: Sequence[Summary],
    ) -> tuple[Discard, str]:
        """Discard the pending report by proof that an account has less in it than a settled epoch gave it, or nothing."""
        report = self._refutable_report(controller)
        require(old_cumulative > 0, "nothing to lose")
        evidence = controller.evidence_root(epoch)
        require(evidence != EMPTY, "no evidence")
        require(merkle.verify(evidence, account, old_cumulative, old_proof), "old proof invalid")
        self._check_path(report, node, place, path)
        if node.is_leaf and node.first == account:
            has_less = node.sum < old_cumulative
        elif not path and not node.first <= account <= node.last:
            has_less = True
        else:
            check_children(node, children)
            has_less = leaves_out(children, account)
        require(has_less, "no loss")
        return controller.discard_refuted(self.address, Discard.LOSS, caller)

    def _refutable_report(self, controller: EmissionController) -> Report:
        pending = require_report.found(controller.pending, "nothing pending")
        require(pending.report.audit_root != EMPTY, "root unchanged")
        return pending.report

    def _check_path(self, report: Report, node: Summary, place: int, path: Sequence[Summary]) -> None:
        require(audit_root(node, place, path) == report.audit_root, "path invalid")
