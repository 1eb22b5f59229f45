"""Root audit, model and finder on random lists: a good one is never refuted, a bad one always is, and every refusal is the model's (X1, X2, X3)."""

from __future__ import annotations

import random

import boa
import pytest

from mdt.crypto.merkle import AuditTree, MerkleTree
from mdt.oracle.ledger import Ledger
from mdt.oracle.published import PublishedLeaves, of_rows
from mdt.oracle.refute import find
from tests.support.audit import Audited, Made, arguments, leaf, made, over
from tests.support.profiles import examples

EXAMPLES = examples(quick=15, ci=80, deep=3_000)
EPOCH = 5
Amounts = dict[str, int]


@pytest.fixture(scope="module")
def audited():
    with boa.env.anchor():
        yield Audited()


def account(rng: random.Random) -> str:
    """Few enough that they meet again."""
    return f"0x{rng.randrange(1, 60):040x}" if rng.random() < 0.5 else "0x" + rng.randbytes(20).hex()


def earned(rng: random.Random, before: Amounts) -> Amounts:
    """A later honest list."""
    after = dict(before)
    for _ in range(rng.randrange(1, 12)):
        one = account(rng)
        after[one] = after.get(one, 0) + rng.randrange(1, 2 ** rng.randrange(1, 90))
    return after


def ascending(amounts: Amounts) -> list[tuple[str, int]]:
    return sorted(amounts.items(), key=lambda row: int(row[0], 16))


def rows_tree(rows: list[tuple[str, int]]) -> AuditTree:
    return AuditTree(MerkleTree.as_listed(rows))


def random_proof(rng: random.Random, tree: AuditTree, other: AuditTree):
    """Node, path and children that belong together, or nearly."""
    node = rng.randrange(2 * len(tree.tree) - 1)
    said, path, children = tree.summary(node), tree.path(node), tree.children(node)
    kind = rng.randrange(7)
    if kind == 0:
        said = said._replace(sum=said.sum + rng.choice([1, 2**100]))
    elif kind == 1 and path:
        path.pop(rng.randrange(len(path)))
    elif kind == 2 and children:
        children.reverse()
    elif kind == 3:
        children = other.children(0)
    elif kind == 4:
        said, path = other.summary(0), []
    elif kind == 5 and path:
        at = rng.randrange(len(path))
        path[at] = path[at]._replace(sum=path[at].sum ^ 1)
    return arguments(said, path, children)


def test_refute__honest_lists__never_by_anything(audited) -> None:
    rng = random.Random(0x0A1)
    for _ in range(EXAMPLES):
        before = earned(rng, {})
        after = earned(rng, before)
        old, tree = Ledger(before), rows_tree(ascending(after))
        with boa.env.anchor():
            audited.remember(EPOCH, old)
            report = audited.pend(tree.tree.root, tree.root, sum(after.values()))
            assert find(report, PublishedLeaves(tree), [(EPOCH, old)]) is None
            for _ in range(6):
                given = random_proof(rng, tree, rows_tree(ascending(before)))
                assert audited.refute("refute_inconsistent", *given)
                one = rng.choice(list(before))
                assert audited.refute("refute_loss", EPOCH, one, before[one] + rng.choice([0, 0, 0, 1]), old.tree.proof(one), *given)


def spoilt(rng: random.Random, before: Amounts, after: Amounts) -> tuple[list[tuple[str, int]], int]:
    """Rows with one fault, and the total that is declared; somebody of `before` loses, or the list contradicts itself."""
    rows, total = ascending(after), sum(after.values())
    one = rng.choice(list(before))
    at = next(index for index, row in enumerate(rows) if row[0] == one)
    kind = rng.choice(["excess", "omission", "omission", "lowered", "duplicate", "unsorted", "total", "poisoned", "thief"])
    if kind == "excess":
        rows[at] = (one, after[one] + rng.randrange(1, 2**100))
    elif kind == "omission" and len(rows) > 1:
        # what the one had goes to another: the rows add up to the total
        del rows[at]
        lucky = rng.randrange(len(rows))
        rows[lucky] = (rows[lucky][0], rows[lucky][1] + after[one])
    elif kind == "lowered" and len(rows) > 1:
        lucky = (at + 1) % len(rows)
        taken = after[one] - rng.randrange(0, before[one])
        rows[at], rows[lucky] = (one, after[one] - taken), (rows[lucky][0], rows[lucky][1] + taken)
    elif kind == "duplicate":
        rows.insert(at, (one, rng.choice([after[one], 1])))
        total = rng.choice([total, sum(amount for _, amount in rows)])
    elif kind == "unsorted" and len(rows) > 1:
        other = rng.choice([index for index in range(len(rows)) if index != at])
        rows[at], rows[other] = rows[other], rows[at]
    elif kind == "poisoned":
        rows[at] = (one, 2**256 - rng.randrange(1, 2**64))
        total = sum(amount for _, amount in rows) % 2**128
    elif kind == "thief":
        # X2: all that was ever earned goes to one account
        rows = [("0x" + rng.randbytes(20).hex(), total)]
    else:
        total += rng.choice([-1, 1])
    return rows, total


def test_refute__any_fault_of_a_list__found_and_accepted(audited) -> None:
    rng = random.Random(0x0A2)
    for _ in range(2 * EXAMPLES):
        before = earned(rng, {})
        rows, total = spoilt(rng, before, earned(rng, before))
        tree = rows_tree(rows)
        with boa.env.anchor():
            old = audited.remember(EPOCH, Ledger(before))
            report = audited.pend(tree.tree.root, tree.root, total)
            published = of_rows(rows, tree.root)
            assert published is not None
            found = find(report, published, [(EPOCH, old)])
            assert found is not None, rows
            audited.send(found)


def lying(rng: random.Random, node: Made, chance: float) -> Made:
    """The tree with one node of which something else is said than follows."""
    if node.halves is None or rng.random() < chance:
        lie = rng.choice(
            [
                {"claims": rng.randbytes(32)},
                {"sum": node.said.sum + 1},
                {"sum": max(0, node.said.sum - 1) or 7},
                {"first": rng.randbytes(20)},
                {"last": rng.randbytes(20)},
            ]
        )
        return node.saying(**lie)
    left, right = node.halves
    return over(lying(rng, left, chance), right) if rng.random() < 0.5 else over(left, lying(rng, right, chance))


def test_refute__any_lie_about_a_node__found_and_accepted(audited) -> None:
    rng = random.Random(0x0A3)
    for _ in range(EXAMPLES):
        amounts = earned(rng, {})
        honest = made([leaf(*row) for row in ascending(amounts)])
        tree = lying(rng, honest, 0.3)
        with boa.env.anchor():
            report = audited.pend_tree(tree)
            found = find(report, tree.published, [])
            assert found is not None
            audited.send(found)
