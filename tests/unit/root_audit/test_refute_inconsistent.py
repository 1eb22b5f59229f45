"""refute_inconsistent: every way in which a list can contradict itself or its report, shown by one node; and no way to show it of a good list."""

from __future__ import annotations

import pytest

from mdt.model.root_audit import MAX_DEPTH
from mdt.oracle.refute import find_inconsistent
from tests.support.audit import Made, arguments, leaf, made, over
from tests.unit.root_audit.conftest import ACCOUNTS

ONE, TWO, THREE, FOUR = ACCOUNTS[:4]
LARGEST = 2**128 - 1


def refuted(audited, tree: Made, words: str, **report) -> None:
    """The finder sees it in what was published, and the contract takes its proof."""
    found = find_inconsistent(audited.pend_tree(tree, **report), tree.published)
    assert found is not None
    assert words in found.words
    audited.send(found)


def test_refute_inconsistent__every_node_of_an_honest_tree__refused(audited, honest):
    audited.pend_tree(honest)
    for node, path in honest.walk():
        assert audited.refute("refute_inconsistent", *arguments(node, path, node.children)) == "refute: nothing inconsistent"
    assert find_inconsistent(audited.report, honest.published) is None


def test_refute_inconsistent__single_honest_leaf__refused(audited):
    tree = leaf(ONE, 5)
    audited.pend_tree(tree)
    assert audited.refute("refute_inconsistent", *arguments(tree)) == "refute: nothing inconsistent"


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("change", [-1, 1, 2**127])
def test_refute_inconsistent__sum_is_not_the_declared_total__discarded(audited, size, change):
    """X1, X3: the leaves promise more than was declared, or less."""
    tree = made([leaf(account, 10) for account in ACCOUNTS[:size]])
    refuted(audited, tree, "adds up to", total=10 * size + change)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
def test_refute_inconsistent__another_claims_root__discarded(audited, size):
    """The audited list is good, and miners would be paid by another one."""
    tree = made([leaf(account, 10) for account in ACCOUNTS[:size]])
    refuted(audited, tree, "miners would be paid by", root=b"\x07" * 32)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
def test_refute_inconsistent__leaf_of_the_zero_address__discarded(audited, size):
    """It can claim nothing, and no honest list could keep it: each that follows would be refuted for what it leaves out."""
    refuted(audited, made([leaf(account, 10) for account in [bytes(20), *ACCOUNTS][:size]]), "of the zero address")


@pytest.mark.parametrize("size", [2, 3, 5, 7])
def test_refute_inconsistent__account_twice__discarded(audited, size):
    """The same total twice cannot be told apart in the claims tree alone."""
    for amount in (10, 20):
        leaves = [leaf(account, 10) for account in ACCOUNTS[:size]]
        leaves[1] = leaf(ACCOUNTS[0], amount)
        refuted(audited, made(leaves), "is listed twice")


@pytest.mark.parametrize("size", [2, 3, 5, 7])
def test_refute_inconsistent__not_in_order__discarded(audited, size):
    """X2: who is not where the order would have it could not be shown to be missing."""
    for at in range(size - 1):
        leaves = [leaf(account, 10) for account in ACCOUNTS[:size]]
        leaves[at], leaves[at + 1] = leaves[at + 1], leaves[at]
        refuted(audited, made(leaves), "the list is not in order")


@pytest.mark.parametrize("size", [2, 3, 5, 7])
def test_refute_inconsistent__turned_list__discarded(audited, size):
    """The faulty node ends before it begins, so that accounts do not tell on which side its sibling stands."""
    for turn in range(1, size):
        accounts = [*ACCOUNTS[turn:size], *ACCOUNTS[:turn]]
        refuted(audited, made([leaf(account, 10) for account in accounts]), "the list is not in order")


def lies_of(honest: Made):
    """Each node of a tree with each lie about it, as (tree, depth of the lie)."""

    def told(node: Made, address: tuple[int, ...], **lie) -> Made:
        if not address:
            return node.saying(**lie)
        halves = list(node.halves or ())
        halves[address[0]] = told(halves[address[0]], address[1:], **lie)
        return over(*halves)

    def addresses(node: Made, at: tuple[int, ...] = ()):
        yield at, node
        for side, half in enumerate(node.halves or ()):
            yield from addresses(half, (*at, side))

    for address, node in addresses(honest):
        said = node.said
        lies = [{"claims": b"\x09" * 32}, {"sum": said.sum + 1}, {"sum": 0}, {"last": b"\xff" * 20}, {"first": b"\x00" * 20}]
        for lie in lies:
            yield told(honest, address, **lie), address, lie


