import boa
import pytest

from tests.support.block_reward import events
from tests.support.boa_clock import block_number, mine, now
from tests.support.stakes import ALL, FEW, fields, overturn, redelegated, slash, slashed_and_back, units, uphold
from tests.support.staking import BURSE, MINIMUM, MONTH, UNBONDING, UNBONDING_BLOCKS, UNIT, unbond


@pytest.fixture
def pair(quiet):
    """A source with a delegation of 60 in slot 2, a target, and the delegator."""
    source, _ = quiet.validator("source", commission=0)
    target, _ = quiet.validator("target", 4 * MINIMUM, commission=0)
    return source, target, quiet.delegator("delegator", source, 60 * UNIT, slot=2)


def test_redelegate__part__every_number_and_event(quiet, pair):
    source, target, owner = pair
    assert quiet.staking.redelegate(source, 2, target, 5, 20 * UNIT + 1, sender=owner) == 20 * UNIT + 1
    until = now() + UNBONDING
    assert fields(quiet.staking, "Staked") == (target, owner, 5, 20 * UNIT + 1, 20 * UNIT + 1, 0, 0)
    assert fields(quiet.staking, "Redelegated") == (source, target, owner, 2, 5, 20 * UNIT + 1, until)
    assert [type(event).__name__ for event in quiet.staking.get_logs()] == ["Staked", "Redelegated"]
    assert tuple(quiet.staking.debt(target, owner, 5)) == (source, until, block_number(), 0)
    assert tuple(quiet.staking.debt(source, owner, 2)) == (0, 0, 0, 0)
    assert tuple(quiet.staking.position(source, owner, 2)) == (40 * UNIT - 1, 40 * UNIT - 1, 0, 0, 0, 0, 0)
    assert tuple(quiet.staking.position(target, owner, 5)) == (20 * UNIT + 1, 20 * UNIT + 1, 0, 0, 0, 0, 0)
    left, joined, net = quiet.staking.validator(source), quiet.staking.validator(target), quiet.staking.network()
    assert (left.tokens, left.shares, left.boosted_shares) == (*[140 * UNIT - 1] * 2, 10_000 * (140 * UNIT - 1))
    assert (joined.tokens, joined.shares, joined.boosted_shares) == (*[420 * UNIT + 1] * 2, 10_000 * (420 * UNIT + 1))
    assert (left.weight, joined.weight) == (units(140 * UNIT - 1), units(420 * UNIT + 1))
    assert (net.weight, net.staked, net.principal) == (left.weight + joined.weight, 560 * UNIT, 560 * UNIT)
    assert quiet.token.balanceOf(owner) == BURSE - 60 * UNIT
    assert quiet.solvent()


@pytest.mark.parametrize("amount", [60 * UNIT, ALL])
def test_redelegate__all__source_position_is_empty_and_keeps_its_rewards(quiet, pair, amount):
    source, target, owner = pair
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(100)
    earned = quiet.pending(source, owner, 2)
    assert quiet.staking.redelegate(source, 2, target, 0, amount, sender=owner) == 60 * UNIT
    assert tuple(quiet.staking.position(source, owner, 2)) == (0, 0, 0, 0, 0, earned, 0)
    assert quiet.pending(target, owner) == 0
    mine(100)
    assert quiet.pending(source, owner, 2) == earned > 0
    net, joined = quiet.staking.network(), quiet.staking.validator(target)
    assert 100 * UNIT * joined.weight // net.weight * 60 // 460 - quiet.pending(target, owner) in FEW
    assert quiet.staking.claim(source, owner, 2) == earned
    assert quiet.solvent()


def test_redelegate__locked__lock_and_bonus_go_along(quiet):
    source, _ = quiet.validator("source")
    target, _ = quiet.validator("target")
    owner = quiet.delegator("delegator", source, 60 * UNIT, months=12)
    unlocks_at = now() + 12 * MONTH
    mine(1, seconds=3 * MONTH)
    quiet.staking.redelegate(source, 0, target, 0, 20 * UNIT, sender=owner)
    assert fields(quiet.staking, "Staked") == (target, owner, 0, 20 * UNIT, 20 * UNIT, 300, unlocks_at)
    assert tuple(quiet.staking.position(source, owner, 0))[:4] == (40 * UNIT, 40 * UNIT, 300, unlocks_at)
    assert quiet.staking.validator(target).boosted_shares == 10_000 * MINIMUM + 10_300 * 20 * UNIT
    assert quiet.staking.validator(source).boosted_shares == 10_000 * MINIMUM + 10_300 * 40 * UNIT
    unbond(1)
    for place in (source, target):
        with boa.reverts("staking: still locked"):
            quiet.staking.unstake(place, 0, 1, sender=owner)


