"""What is missing of a list that somebody published (X1): counted from the left, and never more work than there are lines in the file."""

from __future__ import annotations

import pytest

from mdt.crypto.merkle import AuditTree, MerkleTree
from mdt.crypto.merkle.audit import Summary, hash_above, pack
from mdt.oracle.ledger import Ledger
from mdt.oracle.published import PublishedNodes, of_rows, read_nodes
from mdt.oracle.refute import find
from tests.support.audit import Made, leaf, made, over

ACCOUNTS = ["0x" + f"{number:02x}" * 20 for number in range(0x10, 0x80, 0x10)]
HONEST = made([leaf(account, 10 * number) for number, account in enumerate(ACCOUNTS, start=1)])


def pairs(top: Made, but: tuple[Made, ...] = ()) -> dict[bytes, tuple[Summary, Summary]]:
    halves = [node.halves for node, _ in top.walk() if node.halves is not None and node not in but]
    return {hash_above(left.said, right.said): (left.said, right.said) for left, right in halves}


def closed(account: str) -> Made:
    return leaf(account, 0, hash=b"\x5a" * 32, claims=leaf(account, 10**24).said.claims)


def test_hidden__whole_tree__nothing():
    rows = [(account, 10 * number) for number, account in enumerate(ACCOUNTS, start=1)]
    published = of_rows(rows, AuditTree(MerkleTree.as_listed(rows)).root)
    assert list(published.hidden()) == []
    assert list(HONEST.published.hidden()) == []


def test_hidden__every_inner_node_in_turn__that_node():
    inner = [node for node, _ in HONEST.walk() if node.halves is not None]
    assert len(inner) == len(ACCOUNTS) - 1
    for node in inner:
        assert list(PublishedNodes(HONEST.said, pairs(HONEST, (node,))).hidden()) == [node.said]


def test_hidden__several__from_left_to_right():
    left, right = HONEST.halves
    top = over(HONEST, closed("0x" + "ff" * 20))
    found = list(PublishedNodes(top.said, pairs(top, (left, right.halves[1]))).hidden())
    assert found == [left.said, right.halves[1].said, top.halves[1].said]


def test_find__honest_list_and_one_closed_node__no_fault_and_the_node_is_named():
    """X1: all that there is of it is in order, so only what is missing tells."""
    ledger = Ledger({account: 10 * number for number, account in enumerate(ACCOUNTS, start=1)})
    top = over(HONEST, closed("0x" + "ff" * 20))

    class Report:
        root, audit_root, cumulative_total = top.said.claims, top.root, top.said.sum

    assert find(Report, top.published, [(0, ledger)]) is None
    assert list(top.published.hidden()) == [top.halves[1].said]


@pytest.mark.parametrize("depth", [3, 200])
def test_hidden__one_pair_said_again_on_every_level__walked_once(depth):
    """A liar's file of a few lines stands for 2^200 nodes."""
    at, children = closed(ACCOUNTS[0]).said, {}
    for _ in range(depth):
        above = hash_above(at, at)
        children[above] = (at, at)
        at = at._replace(hash=above)
    assert len(list(PublishedNodes(at, children).hidden())) == 2


def test_hidden__as_read_from_a_file__the_same(tmp_path):
    left, right = HONEST.halves
    nodes = tmp_path / "nodes.txt"
    nodes.write_text(pack(HONEST.said).hex() + "\n" + pack(left.said).hex() + pack(right.said).hex() + "\n")
    assert list(read_nodes(nodes, HONEST.root).hidden()) == [left.said, right.said]