def test_refute_inconsistent__any_lie_about_any_node__found_and_discarded(audited, honest):
    """What is above the lie follows from it, so that only the place of the lie shows it, or the top."""
    count = 0
    for tree, address, lie in lies_of(honest):
        report = audited.pend_tree(tree)
        found = find_inconsistent(report, tree.published)
        assert found is not None, (address, lie)
        audited.send(found)
        count += 1
    assert count == 13 * 5


def test_refute_inconsistent__leaf_that_pays_more_than_it_is_audited_with__discarded(audited):
    """X4: the claims leaf near 2^256, audited with little."""
    poison = leaf(TWO, 2**255, sum=10)
    refuted(audited, made([leaf(ONE, 10), poison, leaf(THREE, 10)]), "pays another amount")


def test_refute_inconsistent__sum_overflows__discarded(audited):
    """Sums are compared in 256 bits: what wraps to the declared total is a fault, not a revert."""
    tree = made([leaf(ONE, LARGEST), leaf(TWO, 2), leaf(THREE, 10)])
    assert tree.said.sum == 11 or tree.said.sum == (LARGEST + 12) % 2**128
    refuted(audited, tree, "more than 128 bits hold")


def test_refute_inconsistent__path_over_a_sum_that_no_summary_holds__refused(audited):
    """The fault above is the one to show."""
    tree = made([leaf(ONE, LARGEST), leaf(TWO, 2)])
    audited.pend_tree(tree)
    left, right = tree.halves
    assert audited.refute("refute_inconsistent", *arguments(left, [right.said])) == "refute: sum too large"


def chain(depth: int, bottom: Made) -> Made:
    """A tree with one leaf to the left on each level."""
    tree = bottom
    for level in range(depth):
        tree = over(leaf(f"0x{depth - level:040x}", 1), tree)
    return tree


def test_refute_inconsistent__deeper_than_a_claim_reaches__discarded(audited):
    """Leaves 33 below the top could never be claimed: hiding there is leaving out."""
    bottom = over(leaf(ONE, 5), leaf(TWO, 5))
    refuted(audited, chain(MAX_DEPTH, bottom), "deeper than a claim reaches")


def test_refute_inconsistent__as_deep_as_a_claim_reaches__no_fault(audited):
    tree = chain(MAX_DEPTH, leaf(ONE, 5))
    audited.pend_tree(tree)
    assert find_inconsistent(audited.report, tree.published) is None
    node, path = max(tree.walk(), key=lambda found: len(found[1]))
    assert len(path) == MAX_DEPTH
    assert audited.refute("refute_inconsistent", *arguments(node, path)) == "refute: nothing inconsistent"


def test_refute_inconsistent__not_under_the_signed_root__refused(audited, honest):
    audited.pend_tree(honest)
    foreign = leaf(ONE, 11)
    path = [node.said for node in honest.halves]
    for given in (arguments(foreign), arguments(foreign, path), arguments(honest.halves[0]), arguments(honest, path[:1])):
        assert audited.refute("refute_inconsistent", *given) == "refute: path invalid"


def test_refute_inconsistent__children_left_out_or_of_another_node__refused(audited, honest):
    audited.pend_tree(honest)
    left, right = honest.halves
    for given, reason in [
        ([], "two children needed"),
        (honest.children[:1], "two children needed"),
        ([right.said, left.said], "children invalid"),
        ([left.said, left.said], "children invalid"),
        ([left.said, right.said._replace(sum=right.said.sum + 1)], "children invalid"),
    ]:
        assert audited.refute("refute_inconsistent", *arguments(honest, [], given)) == f"refute: {reason}"


def test_refute_inconsistent__nothing_pending__refused(audited, honest):
    assert audited.refute("refute_inconsistent", *arguments(honest)) == "report: nothing pending"


def test_refute_inconsistent__root_unchanged__refused(audited, honest):
    """A bad root that is in force already cannot be used to stop epochs without miners."""
    audited.pend(honest.said.claims, bytes(32), 1)
    assert audited.refute("refute_inconsistent", *arguments(honest)) == "refute: root unchanged"


def test_audit_root__every_node_of_a_tree__leads_to_the_same(audited, honest):
    for node, path in honest.walk():
        assert audited.contract.audit_root(*arguments(node, path)[:3]) == honest.root
