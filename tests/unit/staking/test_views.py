import pytest

from tests.support.staking import MINIMUM, UNIT, mine

ZERO = "0x" + "00" * 20


def test_views__stranger__all_zero(suite, attacker):
    record, position = suite.staking.validator(attacker), suite.staking.position(attacker)
    assert (record.is_registered, record.is_active, record.tokens, record.weight, record.registered_at) == (False, False, 0, 0, 0)
    assert (position.tokens, position.pending_reward, position.unbonding, position.request_count) == (0, 0, 0, 0)
    request = suite.staking.unbonding_request(attacker, 0)
    assert (request.tokens, request.unlocks_at, request.is_withdrawn) == (0, 0, False)
    assert suite.staking.pending_reward(attacker) == 0


@pytest.mark.parametrize(
    ("offset", "limit", "expected"), [(0, 10, [0, 1, 2, 3, 4]), (1, 2, [1, 2]), (4, 5, [4]), (5, 5, []), (2**256 - 1, 2**256 - 1, []), (0, 0, [])]
)
def test_validators__page__in_order_of_registration(suite, offset, limit, expected):
    names = [suite.validator(f"validator {index}") for index in range(5)]
    suite.staking.unstake(MINIMUM, sender=names[2])  # the list is append-only
    assert suite.staking.validators(offset, limit) == [names[index] for index in expected]


def test_validators__more_than_a_page__a_hundred_at_most(suite):
    names = [suite.validator(f"validator {index}") for index in range(103)]
    assert suite.staking.validators(0, 2**256 - 1) == names[:100]
    assert suite.staking.validators(100, 100) == names[100:]


def test_network__reading__writes_nothing(quiet):
    """A4: asking twice, in any block, changes no answer."""
    validator = quiet.validator("validator")
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(10)
    first = (quiet.staking.network(), quiet.staking.pending_reward(validator))
    assert (quiet.staking.network(), quiet.staking.pending_reward(validator)) == first


def test_network__donation__counts_nowhere(quiet):
    """C3, C4: a plain transfer in is inert."""
    validator = quiet.validator("validator")
    before = quiet.staking.network()
    quiet.token.transfer(quiet.staking, 7 * UNIT, sender=validator)
    assert quiet.staking.network() == before
    assert quiet.token.balanceOf(quiet.staking) == quiet.holdings() + 7 * UNIT
