"""The merkle module against the Python tree: every leaf of every small tree, and what is not in a tree."""

from __future__ import annotations

import random

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.crypto import merkle
from mdt.crypto.merkle import MerkleTree
from tests.support.harness import harness

MAX = 2**256 - 1


@pytest.fixture(scope="module")
def contract():
    with boa.env.anchor():
        yield harness("MerkleHarness").deploy()


def test_leaf__known_value__as_openzeppelin_documents_it(contract):
    """The example of OpenZeppelin's README: (0x1111...1111, 5 ether)."""
    account, amount = "0x" + "11" * 20, 5 * 10**18
    expected = bytes.fromhex("eb02c421cfa48976e66dfb29120745909ea3a0f843456c263cf8f1253483e283")
    assert contract.leaf(account, amount) == merkle.leaf_hash(account, amount) == expected


@pytest.mark.parametrize("cumulative", [0, 1, 2**128, MAX])
@pytest.mark.parametrize("account", [ZERO_ADDRESS, "0x" + "00" * 19 + "01", "0x" + "ff" * 20])
def test_leaf__extremes__as_the_model(contract, account, cumulative):
    assert contract.leaf(account, cumulative) == merkle.leaf_hash(account, cumulative)


@pytest.mark.parametrize("size", range(1, 18))
def test_verify__every_leaf_of_small_trees__holds_and_no_other(contract, size):
    """B16: one leaf, odd counts, powers of two and their neighbours."""
    rng = random.Random(size)
    tree = MerkleTree.build([(rng.randbytes(20), rng.getrandbits(256)) for _ in range(size)])
    for account, cumulative, proof in tree.proofs():
        leaf = merkle.leaf_hash(account, cumulative)
        assert contract.verify(proof, tree.root, leaf)
        assert not contract.verify(proof, tree.root, merkle.leaf_hash(account, cumulative ^ 1))
        assert not contract.verify([*proof, leaf], tree.root, leaf)
        if proof:
            assert not contract.verify(proof[:-1], tree.root, leaf)
            assert not contract.verify([], tree.root, leaf)
            assert not contract.verify(proof, proof[-1], leaf)


def test_verify__empty_proof__only_for_the_leaf_that_is_the_root(contract):
    """B16."""
    leaf = merkle.leaf_hash(b"\x01" * 20, 1)
    assert contract.verify([], leaf, leaf)
    assert not contract.verify([], leaf, bytes(32))
    assert not contract.verify([], bytes(32), leaf)


def test_verify__equal_siblings__order_does_not_matter(contract):
    leaf = merkle.leaf_hash(b"\x01" * 20, 1)
    assert contract.verify([leaf], merkle.keccak256(leaf + leaf), leaf)


def test_verify__siblings_that_differ_in_one_bit__sorted_as_numbers(contract):
    """The order is that of unsigned 256-bit numbers, so the top bit counts as large, not as a sign."""
    leaf = merkle.leaf_hash(b"\x01" * 20, 1)
    for bit in (0, 1, 127, 128, 254, 255):
        sibling = (int.from_bytes(leaf, "big") ^ 1 << bit).to_bytes(32, "big")
        assert contract.verify([sibling], merkle.keccak256(min(leaf, sibling) + max(leaf, sibling)), leaf)
        assert not contract.verify([sibling], merkle.keccak256(max(leaf, sibling) + min(leaf, sibling)), leaf)


def test_verify__node_as_leaf__holds_only_for_hashes_not_made_by_leaf(contract):
    """B15: `_verify` alone takes any hash; that leaves come from `_leaf` is what keeps nodes out."""
    tree = MerkleTree.build([(bytes([index]) * 20, index) for index in range(1, 9)])
    account, cumulative, proof = next(tree.proofs())
    node = merkle.node_hash(merkle.leaf_hash(account, cumulative), proof[0])
    assert contract.verify(proof[1:], tree.root, node)
    # 52 and 64 bytes of preimage: the packed leaf, the pair of children, and each hashed once more
    packed = account + cumulative.to_bytes(32, "big")
    pair = b"".join(sorted([merkle.leaf_hash(account, cumulative), proof[0]]))
    for forged in (merkle.keccak256(packed), merkle.keccak256(merkle.keccak256(packed)), merkle.keccak256(merkle.keccak256(pair))):
        for depth in range(len(proof) + 1):
            assert not contract.verify(proof[depth:], tree.root, forged)
