"""What a quorum of reporters, a slasher or an offender could do with slashes, attack by attack: each of these went through once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mdt.model.staking import Status
from mdt.units import BPS, DAY
from tests.support.slashing import APPEAL, EPOCH, STAKE, TERMS, deploy_suite

OTHERS = 12


def refused(suite, reason, name, *arguments, caller=None):
    suite.twin.refused(reason, name, caller, *arguments)


def test_y1__one_missed_reveal_and_clean_reports_for_months__costs_nothing(suite):
    """Y1: each later report renewed its height, so that anybody pulled it at the worst moment."""
    suite.end_epoch(0)
    suite.report(0, [(1, 0, 1)])
    for epoch in range(1, 101):
        suite.end_epoch(epoch)
        suite.report(epoch, [(1, 0, 0)])
    refused(suite, "slasher: too few misses", "announce_for_liveness", 1, 2)
    assert suite.staking.validator(1).tokens == STAKE
    suite.assert_same()


def test_y1__miss_in_the_window_but_older_than_evidence__costs_nothing():
    """Y1: evidence has the age of the miss, whatever was reported since."""
    suite = deploy_suite(terms=replace(TERMS, window_epochs=6, evidence_blocks=2 * EPOCH))
    for epoch, reveals in enumerate((1, 0, 0, 0)):
        suite.end_epoch(epoch)
        suite.report(epoch, [(1, 0, reveals)])
    refused(suite, "slasher: evidence too old", "announce_for_liveness", 1, 2)


def test_y2__one_missed_block_in_each_of_a_hundred_epochs__is_no_outage(suite):
    """Y2: an uptime of 97.5% here, and 99.9965% with a preset's epochs, was a slash of a tenth."""
    for epoch in range(100):
        suite.end_epoch(epoch)
        suite.report(epoch, [(1, 1, 0)])
    refused(suite, "slasher: too few misses", "announce_for_liveness", 1, 1)
    assert suite.slasher.counters(1).missed_blocks == TERMS.window_epochs
    suite.assert_same()


def test_y2__left_out_of_reports__neither_helps_nor_hurts():
    """Y1, Y2: of three that missed the same, one is left out later and one is reported clean; all three count alike, epoch by epoch."""
    suite = deploy_suite()
    suite.end_epoch(0)
    suite.report(0, [(1, 40, 1), (2, 40, 1), (3, 40, 1)])
    for epoch in range(1, 6):
        suite.end_epoch(epoch)
        suite.report(epoch, [(1, 0, 0), (3, 0, 0)] if epoch % 2 else [(1, 0, 0)])
        counted = [tuple(suite.slasher.counters(one)) for one in (1, 2, 3)]
        assert counted[0] == counted[1] == counted[2]
    suite.assert_same()


@pytest.fixture
def network():
    """Twelve honest validators with 1,000 MDT and the attacker, the last one, with 240: 2% of the network."""
    suite = deploy_suite(validators=OTHERS + 1)
    suite.set_elsewhere(0)
    suite.leave(OTHERS + 1, suite.operators[OTHERS].address, 7_600)
    suite.end_epoch(2)
    for epoch in range(3):
        suite.report(epoch, [(one, EPOCH, 1) for one in range(1, OTHERS + 1)])
    return suite


def at_work(suite):
    return [one for one in range(1, OTHERS + 2) if suite.staking.validator(one).status & Status.ACTIVE]


def test_y3__quorum_accuses_everybody_in_one_block__nobody_is_jailed_and_all_can_be_voided(network):
    """Y3: one page and twelve calls left the attacker alone, with all the rewards."""
    accused = [network.anyone("announce_for_liveness", one, 1) for one in range(1, OTHERS + 1)]
    assert len(at_work(network)) == OTHERS + 1
    network.advance(seconds=TERMS.warning_seconds - 1)
    for slash_id in accused:
        network.call("void_slash", network.guardian, slash_id)
    network.advance(seconds=1)
    for slash_id in accused:
        refused(network, "slasher: not announced", "open_slash", slash_id)
    assert len(at_work(network)) == OTHERS + 1
    network.assert_same()


