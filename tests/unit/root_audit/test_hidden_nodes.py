"""X1: the limit of proofs. Of a node whose children nobody has, nothing can be shown: every known leaf is answered, and the rest pays a thief."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import boa
import pytest

from mdt.crypto.merkle.audit import Summary
from mdt.crypto.merkle.hashing import address_bytes, leaf_hash
from mdt.oracle.ledger import Ledger
from mdt.oracle.refute import find
from tests.support.asked import Asked
from tests.support.audit import Made, arguments, leaf, made, over
from tests.support.emission import FULL

NO_PREIMAGE = b"\x5a" * 32
"""A word of which nobody knows what it is the hash of."""


@dataclass(frozen=True)
class Hiding:
    """A list with one node that nobody can open.

    Attributes:
        top: The tree as its quorum signs it.
        hidden: The node.
        claims: What the thief claims through it: account, wei, and the path below the node.
    """

    top: Made
    hidden: Made
    claims: list[tuple[str, int, list[bytes]]]


def ordered(asked: Asked) -> list[str]:
    return sorted(asked.miners, key=lambda one: int(one, 16))


def share(asked: Asked) -> int:
    return asked.controller.preview(1, *FULL)[3]


def loot(asked: Asked) -> int:
    """All that is unclaimed, and the epoch's share."""
    return asked.token.balanceOf(asked.suite.distributor) + share(asked)


def leaves(asked: Asked, total: int) -> list[Made]:
    """Everybody's leaf, nobody lowered, with a sum that is declared: the first miner has what is left of it."""
    first, *others = ordered(asked)
    rest = [leaf(one, asked.before[one]) for one in others]
    return [leaf(first, total - sum(one.said.sum for one in rest)), *rest]


def closed(account: str, amount: int, total: int = 0, first: str | None = None) -> Made:
    """A node that says a sum and a range of accounts, is the leaf of an account to the claims tree, and has no children that anybody knows."""
    raw = address_bytes(account)
    return Made(Summary(NO_PREIMAGE, leaf_hash(raw, amount), total, address_bytes(first or account), raw))


def after_everybody(asked: Asked) -> Hiding:
    thief, hidden_wei = "0x" + "ff" * 20, loot(asked)
    hidden = closed(thief, hidden_wei)
    return Hiding(over(made(leaves(asked, asked.suite.distributor.total_funded() + share(asked))), hidden), hidden, [(thief, hidden_wei, [])])


def between_two_miners(asked: Asked) -> Hiding:
    thief, hidden_wei = f"0x{int(ordered(asked)[2], 16) + 1:040x}", loot(asked)
    hidden = closed(thief, hidden_wei)
    *before, third, fourth, fifth = leaves(asked, asked.suite.distributor.total_funded() + share(asked))
    top = over(over(made(before), over(third, hidden)), over(fourth, fifth))
    return Hiding(top, hidden, [(thief, hidden_wei, [])])


def over_a_range_with_the_share(asked: Asked) -> Hiding:
    """Nobody grows; the node says the epoch's share, and every account after the last miner."""
    thief, hidden_wei = "0x" + "ff" * 20, loot(asked)
    hidden = closed(thief, hidden_wei, share(asked), f"0x{int(ordered(asked)[-1], 16) + 1:040x}")
    return Hiding(over(made(leaves(asked, asked.suite.distributor.total_funded())), hidden), hidden, [(thief, hidden_wei, [])])


