import boa

from mdt.units import DAY
from tests.support.block_reward import events
from tests.support.boa_clock import mine
from tests.support.stakes import ALL, fields, slash, uphold
from tests.support.staking import BURSE, MINIMUM, OWN, UNBONDING, UNBONDING_BLOCKS, UNIT, unbond


def leaving(suite):
    """A delegation with two requests, a day apart."""
    one, _ = suite.validator("validator")
    owner = suite.delegator("delegator", one, 3 * MINIMUM)
    suite.staking.unstake(one, 0, MINIMUM, sender=owner)
    mine(1, seconds=DAY)
    suite.staking.unstake(one, 0, 2 * MINIMUM, sender=owner)
    return one, owner


def test_withdraw__unlocked__every_number_and_event(quiet):
    one, owner = leaving(quiet)
    unbond()
    assert quiet.staking.withdraw(one, 0, 0, sender=owner) == MINIMUM
    assert fields(quiet.staking, "Withdrawn") == (one, owner, 0, 0, MINIMUM)
    assert fields(quiet.staking, "Transfer") == (quiet.staking.address, owner, MINIMUM)
    assert events(quiet.staking, "RestitutionNoted") == []
    assert quiet.token.balanceOf(owner) == BURSE - 2 * MINIMUM
    assert tuple(quiet.staking.request(one, owner, 0, 0)) == (0, 0, 0, 0)
    assert quiet.staking.position(one, owner, 0).request_count == 2
    pool, net = quiet.staking.validator(one), quiet.staking.network()
    assert (pool.tokens, pool.shares, net.principal, net.staked) == (MINIMUM, MINIMUM, 3 * MINIMUM, MINIMUM)
    assert quiet.solvent()


def test_withdraw__at_the_deadline_and_a_second_before__exact(quiet):
    one, owner = leaving(quiet)
    unlocks_at = quiet.staking.request(one, owner, 0, 0).unlocks_at
    mine(UNBONDING_BLOCKS)
    boa.env.evm.patch.timestamp = unlocks_at - 1
    with boa.reverts("staking: still unbonding"):
        quiet.staking.withdraw(one, 0, 0, sender=owner)
    boa.env.evm.patch.timestamp = unlocks_at
    quiet.staking.withdraw(one, 0, 0, sender=owner)
    with boa.reverts("staking: still unbonding"):
        quiet.staking.withdraw(one, 0, 1, sender=owner)


def test_withdraw__blocks_of_unbonding__exact(quiet):
    """Y9: a chain that halts for a week lets nobody out before evidence can come."""
    one, owner = leaving(quiet)
    boa.env.evm.patch.timestamp += 2 * UNBONDING
    boa.env.evm.patch.block_number = quiet.staking.request(one, owner, 0, 0).left_at + UNBONDING_BLOCKS - 1
    with boa.reverts("staking: still unbonding"):
        quiet.staking.withdraw(one, 0, 0, sender=owner)
    boa.env.evm.patch.block_number += 1
    quiet.staking.withdraw(one, 0, 0, sender=owner)


def test_withdraw__in_any_order__all_back(quiet):
    """C17: no request waits for another."""
    one, owner = leaving(quiet)
    unbond()
    quiet.staking.withdraw(one, 0, 1, sender=owner)
    quiet.staking.withdraw(one, 0, 0, sender=owner)
    assert quiet.token.balanceOf(owner) == BURSE
    assert quiet.token.balanceOf(quiet.staking) == MINIMUM


def test_withdraw__own_stake__to_the_operator(quiet):
    one, operator = quiet.validator("validator", 2 * MINIMUM)
    quiet.staking.unstake(one, 8, MINIMUM, sender=operator)
    unbond()
    quiet.staking.withdraw(one, 8, 0, sender=operator)
    assert fields(quiet.staking, "Withdrawn") == (one, OWN, 8, 0, MINIMUM)
    assert quiet.token.balanceOf(operator) == BURSE - MINIMUM


def test_withdraw__own_stake_of_a_validator_handed_over__to_the_new_owner(quiet):
    one, operator = quiet.validator("validator", 2 * MINIMUM)
    quiet.staking.unstake(one, 8, MINIMUM, sender=operator)
    heir = str(boa.env.generate_address("heir"))
    quiet.validators.propose_owner(one, heir, sender=operator)
    quiet.validators.accept_owner(one, sender=heir)
    unbond()
    with boa.reverts("staking: not the owner"):
        quiet.staking.withdraw(one, 8, 0, sender=operator)
    quiet.staking.withdraw(one, 8, 0, sender=heir)
    assert quiet.token.balanceOf(heir) == MINIMUM


def test_withdraw__recipient_set__principal_goes_to_the_owner_all_the_same(quiet, attacker):
    one, owner = leaving(quiet)
    quiet.staking.set_recipient(attacker, sender=owner)
    unbond()
    quiet.staking.withdraw(one, 0, 0, sender=owner)
    assert quiet.token.balanceOf(attacker) == 0
    assert quiet.token.balanceOf(owner) == BURSE - 2 * MINIMUM


def test_withdraw__twice_or_unknown_or_by_another__refused(quiet, attacker):
    """C16, C19: requests are their owner's alone."""
    one, owner = leaving(quiet)
    unbond()
    quiet.staking.withdraw(one, 0, 0, sender=owner)
    for caller, slot, request in ((owner, 0, 0), (owner, 0, 2), (owner, 0, 2**256 - 1), (owner, 1, 1), (attacker, 0, 1)):
        with boa.reverts("staking: no such request"):
            quiet.staking.withdraw(one, slot, request, sender=caller)


def test_withdraw__wrong_place_or_caller__refused(quiet, attacker):
    one, operator = quiet.validator("validator")
    with boa.reverts("staking: not the owner"):
        quiet.staking.withdraw(one, 8, 0, sender=attacker)
    with boa.reverts("staking: slot out of range"):
        quiet.staking.withdraw(one, 16, 0, sender=operator)
    with boa.reverts("staking: no such request"):
        quiet.staking.withdraw(2, 0, 0, sender=operator)


def test_withdraw__slashed_since__waits_until_it_has_answered(quiet):
    one, owner = leaving(quiet)
    slash(quiet, one, 3_333)
    uphold(quiet, one)
    unbond()
    with boa.reverts("staking: slash unanswered"):
        quiet.staking.withdraw(one, 0, 0, sender=owner)
    quiet.staking.answer_slash(one, owner, 0, 0, 0, 3_333, 0, sender=quiet.slasher)
    assert quiet.staking.withdraw(one, 0, 0, sender=owner) == 66_670 * UNIT // 1_000
    with boa.reverts("staking: slash unanswered"):
        quiet.staking.withdraw(one, 0, 1, sender=owner)
    assert quiet.solvent()


def test_withdraw__slashed_before_it_was_asked_back__nothing_to_answer(quiet):
    one, _ = quiet.validator("validator", 2 * MINIMUM)
    owner = quiet.delegator("delegator", one, MINIMUM)
    slash(quiet, one, 1_000)
    quiet.staking.unstake(one, 0, ALL, sender=owner)
    unbond()
    assert quiet.staking.withdraw(one, 0, 0, sender=owner) == 90 * UNIT
