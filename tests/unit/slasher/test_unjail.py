"""unjail and jailed_until: each slash keeps its validator in jail for itself; the operator comes back when all is over."""

from __future__ import annotations

import itertools

import pytest

from mdt.model.staking import Status
from mdt.units import DAY
from tests.support.slashing import APPEAL, key

SCENARIO = [(1, "uphold"), (2, "overturn"), (0, "overturn")]


def refused(suite, reason, caller, validator_id=1):
    suite.twin.refused(reason, "unjail", caller, validator_id)


@pytest.fixture
def operator(suite):
    return suite.operators[0].address


def test_unjail__time_over_and_decided__earns_again(suite, slasher, operator):
    suite.slash(1, 1)
    assert slasher.jailed_until(1) == suite.now + 3 * DAY
    suite.advance(seconds=2 * DAY)
    suite.anyone("execute", 0)
    suite.advance(seconds=DAY - 1)
    refused(suite, "slasher: still jailed", operator)
    suite.advance(seconds=1)
    suite.call("unjail", operator, 1)
    assert suite.staking.validator(1).status == Status.ACTIVE
    refused(suite, "slasher: not jailed", operator)
    suite.assert_same()


def test_unjail__in_escrow__refused_however_late(suite, operator):
    """An appeal can last longer than jail."""
    suite.slash(1, 1)
    suite.call("appeal", operator, 0, APPEAL)
    suite.advance(seconds=30 * DAY)
    refused(suite, "slasher: slash in escrow", operator)
    suite.anyone("execute", 0)
    suite.call("unjail", operator, 1)
    suite.assert_same()


def test_unjail__tombstoned__never(suite, operator):
    suite.slash(1, 0)
    refused(suite, "slasher: tombstoned", operator)
    suite.advance(seconds=2 * DAY)
    suite.anyone("execute", 0)
    suite.advance(seconds=365 * DAY)
    refused(suite, "slasher: tombstoned", operator)
    suite.assert_same()


def test_unjail__anybody_else__refused(suite, operator, attacker):
    suite.slash(1, 1)
    suite.advance(seconds=2 * DAY)
    suite.anyone("execute", 0)
    suite.advance(1, seconds=DAY)
    for caller in (attacker, suite.owner, suite.arbiter, suite.slashers[0], suite.operators[1].address):
        refused(suite, "slasher: not the operator", caller)
    successor, vote_key = key("successor").address, key("vote key").address
    suite.set_operator(1, successor)
    suite.set_owner(1, attacker)
    suite.rotate(1, vote_key)
    for caller in (operator, vote_key):
        refused(suite, "slasher: not the operator", caller)
    suite.call("unjail", successor, 1)


def test_unjail__owner__as_the_operator(suite):
    owner = key("owner of now").address
    suite.set_owner(1, owner)
    suite.slash(1, 1)
    suite.advance(seconds=2 * DAY)
    suite.anyone("execute", 0)
    suite.advance(1, seconds=DAY)
    suite.call("unjail", owner, 1)
    suite.assert_same()


@pytest.mark.parametrize("validator_id", [0, 4])
def test_unjail__unknown_validator__refused(suite, operator, validator_id):
    refused(suite, "slasher: not the operator", operator, validator_id)


def test_unjail__jailed_by_an_earlier_slasher__free_to_come_back(suite, operator):
    suite.set_standing(1, True, slash_count=1)
    suite.call("unjail", operator, 1)
    assert suite.staking.validator(1).status == Status.ACTIVE


# --- what an overturned slash gives back ---


def test_overturn__only_slash__free_at_once(suite):
    suite.slash(1, 1)
    suite.call("overturn", suite.arbiter, 0)
    assert suite.staking.validator(1).status == Status.ACTIVE
    suite.assert_same()


def test_overturn__another_in_escrow__stays_in_jail_for_that_one(suite, slasher):
    """Whichever is overturned: the other's time stays."""
    suite.slash(1, 1)
    suite.advance(1, DAY)
    suite.slash(1, 2)
    later = suite.now
    suite.call("overturn", suite.arbiter, 0)
    assert suite.staking.validator(1).status == Status.JAILED
    assert slasher.jailed_until(1) == later + 3 * DAY
    suite.call("overturn", suite.arbiter, 1)
    assert slasher.jailed_until(1) == 0
    assert suite.staking.validator(1).status == Status.ACTIVE
    suite.assert_same()


def test_overturn__upheld_one_before__stays_in_jail_until_its_time(suite, slasher, operator):
    suite.slash(1, 1)
    first = suite.now
    suite.advance(1, 2 * DAY)
    suite.slash(1, 2)
    suite.anyone("execute", 0)
    suite.call("overturn", suite.arbiter, 1)
    assert slasher.jailed_until(1) == first + 3 * DAY
    assert suite.staking.validator(1).status == Status.JAILED
    refused(suite, "slasher: still jailed", operator)
    suite.advance(seconds=first + 3 * DAY - suite.now)
    suite.call("unjail", operator, 1)
    suite.assert_same()


def test_overturn__upheld_one_whose_time_is_over__free_at_once(suite):
    suite.slash(1, 1)
    suite.advance(1, 2 * DAY)
    suite.slash(1, 2)
    suite.anyone("execute", 0)
    suite.advance(seconds=DAY)
    suite.call("overturn", suite.arbiter, 1)
    assert suite.staking.validator(1).status == Status.ACTIVE


