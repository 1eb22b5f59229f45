"""B18, B16: our trees are OpenZeppelin's trees: root, every proof, and files in both directions, over random sets.

OpenZeppelin's tool is told not to sort leaves by their hashes, and is handed them so that accounts ascend from left to right.
"""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from eth_utils import to_checksum_address

from mdt.crypto.merkle import MerkleTree, verify
from mdt.crypto.merkle.shape import handed_in
from tests.support import node
from tests.support.profiles import examples

pytestmark = node.requires_npm("@openzeppelin/merkle-tree")

MAX = 2**256 - 1
AMOUNTS = (0, 1, 2**64, 2**128 - 1, 2**128, MAX - 1, MAX)
BATCH = 250


def random_set(rng: random.Random, size: int) -> list[tuple[str, int]]:
    accounts = {rng.choice([rng.randbytes(20), bytes(19) + bytes([rng.randrange(1, 256)]), b"\xff" * 19 + rng.randbytes(1)]) for _ in range(size)}
    spellings = [lambda raw: "0x" + raw.hex(), lambda raw: to_checksum_address(raw)]
    entries = [(rng.choice(spellings)(raw), rng.choice(AMOUNTS) if rng.random() < 0.3 else rng.getrandbits(rng.randrange(1, 257))) for raw in accounts]
    return in_place(entries)


def in_place(entries: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """As OpenZeppelin's tool has to be handed them."""
    ascending = sorted(entries, key=lambda entry: int(entry[0], 16))
    return [ascending[leaf] for leaf in handed_in(len(ascending))]


def dumped(tree: MerkleTree) -> dict[str, Any]:
    stream = io.StringIO()
    tree.write(stream)
    return json.loads(stream.getvalue())


def answered(sets: list[list[tuple[str, int]]]) -> Iterator[tuple[Any, ...]]:
    """Each set, our tree of it and its file, and what theirs says of the set and of our file: one process for all."""
    trees = [MerkleTree.build(entries) for entries in sets]
    dumps = [dumped(tree) for tree in trees]
    answer = node.ask("merkle", {"sets": [[[account, str(amount)] for account, amount in entries] for entries in sets], "dumps": dumps})
    return zip(sets, trees, dumps, answer["built"], answer["loaded"], strict=True)


def compare(entries: list[tuple[str, int]], tree: MerkleTree, dump: dict[str, Any], built: dict[str, Any], loaded: dict[str, Any]) -> None:
    assert built["root"] == loaded["root"] == "0x" + tree.root.hex()
    assert built["dump"]["tree"] == dump["tree"]
    for (account, amount), proof in zip(entries, built["proofs"], strict=True):
        ours = tree.proof(account)
        assert proof == ["0x" + sibling.hex() for sibling in ours]
        assert verify(tree.root, account, amount, ours)
    for (_, _, ours), proof in zip(tree.proofs(), loaded["proofs"], strict=True):
        assert proof == ["0x" + sibling.hex() for sibling in ours]
    theirs = MerkleTree.parse(built["dump"])
    assert theirs.root == tree.root
    assert list(theirs) == list(tree)


SIZES = (*range(1, 18), 31, 32, 33, 63, 64, 65, 127, 128, 129, 1000)


def set_of(size: int) -> list[tuple[str, int]]:
    rng = random.Random(size)
    return in_place([("0x" + rng.randbytes(20).hex(), rng.choice(AMOUNTS)) for _ in range(size)])


@pytest.fixture(scope="module")
def by_size() -> dict[int, tuple[Any, ...]]:
    return dict(zip(SIZES, answered([set_of(size) for size in SIZES]), strict=True))


@pytest.mark.parametrize("size", SIZES)
def test_build__every_small_size_and_around_powers_of_two__same_tree(by_size, size: int) -> None:
    assert len(by_size[size][0]) == size
    compare(*by_size[size])


def test_build__random_sets__same_tree() -> None:
    rng = random.Random(0x0B18)
    left = examples(quick=60, ci=500, deep=10_000)
    while left:
        batch = min(left, BATCH)
        for one in answered([random_set(rng, rng.choice([1, 2, 3, rng.randrange(1, 20), rng.randrange(1, 20)])) for _ in range(batch)]):
            compare(*one)
        left -= batch
