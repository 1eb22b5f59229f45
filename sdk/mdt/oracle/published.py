"""What a quorum published of the list that it signed: leaves, or the nodes of its audit tree. It may lie, repeat itself, or not belong to the report at all.

Leaves are a `leaves.csv`, of which nothing is assumed but its columns. Nodes are a text of hexadecimal lines: the packed top (120 bytes) and, for each inner
node, both packed children (240 bytes), in any order (`mdt.crypto.merkle.audit` says how a node is packed). Either counts when its audit root is the report's.

Leaves that give the root are the whole list. Nodes may lack some: below a node whose children were not published anything may stand, and nothing of it can be
refuted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from mdt.crypto.keccak import keccak
from mdt.crypto.merkle import AuditTree, MerkleTree
from mdt.crypto.merkle.audit import PACKED, Summary, unpack
from mdt.errors import BundleError
from mdt.oracle.ledger import HEADER

_ROW = re.compile(r"(0x[0-9a-fA-F]{40}),([0-9]{1,78})")

Rows = list[tuple[str, int]]


class Published(Protocol):
    """A list that belongs to a report."""

    @property
    def top(self) -> Summary:
        """What the signed audit root stands for."""

    def below(self, place: int, node: Summary) -> list[Summary]:
        """Both children of a node, the left one first; none of a leaf, or where they were not published.

        The top's place is 0, the children of node i stand at 2i + 1 and 2i + 2.
        """

    def listed(self) -> Iterator[tuple[bytes, int]]:
        """(account, wei) of the leaves that were published, from left to right."""

    def hidden(self) -> Iterator[Summary]:
        """The inner nodes whose children were not published, from left to right: what is below them is unknown."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing in it can contradict itself, as far as that is cheap to say."""


class PublishedLeaves:
    """Leaves that give the report's audit root."""

    def __init__(self, tree: AuditTree) -> None:
        self._tree = tree

    @property
    def top(self) -> Summary:
        """See `Published`."""
        return self._tree.top

    def below(self, place: int, _node: Summary) -> list[Summary]:
        """See `Published`."""
        return self._tree.children(place)

    def listed(self) -> Iterator[tuple[bytes, int]]:
        """See `Published`."""
        return iter(self._tree.tree)

    def hidden(self) -> Iterator[Summary]:
        """None: leaves that give the root are all of it."""
        return iter(())

    @property
    def is_sound(self) -> bool:
        """Ascending accounts, and a sum that a summary can hold: then every node says what follows from its children."""
        return self._tree.is_sound


class PublishedNodes:
    """The nodes of an audit tree of any shape, by the hashes that name them."""

    def __init__(self, top: Summary, children: Mapping[bytes, tuple[Summary, Summary]]) -> None:
        self._top, self._children = top, children

    @property
    def top(self) -> Summary:
        """See `Published`."""
        return self._top

    def below(self, _place: int, node: Summary) -> list[Summary]:
        """See `Published`."""
        return list(self._children.get(node.hash, ()))

    def listed(self) -> Iterator[tuple[bytes, int]]:
        """See `Published`."""
        waiting = [self._top]
        while waiting:
            node = waiting.pop()
            if node.is_leaf:
                yield node.first, node.sum
            waiting += reversed(self.below(0, node))

    def hidden(self) -> Iterator[Summary]:
        """See `Published`. What is below one hash is walked once, however often a liar repeats it."""
        waiting, walked = [self._top], set[bytes]()
        while waiting:
            node = waiting.pop()
            if node.is_leaf or node.hash in walked:
                continue
            children = self.below(0, node)
            if children:
                walked.add(node.hash)
                waiting += reversed(children)
            else:
                yield node

    @property
    def is_sound(self) -> bool:
        """Never taken for granted."""
        return False


def read_rows(path: Path) -> Rows:
    """The rows of a `leaves.csv` in the order of the file, whatever their order and whoever is in it twice.

    Raises:
        BundleError: no file, no rows, or a line that is not an account and a whole number; names the line.
    """
    try:
        with path.open(encoding="ascii", errors="replace") as stream:
            lines = [line.strip() for line in stream]
    except OSError as error:
        raise BundleError(f"{path}: cannot be read ({error.strerror})") from error
    rows: Rows = []
    for number, line in enumerate(lines, start=1):
        if not line or (number == 1 and line == HEADER.strip()):
            continue
        found = _ROW.fullmatch(line)
        if found is None or int(found[2]) >= 2**256:
            raise BundleError(f"{path}:{number}: is not account,wei")
        rows.append((found[1], int(found[2])))
    if not rows:
        raise BundleError(f"{path}: lists nobody")
    return rows


def of_rows(rows: Rows, audit_root: bytes) -> PublishedLeaves | None:
    """Rows as the list behind an audit root: in their own order, or by ascending account; None when neither gives it."""
    for order in (rows, sorted(rows, key=lambda row: int(row[0], 16))):
        tree = AuditTree(MerkleTree.as_listed(order))
        if tree.root == audit_root:
            return PublishedLeaves(tree)
    return None


def read_nodes(path: Path, audit_root: bytes) -> PublishedNodes | None:
    """A text of nodes as the tree behind an audit root; None when the top of that root is not among them.

    Raises:
        BundleError: no file, or a line that is not 120 or 240 bytes in hexadecimal digits; names the line.
    """
    top, children = None, {}
    try:
        lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError as error:
        raise BundleError(f"{path}: cannot be read ({error.strerror})") from error
    for number, line in enumerate(lines, start=1):
        try:
            packed = bytes.fromhex(line.strip().removeprefix("0x"))
        except ValueError:
            packed = b""
        if len(packed) == PACKED and keccak(packed) == audit_root:
            top = unpack(packed)
        elif len(packed) == 2 * PACKED:
            children[keccak(packed)] = (unpack(packed[:PACKED]), unpack(packed[PACKED:]))
        elif len(packed) != PACKED:
            raise BundleError(f"{path}:{number}: is not a node (120 bytes) or a pair of them (240 bytes)")
    return None if top is None else PublishedNodes(top, children)
