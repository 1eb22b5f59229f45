"""open_slash: by anyone, once a warning is over and until another one is; what every slash does when it takes effect, and how much may at once."""

from __future__ import annotations

from dataclasses import replace

import boa
import pytest

from mdt.model.staking import Status
from mdt.units import BPS, DAY
from tests.support.emission import EMPTY, event
from tests.support.slashing import EVIDENCE, STAKE, TERMS, deploy_suite

REASON = "slasher: too much jailed at once"


def refused(suite, reason, slash_id=0):
    suite.twin.refused(reason, "open_slash", None, slash_id)


@pytest.mark.parametrize(("offence", "amount"), [(0, STAKE // 2), (1, STAKE // 10), (2, STAKE // 20)])
def test_open_slash__each_offence__escrowed_jailed_and_recorded(suite, slasher, attacker, offence, amount):
    """500, 100 and 50 of 1,000."""
    height = suite.block - 1
    suite.announce(2, offence, height)
    suite.advance(seconds=TERMS.warning_seconds)
    now, opens_at = suite.now, suite.now
    slasher.open_slash(0, sender=attacker)
    assert event(slasher, "Slashed") == {
        "slash_id": 0,
        "validator_id": 2,
        "offence": offence,
        "bps": TERMS.slash_bps[offence],
        "amount": amount,
        "height": height,
        "evidence_hash": EVIDENCE,
        "slashed_by": attacker,
        "ends_at": now + 2 * DAY,
    }
    suite.model.open_slash(0)
    record = slasher.slash_record(0)
    assert tuple(record) == (2, offence, 1, TERMS.slash_bps[offence], amount, 0, opens_at, now, now + 2 * DAY, height, False, EVIDENCE, EMPTY)
    assert (slasher.slashes_of(2, 0, 50), slasher.announced_of(2)) == ([0], [])
    assert suite.staking.validator(2).status == (Status.JAILED | Status.TOMBSTONED if offence == 0 else Status.JAILED)
    assert slasher.jailed_until(2) == now + 3 * DAY
    assert suite.token.balanceOf(slasher) == amount
    assert slasher.totals() == (amount, 0, 0, 0)
    suite.assert_same()


def test_open_slash__later_ones_first__listed_as_they_took_effect(suite, slasher):
    """As staking counts them, which is what redelegated stake answers by."""
    for offence in (1, 2):
        suite.announce(1, offence)
    suite.open(1)
    suite.open(0)
    assert slasher.slashes_of(1, 0, 50) == [1, 0]
    suite.assert_same()


def test_open_slash__size_changed_since__the_size_of_the_announcement(suite, slasher):
    suite.announce(1, 1)
    suite.call("set_slash_bps", suite.owner, 1, 5_000)
    suite.open(0)
    assert slasher.slash_record(0).amount == STAKE // 10
    suite.assert_same()


def test_open_slash__empty_pool__no_tokens_but_jail(suite, slasher):
    """D3: nothing the offender did before makes a slash revert."""
    suite.leave(1, suite.operators[0].address, 10_000)
    assert suite.slash(1, 0) == 0
    assert slasher.slash_record(0).amount == 0
    assert suite.staking.validator(1).status & Status.TOMBSTONED
    suite.advance(seconds=2 * DAY)
    suite.anyone("execute", 0)
    suite.assert_same()


@pytest.mark.parametrize("tokens", [0, 1, 9, 10, 19])
def test_open_slash__tiny_pool__rounded_down_and_never_stuck(suite, slasher, tokens):
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


# --- when ---


def test_open_slash__before_and_after_its_time__refused(suite, slasher):
    """Its time begins with the second in which the warning is over, and is as long as the warning."""
    suite.announce(1, 1)
    suite.announce(2, 1)
    suite.advance(seconds=TERMS.warning_seconds - 1)
    refused(suite, "slasher: not open yet")
    suite.advance(seconds=1)
    suite.open(0)
    suite.advance(seconds=TERMS.warning_seconds - 1)
    suite.open(1)
    suite.announce(3, 1)
    suite.advance(seconds=2 * TERMS.warning_seconds)
    refused(suite, "slasher: lapsed", 2)
    assert slasher.slash_record(2).status == 4
    suite.assert_same()


def test_open_slash__not_announced__refused(suite):
    """Opened, voided, decided, registered, unknown."""
    suite.announce(2, 1)
    suite.call("void_slash", suite.arbiter, 0)
    suite.slash(1, 1)
    refused(suite, "slasher: not announced", 0)
    refused(suite, "slasher: not announced", 1)
    suite.call("overturn", suite.arbiter, 1)
    suite.accuse(*suite.conflict(3))
    suite.advance(1)
    suite.accuse(*suite.conflict(3))
    for slash_id in (1, 2, 3, 4, 2**256 - 1):
        refused(suite, "slasher: not announced", slash_id)


def test_open_slash__proven_meanwhile__refused(suite):
    """A proof does not wait for a word; the word about another height finds it in escrow, then final."""
    suite.advance(5)
    suite.announce(1, 0, suite.block - 1)
    suite.announce(2, 0, suite.block - 2)
    suite.accuse(*suite.conflict(1))
    suite.accuse(*suite.conflict(2))
    suite.advance(seconds=TERMS.warning_seconds)
    refused(suite, "slasher: already punished", 0)
    refused(suite, "slasher: slash in escrow", 1)
    suite.call("appeal", suite.operators[1].address, 3, EVIDENCE)
    suite.call("uphold", suite.arbiter, 3)
    refused(suite, "slasher: already tombstoned", 1)


def test_open_slash__not_stakings_slasher__refused_by_staking(suite, slasher):
    suite.announce(1, 1)
    suite.advance(seconds=TERMS.warning_seconds)
    suite.staking.set_slasher(suite.owner)
    with boa.reverts("staking: not the slasher"):
        slasher.open_slash(0)
    assert slasher.slash_record(0).status == 4
    assert slasher.jail_window() == (0, 0, 0)


# --- how much at once ---


@pytest.fixture
def ten():
    """Ten validators with 1,000 MDT each, and nobody else."""
    suite = deploy_suite(validators=10)
    suite.set_elsewhere(0)
    return suite


def announce_all(suite, count):
    for validator_id in range(1, count + 1):
        suite.announce(validator_id, 1)
    suite.advance(seconds=TERMS.warning_seconds)


def test_open_slash__a_third_of_the_stake_at_work__then_no_more_in_this_window(ten, slasher):
    announce_all(ten, 5)
    began_at = ten.now
    for count in range(1, 4):
        ten.open(count - 1)
        assert ten.slasher.jail_window() == (began_at, 10 * STAKE * 3_333 // BPS, count * STAKE)
    refused(ten, REASON, 3)
    assert ten.staking.validator(4).status == Status.ACTIVE
    ten.call("overturn", ten.arbiter, 0)
    refused(ten, REASON, 3)
    ten.assert_same()


def test_open_slash__next_window__begins_with_the_next_slash_and_counts_anew(ten):
    announce_all(ten, 3)
    began_at = ten.now
    for slash_id in range(3):
        ten.open(slash_id)
    ten.advance(seconds=TERMS.appeal_seconds - TERMS.warning_seconds - 1)
    ten.announce(4, 1)
    ten.announce(5, 1)
    ten.advance(seconds=TERMS.warning_seconds)
    refused(ten, REASON, 3)
    ten.advance(seconds=1)
    assert ten.now == began_at + TERMS.appeal_seconds
    ten.open(3)
    assert ten.slasher.jail_window() == (ten.now, 7 * STAKE * 3_333 // BPS, STAKE)
    ten.open(4)
    ten.assert_same()


def test_open_slash__first_of_a_window__fits_however_large(suite):
    suite.set_elsewhere(0)
    suite.announce(1, 1)
    suite.announce(2, 1)
    suite.open(0)
    assert suite.slasher.jail_window() == (suite.now, 3 * STAKE * 3_333 // BPS, STAKE)
    refused(suite, REASON, 1)
    suite.assert_same()


def test_open_slash__exactly_the_bound__fits_and_a_wei_more_does_not(suite):
    suite.set_elsewhere(3 * STAKE * 10 - 3 * STAKE)
    suite.staking.eval(f"self.pools[2].tokens = {3 * STAKE * 10 * 3_333 // BPS - STAKE + 1}")
    suite.books.pools[2].tokens = 3 * STAKE * 10 * 3_333 // BPS - STAKE + 1
    suite.set_elsewhere(30 * STAKE - 2 * STAKE - suite.books.pools[2].tokens)
    suite.announce(1, 1)
    suite.announce(2, 1)
    suite.open(0)
    refused(suite, REASON, 1)
    suite.staking.eval("self.pools[2].tokens -= 1")
    suite.books.pools[2].tokens -= 1
    suite.open(1)
    assert suite.slasher.jail_window()[1] == suite.slasher.jail_window()[2]
    suite.assert_same()


def test_open_slash__already_jailed_or_exited__weighs_nothing(suite):
    """It takes no weight out of the network: neither does it begin a window."""
    suite.set_elsewhere(0)
    suite.exit(3)
    suite.advance(1)
    suite.slash(3, 1)
    assert suite.slasher.jail_window() == (0, 0, 0)
    suite.slash(1, 1)
    window = suite.slasher.jail_window()
    suite.slash(1, 2)
    assert suite.slasher.jail_window() == window
    suite.assert_same()


def test_open_slash__proofs__are_not_bounded_and_count_nothing(suite):
    suite.set_elsewhere(0)
    for validator_id in (1, 2):
        suite.accuse(*suite.conflict(validator_id))
    assert suite.slasher.jail_window() == (0, 0, 0)
    suite.slash(3, 1)
    assert suite.slasher.jail_window() == (suite.now, STAKE * 3_333 // BPS, STAKE)
    suite.assert_same()


def test_open_slash__another_bound__follows_the_term():
    suite = deploy_suite(validators=10, terms=replace(TERMS, max_jailed_bps=1_000))
    suite.set_elsewhere(0)
    announce_all(suite, 2)
    suite.open(0)
    refused(suite, REASON, 1)
    suite.assert_same()
