"""slash_for_liveness: by anyone, once the counters say so; what was slashed for is not counted again."""

from __future__ import annotations

import boa
import pytest
from eth_abi import encode
from eth_utils import keccak

from mdt.model.staking import Status
from mdt.units import DAY
from tests.support.emission import event
from tests.support.slashing import STAKE, TERMS


@pytest.fixture
def missed(suite):
    """Validator 1 missed 99 blocks in three epochs, and two reveals."""
    for epoch, entry in enumerate([(1, 40, 0), (1, 40, 1), (1, 19, 1)]):
        suite.end_epoch(epoch)
        suite.report(epoch, [entry])
    return suite


def refused(suite, reason, validator_id, offence):
    suite.twin.refused(reason, "slash_for_liveness", None, validator_id, offence)


def test_slash_for_liveness__99_blocks__refused_and_100__slashed(missed, slasher, attacker):
    refused(missed, "slasher: too few misses", 1, 1)
    missed.end_epoch(3)
    missed.report(3, [(1, 1, 0)])
    height, now = missed.controller.epoch_bounds(3)[1] - 1, missed.now
    evidence = keccak(encode(["uint256"] * 4, [1, 100, 2, height]))
    assert missed.slasher.slash_for_liveness(1, 1, sender=attacker) == 0
    assert event(slasher, "Slashed") == {
        "slash_id": 0,
        "validator_id": 1,
        "offence": 1,
        "bps": 1_000,
        "amount": STAKE // 10,
        "height": height,
        "evidence_hash": evidence,
        "slashed_by": attacker,
        "ends_at": now + 2 * DAY,
    }
    assert missed.model.slash_for_liveness(1, 1) == 0
    assert tuple(slasher.counters(1)) == (0, 2, height)
    assert missed.staking.validator(1).status == Status.JAILED
    missed.assert_same()
    refused(missed, "slasher: too few misses", 1, 1)


def test_slash_for_liveness__one_reveal__slashed_once_for_all_of_them(missed, slasher):
    assert missed.anyone("slash_for_liveness", 1, 2) == 0
    assert (slasher.slash_record(0).offence, slasher.slash_record(0).amount) == (2, STAKE // 20)
    assert tuple(slasher.counters(1))[:2] == (99, 0)
    refused(missed, "slasher: too few misses", 1, 2)
    missed.assert_same()


def test_slash_for_liveness__both_offences_of_one_epoch__both_slashed(missed):
    missed.end_epoch(3)
    missed.report(3, [(1, 1, 0)])
    assert missed.anyone("slash_for_liveness", 1, 1) == 0
    assert missed.anyone("slash_for_liveness", 1, 2) == 1
    missed.assert_same()


def test_slash_for_liveness__epoch_without_misses__starts_over(missed):
    missed.end_epoch(3)
    missed.report(3, [(1, 0, 0)])
    missed.end_epoch(4)
    missed.report(4, [(1, 40, 0)])
    refused(missed, "slasher: too few misses", 1, 1)
    assert missed.slasher.counters(1).missed_blocks == 40


@pytest.mark.parametrize("offence", [0, 3, 2**256 - 1])
def test_slash_for_liveness__another_offence__refused(missed, offence):
    refused(missed, "slasher: unknown offence", 1, offence)


@pytest.mark.parametrize("validator_id", [0, 2, 9])
def test_slash_for_liveness__nothing_missed__refused(missed, validator_id):
    for offence in (1, 2):
        refused(missed, "slasher: too few misses", validator_id, offence)


def test_slash_for_liveness__same_offence_in_escrow__waits_with_its_counter(missed, slasher):
    missed.slash(1, 2, missed.block - 2)
    refused(missed, "slasher: slash in escrow", 1, 2)
    assert slasher.counters(1).missed_reveals == 2
    missed.advance(seconds=2 * DAY)
    missed.anyone("execute", 0)
    assert missed.anyone("slash_for_liveness", 1, 2) == 1
    missed.assert_same()


def test_slash_for_liveness__height_punished_already__refused(missed):
    """By the slasher role, for the same offence and block."""
    missed.slash(1, 2, missed.slasher.counters(1).last_height)
    missed.call("overturn", missed.arbiter, 0)
    refused(missed, "slasher: already punished", 1, 2)


def test_slash_for_liveness__overturned__misses_stay_forgiven(missed):
    missed.anyone("slash_for_liveness", 1, 2)
    missed.call("overturn", missed.arbiter, 0)
    refused(missed, "slasher: too few misses", 1, 2)
    missed.end_epoch(3)
    missed.report(3, [(1, 0, 1)])
    assert missed.anyone("slash_for_liveness", 1, 2) == 1


def test_slash_for_liveness__report_too_old__refused_until_the_next(missed):
    missed.advance(missed.slasher.counters(1).last_height + TERMS.evidence_blocks + 1 - missed.block)
    refused(missed, "slasher: evidence too old", 1, 2)
    boa.env.evm.patch.block_number -= 1
    assert missed.anyone("slash_for_liveness", 1, 2) == 0
