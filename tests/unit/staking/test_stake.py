from dataclasses import replace
from fractions import Fraction

import boa
import pytest

from mdt.model.staking import Status
from mdt.units import DAY
from tests.support.block_reward import events
from tests.support.boa_clock import mine, now
from tests.support.deployers import deploy
from tests.support.stakes import ALL, FEW, fields, overturn, redelegated, slash, slashed_and_back, units, unjail, uphold
from tests.support.staking import BURSE, COMMISSION, MINIMUM, MONTH, OWN, TERMS, UNBONDING_BLOCKS, UNIT, StakingSuite, unbond
from tests.support.token import deploy_token, grant


def test_stake__first_delegation__every_number_and_event(quiet):
    one, _ = quiet.validator("validator")
    owner = quiet.actor("delegator")
    quiet.staking.stake(one, 3, 50 * UNIT + 1, 0, sender=owner)
    assert fields(quiet.staking, "Staked") == (one, owner, 3, 50 * UNIT + 1, 50 * UNIT + 1, 0, 0)
    assert fields(quiet.staking, "Transfer") == (owner, quiet.staking.address, 50 * UNIT + 1)
    assert events(quiet.staking, "RewardClaimed") == events(quiet.staking, "StatusChanged") == []
    assert tuple(quiet.staking.position(one, owner, 3)) == (50 * UNIT + 1, 50 * UNIT + 1, 0, 0, COMMISSION, 0, 0)
    total = MINIMUM + 50 * UNIT + 1
    pool = quiet.staking.validator(one)
    assert (pool.tokens, pool.own_staked) == (total, MINIMUM)
    assert (pool.shares, pool.boosted_shares) == (total, 10_000 * total)
    assert (pool.weight, pool.commission_owed, pool.status, pool.pending_slashes, pool.slash_count) == (units(total), 0, Status.ACTIVE, 0, 0)
    net = quiet.staking.network()
    assert (net.weight, net.staked, net.principal, net.active_count) == (units(total), total, total, 1)
    assert quiet.token.balanceOf(owner) == BURSE - 50 * UNIT - 1
    assert quiet.solvent()


def test_stake__more__position_grows_and_other_slots_do_not(quiet):
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, 40 * UNIT)
    quiet.staking.stake(one, 0, 1, 0, sender=owner)
    assert fields(quiet.staking, "Staked") == (one, owner, 0, 1, 40 * UNIT + 1, 0, 0)
    quiet.staking.stake(one, 7, 2, 0, sender=owner)
    assert quiet.staking.position(one, owner, 0).shares == 40 * UNIT + 1
    assert quiet.staking.position(one, owner, 7).shares == 2


@pytest.mark.parametrize("slot", [8, 15])
def test_stake__own_slots__kept_for_the_owner_of_the_day(quiet, slot):
    one, operator = quiet.validator("validator")
    before = quiet.staking.position(one, OWN, slot).shares
    quiet.staking.stake(one, slot, 7 * UNIT, 0, sender=operator)
    assert fields(quiet.staking, "Staked") == (one, OWN, slot, 7 * UNIT, before + 7 * UNIT, 0, 0)
    assert quiet.staking.validator(one).own_staked == MINIMUM + 7 * UNIT
    assert quiet.staking.position(one, operator, slot).shares == 0


LOCKS = [(1, 50, 25), (3, 150, 75), (6, 300, 150), (11, 550, 275), (12, 600, 300)]


