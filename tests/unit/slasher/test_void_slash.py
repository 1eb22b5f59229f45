"""void_slash: the arbiter or the emission controller's guardian ends an announced slash before it has taken anything."""

from __future__ import annotations

import boa
import pytest

from mdt.model.staking import Status
from tests.support.emission import event
from tests.support.slashing import EPOCH, STAKE, TERMS


@pytest.fixture(autouse=True)
def _announced(suite):
    suite.announce(1, 1)


def refused(suite, reason, caller, slash_id=0):
    suite.twin.refused(reason, "void_slash", caller, slash_id)


@pytest.mark.parametrize("who", ["arbiter", "guardian"])
@pytest.mark.parametrize("seconds", [0, TERMS.warning_seconds, 2 * TERMS.warning_seconds])
def test_void_slash__by_either__over_whenever_it_is(suite, slasher, who, seconds):
    """During the warning, when it could be opened, and when it has lapsed."""
    suite.advance(seconds=seconds)
    caller = getattr(suite, who)
    suite.call("void_slash", caller, 0)
    assert event(slasher, "SlashVoided") == {"slash_id": 0, "voided_by": caller}
    assert (slasher.slash_record(0).status, slasher.announced_of(1), slasher.slashes_of(1, 0, 50)) == (5, [], [])
    assert slasher.is_punished(1, 1, slasher.slash_record(0).height)
    assert (suite.staking.validator(1).status, suite.staking.validator(1).tokens) == (Status.ACTIVE, STAKE)
    suite.twin.refused("slasher: not announced", "open_slash", None, 0)
    suite.assert_same()


def test_void_slash__anybody_else__refused(suite, attacker):
    for caller in (attacker, suite.owner, suite.slashers[0], suite.operators[0].address):
        refused(suite, "slasher: not arbiter or guardian", caller)


def test_void_slash__replaced_guardian__the_new_one(suite):
    """The guardian is the controller's of now."""
    successor = str(boa.env.generate_address("successor"))
    suite.controller.set_guardian(successor, sender=suite.owner)
    suite.model.controller.set_guardian(suite.owner, successor)
    refused(suite, "slasher: not arbiter or guardian", suite.guardian)
    suite.call("void_slash", successor, 0)
    suite.assert_same()


def test_void_slash__voided_opened_or_unknown__refused(suite):
    suite.slash(2, 1)
    suite.call("void_slash", suite.arbiter, 0)
    for slash_id in (0, 1, 2, 2**256 - 1):
        refused(suite, "slasher: not announced", suite.guardian, slash_id)
    suite.assert_same()


def test_void_slash__an_older_lapsed_one__leaves_the_newer(suite, slasher):
    suite.advance(1, seconds=2 * TERMS.warning_seconds)
    assert suite.announce(1, 1) == 1
    suite.call("void_slash", suite.guardian, 0)
    assert slasher.announced_of(1) == [1]
    suite.open(1)
    suite.assert_same()


def test_void_slash__false_report_of_a_quorum__nobody_was_jailed(suite, slasher):
    """Y3: the guardian has a whole warning for it."""
    for epoch in range(3):
        suite.end_epoch(epoch)
        suite.report(epoch, [(one, EPOCH, 0) for one in (1, 2, 3)])
    numbers = [suite.anyone("announce_for_liveness", one, 1) for one in (2, 3)]
    for slash_id in numbers:
        suite.call("void_slash", suite.guardian, slash_id)
    assert [suite.staking.validator(one).status for one in (1, 2, 3)] == [Status.ACTIVE] * 3
    suite.assert_same()
