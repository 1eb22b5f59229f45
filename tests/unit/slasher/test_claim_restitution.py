"""claim_restitution: who left or answered is paid once, after an overturned slash only."""

from __future__ import annotations

import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.units import DAY
from tests.support.emission import event
from tests.support.slashing import UNIT, key


@pytest.fixture(autouse=True)
def _left(suite, delegator):
    """A tenth of validator 1's pool left while a slash of 100 MDT was in escrow: 10 MDT are noted."""
    suite.slash(1)
    suite.leave(1, delegator, 1_000)


def refused(suite, reason, owner, slash_id=0):
    suite.twin.refused(reason, "claim_restitution", None, slash_id, owner)


def test_claim_restitution__one_who_left__paid_once(suite, slasher, delegator, attacker):
    suite.call("overturn", suite.arbiter, 0)
    assert slasher.claim_restitution(0, delegator, sender=attacker) == 10 * UNIT
    assert event(slasher, "RestitutionPaid") == {"slash_id": 0, "owner": delegator, "payee": delegator, "amount": 10 * UNIT}
    assert suite.model.claim_restitution(0, delegator) == (delegator, 10 * UNIT)
    assert suite.token.balanceOf(delegator) == 10 * UNIT
    assert suite.token.balanceOf(slasher) == 0
    refused(suite, "slasher: nothing owed", delegator)
    suite.assert_same()


def test_claim_restitution__one_who_answered__paid(suite, slasher, delegator):
    suite.redelegate(delegator)
    suite.slash(1, 2)
    assert suite.anyone("answer", 2, delegator, 0) == 50 * UNIT
    suite.call("overturn", suite.arbiter, 1)
    assert suite.claim(1, delegator) == (delegator, 50 * UNIT)
    suite.call("overturn", suite.arbiter, 0)
    assert suite.claim(0, delegator) == (delegator, 10 * UNIT)
    assert suite.token.balanceOf(delegator) == 60 * UNIT
    assert suite.token.balanceOf(slasher) == 0
    suite.assert_same()


def test_claim_restitution__own_stake__paid_to_the_owner_of_now(suite, slasher):
    suite.leave(1, ZERO_ADDRESS, 5_000)
    suite.call("overturn", suite.arbiter, 0)
    suite.advance(1)
    successor = key("successor").address
    suite.set_owner(1, successor)
    suite.set_operator(1, key("thief").address)
    suite.rotate(1, key("fresh").address)
    assert suite.claim(0, ZERO_ADDRESS) == (successor, 45 * UNIT)
    assert event(slasher, "RestitutionPaid") == {"slash_id": 0, "owner": ZERO_ADDRESS, "payee": successor, "amount": 45 * UNIT}
    assert suite.token.balanceOf(successor) == 45 * UNIT
    refused(suite, "slasher: nothing owed", ZERO_ADDRESS)
    suite.assert_same()


def test_claim_restitution__still_in_escrow_or_upheld_or_unknown__refused(suite, delegator):
    refused(suite, "slasher: not overturned", delegator)
    refused(suite, "slasher: not overturned", delegator, 1)
    suite.advance(seconds=2 * DAY)
    suite.anyone("execute", 0)
    refused(suite, "slasher: not overturned", delegator)
    suite.assert_same()


def test_claim_restitution__who_never_left__refused(suite, attacker):
    suite.call("overturn", suite.arbiter, 0)
    refused(suite, "slasher: nothing owed", attacker)
    refused(suite, "slasher: nothing owed", suite.operators[0].address)