@pytest.mark.parametrize(("months", "own", "delegated"), LOCKS)
def test_stake__locked__bonus_of_the_documents(quiet, months, own, delegated):
    one, operator = quiet.validator("validator")
    owner = quiet.actor("delegator")
    unlocks_at = now() + months * MONTH
    quiet.staking.stake(one, 0, 100 * UNIT, months, sender=owner)
    assert fields(quiet.staking, "Staked") == (one, owner, 0, 100 * UNIT, 100 * UNIT, delegated, unlocks_at)
    quiet.staking.stake(one, 8, 0, months, sender=operator)  # nothing added: the lock alone
    assert fields(quiet.staking, "Staked") == (one, OWN, 8, 0, MINIMUM, own, unlocks_at)
    pool = quiet.staking.validator(one)
    assert pool.boosted_shares == 100 * UNIT * (10_000 + delegated) + MINIMUM * (10_000 + own)
    assert units(200 * UNIT, 10_000 + Fraction(delegated + own, 2)) - pool.weight in (0, 1)  # the average is rounded down
    assert quiet.staking.network().weight == pool.weight
    assert tuple(quiet.staking.position(one, owner, 0))[2:4] == (delegated, unlocks_at)


def test_stake__months_only__moves_no_token(quiet):
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, 100 * UNIT)
    before = quiet.token.balanceOf(owner)
    quiet.staking.stake(one, 0, 0, 2, sender=owner)
    assert events(quiet.staking, "Transfer") == []
    assert quiet.token.balanceOf(owner) == before
    assert quiet.solvent()


@pytest.mark.parametrize(
    ("waited", "added_bonus"),
    [(0, 300), (1, 275), (MONTH, 275), (MONTH + 1, 250), (11 * MONTH, 25), (11 * MONTH + 1, 0), (12 * MONTH - 1, 0)],
)
def test_stake__more_onto_a_running_lock__bonus_for_whole_months_left_blended(quiet, waited, added_bonus):
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, 100 * UNIT, months=12)
    unlocks_at = now() + 12 * MONTH
    mine(1, seconds=waited)
    quiet.staking.stake(one, 0, 50 * UNIT, 0, sender=owner)
    blended = (100 * 300 + 50 * added_bonus) // 150
    assert fields(quiet.staking, "Staked") == (one, owner, 0, 50 * UNIT, 150 * UNIT, blended, unlocks_at)


def test_stake__more_onto_a_running_lock__rounded_down(quiet):
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, 100 * UNIT, months=12)
    mine(1, seconds=MONTH)
    quiet.staking.stake(one, 0, 1, 0, sender=owner)  # 299.99..: nobody earns a bonus for time that was not locked
    assert quiet.staking.position(one, owner, 0).bonus_bps == 299


def test_stake__more_onto_a_lock_that_is_over__no_bonus_for_anything(quiet):
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, 100 * UNIT, months=1)
    mine(1, seconds=MONTH)
    quiet.staking.stake(one, 0, 1, 0, sender=owner)
    position = quiet.staking.position(one, owner, 0)
    assert (position.bonus_bps, position.shares) == (0, 100 * UNIT + 1)
    assert quiet.staking.validator(one).boosted_shares == 10_000 * (MINIMUM + 100 * UNIT + 1)


def test_stake__longer_than_before__whole_position_is_locked_anew(quiet):
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, 100 * UNIT, months=6)
    mine(1, seconds=MONTH)
    quiet.staking.stake(one, 0, 10 * UNIT, 12, sender=owner)
    assert tuple(quiet.staking.position(one, owner, 0))[:4] == (110 * UNIT, 110 * UNIT, 300, now() + 12 * MONTH)


def test_stake__ends_a_second_before_the_lock__refused_and_with_it_accepted(quiet):
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, 100 * UNIT, months=6)
    boa.env.evm.patch.timestamp += MONTH - 1
    with boa.reverts("staking: shorter than the lock"):
        quiet.staking.stake(one, 0, 0, 5, sender=owner)
    boa.env.evm.patch.timestamp += 1
    quiet.staking.stake(one, 0, 0, 5, sender=owner)
    assert quiet.staking.position(one, owner, 0).bonus_bps == 125


@pytest.mark.parametrize("months", [13, 24, 2**200])
def test_stake__more_than_twelve_months__refused(quiet, months):
    one, operator = quiet.validator("validator")
    for caller, slot in ((quiet.actor("delegator"), 0), (operator, 8)):
        with boa.reverts("staking: lock too long"):
            quiet.staking.stake(one, slot, UNIT, months, sender=caller)


