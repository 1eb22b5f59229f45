"""answer: redelegated stake answers for the slashes of the validator it left, one call each."""

from __future__ import annotations

import pytest

from mdt.units import DAY
from tests.support.emission import event
from tests.support.slashing import STAKE, TERMS, UNIT


@pytest.fixture(autouse=True)
def _moved(suite, delegator):
    """1,000 MDT went from validator 1 to validator 2 and answer for a week."""
    suite.redelegate(delegator)


def answer(suite, delegator):
    return suite.anyone("answer", 2, delegator, 0)


def refused(suite, delegator, slot=0):
    suite.twin.refused("slasher: nothing to answer", "answer", None, 2, delegator, slot)


def debt_of(suite, delegator):
    return tuple(suite.staking.debt(2, delegator, 0))


def test_answer__in_escrow__added_and_kept(suite, slasher, delegator):
    suite.slash(1)
    assert slasher.answer(2, delegator, 0) == 100 * UNIT
    assert event(slasher, "Answered") == {"slash_id": 0, "validator_id": 2, "owner": delegator, "amount": 100 * UNIT}
    assert suite.model.answer(2, delegator, 0) == 100 * UNIT
    assert (slasher.slash_record(0).amount, slasher.slash_record(0).answered) == (100 * UNIT, 100 * UNIT)
    assert slasher.totals() == (200 * UNIT, 0, 0, 0)
    assert suite.token.balanceOf(slasher) == 200 * UNIT
    assert debt_of(suite, delegator)[2] == 1
    suite.advance(seconds=2 * DAY)
    suite.anyone("execute", 0)
    assert slasher.totals() == (200 * UNIT, 160 * UNIT, 40 * UNIT, 0)
    suite.assert_same()


def test_answer__upheld__split_at_once_and_alone(suite, slasher, delegator):
    """Odd wei of each answer go to the treasury: 7 -> 5/2 twice, not 14 -> 11/3."""
    other = "0x" + "77" * 20
    for owner in (delegator, other):
        suite.redelegate(owner, tokens=70)
    suite.slash(1)
    suite.advance(seconds=2 * DAY)
    suite.anyone("execute", 0)
    burned, to_treasury = slasher.totals()[1:3]
    for count, owner in enumerate((delegator, other), 1):
        assert answer(suite, owner) == 7
        assert slasher.totals() == (100 * UNIT + 7 * count, burned + 5 * count, to_treasury + 2 * count, 0)
    assert slasher.slash_record(0).answered == 14
    assert suite.token.balanceOf(slasher) == 0
    suite.assert_same()


def test_answer__overturned__nothing_due_and_the_debt_goes_on(suite, slasher, delegator):
    suite.slash(1)
    suite.call("overturn", suite.arbiter, 0)
    assert slasher.answer(2, delegator, 0) == 0
    assert event(slasher, "Answered")["amount"] == 0
    assert suite.model.answer(2, delegator, 0) == 0
    assert debt_of(suite, delegator)[2] == 1
    assert suite.staking.position_tokens(2, delegator, 0) == STAKE
    suite.assert_same()


def test_answer__several_slashes__in_order_one_call_each(suite, slasher, delegator):
    """Escrowed 10%, then upheld 5% of the rest, each at its own size."""
    suite.slash(1, 1)
    suite.advance(1)
    suite.slash(1, 2)
    suite.call("set_slash_bps", suite.owner, 2, 5_000)
    suite.slash(2, 1)
    suite.advance(seconds=2 * DAY)
    suite.anyone("execute", 1)
    assert answer(suite, delegator) == 100 * UNIT
    assert answer(suite, delegator) == 45 * UNIT
    refused(suite, delegator)
    assert (slasher.slash_record(0).answered, slasher.slash_record(1).answered, slasher.slash_record(2).answered) == (100 * UNIT, 45 * UNIT, 0)
    suite.assert_same()


def test_answer__slash_of_before_it_left__not_answered(suite, delegator):
    suite.slash(1)
    suite.redelegate(delegator)
    refused(suite, delegator)
    assert suite.slash(1, 2) == 1
    assert answer(suite, delegator) == 50 * UNIT


def test_answer__slash_at_the_last_second__due(suite, delegator):
    suite.advance(seconds=7 * DAY - TERMS.warning_seconds)
    suite.slash(1)
    assert answer(suite, delegator) == 100 * UNIT
    assert debt_of(suite, delegator)[2] == 1
    suite.assert_same()


def test_answer__slash_after_the_last_second__frees_the_position(suite, slasher, delegator):
    suite.advance(seconds=7 * DAY + 1 - TERMS.warning_seconds)
    suite.slash(1)
    assert answer(suite, delegator) == 0
    assert debt_of(suite, delegator) == (0, 0, 0)
    assert slasher.slash_record(0).answered == 0
    refused(suite, delegator)
    suite.assert_same()


def test_answer__late__still_due_for_a_slash_in_time(suite, delegator):
    """No escape by waiting: the slash counts, not the call."""
    suite.slash(1)
    suite.advance(seconds=30 * DAY)
    assert answer(suite, delegator) == 100 * UNIT


def test_answer__nothing_there__refused(suite, delegator, attacker):
    refused(suite, delegator)
    refused(suite, delegator, 1)
    refused(suite, attacker)
    suite.slash(2)
    refused(suite, delegator)
    suite.assert_same()


def test_answer__slashes_of_an_earlier_slasher__forgiven_one_by_one(suite, slasher, delegator):
    """Staking counts on when a slasher is replaced; this one knows its own."""
    suite.set_standing(1, False, slash_count=2)
    assert [answer(suite, delegator), answer(suite, delegator)] == [0, 0]
    assert debt_of(suite, delegator)[2] == 2
    refused(suite, delegator)
    suite.slash(1)
    assert slasher.slashes_of(1, 0, 50) == [0]
    assert answer(suite, delegator) == 100 * UNIT
    refused(suite, delegator)
    suite.assert_same()


def test_answer__empty_position__advances(suite, slasher, delegator):
    suite.redelegate(delegator, tokens=0)
    suite.slash(1)
    suite.advance(seconds=2 * DAY)
    suite.anyone("execute", 0)
    assert answer(suite, delegator) == 0
    assert debt_of(suite, delegator)[2] == 1
    suite.assert_same()
