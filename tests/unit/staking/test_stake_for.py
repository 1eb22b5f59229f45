"""Staking.stake for another owner: what a distributor does for an account that asked it to, and nobody else."""

from __future__ import annotations

import boa
import pytest

from tests.support.boa_clock import mine
from tests.support.stakes import fields
from tests.support.staking import MINIMUM, MONTH, OWN_SLOT, UNIT


@pytest.fixture
def miner(suite):
    return suite.actor("miner")


def test_stake__for_another__the_position_is_the_owners_and_the_distributor_pays(suite, miner):
    one, _ = suite.validator("validator")
    before = suite.token.balanceOf(suite.distributor)
    suite.staking.stake(one, 3, 5 * UNIT, 0, miner, sender=suite.distributor)
    assert fields(suite.staking, "Staked")[:4] == (one, miner, 3, 5 * UNIT)
    position = suite.staking.position(one, miner, 3)
    assert (position.tokens, position.unlocks_at) == (5 * UNIT, 0)
    assert suite.token.balanceOf(suite.distributor) == before - 5 * UNIT
    assert suite.staking.position(one, suite.distributor, 3).tokens == 0
    assert suite.solvent()


def test_stake__for_another_into_a_running_lock__keeps_the_lock(suite, miner):
    one, _ = suite.validator("validator")
    suite.staking.stake(one, 0, UNIT, 6, sender=miner)
    before = suite.staking.position(one, miner, 0)
    mine(1, seconds=MONTH)
    suite.staking.stake(one, 0, UNIT, 0, miner, sender=suite.distributor)
    after = suite.staking.position(one, miner, 0)
    assert (after.unlocks_at, after.tokens) == (before.unlocks_at, 2 * UNIT)


def test_stake__for_another_with_a_lock__refused(suite, miner):
    """Only the owner of stake locks it, whoever the distributor is."""
    one, _ = suite.validator("validator")
    with boa.reverts("staking: not for another"):
        suite.staking.stake(one, 0, UNIT, 1, miner, sender=suite.distributor)


def test_stake__for_another_by_a_stranger__refused(suite, miner):
    """Else strangers would fill the slots that a redelegation needs."""
    one, operator = suite.validator("validator")
    for caller in (operator, suite.owner, suite.notifier, suite.actor("stranger")):
        with boa.reverts("staking: not for another"):
            suite.staking.stake(one, 0, UNIT, 0, miner, sender=caller)


def test_stake__for_oneself_by_name__is_as_without(suite, miner):
    one, _ = suite.validator("validator")
    suite.staking.stake(one, 0, UNIT, 2, miner, sender=miner)
    assert suite.staking.position(one, miner, 0).tokens == UNIT


def test_stake__for_an_operator__is_the_validators_own_stake(suite, miner):
    one, operator = suite.validator("validator")
    suite.staking.stake(one, OWN_SLOT, UNIT, 0, operator, sender=suite.distributor)
    assert suite.staking.validator(one).own_staked == MINIMUM + UNIT
    with boa.reverts("staking: not the owner"):
        suite.staking.stake(one, OWN_SLOT, UNIT, 0, miner, sender=suite.distributor)


def test_stake__distributor_of_an_earlier_notifier__refused(suite, miner):
    one, _ = suite.validator("validator")
    suite.staking.set_notifier(boa.env.generate_address("none"), sender=suite.owner)
    with boa.reverts("staking: not for another"):
        suite.staking.stake(one, 0, UNIT, 0, miner, sender=suite.distributor)


def test_stake__for_another__nothing__refused(suite, miner):
    one, _ = suite.validator("validator")
    with boa.reverts("staking: zero amount"):
        suite.staking.stake(one, 0, 0, 0, miner, sender=suite.distributor)