def test_redelegate__all_of_a_locked_position__empty_slot_is_not_locked(quiet):
    source, _ = quiet.validator("source")
    target, _ = quiet.validator("target")
    owner = quiet.delegator("delegator", source, 60 * UNIT, months=12)
    quiet.staking.redelegate(source, 0, target, 0, ALL, sender=owner)
    assert tuple(quiet.staking.position(source, owner, 0))[:4] == (0, 0, 300, 0)
    quiet.staking.stake(source, 0, UNIT, 0, sender=owner)
    assert tuple(quiet.staking.position(source, owner, 0))[:4] == (UNIT, UNIT, 0, 0)
    quiet.staking.unstake(source, 0, ALL, sender=owner)


def test_redelegate__lock_over__no_bonus_on_either_side(quiet):
    source, _ = quiet.validator("source")
    target, _ = quiet.validator("target")
    owner = quiet.delegator("delegator", source, 60 * UNIT, months=1)
    mine(1, seconds=MONTH)
    quiet.staking.redelegate(source, 0, target, 0, 20 * UNIT, sender=owner)
    assert quiet.staking.position(source, owner, 0).bonus_bps == quiet.staking.position(target, owner, 0).bonus_bps == 0
    assert quiet.staking.validator(source).boosted_shares == 10_000 * 140 * UNIT
    unbond(1)
    quiet.staking.unstake(target, 0, ALL, sender=owner)


def test_redelegate__after_a_slash__shares_rounded_up_tokens_down(quiet):
    source, _ = quiet.validator("source", 6 * MINIMUM)
    target, _ = quiet.validator("target")
    owner = quiet.delegator("delegator", source, MINIMUM)
    slashed_and_back(quiet, source, 3_000)  # 700 shares for 490
    assert quiet.staking.redelegate(source, 0, target, 0, 8, sender=owner) == 8  # 12 shares, worth 8.4
    pool = quiet.staking.validator(source)
    assert (pool.shares, pool.tokens) == (7 * MINIMUM - 12, 490 * UNIT - 8)
    assert quiet.staking.position(target, owner, 0).shares == 8
    assert quiet.staking.debt(target, owner, 0).next_slash == 1  # that one it has paid
    assert quiet.solvent()


def test_redelegate__worth_nothing__refused(quiet):
    source, _ = quiet.validator("source", 6 * MINIMUM)
    target, _ = quiet.validator("target")
    owner = quiet.delegator("delegator", source, 1)
    slashed_and_back(quiet, source, 3_000)
    with boa.reverts("staking: zero amount"):
        quiet.staking.redelegate(source, 0, target, 0, ALL, sender=owner)


def test_redelegate__slash_in_escrow__out_is_open_and_noted_in_is_closed(quiet, pair):
    source, target, owner = pair
    slash(quiet, source, 1_000, slash_id=9)
    assert quiet.staking.redelegate(source, 2, target, 0, ALL, sender=owner) == 54 * UNIT
    assert fields(quiet.staking, "RestitutionNoted") == (9, owner, 6 * UNIT)
    assert quiet.staking.restitution(quiet.slasher, 9, owner) == 6 * UNIT
    assert quiet.staking.escrow(source, 1).tokens == 10 * UNIT
    assert quiet.staking.debt(target, owner, 0).next_slash == 1
    assert overturn(quiet, source) == 10 * UNIT
    other = quiet.delegator("other", target, MINIMUM)
    third, _ = quiet.validator("third", 2 * MINIMUM)
    slash(quiet, third, 1_000)
    quiet.staking.set_bars(third, 4, False, sender=quiet.slasher)
    with boa.reverts("staking: slash pending"):
        quiet.staking.redelegate(target, 0, third, 0, ALL, sender=other)
    assert quiet.solvent()


