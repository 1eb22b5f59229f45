import boa
import pytest

from mdt.model.staking import Status
from tests.support.block_reward import events
from tests.support.boa_clock import mine
from tests.support.stakes import ALL, FEW, fields, slash, tokens_of, unjail, uphold
from tests.support.staking import MINIMUM, OWN, UNIT, unbond


@pytest.fixture
def three(quiet):
    """Own stake of 300, a delegation of 200 and one of 100 that was asked back."""
    one, _ = quiet.validator("validator", 3 * MINIMUM, commission=0)
    stayer, leaver = quiet.delegator("stayer", one, 2 * MINIMUM), quiet.delegator("leaver", one, MINIMUM)
    quiet.staking.unstake(one, 0, ALL, sender=leaver)
    return one, stayer, leaver


def test_slash__half__own_and_delegated_pro_rata(quiet, three):
    one, stayer, leaver = three
    before = quiet.token.balanceOf(quiet.slasher)
    assert quiet.staking.slash(one, 0, 42, 5_000, sender=quiet.slasher) == 250 * UNIT
    assert fields(quiet.staking, "StatusChanged") == (one, Status.ACTIVE, Status.JAILED)
    assert fields(quiet.staking, "Transfer") == (quiet.staking.address, quiet.slasher, 250 * UNIT)
    assert len(quiet.staking.get_logs()) == 2
    pool, net = quiet.staking.validator(one), quiet.staking.network()
    assert (pool.tokens, pool.own_staked) == (5 * MINIMUM // 2, 3 * MINIMUM // 2)
    assert (pool.shares, pool.boosted_shares) == (5 * MINIMUM, 50_000 * MINIMUM)
    assert (pool.weight, pool.status, pool.pending_slashes, pool.slash_count) == (0, Status.JAILED, 1, 1)
    assert (net.weight, net.staked, net.principal, net.active_count) == (0, 0, 350 * UNIT, 0)
    assert tuple(quiet.staking.escrow(one, 0)) == (250 * UNIT, 42)
    assert tuple(quiet.staking.escrow(one, 1)) == (0, 0)
    assert tokens_of(quiet, one, stayer) == MINIMUM
    assert tokens_of(quiet, one, OWN, 8) == 3 * MINIMUM // 2
    assert quiet.token.balanceOf(quiet.slasher) == before + 250 * UNIT
    assert quiet.solvent()
    unbond()
    with boa.reverts("staking: slash unanswered"):
        quiet.staking.withdraw(one, 0, 0, sender=leaver)


@pytest.mark.parametrize(("bps", "taken"), [(0, 0), (1, 50_000_000_000_000_000), (9, 450_000_000_000_000_000), (5_000, 250 * UNIT)])
def test_slash__bps__that_part_of_the_pool(quiet, three, bps, taken):
    one, _, _ = three
    assert slash(quiet, one, bps) == taken
    assert quiet.staking.validator(one).tokens == 500 * UNIT - taken
    assert quiet.solvent()


def test_slash__does_not_divide__rounded_down(quiet):
    one, _ = quiet.validator("validator", MINIMUM + 9_999)
    assert slash(quiet, one, 1) == UNIT // 100
    uphold(quiet, one)
    assert slash(quiet, one, 3_333) == (MINIMUM + 9_999 - UNIT // 100) * 3_333 // 10_000


def test_slash__other_validators__untouched(quiet, three):
    one, _, _ = three
    two, _ = quiet.validator("another")
    before = quiet.staking.validator(two)
    slash(quiet, one, 5_000)
    assert quiet.staking.validator(two) == before


def test_slash__earned_before__stays_and_nothing_after(quiet, three):
    one, stayer, _ = three
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(100)
    slash(quiet, one, 5_000)
    mine(100)
    assert 40 * UNIT - quiet.pending(one, stayer) in FEW
    assert 60 * UNIT - quiet.pending(one) in FEW
    assert quiet.staking.network().rewards_idle in (100 * UNIT, 100 * UNIT - 1, 100 * UNIT + 1)
    assert quiet.solvent()


def test_slash__locked_stake__is_slashed_too_and_keeps_its_bonus(quiet):
    one, _ = quiet.validator("validator", 2 * MINIMUM)
    owner = quiet.delegator("delegator", one, MINIMUM, months=12)
    slash(quiet, one, 1_000)
    uphold(quiet, one)
    unjail(quiet, one)
    position = quiet.staking.position(one, owner, 0)
    assert (position.shares, position.tokens, position.bonus_bps) == (MINIMUM, 90 * UNIT, 300)
    assert quiet.staking.validator(one).boosted_shares == 2 * MINIMUM * 10_000 + MINIMUM * 10_300


def test_slash__three_offences_at_once__each_of_what_is_left(quiet, three):
    one, _, _ = three
    assert [slash(quiet, one, 1_000, offence=offence, slash_id=offence + 5) for offence in (2, 0, 1)] == [50 * UNIT, 45 * UNIT, 405 * UNIT // 10]
    pool = quiet.staking.validator(one)
    assert (pool.pending_slashes, pool.slash_count, pool.tokens) == (7, 3, 500 * UNIT * 729 // 1_000)
    assert [tuple(quiet.staking.escrow(one, offence)) for offence in range(3)] == [(45 * UNIT, 5), (405 * UNIT // 10, 6), (50 * UNIT, 7)]


def test_slash__same_offence_in_escrow__refused_until_it_ends(quiet, three):
    one, _, _ = three
    slash(quiet, one, 1_000)
    with boa.reverts("staking: slash pending"):
        slash(quiet, one, 1_000, slash_id=1)
    uphold(quiet, one)
    slash(quiet, one, 1_000, slash_id=1)
    assert quiet.staking.validator(one).slash_count == 2


def test_slash__too_large__refused(quiet, three):
    one, _, _ = three
    for bps in (5_001, 10_000, 2**256 - 1):
        with boa.reverts("staking: slash too large"):
            slash(quiet, one, bps)


def test_slash__unknown_offence_or_validator__refused(quiet, three):
    one, _, _ = three
    for offence in (3, 255, 2**256 - 1):
        with boa.reverts("staking: unknown offence"):
            slash(quiet, one, 1, offence=offence)
    with boa.reverts("staking: unknown validator"):
        slash(quiet, one + 1, 1)


def test_slash__not_the_slasher__refused(quiet, three, attacker):
    one, _, _ = three
    for caller in (attacker, quiet.owner, quiet.validators.address, quiet.validators.operator_of(one)):
        with boa.reverts("staking: not the slasher"):
            quiet.staking.slash(one, 0, 0, 1, sender=caller)


def test_slash__exited_validator__slashed_all_the_same(quiet, three):
    one, _, _ = three
    quiet.validators.exit(one, sender=quiet.validators.operator_of(one))
    assert slash(quiet, one, 5_000) == 250 * UNIT
    assert quiet.staking.validator(one).status == Status.EXITED | Status.JAILED


def test_slash__again_and_again__never_empties_a_pool(quiet):
    one, _ = quiet.validator("validator")
    for _ in range(66):
        slash(quiet, one, 5_000)
        uphold(quiet, one)
    assert quiet.staking.validator(one).tokens == 2  # of 10^20: rounded down, a wei stays; so do two
    slash(quiet, one, 5_000)
    uphold(quiet, one)
    assert slash(quiet, one, 5_000) == 0
    assert quiet.staking.validator(one).tokens == 1
    assert events(quiet.staking, "StatusChanged") == []
    assert quiet.solvent()


def test_slash__empty_pool__takes_nothing(quiet):
    one, operator = quiet.validator("validator")
    quiet.validators.exit(one, sender=operator)
    quiet.staking.unstake(one, 8, ALL, sender=operator)
    unbond()
    quiet.staking.withdraw(one, 8, 0, sender=operator)
    assert slash(quiet, one, 5_000) == 0
    assert quiet.staking.validator(one).status == Status.EXITED | Status.JAILED


@pytest.mark.py_evm
def test_slash__hundred_delegators__costs_no_more(quiet):
    few, _ = quiet.validator("few")
    many, _ = quiet.validator("many")
    for index in range(100):
        quiet.delegator(f"delegator {index}", many, UNIT)
    slash(quiet, quiet.validator("other")[0], 1_000)  # counters and the slasher's balance are not new any more
    costs = []
    for one in (few, many):
        slash(quiet, one, 1_000)
        costs.append(quiet.staking._computation.get_gas_used())
    assert abs(costs[0] - costs[1]) < 1_000
