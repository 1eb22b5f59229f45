import boa

from mdt.units import DAY
from tests.support.block_reward import events
from tests.support.boa_clock import mine
from tests.support.stakes import ALL, FEW, fields, slash, units, uphold
from tests.support.staking import COMMISSION, MINIMUM, MONTH, OWN, UNIT, unbond


def test_cancel_unstake__of_two__every_number_and_event(quiet):
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, 50 * UNIT)
    mine(1)
    quiet.staking.unstake(one, 0, 20 * UNIT, sender=owner)
    quiet.staking.unstake(one, 0, 7 * UNIT, sender=owner)
    quiet.staking.cancel_unstake(one, 0, 0, sender=owner)
    assert fields(quiet.staking, "UnstakeCancelled") == (one, owner, 0, 0, 20 * UNIT, 20 * UNIT)
    assert events(quiet.staking, "Transfer") == []
    assert tuple(quiet.staking.request(one, owner, 0, 0)) == (0, 0, 0, 0)
    assert quiet.staking.request(one, owner, 0, 1).tokens == 7 * UNIT
    assert tuple(quiet.staking.position(one, owner, 0)) == (43 * UNIT, 43 * UNIT, 0, 0, COMMISSION, 0, 2)
    pool, net = quiet.staking.validator(one), quiet.staking.network()
    assert (pool.tokens, pool.boosted_shares, pool.shares) == (143 * UNIT, 1_430_000 * UNIT, 143 * UNIT)
    assert pool.weight == net.weight == units(143 * UNIT)
    assert (net.staked, net.principal) == (143 * UNIT, 150 * UNIT)
    assert quiet.solvent()


def test_cancel_unstake__own_stake__active_again_and_the_request_is_gone(quiet):
    one, operator = quiet.validator("validator")
    quiet.validators.exit(one, sender=operator)
    quiet.staking.unstake(one, 8, ALL, sender=operator)
    mine(1, seconds=DAY)
    quiet.validators.rejoin(one, sender=operator)
    assert quiet.staking.validator(one).status == 0
    quiet.staking.cancel_unstake(one, 8, 0, sender=operator)
    assert fields(quiet.staking, "UnstakeCancelled") == (one, OWN, 8, 0, MINIMUM, MINIMUM)
    assert fields(quiet.staking, "StatusChanged") == (one, 0, 1)
    unbond()
    with boa.reverts("staking: no such request"):
        quiet.staking.withdraw(one, 8, 0, sender=operator)


def test_cancel_unstake__earns_again__from_this_block_on(quiet):
    one, _ = quiet.validator("validator", commission=0)
    owner = quiet.delegator("delegator", one, MINIMUM)
    mine(1)
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    quiet.staking.unstake(one, 0, ALL, sender=owner)
    mine(10)
    quiet.staking.cancel_unstake(one, 0, 0, sender=owner)
    assert quiet.pending(one, owner) == 0
    mine(10)
    assert 5 * UNIT - quiet.pending(one, owner) in FEW
    assert 15 * UNIT - quiet.pending(one) in FEW


def test_cancel_unstake__withdrawable__still_possible(quiet):
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, UNIT)
    quiet.staking.unstake(one, 0, ALL, sender=owner)
    unbond(1)
    quiet.staking.cancel_unstake(one, 0, 0, sender=owner)
    assert quiet.staking.position(one, owner, 0).shares == UNIT


def test_cancel_unstake__position_locked_since__locked_with_it_for_the_months_left(quiet):
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, 100 * UNIT)
    quiet.staking.unstake(one, 0, 40 * UNIT, sender=owner)
    quiet.staking.stake(one, 0, 0, 12, sender=owner)
    mine(1, seconds=2 * MONTH + 1)  # nine whole months left: 225 bps
    quiet.staking.cancel_unstake(one, 0, 0, sender=owner)
    position = quiet.staking.position(one, owner, 0)
    assert (position.shares, position.bonus_bps) == (100 * UNIT, (60 * 300 + 40 * 225) // 100)
    with boa.reverts("staking: still locked"):
        quiet.staking.unstake(one, 0, UNIT, sender=owner)


def test_cancel_unstake__lock_over__no_bonus(quiet):
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, 100 * UNIT)
    quiet.staking.unstake(one, 0, 40 * UNIT, sender=owner)
    quiet.staking.stake(one, 0, 0, 1, sender=owner)
    mine(1, seconds=MONTH)
    quiet.staking.cancel_unstake(one, 0, 0, sender=owner)
    assert quiet.staking.position(one, owner, 0).bonus_bps == 0


def test_cancel_unstake__slashed_meanwhile__answers_first_and_waits_for_the_end(quiet):
    """It would have gone by the slash: what is in the pool pays there, what left it answers."""
    one, operator = quiet.validator("validator", 2 * MINIMUM)
    mine(1)
    quiet.staking.unstake(one, 8, MINIMUM, sender=operator)
    slash(quiet, one, 1_000)
    with boa.reverts("staking: slash unanswered"):
        quiet.staking.cancel_unstake(one, 8, 0, sender=operator)
    quiet.staking.answer_slash(one, OWN, 8, 0, 0, 1_000, 0, sender=quiet.slasher)
    with boa.reverts("staking: slash pending"):
        quiet.staking.cancel_unstake(one, 8, 0, sender=operator)
    uphold(quiet, one)
    quiet.staking.cancel_unstake(one, 8, 0, sender=operator)
    assert fields(quiet.staking, "UnstakeCancelled") == (one, OWN, 8, 0, 100 * UNIT, 90 * UNIT)
    assert quiet.staking.validator(one).own_staked == 180 * UNIT
    assert quiet.solvent()