def test_redelegate__own_stake__refused(quiet, pair):
    source, target, owner = pair
    operator = quiet.validators.operator_of(source)
    for slots in ((8, 0), (2, 8), (15, 15), (2, 16), (16, 0)):
        for caller in (owner, operator):
            with boa.reverts("staking: own stake"):
                quiet.staking.redelegate(source, slots[0], target, slots[1], UNIT, sender=caller)


def test_redelegate__same_validator__refused(quiet, pair):
    source, _, owner = pair
    with boa.reverts("staking: same validator"):
        quiet.staking.redelegate(source, 2, source, 3, UNIT, sender=owner)


def test_redelegate__slot_not_empty__refused(quiet, pair):
    source, target, owner = pair
    quiet.staking.stake(target, 0, 1, 0, sender=owner)
    with boa.reverts("staking: slot not empty"):
        quiet.staking.redelegate(source, 2, target, 0, UNIT, sender=owner)


def test_redelegate__target_not_active_or_unknown__refused(quiet, pair):
    source, target, owner = pair
    quiet.validators.exit(target, sender=quiet.validators.operator_of(target))
    with boa.reverts("staking: validator not active"):
        quiet.staking.redelegate(source, 2, target, 0, UNIT, sender=owner)
    for numbers in ((source, 77), (77, target)):
        with boa.reverts("staking: unknown validator"):
            quiet.staking.redelegate(numbers[0], 2, numbers[1], 0, UNIT, sender=owner)


def test_redelegate__source_not_active__open(quiet, pair):
    source, target, owner = pair
    quiet.validators.exit(source, sender=quiet.validators.operator_of(source))
    assert quiet.staking.redelegate(source, 2, target, 0, ALL, sender=owner) == 60 * UNIT


def test_redelegate__amounts__refused_as_unstake_does(quiet, pair, attacker):
    source, target, owner = pair
    with boa.reverts("staking: zero amount"):
        quiet.staking.redelegate(source, 2, target, 0, 0, sender=owner)
    with boa.reverts("staking: exceeds the stake"):
        quiet.staking.redelegate(source, 2, target, 0, 60 * UNIT + 1, sender=owner)
    for caller, slot in ((attacker, 2), (owner, 0)):
        with boa.reverts("staking: no stake"):
            quiet.staking.redelegate(source, slot, target, 0, 1, sender=caller)


def test_redelegate__moved_on__refused_while_answerable_and_until_answered(quiet):
    source, target, owner = redelegated(quiet)
    third, _ = quiet.validator("third", 3 * MINIMUM)
    with boa.reverts("staking: still answerable"):
        quiet.staking.redelegate(target, 1, third, 0, ALL, sender=owner)
    slash(quiet, source, 1)
    uphold(quiet, source)
    boa.env.evm.patch.timestamp += 2 * UNBONDING
    boa.env.evm.patch.block_number = quiet.staking.debt(target, owner, 1).left_at + UNBONDING_BLOCKS - 1
    with boa.reverts("staking: still answerable"):  # Y9: blocks count too
        quiet.staking.redelegate(target, 1, third, 0, ALL, sender=owner)
    boa.env.evm.patch.block_number += 1
    with boa.reverts("staking: slash unanswered"):
        quiet.staking.redelegate(target, 1, third, 0, ALL, sender=owner)
    quiet.staking.answer_slash(target, owner, 1, ALL, 0, 1, 0, sender=quiet.slasher)
    quiet.staking.redelegate(target, 1, third, 0, ALL, sender=owner)
    assert quiet.staking.debt(third, owner, 0).source_id == target


def test_redelegate__into_a_slot_that_still_answers__refused(quiet):
    source, target, owner = redelegated(quiet)
    quiet.staking.stake(source, 3, UNIT, 0, sender=owner)
    with boa.reverts("staking: still answerable"):
        quiet.staking.redelegate(source, 3, target, 1, ALL, sender=owner)


def test_redelegate__no_event_of_a_claim__rewards_stay_where_they_were_earned(quiet, pair):
    source, target, owner = pair
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(3)
    quiet.staking.redelegate(source, 2, target, 0, ALL, sender=owner)
    assert events(quiet.staking, "RewardClaimed") == events(quiet.staking, "Transfer") == []
