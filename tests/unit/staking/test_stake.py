import boa

from tests.support.block_reward import events
from tests.support.staking import DUST, MINIMUM, UNIT, mine


def test_stake__more__position_grows_and_event(suite):
    validator = suite.validator("validator")
    suite.staking.stake(UNIT + 1, sender=validator)
    (event,) = events(suite.staking, "Staked")
    assert (event.validator, event.owner, event.amount, event.tokens) == (validator, validator, UNIT + 1, MINIMUM + UNIT + 1)
    assert suite.staking.position(validator).tokens == MINIMUM + UNIT + 1
    assert suite.staking.network().total_staked == MINIMUM + UNIT + 1
    assert suite.solvent()


def test_stake__one_wei__accepted(suite):
    validator = suite.validator("validator")
    suite.staking.stake(1, sender=validator)
    assert suite.staking.position(validator).tokens == MINIMUM + 1


def test_stake__nothing__refused(suite):
    with boa.reverts("staking: zero amount"):
        suite.staking.stake(0, sender=suite.validator("validator"))


def test_stake__not_registered__refused(suite):
    with boa.reverts("staking: not registered"):
        suite.staking.stake(MINIMUM, sender=suite.actor("stranger"))


def test_stake__after_leaving__active_again_from_the_minimum_on(suite):
    validator = suite.validator("validator")
    registered_at = suite.staking.validator(validator).registered_at
    mine(5)
    suite.staking.unstake(MINIMUM, sender=validator)
    assert not suite.staking.validator(validator).is_active
    with boa.reverts("staking: below the minimum"):
        suite.staking.stake(MINIMUM - 1, sender=validator)
    suite.staking.stake(MINIMUM, sender=validator)
    record = suite.staking.validator(validator)
    assert (record.is_active, record.tokens, record.registered_at) == (True, MINIMUM, registered_at)
    assert suite.staking.network().validator_count == 1


def test_stake__while_away_rewards_flow__none_for_the_time_away(quiet):
    """The second level: a validator's accumulator stands still while it has no stake (C31, C33)."""
    other, validator = quiet.validator("other"), quiet.validator("validator")
    quiet.staking.unstake(MINIMUM, sender=validator)
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(100)
    quiet.staking.stake(MINIMUM, sender=validator)
    assert quiet.staking.pending_reward(validator) == 0
    assert 100 * UNIT - quiet.staking.pending_reward(other) in range(DUST)
    mine(10)
    assert 5 * UNIT - quiet.staking.pending_reward(validator) in range(DUST)


def test_stake__earned_before__counted_with_the_old_stake(quiet):
    """C32: what is pending stays an amount when the position is resized."""
    validator, other = quiet.validator("validator"), quiet.validator("other")
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(100)
    before = quiet.staking.pending_reward(validator)
    quiet.staking.stake(9 * MINIMUM, sender=validator)
    assert quiet.staking.pending_reward(validator) == before
    quiet.staking.unstake(10 * MINIMUM, sender=validator)
    assert quiet.staking.pending_reward(validator) == before
    assert before == quiet.staking.pending_reward(other)
