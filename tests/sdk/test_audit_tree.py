"""mdt.crypto.merkle.shape and .audit: where leaves stand, and what is said of every node."""

from __future__ import annotations

import random

import pytest
from eth_utils import keccak

from mdt.crypto.merkle import AuditTree, MerkleTree, shape
from mdt.crypto.merkle.audit import MAX_SUM, NO_HASH, PACKED, Summary, above, climb, number_of, pack, root_of, unpack
from mdt.errors import MerkleError
from mdt.model.root_audit import audit_root, is_above, is_sound_leaf

SIZES = [*range(1, 34), 63, 64, 65, 100]
ONE, TWO, THREE = (bytes([number]) * 20 for number in (1, 2, 3))


def in_order(node: int, leaves: int) -> list[int]:
    """The leaves below a node from left to right, by walking."""
    return [node] if node >= leaves - 1 else in_order(2 * node + 1, leaves) + in_order(2 * node + 2, leaves)


@pytest.mark.parametrize("size", SIZES)
def test_places__any_number_of_leaves__met_by_walking_from_left_to_right(size: int) -> None:
    walked = in_order(0, size)
    assert list(shape.places(size)) == [shape.place_of(leaf, size) for leaf in range(size)] == walked
    assert [shape.leaf_at(place, size) for place in walked] == list(range(size))
    for node in range(2 * size - 1):
        begin, end = shape.leaves_below(node, size)
        assert walked[begin:end] == in_order(node, size)


@pytest.mark.parametrize("size", SIZES)
def test_handed_in__any_number_of_leaves__the_array_from_its_end(size: int) -> None:
    """OpenZeppelin's tool gives the last place to the first value."""
    assert [shape.place_of(leaf, size) for leaf in shape.handed_in(size)] == list(range(2 * size - 2, size - 2, -1))


def built(size: int, seed: int = 0) -> AuditTree:
    rng = random.Random(seed)
    return AuditTree(MerkleTree.build([(rng.randbytes(20), rng.getrandbits(90)) for _ in range(size)]))


def naive(tree: AuditTree, node: int) -> Summary:
    """What is said of a node, by recursion, written out from the definition."""
    leaves = len(tree.tree)
    if node >= leaves - 1:
        account, amount = tree.tree.record(shape.leaf_at(node, leaves))
        return Summary(bytes(32), tree.tree.node(node), amount, account, account)
    left, right = naive(tree, 2 * node + 1), naive(tree, 2 * node + 2)
    packed = b"".join(one.hash + one.claims + one.sum.to_bytes(16, "big") + one.first + one.last for one in (left, right))
    return Summary(keccak(packed), keccak(b"".join(sorted((left.claims, right.claims)))), left.sum + right.sum, left.first, right.last)


@pytest.mark.parametrize("size", SIZES)
def test_summary__every_node__follows_from_its_children_and_leads_to_the_root(size: int) -> None:
    tree = built(size)
    assert tree.top == naive(tree, 0)
    assert (tree.top.claims, tree.top.sum, tree.root) == (tree.tree.root, tree.tree.total, root_of(tree.top))
    for node in range(2 * size - 1):
        found, children = tree.summary(node), tree.children(node)
        assert climb(found, number_of(node), tree.path(node)) == tree.top
        assert audit_root(found, number_of(node), tree.path(node)) == tree.root
        if children:
            assert above(*children) == found
            assert is_above(found, *children)
        else:
            assert found.hash == NO_HASH
            assert is_sound_leaf(found)
    assert tree.is_sound


def test_pack__and_unpack__the_same_summary() -> None:
    top = built(9).top
    assert len(pack(top)) == PACKED == 120
    assert unpack(pack(top)) == top


@pytest.mark.parametrize("total", [-1, MAX_SUM + 1])
def test_pack__a_sum_of_more_than_128_bits__refused(total: int) -> None:
    with pytest.raises(MerkleError, match="holds at most"):
        pack(built(1).top._replace(sum=total))


@pytest.mark.parametrize(
    ("rows", "is_sound"),
    [
        ([(ONE, 1), (TWO, 1)], True),
        ([(ONE, 1), (ONE, 1)], False),
        ([(TWO, 1), (ONE, 1)], False),
        ([(ONE, MAX_SUM)], True),
        ([(ONE, MAX_SUM), (TWO, 1)], False),
        ([(ONE, MAX_SUM + 1)], False),
        ([(ONE, 1), (THREE, 1), (TWO, 1)], False),
    ],
)
def test_is_sound__what_somebody_published__in_order_and_of_128_bits(rows, is_sound: bool) -> None:
    assert AuditTree(MerkleTree.as_listed(rows)).is_sound == is_sound


def test_root__what_128_bits_do_not_hold__cut_off_as_whoever_signs_it_must() -> None:
    tree = AuditTree(MerkleTree.as_listed([(ONE, MAX_SUM), (TWO, 2**130 + 3)]))
    assert [one.sum for one in tree.children(0)] == [MAX_SUM, 3]
    assert tree.top.sum == 2
    assert not is_above(tree.top, *tree.children(0))
    assert not is_sound_leaf(tree.summary(2))
