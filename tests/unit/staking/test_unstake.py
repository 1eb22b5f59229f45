import boa
import pytest

from mdt.model.staking import Status
from tests.support.block_reward import events
from tests.support.boa_clock import block_number, mine, now
from tests.support.stakes import ALL, FEW, fields, overturn, redelegated, slash, slashed_and_back, units, uphold
from tests.support.staking import BURSE, COMMISSION, MINIMUM, MONTH, OWN, UNBONDING, UNBONDING_BLOCKS, UNIT, unbond


def test_unstake__part_of_a_delegation__every_number_and_event(quiet):
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, 50 * UNIT, slot=2)
    assert quiet.staking.unstake(one, 2, 20 * UNIT + 1, sender=owner) == 0
    unlocks_at = now() + UNBONDING
    assert fields(quiet.staking, "Unstaked") == (one, owner, 2, 0, 20 * UNIT + 1, 20 * UNIT + 1, unlocks_at)
    assert events(quiet.staking, "Transfer") == []
    assert tuple(quiet.staking.request(one, owner, 2, 0)) == (20 * UNIT + 1, unlocks_at, block_number(), 0)
    assert tuple(quiet.staking.position(one, owner, 2)) == (30 * UNIT - 1, 30 * UNIT - 1, 0, 0, COMMISSION, 0, 1)
    rest, pool, net = MINIMUM + 30 * UNIT - 1, quiet.staking.validator(one), quiet.staking.network()
    assert (pool.tokens, pool.own_staked) == (rest, MINIMUM)
    assert (pool.shares, pool.boosted_shares) == (rest, 10_000 * rest)
    assert pool.weight == net.weight == units(rest)
    assert (net.staked, net.principal, net.active_count) == (rest, MINIMUM + 50 * UNIT, 1)
    assert quiet.token.balanceOf(owner) == BURSE - 50 * UNIT
    assert quiet.solvent()


@pytest.mark.parametrize("amount", [50 * UNIT, ALL])
def test_unstake__all__empty_position_and_the_next_id(quiet, amount):
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, 50 * UNIT)
    assert quiet.staking.unstake(one, 0, amount, sender=owner) == 0
    assert tuple(quiet.staking.position(one, owner, 0)) == (0, 0, 0, 0, COMMISSION, 0, 1)
    quiet.staking.stake(one, 0, UNIT, 0, sender=owner)
    assert quiet.staking.unstake(one, 0, ALL, sender=owner) == 1


def test_unstake__after_a_slash__shares_rounded_up_and_what_they_are_worth(quiet):
    one, _ = quiet.validator("validator", 6 * MINIMUM)
    owner = quiet.delegator("delegator", one, MINIMUM)
    slashed_and_back(quiet, one, 3_000)  # 700 shares for 490
    quiet.staking.unstake(one, 0, 8, sender=owner)  # 11.43 shares
    assert fields(quiet.staking, "Unstaked")[3:6] == (0, 12, 8)
    assert quiet.staking.position(one, owner, 0).tokens == 70 * UNIT - 9  # 69.99..: rounded down
    with boa.reverts("staking: exceeds the stake"):
        quiet.staking.unstake(one, 0, 70 * UNIT - 8, sender=owner)
    quiet.staking.unstake(one, 0, 70 * UNIT - 9, sender=owner)  # all of it: no share stays behind
    assert fields(quiet.staking, "Unstaked")[3:6] == (1, MINIMUM - 12, 70 * UNIT - 9)
    assert quiet.staking.position(one, owner, 0).shares == 0


def test_unstake__own_stake__an_active_validator_keeps_its_minimum_to_the_wei(quiet):
    one, operator = quiet.validator("validator", 2 * MINIMUM)
    for amount in (MINIMUM + 1, 2 * MINIMUM, ALL):
        with boa.reverts("staking: below the minimum"):
            quiet.staking.unstake(one, 8, amount, sender=operator)
    quiet.staking.unstake(one, 8, MINIMUM, sender=operator)
    assert fields(quiet.staking, "Unstaked") == (one, OWN, 8, 0, MINIMUM, MINIMUM, now() + UNBONDING)
    assert (quiet.staking.validator(one).own_staked, quiet.staking.validator(one).status) == (MINIMUM, Status.ACTIVE)
    assert quiet.staking.position(one, OWN, 8).request_count == 1


def test_unstake__own_stake_in_two_slots__the_minimum_is_of_both(quiet):
    one, operator = quiet.validator("validator")
    quiet.staking.stake(one, 9, MINIMUM, 0, sender=operator)
    quiet.staking.unstake(one, 8, ALL, sender=operator)
    with boa.reverts("staking: below the minimum"):
        quiet.staking.unstake(one, 9, 1, sender=operator)


