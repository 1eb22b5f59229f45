"""slash: by the slasher role, for an offence that cannot be checked on chain; and what every slash does."""

from __future__ import annotations

import boa
import pytest

from mdt.model.staking import Status
from mdt.units import DAY
from tests.support.emission import EMPTY, event
from tests.support.slashing import EVIDENCE, STAKE, TERMS


@pytest.mark.parametrize(("offence", "amount"), [(0, STAKE // 2), (1, STAKE // 10), (2, STAKE // 20)])
def test_slash__each_offence__escrowed_jailed_and_recorded(suite, slasher, offence, amount):
    """500, 100 and 50 of 1,000."""
    height, now = suite.block - 1, suite.now
    assert suite.slash(2, offence, height) == 0
    assert event(slasher, "Slashed") == {
        "slash_id": 0,
        "validator_id": 2,
        "offence": offence,
        "bps": TERMS.slash_bps[offence],
        "amount": amount,
        "height": height,
        "evidence_hash": EVIDENCE,
        "slashed_by": suite.slashers[0],
        "ends_at": now + 2 * DAY,
    }
    record = slasher.slash_record(0)
    assert tuple(record) == (2, offence, 1, TERMS.slash_bps[offence], amount, 0, now, now + 2 * DAY, height, False, EVIDENCE, EMPTY)
    assert slasher.is_punished(2, offence, height)
    assert suite.staking.validator(2).status == (Status.JAILED | Status.TOMBSTONED if offence == 0 else Status.JAILED)
    assert slasher.jailed_until(2) == now + 3 * DAY
    assert suite.token.balanceOf(slasher) == amount
    assert slasher.totals() == (amount, 0, 0, 0)
    suite.assert_same()


def test_slash__several__numbered_and_listed_by_validator(suite, slasher):
    for slash_id, (validator_id, offence) in enumerate([(1, 1), (2, 1), (1, 2), (1, 0)]):
        assert suite.slash(validator_id, offence) == slash_id
    assert slasher.slashes_of(1, 0, 50) == [0, 2, 3]
    assert slasher.slashes_of(2, 0, 50) == [1]
    suite.assert_same()


def test_slash__empty_pool__no_tokens_but_jail(suite, slasher):
    """D3: nothing the offender did before makes a slash revert."""
    suite.leave(1, suite.operators[0].address, 10_000)
    assert suite.slash(1, 0) == 0
    assert slasher.slash_record(0).amount == 0
    assert suite.staking.validator(1).status & Status.TOMBSTONED
    suite.advance(seconds=2 * DAY)
    suite.anyone("execute", 0)
    suite.assert_same()


@pytest.mark.parametrize("tokens", [0, 1, 9, 10, 19])
def test_slash__tiny_pool__rounded_down_and_never_stuck(suite, slasher, tokens):
    """D4, D10."""
    suite.leave(1, suite.operators[0].address, 10_000)
    suite.staking.eval(f"self.pools[1].tokens = {tokens}")
    suite.books.pools[1].tokens = tokens
    suite.slash(1, 1)
    assert slasher.slash_record(0).amount == tokens // 10
    suite.advance(seconds=2 * DAY)
    suite.anyone("execute", 0)
    suite.assert_same()
    assert suite.token.balanceOf(slasher) == 0


# --- refusals ---


def call(suite, reason, validator_id=1, offence=1, height=None, evidence=EVIDENCE, sender=None):
    height = suite.block - 1 if height is None else height
    caller = sender or suite.slashers[0]
    suite.twin.refused(reason, "slash", caller, validator_id, offence, height, evidence)


def test_slash__without_the_role__refused(suite, attacker):
    for caller in (attacker, suite.owner, suite.arbiter, suite.operators[0].address):
        call(suite, "slasher: not a slasher", sender=caller)


def test_slash__role_taken_away__refused(suite):
    suite.call("set_slasher_role", suite.owner, suite.slashers[0], False)
    call(suite, "slasher: not a slasher")


@pytest.mark.parametrize("offence", [3, 256, 2**256 - 1])
def test_slash__unknown_offence__refused(suite, offence):
    call(suite, "slasher: unknown offence", offence=offence)


@pytest.mark.parametrize("validator_id", [0, 4, 2**256 - 1])
def test_slash__unknown_validator__refused(suite, validator_id):
    call(suite, "slasher: unknown validator", validator_id=validator_id)


def test_slash__empty_evidence_hash__refused(suite):
    call(suite, "slasher: empty evidence hash", evidence=EMPTY)


def test_slash__height_in_the_future__refused_from_this_block_on(suite):
    for height in (suite.block, suite.block + 1, 2**256 - 1):
        call(suite, "slasher: height in the future", height=height)
    assert suite.slash(height=suite.block - 1) == 0


def test_slash__evidence_too_old__refused_one_block_after_the_window(suite):
    """D2."""
    height = suite.block - 1
    suite.advance(TERMS.evidence_blocks)
    call(suite, "slasher: evidence too old", height=height)
    assert suite.slash(height=height + 1) == 0


def test_slash__same_offence_twice__refused_whatever_became_of_it(suite):
    """D13: once, also with other evidence and after the first slash is decided."""
    height = suite.block - 1
    suite.slash(1, 1, height)
    call(suite, "slasher: already punished", height=height, evidence=b"\x01" * 32)
    suite.advance(1, 2 * DAY)
    suite.anyone("execute", 0)
    call(suite, "slasher: already punished", height=height)


def test_slash__overturned_evidence__never_again(suite, slasher):
    height = suite.block - 1
    suite.slash(1, 0, height)
    suite.call("overturn", suite.arbiter, 0)
    call(suite, "slasher: already punished", offence=0, height=height)
    with boa.reverts("slasher: already punished"):
        slasher.prove_double_signing(*suite.for_contract(*suite.conflict(1, height)))


def test_slash__same_offence_at_another_height_while_in_escrow__refused_until_decided(suite):
    suite.advance(5)
    suite.slash(1, 1, suite.block - 1)
    call(suite, "slasher: slash in escrow", height=suite.block - 2)
    assert suite.slash(1, 2, suite.block - 2) == 1
    assert suite.slash(2, 1, suite.block - 2) == 2
    suite.call("overturn", suite.arbiter, 0)
    assert suite.slash(1, 1, suite.block - 2) == 3
    suite.assert_same()


def test_slash__double_signing_of_a_tombstoned_validator__refused(suite):
    """D8: one upheld double signing is final; other offences from before still count."""
    suite.advance(5)
    suite.slash(1, 0, suite.block - 1)
    suite.advance(seconds=2 * DAY)
    suite.anyone("execute", 0)
    call(suite, "slasher: already tombstoned", offence=0, height=suite.block - 2)
    assert suite.slash(1, 1, suite.block - 2) == 1
    suite.assert_same()


def test_slash__double_signing_after_an_overturned_one__possible(suite):
    suite.advance(5)
    suite.slash(1, 0, suite.block - 1)
    suite.call("overturn", suite.arbiter, 0)
    assert suite.slash(1, 0, suite.block - 2) == 1


def test_slash__not_stakings_slasher__refused_by_staking(suite, slasher):
    suite.staking.set_slasher(suite.owner)
    with boa.reverts("staking: not the slasher"):
        slasher.slash(1, 1, suite.block - 1, EVIDENCE, sender=suite.slashers[0])
    assert slasher.slash_count() == 0
    assert not slasher.is_punished(1, 1, suite.block - 1)
