import boa

from tests.support.block_reward import events
from tests.support.staking import BURSE, MINIMUM, UNBONDING, mine


def leaving(suite):
    """A validator with two requests, a day apart."""
    validator = suite.validator("validator", 3 * MINIMUM)
    suite.staking.unstake(MINIMUM, sender=validator)
    mine(1, seconds=86_400)
    suite.staking.unstake(2 * MINIMUM, sender=validator)
    return validator


def test_withdraw__unlocked__paid_and_event(suite):
    validator = leaving(suite)
    mine(1, seconds=UNBONDING)
    before = suite.token.balanceOf(validator)
    suite.staking.withdraw(0, sender=validator)
    (event,) = events(suite.staking, "Withdrawn")
    assert (event.owner, event.request_id, event.amount) == (validator, 0, MINIMUM)
    assert suite.token.balanceOf(validator) == before + MINIMUM
    assert suite.staking.unbonding_request(validator, 0).is_withdrawn
    assert suite.staking.position(validator).unbonding == suite.staking.network().total_unbonding == 2 * MINIMUM
    assert suite.solvent()


def test_withdraw__at_the_deadline_and_a_second_before__exact(suite):
    validator = leaving(suite)
    unlocks_at = suite.staking.unbonding_request(validator, 0).unlocks_at
    boa.env.timestamp = unlocks_at - 1
    with boa.reverts("staking: still unbonding"):
        suite.staking.withdraw(0, sender=validator)
    boa.env.timestamp = unlocks_at
    suite.staking.withdraw(0, sender=validator)


def test_withdraw__in_any_order__all_back(suite):
    """C17: no request waits for another."""
    validator = leaving(suite)
    mine(1, seconds=UNBONDING)
    suite.staking.withdraw(1, sender=validator)
    suite.staking.withdraw(0, sender=validator)
    assert suite.token.balanceOf(validator) == BURSE
    assert suite.token.balanceOf(suite.staking) == 0


def test_withdraw__twice__refused(suite):
    validator = leaving(suite)
    mine(1, seconds=UNBONDING)
    suite.staking.withdraw(0, sender=validator)
    with boa.reverts("staking: already withdrawn"):
        suite.staking.withdraw(0, sender=validator)


def test_withdraw__unknown_request__refused(suite):
    validator = leaving(suite)
    for unknown in (2, 2**256 - 1):
        with boa.reverts("staking: unknown request"):
            suite.staking.withdraw(unknown, sender=validator)


def test_withdraw__by_another__cannot_reach_it(suite, attacker):
    """C16, C19: requests are their owner's alone."""
    leaving(suite)
    mine(1, seconds=UNBONDING)
    with boa.reverts("staking: unknown request"):
        suite.staking.withdraw(0, sender=attacker)
