"""Finding what is wrong with a pending report's list, and the one call of `RootAudit` that proves it.

Nothing is believed: the list counts because its audit root is the one that was signed, and an earlier ledger because its root is the one that the controller
recorded. A fault that is found this way is accepted on chain, whoever sends it. A fault below a node whose children were not published is not found.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mdt.crypto.keccak import checksum
from mdt.crypto.merkle.audit import MAX_SUM, Summary, above, number_of
from mdt.model.controller import Report
from mdt.model.root_audit import MAX_DEPTH, NOBODY, contradicts, is_above, is_sound_leaf, leaves_out
from mdt.oracle.ledger import Ledger
from mdt.oracle.published import Published


@dataclass(frozen=True)
class Refutation:
    """A proof, ready to be sent.

    Attributes:
        function: Of `RootAudit`.
        arguments: After the controller's address.
        words: What is wrong, in words.
    """

    function: str
    arguments: tuple[Any, ...]
    words: str


@dataclass(frozen=True)
class _Spot:
    """A node, where it stands, and how it was come to."""

    node: Summary
    place: int = 0
    parent: _Spot | None = None
    sibling: Summary | None = None

    @property
    def path(self) -> list[Summary]:
        """The siblings from the node up."""
        found, at = [], self
        while at.parent is not None and at.sibling is not None:
            found.append(at.sibling)
            at = at.parent
        return found

    @property
    def depth(self) -> int:
        """How many nodes stand above it."""
        return (self.place + 1).bit_length() - 1

    def halves(self, children: list[Summary]) -> tuple[_Spot, _Spot]:
        """Its children as spots."""
        left, right = children
        return _Spot(left, 2 * self.place + 1, self, right), _Spot(right, 2 * self.place + 2, self, left)

    def proof(self, children: Iterable[Summary] = ()) -> tuple[Any, ...]:
        """Node, number in its level, path and children as `RootAudit` takes them."""
        return self.node.argument, number_of(self.place), [one.argument for one in self.path], [one.argument for one in children]


def find(report: Report, published: Published, evidence: Iterable[tuple[int, Ledger]]) -> Refutation | None:
    """The proof of one fault of a pending report, or None when none shows in what was published of its list.

    None means a good list only where nothing of it is missing (`Published.hidden`).

    Args:
        report: The pending report; its root is a new one.
        published: The list behind its audit root.
        evidence: Settled epochs and their ledgers, the newest first; each ledger has the root that the controller recorded. They are asked for one by one.
    """
    found = find_inconsistent(report, published)
    if found is not None:
        return found
    now = dict(published.listed())
    return next((loss for epoch, ledger in evidence if (loss := find_loss(published, now, epoch, ledger))), None)


# --- what contradicts itself ---


def find_inconsistent(report: Report, published: Published) -> Refutation | None:
    """The topmost node that contradicts the report or its own children: every node above it is sound, as a proof needs it."""
    top = _Spot(published.top)
    if contradicts(report, top.node):
        return _inconsistent(top, [], _contradiction(report, top.node))
    if published.is_sound:
        return None
    waiting = deque([top])
    while waiting:
        spot = waiting.popleft()
        node, children = spot.node, published.below(spot.place, spot.node)
        if node.is_leaf:
            if not is_sound_leaf(node):
                return _inconsistent(spot, [], _unsound_leaf(node))
        elif spot.depth == MAX_DEPTH:
            return _inconsistent(spot, [], f"what is below {_name(node.first)} stands deeper than a claim reaches")
        elif children:
            if not is_above(node, *children):
                return _inconsistent(spot, children, _unsound(node, children))
            waiting += spot.halves(children)
    return None


def _inconsistent(spot: _Spot, children: list[Summary], words: str) -> Refutation:
    return Refutation("refute_inconsistent", spot.proof(children), words)


def _contradiction(report: Report, top: Summary) -> str:
    if top.claims != report.root:
        return f"the list belongs to the claims root 0x{top.claims.hex()}, miners would be paid by 0x{report.root.hex()}"
    return f"the list adds up to {top.sum} wei, the report declares {report.cumulative_total}"


def _unsound_leaf(node: Summary) -> str:
    if node.first != node.last:
        return f"a leaf claims to be of {_name(node.first)} and of {_name(node.last)}"
    if node.first == NOBODY:
        return "a leaf is of the zero address, which can claim nothing"
    return f"the leaf of {_name(node.first)} is audited with {node.sum} wei, and pays another amount"


def _unsound(node: Summary, children: list[Summary]) -> str:
    left, right = children
    if left.last == right.first:
        return f"{_name(left.last)} is listed twice"
    if left.last > right.first:
        return f"{_name(right.first)} stands after {_name(left.last)}: the list is not in order"
    if left.sum + right.sum > MAX_SUM:
        return f"the sum of the list from {_name(left.first)} to {_name(right.last)} is more than 128 bits hold"
    if node.sum != left.sum + right.sum:
        return f"a node says {node.sum} wei of {left.sum + right.sum} below it"
    if node.claims != above(left, right).claims:
        return f"the audit of {_name(left.first)} to {_name(right.last)} is of other claims than are paid"
    return f"a node says other accounts than {_name(left.first)} to {_name(right.last)}, which are below it"


# --- what an account loses ---


def find_loss(published: Published, now: Mapping[bytes, int], epoch: int, ledger: Ledger) -> Refutation | None:
    """The first account that a settled epoch's ledger gives more than the list does, whose leaves are also given as a mapping."""
    for account, before in ledger.leaves():
        raw = bytes.fromhex(account[2:])
        if now.get(raw, 0) < before and (shown := _place_of(published, raw, before)) is not None:
            tree = ledger.tree
            assert tree is not None  # it has this leaf
            has = f"has {now[raw]} wei" if raw in now else "is left out"
            words = f"{checksum(account)} had {before} wei after epoch {epoch}, and {has}"
            return Refutation("refute_loss", (epoch, checksum(account), before, tree.proof(account), *shown), words)
    return None


def _place_of(published: Published, account: bytes, before: int) -> tuple[Any, ...] | None:
    """The leaf of an account that has less than before, or the node that leaves it out; None where nothing was published."""
    spot = _Spot(published.top)
    if not spot.node.first <= account <= spot.node.last:
        return spot.proof()
    while not spot.node.is_leaf:
        children = published.below(spot.place, spot.node)
        if not children:
            return None
        if leaves_out(children, account):
            return spot.proof(children)
        left, right = spot.halves(children)
        spot = left if account <= left.node.last else right
    return spot.proof() if spot.node.first == account and spot.node.sum < before else None


def _name(account: bytes) -> str:
    return checksum("0x" + account.hex())