def test_y3__quorum_accuses_everybody_and_nobody_looks__a_third_is_jailed_at_a_time(network):
    """Y3: what is left of the network, two thirds, goes on."""
    accused = [network.anyone("announce_for_liveness", one, offence) for offence in (1, 2) for one in range(1, OTHERS + 1)]
    network.advance(seconds=TERMS.warning_seconds)
    before = network.books.staked
    opened = [slash_id for slash_id in accused if network.twin.attempt("open_slash", None, slash_id).is_done]
    jailed = OTHERS + 1 - len(at_work(network))
    assert jailed * STAKE <= before * TERMS.max_jailed_bps // BPS < (jailed + 1) * STAKE
    assert len(opened) == 2 * jailed, "who is jailed already weighs nothing"
    network.assert_same()


def test_y3__stolen_slasher_role_names_one_validator_again_and_again__one_at_a_time(suite):
    suite.advance(5)
    suite.announce(1, 1, suite.block - 1)
    for back in (2, 3, 4):
        refused(suite, "slasher: slash announced", "announce_slash", 1, 1, suite.block - back, APPEAL, caller=suite.slashers[0])


def test_y5__second_double_signing_during_escrow__is_slashed_when_the_first_falls(suite):
    """Y5: it was refused, and too old when the first one was decided."""
    suite.advance(5)
    suite.accuse(*suite.conflict(1))
    assert suite.accuse(*suite.conflict(1, suite.block - 2)) == 1
    suite.call("appeal", suite.operators[0].address, 0, APPEAL)
    suite.advance(TERMS.evidence_blocks, 3 * DAY)
    suite.call("overturn", suite.arbiter, 0)
    assert suite.anyone("slash_registered", 1) == 1
    assert suite.staking.validator(1).status & Status.TOMBSTONED
    suite.assert_same()


def test_y5__word_for_the_very_height_voided_or_lapsed__does_not_shield_from_the_proof(suite):
    """A word that used up its evidence for good would be the next shield: announced by an accomplice, and left to lapse."""
    suite.advance(5)
    height = suite.block - 1
    suite.announce(1, 0, height)
    suite.advance(seconds=2 * TERMS.warning_seconds)
    assert suite.accuse(*suite.conflict(1, height)) == 1
    assert suite.staking.validator(1).status & Status.TOMBSTONED
    suite.assert_same()


def test_y9__announced_and_opened_at_the_last_second__within_an_unbonding_period(suite):
    """Y9: what a contract can say of seconds alone. Two warnings fit, so a request made on the announcement is still there."""
    unbonding = suite.books.terms.unbonding_seconds
    assert 2 * TERMS.warning_seconds <= unbonding
    suite.announce(1, 1)
    suite.advance(seconds=2 * TERMS.warning_seconds - 1)
    suite.twin.call("open_slash", None, 0)
    assert suite.slasher.slash_record(0).amount == STAKE // 10


def test_y11__exited_before_the_epoch__cannot_be_accused(suite):
    """Y11: it was reported and slashed all the same."""
    suite.exit(1)
    suite.advance(1)
    for epoch in range(1, 4):
        suite.end_epoch(epoch)
        suite.report(epoch, [(1, EPOCH, EPOCH)])
    for offence in (1, 2):
        refused(suite, "slasher: too few misses", "announce_for_liveness", 1, offence)
    suite.assert_same()


def test_y11__exits_after_the_epoch_before_the_report__is_accused(suite):
    """The other way round it would be the way out."""
    suite.end_epoch(2)
    suite.exit(1)
    for epoch in range(3):
        suite.report(epoch, [(1, EPOCH, 0)])
    assert suite.anyone("announce_for_liveness", 1, 1) == 0
    suite.open(0)
    assert suite.slasher.slash_record(0).amount == STAKE // 10
    suite.assert_same()


def test_y12__second_offence_of_one_outage_held_back__does_not_stretch_jail(suite):
    """Y12: from day 7 to day 11 it was."""
    suite.end_epoch(2)
    for epoch in range(3):
        suite.report(epoch, [(1, EPOCH, 1)])
    numbers = [suite.anyone("announce_for_liveness", 1, offence) for offence in (1, 2)]
    suite.open(numbers[0])
    free_at = suite.slasher.jailed_until(1)
    suite.advance(seconds=TERMS.warning_seconds - 1)
    suite.open(numbers[1])
    assert suite.slasher.jailed_until(1) == free_at
    suite.assert_same()
