"""announce_for_liveness: by anyone, once enough was missed in the window; what was accused of is not counted again."""

from __future__ import annotations

from dataclasses import replace

import boa
import pytest
from eth_abi import encode
from eth_utils import keccak

from mdt.model.staking import Status
from mdt.units import DAY
from tests.support.emission import EMPTY, event
from tests.support.slashing import EPOCH, STAKE, TERMS, deploy_suite


@pytest.fixture
def missed(suite):
    """Validator 1 missed 99 blocks in three epochs, and two reveals."""
    for epoch, entry in enumerate([(1, 40, 0), (1, 40, 1), (1, 19, 1)]):
        suite.end_epoch(epoch)
        suite.report(epoch, [entry])
    return suite


def first_block(suite, epoch):
    return suite.controller.epoch_bounds(epoch)[0]


def refused(suite, reason, validator_id, offence):
    suite.twin.refused(reason, "announce_for_liveness", None, validator_id, offence)


def test_announce_for_liveness__99_blocks__refused_and_100__announced(missed, slasher, attacker):
    refused(missed, "slasher: too few misses", 1, 1)
    missed.end_epoch(3)
    missed.report(3, [(1, 1, 0)])
    height, now = first_block(missed, 3), missed.now
    evidence = keccak(encode(["uint256"] * 5, [1, 100, 2, height, first_block(missed, 2)]))
    assert missed.slasher.announce_for_liveness(1, 1, sender=attacker) == 0
    assert event(slasher, "SlashAnnounced") == {
        "slash_id": 0,
        "validator_id": 1,
        "offence": 1,
        "bps": 1_000,
        "height": height,
        "evidence_hash": evidence,
        "announced_by": attacker,
        "opens_at": now + TERMS.warning_seconds,
    }
    assert missed.model.announce_for_liveness(1, 1) == 0
    assert tuple(slasher.slash_record(0)) == (1, 1, 4, 1_000, 0, 0, now + TERMS.warning_seconds, 0, 0, height, False, evidence, EMPTY)
    assert tuple(slasher.counters(1)) == (0, 2, 0, first_block(missed, 2))
    assert missed.staking.validator(1).status == Status.ACTIVE
    assert missed.staking.validator(1).tokens == STAKE
    missed.assert_same()
    refused(missed, "slasher: too few misses", 1, 1)


def test_announce_for_liveness__one_reveal__once_for_all_of_them(missed, slasher):
    assert missed.anyone("announce_for_liveness", 1, 2) == 0
    assert (slasher.slash_record(0).offence, slasher.slash_record(0).bps) == (2, 500)
    assert tuple(slasher.counters(1))[:2] == (99, 0)
    refused(missed, "slasher: too few misses", 1, 2)
    missed.open(0)
    assert slasher.slash_record(0).amount == STAKE // 20
    missed.assert_same()


def test_announce_for_liveness__both_offences_of_one_epoch__both_announced(missed, slasher):
    missed.end_epoch(3)
    missed.report(3, [(1, 1, 0)])
    assert missed.anyone("announce_for_liveness", 1, 1) == 0
    assert missed.anyone("announce_for_liveness", 1, 2) == 1
    assert slasher.announced_of(1) == [0, 1]
    missed.open(1)
    missed.open(0)
    missed.assert_same()


def test_announce_for_liveness__epoch_without_misses__forgives_nothing(missed):
    """What is missed counts as long as it is in the window, whatever is reported after it."""
    missed.end_epoch(3)
    missed.report(3, [(1, 0, 0)])
    missed.end_epoch(4)
    missed.report(4, [(1, 40, 0)])
    refused(missed, "slasher: too few misses", 1, 1)
    assert missed.slasher.counters(1).missed_blocks == 40 + 19 + 40
    missed.end_epoch(5)
    missed.report(5, [(1, 40, 0)])
    refused(missed, "slasher: too few misses", 1, 1)
    assert missed.slasher.counters(1).missed_blocks == 19 + 40 + 40
    missed.assert_same()


@pytest.mark.parametrize("offence", [0, 3, 2**256 - 1])
def test_announce_for_liveness__another_offence__refused(missed, offence):
    refused(missed, "slasher: unknown offence", 1, offence)


@pytest.mark.parametrize("validator_id", [0, 2, 9])
def test_announce_for_liveness__nothing_missed__refused(missed, validator_id):
    for offence in (1, 2):
        refused(missed, "slasher: too few misses", validator_id, offence)


def test_announce_for_liveness__same_offence_in_escrow_or_announced__waits_with_its_misses(missed, slasher):
    missed.slash(1, 2, missed.block - 2)
    refused(missed, "slasher: slash in escrow", 1, 2)
    assert slasher.counters(1).missed_reveals == 2
    missed.advance(seconds=2 * DAY)
    missed.anyone("execute", 0)
    assert missed.announce(1, 2, missed.block - 3) == 1
    refused(missed, "slasher: slash announced", 1, 2)
    missed.call("void_slash", missed.arbiter, 1)
    assert missed.anyone("announce_for_liveness", 1, 2) == 2
    missed.assert_same()


def test_announce_for_liveness__height_told_already__refused(missed):
    """By the slasher role, for the same offence and block, whatever became of it."""
    missed.announce(1, 2, missed.slasher.counters(1).reveals_height)
    missed.call("void_slash", missed.guardian, 0)
    refused(missed, "slasher: already punished", 1, 2)


def test_announce_for_liveness__voided_or_overturned__misses_stay_forgiven(missed):
    missed.anyone("announce_for_liveness", 1, 2)
    missed.call("void_slash", missed.guardian, 0)
    refused(missed, "slasher: too few misses", 1, 2)
    missed.end_epoch(3)
    missed.report(3, [(1, 0, 1)])
    assert missed.anyone("announce_for_liveness", 1, 2) == 1
    missed.open(1)
    missed.call("overturn", missed.arbiter, 1)
    refused(missed, "slasher: too few misses", 1, 2)
    missed.end_epoch(4)
    missed.report(4, [(1, 0, 1)])
    assert missed.anyone("announce_for_liveness", 1, 2) == 2
    missed.assert_same()


@pytest.fixture
def wide():
    """A window longer than evidence counts."""
    return deploy_suite(terms=replace(TERMS, window_epochs=6, evidence_blocks=3 * EPOCH))


def test_announce_for_liveness__miss_too_old__refused_one_block_after_the_evidence(wide):
    """The miss has its own age, inside of the window too: nothing that is reported later renews it."""
    wide.end_epoch(0)
    wide.report(0, [(1, 0, 1)])
    wide.end_epoch(2)
    wide.report(2, [(1, 0, 0)])
    wide.advance(first_block(wide, 0) + 3 * EPOCH + 1 - wide.block)
    assert wide.slasher.counters(1).missed_reveals == 1
    refused(wide, "slasher: evidence too old", 1, 2)
    boa.env.evm.patch.block_number -= 1
    assert wide.anyone("announce_for_liveness", 1, 2) == 0
    wide.assert_same()
