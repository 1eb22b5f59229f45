"""appeal: by the operator, once, in the window."""

from __future__ import annotations

import pytest

from mdt.units import DAY
from tests.support.emission import EMPTY, event
from tests.support.slashing import APPEAL, key


@pytest.fixture(autouse=True)
def _slashed(suite):
    suite.slash(1)


def refused(suite, reason, caller, slash_id=0, appeal_hash=APPEAL):
    suite.twin.refused(reason, "appeal", caller, slash_id, appeal_hash)


def test_appeal__operator__recorded_and_the_window_doubled(suite, slasher):
    ends_at = slasher.slash_record(0).ends_at
    operator = suite.operators[0].address
    suite.call("appeal", operator, 0, APPEAL)
    assert event(slasher, "Appealed") == {"slash_id": 0, "operator": operator, "appeal_hash": APPEAL, "ends_at": ends_at + 2 * DAY}
    record = slasher.slash_record(0)
    assert (record.is_appealed, record.appeal_hash, record.ends_at, record.status) == (True, APPEAL, ends_at + 2 * DAY, 1)
    suite.assert_same()


def test_appeal__last_second__counts_and_the_next_does_not(suite):
    suite.slash(2)
    suite.advance(seconds=2 * DAY - 1)
    suite.call("appeal", suite.operators[0].address, 0, APPEAL)
    suite.advance(seconds=1)
    refused(suite, "slasher: window over", suite.operators[1].address, 1)
    suite.assert_same()


def test_appeal__again__refused_also_in_the_longer_window(suite):
    operator = suite.operators[0].address
    suite.call("appeal", operator, 0, APPEAL)
    refused(suite, "slasher: already appealed", operator)
    suite.advance(seconds=3 * DAY)
    refused(suite, "slasher: already appealed", operator, appeal_hash=b"\x01" * 32)


def test_appeal__anybody_else__refused(suite, attacker):
    for caller in (attacker, suite.owner, suite.arbiter, suite.slashers[0], suite.operators[1].address):
        refused(suite, "slasher: not the operator", caller)


def test_appeal__after_other_keys__owner_and_operator_of_now_only(suite, slasher):
    owner, operator, vote_key = (key(name).address for name in ("owner of now", "operator of now", "vote key of now"))
    suite.advance(1)
    suite.set_owner(1, owner)
    suite.set_operator(1, operator)
    suite.rotate(1, vote_key)
    for caller in (suite.operators[0].address, vote_key):
        refused(suite, "slasher: not the operator", caller)
    suite.call("appeal", owner, 0, APPEAL)
    assert event(slasher, "Appealed")["operator"] == owner
    refused(suite, "slasher: already appealed", operator)
    suite.assert_same()


def test_appeal__empty_hash__refused(suite):
    refused(suite, "slasher: empty appeal hash", suite.operators[0].address, appeal_hash=EMPTY)


def test_appeal__decided_or_unknown__refused(suite):
    suite.slash(2)
    suite.call("overturn", suite.arbiter, 0)
    suite.advance(seconds=2 * DAY)
    suite.anyone("execute", 1)
    refused(suite, "slasher: not in escrow", suite.operators[0].address, 0)
    refused(suite, "slasher: not in escrow", suite.operators[1].address, 1)
    refused(suite, "slasher: not in escrow", suite.operators[0].address, 2)
