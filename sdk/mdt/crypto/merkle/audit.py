"""The audit tree: a node of the claims tree with what is below it, so that one short proof shows any fault of a list.

Each node has a summary: (hash, claims, sum, first, last).

    leaf    hash = 0, claims = the leaf of the claims tree, sum = its wei, first = last = its account
    inner   hash = keccak256(packed left || packed right), claims = the node of the claims tree, sum = both sums, first = left's, last = right's
    packed  hash 32 || claims 32 || sum 16 || first 20 || last 20, 120 bytes
    root    keccak256(packed top)

It has the shape of the claims tree (`shape`). A good one has ascending accounts from left to right, so a leaf cannot be hidden: two neighbours show who
is not between them. `contracts/common/summaries.vy` hashes in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from mdt.crypto.keccak import checksum, keccak256
from mdt.crypto.merkle import shape
from mdt.crypto.merkle.hashing import ADDRESS, WORD, node_hash
from mdt.crypto.merkle.tree import MerkleTree
from mdt.errors import MerkleError

NO_HASH = bytes(WORD)
"""The hash of a leaf."""

_SUM = 16
PACKED = 2 * WORD + _SUM + 2 * ADDRESS
"""Bytes of a summary in the hash above it."""

MAX_SUM = 2**128 - 1
"""Wei that a summary can hold: 128 bits, as the controller's totals."""


class Summary(NamedTuple):
    """A node of an audit tree, or what its parent says of it.

    Attributes:
        hash: Of both children, packed; 32 zero bytes for a leaf.
        claims: The node of the claims tree at the same place.
        sum: Wei of all leaves below.
        first: The leftmost account below, 20 bytes.
        last: The rightmost account below, 20 bytes.
    """

    hash: bytes
    claims: bytes
    sum: int
    first: bytes
    last: bytes

    @property
    def is_leaf(self) -> bool:
        """Whether it says that nothing is below it."""
        return self.hash == NO_HASH

    @property
    def argument(self) -> tuple[bytes, bytes, int, str, str]:
        """As `RootAudit` takes it."""
        return self.hash, self.claims, self.sum, checksum("0x" + self.first.hex()), checksum("0x" + self.last.hex())


def pack(node: Summary) -> bytes:
    """The 120 bytes that stand for a node in the hash above it.

    Raises:
        MerkleError: its sum has more than 128 bits.
    """
    if not 0 <= node.sum <= MAX_SUM:
        raise MerkleError(f"a summary holds at most 2^128 - 1 wei, this one says {node.sum}")
    return node.hash + node.claims + node.sum.to_bytes(_SUM, "big") + node.first + node.last


def unpack(packed: bytes) -> Summary:
    """The node that 120 bytes stand for."""
    return Summary(packed[:32], packed[32:64], int.from_bytes(packed[64:80], "big"), packed[80:100], packed[100:])


def root_of(top: Summary) -> bytes:
    """The audit root of a tree, by its top."""
    return keccak256(pack(top))


def hash_above(left: Summary, right: Summary) -> bytes:
    """The hash of the node above two summaries."""
    return keccak256(pack(left) + pack(right))


def above(left: Summary, right: Summary) -> Summary:
    """What an honest tree says above two summaries; the sum may be one that no summary can hold."""
    return Summary(hash_above(left, right), node_hash(left.claims, right.claims), left.sum + right.sum, left.first, right.last)


def number_of(place: int) -> int:
    """The number of a node in its level, from the left from 0: bit i says whether the i-th node on the way up, itself included, is a right child."""
    return place + 1 - (1 << (place + 1).bit_length() - 1)


def climb(node: Summary, number: int, path: Iterable[Summary]) -> Summary:
    """The top that a node, its number in its level and its siblings, from the node up, lead to.

    Raises:
        MerkleError: a sum on the way has more than 128 bits.
    """
    for sibling in path:
        node = above(sibling, node) if number & 1 else above(node, sibling)
        number >>= 1
    return node


