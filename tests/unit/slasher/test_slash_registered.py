"""slash_registered: a proof that came while another one was in escrow, by anyone, once that one is overturned."""

from __future__ import annotations

import pytest

from mdt.model.staking import Status
from mdt.units import DAY
from tests.support.emission import event
from tests.support.slashing import APPEAL, STAKE, TERMS


def refused(suite, reason, validator_id=1):
    suite.twin.refused(reason, "slash_registered", None, validator_id)


@pytest.fixture
def height(suite):
    """Validator 1 signed twice at two heights; one slash is in escrow, the other proof registered."""
    suite.advance(5)
    suite.accuse(*suite.conflict(1))
    suite.accuse(*suite.conflict(1, suite.block - 2))
    return suite.block - 2


def test_slash_registered__overturned__slashed_for_the_next_proof(suite, slasher, height):
    suite.call("overturn", suite.arbiter, 0)
    assert suite.staking.validator(1).status == Status.ACTIVE
    anybody = suite.twin.anybody
    evidence, now = slasher.slash_record(1).evidence_hash, suite.now
    assert slasher.slash_registered(1, sender=anybody) == 1
    assert event(slasher, "Slashed") == {
        "slash_id": 1,
        "validator_id": 1,
        "offence": 0,
        "bps": 5_000,
        "amount": STAKE // 2,
        "height": height,
        "evidence_hash": evidence,
        "slashed_by": anybody,
        "ends_at": now + 2 * DAY,
    }
    assert suite.model.slash_registered(1) == 1
    assert suite.staking.validator(1).status == Status.JAILED | Status.TOMBSTONED
    assert (slasher.slashes_of(1, 0, 50), slasher.registered_of(1)) == ([0, 1], [])
    suite.assert_same()
    refused(suite, "slasher: nothing registered")


def test_slash_registered__decision_took_longer_than_evidence_counts__slashed_all_the_same(suite, height):
    """It was in time when it was registered."""
    suite.call("appeal", suite.operators[0].address, 0, APPEAL)
    suite.advance(TERMS.evidence_blocks + 1)
    suite.call("overturn", suite.arbiter, 0)
    assert suite.anyone("slash_registered", 1) == 1
    suite.assert_same()


def test_slash_registered__in_escrow__refused(suite, height):
    refused(suite, "slasher: slash in escrow")
    assert suite.slasher.registered_of(1) == [1]


def test_slash_registered__upheld__tombstoned_and_the_proof_changes_nothing(suite, height):
    suite.advance(seconds=2 * DAY)
    suite.anyone("execute", 0)
    refused(suite, "slasher: already tombstoned")
    suite.assert_same()


def test_slash_registered__nothing_registered__refused(suite, height):
    for validator_id in (0, 2, 4, 2**256 - 1):
        refused(suite, "slasher: nothing registered", validator_id)


def test_slash_registered__several__oldest_first_one_a_call(suite, slasher):
    suite.advance(60)
    suite.accuse(*suite.conflict(1))
    for back in range(2, 58):
        suite.accuse(*suite.conflict(1, suite.block - back))
    assert slasher.registered_of(1) == list(range(1, 51))
    for number in range(1, 57):
        suite.call("overturn", suite.arbiter, number - 1)
        assert suite.anyone("slash_registered", 1) == number
        assert slasher.registered_of(1) == list(range(number + 1, min(number + 51, 57)))
    suite.call("overturn", suite.arbiter, 56)
    refused(suite, "slasher: nothing registered")
    suite.assert_same()


def test_slash_registered__a_fresh_proof_first__waits_for_that_one(suite, height):
    """Whatever takes effect first: one at a time, and none is lost."""
    suite.call("overturn", suite.arbiter, 0)
    assert suite.accuse(*suite.conflict(1, height - 1)) == 2
    refused(suite, "slasher: slash in escrow")
    suite.call("overturn", suite.arbiter, 2)
    assert suite.anyone("slash_registered", 1) == 1
    suite.assert_same()


def test_slash_registered__size_changed_since__the_size_of_the_registration(suite, slasher, height):
    suite.call("set_slash_bps", suite.owner, 0, 1)
    suite.call("overturn", suite.arbiter, 0)
    suite.anyone("slash_registered", 1)
    assert slasher.slash_record(1).amount == STAKE // 2
    suite.assert_same()
