import boa

from tests.support.block_reward import events
from tests.support.staking import MINIMUM, block_number


def test_register__minimum__validator_and_events(suite):
    validator = suite.actor("validator")
    before = suite.token.balanceOf(validator)
    suite.staking.register(MINIMUM, sender=validator)
    (registered,), (staked,) = events(suite.staking, "ValidatorRegistered"), events(suite.staking, "Staked")
    assert (registered.validator, registered.tokens) == (validator, MINIMUM)
    assert (staked.validator, staked.owner, staked.amount, staked.tokens) == (validator, validator, MINIMUM, MINIMUM)
    assert suite.token.balanceOf(validator) == before - MINIMUM
    record = suite.staking.validator(validator)
    assert (record.is_registered, record.is_active, record.tokens, record.weight) == (True, True, MINIMUM, MINIMUM)
    assert record.registered_at == block_number()
    assert suite.staking.network().validator_count == 1
    assert suite.staking.network().total_staked == suite.staking.network().total_weight == MINIMUM
    assert suite.solvent()


def test_register__twice__refused(suite):
    validator = suite.validator("validator")
    with boa.reverts("staking: already registered"):
        suite.staking.register(MINIMUM, sender=validator)


def test_register__after_leaving__refused_because_stake_brings_back(suite):
    validator = suite.validator("validator")
    suite.staking.unstake(MINIMUM, sender=validator)
    with boa.reverts("staking: already registered"):
        suite.staking.register(MINIMUM, sender=validator)


def test_register__a_wei_below_the_minimum__refused(suite):
    with boa.reverts("staking: below the minimum"):
        suite.staking.register(MINIMUM - 1, sender=suite.actor("validator"))


def test_register__without_allowance__nothing_happens(suite):
    validator = suite.actor("validator")
    suite.token.approve(suite.staking, MINIMUM - 1, sender=validator)
    with boa.reverts("mdt: allowance too low"):
        suite.staking.register(MINIMUM, sender=validator)
    assert not suite.staking.validator(validator).is_registered
    assert suite.staking.network().validator_count == 0
