"""RewardDistributor.fund: the difference of the totals comes in with every root, and nothing else does."""

from __future__ import annotations

import boa
import pytest

from mdt.crypto.merkle import MerkleTree
from mdt.units import WAD
from tests.support.distribution import PURSE
from tests.support.refusals import refuses

ROOT, NEXT_ROOT = b"\x01" * 32, b"\x02" * 32
MAX_TOTAL = 2**128 - 1


def test_fund__first_and_next_root__pulls_exactly_the_difference(distribution, funder):
    contract, token = distribution.contract, distribution.token
    for root, total, amount in ((ROOT, 5 * WAD, 5 * WAD), (NEXT_ROOT, 5 * WAD + 1, 1), (ROOT, 9 * WAD, 4 * WAD - 1)):
        before = token.balanceOf(funder)
        distribution.fund_root(root, total)
        assert token.balanceOf(funder) == before - amount
        distribution.agree()
    assert contract.unclaimed() == contract.total_funded() == 9 * WAD


def test_fund__success__event(distribution, funder):
    contract = distribution.contract
    distribution.fund_root(ROOT, 5 * WAD)
    contract.fund(NEXT_ROOT, 8 * WAD, sender=funder)
    (event,) = [log for log in contract.get_logs() if type(log).__name__ == "RootUpdated"]
    assert (event.root, event.amount, event.total_funded) == (NEXT_ROOT, 3 * WAD, 8 * WAD)


def test_fund__donation_before__not_counted_as_funding(distribution, funder):
    """A direct transfer never replaces funding: the whole difference is still pulled."""
    distribution.token.transfer(distribution.contract, 4 * WAD, sender=funder)
    distribution.model.receive(4 * WAD)
    distribution.fund_root(ROOT, 5 * WAD)
    distribution.agree()
    assert distribution.contract.unclaimed() == 9 * WAD


def test_fund__not_the_funder__refused(distribution, owner, attacker):
    for caller in (owner, attacker):
        with boa.reverts("distributor: not funder"):
            distribution.contract.fund(ROOT, WAD, sender=caller)
        with refuses("distributor: not funder"):
            distribution.model.fund(caller, ROOT, WAD)


def test_fund__former_funder__refused(distribution, owner, funder, keeper):
    distribution.contract.set_funder(keeper, sender=owner)
    with boa.reverts("distributor: not funder"):
        distribution.contract.fund(ROOT, WAD, sender=funder)


@pytest.mark.parametrize(
    ("root", "total", "reason"),
    [
        (bytes(32), 2 * WAD, "distributor: empty root"),
        (ROOT, 2 * WAD, "distributor: no change"),
        (NEXT_ROOT, WAD, "distributor: nothing to fund"),
        (NEXT_ROOT, WAD - 1, "distributor: nothing to fund"),
        (NEXT_ROOT, 0, "distributor: nothing to fund"),
        (NEXT_ROOT, MAX_TOTAL + 1, "distributor: total too large"),
        (NEXT_ROOT, 2**256 - 1, "distributor: total too large"),
    ],
)
def test_fund__bad_root_or_total__refused(distribution, funder, root, total, reason):
    """B12: a total that decreased, or did not grow, brings no root."""
    distribution.fund_root(ROOT, WAD)
    with boa.reverts(reason):
        distribution.contract.fund(root, total, sender=funder)
    with refuses(reason):
        distribution.model.fund(funder, root, total)
    distribution.agree()


def test_fund__largest_total__only_the_token_refuses(distribution, funder):
    with boa.reverts("mdt: allowance too low"):
        distribution.contract.fund(ROOT, MAX_TOTAL, sender=funder)
    distribution.model.fund(funder, ROOT, MAX_TOTAL)


def test_fund__allowance_or_balance_too_low__refused_and_nothing_changes(distribution, funder):
    contract, token = distribution.contract, distribution.token
    token.approve(contract, WAD - 1, sender=funder)
    with boa.reverts("mdt: allowance too low"):
        contract.fund(ROOT, WAD, sender=funder)
    token.approve(contract, 2 * PURSE, sender=funder)
    with boa.reverts("mdt: balance too low"):
        contract.fund(ROOT, PURSE + 1, sender=funder)
    assert (contract.root(), contract.total_funded(), contract.unclaimed()) == (bytes(32), 0, 0)


def test_fund__token_answers_false__refused(hostile, funder):
    hostile.token.set_answers_false(True)
    with boa.reverts("distributor: transfer failed"):
        hostile.contract.fund(ROOT, 10 * hostile.tree.total, sender=funder)


def test_fund__claims_of_the_root_before__continue_under_the_new_one(distribution, earned, miners):
    """A root replaces the one before whole: who did not claim yet claims everything with one proof."""
    old = distribution.fund(earned)
    new = distribution.fund({miner: amount + 3 * WAD for miner, amount in earned.items()})
    miner = miners[0]
    with boa.reverts("distributor: invalid proof"):
        distribution.contract.claim(miner, old.cumulative(miner), old.proof(miner))
    assert distribution.contract.claim(miner, new.cumulative(miner), new.proof(miner)) == earned[miner] + 3 * WAD


def test_fund__call_back_from_the_token__cannot_claim_more_than_its_leaf(hostile, funder, miners, earned):
    """C37: during `fund` the new root is in force already; a claim from within still pays each leaf once."""
    contract, token = hostile.contract, hostile.token
    tree = MerkleTree.build((miner, 2 * amount) for miner, amount in earned.items())
    miner = miners[0]
    token.set_call_back(contract, contract.claim.prepare_calldata(miner, tree.cumulative(miner), tree.proof(miner)))
    contract.fund(tree.root, tree.total, sender=funder)
    assert (token.call_backs_tried(), token.call_backs_succeeded()) == (1, 1)
    assert contract.claimed(miner) == token.balanceOf(miner) == tree.cumulative(miner)
    with boa.reverts("distributor: nothing to claim"):
        contract.claim(miner, tree.cumulative(miner), tree.proof(miner))
