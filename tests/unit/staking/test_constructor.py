from dataclasses import asdict, replace

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.units import DAY
from tests.support.boa_clock import block_number
from tests.support.deployers import deploy
from tests.support.staking import EPOCH, MINIMUM, PRESET, STAKES, TERMS, UNBONDING, UNBONDING_BLOCKS, UNIT, VALUES, deploy_suite
from tests.support.token import deploy_token

NO_CODE = "0x" + "11" * 20

TERM_BOUNDS = [
    ("min_validator_stake", UNIT, UNIT - 1, "staking: minimum too small"),
    ("min_validator_stake", 10**6 * UNIT, 10**6 * UNIT + 1, "staking: minimum too large"),
    ("unbonding_seconds", DAY, DAY - 1, "staking: unbonding too short"),
    ("unbonding_seconds", 60 * DAY, 60 * DAY + 1, "staking: unbonding too long"),
    ("unbonding_blocks", 1, 0, "staking: blocks out of range"),
    ("unbonding_blocks", 60 * DAY, 60 * DAY + 1, "staking: blocks out of range"),
    ("stream_blocks", 32, 31, "staking: stream too short"),
    ("stream_blocks", 1_000_000, 1_000_001, "staking: stream too long"),
    ("own_bonus_bps", 83, 84, "staking: bonus too large"),
    ("delegated_bonus_bps", 83, 84, "staking: bonus too large"),
    ("max_commission_bps", 5_000, 5_001, "staking: commission too high"),
    ("cap_bps", 100, 99, "staking: cap too small"),
    ("cap_bps", 5_000, 5_001, "staking: cap too large"),
    ("own_part_bps", 5_000, 5_001, "staking: own part too large"),
]
REFUSED = [
    ("token", NO_CODE, "staking: token has no code"),
    ("block_reward", NO_CODE, "staking: reward has no code"),
    ("recycling_pool", NO_CODE, "staking: pool has no code"),
    ("owner", ZERO_ADDRESS, "staking: zero owner"),
    ("decay_stakes", [0, *STAKES[1:]], "table: stakes not increasing"),
    ("decay_stakes", [*STAKES[:5], STAKES[4], STAKES[6]], "table: stakes not increasing"),
    ("decay_stakes", [*STAKES[:6], 2**85], "table: stake too large"),
    ("decay_values", [0, *VALUES[1:]], "table: values not increasing"),
    ("decay_values", [*VALUES[:6], VALUES[5]], "table: values not increasing"),
    ("decay_values", [UNIT + 1, *VALUES[1:]], "table: not concave"),
    ("decay_values", [*VALUES[:6], 20_000 * UNIT], "table: not concave"),
    ("decay_values", [1, 2, 3, 4, 5, 6, 7], "table: minimum weighs nothing"),
]


def test_constructor__preset__values_as_given(suite):
    staking = suite.staking
    assert (staking.TOKEN(), staking.block_reward(), staking.RECYCLING_POOL()) == (suite.token.address, suite.reward.address, suite.pool.address)
    assert tuple(staking.terms()) == (MINIMUM, UNBONDING, UNBONDING_BLOCKS, EPOCH, 50, 25, 2_000, 1_000, 500)
    assert MINIMUM == PRESET.staking.min_validator_stake == 100 * UNIT
    assert staking.owner() == suite.owner
    assert staking.decay_table()[0] == STAKES


def test_constructor__deployed__owner_set_and_all_roles_empty(quiet):
    fresh = deploy("Staking", token=quiet.token, block_reward=quiet.reward, recycling_pool=quiet.pool, terms=TERMS, owner=quiet.owner)
    assert fresh.notifier() == fresh.slasher() == fresh.registry() == fresh.pending_owner() == ZERO_ADDRESS
    assert fresh.owner() == quiet.owner
    assert not hasattr(fresh, "renounce_ownership")
    assert tuple(fresh.network())[:15] == (0,) * 15


def test_constructor__start_ahead__pulls_count_from_the_start():
    suite = deploy_suite(start_delay=70)
    assert suite.staking.network().pulled_through == block_number() + 70


def test_constructor__start_now__pulls_count_from_the_deployment(suite):
    assert suite.staking.network().pulled_through == block_number() - 1


@pytest.mark.parametrize(("term", "bound", "beyond", "reason"), TERM_BOUNDS)
def test_constructor__terms__accepted_at_a_bound_and_refused_beyond(term, bound, beyond, reason):
    staking = deploy_suite(terms=replace(TERMS, **{term: bound}), is_recipient=False).staking
    assert staking.terms()._asdict() == asdict(TERMS) | {term: bound}
    with boa.reverts(reason):
        deploy_suite(terms=replace(TERMS, **{term: beyond}))


@pytest.mark.parametrize(("argument", "value", "reason"), REFUSED)
def test_constructor__argument__refused(argument, value, reason):
    with boa.reverts(reason):
        deploy_suite(**{argument: value})


@pytest.mark.parametrize(("excess", "is_accepted"), [(0, True), (1, False)])
def test_constructor__token_cap__at_most_what_the_words_hold(suite, excess, is_accepted):
    token = deploy_token(suite.owner, suite.owner, bucket_caps=[3 * 2**83 - 4 + excess, 1, 1, 1, 1])
    around = {"MDT": token, "BlockReward": suite.reward, "RecyclingPool": suite.pool}
    if is_accepted:
        deploy("Staking", around, owner=suite.owner)
    else:
        with boa.reverts("staking: token cap too large"):
            deploy("Staking", around, owner=suite.owner)


OTHERS = {
    "token": lambda suite: {"token": suite.pool},
    "pool": lambda suite: {"recycling_pool": suite.token},
    "terms": lambda suite: {"terms": replace(TERMS, cap_bps=TERMS.cap_bps + 1)},
    "breakpoints": lambda suite: {"decay_stakes": [*STAKES[:6], STAKES[6] + 1]},
}


@pytest.mark.parametrize("what", OTHERS)
def test_constructor__extension_with_other_arguments__refused(suite, what):
    around = {"MDT": suite.token, "BlockReward": suite.reward, "RecyclingPool": suite.pool}
    extension = deploy("StakingExtension", around, **OTHERS[what](suite))
    with boa.reverts("staking: other extension"):
        deploy("Staking", around, extension=extension, owner=suite.owner)


def test_constructor__extension_without_code__refused(suite):
    around = {"MDT": suite.token, "BlockReward": suite.reward, "RecyclingPool": suite.pool}
    with boa.reverts("staking: other extension"):
        deploy("Staking", around, extension=NO_CODE, owner=suite.owner)
