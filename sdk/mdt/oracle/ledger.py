"""What every account has been promised so far: the cumulative amounts that are the leaves of the next tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

from mdt.crypto.merkle import AuditTree, MerkleTree, Progress
from mdt.errors import BundleError

EMPTY_ROOT = bytes(32)  # the root of a ledger without leaves, and the distributor's before its first funding

HEADER = "account,cumulative\n"

_LEAF = re.compile(r"0x[0-9a-f]{40},[1-9][0-9]{0,77}\n")


class Ledger:
    """Cumulative wei by account (lower-case `0x`), positive amounts only, in address order. Never changed: `advance` makes the next one."""

    def __init__(self, cumulative: Mapping[str, int] | None = None) -> None:
        self._cumulative = dict(sorted((cumulative or {}).items()))
        if any(amount <= 0 for amount in self._cumulative.values()):
            raise BundleError("ledger: an amount is not positive")
        self._tree: MerkleTree | None = None

    def __len__(self) -> int:
        """Number of accounts."""
        return len(self._cumulative)

    def __eq__(self, other: object) -> bool:
        """Same accounts, same amounts."""
        return isinstance(other, Ledger) and self._cumulative == other._cumulative

    __hash__ = None  # type: ignore[assignment]

    def __getitem__(self, account: str) -> int:
        """Cumulative wei of an account; 0 for one that has never been paid."""
        return self._cumulative.get(account.lower(), 0)

    def leaves(self) -> Iterable[tuple[str, int]]:
        """(account, cumulative) in address order."""
        return self._cumulative.items()

    @cached_property
    def total(self) -> int:
        """Wei promised to all accounts together."""
        return sum(self._cumulative.values())

    def build_tree(self, progress: Progress | None = None) -> MerkleTree | None:
        """The Merkle tree over the leaves, built at the first call; None without leaves.

        Args:
            progress: told now and then how far it is; see `mdt.crypto.merkle.progress_bar`.
        """
        if self._tree is None and self._cumulative:
            self._tree = MerkleTree.build(self._cumulative.items(), progress)
        return self._tree

    @property
    def tree(self) -> MerkleTree | None:
        """`build_tree` in silence."""
        return self.build_tree()

    @property
    def root(self) -> bytes:
        """The tree's root; 32 zero bytes without leaves."""
        return self.tree.root if self.tree else EMPTY_ROOT

    @cached_property
    def audit_root(self) -> bytes:
        """The root of the audit tree over the same leaves; 32 zero bytes without leaves."""
        return AuditTree(self.tree).root if self.tree else EMPTY_ROOT

    def advance(self, allocation: Iterable[tuple[str, int]]) -> Ledger:
        """The ledger after an epoch; the very same one when nothing was allocated."""
        after = dict(self._cumulative)
        changed = False
        for account, amount in allocation:
            if amount < 0:
                raise BundleError(f"ledger: {account} would lose {-amount} wei; cumulative amounts never go down")
            if amount:
                after[account] = after.get(account, 0) + amount
                changed = True
        return Ledger(after) if changed else self

    def lines(self) -> Iterable[str]:
        """The canonical `leaves.csv`."""
        yield HEADER
        for account, amount in self._cumulative.items():
            yield f"{account},{amount}\n"

    @classmethod
    def read(cls, path: str | Path) -> Ledger:
        """Read a `leaves.csv`; only its canonical form is accepted.

        Raises:
            BundleError: not the canonical form; names the line.
        """
        cumulative: dict[str, int] = {}
        before, number = "", 0
        with Path(path).open(encoding="ascii", errors="replace", newline="\n") as stream:
            for number, line in enumerate(stream, start=1):
                if number == 1:
                    if line != HEADER:
                        raise BundleError(f"{path}:1: the header must be {HEADER.strip()}")
                    continue
                account, _, amount = line.rstrip("\n").partition(",")
                if not _LEAF.fullmatch(line) or account <= before:
                    raise BundleError(f"{path}:{number}: must be account,wei in address order, each account once, no zero amounts")
                before = account
                cumulative[account] = int(amount)
        if not number:
            raise BundleError(f"{path}:1: is empty; the header must be {HEADER.strip()}")
        return cls(cumulative)
