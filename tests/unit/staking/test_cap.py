"""How much of the network's stake one validator may have, from stake that was there; what its operator and its own part let in."""

from dataclasses import replace

import boa
import pytest

from mdt.model.staking import Status
from mdt.units import DAY
from tests.support.boa_clock import mine
from tests.support.deployers import deploy
from tests.support.stakes import ALL, crowd, fields, is_active, slash, slashed_and_back, tokens_of
from tests.support.staking import MINIMUM, OWN, TERMS, UNIT, deploy_suite, unbond
from tests.support.token import deploy_token, grant

ANY_AMOUNT = 2**84 - 1


def read(suite, number=1):
    """One reading more: an arrival of a wei, a day after the last."""
    mine(1, seconds=DAY)
    suite.staking.stake(number, 8, 1, 0, sender=suite.validators.operator_of(number))


def settle(suite, number=1):
    """Two readings: from now on there is a cap."""
    read(suite, number)
    read(suite, number)


@pytest.fixture
def free():
    """A network where own parts do not matter."""
    return deploy_suite(is_recipient=False, terms=replace(TERMS, own_part_bps=0))


def room(suite, number):
    return suite.staking.validator(number).room


# --- the cap ---


def test_cap__first_two_days__none(free):
    crowd(free, 12)
    assert room(free, 1) == 2**256 - 1
    free.delegator("whale", 1, 10_000 * UNIT)
    read(free, 2)
    assert room(free, 1) == 2**256 - 1
    read(free, 2)
    assert room(free, 1) == 0


@pytest.mark.parametrize(("count", "bps"), [(3, 6_666), (4, 5_000), (9, 2_222), (10, 2_000), (11, 1_818), (15, 1_333), (20, 1_000), (25, 1_000)])
def test_cap__equal_validators__twice_an_equal_part_and_a_tenth_at_least(free, count, bps):
    crowd(free, count, 2 * MINIMUM)
    settle(free)
    total = count * 2 * MINIMUM  # a wei less than there is: at the older reading
    expected = (bps * total - 10_000 * 2 * MINIMUM) // (10_000 - bps)
    assert free.staking.network().counted_count == count
    assert room(free, 2) == expected
    one = free.actor("delegator")
    with boa.reverts("staking: over the cap"):
        free.staking.stake(2, 0, expected + 1, 0, sender=one)
    free.staking.stake(2, 0, expected, 0, sender=one)
    assert room(free, 2) == 0
    with boa.reverts("staking: over the cap"):
        free.staking.stake(2, 0, 1, 0, sender=one)
    free.staking.stake(2, 0, 0, 12, sender=one)  # a lock adds no stake


@pytest.mark.parametrize(("more", "count"), [(0, 2), (1, 1)])
def test_count__a_hundredth_to_the_wei__counts(free, more, count):
    """One of 99 and one of 1 share the cap; with a wei more beside it the small one does not."""
    free.validator("large", 99 * MINIMUM + more)
    free.validator("small", MINIMUM)
    assert free.staking.network().counted_count == count


def test_own_stake__slashed_below_the_minimum__lets_in_what_is_missing_and_no_more(free):
    """Also where the cap leaves nothing: then what is missing is all there is room for."""
    crowd(free, 12, MINIMUM)
    large, leaving = free.validator("large", 20 * MINIMUM)
    settle(free, 2)
    operator = free.validators.operator_of(1)
    free.delegator("delegator", 1, room(free, 1))
    slashed_and_back(free, 1, 4_000)
    free.validators.exit(large, sender=leaving)
    missing = MINIMUM - free.staking.validator(1).own_staked
    assert 0 < missing < MINIMUM
    with boa.reverts("staking: over the cap"):
        free.staking.stake(1, 8, missing + 1, 0, sender=operator)
    free.staking.stake(1, 8, missing, 0, sender=operator)
    assert free.staking.validator(1).own_staked in (MINIMUM - 1, MINIMUM)


