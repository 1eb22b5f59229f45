import boa
import pytest

from tests.support.block_reward import events
from tests.support.staking import DUST, MINIMUM, UNBONDING, UNIT, mine


def test_unstake__part__request_and_event(suite):
    validator = suite.validator("validator", 3 * MINIMUM)
    now = boa.env.timestamp
    assert suite.staking.unstake(MINIMUM + 1, sender=validator) == 0
    (event,) = events(suite.staking, "Unstaked")
    assert (event.validator, event.owner, event.request_id, event.amount) == (validator, validator, 0, MINIMUM + 1)
    assert event.unlocks_at == now + UNBONDING
    request = suite.staking.unbonding_request(validator, 0)
    assert (request.tokens, request.unlocks_at, request.is_withdrawn) == (MINIMUM + 1, now + UNBONDING, False)
    position = suite.staking.position(validator)
    assert (position.tokens, position.unbonding, position.request_count) == (2 * MINIMUM - 1, MINIMUM + 1, 1)
    assert suite.staking.network().total_unbonding == MINIMUM + 1
    assert suite.solvent()


def test_unstake__all__inactive_but_still_registered(suite):
    validator = suite.validator("validator")
    suite.staking.unstake(MINIMUM, sender=validator)
    record = suite.staking.validator(validator)
    assert (record.is_registered, record.is_active, record.tokens, record.weight) == (True, False, 0, 0)
    assert suite.staking.network().total_staked == 0


@pytest.mark.parametrize("rest", [1, MINIMUM - 1])
def test_unstake__rest_below_the_minimum__refused(suite, rest):
    validator = suite.validator("validator")
    with boa.reverts("staking: below the minimum"):
        suite.staking.unstake(MINIMUM - rest, sender=validator)


def test_unstake__more_than_the_stake__refused(suite):
    validator = suite.validator("validator")
    with boa.reverts("staking: exceeds the stake"):
        suite.staking.unstake(MINIMUM + 1, sender=validator)


def test_unstake__never_registered__refused(suite, attacker):
    with boa.reverts("staking: exceeds the stake"):
        suite.staking.unstake(1, sender=attacker)


def test_unstake__nothing__refused(suite):
    with boa.reverts("staking: zero amount"):
        suite.staking.unstake(0, sender=suite.validator("validator"))


def test_unstake__unbonding__earns_nothing(quiet):
    leaver, stayer = quiet.validator("leaver"), quiet.validator("stayer")
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    quiet.staking.unstake(MINIMUM, sender=leaver)
    mine(100)
    assert quiet.staking.pending_reward(leaver) == 0
    assert 100 * UNIT - quiet.staking.pending_reward(stayer) in range(DUST)


def test_unstake__several__each_keeps_its_own_tokens_and_deadline(suite):
    """C17: a later request changes no earlier one; C19: dust requests block nothing."""
    validator = suite.validator("validator", 10 * MINIMUM)
    deadlines = []
    for index in range(5):
        assert suite.staking.unstake(index + 1, sender=validator) == index
        deadlines.append(boa.env.timestamp + UNBONDING)
        mine(7)
    for index in range(5):
        request = suite.staking.unbonding_request(validator, index)
        assert (request.tokens, request.unlocks_at) == (index + 1, deadlines[index])


def test_unstake__hundreds_of_requests__costs_no_more(suite):
    """C16: there is no queue to fill and no limit to reach."""
    validator = suite.validator("validator", 100 * MINIMUM)
    costs = []
    for _ in range(200):
        suite.staking.unstake(1, sender=validator)
        costs.append(suite.staking._computation.get_gas_used())
    assert max(costs[2:]) == min(costs[2:])
    mine(1, seconds=UNBONDING)
    suite.staking.withdraw(199, sender=validator)
    late = suite.staking._computation.get_gas_used()
    suite.staking.withdraw(1, sender=validator)
    assert suite.staking._computation.get_gas_used() <= late
