import boa
import pytest

from tests.support.deployers import deployer
from tests.support.staking import EPOCH, MINIMUM, PRESET, UNBONDING, UNIT, block_number, deploy_suite
from tests.support.token import deploy_token

ZERO = "0x" + "00" * 20
NO_CODE = "0x" + "11" * 20

BOUNDS = [
    ("_min_validator_stake", UNIT - 1, "staking: minimum too small"),
    ("_min_validator_stake", 10**6 * UNIT + 1, "staking: minimum too large"),
    ("_unbonding_seconds", 86_399, "staking: unbonding too short"),
    ("_unbonding_seconds", 60 * 86_400 + 1, "staking: unbonding too long"),
    ("_stream_blocks", 31, "staking: stream too short"),
    ("_stream_blocks", 1_000_001, "staking: stream too long"),
    ("_token", NO_CODE, "staking: token has no code"),
    ("_block_reward", NO_CODE, "staking: reward has no code"),
    ("_recycling_pool", NO_CODE, "staking: pool has no code"),
    ("_owner", ZERO, "staking: zero owner"),
]


def test_constructor__preset__values_as_given(suite):
    staking = suite.staking
    assert staking.TOKEN() == suite.token.address
    assert staking.BLOCK_REWARD() == suite.reward.address
    assert staking.RECYCLING_POOL() == suite.pool.address
    assert staking.MIN_VALIDATOR_STAKE() == MINIMUM == PRESET.staking.min_validator_stake
    assert staking.UNBONDING_SECONDS() == UNBONDING
    assert staking.STREAM_BLOCKS() == EPOCH
    assert staking.owner() == suite.owner


def test_constructor__deployed__owner_set_and_notifier_empty():
    suite = deploy_suite()
    fresh = deployer("staking/Staking").deploy(suite.token, suite.reward, suite.pool, MINIMUM, UNBONDING, EPOCH, suite.owner)
    assert fresh.notifier() == ZERO
    assert fresh.owner() == suite.owner
    assert not hasattr(fresh, "renounce_ownership")


def test_constructor__start_ahead__pulls_count_from_the_start():
    suite = deploy_suite(start_delay=70)
    assert suite.staking.network().pulled_through == block_number() + 70


def test_constructor__start_now__pulls_count_from_the_deployment(suite):
    assert suite.staking.network().pulled_through == block_number() - 1


@pytest.mark.parametrize(("argument", "value", "reason"), BOUNDS)
def test_constructor__out_of_bounds__refused(argument, value, reason):
    with boa.reverts(reason):
        deploy_suite(**{argument: value})


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("_min_validator_stake", UNIT),
        ("_min_validator_stake", 10**6 * UNIT),
        ("_unbonding_seconds", 86_400),
        ("_unbonding_seconds", 60 * 86_400),
        ("_stream_blocks", 32),
        ("_stream_blocks", 1_000_000),
    ],
)
def test_constructor__at_a_bound__accepted(argument, value):
    staking = deploy_suite(**{argument: value}).staking
    assert getattr(staking, argument[1:].upper())() == value


@pytest.mark.parametrize(("excess", "is_accepted"), [(0, True), (1, False)])
def test_constructor__token_cap__at_most_what_the_words_hold(suite, excess, is_accepted):
    token = deploy_token(suite.owner, suite.owner, _bucket_caps=[2**85 - 5 + excess, 1, 1, 1, 1])
    arguments = (token, suite.reward, suite.pool, MINIMUM, UNBONDING, EPOCH, suite.owner)
    if is_accepted:
        deployer("staking/Staking").deploy(*arguments)
    else:
        with boa.reverts("staking: token cap too large"):
            deployer("staking/Staking").deploy(*arguments)