def test_room__slash_in_escrow__none(suite):
    one, _ = suite.validator("validator", 3 * MINIMUM)
    assert room(suite, one) > 0
    slash(suite, one, 100)
    suite.staking.set_bars(one, 4, False, sender=suite.slasher)
    assert suite.staking.validator(one).status & 1
    assert room(suite, one) == 0
    with boa.reverts("staking: slash pending"):
        suite.staking.stake(one, 0, UNIT, 0, sender=suite.actor("delegator"))


def test_reading__more_stake_than_the_field_holds__the_most_it_holds(free):
    """A token of the largest cap there can be, most of it staked: both readings stay beside each other."""
    part, owner = 45 * 2**84 // 100, free.owner
    token = deploy_token(owner, owner, bucket_caps=[part, part, part, 0, 0])
    staking = deploy("Staking", token=token, block_reward=free.reward, recycling_pool=free.pool, terms=replace(TERMS, own_part_bps=0), owner=owner)
    validators = deploy("Validators", staking=staking)
    staking.set_registry(validators, sender=owner)
    for bucket in range(3):
        issuer, whale = boa.env.generate_address("issuer"), boa.env.generate_address("whale")
        grant(token, issuer, bucket=bucket)
        token.mint(whale, part, 0, sender=issuer)
        token.approve(staking, part, sender=whale)
        validators.register(part - 2, 0, "", sender=whale)
    for _ in range(2):
        mine(1, seconds=DAY)
        staking.stake(3, 8, 1, 0, sender=whale)
    assert staking.network().staked > 2**84
    assert staking.validator(1).room == (6_666 * (2**84 - 1) - 10_000 * (part - 2)) // 3_334


def test_own_stake__of_who_has_exited__bound_as_if_it_was_active(free):
    """Its own stake is part of the network that it will be part of again."""
    crowd(free, 12, 2 * MINIMUM)
    settle(free, 2)
    operator = free.validators.operator_of(1)
    free.validators.exit(1, sender=operator)
    assert free.staking.network().counted_count == 11
    fits = (1_818 * 24 * MINIMUM - 10_000 * 2 * MINIMUM) // 8_182
    with boa.reverts("staking: over the cap"):
        free.staking.stake(1, 8, fits + 1, 0, sender=operator)
    free.staking.stake(1, 8, fits, 0, sender=operator)


def test_cap__two_validators__none(free):
    crowd(free, 2)
    settle(free)
    assert room(free, 1) == 2**256 - 1


