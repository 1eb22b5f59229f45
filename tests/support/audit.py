"""Audit trees by a liar's hand, and a root audit with its model over a controller that says what a test wants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import boa

from mdt.crypto.merkle.audit import NO_HASH, Summary, above, hash_above, root_of
from mdt.crypto.merkle.hashing import address_bytes, leaf_hash
from mdt.errors import Refusal
from mdt.model.controller import EMPTY
from mdt.model.reasons import Discard
from mdt.model.root_audit import RootAudit
from mdt.oracle.ledger import Ledger
from mdt.oracle.published import PublishedNodes
from mdt.oracle.refute import Refutation
from tests.support.deployers import deploy
from tests.support.harness import harness
from tests.support.token import deploy_token


@dataclass(frozen=True)
class Made:
    """A node of a tree of any shape: what is said of it above, and what is below it."""

    said: Summary
    halves: tuple[Made, Made] | None = None

    def saying(self, **lies: Any) -> Made:
        """The same node, of which something else is said."""
        return Made(self.said._replace(**lies), self.halves)

    def walk(self, path: tuple[Summary, ...] = ()) -> Iterator[tuple[Made, tuple[Summary, ...]]]:
        """Every node with its path, from the top down."""
        yield self, path
        if self.halves is not None:
            left, right = self.halves
            yield from left.walk((right.said, *path))
            yield from right.walk((left.said, *path))

    @property
    def children(self) -> list[Summary]:
        """What it says of both halves; none of a leaf."""
        return [] if self.halves is None else [half.said for half in self.halves]

    @property
    def root(self) -> bytes:
        """The audit root, when it is the top."""
        return root_of(self.said)

    @property
    def published(self) -> PublishedNodes:
        """All of its nodes, as a quorum would publish them."""
        halves = [node.halves for node, _ in self.walk() if node.halves is not None]
        return PublishedNodes(self.said, {hash_above(left.said, right.said): (left.said, right.said) for left, right in halves})


def leaf(account: str | bytes, amount: int, **lies: Any) -> Made:
    """The leaf of an account."""
    raw = address_bytes(account)
    return Made(Summary(NO_HASH, leaf_hash(raw, amount), amount, raw, raw)._replace(**lies))


def over(left: Made, right: Made, **lies: Any) -> Made:
    """The node above two others; its sum is cut to what a summary can hold, as a quorum would have to."""
    derived = above(left.said, right.said)
    return Made(derived._replace(sum=derived.sum % 2**128)._replace(**lies), (left, right))


def made(leaves: Sequence[Made]) -> Made:
    """A tree over leaves from left to right."""
    if len(leaves) == 1:
        return leaves[0]
    half = len(leaves) // 2
    return over(made(leaves[:half]), made(leaves[half:]))


def arguments(node: Made | Summary, path: Sequence[Summary] = (), children: Sequence[Summary] = ()) -> tuple[Any, ...]:
    """As the contract takes them. Siblings stand where the order of accounts would have them."""
    said = node.said if isinstance(node, Made) else node
    number = sum(1 << level for level, sibling in enumerate(path) if sibling.last < said.first)
    return said.argument, number, [one.argument for one in path], [one.argument for one in children]


def summary_of(argument: tuple[Any, ...]) -> Summary:
    """As the model takes what the contract takes."""
    hashed, claims, total, first, last = argument
    return Summary(hashed, claims, total, address_bytes(first), address_bytes(last))


def modelled(function: str, given: tuple[Any, ...]) -> tuple[Any, ...]:
    """The contract's arguments after the controller as the model takes them."""
    *before, node, place, path, children = given
    if function == "refute_loss":
        before[1] = address_bytes(before[1])
    return (*before, summary_of(node), place, [summary_of(one) for one in path], [summary_of(one) for one in children])


@dataclass
class Bonds:
    """A token's model whose holders have what they need: wei that went out to each account, and came in as below zero."""

    paid: Counter[str] = field(default_factory=Counter)

    def transfer_from(self, _caller: str, holder: str, _to: str, amount: int) -> bool:
        """A bond comes in."""
        self.paid[holder] -= amount
        return True

    def transfer(self, _caller: str, to: str, amount: int) -> bool:
        """A bond goes out."""
        self.paid[to] += amount
        return True


class Audited:
    """A root audit and its model, and a controller that holds any report and any evidence."""

    def __init__(self) -> None:
        token = deploy_token(boa.env.generate_address(), boa.env.generate_address())
        self.contract: Any = deploy("RootAudit", {"MDT": token})
        self.controller: Any = harness("AuditedController").deploy()
        self.model = RootAudit(self.contract.address, Bonds(), 1)
        self.refuter = str(boa.env.generate_address("refuter"))
        self.evidence: dict[int, bytes] = {}
        self.report: Any = None

    def pend(self, root: bytes, audit_root: bytes, total: int) -> Any:
        """A report is pending."""
        self.controller.set_pending(root, audit_root, total)
        self.report = SimpleNamespace(root=root, audit_root=audit_root, cumulative_total=total)
        return self.report

    def pend_tree(self, tree: Made, **changed: Any) -> Any:
        """The report of a tree is pending; `changed` replaces its root or total."""
        return self.pend(changed.get("root", tree.said.claims), tree.root, changed.get("total", tree.said.sum))

    def remember(self, epoch: int, ledger: Ledger) -> Ledger:
        """A settled epoch is evidence."""
        self.controller.set_evidence(epoch, ledger.root)
        self.evidence[epoch] = ledger.root
        return ledger

    def refute(self, function: str, *given: Any) -> str:
        """Send a refutation, and try it on the model; they agree. Returns why it was refused, or nothing."""
        refused = refusal_of(lambda: getattr(self.model, function)(self.refuter, self._modelled(), *modelled(function, given)))
        if refused:
            with boa.reverts(refused):
                getattr(self.contract, function)(self.controller, *given, sender=self.refuter)
            return refused
        getattr(self.contract, function)(self.controller, *given, sender=self.refuter)
        assert self.controller.discarded_by() == self.refuter
        assert self.controller.discarded_for() == (Discard.LOSS if function == "refute_loss" else Discard.INCONSISTENT)
        assert self.controller.pending().digest == EMPTY
        return ""

    def send(self, found: Refutation) -> None:
        """Send what the finder found; it must be accepted."""
        assert self.refute(found.function, *found.arguments) == "", found.words

    def _modelled(self) -> Any:
        pending = None if self.report is None or self.controller.pending().digest == EMPTY else SimpleNamespace(report=self.report)
        evidence: Mapping[int, bytes] = self.evidence
        return SimpleNamespace(
            pending=pending, evidence_root=lambda epoch: evidence.get(epoch, EMPTY), discard_refuted=lambda _caller, reason, refuter: (reason, refuter)
        )


def refusal_of(act: Any) -> str:
    """Why the model refuses; nothing when it does not."""
    try:
        act()
    except Refusal as refusal:
        return str(refusal)
    return ""
