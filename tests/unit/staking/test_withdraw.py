import boa
import pytest

from mdt.units import DAY
from tests.support.block_reward import events
from tests.support.boa_clock import mine
from tests.support.stakes import ALL, fields, overturn, slash, uphold
from tests.support.staking import BURSE, MINIMUM, OWN, UNBONDING, UNIT


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
    mine(1, seconds=UNBONDING)
    assert quiet.staking.withdraw(one, 0, 0, sender=owner) == MINIMUM
    assert fields(quiet.staking, "Withdrawn") == (one, owner, 0, 0, MINIMUM)
    assert fields(quiet.staking, "Transfer") == (quiet.staking.address, owner, MINIMUM)
    assert events(quiet.staking, "RestitutionNoted") == []
    assert quiet.token.balanceOf(owner) == BURSE - 2 * MINIMUM
    assert tuple(quiet.staking.request(one, owner, 0, 0)) == (0, 0)
    assert quiet.staking.position(one, owner, 0).request_count == 2
    pool, net = quiet.staking.validator(one), quiet.staking.network()
    assert (pool.tokens, pool.shares, pool.active_shares, net.principal, net.staked) == (3 * MINIMUM, 3 * MINIMUM, MINIMUM, 3 * MINIMUM, MINIMUM)
    assert quiet.solvent()


def test_withdraw__at_the_deadline_and_a_second_before__exact(quiet):
    one, owner = leaving(quiet)
    unlocks_at = quiet.staking.request(one, owner, 0, 0).unlocks_at
    boa.env.evm.patch.timestamp = unlocks_at - 1
    with boa.reverts("staking: still unbonding"):
        quiet.staking.withdraw(one, 0, 0, sender=owner)
    boa.env.evm.patch.timestamp = unlocks_at
    quiet.staking.withdraw(one, 0, 0, sender=owner)
    with boa.reverts("staking: still unbonding"):
        quiet.staking.withdraw(one, 0, 1, sender=owner)


def test_withdraw__in_any_order__all_back(quiet):
    """C17: no request waits for another."""
    one, owner = leaving(quiet)
    mine(1, seconds=UNBONDING)
    quiet.staking.withdraw(one, 0, 1, sender=owner)
    quiet.staking.withdraw(one, 0, 0, sender=owner)
    assert quiet.token.balanceOf(owner) == BURSE
    assert quiet.token.balanceOf(quiet.staking) == MINIMUM


def test_withdraw__own_stake__to_the_operator(quiet):
    one, operator = quiet.validator("validator", 2 * MINIMUM)
    quiet.staking.unstake(one, 8, MINIMUM, sender=operator)
    mine(1, seconds=UNBONDING)
    quiet.staking.withdraw(one, 8, 0, sender=operator)
    assert fields(quiet.staking, "Withdrawn") == (one, OWN, 8, 0, MINIMUM)
    assert quiet.token.balanceOf(operator) == BURSE - MINIMUM


def test_withdraw__own_stake_of_a_validator_handed_over__to_the_new_owner(quiet):
    one, operator = quiet.validator("validator", 2 * MINIMUM)
    quiet.staking.unstake(one, 8, MINIMUM, sender=operator)
    heir = str(boa.env.generate_address("heir"))
    quiet.validators.propose_owner(one, heir, sender=operator)
    quiet.validators.accept_owner(one, sender=heir)
    mine(1, seconds=UNBONDING)
    with boa.reverts("staking: not the owner"):
        quiet.staking.withdraw(one, 8, 0, sender=operator)
    quiet.staking.withdraw(one, 8, 0, sender=heir)
    assert quiet.token.balanceOf(heir) == MINIMUM


def test_withdraw__recipient_set__principal_goes_to_the_owner_all_the_same(quiet, attacker):
    one, owner = leaving(quiet)
    quiet.staking.set_recipient(attacker, sender=owner)
    mine(1, seconds=UNBONDING)
    quiet.staking.withdraw(one, 0, 0, sender=owner)
    assert quiet.token.balanceOf(attacker) == 0
    assert quiet.token.balanceOf(owner) == BURSE - 2 * MINIMUM


def test_withdraw__twice_or_unknown_or_by_another__refused(quiet, attacker):
    """C16, C19: requests are their owner's alone."""
    one, owner = leaving(quiet)
    mine(1, seconds=UNBONDING)
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


def test_withdraw__slash_stands__its_part_is_gone_rounded_down(quiet):
    one, owner = leaving(quiet)  # 400 in the pool
    slash(quiet, one, 3_333)  # 133.32
    uphold(quiet, one)
    mine(1, seconds=UNBONDING)
    assert quiet.staking.withdraw(one, 0, 0, sender=owner) == 66_670 * UNIT // 1_000
    assert quiet.staking.validator(one).tokens == (400_000 - 133_320 - 66_670) * UNIT // 1_000
    assert quiet.staking.restitution(quiet.slasher, 0, owner) == 0
    assert quiet.solvent()


def test_withdraw__slash_in_escrow__the_difference_is_noted_to_the_wei(quiet):
    one, _ = quiet.validator("validator", MINIMUM + 1)
    owner = quiet.delegator("delegator", one, MINIMUM)
    quiet.staking.unstake(one, 0, ALL, sender=owner)
    taken = slash(quiet, one, 1_000, slash_id=7)
    assert taken == 20 * UNIT  # of 200 and a wei: the tenth of a wei is not taken
    mine(1, seconds=UNBONDING)
    got = quiet.staking.withdraw(one, 0, 0, sender=owner)
    assert fields(quiet.staking, "RestitutionNoted") == (7, owner, 10 * UNIT)
    assert got == 90 * UNIT  # 100 * (180 + 10^-18) / (200 + 10^-18)
    assert quiet.staking.restitution(quiet.slasher, 7, owner) == 10 * UNIT
    assert tuple(quiet.staking.escrow(one, 1)) == (10 * UNIT, 7)
    assert overturn(quiet, one) == 10 * UNIT
    assert quiet.staking.validator(one).tokens == MINIMUM + 1
    assert quiet.solvent()


@pytest.mark.parametrize("bps", [1, 5_000])
def test_withdraw__two_slashes_in_escrow__three_parts_sum_to_the_whole(quiet, bps):
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, 33 * UNIT + 7)
    quiet.staking.unstake(one, 0, ALL, sender=owner)
    slash(quiet, one, bps, offence=2, slash_id=3)
    slash(quiet, one, 1_234, offence=0, slash_id=4)
    mine(1, seconds=UNBONDING)
    got = quiet.staking.withdraw(one, 0, 0, sender=owner)
    notes = [tuple(event)[1:] for event in events(quiet.staking, "RestitutionNoted")]
    assert [note[:2] for note in notes] == [(4, owner), (3, owner)]  # in the order of offences
    assert got + notes[0][2] + notes[1][2] == 33 * UNIT + 7
    assert got == (33 * UNIT + 7) * (quiet.staking.validator(one).tokens + got) // (133 * UNIT + 7)