def test_cancel_unstake__pool_is_thin__refused_and_can_be_withdrawn(quiet):
    one, operator = quiet.validator("validator", 2 * MINIMUM)
    mine(1)
    quiet.staking.unstake(one, 8, MINIMUM, sender=operator)
    for _ in range(3):
        slash(quiet, one, 5_000)
        uphold(quiet, one)
        quiet.staking.answer_slash(one, OWN, 8, 0, 0, 0, 0, sender=quiet.slasher)
    with boa.reverts("staking: pool too thin"):
        quiet.staking.cancel_unstake(one, 8, 0, sender=operator)
    unbond()
    assert quiet.staking.withdraw(one, 8, 0, sender=operator) == MINIMUM


def test_cancel_unstake__no_such_request__refused(quiet, attacker):
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, UNIT)
    mine(1)
    quiet.staking.unstake(one, 0, ALL, sender=owner)
    for caller, slot, request in ((owner, 0, 1), (owner, 1, 0), (attacker, 0, 0), (owner, 0, 2**256 - 1)):
        with boa.reverts("staking: no such request"):
            quiet.staking.cancel_unstake(one, slot, request, sender=caller)
    quiet.staking.cancel_unstake(one, 0, 0, sender=owner)
    with boa.reverts("staking: no such request"):
        quiet.staking.cancel_unstake(one, 0, 0, sender=owner)


def test_cancel_unstake__withdrawn__refused(quiet):
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, UNIT)
    quiet.staking.unstake(one, 0, ALL, sender=owner)
    unbond()
    quiet.staking.withdraw(one, 0, 0, sender=owner)
    with boa.reverts("staking: no such request"):
        quiet.staking.cancel_unstake(one, 0, 0, sender=owner)


def test_cancel_unstake__slot_redelegated_into__refused_while_answerable_and_until_answered(quiet):
    source, _ = quiet.validator("source")
    target, _ = quiet.validator("target")
    owner = quiet.delegator("delegator", source, UNIT)
    quiet.staking.stake(target, 0, UNIT, 0, sender=owner)
    quiet.staking.unstake(target, 0, ALL, sender=owner)
    quiet.staking.redelegate(source, 0, target, 0, ALL, sender=owner)
    with boa.reverts("staking: still answerable"):
        quiet.staking.cancel_unstake(target, 0, 0, sender=owner)
    slash(quiet, source, 1)
    uphold(quiet, source)
    unbond(1)
    with boa.reverts("staking: slash unanswered"):
        quiet.staking.cancel_unstake(target, 0, 0, sender=owner)
    assert quiet.staking.withdraw(target, 0, 0, sender=owner) == UNIT  # it never answered for anything


def test_cancel_unstake__validator_not_active__delegations_refused(quiet):
    one, operator = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, UNIT)
    quiet.staking.unstake(one, 0, ALL, sender=owner)
    quiet.validators.exit(one, sender=operator)
    with boa.reverts("staking: validator not active"):
        quiet.staking.cancel_unstake(one, 0, 0, sender=owner)


def test_cancel_unstake__wrong_place_or_caller__refused(quiet, attacker):
    one, operator = quiet.validator("validator")
    with boa.reverts("staking: not the owner"):
        quiet.staking.cancel_unstake(one, 8, 0, sender=attacker)
    with boa.reverts("staking: slot out of range"):
        quiet.staking.cancel_unstake(one, 16, 0, sender=operator)
    with boa.reverts("staking: unknown validator"):
        quiet.staking.cancel_unstake(2, 0, 0, sender=operator)


def test_cancel_unstake__read_without_it__stays_away_for_a_day(quiet):
    """A reading was lowered for two days by who asked back, had somebody else stake a wei, and came back, all in one block."""
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, MINIMUM)
    other = quiet.actor("other")
    mine(1, seconds=DAY)
    quiet.staking.unstake(one, 0, MINIMUM // 2, sender=owner)
    quiet.staking.cancel_unstake(one, 0, 0, sender=owner)  # nothing was read in between
    asked_at = boa.env.evm.patch.timestamp
    quiet.staking.unstake(one, 0, ALL, sender=owner)
    quiet.staking.stake(one, 0, 1, 0, sender=other)  # the reading
    for seconds in (0, asked_at + DAY - 1 - boa.env.evm.patch.timestamp):
        mine(1, seconds=seconds)
        with boa.reverts("staking: too early to cancel"):
            quiet.staking.cancel_unstake(one, 0, 1, sender=owner)
    mine(1, seconds=1)
    quiet.staking.cancel_unstake(one, 0, 1, sender=owner)
    assert quiet.staking.position(one, owner, 0).tokens == MINIMUM
