"""overturn: the arbiter gives a slash back, as long as nobody executed it."""

from __future__ import annotations

import boa
import pytest

from mdt.model.staking import Status
from mdt.units import DAY
from tests.support.emission import event
from tests.support.slashing import APPEAL, STAKE


@pytest.fixture(autouse=True)
def _slashed(suite):
    suite.slash(1, 0)


def refused(suite, reason, caller, slash_id=0):
    suite.twin.refused(reason, "overturn", caller, slash_id)


def test_overturn__nobody_left__the_pool_is_whole(suite, slasher):
    """D14."""
    assert suite.call("overturn", suite.arbiter, 0) == (STAKE // 2, 0)
    assert event(slasher, "Overturned") == {"slash_id": 0, "restored": STAKE // 2, "owed": 0}
    assert (suite.staking.validator(1).tokens, suite.staking.validator(1).status) == (STAKE, Status.ACTIVE)
    assert slasher.jailed_until(1) == 0
    assert slasher.slash_record(0).status == 3
    assert slasher.totals() == (STAKE // 2, 0, 0, STAKE // 2)
    assert suite.token.balanceOf(slasher) == 0
    assert suite.token.allowance(slasher, suite.staking) == 0
    suite.assert_same()


def test_overturn__some_left_and_some_answered__rest_restored_and_the_others_owed(suite, slasher, delegator):
    suite.leave(1, delegator, 2_500)
    suite.redelegate(delegator)
    suite.books.positions[2, delegator, 0].debt.next_slash = 0
    suite.staking.set_position(2, delegator, 0, STAKE, (1, suite.now + 7 * DAY, suite.block, 0))
    suite.anyone("answer", 2, delegator, 0)
    assert suite.call("overturn", suite.arbiter, 0) == (STAKE * 3 // 8, STAKE // 8 + STAKE // 2)
    assert event(slasher, "Overturned") == {"slash_id": 0, "restored": STAKE * 3 // 8, "owed": STAKE // 8 + STAKE // 2}
    assert suite.token.balanceOf(slasher) == STAKE // 8 + STAKE // 2
    assert suite.token.allowance(slasher, suite.staking) == 0
    suite.assert_same()


def test_overturn__window_over_but_not_executed__possible(suite):
    suite.call("appeal", suite.operators[0].address, 0, APPEAL)
    suite.advance(seconds=30 * DAY)
    assert suite.call("overturn", suite.arbiter, 0) == (STAKE // 2, 0)
    suite.assert_same()


def test_overturn__executed_or_overturned_or_unknown__refused(suite):
    suite.slash(2)
    suite.call("overturn", suite.arbiter, 0)
    suite.advance(seconds=2 * DAY)
    suite.anyone("execute", 1)
    for slash_id in (0, 1, 2, 2**256 - 1):
        refused(suite, "slasher: not in escrow", suite.arbiter, slash_id)
    suite.assert_same()


def test_overturn__anybody_else__refused(suite, attacker):
    for caller in (attacker, suite.owner, suite.slashers[0], suite.operators[0].address):
        refused(suite, "slasher: not the arbiter", caller)


def test_overturn__replaced_arbiter__the_new_one_decides_on_what_is_there(suite):
    successor = str(boa.env.generate_address("successor"))
    suite.call("set_arbiter", suite.owner, successor)
    refused(suite, "slasher: not the arbiter", suite.arbiter)
    assert suite.call("overturn", successor, 0) == (STAKE // 2, 0)
