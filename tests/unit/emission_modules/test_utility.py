"""The utility formula: the documents' numbers, its bounds and the limit of its change."""

from __future__ import annotations

import boa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdt.model import utility as model
from mdt.preset.settings import load
from mdt.units import BPS, WAD, parse_wad
from tests.support.harness import harness
from tests.support.profiles import examples
from tests.support.refusals import refuses

EMISSION = load("adr-literal").emission
WEIGHTS = EMISSION.weights_bps.as_list()


@pytest.fixture(scope="module")
def contract():
    return harness("EmissionHarness").deploy()


def both(contract, *case: int) -> int:
    """U from the contract, which must be the model's."""
    found = contract.utility_of(WEIGHTS, EMISSION.max_tasks, *case)
    assert found == model.utility(WEIGHTS, EMISSION.max_tasks, *case)
    return found


@pytest.mark.parametrize(
    ("tasks", "difficulty", "participation", "expected"),
    [
        (8_000, "0.7", "0.9", "0.79"),
        (5_000, "0.8", "0.9", "0.67"),
        (20_000, "0.5", "0.5", "0.75"),
        (10_000, "1", "1", "1"),
        (0, "0", "0", "0"),
    ],
)
def test_utility__vectors_of_the_documents__exact(contract, tasks, difficulty, participation, expected):
    assert both(contract, tasks, parse_wad(difficulty), parse_wad(participation)) == parse_wad(expected)


def test_utility__weights_changed_to_4_4_2__the_documents_epoch_is_worth_78(contract):
    """A12: .4 x .8 + .4 x .7 + .2 x .9."""
    case = ([4_000, 4_000, 2_000], 10_000, 8_000, parse_wad("0.7"), parse_wad("0.9"))
    assert contract.utility_of(*case) == model.utility(*case) == parse_wad("0.78")


@pytest.mark.parametrize("tasks", [9_999, 10_000, 10_001, 2**128 - 1])
def test_utility__tasks_around_and_beyond_the_maximum__clamped(contract, tasks):
    """A17."""
    expected = 5_000 * min(tasks, 10_000) * WAD // 10_000 // BPS
    assert both(contract, tasks, 0, 0) == expected


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ((2**128, 0, 0), "utility: tasks out of range"),
        ((0, WAD + 1, 0), "utility: difficulty above one"),
        ((0, 0, WAD + 1), "utility: participation above one"),
        ((0, 2**256 - 1, 0), "utility: difficulty above one"),
        ((0, 0, 2**256 - 1), "utility: participation above one"),
    ],
)
def test_utility__input_out_of_range__refused(contract, inputs, reason):
    """A17, B23."""
    with boa.reverts(reason):
        contract.utility_of(WEIGHTS, EMISSION.max_tasks, *inputs)
    with refuses(reason):
        model.utility(WEIGHTS, EMISSION.max_tasks, *inputs)


def test_utility__a_third_of_a_wad__rounded_down(contract):
    """One task of three at full weight is 0.333.., never 0.334."""
    case = ([BPS, 0, 0], 3, 1, 0, 0)
    assert contract.utility_of(*case) == model.utility(*case) == WAD // 3


@pytest.mark.parametrize(
    ("utility", "last", "max_change", "expected"),
    [
        ("0.9", "0.5", "0.1", "0.6"),
        ("0.1", "0.5", "0.1", "0.1"),
        ("0.55", "0.5", "0.1", "0.55"),
        ("0.6", "0.5", "0.1", "0.6"),
        ("0.4", "0.5", "0.1", "0.4"),
        ("0", "0.05", "0.1", "0"),
        ("1", "0.95", "0.1", "1"),
        ("1", "0", "1", "1"),
    ],
)
def test_limited__any_step__rises_by_at_most_the_largest_change(contract, utility, last, max_change, expected):
    """A19, X13."""
    case = (parse_wad(utility), parse_wad(last), parse_wad(max_change))
    assert contract.limited(*case) == model.limited(*case) == parse_wad(expected)


@given(st.integers(0, WAD), st.integers(0, WAD), st.integers(1, WAD))
@settings(max_examples=examples(quick=50, ci=300, deep=100_000), deadline=None)
def test_limited__any_inputs__within_the_step_and_within_one(utility, last, max_change):
    """A19, X13: the result is a utility again, rises at most by the step, and falls as far as was measured."""
    moved = model.limited(utility, last, max_change)
    assert 0 <= moved <= utility <= WAD
    assert moved - last <= max_change
    assert moved == utility or moved - last == max_change
