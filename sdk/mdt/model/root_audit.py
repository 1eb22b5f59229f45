"""The root audit: what shows that a pending report's list of miners is wrong, as `RootAudit` and `summaries.vy` check it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from mdt.crypto import merkle
from mdt.crypto.merkle.audit import MAX_SUM, Summary, above, hash_above, root_of
from mdt.crypto.merkle.hashing import leaf_hash, node_hash
from mdt.model.controller import EMPTY, EmissionController, Pending, Report
from mdt.model.reasons import Discard
from mdt.model.refusals import refusals

require = refusals("refute")
require_audit = refusals("audit")
require_challenge = refusals("challenge")
require_report = refusals("report")

MAX_BOND = 10_000 * 10**18
"""Wei; above it an honest asker could not be expected to have it at hand."""

NOBODY = bytes(20)

MAX_DEPTH = merkle.MAX_PROOF
"""A claim takes at most as many siblings: who stands lower could never claim."""


def is_sound_leaf(node: Summary) -> bool:
    """Whether a leaf says of one account what the claims tree pays it. The zero address can claim nothing."""
    return node.first == node.last != NOBODY and node.claims == leaf_hash(node.first, node.sum)


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


def check_evidence(controller: EmissionController, epoch: int, account: bytes, old_cumulative: int, old_proof: Sequence[bytes]) -> None:
    """Refuse what no settled epoch gave an account."""
    require(old_cumulative > 0, "nothing to lose")
    evidence = controller.evidence_root(epoch)
    require(evidence != EMPTY, "no evidence")
    require(merkle.verify(evidence, account, old_cumulative, old_proof), "old proof invalid")


def audit_root(node: Summary, place: int, path: Sequence[Summary]) -> bytes:
    """The audit root that a node, its number in its level and its siblings, from the node up, lead to."""
    return root_of(top_of(node, place, path))


def top_of(node: Summary, place: int, path: Sequence[Summary]) -> Summary:
    """The top that a node, its number in its level and its siblings, from the node up, lead to."""
    for sibling in path:
        left, right = (sibling, node) if place & 1 else (node, sibling)
        place >>= 1
        require(left.sum + right.sum <= MAX_SUM, "sum too large")
        node = above(left, right)
    return node


class Token(Protocol):
    """The token as bonds need it; `mdt.model.token.MDT` is one."""

    def transfer(self, caller: str, to: str, amount: int) -> bool:
        """Move tokens of the caller."""

    def transfer_from(self, caller: str, holder: str, to: str, amount: int) -> bool:
        """Move tokens of a holder by its allowance to the caller."""


@dataclass
class Challenge:
    """Somebody asked for an account's leaf.

    Attributes:
        pending: Whose leaf.
        challenger: Who asked.
        account: Whose leaf, 20 bytes.
        cumulative: Wei that the leaf must have at least.
        answer_by: Timestamp; 0 once it ended.
    """

    pending: Pending
    challenger: str
    account: bytes
    cumulative: int
    answer_by: int


class RootAudit:
    """The contract: no owner; `address` is what a controller knows it by. Every function takes who sends it first.

    Bonds move in `token`, whose refusals are its own.
    """

    def __init__(self, address: str, token: Token, bond: int) -> None:
        require_audit(0 < bond <= MAX_BOND, "bond out of range")
        self.address, self.token, self.bond = address, token, bond
        self.challenges: list[Challenge] = []

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
        check_evidence(controller, epoch, account, old_cumulative, old_proof)
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

    def challenge(self, caller: str, controller: EmissionController, epoch: int, account: bytes, old_cumulative: int, old_proof: Sequence[bytes]) -> int:
        """Ask for an account's leaf in the pending report, with a bond; returns the challenge's number."""
        pending, now = self._refutable(controller), controller.clock.timestamp
        require_challenge(now < pending.settles_at, "too late")
        check_evidence(controller, epoch, account, old_cumulative, old_proof)
        self.token.transfer_from(self.address, caller, self.address, self.bond)
        controller.open_challenges += 1
        self.challenges.append(Challenge(pending, caller, account, old_cumulative, now + pending.settles_at - pending.submitted_at))
        return len(self._of(pending)) - 1

    def answer(self, caller: str, controller: EmissionController, number: int, node: Summary, place: int, path: Sequence[Summary]) -> Challenge:
        """Show the leaf that was asked for; the caller gets the bond."""
        pending = self._refutable(controller)
        asked = self._find(pending, number)
        top = top_of(node, place, path)
        require(root_of(top) == pending.report.audit_root, "path invalid")
        is_claimable = not contradicts(pending.report, top) and node.is_leaf and is_sound_leaf(node)
        require_challenge(is_claimable and node.first == asked.account and node.sum >= asked.cumulative, "no answer")
        controller.open_challenges -= 1
        return self._end(asked, caller)

    def discard_unanswered(self, controller: EmissionController, number: int) -> tuple[Discard, str]:
        """Discard the pending report, because nobody showed a leaf in time; the bond goes back."""
        asked = self._find(self._refutable(controller), number)
        require_challenge(controller.clock.timestamp > asked.answer_by, "time left")
        self._end(asked, asked.challenger)
        return controller.discard_refuted(self.address, Discard.UNANSWERED, asked.challenger)

    def return_bond(self, controller: EmissionController, pending: Pending, number: int) -> Challenge:
        """Give a bond back whose report was discarded for another reason."""
        asked = self._find(pending, number)
        require_challenge(controller.pending is not pending, "still pending")
        return self._end(asked, asked.challenger)

    def _of(self, pending: Pending) -> list[Challenge]:
        return [one for one in self.challenges if one.pending is pending]

    def _find(self, pending: Pending, number: int) -> Challenge:
        of_this = self._of(pending)
        require_challenge(number < len(of_this) and of_this[number].answer_by != 0, "not open")
        return of_this[number]

    def _end(self, asked: Challenge, paid_to: str) -> Challenge:
        asked.answer_by = 0
        self.token.transfer(self.address, paid_to, self.bond)
        return asked

    def _refutable(self, controller: EmissionController) -> Pending:
        pending = require_report.found(controller.pending, "nothing pending")
        require(pending.report.audit_root != EMPTY, "root unchanged")
        return pending

    def _refutable_report(self, controller: EmissionController) -> Report:
        return self._refutable(controller).report

    def _check_path(self, report: Report, node: Summary, place: int, path: Sequence[Summary]) -> None:
        require(audit_root(node, place, path) == report.audit_root, "path invalid")
