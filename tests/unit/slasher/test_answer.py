"""answer: stake that left a validator, redelegated or asked back, answers for the slashes since, one call each."""

from __future__ import annotations

import boa
import pytest

from mdt.units import DAY
from tests.support.emission import event
from tests.support.slashing import STAKE, UNIT


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
    assert debt_of(suite, delegator)[3] == 1
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
    assert debt_of(suite, delegator)[3] == 1
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


@pytest.mark.parametrize(("late", "taken"), [(0, 100), (1, 0)])
def test_answer__offence_in_the_block_it_left_or_later__only_then_it_pays(suite, slasher, delegator, late, taken):
    """Y6: what left before the offence does not pay, whenever the slash comes."""
    suite.advance(1 + late)
    suite.slash(1)
    assert slasher.slash_record(0).height == suite.staking.debt(2, delegator, 0).left_at + late
    assert answer(suite, delegator) == taken * UNIT
    assert debt_of(suite, delegator)[3] == 1
    assert slasher.slash_record(0).answered == taken * UNIT
    suite.assert_same()


def test_answer__request__in_escrow_then_upheld(suite, slasher, attacker):
    suite.unstake(attacker)
    suite.slash(1)
    assert suite.anyone("answer", 1, attacker, 0, 0) == 100 * UNIT
    assert event(slasher, "Answered") == {"slash_id": 0, "validator_id": 1, "owner": attacker, "amount": 100 * UNIT}
    assert suite.staking.request(1, attacker, 0, 0).next_slash == 1
    assert slasher.totals() == (200 * UNIT, 0, 0, 0)
    suite.twin.refused("slasher: nothing to answer", "answer", None, 1, attacker, 0, 0)
    suite.advance(seconds=2 * DAY)
    suite.anyone("execute", 0)
    assert slasher.totals() == (200 * UNIT, 160 * UNIT, 40 * UNIT, 0)
    suite.assert_same()


def test_answer__request_made_before_the_offence__does_not_pay(suite, attacker):
    suite.unstake(attacker)
    suite.advance(2)
    suite.slash(1)
    assert suite.anyone("answer", 1, attacker, 0, 0) == 0
    assert suite.staking.request(1, attacker, 0, 0).tokens == STAKE
    suite.assert_same()


def test_answer__request_and_slash_of_an_earlier_slasher__forgiven(suite, attacker):
    suite.unstake(attacker)
    suite.set_standing(1, False, slash_count=1)
    assert suite.anyone("answer", 1, attacker, 0, 0) == 0
    assert suite.staking.request(1, attacker, 0, 0).tokens == STAKE


def test_answer__no_such_request__refused(suite, attacker):
    suite.slash(1)
    with boa.reverts("staking: nothing to answer"):
        suite.slasher.answer(1, attacker, 0, 0)
    assert suite.anyone("answer", 1, attacker, 0, 0) is None


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
    assert debt_of(suite, delegator)[3] == 2
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
    assert debt_of(suite, delegator)[3] == 1
    suite.assert_same()
