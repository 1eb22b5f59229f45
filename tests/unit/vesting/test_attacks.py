"""Vesting under attack: a token that calls back or answers False, gifts, and a crowd of schedules nobody asked for."""

from __future__ import annotations

import boa
import pytest

from mdt.model.vesting import MAX_SCHEDULES
from mdt.units import DAY, WAD
from tests.support.deployers import deploy
from tests.support.harness import harness

AMOUNT = 1_200_000


def half_vested(hostile, creator, member, other):
    """A schedule of the member half of which is vested, and one of another whose tokens could be stolen."""
    for beneficiary in (member, other):
        hostile.contract.create(hostile.terms(beneficiary, AMOUNT), sender=creator)
    boa.env.time_travel(seconds=50 * DAY)


def calls_back(hostile, name, *arguments):
    """Let the token make this call in the middle of its next transfer, as the owner of Vesting."""
    hostile.token.arm(hostile.contract, getattr(hostile.contract, name).prepare_calldata(*arguments))


def balances(hostile, *people):
    return [hostile.token.balanceOf(account) for account in people]


def test_claim__again_from_within__nothing_more(hostile, creator, treasury, member, other):
    half_vested(hostile, creator, member, other)
    calls_back(hostile, "claim", member, 0)
    hostile.contract.claim(member, 0)
    assert (hostile.token.calls_back(), hostile.token.succeeded()) == (1, 0)
    assert balances(hostile, member, other, treasury) == [AMOUNT // 2, 0, 0]


def test_claim__of_parts_from_within__no_more_than_vested(hostile, creator, treasury, member, other):
    half_vested(hostile, creator, member, other)
    calls_back(hostile, "claim", member, 0, AMOUNT)
    hostile.contract.claim(member, 0, AMOUNT // 3)
    assert hostile.token.succeeded() == 1  # what was left, which is the member's
    assert balances(hostile, member, other, treasury) == [AMOUNT // 2, 0, 0]
    with boa.reverts("vesting: nothing to claim"):
        hostile.contract.claim(member, 0)


def test_claim__revoked_from_within__each_wei_once(hostile, creator, treasury, member, other):
    """There is no lock on claims: the revocation sees a claim that is written already."""
    half_vested(hostile, creator, member, other)
    calls_back(hostile, "revoke", member, 0)
    hostile.contract.claim(member, 0, 100)
    assert hostile.token.succeeded() == 1
    assert balances(hostile, member, other, treasury) == [AMOUNT // 2, 0, AMOUNT // 2]


@pytest.mark.parametrize("call", ["claim", "revoke"])
def test_revoke__call_from_within__each_wei_once(hostile, creator, treasury, member, other, call):
    half_vested(hostile, creator, member, other)
    calls_back(hostile, call, member, 0)
    hostile.token.execute(hostile.contract, hostile.contract.revoke.prepare_calldata(member, 0))
    assert (hostile.token.calls_back(), hostile.token.succeeded()) == (1, 0)
    assert balances(hostile, member, other, treasury) == [AMOUNT // 2, 0, AMOUNT // 2]


def test_renounce__revoked_from_within__each_wei_once(hostile, creator, treasury, member, other):
    half_vested(hostile, creator, member, other)
    calls_back(hostile, "revoke", member, 0)
    hostile.contract.renounce(0, sender=member)
    assert (hostile.token.calls_back(), hostile.token.succeeded()) == (1, 0)
    assert balances(hostile, member, other, treasury) == [AMOUNT // 2, 0, AMOUNT // 2]


@pytest.mark.parametrize("call", ["create", "create_batch"])
def test_create__another_from_within__both_are_paid_for(hostile, creator, member, other, call, is_locked):
    """Without the lock the second goes through, and is a schedule like any other: its own place, its own tokens."""
    terms = hostile.terms(member, AMOUNT)
    hostile.token.mint(hostile.token, AMOUNT)
    held = hostile.token.balanceOf(hostile.contract)
    calls_back(hostile, call, terms if call == "create" else [terms])
    hostile.contract.create(hostile.terms(member, 7), sender=creator)
    made = 0 if is_locked else 1
    assert (hostile.token.calls_back(), hostile.token.succeeded()) == (1, made)
    assert [hostile.contract.schedule(member, index).amount for index in (0, 1)] == [7, made * AMOUNT]
    assert hostile.token.balanceOf(hostile.contract) - held == 7 + made * AMOUNT


def test_vesting__token_answers_false__takes_and_pays_nothing(owner, treasury, member):
    """C35."""
    token = harness("FalseToken").deploy()
    vesting = deploy("Vesting", token=token, treasury=treasury, owner=owner)
    terms = (member, AMOUNT, boa.env.evm.patch.timestamp, 0, 100 * DAY, 0, False, True)
    token.set_answers_true(False)
    with boa.reverts("vesting: transfer failed"):
        vesting.create(terms, sender=owner)
    with boa.reverts("vesting: transfer failed"):
        vesting.create_batch([terms], sender=owner)
    assert vesting.schedule(member, 0).amount == 0
    token.set_answers_true(True)
    vesting.create(terms, sender=owner)
    boa.env.time_travel(seconds=50 * DAY)
    token.set_answers_true(False)
    for refused in (lambda: vesting.claim(member, 0), lambda: vesting.renounce(0, sender=member), lambda: vesting.revoke(member, 0, sender=owner)):
        with boa.reverts("vesting: transfer failed"):
            refused()
    assert (vesting.claimable(member, 0), vesting.schedule(member, 0).is_ended) == (AMOUNT // 2, False)
    token.set_answers_true(True)
    assert vesting.claim(member, 0) == AMOUNT // 2


def test_donation__tokens_sent_directly__change_nothing_and_stay(pair, owner, creator, member, treasury):
    pair.create(member, 1_200 * WAD, is_revocable=True)
    pair.token.transfer(pair.contract, 77 * WAD, sender=creator)
    pair.model.receive(77 * WAD)
    pair.agree(member)
    pair.travel(60 * DAY)
    assert pair.call("claim", member, member, 0) == 600 * WAD
    pair.call("revoke", owner, member, 0)
    assert pair.token.balanceOf(treasury) == 600 * WAD
    assert pair.token.balanceOf(pair.contract) == 77 * WAD
    for account in (owner, creator, member):
        pair.refused("vesting: nothing to claim", "claim", account, member, 0)


@pytest.mark.py_evm
def test_spam__full_account__claims_cost_the_same(pair, creator, member, other):
    """E14: a claim reads its own schedule and no other."""
    pair.create(member)
    pair.create(other)
    pair.call("create_batch", creator, [pair.terms(member, 1) for _ in range(MAX_SCHEDULES - 1)])
    pair.travel(60 * DAY)
    costs = []
    for beneficiary in (member, other):
        pair.call("claim", creator, beneficiary, 0)
        costs.append(pair.contract._computation.get_gas_used())
    assert costs[0] == costs[1]


def test_governance__no_function__reaches_what_is_vested(pair, owner, creator, member, other):
    """Whatever the owner may do, in any order, the member gets what was vested: nothing pauses, sweeps or changes terms."""
    pair.create(member, 1_200 * WAD, is_revocable=True)
    pair.travel(60 * DAY)
    pair.call("set_creator", owner, creator, False)
    pair.call("revoke", owner, member, 0)
    pair.call("transfer_ownership", owner, other)
    pair.call("accept_ownership", other)
    assert pair.token.balanceOf(member) == 600 * WAD
    writing = {entry["name"] for entry in pair.contract.abi if entry["type"] == "function" and entry["stateMutability"] == "nonpayable"}
    assert writing == {
        *("claim", "create", "create_batch", "propose_beneficiary", "accept_beneficiary", "renounce"),
        *("revoke", "renounce_revocation", "set_creator", "transfer_ownership", "accept_ownership"),
    }