class AuditTree:
    """The audit tree over a claims tree. What is below a node is read off the claims tree; kept are 32 bytes of hash and 16 of sum per leaf.

    A sum is kept in 128 bits and what is above them is lost, as it would be for a quorum that signs such a list: the tree of a list that nobody can be
    funded for exists, and has a fault to show.
    """

    __slots__ = ("_hashes", "_sums", "tree")

    def __init__(self, tree: MerkleTree) -> None:
        """Hash the summaries level by level; a million leaves take seconds."""
        self.tree = tree
        count = len(tree)
        self._hashes = bytearray(WORD * (count - 1))
        self._sums = bytearray(_SUM)  # of all leaves to the left of each one, and of all
        running = 0
        for _, cumulative in tree:
            running = (running + cumulative) & MAX_SUM
            self._sums += running.to_bytes(_SUM, "big")
        below = b""
        begin, end = shape.lowest_level(count), 2 * count - 1
        while end:
            below = self._level(begin, end, below)
            begin, end = begin // 2, begin

    def _level(self, begin: int, end: int, below: bytes) -> bytes:
        """The packed nodes of one level; keeps their hashes. Inner nodes stand before leaves, their children side by side in the level below."""
        count, found, hashes = len(self.tree), [], self._hashes
        inner = min(end, count - 1)
        for place, at in zip(range(begin, inner), range(0, len(below), 2 * PACKED), strict=False):
            pair = below[at : at + 2 * PACKED]
            hashes[WORD * place : WORD * place + WORD] = hashed = keccak256(pair)
            both = int.from_bytes(pair[64:80], "big") + int.from_bytes(pair[184:200], "big") & MAX_SUM
            found.append(hashed + self.tree.node(place) + both.to_bytes(_SUM, "big") + pair[80:100] + pair[220:240])
        found += [pack(self._leaf(place)) for place in range(max(begin, inner), end)]
        return b"".join(found)

    def _leaf(self, place: int) -> Summary:
        account, cumulative = self.tree.record(shape.leaf_at(place, len(self.tree)))
        return Summary(NO_HASH, self.tree.node(place), cumulative & MAX_SUM, account, account)

    @property
    def root(self) -> bytes:
        """The 32 bytes that a report signs as its audit root."""
        return root_of(self.top)

    @property
    def top(self) -> Summary:
        """The node that has everything below it."""
        return self.summary(0)

    @property
    def is_sound(self) -> bool:
        """Whether accounts ascend from above zero and the sum of all leaves fits a summary: then every node says what follows from its children."""
        before, total = bytes(20), 0
        for account, cumulative in self.tree:
            if account <= before:
                return False
            before, total = account, total + cumulative
        return total <= MAX_SUM

    def summary(self, place: int) -> Summary:
        """The node at a place of OpenZeppelin's array."""
        count = len(self.tree)
        if place >= count - 1:
            return self._leaf(place)
        begin, end = shape.leaves_below(place, count)
        return Summary(
            bytes(self._hashes[WORD * place : WORD * place + WORD]),
            self.tree.node(place),
            self._sum_until(end) - self._sum_until(begin) & MAX_SUM,
            self.tree.record(begin)[0],
            self.tree.record(end - 1)[0],
        )

    def children(self, place: int) -> list[Summary]:
        """Both children of a node, the left one first; none of a leaf."""
        return [self.summary(2 * place + 1), self.summary(2 * place + 2)] if place < len(self.tree) - 1 else []

    def path(self, place: int) -> list[Summary]:
        """The siblings of a node and of its ancestors, from the node up; empty for the top."""
        siblings = []
        while place:
            siblings.append(self.summary(shape.sibling_of(place)))
            place = (place - 1) // 2
        return siblings

    def _sum_until(self, leaf: int) -> int:
        return int.from_bytes(self._sums[_SUM * leaf : _SUM * leaf + _SUM], "big")