def test_stake__nothing__refused(quiet):
    one, _ = quiet.validator("validator")
    with boa.reverts("staking: zero amount"):
        quiet.staking.stake(one, 0, 0, 0, sender=quiet.actor("delegator"))


def test_stake__nothing_to_lock__refused(quiet):
    one, operator = quiet.validator("validator")
    with boa.reverts("staking: no stake"):
        quiet.staking.stake(one, 0, 0, 1, sender=quiet.actor("delegator"))
    with boa.reverts("staking: no stake"):
        quiet.staking.stake(one, 9, 0, 1, sender=operator)


def test_stake__slot_out_of_range__refused(quiet):
    one, operator = quiet.validator("validator")
    for slot in (16, 2**256 - 1):
        with boa.reverts("staking: slot out of range"):
            quiet.staking.stake(one, slot, UNIT, 0, sender=operator)


def test_stake__own_slots_of_another__refused(quiet, attacker):
    one, _ = quiet.validator("validator")
    _, operator = quiet.validator("another")
    for caller in (operator, attacker):
        for slot in (8, 15, 16):
            with boa.reverts("staking: not the owner"):
                quiet.staking.stake(one, slot, UNIT, 0, sender=caller)
    with boa.reverts("staking: not the owner"):
        quiet.staking.stake(99, 8, UNIT, 0, sender=operator)


def test_stake__unknown_validator__refused(quiet):
    quiet.validator("validator")
    for unknown in (0, 2, 2**64 - 1):
        with boa.reverts("staking: unknown validator"):
            quiet.staking.stake(unknown, 0, UNIT, 0, sender=quiet.actor("delegator"))


def test_stake__validator_exited_or_jailed__delegations_refused_own_stake_not(quiet):
    one, operator = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, UNIT)
    quiet.validators.exit(one, sender=operator)
    with boa.reverts("staking: validator not active"):
        quiet.staking.stake(one, 0, UNIT, 0, sender=owner)
    quiet.staking.stake(one, 8, UNIT, 0, sender=operator)
    assert quiet.staking.validator(one).status == Status.EXITED
    mine(1, seconds=DAY)
    quiet.validators.rejoin(one, sender=operator)
    slash(quiet, one, 1)
    uphold(quiet, one)
    with boa.reverts("staking: validator not active"):
        quiet.staking.stake(one, 0, UNIT, 0, sender=owner)
    quiet.staking.stake(one, 8, UNIT, 0, sender=operator)
    unjail(quiet, one)
    quiet.staking.stake(one, 0, UNIT, 0, sender=owner)


def test_stake__validator_below_its_minimum__refused_until_its_operator_adds(quiet):
    one, operator = quiet.validator("validator")
    owner = quiet.actor("delegator")
    slashed_and_back(quiet, one, 1_000)  # 90 left
    assert quiet.staking.validator(one).status == 0
    with boa.reverts("staking: validator not active"):
        quiet.staking.stake(one, 0, UNIT, 0, sender=owner)
    quiet.staking.stake(one, 8, 10 * UNIT - 1, 0, sender=operator)
    assert events(quiet.staking, "StatusChanged") == []
    quiet.staking.stake(one, 8, 2, 0, sender=operator)  # a wei may be lost to the price of a share
    assert fields(quiet.staking, "StatusChanged") == (one, 0, Status.ACTIVE)
    assert quiet.staking.network().active_count == 1
    quiet.staking.stake(one, 0, UNIT, 0, sender=owner)