def test_overturn__double_signing__tombstone_gone_and_the_rest_stays(suite):
    suite.slash(1, 0)
    suite.advance(1)
    suite.slash(1, 1)
    assert suite.staking.validator(1).status == Status.JAILED | Status.TOMBSTONED
    suite.call("overturn", suite.arbiter, 0)
    assert suite.staking.validator(1).status == Status.JAILED
    suite.assert_same()


def test_overturn__lesser_offence_of_a_tombstoned_validator__stays_tombstoned_and_jailed(suite):
    suite.slash(1, 0)
    suite.advance(1)
    suite.slash(1, 1)
    suite.advance(seconds=2 * DAY)
    suite.anyone("execute", 0)
    suite.advance(seconds=30 * DAY)
    suite.call("overturn", suite.arbiter, 1)
    assert suite.staking.validator(1).status == Status.JAILED | Status.TOMBSTONED
    suite.assert_same()


@pytest.mark.parametrize("order", list(itertools.permutations(SCENARIO)))
def test_jailed_until__any_order_of_decisions__the_latest_that_was_not_overturned(suite, slasher, order):
    """Three slashes half a day apart; only the second one is upheld."""
    started = []
    for offence in range(3):
        suite.slash(1, offence)
        started.append(suite.now)
        suite.call("appeal", suite.operators[0].address, offence, APPEAL)
        suite.advance(1, DAY // 2)
    for slash_id, decision in order:
        suite.call(decision, suite.arbiter, slash_id)
        suite.assert_same()
    assert slasher.jailed_until(1) == started[1] + 3 * DAY
    assert suite.staking.validator(1).status == Status.JAILED


def test_jailed_until__the_later_slash_upheld_first__its_time_stays(suite, slasher):
    suite.slash(1, 1)
    suite.call("appeal", suite.operators[0].address, 0, APPEAL)
    suite.advance(1, DAY)
    suite.slash(1, 2)
    later = suite.now
    suite.advance(seconds=2 * DAY)
    suite.anyone("execute", 1)
    suite.call("uphold", suite.arbiter, 0)
    assert slasher.jailed_until(1) == later + 3 * DAY
    suite.assert_same()


# --- an offence of before adds no time ---


def test_jailed_until__second_offence_of_one_outage_held_back__no_longer_in_jail(suite, slasher, operator):
    """Y12: both lie before the jail; whoever opens the second one a day before the first one's end cannot stretch it."""
    suite.advance(5)
    height = suite.block - 1
    suite.slash(1, 1, height)
    ends_at = suite.now + 3 * DAY
    suite.advance(100, 2 * DAY)
    suite.anyone("execute", 0)
    suite.slash(1, 2, height)
    assert slasher.jailed_until(1) == ends_at
    suite.advance(seconds=2 * DAY)
    suite.anyone("execute", 1)
    assert suite.now > ends_at
    suite.call("unjail", operator, 1)
    suite.assert_same()


@pytest.mark.parametrize(("back", "is_longer"), [(1, False), (0, True)])
def test_jailed_until__offence_around_the_block_of_the_jail__longer_from_that_block_on(suite, slasher, back, is_longer):
    suite.slash(1, 1)
    block, ends_at = suite.block, suite.now + 3 * DAY
    suite.advance(5, DAY)
    suite.slash(1, 2, block - back)
    assert slasher.jailed_until(1) == (suite.now + 3 * DAY if is_longer else ends_at)
    suite.assert_same()


def test_jailed_until__offence_of_before_a_jail_that_is_over__in_jail_for_its_window_only(suite, slasher, operator):
    """It ends no later than that jail did: what is left is that nobody is back while a slash is in escrow."""
    suite.advance(5)
    height = suite.block - 1
    suite.slash(1, 1, height)
    ends_at = suite.now + 3 * DAY
    suite.advance(100, 3 * DAY)
    suite.anyone("execute", 0)
    suite.call("unjail", operator, 1)
    suite.slash(1, 2, height)
    assert slasher.jailed_until(1) == ends_at
    refused(suite, "slasher: slash in escrow", operator)
    suite.call("appeal", operator, 1, APPEAL)
    suite.call("uphold", suite.arbiter, 1)
    suite.call("unjail", operator, 1)
    suite.advance(1)
    suite.slash(1, 1, suite.block - 1)
    assert slasher.jailed_until(1) == suite.now + 3 * DAY
    suite.assert_same()


def test_jailed_until__the_first_was_overturned__the_second_in_full(suite, slasher):
    """A jail that was not deserved shields nobody."""
    suite.advance(5)
    height = suite.block - 1
    suite.slash(1, 1, height)
    suite.call("overturn", suite.arbiter, 0)
    suite.advance(100, DAY)
    suite.slash(1, 2, height)
    assert slasher.jailed_until(1) == suite.now + 3 * DAY
    suite.assert_same()


def test_jailed_until__double_signing_of_before__in_full(suite, slasher):
    """It is out for good anyway; if that is overturned nothing is left of it."""
    suite.advance(5)
    height = suite.block - 1
    suite.slash(1, 1, height)
    suite.advance(100, DAY)
    suite.accuse(*suite.conflict(1, height))
    assert slasher.jailed_until(1) == suite.now + 3 * DAY
    suite.assert_same()
