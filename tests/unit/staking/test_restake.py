import boa

from tests.support.block_reward import events
from tests.support.boa_clock import mine
from tests.support.stakes import FEW, fields, redelegated, slash, slashed_and_back, units, uphold
from tests.support.staking import BURSE, MINIMUM, MONTH, OWN, UNIT, unbond


def earning(suite, months=0):
    """A delegation of half a validator that has earned five tokens."""
    one, operator = suite.validator("validator", commission=0)
    owner = suite.delegator("delegator", one, MINIMUM, months=months)
    suite.staking.notify_reward(480 * UNIT, sender=suite.notifier)
    mine(10)
    return one, operator, owner


def test_restake__delegation__every_number_and_both_events(quiet):
    one, _, owner = earning(quiet)
    amount = quiet.pending(one, owner)
    assert 5 * UNIT - amount in FEW
    assert quiet.staking.restake(one, 0, sender=owner) == amount
    assert fields(quiet.staking, "RewardClaimed") == (one, owner, 0, quiet.staking.address, amount)
    assert fields(quiet.staking, "Staked") == (one, owner, 0, amount, MINIMUM + amount, 0, 0)
    assert events(quiet.staking, "Transfer") == []
    total, pool, net = 2 * MINIMUM + amount, quiet.staking.validator(one), quiet.staking.network()
    assert tuple(quiet.staking.position(one, owner, 0)) == (MINIMUM + amount, MINIMUM + amount, 0, 0, 0, 0, 0)
    assert (pool.tokens, pool.shares, pool.boosted_shares) == (total, total, 10_000 * total)
    assert pool.weight == net.weight == units(total)
    assert (net.rewards_paid, net.principal, net.staked) == (amount, total, total)
    assert quiet.token.balanceOf(owner) == BURSE - MINIMUM
    assert quiet.solvent()


def test_restake__own_stake__by_the_operator_only(quiet, attacker):
    one, operator, _ = earning(quiet)
    with boa.reverts("staking: not the owner"):
        quiet.staking.restake(one, 8, sender=attacker)
    amount = quiet.staking.restake(one, 8, sender=operator)
    assert fields(quiet.staking, "Staked") == (one, OWN, 8, amount, MINIMUM + amount, 0, 0)
    assert quiet.staking.validator(one).own_staked == MINIMUM + amount


def test_restake__recipient_set__stays_in_the_position(quiet, attacker):
    one, _, owner = earning(quiet)
    quiet.staking.set_recipient(attacker, sender=owner)
    amount = quiet.staking.restake(one, 0, sender=owner)
    assert quiet.staking.position(one, owner, 0).shares == MINIMUM + amount


def test_restake__running_lock__bonus_of_the_whole_months_left(quiet):
    one, _, owner = earning(quiet, months=12)
    mine(1, seconds=MONTH)
    amount = quiet.staking.restake(one, 0, sender=owner)
    assert quiet.staking.position(one, owner, 0).bonus_bps == (MINIMUM * 300 + amount * 250) // (MINIMUM + amount) == 297
    with boa.reverts("staking: still locked"):
        quiet.staking.unstake(one, 0, 1, sender=owner)


def test_restake__lock_over__bonus_ends(quiet):
    one, _, owner = earning(quiet, months=1)
    mine(1, seconds=MONTH)
    quiet.staking.restake(one, 0, sender=owner)
    assert quiet.staking.position(one, owner, 0).bonus_bps == 0


def test_restake__after_a_slash__shares_at_their_price(quiet):
    one, _, owner = earning(quiet)
    slashed_and_back(quiet, one, 0)  # jailed and back, nothing taken
    slash(quiet, one, 4_000)
    uphold(quiet, one)
    quiet.staking.set_bars(one, 4, False, sender=quiet.slasher)
    with boa.reverts("staking: validator not active"):  # 60 of 100 left
        quiet.staking.restake(one, 0, sender=owner)
    quiet.staking.stake(one, 8, MINIMUM, 0, sender=quiet.validators.operator_of(one))
    pool, amount = quiet.staking.validator(one), quiet.pending(one, owner)
    quiet.staking.restake(one, 0, sender=owner)
    assert quiet.staking.position(one, owner, 0).shares == MINIMUM + amount * pool.shares // pool.tokens
    assert quiet.solvent()


def test_restake__nothing_earned__refused(quiet, attacker):
    one, operator = quiet.validator("validator")
    for caller, slot in ((operator, 8), (operator, 0), (attacker, 0)):
        with boa.reverts("staking: nothing to claim"):
            quiet.staking.restake(one, slot, sender=caller)


def test_restake__wrong_place__refused(quiet):
    one, operator, owner = earning(quiet)
    with boa.reverts("staking: unknown validator"):
        quiet.staking.restake(one + 1, 0, sender=owner)
    with boa.reverts("staking: slot out of range"):
        quiet.staking.restake(one, 16, sender=operator)


def test_restake__slash_in_escrow__refused_and_still_claimable(quiet):
    one, operator, owner = earning(quiet)
    slash(quiet, one, 0)
    with boa.reverts("staking: validator not active"):
        quiet.staking.restake(one, 0, sender=owner)
    with boa.reverts("staking: slash pending"):
        quiet.staking.restake(one, 8, sender=operator)
    assert quiet.staking.claim(one, owner, 0) > 0


def test_restake__redelegated__refused_while_answerable_and_until_answered(quiet):
    source, target, owner = redelegated(quiet)
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(10)
    slash(quiet, source, 1)
    with boa.reverts("staking: still answerable"):
        quiet.staking.restake(target, 1, sender=owner)
    unbond(1)
    with boa.reverts("staking: slash unanswered"):
        quiet.staking.restake(target, 1, sender=owner)
    assert quiet.staking.claim(target, owner, 1) > 0