def test_stake__redelegated__refused_while_answerable_and_until_answered(quiet):
    source, target, owner = redelegated(quiet)
    until = quiet.staking.debt(target, owner, 1).until
    with boa.reverts("staking: still answerable"):
        quiet.staking.stake(target, 1, UNIT, 0, sender=owner)
    slash(quiet, source, 100)
    mine(UNBONDING_BLOCKS)
    boa.env.evm.patch.timestamp = until
    with boa.reverts("staking: still answerable"):
        quiet.staking.stake(target, 1, UNIT, 0, sender=owner)
    boa.env.evm.patch.timestamp = until + 1
    with boa.reverts("staking: slash unanswered"):
        quiet.staking.stake(target, 1, UNIT, 0, sender=owner)
    quiet.staking.stake(target, 0, UNIT, 0, sender=owner)  # another slot answers for nothing
    quiet.staking.answer_slash(target, owner, 1, ALL, 0, 0, 0, sender=quiet.slasher)
    quiet.staking.stake(target, 1, UNIT, 0, sender=owner)


def test_stake__redelegated__may_be_locked_longer(quiet):
    _, target, owner = redelegated(quiet)
    quiet.staking.stake(target, 1, 0, 4, sender=owner)
    assert quiet.staking.position(target, owner, 1).bonus_bps == 100


def test_stake__slash_in_escrow__closed_for_everybody_until_it_ends(quiet):
    one, operator = quiet.validator("validator", 2 * MINIMUM)
    owner = quiet.delegator("delegator", one, UNIT)
    for end in (uphold, overturn):
        slash(quiet, one, 1_000)
        unjail(quiet, one)
        for caller, slot in ((owner, 0), (operator, 8)):
            with boa.reverts("staking: slash pending"):
                quiet.staking.stake(one, slot, UNIT, 0, sender=caller)
        quiet.staking.stake(one, 0, 0, 1, sender=owner)  # nothing enters
        end(quiet, one)
        quiet.staking.stake(one, 0, UNIT, 0, sender=owner)
        mine(1, seconds=MONTH)
    assert quiet.solvent()


def test_stake__after_a_slash__shares_at_their_price_rounded_down(quiet):
    one, _ = quiet.validator("validator", 4 * MINIMUM)
    owner = quiet.actor("delegator")
    slashed_and_back(quiet, one, 3_000)  # 400 shares for 280
    quiet.staking.stake(one, 0, 7 * UNIT, 0, sender=owner)
    assert fields(quiet.staking, "Staked")[3:5] == (7 * UNIT, 10 * UNIT)
    quiet.staking.stake(one, 0, 2, 0, sender=owner)  # 2.857.. shares
    assert tuple(quiet.staking.position(one, owner, 0))[:2] == (10 * UNIT + 2, 7 * UNIT + 1)
    pool = quiet.staking.validator(one)
    assert (pool.tokens, pool.shares) == (287 * UNIT + 2, 410 * UNIT + 2)


def test_stake__pool_too_thin__refused_beyond_four_shares_to_the_wei(quiet):
    one, operator = quiet.validator("validator", 40 * MINIMUM)
    for _ in range(2):
        slashed_and_back(quiet, one, 5_000)
    quiet.staking.stake(one, 0, UNIT, 0, sender=quiet.actor("delegator"))  # exactly four
    slashed_and_back(quiet, one, 1)
    for caller, slot in ((quiet.actor("late"), 0), (operator, 8)):
        with boa.reverts("staking: pool too thin"):
            quiet.staking.stake(one, slot, UNIT, 0, sender=caller)


def test_stake__pool_full__refused_a_wei_above_2_to_the_84(quiet):
    caps = [2**84, MINIMUM, 1, 1, 1]
    token = deploy_token(quiet.owner, quiet.owner, bucket_caps=caps)
    staking = deploy(
        "Staking", {"MDT": token, "BlockReward": quiet.reward, "RecyclingPool": quiet.pool}, terms=replace(TERMS, own_part_bps=0), owner=quiet.owner
    )
    validators = deploy("Validators", staking=staking)
    staking.set_registry(validators, sender=quiet.owner)
    operator, whale = (str(boa.env.generate_address(name)) for name in ("operator", "whale"))
    for holder, bucket in ((whale, 0), (operator, 1)):
        issuer = boa.env.generate_address("issuer")
        grant(token, issuer, bucket=bucket)
        token.mint(holder, caps[bucket], 0, sender=issuer)
        token.approve(staking, caps[bucket], sender=holder)
    one = validators.register(MINIMUM, 0, "", sender=operator)
    with boa.reverts("staking: pool full"):
        staking.stake(one, 0, 2**84 - MINIMUM, 12, sender=whale)
    staking.stake(one, 0, 2**84 - 1 - MINIMUM, 12, sender=whale)
    assert staking.validator(one).tokens == 2**84 - 1