def test_cap__own_stake__bound_too_but_for_the_minimum(free):
    """Y4: what honest small validators have to do is never refused."""
    numbers = crowd(free, 20, 10 * MINIMUM)
    late, operator = free.validator("late")
    settle(free)
    with boa.reverts("staking: over the cap"):
        free.staking.stake(numbers[1], 8, 20 * MINIMUM, 0, sender=free.validators.operator_of(numbers[1]))
    for number in numbers:  # next to nothing is left: the newcomer has it all
        free.validators.exit(number, sender=free.validators.operator_of(number))
    slashed_and_back(free, late, 5_000)
    free.staking.stake(late, 8, MINIMUM // 2, 0, sender=operator)
    assert is_active(free, late)


def test_cap__registering_with_the_minimum__always_may(free):
    crowd(free, 20, 10 * MINIMUM)
    settle(free)
    assert free.validator("small")[0] == 21
    with boa.reverts("staking: over the cap"):
        free.validator("large", 30 * MINIMUM)


def test_cap__ballast_of_the_same_block_or_day__makes_no_room(free):
    """Y4 (a): stake put with others for a moment let one validator have 51.8%."""
    numbers = crowd(free, 20, 2 * MINIMUM)
    settle(free)
    before = room(free, 1)
    whale, ballast = free.actor("whale"), free.actor("ballast")
    for number in numbers[1:]:
        free.staking.stake(number, 0, room(free, number), 0, sender=ballast)
    assert room(free, 1) == before
    with boa.reverts("staking: over the cap"):
        free.staking.stake(1, 0, before + 1, 0, sender=whale)
    read(free)
    assert room(free, 1) in (before, before - 1), "it was there at the newer reading, not at the older one"
    read(free)
    assert room(free, 1) > before, "it was there for a day"
    for number in numbers[1:]:
        free.staking.unstake(number, 0, ALL, sender=ballast)
    assert room(free, 1) <= before, "what has left makes no room at once"


def test_cap__one_of_ten_leaves_and_comes_back__moves_it_by_a_tenth(free):
    """Y4 (b): with nine active validators there was no cap at all, and one could leave and come back within a block."""
    crowd(free, 10, 2 * MINIMUM)
    settle(free)
    assert room(free, 1) == (2_000 * 2_000 * UNIT - 10_000 * (200 * UNIT + 2)) // 8_000
    operator = free.validators.operator_of(10)
    free.validators.exit(10, sender=operator)
    total = 9 * 200 * UNIT + 2  # less than the readings
    assert room(free, 1) == (2_222 * total - 10_000 * (200 * UNIT + 2)) // 7_778
    with boa.reverts("staking: over the cap"):
        free.staking.stake(1, 0, 400 * UNIT, 0, sender=free.actor("whale"))
    with boa.reverts("validators: exited too recently"):
        free.validators.rejoin(10, sender=operator)
    mine(1, seconds=DAY)
    free.validators.rejoin(10, sender=operator)


def test_cap__validator_of_little_stake__takes_nobodys_room(free):
    """Y4 (c): a tenth validator with 100 MDT froze stake, restake and redelegation of nine."""
    crowd(free, 9, 20 * MINIMUM)
    settle(free)
    before, counted = room(free, 2), free.staking.network().counted_count
    free.validator("tenth")
    assert free.staking.network().counted_count == counted == 9
    assert room(free, 2) == before > 0


def test_cap__ten_equal_validators__delegations_come_and_move(free):
    """Y4 (d): with ten equal validators nothing could be moved."""
    numbers = crowd(free, 10, 2 * MINIMUM)
    owners = [free.delegator(f"delegator {number}", number, MINIMUM, 12) for number in numbers]
    settle(free)
    free.staking.redelegate(1, 0, 2, 1, ALL, sender=owners[0])
    free.staking.stake(3, 0, MINIMUM // 2, 0, sender=owners[2])
    assert tokens_of(free, 2, owners[0], 1) == MINIMUM


def test_restake__over_the_cap_the_limit_and_the_own_part__goes_through(suite):
    crowd(suite, 12)
    owner = suite.delegator("delegator", 1, 20 * 2 * MINIMUM)
    settle(suite, 2)
    suite.staking.set_limit(1, 0, sender=suite.validators.address)
    assert room(suite, 1) == 0
    suite.staking.notify_reward(480 * UNIT, sender=suite.notifier)
    mine(10)
    assert suite.staking.restake(1, 0, sender=owner) > 0
    assert suite.staking.restake(1, 8, sender=suite.validators.operator_of(1)) > 0


def test_cancel_unstake__over_the_cap_meanwhile__refused(free):
    crowd(free, 20, 2 * MINIMUM)
    settle(free)
    owner = free.actor("delegator")
    free.staking.stake(2, 0, room(free, 2), 0, sender=owner)
    mine(1)
    free.staking.unstake(2, 0, ALL, sender=owner)
    free.staking.stake(2, 0, 1, 0, sender=free.actor("other"))
    with boa.reverts("staking: over the cap"):
        free.staking.cancel_unstake(2, 0, 0, sender=owner)


def test_redelegate__over_the_cap__refused_and_the_network_does_not_grow_by_it(free):
    crowd(free, 20, 2 * MINIMUM)
    owner = free.delegator("delegator", 2, 20 * MINIMUM)
    settle(free)
    staked = free.staking.network().staked
    with boa.reverts("staking: over the cap"):
        free.staking.redelegate(2, 0, 3, 0, ALL, sender=owner)
    free.staking.redelegate(2, 0, 3, 0, MINIMUM, sender=owner)
    assert free.staking.network().staked == staked


def test_cap__validator_that_is_jailed__counted_as_if_it_were_not(free):
    crowd(free, 20, 2 * MINIMUM)
    settle(free)
    slash(free, 2, 1)
    assert not is_active(free, 2)
    assert room(free, 2) == 0, "nobody can delegate to it"
    free.staking.end_slash(2, 1, False, sender=free.slasher)
    operator = free.validators.operator_of(2)
    with boa.reverts("staking: over the cap"):
        free.staking.stake(2, 8, 3 * MINIMUM, 0, sender=operator)
    free.staking.stake(2, 8, MINIMUM, 0, sender=operator)


# --- taking what fits ---


def test_stake__at_most__takes_what_fits_of_the_cap(free):
    crowd(free, 20, 2 * MINIMUM)
    settle(free)
    fits, owner = room(free, 2), free.actor("delegator")
    before = free.token.balanceOf(owner)
    assert free.staking.stake(2, 0, 10 * fits, 0, owner, ALL, True, sender=owner) == fits
    assert before - free.token.balanceOf(owner) == fits == tokens_of(free, 2, owner)
    with boa.reverts("staking: over the cap"):
        free.staking.stake(2, 0, 1, 0, owner, ALL, True, sender=owner)


@pytest.mark.parametrize(("limit", "fits", "reason"), [(MINIMUM, MINIMUM, "staking: over the limit"), (ALL, 20 * MINIMUM, "staking: own part too small")])
def test_stake__at_most__takes_what_operator_and_own_part_let_in(suite, limit, fits, reason):
    one, _ = suite.validator("validator")
    if limit != ALL:
        suite.staking.set_limit(one, limit, sender=suite.validators.address)
    owner = suite.actor("delegator")
    assert room(suite, one) == fits
    assert suite.staking.stake(one, 0, ALL, 0, owner, ALL, True, sender=owner) == fits
    with boa.reverts(reason):
        suite.staking.stake(one, 0, 1, 0, owner, ALL, True, sender=owner)
    assert room(suite, one) == 0


# --- what the operator lets in ---


def test_set_limit__every_number_and_event(suite):
    one, _ = suite.validator("validator")
    registry = suite.validators.address
    suite.staking.set_limit(one, 5 * UNIT, sender=registry)
    assert fields(suite.staking, "LimitSet") == (one, ANY_AMOUNT, 5 * UNIT)
    assert suite.staking.validator(one).delegation_cap == 5 * UNIT
    owner = suite.delegator("delegator", one, 5 * UNIT)
    with boa.reverts("staking: over the limit"):
        suite.staking.stake(one, 0, 1, 0, sender=owner)
    suite.staking.set_limit(one, 0, sender=registry)
    assert tokens_of(suite, one, owner) == 5 * UNIT, "what is there stays"
    with boa.reverts("staking: over the limit"):
        suite.staking.stake(one, 1, 1, 0, sender=suite.actor("other"))
    suite.staking.stake(one, 8, 1, 0, sender=suite.validators.operator_of(one))
    suite.staking.set_limit(one, ALL, sender=registry)
    assert suite.staking.validator(one).delegation_cap == ANY_AMOUNT
    suite.staking.stake(one, 0, 1, 0, sender=owner)


def test_set_limit__of_another_or_the_same__refused(suite):
    one, operator = suite.validator("validator")
    for caller in (operator, suite.owner, suite.slasher):
        with boa.reverts("staking: not the registry"):
            suite.staking.set_limit(one, 1, sender=caller)
    for same in (ANY_AMOUNT, ALL):
        with boa.reverts("staking: same limit"):
            suite.staking.set_limit(one, same, sender=suite.validators.address)
    with boa.reverts("staking: unknown validator"):
        suite.staking.set_limit(7, 1, sender=suite.validators.address)


def test_set_limit__slashed_before_and_after__limit_and_count_stay(suite):
    """Both stand in one word."""
    one, _ = suite.validator("validator", 3 * MINIMUM)
    registry = suite.validators.address
    suite.staking.set_limit(one, 5 * UNIT, sender=registry)
    slash(suite, one, 100)
    assert (suite.staking.validator(one).delegation_cap, suite.staking.validator(one).slash_count) == (5 * UNIT, 1)
    suite.staking.set_limit(one, 7 * UNIT, sender=registry)
    assert (suite.staking.validator(one).delegation_cap, suite.staking.validator(one).slash_count) == (7 * UNIT, 1)
    suite.staking.set_limit(one, ALL, sender=registry)
    slash(suite, one, 100, offence=2)
    assert (suite.staking.validator(one).delegation_cap, suite.staking.validator(one).slash_count) == (ANY_AMOUNT, 2)


# --- the own part ---


def test_own_part__delegations__twenty_times_the_own_stake(suite):
    """Y6: an operator with 100 of its own let 1,000,000 of others' burn for what cost it 50."""
    one, operator = suite.validator("validator")
    owner = suite.actor("delegator")
    with boa.reverts("staking: own part too small"):
        suite.staking.stake(one, 0, 20 * MINIMUM + 1, 0, sender=owner)
    suite.staking.stake(one, 0, 20 * MINIMUM, 0, sender=owner)
    suite.staking.stake(one, 8, UNIT, 0, sender=operator)
    assert room(suite, one) == 20 * UNIT


def test_own_part__own_stake__leaves_down_to_it_or_after_an_exit(suite):
    one, operator = suite.validator("validator", 3 * MINIMUM)
    suite.delegator("delegator", one, 40 * MINIMUM)
    with boa.reverts("staking: own part too small"):
        suite.staking.unstake(one, 8, MINIMUM + 1, sender=operator)
    suite.staking.unstake(one, 8, MINIMUM, sender=operator)
    with boa.reverts("staking: own part too small"):
        suite.staking.unstake(one, 8, 1, sender=operator)
    suite.validators.exit(one, sender=operator)
    suite.staking.unstake(one, 8, ALL, sender=operator)
    assert suite.staking.validator(one).own_staked == 0


def test_own_part__left_behind_an_exit__earns_again_only_with_it(suite):
    """An operator could exit, take its own stake down to the minimum, and come back with all that is delegated."""
    one, operator = suite.validator("validator", 3 * MINIMUM)
    suite.delegator("delegator", one, 40 * MINIMUM, 12)
    suite.validators.exit(one, sender=operator)
    suite.staking.unstake(one, 8, 2 * MINIMUM, sender=operator)
    mine(1, seconds=DAY)
    suite.validators.rejoin(one, sender=operator)
    assert suite.staking.validator(one).status == Status.NONE
    suite.staking.stake(one, 8, MINIMUM - 1, 0, sender=operator)
    assert suite.staking.validator(one).status == Status.NONE
    suite.staking.stake(one, 8, 1, 0, sender=operator)
    assert suite.staking.validator(one).status == Status.ACTIVE


def test_own_part__left_in_jail__earns_again_only_with_it(suite):
    one, operator = suite.validator("validator", 2 * MINIMUM)
    suite.delegator("delegator", one, 40 * MINIMUM)
    suite.staking.set_bars(one, Status.JAILED, True, sender=suite.slasher)
    suite.staking.unstake(one, 8, MINIMUM, sender=operator)
    suite.staking.set_bars(one, Status.JAILED, False, sender=suite.slasher)
    assert suite.staking.validator(one).status == Status.NONE


def test_own_part__outgrown_by_restaked_rewards__goes_on_earning(suite):
    """Nobody can make a validator stop by restaking."""
    one, _ = suite.validator("validator")
    owner = suite.delegator("delegator", one, 20 * MINIMUM)
    suite.staking.notify_reward(480 * UNIT, sender=suite.notifier)
    mine(10)
    assert suite.staking.restake(one, 0, sender=owner) > 0
    pool = suite.staking.validator(one)
    assert pool.tokens - pool.own_staked > 20 * pool.own_staked
    assert pool.status == Status.ACTIVE


def test_own_part__redelegated_or_cancelled__counts_too(suite):
    source, _ = suite.validator("source", 3 * MINIMUM)
    target, _ = suite.validator("target")
    owner = suite.delegator("delegator", source, 30 * MINIMUM)
    with boa.reverts("staking: own part too small"):
        suite.staking.redelegate(source, 0, target, 0, 20 * MINIMUM + 1, sender=owner)
    filled = suite.delegator("other", target, 20 * MINIMUM)
    mine(1)
    suite.staking.unstake(target, 0, UNIT, sender=filled)
    suite.delegator("third", target, UNIT)
    with boa.reverts("staking: own part too small"):
        suite.staking.cancel_unstake(target, 0, 0, sender=filled)


# --- the commission that is accepted ---


def set_commission(suite, number, bps):
    suite.staking.set_commission(number, bps, sender=suite.validators.address)


@pytest.mark.parametrize(("most", "taken"), [(0, 1), (999, 1_000), (1_000, 1_001)])
def test_stake__takes_more_than_was_said__refused(suite, most, taken):
    """Y8: 0% was seen, and 20% was got in the same block."""
    one, _ = suite.validator("validator", commission=taken)
    owner = suite.actor("delegator")
    with boa.reverts("staking: takes more than that"):
        suite.staking.stake(one, 0, UNIT, 12, owner, most, sender=owner)
    suite.staking.stake(one, 0, UNIT, 12, owner, taken, sender=owner)


@pytest.mark.parametrize(("said", "kept"), [(None, 1_100), (1_050, 1_100), (1_100, 1_100), (1_101, 1_200), (6_300, 6_300), (9_999, 6_300)])
def test_stake__what_is_accepted__kept_in_whole_percent_rounded_up(suite, said, kept):
    one, _ = suite.validator("validator", commission=1_050)
    owner = suite.actor("delegator")
    suite.staking.stake(one, 0, UNIT, 1, *(() if said is None else (owner, said)), sender=owner)
    assert suite.staking.position(one, owner, 0).accepted_commission_bps == kept


def test_unstake__locked_and_commission_rose__lets_go(suite):
    """Y4 (d), Y8: a locked delegator facing a raise could neither leave nor move."""
    one, operator = suite.validator("validator", 2 * MINIMUM, commission=500)
    owner = suite.delegator("delegator", one, 10 * UNIT, 12)
    own = suite.staking
    own.stake(one, 8, 1, 12, sender=operator)
    with boa.reverts("staking: still locked"):
        own.unstake(one, 0, UNIT, sender=owner)
    set_commission(suite, one, 501)
    own.unstake(one, 0, UNIT, sender=owner)
    position = own.position(one, owner, 0)
    assert (position.bonus_bps, position.unlocks_at) == (0, boa.env.evm.patch.timestamp)
    with boa.reverts("staking: still locked"):
        own.unstake(one, 8, 1, sender=operator)  # who raises is held by its own lock
    unbond()
    assert own.withdraw(one, 0, 0, sender=owner) == UNIT


def test_unstake__locked_and_commission_fell_back__holds(suite):
    one, _ = suite.validator("validator", commission=500)
    owner = suite.delegator("delegator", one, 10 * UNIT, 12)
    set_commission(suite, one, 2_000)
    set_commission(suite, one, 500)
    with boa.reverts("staking: still locked"):
        suite.staking.unstake(one, 0, UNIT, sender=owner)


def test_accepted__who_acts_without_saying__keeps_what_was_said(suite):
    one, _ = suite.validator("validator", 2 * MINIMUM, commission=500)
    owner = suite.delegator("delegator", one, 10 * UNIT, 12)
    set_commission(suite, one, 2_000)
    suite.staking.notify_reward(480 * UNIT, sender=suite.notifier)
    mine(10)
    suite.staking.restake(one, 0, sender=owner)
    suite.staking.stake(one, 0, UNIT, 0, owner, sender=suite.distributor)
    assert suite.staking.position(one, owner, 0).accepted_commission_bps == 500
    suite.staking.stake(one, 0, UNIT, 0, sender=owner)  # who stakes anew accepts what is taken now
    assert suite.staking.position(one, owner, 0).accepted_commission_bps == 2_000
    fresh = suite.actor("fresh")
    suite.staking.stake(one, 0, UNIT, 0, fresh, sender=suite.distributor)
    assert suite.staking.position(one, fresh, 0).accepted_commission_bps == 2_000


def test_accepted__redelegated_locked__what_was_accepted_unless_more_is_said(suite):
    """Somebody applied the operator's higher commission first: the lock held at it, and what had been accepted was forgotten."""
    source, _ = suite.validator("source", 2 * MINIMUM, commission=500)
    target, _ = suite.validator("target", 2 * MINIMUM, commission=500)
    owner = suite.delegator("delegator", source, 10 * UNIT, 12)
    set_commission(suite, target, 1_500)
    with boa.reverts("staking: takes more than that"):
        suite.staking.redelegate(source, 0, target, 0, ALL, sender=owner)
    with boa.reverts("staking: takes more than that"):
        suite.staking.redelegate(source, 0, target, 0, ALL, 1_499, sender=owner)
    suite.staking.redelegate(source, 0, target, 0, 4 * UNIT, 1_550, sender=owner)
    assert suite.staking.position(target, owner, 0).accepted_commission_bps == 1_600
    set_commission(suite, target, 400)
    suite.staking.redelegate(source, 0, target, 1, ALL, sender=owner)
    assert suite.staking.position(target, owner, 1).accepted_commission_bps == 500


def test_own_stake__outgrown_by_restakes_at_the_cap__may_always_reach_its_part(suite):
    """Restakes of others, claims forced on the owner's rewards and a full cap shut a validator out for good once anything had barred it."""
    one, operator = suite.validator("validator", MINIMUM, commission=0)
    crowd(suite, 12)
    owner = suite.delegator("delegator", one, 19 * MINIMUM)
    settle(suite, 3)
    suite.staking.notify_reward(480 * 40 * UNIT, sender=suite.notifier)
    mine(480)
    suite.staking.claim(one, OWN, 8)
    suite.staking.restake(one, 0, sender=owner)
    suite.validators.exit(one, sender=operator)
    mine(1, seconds=DAY)
    suite.validators.rejoin(one, sender=operator)
    pool = suite.staking.validator(one)
    assert pool.status == Status.NONE
    missing = -(-(pool.tokens - pool.own_staked) // 20) - pool.own_staked
    with boa.reverts("staking: over the cap"):
        suite.staking.stake(one, 8, missing + 1, 0, sender=operator)
    suite.staking.stake(one, 8, missing, 0, sender=operator)
    assert suite.staking.validator(one).status == Status.ACTIVE


def test_accepted__redelegated_unlocked__what_the_new_validator_takes(suite):
    source, _ = suite.validator("source", 2 * MINIMUM, commission=500)
    target, _ = suite.validator("target", 2 * MINIMUM, commission=1_500)
    owner = suite.delegator("delegator", source, 10 * UNIT)
    suite.staking.redelegate(source, 0, target, 0, ALL, sender=owner)
    assert suite.staking.position(target, owner, 0).accepted_commission_bps == 1_500
    assert suite.staking.validator(target).status == Status.ACTIVE
