"""What stake weighs, on chain: the documents' vectors, random tables against the model, and every refusal in the same order."""

from __future__ import annotations

import random
from fractions import Fraction

import boa
import pytest

from mdt.errors import Refusal
from mdt.model.stake_weight import BOOST_BITS, MAX_STAKE, DecayTable
from mdt.units import DAY
from tests.support.boa_clock import mine
from tests.support.harness import harness
from tests.support.profiles import examples
from tests.support.stakes import effective, units
from tests.support.staking import MINIMUM, STAKES, UNIT, VALUES

# parameters.md 5: stake and effective stake in MDT; beyond the last point the last slope goes on.
VECTORS = [
    (1, Fraction(1)),
    (2, Fraction(11, 6)),
    (10, Fraction(17, 2)),
    (50, Fraction(30)),
    (100, Fraction(50)),
    (300, Fraction(175, 2)),
    (500, Fraction(125)),
    (750, Fraction(325, 2)),
    (1_000, Fraction(200)),
    (10_000, Fraction(1_000)),
    (19_000, Fraction(1_800)),
]
WAIT = 30 * DAY


@pytest.fixture(scope="module")
def contract():
    return harness("StakeWeightHarness").deploy(STAKES, VALUES, MINIMUM)


def plain(tokens: int) -> tuple[int, int, int]:
    """A validator without any bonus."""
    return tokens, tokens * 10_000, 10_000 << BOOST_BITS


@pytest.mark.parametrize(("stake", "expected"), VECTORS)
def test_effective_stake__documents_vectors__on_chain_and_in_the_model(contract, stake, expected):
    tokens, exact = stake * UNIT, expected * UNIT
    (answer,) = contract.answers(0, [plain(tokens)])
    assert answer.effective == DecayTable(STAKES, VALUES, MINIMUM).effective_stake(tokens)
    assert effective(tokens) == exact
    # slopes are rounded down to 18 places, which costs a wei per token into a segment whose slope does not end there
    assert exact - answer.effective < 1 + stake
    if stake not in (2, 10_000, 19_000):
        assert answer.effective == exact
    assert units(tokens) - answer.weight in (0, 1)


def test_segment__around_every_breakpoint__the_next_from_the_breakpoint_on(contract):
    cases = [stake + shift for stake in STAKES for shift in (-1, 0)]
    assert [answer.segment for answer in contract.answers(0, [plain(case) for case in cases])] == [k for point in range(7) for k in (point, point + 1)]
    assert contract.answers(0, [plain(MAX_STAKE)])[0].segment == 7


@pytest.mark.parametrize(("months", "own", "delegated"), [(0, 0, 0), (1, 50, 25), (3, 150, 75), (6, 300, 150), (11, 550, 275), (12, 600, 300), (24, 600, 300)])
def test_bonus__documents_vectors__bps(contract, months, own, delegated):
    assert (contract.bonus(50, months), contract.bonus(25, months)) == (own, delegated)


def test_months_left__around_a_month__whole_ones(contract):
    now = boa.env.evm.patch.timestamp
    for seconds, months in ((-1, 0), (0, 0), (1, 0), (30 * DAY - 1, 0), (30 * DAY, 1), (360 * DAY - 1, 11), (360 * DAY, 12)):
        assert contract.months_left(now + seconds) == months
    assert contract.months_left(0) == 0


def test_blend__shares_and_bonuses__average_rounded_down(contract):
    for case, expected in (((100, 300, 50, 0), 200), ((1, 300, 2, 25), 116), ((0, 0, 7, 300), 300), ((10**26, 300, 1, 0), 299), ((3, 0, 1, 3), 0)):
        assert contract.blend(*case) == expected


def random_points(rng: random.Random, largest: int) -> tuple[list[int], list[int]]:
    """Seven points, mostly a valid table: pieces with falling slopes, sometimes spoiled."""
    pieces = sorted(((run := rng.randint(UNIT, largest), rng.randint(UNIT, run)) for _ in range(7)), key=lambda one: Fraction(one[1], one[0]), reverse=True)
    stakes = [sum(run for run, _ in pieces[: count + 1]) for count in range(7)]
    values = [sum(rise for _, rise in pieces[: count + 1]) for count in range(7)]
    if rng.random() < 0.4:
        index = rng.randrange(7)
        target = rng.choice([stakes, values])
        target[index] = rng.choice([0, target[index - 1], target[index] * 2, target[index] + 1, 2**85])
    return stakes, values


def test_tables__random__same_rows_and_same_refusals_as_the_model():
    rng, kinds = random.Random(5), set()
    for index in range(examples(quick=60, ci=200, deep=5_000)):
        stakes, values = random_points(rng, rng.choice([10**4 * UNIT, MAX_STAKE // 8]))
        if index % 20 == 0:
            stakes[6] = MAX_STAKE + 1
        minimum = rng.choice([stakes[0], stakes[3], UNIT, UNIT // 2, stakes[6] + 1])
        try:
            model = DecayTable(stakes, values, minimum)
        except Refusal as refusal:
            kinds.add(str(refusal))
            with boa.reverts(str(refusal)):
                harness("StakeWeightHarness").deploy(stakes, values, minimum)
            continue
        rows = harness("StakeWeightHarness").deploy(stakes, values, minimum).rows(0)
        assert [(row % 2**60, row >> 60) for row in rows] == model.rows
    assert len(kinds) == 5, kinds


def test_weights__random_validators__same_as_the_model():
    rng = random.Random(6)
    for _ in range(examples(quick=4, ci=20, deep=500)):
        stakes, values = random_points(rng, MAX_STAKE // 8)
        try:
            model = DecayTable(stakes, values, stakes[0])
        except Refusal:
            continue
        contract, cases, expected = harness("StakeWeightHarness").deploy(stakes, values, stakes[0]), [], []
        for _ in range(300):
            tokens = min(MAX_STAKE, max(1, rng.choice([rng.randint(1, MAX_STAKE), rng.choice(stakes) + rng.randint(-2, 2), rng.randint(1, 2 * stakes[0])])))
            part = model.contribution(tokens, tokens * 10_000 + rng.randint(0, tokens * 1_000))
            cases.append((tokens, part.boosted, part.boost))
            expected.append((part.segment, model.effective_stake(tokens), model.weight(part.segment, part.boosted, part.boost)))
        assert [tuple(answer) for answer in contract.answers(0, cases)] == expected


def test_set__versions__old_rows_stay_and_the_accumulator_is_kept():
    contract = harness("StakeWeightHarness").deploy(STAKES, VALUES, MINIMUM)
    before = contract.rows(0)
    mine(1, seconds=WAIT - 1)
    with boa.reverts("table: changed too recently"):
        contract.set_values(STAKES, 1, 77)
    mine(1, seconds=1)
    contract.set_values(STAKES, 1, 77)
    assert contract.rows(0) == before
    assert contract.rows(1) == [10**18] * 8  # linear: slope one, no intercept
    assert (contract.acc_at(0), contract.acc_at(1), contract.acc_at(2)) == (0, 77, 0)
