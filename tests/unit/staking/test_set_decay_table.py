from fractions import Fraction

import boa
import pytest

from mdt.model.staking.pool import OWED_SCALE
from mdt.units import DAY
from tests.support.block_reward import events
from tests.support.boa_clock import mine
from tests.support.stakes import POINTS, WEIGHT_STEP, effective, fields, slash, units, unjail, uphold
from tests.support.staking import MINIMUM, OWN, STAKES, UNBONDING_BLOCKS, UNIT, VALUES

WAIT = 30 * DAY
FLATTER = [UNIT, 8 * UNIT, 20 * UNIT, 25 * UNIT, 60 * UNIT, 100 * UNIT, 500 * UNIT]
LINEAR = list(STAKES)
REFUSED = [
    ([0, *VALUES[1:]], "table: values not increasing"),
    ([*VALUES[:3], VALUES[2], *VALUES[4:]], "table: values not increasing"),
    ([*VALUES[:6], VALUES[5] - 1], "table: values not increasing"),
    ([UNIT + 1, *VALUES[1:]], "table: not concave"),
    ([UNIT, 10 * UNIT + 9, *VALUES[2:]], "table: not concave"),
    ([*VALUES[:6], 2_000 * UNIT], "table: not concave"),
    ([UNIT] * 7, "table: values not increasing"),
    ([STAKES[0] + 2**84, *(STAKES[0] + 2**84 + k for k in range(1, 7))], "table: not concave"),
    ([2**255] * 7, "table: not concave"),
    ([UNIT, 2**256 - 1, *VALUES[2:]], "table: not concave"),
    ([UNIT // 10**6 * k for k in range(1, 8)], "table: minimum weighs nothing"),
]


def weight_with(values, tokens, boost=10_000):
    """Weight in units in another table, by interpolation."""
    points = [(Fraction(0), Fraction(0)), *((Fraction(x), Fraction(y)) for x, y in zip(STAKES, values, strict=True))]
    return int(effective(tokens, points) * boost / 10_000 / WEIGHT_STEP)


def test_set_decay_table__valid__everybody_weighs_anew_and_event(quiet):
    stakes = (MINIMUM, 3 * MINIMUM, 20 * MINIMUM)
    numbers = [quiet.validator(f"validator {index}", stake)[0] for index, stake in enumerate(stakes)]
    mine(1, seconds=WAIT)
    quiet.staking.set_decay_table(FLATTER, sender=quiet.owner)
    total = sum(weight_with(FLATTER, stake) for stake in stakes)
    version, values, weight = fields(quiet.staking, "DecayTableSet")
    assert (version, list(values)) == (1, FLATTER)
    assert weight - total in range(4)  # a unit per validator at most: the sums are rounded once, weights one by one
    net = quiet.staking.network()
    assert (net.weight, net.table_version, net.staked) == (weight, 1, sum(stakes))
    for number, stake in zip(numbers, stakes, strict=True):
        assert weight_with(FLATTER, stake) - quiet.staking.validator(number).weight in (0, 1)
    assert quiet.staking.decay_table()[1][0] == FLATTER[0] * 10**18 // STAKES[0]
    assert quiet.solvent()


def test_set_decay_table__30_days_and_a_second_less__exact(quiet):
    boa.env.evm.patch.timestamp += WAIT - 1
    with boa.reverts("table: changed too recently"):
        quiet.staking.set_decay_table(FLATTER, sender=quiet.owner)
    boa.env.evm.patch.timestamp += 1
    quiet.staking.set_decay_table(FLATTER, sender=quiet.owner)
    boa.env.evm.patch.timestamp += WAIT - 1
    with boa.reverts("table: changed too recently"):
        quiet.staking.set_decay_table(VALUES, sender=quiet.owner)
    boa.env.evm.patch.timestamp += 1
    quiet.staking.set_decay_table(VALUES, sender=quiet.owner)
    assert quiet.staking.network().table_version == 2


@pytest.mark.parametrize(("values", "reason"), REFUSED)
def test_set_decay_table__invalid__refused_and_nothing_changed(quiet, values, reason):
    quiet.validator("validator")
    mine(1, seconds=WAIT)
    before = quiet.staking.network()
    with boa.reverts(reason):
        quiet.staking.set_decay_table(values, sender=quiet.owner)
    assert quiet.staking.network() == before


def test_set_decay_table__linear__accepted(quiet):
    one, _ = quiet.validator("validator", 20 * MINIMUM)
    mine(1, seconds=WAIT)
    quiet.staking.set_decay_table(LINEAR, sender=quiet.owner)
    assert quiet.staking.validator(one).weight == 20 * MINIMUM // WEIGHT_STEP


def test_set_decay_table__not_the_owner__refused(quiet, attacker):
    mine(1, seconds=WAIT)
    for caller in (attacker, quiet.notifier, quiet.validators.address):
        with boa.reverts("ownable: caller is not the owner"):
            quiet.staking.set_decay_table(FLATTER, sender=caller)


def test_set_decay_table__earned_before__stays_and_the_new_table_from_this_block_on(quiet):
    """By hand: 100 and 10,000 staked weigh 50 and 1,000, then 25 and 500 and then as they are."""
    small, _ = quiet.validator("small", MINIMUM, commission=0)
    large, _ = quiet.validator("large", 100 * MINIMUM, commission=0)
    mine(1, seconds=WAIT)
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(210)
    before = quiet.pending(small), quiet.pending(large)
    assert abs(10 * UNIT - before[0]) < 10**8  # 50 of 1,050; weights count 2^20 wei: relative 10^-14
    assert abs(200 * UNIT - before[1]) < 10**8
    quiet.staking.set_decay_table(LINEAR, sender=quiet.owner)
    assert (quiet.pending(small), quiet.pending(large)) == before
    mine(101)  # 100 of 10,100
    assert abs(11 * UNIT - quiet.pending(small)) < 10**8
    assert abs(300 * UNIT - quiet.pending(large)) < 10**8
    assert events(quiet.staking, "RewardClaimed") == []
    assert quiet.staking.claim(small, OWN, 8) + quiet.staking.claim(large, OWN, 8) <= 311 * UNIT
    assert quiet.solvent()


TABLES = [FLATTER, LINEAR, VALUES, [value * 9 // 10 - 7 for value in VALUES], FLATTER]


@pytest.mark.parametrize("changes", [1, 2, 5])
def test_set_decay_table__untouched_through_several__pending_exact_against_the_model(quiet, changes):
    """Each validator is settled through every table since: what it is owed is the model's to the wei, and the sum of its parts by hand."""
    model = quiet.model()
    stakes = (MINIMUM, 3 * MINIMUM + 1, 7 * MINIMUM + 12_345, 60 * MINIMUM)
    for number, stake in enumerate(stakes, 1):
        quiet.validator(f"validator {number}", stake, commission=number * 100)
        model.open(str(quiet.validators.address), number, stake, number * 100)
    owner = quiet.delegator("delegator", 2, 55 * UNIT, months=12)
    model.stake(owner, 2, 0, 55 * UNIT, 12)
    points, due = [*VALUES], [Fraction(0)] * len(stakes)
    for index in range(changes + 1):
        quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
        model.notify_reward(quiet.notifier, 480 * UNIT)
        tokens = [stakes[0], stakes[1] + 55 * UNIT, stakes[2], stakes[3]]
        boosts = [10_000, 10_000 + Fraction(300 * 55 * UNIT, tokens[1]), 10_000, 10_000]
        weights = [weight_with(points, one, boost) for one, boost in zip(tokens, boosts, strict=True)]
        due = [before + Fraction(480 * UNIT * weight, sum(weights)) for before, weight in zip(due, weights, strict=True)]
        mine(480, seconds=WAIT)
        if index < changes:
            quiet.staking.set_decay_table(TABLES[index], sender=quiet.owner)
            model.set_decay_table(quiet.owner, TABLES[index])
            points = TABLES[index]
            assert quiet.staking.network().weight == model.ledger.weight
    for number in range(1, len(stakes) + 1):
        pool, expected = quiet.staking.validator(number), model.validator(number)
        assert quiet.pending(number) == model.pending_reward(number, OWN, 8)
        assert pool.commission_owed == expected.commission_owed // OWED_SCALE
        assert pool.weight == model.weight(expected)
        earned = quiet.pending(number) + pool.commission_owed + (quiet.pending(2, owner) if number == 2 else 0)
        assert abs(earned - due[number - 1]) < 10**9  # of 10^20 and more: weights count units of 2^20 wei, average boosts 2^-24 bps
        assert quiet.staking.claim(number, OWN, 8) == model.claim(number, OWN, 8)
    assert quiet.pending(2, owner) == model.pending_reward(2, owner, 0)
    assert quiet.staking.claim(2, owner, 0) == model.claim(2, owner, 0)
    assert quiet.solvent()


def test_set_decay_table__touched_after_two__settled_through_both(quiet):
    one, operator = quiet.validator("validator", 3 * MINIMUM)
    two, _ = quiet.validator("another", 40 * MINIMUM)
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    for values in (FLATTER, VALUES):
        mine(100, seconds=WAIT)
        quiet.staking.set_decay_table(values, sender=quiet.owner)
    pending = quiet.pending(one)
    quiet.staking.stake(one, 8, 1, 0, sender=operator)
    assert quiet.pending(one) == pending
    assert quiet.staking.validator(one).weight == units(3 * MINIMUM + 1)
    net = quiet.staking.network()
    assert net.weight - quiet.staking.validator(one).weight - quiet.staking.validator(two).weight in range(3)


def test_set_decay_table__inactive_validator__weighs_by_the_new_table_once_it_is_back(quiet):
    one, _ = quiet.validator("validator", 20 * MINIMUM)
    quiet.validator("another")
    slash(quiet, one, 0)
    uphold(quiet, one)
    mine(1, seconds=WAIT)
    quiet.staking.set_decay_table(FLATTER, sender=quiet.owner)
    assert quiet.staking.network().weight == weight_with(FLATTER, MINIMUM)
    unjail(quiet, one)
    assert weight_with(FLATTER, 20 * MINIMUM) - quiet.staking.validator(one).weight in (0, 1)


def test_set_decay_table__everybody_leaves_afterwards__nothing_weighs_and_everybody_gets_out(quiet):
    """The total of a new table can be some units more than its parts. With nobody left, all rewards would flow to those units, the
    accumulator would outgrow its word, and no call would work any more."""
    odd = [MINIMUM * (index + 3) // 2 + 12_345_678 * index for index in range(6)]
    numbers = [quiet.validator(f"validator {index}", stake) for index, stake in enumerate(odd)]
    mine(1, seconds=WAIT)
    quiet.staking.set_decay_table([value * 9 // 10 - 7 for value in VALUES], sender=quiet.owner)
    excess = quiet.staking.network().weight - sum(quiet.staking.validator(number).weight for number, _ in numbers)
    assert excess > 0, "the case this test is about"
    for number, operator in numbers:
        quiet.validators.exit(number, sender=operator)
    net = quiet.staking.network()
    assert (net.weight, net.staked, net.active_count) == (0, 0, 0)
    quiet.staking.notify_reward(480 * UNIT, sender=quiet.notifier)
    mine(480)
    assert quiet.staking.network().rewards_idle == 480 * UNIT
    for number, operator in numbers:
        quiet.staking.unstake(number, 8, 2**256 - 1, sender=operator)
    mine(UNBONDING_BLOCKS, seconds=WAIT)
    for (number, operator), stake in zip(numbers, odd, strict=True):
        assert quiet.staking.withdraw(number, 8, 0, sender=operator) == stake
    assert quiet.staking.recycle_idle_rewards() == 480 * UNIT
    assert quiet.solvent()


@pytest.mark.py_evm
def test_set_decay_table__cost__the_same_for_two_and_thirty_validators(quiet):
    costs = []
    for added in (1, 1, 28):  # the first one touches words that are new
        for index in range(added):
            quiet.validator(f"{len(costs)} {index}")
        mine(1, seconds=WAIT)
        quiet.staking.set_decay_table(FLATTER, sender=quiet.owner)
        costs.append(quiet.staking._computation.get_gas_used())
    assert abs(costs[1] - costs[2]) < 500, costs


def test_points__of_these_tests__are_the_presets():
    assert POINTS[1:] == list(zip(STAKES, VALUES, strict=True))
