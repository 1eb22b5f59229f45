"""preview: what a report would fix, by the same function that fixes it."""

from __future__ import annotations

import boa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdt.units import WAD
from tests.support.emission import FULL, INPUTS, amounts_of
from tests.support.profiles import examples


def test_preview__next_epoch__is_what_submission_fixes(suite, controller):
    suite.donate(10**18)
    for inputs in (INPUTS, FULL, (1, 2, 3)):
        suite.end_epoch()
        previewed = controller.preview(controller.next_epoch(), *inputs)
        suite.submit(suite.report(inputs))
        assert controller.pending().amounts == previewed
        suite.wait()
        controller.settle()


def test_preview__epoch_to_come__under_its_ceiling(suite, controller):
    """A7: epoch 2,190 is the first of era 1."""
    assert controller.preview(2_190, *FULL).ceiling == suite.schedule.base_reward // 2
    assert controller.preview(2_189, *FULL).ceiling == suite.schedule.base_reward


def test_preview__settled_epoch__refused(suite, controller):
    suite.settle_epoch()
    with boa.reverts("amounts: epoch is history"):
        controller.preview(0, *FULL)
    controller.preview(1, *FULL)


@pytest.mark.parametrize("epoch", [2**32, 2**256 - 1])
def test_preview__epoch_beyond_32_bits__refused(controller, epoch):
    with boa.reverts("epochs: epoch out of range"):
        controller.preview(epoch, *FULL)


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ((2**128, 0, 0), "utility: tasks out of range"),
        ((0, WAD + 1, 0), "utility: difficulty above one"),
        ((0, 0, WAD + 1), "utility: participation above one"),
    ],
)
def test_preview__input_out_of_range__refused(controller, inputs, reason):
    with boa.reverts(reason):
        controller.preview(0, *inputs)


@given(
    epoch=st.one_of(st.integers(0, 30_000), st.integers(0, 2**32 - 1)),
    tasks=st.one_of(st.integers(0, 20_000), st.integers(0, 2**128 - 1)),
    difficulty=st.integers(0, WAD),
    participation=st.integers(0, WAD),
)
@settings(max_examples=examples(quick=20, ci=150, deep=5_000), deadline=None)
def test_preview__any_epoch_and_inputs__equals_the_model(suite, epoch, tasks, difficulty, participation):
    """A18: the whole chain of steps, on the deployed contract, in every era."""
    expected = suite.model().preview(epoch, tasks, difficulty, participation)
    assert amounts_of(suite.controller.preview(epoch, tasks, difficulty, participation)) == expected
    assert expected.miner_share + expected.validator_share + expected.dao_share == expected.emission <= expected.ceiling
