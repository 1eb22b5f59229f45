"""The claims tree: OpenZeppelin's hashes over (account, cumulative amount), its leaves from left to right by ascending account.

Roots, proofs and dumps are those of `@openzeppelin/merkle-tree` for the same leaves in the same places (`shape`), and each tool reads the other's.

A million leaves are built in one process. A tree keeps two flat arrays (64 bytes of nodes and 52 of records per leaf) rather than objects per leaf.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

from mdt.crypto.keccak import IS_FAST, keccak256
from mdt.crypto.merkle import files, shape
from mdt.crypto.merkle.hashing import ADDRESS, MAX_LEAVES, RECORD, WORD, Account, address_bytes, amount_bytes, record_hash
from mdt.errors import MerkleError
from mdt.written.read import read_values

_logger = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
"""Called with the hashing steps done and their total: once in a while, and at the end."""

_REPORT_EVERY = 8_192


def progress_bar(description: str = "Merkle tree") -> Progress:
    """A tqdm bar for `MerkleTree.build`."""
    from tqdm import tqdm

    bar: Any = tqdm(desc=description, unit=" hashes", unit_scale=True)

    def report(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)
        if done == total:
            bar.close()

    return report


class MerkleTree:
    """A tree, its leaves and their proofs. Build one with `MerkleTree.build` or read one with `MerkleTree.load`."""

    __slots__ = ("_nodes", "_records")

    def __init__(self, records: bytes, nodes: bytearray) -> None:
        """The arrays of `build`: 52-byte records from left to right, and nodes."""
        self._records = records
        self._nodes = nodes

    # --- building ---

    @classmethod
    def build(cls, entries: Iterable[tuple[Account, int]], progress: Progress | None = None) -> MerkleTree:
        """The tree of (account, cumulative wei) pairs, in any order.

        Args:
            entries: one pair per account.
            progress: called now and then with steps done and steps in all; see `progress_bar`.

        Raises:
            MerkleError: no entries (an epoch without miners keeps its old root), an account twice, the zero address,
                an address or an amount out of range.
        """
        return cls._over(_sorted_records(entries), progress)

    @classmethod
    def as_listed(cls, entries: Iterable[tuple[Account, int]], progress: Progress | None = None) -> MerkleTree:
        """The tree of pairs that somebody else published: from left to right in the order given, whatever it is and whoever is in it twice.

        Its leaves are found by their place (`record`, `proof_at`) and not by account.

        Raises:
            MerkleError: no entries, an address or an amount out of range.
        """
        return cls._over(b"".join(_rows(entries)), progress)

    @classmethod
    def _over(cls, records: bytes, progress: Progress | None) -> MerkleTree:
        if not IS_FAST:
            _logger.warning("safe-pysha3 is not installed: this Merkle tree is built with another Keccak, four to five times slower")
        count = len(records) // RECORD
        done, total = 0, 2 * count - 1
        nodes = bytearray(WORD * total)

        for place, at in zip(shape.places(count), range(0, len(records), RECORD), strict=True):
            nodes[WORD * place : WORD * place + WORD] = record_hash(records[at : at + RECORD])
            done += 1
            if progress is not None and done % _REPORT_EVERY == 0:
                progress(done, total)

        for at in range(WORD * (count - 2), -1, -WORD):
            first = 2 * at + WORD  # the children of a node stand side by side
            one, other = nodes[first : first + WORD], nodes[first + WORD : first + 2 * WORD]
            nodes[at : at + WORD] = keccak256(one + other if one < other else other + one)
            done += 1
            if progress is not None and done % _REPORT_EVERY == 0:
                progress(done, total)
        if progress is not None:
            progress(total, total)
        return cls(records, nodes)

    # --- reading ---

    @property
    def root(self) -> bytes:
        """The 32 bytes that stand for the whole tree."""
        return self.node(0)

    @property
    def total(self) -> int:
        """The sum of all leaves, in wei."""
        return sum(cumulative for _, cumulative in self)

    def __len__(self) -> int:
        return len(self._records) // RECORD

    def __iter__(self) -> Iterator[tuple[bytes, int]]:
        """(address, cumulative wei) from left to right, which is by ascending address."""
        return (self.record(leaf) for leaf in range(len(self)))

    def __contains__(self, account: Account) -> bool:
        return self._find(account) is not None

    def node(self, node: int) -> bytes:
        """The hash at a place of OpenZeppelin's array."""
        return bytes(self._nodes[WORD * node : WORD * node + WORD])

    def record(self, leaf: int) -> tuple[bytes, int]:
        """(address, cumulative wei) of a leaf, counted from the left from 0."""
        at = leaf * RECORD
        return self._records[at : at + ADDRESS], int.from_bytes(self._records[at + ADDRESS : at + RECORD], "big")

    def cumulative(self, account: Account) -> int:
        """What an account earned in all, in wei; 0 for an account without a leaf."""
        leaf = self._find(account)
        return 0 if leaf is None else self.record(leaf)[1]

    def proof(self, account: Account) -> list[bytes]:
        """The siblings of an account's leaf, from the leaf up; empty in a tree of one leaf.

        Raises:
            MerkleError: the account has no leaf.
        """
        return self.proof_at(self._leaf(account))

    def place(self, account: Account) -> int:
        """Where an account's leaf stands in OpenZeppelin's array.

        Raises:
            MerkleError: the account has no leaf.
        """
        return shape.place_of(self._leaf(account), len(self))

    def proof_at(self, leaf: int) -> list[bytes]:
        """The siblings of a leaf, counted from the left from 0, from the leaf up."""
        siblings, place = [], shape.place_of(leaf, len(self))
        while place:
            siblings.append(self.node(shape.sibling_of(place)))
            place = (place - 1) // 2
        return siblings

    def proofs(self) -> Iterator[tuple[bytes, int, list[bytes]]]:
        """(address, cumulative wei, proof) of every leaf from left to right, which is by ascending address."""
        return ((*self.record(leaf), self.proof_at(leaf)) for leaf in range(len(self)))

    def _leaf(self, account: Account) -> int:
        leaf = self._find(account)
        if leaf is None:
            raise MerkleError(f"0x{address_bytes(account).hex()} has no leaf in the tree of root 0x{self.root.hex()}")
        return leaf

    def _find(self, account: Account) -> int | None:
        wanted, records = address_bytes(account), self._records
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if records[middle * RECORD : middle * RECORD + ADDRESS] < wanted:
                low = middle + 1
            else:
                high = middle
        if low < len(self) and records[low * RECORD : low * RECORD + ADDRESS] == wanted:
            return low
        return None

    # --- files ---

    def write(self, stream: TextIO) -> None:
        """Write the tree in OpenZeppelin's `standard-v1` JSON: their `StandardMerkleTree.load` reads it. Values by ascending address."""
        nodes = (self.node(place) for place in range(2 * len(self) - 1))
        values = ((*self.record(leaf), place) for leaf, place in enumerate(shape.places(len(self))))
        files.write(stream, nodes, values)

    def dump(self, path: Path) -> None:
        """Write the tree to a file; see `write`."""
        with path.open("w", encoding="ascii", newline="\n") as stream:
            self.write(stream)

    @classmethod
    def load(cls, path: Path, progress: Progress | None = None) -> MerkleTree:
        """Read a file of `dump` or of OpenZeppelin's tool. Every hash is computed again, and the file must agree.

        Raises:
            MerkleError: not such a file, or a leaf, a node or a position that is not what the values give.
        """
        content = read_values(path, MerkleError, files.LARGEST)
        try:
            return cls.parse(content, progress)
        except MerkleError as error:
            raise MerkleError(f"{path}: {error}") from error

    @classmethod
    def parse(cls, content: Any, progress: Progress | None = None) -> MerkleTree:
        """The tree of a decoded `standard-v1` JSON; see `load`."""
        values, nodes = files.parse(content)
        tree = cls.build(((account, cumulative) for account, cumulative, _ in values), progress)
        if nodes != tree._nodes:
            raise MerkleError("the nodes are not those of the values: the file was changed, or its leaves do not stand by ascending account")
        for account, _, claimed in values:
            actual = shape.place_of(tree._find(account) or 0, len(tree))
            if claimed != actual:
                raise MerkleError(f"the treeIndex of {account} is {claimed}, it should be {actual}")
        return tree


def _rows(entries: Iterable[tuple[Account, int]]) -> list[bytes]:
    """Address and amount, 52 bytes per entry."""
    rows = [address_bytes(account) + amount_bytes(cumulative) for account, cumulative in entries]
    if not rows:
        raise MerkleError("a tree needs at least one leaf; an epoch without miners keeps the old root and total")
    if len(rows) > MAX_LEAVES:
        raise MerkleError(f"{len(rows):,} leaves are more than the {MAX_LEAVES:,} a proof can reach")
    return rows


def _sorted_records(entries: Iterable[tuple[Account, int]]) -> bytes:
    """The rows by ascending address."""
    rows = _rows(entries)
    rows.sort()
    if not any(rows[0][:ADDRESS]):
        raise MerkleError("the zero address cannot have a leaf: no token can be paid to it")
    previous = b""
    for row in rows:
        if row[:ADDRESS] == previous:
            raise MerkleError(f"0x{previous.hex()} occurs twice; an account has one leaf with its whole amount")
        previous = row[:ADDRESS]
    return b"".join(rows)