def test_unstake__exited_or_jailed__all_own_stake_may_go_and_delegations_too(quiet):
    one, operator = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, 50 * UNIT)
    quiet.validators.exit(one, sender=operator)
    quiet.staking.unstake(one, 8, MINIMUM - 1, sender=operator)
    slash(quiet, one, 100)
    assert quiet.staking.validator(one).status == Status.EXITED | Status.JAILED
    quiet.staking.unstake(one, 8, ALL, sender=operator)  # also while the slash is in escrow
    quiet.staking.unstake(one, 0, ALL, sender=owner)
    pool = quiet.staking.validator(one)
    assert (pool.tokens, pool.own_staked, pool.shares, pool.boosted_shares, pool.weight) == (0, 0, 0, 0, 0)
    assert quiet.solvent()


def test_unstake__slash_in_escrow__the_difference_is_noted_to_the_wei(quiet):
    one, _ = quiet.validator("validator", MINIMUM + 1)
    owner = quiet.delegator("delegator", one, MINIMUM)
    taken = slash(quiet, one, 1_000, slash_id=7)
    assert taken == 20 * UNIT  # of 200 and a wei: the tenth of a wei is not taken
    quiet.staking.unstake(one, 0, ALL, sender=owner)
    assert fields(quiet.staking, "RestitutionNoted") == (7, owner, 10 * UNIT)
    assert quiet.staking.request(one, owner, 0, 0).tokens == 90 * UNIT  # 100 * (180 + 10^-18) / (200 + 10^-18)
    assert quiet.staking.request(one, owner, 0, 0).next_slash == 1  # that one it has paid
    assert quiet.staking.restitution(quiet.slasher, 7, owner) == 10 * UNIT
    assert tuple(quiet.staking.escrow(one, 1)) == (10 * UNIT, 7)
    assert overturn(quiet, one) == 10 * UNIT
    assert quiet.staking.validator(one).tokens == MINIMUM + 1
    assert quiet.solvent()


@pytest.mark.parametrize("bps", [1, 5_000])
def test_unstake__two_slashes_in_escrow__three_parts_sum_to_the_whole(quiet, bps):
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, 33 * UNIT + 7)
    slash(quiet, one, bps, offence=2, slash_id=3)
    slash(quiet, one, 1_234, offence=0, slash_id=4)
    quiet.staking.unstake(one, 0, ALL, sender=owner)
    notes = [tuple(event)[1:] for event in events(quiet.staking, "RestitutionNoted")]
    assert [note[:2] for note in notes] == [(4, owner), (3, owner)]  # in the order of offences
    got = quiet.staking.request(one, owner, 0, 0).tokens
    assert got + notes[0][2] + notes[1][2] == 33 * UNIT + 7
    assert got == (33 * UNIT + 7) * (quiet.staking.validator(one).tokens + got) // (133 * UNIT + 7)


def test_unstake__a_share_worth_nothing__leaves_with_nothing(quiet):
    """Exits are never blocked, and an empty slot can be used again."""
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, 1)
    slash(quiet, one, 5_000)
    quiet.staking.unstake(one, 0, ALL, sender=owner)
    assert quiet.staking.request(one, owner, 0, 0).tokens == 0
    unbond()
    assert quiet.staking.withdraw(one, 0, 0, sender=owner) == 0
    assert quiet.staking.position(one, owner, 0).shares == 0


def test_unstake__more_than_the_stake__refused(quiet):
    one, operator = quiet.validator("validator", 2 * MINIMUM)
    owner = quiet.delegator("delegator", one, UNIT)
    with boa.reverts("staking: exceeds the stake"):
        quiet.staking.unstake(one, 0, UNIT + 1, sender=owner)
    with boa.reverts("staking: exceeds the stake"):
        quiet.staking.unstake(one, 8, 2 * MINIMUM + 1, sender=operator)


def test_unstake__nothing_there__refused(quiet, attacker):
    one, operator = quiet.validator("validator")
    for caller, slot in ((attacker, 0), (operator, 0), (operator, 9)):
        for amount in (1, ALL):
            with boa.reverts("staking: no stake"):
                quiet.staking.unstake(one, slot, amount, sender=caller)


def test_unstake__nothing__refused(quiet):
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, UNIT)
    with boa.reverts("staking: zero amount"):
        quiet.staking.unstake(one, 0, 0, sender=owner)