def test_stake__without_allowance__nothing_happens(quiet):
    one, _ = quiet.validator("validator")
    owner = quiet.actor("delegator")
    quiet.token.approve(quiet.staking, UNIT - 1, sender=owner)
    with boa.reverts("mdt: allowance too low"):
        quiet.staking.stake(one, 0, UNIT, 0, sender=owner)
    assert quiet.staking.position(one, owner, 0).shares == 0
    assert quiet.staking.network().principal == MINIMUM


def test_stake__joins_a_stream__earns_from_this_block_on_and_keeps_what_it_earned(quiet):
    """C32: what is pending stays an amount when a position is resized."""
    one, operator = quiet.validator("validator", commission=0)
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(100)
    owner = quiet.delegator("delegator", one, 3 * MINIMUM)
    assert quiet.pending(one, owner) == 0
    assert 100 * UNIT - quiet.pending(one) in FEW
    mine(100)  # a quarter and three
    assert 125 * UNIT - quiet.pending(one) in FEW
    assert 75 * UNIT - quiet.pending(one, owner) in FEW
    quiet.staking.stake(one, 8, 2 * MINIMUM, 0, sender=operator)
    assert 125 * UNIT - quiet.pending(one) in FEW
    mine(100)
    assert 175 * UNIT - quiet.pending(one) in FEW
    assert 125 * UNIT - quiet.pending(one, owner) in FEW
    assert quiet.solvent()


def test_stake__while_away_rewards_flow__none_for_the_time_away(quiet):
    """C31, C33: a validator's accumulator stands still while it does not earn."""
    other, _ = quiet.validator("other", commission=0)
    one, operator = quiet.validator("validator", commission=0)
    quiet.validators.exit(one, sender=operator)
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(100, seconds=DAY)
    quiet.validators.rejoin(one, sender=operator)
    assert quiet.pending(one) == 0
    assert 100 * UNIT - quiet.pending(other) in FEW
    mine(10)
    assert 5 * UNIT - quiet.pending(one) in FEW


def test_stake__beside_an_unlocked_request__independent(quiet: StakingSuite):
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, 10 * UNIT)
    quiet.staking.unstake(one, 0, ALL, sender=owner)
    unbond()
    quiet.staking.stake(one, 0, 5 * UNIT, 12, sender=owner)
    assert quiet.staking.withdraw(one, 0, 0, sender=owner) == 10 * UNIT
    assert quiet.staking.position(one, owner, 0).tokens == 5 * UNIT


@pytest.mark.parametrize("amount", [2**127, 2**255, 2**256 - 1])
def test_stake__more_than_there_can_be__refused_with_a_reason(quiet, amount):
    """Z10: sums with what is staked left their word, and the call panicked. Few validators: no cap; an own part carries no such delegation, and the pool has no room for own stake."""
    one, operator = quiet.validator("validator")
    owner = quiet.actor("delegator")
    for sender, slot, months, reason in ((owner, 0, 0, "own part too small"), (owner, 0, 12, "own part too small"), (operator, 8, 0, "pool full")):
        with boa.reverts(f"staking: {reason}"):
            quiet.staking.stake(one, slot, amount, months, sender=sender)
    for months in (13, 2**256 - 1):
        with boa.reverts("staking: lock too long"):
            quiet.staking.stake(one, 0, amount, months, sender=owner)
    with boa.reverts("staking: zero amount"):
        quiet.staking.stake(one, 0, 0, 0, sender=owner)
    assert quiet.solvent()
