"""announce_slash: by the slasher role, for an offence that cannot be checked on chain; nothing is taken before it is opened."""

from __future__ import annotations

import pytest

from mdt.model.staking import Status
from mdt.units import DAY
from tests.support.emission import EMPTY, event
from tests.support.slashing import EVIDENCE, STAKE, TERMS


@pytest.mark.parametrize("offence", [0, 1, 2])
def test_announce_slash__each_offence__kept_and_nothing_taken(suite, slasher, offence):
    height, opens_at = suite.block - 1, suite.now + TERMS.warning_seconds
    assert suite.announce(2, offence, height) == 0
    assert event(slasher, "SlashAnnounced") == {
        "slash_id": 0,
        "validator_id": 2,
        "offence": offence,
        "bps": TERMS.slash_bps[offence],
        "height": height,
        "evidence_hash": EVIDENCE,
        "announced_by": suite.slashers[0],
        "opens_at": opens_at,
    }
    assert tuple(slasher.slash_record(0)) == (2, offence, 4, TERMS.slash_bps[offence], 0, 0, opens_at, 0, 0, height, False, EVIDENCE, EMPTY)
    assert slasher.is_punished(2, offence, height)
    assert (slasher.announced_of(2), slasher.slashes_of(2, 0, 50)) == ([0], [])
    assert suite.staking.validator(2).status == Status.ACTIVE
    assert slasher.jailed_until(2) == 0
    assert suite.staking.validator(2).tokens == STAKE
    assert slasher.totals() == (0, 0, 0, 0)
    suite.assert_same()


def test_announce_slash__several__numbered_over_all_validators(suite, slasher):
    for slash_id, (validator_id, offence) in enumerate([(1, 2), (2, 1), (1, 1), (1, 0)]):
        assert suite.announce(validator_id, offence) == slash_id
    assert [slasher.announced_of(one) for one in (1, 2, 3)] == [[3, 2, 0], [1], []]
    suite.assert_same()


# --- refusals ---


def call(suite, reason, validator_id=1, offence=1, height=None, evidence=EVIDENCE, sender=None):
    height = suite.block - 1 if height is None else height
    suite.twin.refused(reason, "announce_slash", sender or suite.slashers[0], validator_id, offence, height, evidence)


def test_announce_slash__without_the_role__refused(suite, attacker):
    for caller in (attacker, suite.owner, suite.arbiter, suite.guardian, suite.operators[0].address):
        call(suite, "slasher: not a slasher", sender=caller)


def test_announce_slash__role_taken_away__refused(suite):
    suite.call("set_slasher_role", suite.owner, suite.slashers[0], False)
    call(suite, "slasher: not a slasher")


@pytest.mark.parametrize("offence", [3, 256, 2**256 - 1])
def test_announce_slash__unknown_offence__refused(suite, offence):
    call(suite, "slasher: unknown offence", offence=offence)


@pytest.mark.parametrize("validator_id", [0, 4, 2**256 - 1])
def test_announce_slash__unknown_validator__refused(suite, validator_id):
    call(suite, "slasher: unknown validator", validator_id=validator_id)


def test_announce_slash__empty_evidence_hash__refused(suite):
    call(suite, "slasher: empty evidence hash", evidence=EMPTY)


def test_announce_slash__height_in_the_future__refused_from_this_block_on(suite):
    for height in (suite.block, suite.block + 1, 2**256 - 1):
        call(suite, "slasher: height in the future", height=height)
    assert suite.announce(height=suite.block - 1) == 0


def test_announce_slash__evidence_too_old__refused_one_block_after_the_window(suite):
    """D2."""
    height = suite.block - 1
    suite.advance(TERMS.evidence_blocks)
    call(suite, "slasher: evidence too old", height=height)
    assert suite.announce(height=height + 1) == 0


def test_announce_slash__same_offence_twice__refused_whatever_became_of_it(suite):
    """D13: once, also with other evidence; announced, in escrow, decided, voided or lapsed."""
    height = suite.block - 1
    suite.announce(1, 1, height)
    call(suite, "slasher: already punished", height=height, evidence=b"\x01" * 32)
    suite.open(0)
    call(suite, "slasher: already punished", height=height)
    suite.advance(1, 2 * DAY)
    suite.anyone("execute", 0)
    call(suite, "slasher: already punished", height=height)
    suite.announce(2, 1, height)
    suite.call("void_slash", suite.arbiter, 1)
    call(suite, "slasher: already punished", validator_id=2, height=height)
    suite.announce(3, 1, height)
    suite.advance(seconds=2 * TERMS.warning_seconds)
    call(suite, "slasher: already punished", validator_id=3, height=height)


def test_announce_slash__overturned_evidence__never_again(suite):
    height = suite.block - 1
    suite.slash(1, 0, height)
    suite.call("overturn", suite.arbiter, 0)
    call(suite, "slasher: already punished", offence=0, height=height)


def test_announce_slash__proven_evidence__refused(suite):
    suite.accuse(*suite.conflict(1))
    suite.call("overturn", suite.arbiter, 0)
    call(suite, "slasher: already punished", offence=0)


def test_announce_slash__another_of_the_offence_in_escrow__refused_until_decided(suite):
    suite.advance(5)
    suite.slash(1, 1, suite.block - 1)
    call(suite, "slasher: slash in escrow", height=suite.block - 2)
    assert suite.announce(1, 2, suite.block - 2) == 1
    assert suite.announce(2, 1, suite.block - 2) == 2
    suite.call("overturn", suite.arbiter, 0)
    assert suite.announce(1, 1, suite.block - 2) == 3
    suite.assert_same()


def test_announce_slash__another_of_the_offence_announced__refused_until_voided_or_lapsed(suite, slasher):
    """Not a second longer than it can be opened."""
    suite.advance(5)
    suite.announce(1, 1, suite.block - 1)
    call(suite, "slasher: slash announced", height=suite.block - 2)
    suite.call("void_slash", suite.guardian, 0)
    assert suite.announce(1, 1, suite.block - 2) == 1
    suite.advance(seconds=2 * TERMS.warning_seconds - 1)
    call(suite, "slasher: slash announced", height=suite.block - 3)
    assert slasher.announced_of(1) == [1]
    suite.advance(seconds=1)
    assert slasher.announced_of(1) == []
    assert suite.announce(1, 1, suite.block - 3) == 2
    assert slasher.announced_of(1) == [2]
    suite.assert_same()


def test_announce_slash__double_signing_of_a_tombstoned_validator__refused(suite):
    """D8: one upheld double signing is final; other offences from before still count."""
    suite.advance(5)
    suite.slash(1, 0, suite.block - 1)
    suite.advance(seconds=2 * DAY)
    suite.anyone("execute", 0)
    call(suite, "slasher: already tombstoned", offence=0, height=suite.block - 2)
    assert suite.slash(1, 1, suite.block - 2) == 1
    suite.assert_same()


def test_announce_slash__double_signing_after_an_overturned_one__possible(suite):
    suite.advance(5)
    suite.slash(1, 0, suite.block - 1)
    suite.call("overturn", suite.arbiter, 0)
    assert suite.announce(1, 0, suite.block - 2) == 1