def over_many_leaves(asked: Asked) -> Hiding:
    """A real tree below, whose sums contradict what is said of it: whoever had its nodes could refute it."""
    accounts = [f"0x{'ff' * 18}{number:04x}" for number in range(16)]
    amounts = [loot(asked) // 16 for _ in accounts]
    below = made([leaf(account, amount) for account, amount in zip(accounts, amounts, strict=True)])
    paths = {node.said.first: [one.claims for one in path] for node, path in below.walk() if node.halves is None}
    claims = [(account, amount, paths[address_bytes(account)]) for account, amount in zip(accounts, amounts, strict=True)]
    hidden = Made(below.said._replace(sum=0))
    return Hiding(over(made(leaves(asked, asked.suite.distributor.total_funded() + share(asked))), hidden), hidden, claims)


VARIANTS = (after_everybody, between_two_miners, over_a_range_with_the_share, over_many_leaves)


def sign(asked: Asked, top: Made) -> None:
    report = asked.suite.report(entries={asked.asker: 1}, audit_root=top.root)
    asked.suite.submit(replace(report, root=top.said.claims, cumulative_total=asked.suite.distributor.total_funded() + share(asked)))


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda one: one.__name__)
def test_hidden_node__every_question_answered__not_refutable__documented_limit(asked, variant: Callable[[Asked], Hiding]):
    """What only publication, or a guardian, stops: it settles, and pays out all that was unclaimed."""
    hiding = variant(asked)
    top = hiding.top
    unclaimed = asked.token.balanceOf(asked.suite.distributor)
    everything = loot(asked)
    sign(asked, top)
    for number, miner in enumerate(ordered(asked)):
        asked.ask(miner)
        node, path = next((node, path) for node, path in top.walk() if node.said.first == node.said.last == address_bytes(miner))
        asked.answer(number, *arguments(node, path)[:3])
    assert asked.balances() == (95, 5, 0)  # the thief's friend has the bonds

    for node, path in top.walk():
        given = arguments(node, path, node.children)
        with boa.reverts("refute: two children needed" if node is hiding.hidden else "refute: nothing inconsistent"):
            asked.audit.refute_inconsistent(asked.controller, *given)
        for miner in asked.miners:
            is_own = node.said.first == node.said.last == address_bytes(miner)
            with boa.reverts("refute: no loss" if node.halves or is_own else "refute: two children needed"):
                asked.audit.refute_loss(asked.controller, 0, miner, asked.before[miner], asked.old.proof(miner), *given)
    path = next(path for node, path in top.walk() if node is hiding.hidden)
    with boa.reverts("refute: children invalid"):
        asked.audit.refute_inconsistent(asked.controller, *arguments(hiding.hidden, path, [top.said, top.said]))
    settled = Ledger().advance((one.lower(), wei) for one, wei in asked.before.items())
    assert find(asked.controller.pending().report, top.published, [(0, settled)]) is None
    assert list(top.published.hidden()) == [hiding.hidden.said]

    asked.suite.wait()
    asked.controller.settle()
    assert asked.token.balanceOf(asked.suite.distributor) == everything > unclaimed
    beside = [one.claims for one in path]
    accounts, amounts, proofs = zip(*((account, amount, [*below, *beside]) for account, amount, below in hiding.claims), strict=True)
    paid = asked.suite.distributor.claim_many(accounts, amounts, proofs)
    assert everything - 16 < paid <= everything
    assert asked.token.balanceOf(asked.suite.distributor) == everything - paid


def test_hidden_node__guardian_cancels__nothing_settles(asked):
    """What does stop it, within the delay."""
    hiding = after_everybody(asked)
    sign(asked, hiding.top)
    asked.controller.cancel_report(sender=asked.suite.guardian)
    asked.suite.wait()
    with boa.reverts("report: nothing pending"):
        asked.controller.settle()


def test_hidden_node__whoever_has_its_children__refutes(asked):
    """The limit is publication: the same list with the children of that node is discarded by one proof."""
    hiding = over_many_leaves(asked)
    sign(asked, hiding.top)
    below = made([leaf(account, amount) for account, amount, _ in hiding.claims])
    path = next(path for node, path in hiding.top.walk() if node is hiding.hidden)
    asked.audit.refute_inconsistent(asked.controller, *arguments(hiding.hidden, path, below.children))
    assert asked.digest == bytes(32)