def test_unstake__not_the_operator__refused(quiet, attacker):
    one, _ = quiet.validator("validator")
    with boa.reverts("staking: not the owner"):
        quiet.staking.unstake(one, 8, 1, sender=attacker)


def test_unstake__slot_out_of_range_and_unknown_validator__refused(quiet):
    one, operator = quiet.validator("validator")
    with boa.reverts("staking: slot out of range"):
        quiet.staking.unstake(one, 16, 1, sender=operator)
    with boa.reverts("staking: unknown validator"):
        quiet.staking.unstake(2, 0, 1, sender=operator)


def test_unstake__locked__refused_until_the_second_it_ends(quiet):
    one, _ = quiet.validator("validator")
    owner = quiet.delegator("delegator", one, UNIT, months=1)
    boa.env.evm.patch.timestamp += MONTH - 1
    with boa.reverts("staking: still locked"):
        quiet.staking.unstake(one, 0, UNIT, sender=owner)
    boa.env.evm.patch.timestamp += 1
    quiet.staking.unstake(one, 0, UNIT // 2, sender=owner)
    assert quiet.staking.position(one, owner, 0).bonus_bps == 0  # the bonus ends with any touch
    assert quiet.staking.validator(one).boosted_shares == 10_000 * (MINIMUM + UNIT // 2)


def test_unstake__redelegated__refused_while_answerable_and_until_answered(quiet):
    source, target, owner = redelegated(quiet)
    slash(quiet, source, 100)
    mine(UNBONDING_BLOCKS)
    boa.env.evm.patch.timestamp = quiet.staking.debt(target, owner, 1).until
    with boa.reverts("staking: still answerable"):
        quiet.staking.unstake(target, 1, ALL, sender=owner)
    boa.env.evm.patch.timestamp += 1
    with boa.reverts("staking: slash unanswered"):
        quiet.staking.unstake(target, 1, ALL, sender=owner)
    quiet.staking.answer_slash(target, owner, 1, ALL, 0, 0, 0, sender=quiet.slasher)
    quiet.staking.unstake(target, 1, ALL, sender=owner)


def test_unstake__no_slash_since__free_a_second_after_the_time(quiet):
    _, target, owner = redelegated(quiet)
    mine(UNBONDING_BLOCKS)
    boa.env.evm.patch.timestamp = quiet.staking.debt(target, owner, 1).until + 1
    quiet.staking.unstake(target, 1, ALL, sender=owner)


def test_unstake__unbonding__earns_nothing_and_answers(quiet):
    one, _ = quiet.validator("validator", commission=0)
    leaver = quiet.delegator("leaver", one, MINIMUM)
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(10)
    quiet.staking.unstake(one, 0, ALL, sender=leaver)
    mine(100)
    assert 5 * UNIT - quiet.pending(one, leaver) in FEW
    assert 105 * UNIT - quiet.pending(one) in FEW
    height = block_number()
    mine(1)
    assert slash(quiet, one, 1_000) == 10 * UNIT  # what had left is no longer in the pool
    assert quiet.staking.answer_slash(one, leaver, 0, 0, 0, 1_000, height - 100, sender=quiet.slasher) == 10 * UNIT
    uphold(quiet, one)
    unbond()
    assert quiet.staking.withdraw(one, 0, 0, sender=leaver) == 90 * UNIT
    assert quiet.solvent()


def test_unstake__several__each_keeps_its_own_shares_and_deadline(quiet):
    """C17: a later request changes no earlier one; C19: dust requests block nothing."""
    one, operator = quiet.validator("validator", 10 * MINIMUM)
    deadlines = []
    for index in range(5):
        assert quiet.staking.unstake(one, 8, index + 1, sender=operator) == index
        deadlines.append((now() + UNBONDING, block_number()))
        mine(7)
    for index in range(5):
        assert tuple(quiet.staking.request(one, OWN, 8, index)) == (index + 1, *deadlines[index], 0)


@pytest.mark.py_evm
def test_unstake__hundreds_of_requests__costs_no_more(quiet):
    """C16: there is no queue to fill and no limit to reach."""
    one, operator = quiet.validator("validator", 100 * MINIMUM, commission=COMMISSION)
    costs = []
    for _ in range(200):
        quiet.staking.unstake(one, 8, 1, sender=operator)
        costs.append(quiet.staking._computation.get_gas_used())
    assert max(costs[2:]) - min(costs[2:]) < 100
    unbond()
    quiet.staking.withdraw(one, 8, 199, sender=operator)
    late = quiet.staking._computation.get_gas_used()
    quiet.staking.withdraw(one, 8, 1, sender=operator)
    assert quiet.staking._computation.get_gas_used() <= late
