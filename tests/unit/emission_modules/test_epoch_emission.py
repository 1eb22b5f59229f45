"""The law of an epoch's emission: the documents' numbers, eras, and epochs that straddle them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdt.model import emission as model
from mdt.preset.settings import load
from mdt.preset.terms import schedule_of
from mdt.units import WAD, parse_amount, parse_wad
from tests.support.harness import harness
from tests.support.profiles import examples
from tests.support.refusals import refuses

PRESETS = ["adr-literal", "luxtensor"]


@pytest.fixture(scope="module")
def contract():
    return harness("EmissionHarness").deploy()


def on_chain(contract, schedule: model.EmissionSchedule, epoch: int, utility: int) -> int:
    """The module's answer, which must be the model's."""
    first = epoch * schedule.epoch_blocks
    case = (schedule.base_reward, schedule.interval_blocks, schedule.halvings, first, schedule.epoch_blocks, utility)
    found = contract.emission_of(case)
    assert found == schedule.formula(epoch, utility)
    return found


def exact(schedule: model.EmissionSchedule, epoch: int, utility: int) -> Fraction:
    """base x U x the mean of 2^-era over the epoch's blocks, block by block."""
    first = epoch * schedule.epoch_blocks
    eras = [block // schedule.interval_blocks for block in range(first, first + schedule.epoch_blocks)]
    weight = sum(Fraction(1, 2**era) for era in eras if era <= schedule.halvings)
    return schedule.base_reward * Fraction(utility, WAD) * weight / schedule.epoch_blocks


@pytest.mark.parametrize(("utility", "expected"), [("0.79", "790"), ("0.9", "900"), ("0.8", "800"), ("0.3", "300"), ("0", "0"), ("1", "1000")])
@pytest.mark.parametrize("preset", PRESETS)
def test_emission__vectors_of_the_documents__exact(contract, preset, utility, expected):
    schedule = schedule_of(load(preset))
    for epoch in (0, 1_000):
        assert on_chain(contract, schedule, epoch, parse_wad(utility)) == parse_amount(expected)


@pytest.mark.parametrize(("preset", "total"), [("adr-literal", "4_377_861.328125"), ("luxtensor", None)])
def test_ceilings__all_epochs__sum_to_the_documents_lifetime(preset, total):
    """4,377,861.3 (2,190 epochs per era) and 2,432,145 MDT; both fit the channel."""
    config = load(preset)
    schedule = schedule_of(config)
    end = schedule.interval_blocks * (schedule.halvings + 1)
    epochs = -(-end // schedule.epoch_blocks)
    ceilings = [schedule.ceiling(epoch) for epoch in range(epochs)]
    lifetime = Fraction(schedule.base_reward * schedule.earned(0, end), schedule.epoch_blocks << schedule.halvings)
    # each epoch is rounded down on its own: never above the exact lifetime, and less than a wei per epoch below
    assert 0 <= lifetime - sum(ceilings) < epochs
    if total is not None:
        assert sum(ceilings) == parse_amount(total)
    else:
        assert round(lifetime / 10**18) == 2_432_145
    assert sum(ceilings) <= config.emission.channel_cap
    assert schedule.ceiling(epochs) == 0


def test_eras__adr_literal__each_has_2190_epochs_at_half_the_last(contract):
    """A7, A18: the era's last epoch and the next era's first, in every era."""
    schedule = schedule_of(load("adr-literal"))
    per_era = schedule.interval_blocks // schedule.epoch_blocks
    assert per_era == 2_190
    for era in range(schedule.halvings + 1):
        expected = schedule.base_reward >> era
        assert on_chain(contract, schedule, era * per_era, WAD) == expected
        assert on_chain(contract, schedule, (era + 1) * per_era - 1, WAD) == expected
    assert on_chain(contract, schedule, (schedule.halvings + 1) * per_era, WAD) == 0


def test_straddling_epoch__luxtensor__paid_pro_rata_by_blocks(contract):
    """A6: 35,040,000 is no multiple of 28,800, so the first era ends two thirds into epoch 1,216."""
    schedule = schedule_of(load("luxtensor"))
    epoch, before = divmod(schedule.interval_blocks, schedule.epoch_blocks)
    assert 0 < before < schedule.epoch_blocks
    whole = schedule.base_reward * (2 * before + (schedule.epoch_blocks - before))
    assert on_chain(contract, schedule, epoch, WAD) == whole // (2 * schedule.epoch_blocks)
    assert on_chain(contract, schedule, epoch - 1, WAD) == schedule.base_reward
    assert on_chain(contract, schedule, epoch + 1, WAD) == schedule.base_reward // 2


@given(
    epoch=st.integers(0, 40),
    interval=st.integers(1, 60),
    halvings=st.integers(0, 5),
    epoch_blocks=st.integers(10, 30),
    utility=st.integers(0, WAD),
)
@settings(max_examples=examples(quick=50, ci=200, deep=20_000), deadline=None)
def test_emission__any_schedule__is_the_block_by_block_sum_rounded_down(epoch, interval, halvings, epoch_blocks, utility):
    """A6, A7: exact rational arithmetic, also for epochs that straddle several eras, rounded down once."""
    schedule = model.EmissionSchedule(epoch_blocks, 10**21 + 7, interval, halvings)
    found = schedule.formula(epoch, utility)
    assert found == exact(schedule, epoch, utility).__floor__()
    assert found <= schedule.ceiling(epoch) <= schedule.base_reward


@pytest.mark.parametrize("thousandths", range(0, 1_001, 91))
def test_emission__scores_by_the_thousand_over_all_eras__to_the_wei(contract, thousandths):
    """A18: k/1000 of a base of 2 tokens over halvings 0 to 10."""
    schedule = model.EmissionSchedule(480, 2 * 10**18, 1_051_200, 10)
    for era in range(11):
        assert on_chain(contract, schedule, era * 2_190, thousandths * 10**15) == (2 * 10**15 * thousandths) >> era


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"base_reward": 0}, "amounts: base reward range"),
        ({"base_reward": 10**28 + 1}, "amounts: base reward range"),
        ({"epoch_blocks": 9}, "epochs: length out of range"),
        ({"epoch_blocks": 10_000_001}, "epochs: length out of range"),
        ({"halvings": 33}, "halving: too many halvings"),
        ({"interval_blocks": 0}, "halving: zero interval"),
    ],
)
def test_schedule__out_of_bounds__refused(changed, reason):
    fields = {"base_reward": 1, "epoch_blocks": 10, "interval_blocks": 1, "halvings": 0} | changed
    with refuses(reason):
        model.EmissionSchedule(**fields)
