"""uphold: the arbiter turns an appeal down before the window is over."""

from __future__ import annotations

import pytest

from mdt.units import DAY
from tests.support.emission import event
from tests.support.slashing import APPEAL, UNIT


@pytest.fixture(autouse=True)
def _slashed(suite):
    suite.slash(1)


def refused(suite, reason, caller, slash_id=0):
    suite.twin.refused(reason, "uphold", caller, slash_id)


def test_uphold__appealed__split_at_once(suite, slasher):
    suite.call("appeal", suite.operators[0].address, 0, APPEAL)
    assert suite.call("uphold", suite.arbiter, 0) == (80 * UNIT, 20 * UNIT)
    assert event(slasher, "Upheld") == {"slash_id": 0, "burned": 80 * UNIT, "to_treasury": 20 * UNIT}
    assert slasher.slash_record(0).status == 2
    suite.assert_same()


def test_uphold__not_appealed__refused_also_after_the_window(suite):
    """The operator has the whole window to appeal, whoever the arbiter is."""
    refused(suite, "slasher: not appealed", suite.arbiter)
    suite.advance(seconds=2 * DAY)
    refused(suite, "slasher: not appealed", suite.arbiter)
    suite.anyone("execute", 0)


def test_uphold__twice_or_decided_or_unknown__refused(suite):
    suite.call("appeal", suite.operators[0].address, 0, APPEAL)
    suite.call("uphold", suite.arbiter, 0)
    suite.slash(2)
    suite.call("overturn", suite.arbiter, 1)
    for slash_id in (0, 1, 2):
        refused(suite, "slasher: not in escrow", suite.arbiter, slash_id)
    suite.twin.refused("slasher: not in escrow", "execute", None, 0)


def test_uphold__anybody_else__refused(suite, attacker):
    suite.call("appeal", suite.operators[0].address, 0, APPEAL)
    for caller in (attacker, suite.owner, suite.slashers[0], suite.operators[0].address):
        refused(suite, "slasher: not the arbiter", caller)
