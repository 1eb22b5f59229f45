import boa
import pytest

from mdt.model.staking import Status
from tests.support.block_reward import events
from tests.support.boa_clock import mine
from tests.support.stakes import ALL, FEW, fields, slashed_and_back, units
from tests.support.staking import MINIMUM, OWN, UNIT, unbond


def caller_of(suite, bars):
    """Who may set these bars."""
    return suite.validators.address if bars == Status.EXITED else suite.slasher


@pytest.mark.parametrize("bars", [Status.EXITED, Status.JAILED, Status.TOMBSTONED, Status.JAILED | Status.TOMBSTONED])
def test_set_bars__set_and_cleared__status_weight_count_and_event(quiet, bars):
    one, _ = quiet.validator("validator")
    quiet.validator("another", 5 * MINIMUM)
    caller = caller_of(quiet, bars)
    quiet.staking.set_bars(one, bars, True, sender=caller)
    assert fields(quiet.staking, "StatusChanged") == (one, Status.ACTIVE, bars)
    pool, net = quiet.staking.validator(one), quiet.staking.network()
    assert (pool.status, pool.weight, pool.tokens, pool.own_staked) == (bars, 0, MINIMUM, MINIMUM)
    assert (net.weight, net.staked, net.principal, net.active_count) == (units(5 * MINIMUM), 5 * MINIMUM, 6 * MINIMUM, 1)
    quiet.staking.set_bars(one, bars, False, sender=caller)
    assert fields(quiet.staking, "StatusChanged") == (one, bars, Status.ACTIVE)
    pool, net = quiet.staking.validator(one), quiet.staking.network()
    assert (pool.status, pool.weight) == (Status.ACTIVE, units(MINIMUM))
    assert (net.weight, net.staked, net.active_count) == (units(MINIMUM) + units(5 * MINIMUM), 6 * MINIMUM, 2)


def test_set_bars__several__active_only_when_all_are_gone(quiet):
    one, _ = quiet.validator("validator")
    registry, slasher = quiet.validators.address, quiet.slasher
    quiet.staking.set_bars(one, Status.EXITED, True, sender=registry)
    quiet.staking.set_bars(one, Status.JAILED | Status.TOMBSTONED, True, sender=slasher)
    assert fields(quiet.staking, "StatusChanged") == (one, Status.EXITED, Status.EXITED | Status.JAILED | Status.TOMBSTONED)
    quiet.staking.set_bars(one, Status.TOMBSTONED, False, sender=slasher)
    quiet.staking.set_bars(one, Status.EXITED, False, sender=registry)
    assert quiet.staking.validator(one).status == Status.JAILED
    assert quiet.staking.network().active_count == 0
    quiet.staking.set_bars(one, Status.JAILED, False, sender=slasher)
    assert quiet.staking.validator(one).status == Status.ACTIVE


def test_set_bars__cleared_below_the_minimum__not_active(quiet):
    one, _ = quiet.validator("validator")
    slashed_and_back(quiet, one, 1)
    assert (quiet.staking.validator(one).status, quiet.staking.network().active_count) == (0, 0)


def test_set_bars__inactive__earns_nothing_and_exits_are_open(quiet):
    one, operator = quiet.validator("validator", commission=0)
    two, _ = quiet.validator("another", commission=0)
    owner = quiet.delegator("delegator", one, MINIMUM, slot=4)
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    quiet.staking.set_bars(one, Status.TOMBSTONED, True, sender=quiet.slasher)
    mine(100)
    assert quiet.pending(one, owner, 4) == quiet.pending(one) == quiet.staking.validator(one).commission_owed == 0
    assert 100 * UNIT - quiet.pending(two) in FEW
    with boa.reverts("staking: validator not active"):
        quiet.staking.stake(one, 4, UNIT, 0, sender=owner)
    with boa.reverts("staking: validator not active"):
        quiet.staking.redelegate(two, 0, one, 0, UNIT, sender=quiet.delegator("other", two, UNIT))
    quiet.staking.unstake(one, 4, MINIMUM // 2, sender=owner)
    quiet.staking.redelegate(one, 4, two, 0, ALL, sender=owner)
    quiet.staking.unstake(one, 8, ALL, sender=operator)
    unbond()
    assert quiet.staking.withdraw(one, 4, 0, sender=owner) == MINIMUM // 2
    assert quiet.staking.withdraw(one, 8, 0, sender=operator) == MINIMUM
    assert quiet.staking.validator(one).shares == 0
    assert quiet.solvent()


def test_set_bars__everybody_gone__pool_can_be_filled_again(quiet):
    one, operator = quiet.validator("validator")
    quiet.validators.exit(one, sender=operator)
    quiet.staking.unstake(one, 8, ALL, sender=operator)
    unbond()
    quiet.staking.withdraw(one, 8, 0, sender=operator)
    quiet.validators.rejoin(one, sender=operator)
    quiet.staking.stake(one, 8, MINIMUM, 0, sender=operator)
    assert fields(quiet.staking, "StatusChanged") == (one, 0, Status.ACTIVE)
    assert quiet.staking.position(one, OWN, 8).shares == MINIMUM


def test_set_bars__nothing_changes__refused(quiet):
    one, _ = quiet.validator("validator")
    for bars in (Status.EXITED, Status.JAILED, Status.TOMBSTONED, Status.JAILED | Status.TOMBSTONED, 0, Status.ACTIVE):
        with boa.reverts("staking: no change"):
            quiet.staking.set_bars(one, bars, False, sender=caller_of(quiet, bars))
    quiet.staking.set_bars(one, Status.JAILED | Status.TOMBSTONED, True, sender=quiet.slasher)
    with boa.reverts("staking: no change"):
        quiet.staking.set_bars(one, Status.JAILED, True, sender=quiet.slasher)


def test_set_bars__of_the_other_role__out_of_reach(quiet):
    one, _ = quiet.validator("validator")
    quiet.staking.set_bars(one, Status.EXITED, True, sender=quiet.validators.address)
    with boa.reverts("staking: not the registry"):
        quiet.staking.set_bars(one, Status.EXITED, False, sender=quiet.slasher)
    quiet.staking.set_bars(one, Status.EXITED | Status.JAILED, True, sender=quiet.slasher)
    quiet.staking.set_bars(one, 2**256 - 1, False, sender=quiet.slasher)
    assert quiet.staking.validator(one).status == Status.EXITED
    for bars in (Status.JAILED, Status.TOMBSTONED, Status.JAILED | Status.TOMBSTONED, 0, Status.ACTIVE, Status.EXITED | Status.JAILED):
        with boa.reverts("staking: not the slasher"):
            quiet.staking.set_bars(one, bars, True, sender=quiet.validators.address)


def test_set_bars__stranger__refused(quiet, attacker):
    one, operator = quiet.validator("validator")
    for caller in (attacker, operator, quiet.owner):
        with boa.reverts("staking: not the registry"):
            quiet.staking.set_bars(one, Status.EXITED, True, sender=caller)
        with boa.reverts("staking: not the slasher"):
            quiet.staking.set_bars(one, Status.JAILED, True, sender=caller)


def test_set_bars__unknown_validator__refused(quiet):
    with boa.reverts("staking: unknown validator"):
        quiet.staking.set_bars(1, Status.EXITED, True, sender=quiet.validators.address)
    assert events(quiet.staking, "StatusChanged") == []
