"""Where the leaves of a tree stand: the array of OpenZeppelin's tool, filled so that walking the tree from left to right meets ascending accounts.

A tree of n leaves has 2n - 1 nodes. Node 0 is the top, the children of node i are nodes 2i + 1 and 2i + 2, and the leaves are the last n. The lowest
level stands furthest left in the tree and last in the array. So the first account stands where the lowest level begins, the next ones follow to the end
of the array, and the others go on from node n - 1.

OpenZeppelin's tool gives the last place of the array to the first value it is handed. `StandardMerkleTree.of(values, encoding, {sortLeaves: false})` makes
the same tree of the values in the order of `handed_in`.
"""

from __future__ import annotations

from collections.abc import Iterator


def lowest_level(leaves: int) -> int:
    """The first node of the lowest level."""
    return (1 << (2 * leaves - 1).bit_length() - 1) - 1


def place_of(leaf: int, leaves: int) -> int:
    """The node of a leaf, counted from the left from 0."""
    at = lowest_level(leaves) + leaf
    return at if at < 2 * leaves - 1 else at - leaves


def leaf_at(node: int, leaves: int) -> int:
    """The leaf, counted from the left from 0, that stands at a node from n - 1 on."""
    leaf = node - lowest_level(leaves)
    return leaf if leaf >= 0 else leaf + leaves


def places(leaves: int) -> Iterator[int]:
    """The nodes of all leaves from left to right."""
    lowest = lowest_level(leaves)
    yield from range(lowest, 2 * leaves - 1)
    yield from range(leaves - 1, lowest)


def handed_in(leaves: int) -> Iterator[int]:
    """The leaves, counted from the left from 0, in the order in which OpenZeppelin's tool must be handed them."""
    return (leaf_at(node, leaves) for node in range(2 * leaves - 2, leaves - 2, -1))


def leaves_below(node: int, leaves: int) -> tuple[int, int]:
    """The first leaf below a node, and the one after the last, counted from the left from 0."""
    left = right = node
    while left < leaves - 1:
        left = 2 * left + 1
    while right < leaves - 1:
        right = 2 * right + 2
    return leaf_at(left, leaves), leaf_at(right, leaves) + 1


def sibling_of(node: int) -> int:
    """The other child of a node's parent; not asked of the top."""
    return node + 1 if node % 2 else node - 1
