"""Miners as a quorum lists them, well or badly, and the books of the distributor that pays them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from mdt.crypto.merkle import AuditTree, MerkleTree, shape
from mdt.crypto.merkle.audit import Summary
from mdt.model.controller import EMPTY, Report
from mdt.oracle.ledger import Ledger

Entries = list[tuple[str, int]]


def in_order(entries: Entries) -> Entries:
    """By account, as an honest list has them."""
    return sorted(entries, key=lambda one: int(one[0], 16))


@dataclass
class Listing:
    """A list that was signed.

    Attributes:
        entries: (account, wei) from left to right, as the claims root has them.
        audited: The list that the audit root is over, and that is published: the same, unless a quorum cheats.
        is_published: Whether anybody can look.
    """

    entries: Entries
    audited: Entries = field(default_factory=list)
    is_published: bool = True

    def __post_init__(self) -> None:
        self.audited = self.audited or self.entries

    @cached_property
    def tree(self) -> MerkleTree:
        """What claims are paid by."""
        return MerkleTree.as_listed(self.entries)

    @cached_property
    def audit(self) -> AuditTree:
        """What refutations are about."""
        return AuditTree(MerkleTree.as_listed(self.audited))

    @property
    def is_evidence(self) -> bool:
        """Whether a ledger can be made of it: accounts in order, each once, with whole amounts."""
        return self.audited == self.entries == in_order(self.entries) and len(dict(self.entries)) == len(self.entries) and all(x for _, x in self.entries)

    @property
    def ledger(self) -> Ledger:
        """As a watcher has it."""
        return Ledger({account.lower(): amount for account, amount in self.entries})

    def is_inconsistent(self, report: Report) -> bool:
        """Whether it contradicts itself or its report, by the definition of a good list."""
        accounts = [int(account, 16) for account, _ in self.audited]
        is_ascending = all(one < other for one, other in pairwise(accounts))
        return self.audited != self.entries or not is_ascending or sum(amount for _, amount in self.audited) != report.cumulative_total

    def loses(self, before: Listing) -> bool:
        """Whether anybody has less in it than in an earlier one."""
        now = dict(self.audited)
        return any(now.get(account, 0) < amount for account, amount in before.entries)

    def shown(self, index: int) -> tuple[tuple[object, ...], int, list[tuple[object, ...]]]:
        """A leaf, its number in its level and the siblings on its way up, as `RootAudit.answer` takes them."""
        place = shape.place_of(index, len(self.audited))
        path: list[Summary] = self.audit.path(place)
        number = place + 1 - (1 << (place + 1).bit_length() - 1)
        return self.audit.summary(place).argument, number, [one.argument for one in path]


@dataclass
class Miners:
    """What one distributor owes to whom.

    Attributes:
        name: Of the distributor.
        earned: What each miner has earned by what was measured; adds up to what was funded.
        listing: What claims are paid by, which may be another.
        claims: Wei paid to each.
        funded: Wei.
        evidence: The lists of settled epochs that nobody disowned.
    """

    name: str = "RewardDistributor"
    earned: dict[str, int] = field(default_factory=dict)
    listing: Listing | None = None
    claims: Counter[str] = field(default_factory=Counter)
    funded: int = 0
    evidence: dict[int, Listing] = field(default_factory=dict)

    @property
    def root(self) -> bytes:
        """That claims are made against."""
        return self.listing.tree.root if self.listing else EMPTY

    @property
    def claimed(self) -> int:
        """Wei paid to all."""
        return sum(self.claims.values())

    @property
    def entries(self) -> Entries:
        """Of the list in force."""
        return self.listing.entries if self.listing else []

    @property
    def is_honest(self) -> bool:
        """Whether the list in force is what was measured."""
        return dict(self.entries) == self.earned and len(self.entries) == len(self.earned)

    @property
    def due(self) -> int:
        """Wei that the list in force still gives to whom it lists once."""
        return sum(max(0, amount - self.claims[account]) for account, amount in self.entries)

    @property
    def overpaid(self) -> int:
        """Wei that accounts were paid above what the list in force gives them."""
        now = dict(self.entries)
        return sum(max(0, paid - now.get(account, 0)) for account, paid in self.claims.items())

    def payable(self, held: int) -> Iterator[tuple[str, int]]:
        """Who is paid what if the whole list is claimed from left to right, out of what is held: a leaf that asks for more is passed over."""
        claims = Counter(self.claims)
        for account, amount in self.entries:
            due = amount - claims[account]
            if 0 < due <= held:
                claims[account] += due
                held -= due
                yield account, due
