"""refute_loss: whoever had something in a settled root and has less, or nothing, shows it; and nobody shows it of a good list."""

from __future__ import annotations

import pytest

from mdt.oracle.ledger import Ledger
from mdt.oracle.refute import find
from tests.support.audit import Made, arguments, leaf, made
from tests.unit.root_audit.conftest import ACCOUNTS

NOBODY = ["0x" + "05" * 20, "0x" + "25" * 20, "0x" + "f5" * 20]
"""Before the first, between, and after the last account."""


def ledger(amounts: dict[str, int]) -> Ledger:
    return Ledger(amounts)


def tree_of(amounts: dict[str, int]) -> Made:
    return made([leaf(account, amount) for account, amount in sorted(amounts.items())])


def lost(audited, tree: Made, before: dict[str, int], words: str) -> None:
    """The finder sees it, and the contract takes its proof."""
    audited.pend_tree(tree)
    found = find(audited.report, tree.published, [(3, audited.remember(3, ledger(before)))])
    assert found is not None
    assert found.function == "refute_loss"
    assert words in found.words
    audited.send(found)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
def test_refute_loss__one_wei_less__discarded(audited, size):
    """X3: lowered, wherever the account stands."""
    before = dict.fromkeys(ACCOUNTS[:size], 10)
    for account in before:
        lost(audited, tree_of(before | {account: 9}), before, "10 wei after epoch 3, and has 9 wei")


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("account", NOBODY)
def test_refute_loss__left_out__discarded(audited, size, account):
    """X2: before all, between two, after all."""
    lost(audited, tree_of(dict.fromkeys(ACCOUNTS[:size], 10)), {account: 1}, "is left out")


@pytest.mark.parametrize("size", [2, 3, 5, 7])
def test_refute_loss__everybody_left_out_in_turn__discarded(audited, size):
    before = dict.fromkeys(ACCOUNTS[:size], 10)
    for account in before:
        lost(audited, tree_of({other: 20 for other in before if other != account}), before, "is left out")


def test_refute_loss__evidence_of_an_earlier_epoch__discarded(audited):
    """X3, amnesia: a random word settled after it, of which nobody can prove anything."""
    audited.controller.set_evidence(4, b"\x44" * 32)
    audited.evidence[4] = b"\x44" * 32
    lost(audited, tree_of({ACCOUNTS[0]: 9}), {ACCOUNTS[0]: 10}, "after epoch 3")


def test_refute_loss__honest_list__cannot_be_refuted(audited):
    """Every leaf, every gap and every amount, against the same and against more."""
    before = dict.fromkeys(ACCOUNTS[:5], 10)
    old = audited.remember(3, ledger(before))
    for now in (before, dict.fromkeys(ACCOUNTS[:5], 11), dict.fromkeys(ACCOUNTS, 10)):
        tree = tree_of(now)
        audited.pend_tree(tree)
        for account in before:
            proof = old.tree.proof(account)
            for node, path in tree.walk():
                refused = audited.refute("refute_loss", 3, account, 10, proof, *arguments(node, path, node.children))
                assert refused in ("refute: no loss", "refute: two children needed")
        assert find(audited.report, tree.published, [(3, old)]) is None


def test_refute_loss__more_than_the_epoch_gave__refused(audited):
    old = audited.remember(3, ledger({ACCOUNTS[0]: 10, ACCOUNTS[1]: 10}))
    tree = tree_of({ACCOUNTS[0]: 10})
    audited.pend_tree(tree)
    proof = old.tree.proof(ACCOUNTS[0])
    assert audited.refute("refute_loss", 3, ACCOUNTS[0], 11, proof, *arguments(tree)) == "refute: old proof invalid"
    assert audited.refute("refute_loss", 3, NOBODY[1], 10, proof, *arguments(tree)) == "refute: old proof invalid"
    assert audited.refute("refute_loss", 3, ACCOUNTS[1], 10, [], *arguments(tree)) == "refute: old proof invalid"


def test_refute_loss__zero__refused(audited):
    """Nobody can be left out with nothing."""
    audited.pend_tree(tree_of({ACCOUNTS[0]: 10}))
    assert audited.refute("refute_loss", 3, NOBODY[0], 0, [], *arguments(tree_of({ACCOUNTS[0]: 10}))) == "refute: nothing to lose"


def test_refute_loss__epoch_that_is_no_evidence__refused(audited):
    tree = tree_of({ACCOUNTS[0]: 10})
    audited.pend_tree(tree)
    assert audited.refute("refute_loss", 9, ACCOUNTS[0], 11, [], *arguments(tree)) == "refute: no evidence"


def test_refute_loss__foreign_path_or_children__refused(audited):
    old = audited.remember(3, ledger({NOBODY[1]: 10}))
    tree = tree_of(dict.fromkeys(ACCOUNTS, 10))
    audited.pend_tree(tree)
    given = (3, NOBODY[1], 10, old.tree.proof(NOBODY[1]))
    left, right = tree.halves
    assert audited.refute("refute_loss", *given, *arguments(tree.halves[0])) == "refute: path invalid"
    assert audited.refute("refute_loss", *given, *arguments(leaf(NOBODY[1], 9))) == "refute: path invalid"
    assert audited.refute("refute_loss", *given, *arguments(tree)) == "refute: two children needed"
    assert audited.refute("refute_loss", *given, *arguments(tree, [], [right.said, left.said])) == "refute: children invalid"
    made_up = [left.said._replace(last=b"\x20" * 20), right.said]
    assert audited.refute("refute_loss", *given, *arguments(tree, [], made_up)) == "refute: children invalid"


def test_refute_loss__path_over_a_sum_that_no_summary_holds__refused(audited):
    old = audited.remember(3, ledger({ACCOUNTS[0]: 10}))
    tree = made([leaf(ACCOUNTS[0], 9), leaf(ACCOUNTS[1], 2**128 - 1)])
    audited.pend_tree(tree)
    left, right = tree.halves
    given = (3, ACCOUNTS[0], 10, old.tree.proof(ACCOUNTS[0]))
    assert audited.refute("refute_loss", *given, *arguments(left, [right.said])) == "refute: sum too large"


def test_refute_loss__nothing_pending_or_root_unchanged__refused(audited):
    tree = tree_of({ACCOUNTS[0]: 10})
    given = (3, ACCOUNTS[0], 11, [], *arguments(tree))
    assert audited.refute("refute_loss", *given) == "report: nothing pending"
    audited.pend(tree.said.claims, bytes(32), 10)
    assert audited.refute("refute_loss", *given) == "refute: root unchanged"
