"""The vesting curve and its packing against the model, and the model against exact fractions."""

from __future__ import annotations

import random
from dataclasses import astuple, replace
from fractions import Fraction
from typing import Any

import boa
from hypothesis import given, settings
from hypothesis import strategies as st

from mdt.errors import Refusal
from mdt.model import vesting as model
from mdt.model.clock import Clock
from mdt.model.vesting import MAX_UNITS, VestingSchedule, VestingTerms
from mdt.units import HOUR
from tests.support.harness import harness
from tests.support.profiles import examples

BATCH = 250
MAX_HOURS = model.MAX_DURATION // HOUR
BENEFICIARY = "0x" + "11" * 20


def random_terms(rng: random.Random, now: int, unit: int) -> VestingTerms:
    """Terms within the bounds, often at them."""
    hours = rng.choice([1, 2, MAX_HOURS, rng.randint(1, 100), rng.randint(1, MAX_HOURS)])
    longest_cliff = min(hours, 2**16 - 1)
    cliff = rng.choice([0, longest_cliff, rng.randint(0, longest_cliff)])
    latest = min(now + model.MAX_START_AHEAD, model.MAX_START)
    return VestingTerms(
        BENEFICIARY,
        rng.choice([1, 2, MAX_UNITS, rng.randint(1, 10_000), rng.randint(1, MAX_UNITS), 1 << rng.randrange(86)]) * unit,
        rng.choice([now, latest, rng.randint(now, latest)]),
        cliff * HOUR,
        hours * HOUR,
        rng.choice([0, 1, 9_999, 10_000, rng.randint(0, 10_000)]),
        rng.random() < 0.5,
        rng.random() < 0.5,
    )


def random_time(rng: random.Random, terms: VestingTerms) -> int:
    """Any time, often at or next to the start, the cliff or the end."""
    border = terms.start + rng.choice([0, terms.cliff_seconds, terms.duration_seconds])
    inside = terms.start + rng.randrange(terms.duration_seconds)
    return rng.choice([max(0, border + rng.choice([-1, 0, 1])), inside, inside, rng.randrange(2**33), 2**256 - 1])


def curve(terms: VestingTerms, units: int, time: int) -> int:
    """The model's curve of these terms."""
    parts = {"start": terms.start, "cliff": terms.cliff_seconds, "duration": terms.duration_seconds}
    return model.vested(units, time, at_start_bps=terms.at_start_bps, is_from_cliff=terms.is_from_cliff, **parts)


def shown(terms: VestingTerms, amount: int, claimed: int, vested: int, **changed: Any) -> VestingSchedule:
    """What a view should say of these terms, amounts in wei."""
    times = (terms.start, terms.start + terms.cliff_seconds, terms.start + terms.duration_seconds)
    return replace(VestingSchedule(amount, claimed, vested, *times, terms.at_start_bps, terms.is_from_cliff, terms.is_revocable), **changed)


def test_vesting__random_schedules_and_times__contract_equals_model():
    """Every schedule the contract takes, at every kind of time, to the unit; no field of the word spills into another (E2, E12)."""
    contract, rng = harness("VestingHarness").deploy(), random.Random(20_260_101)
    for _ in range(examples(quick=4, ci=20, deep=400)):
        now = rng.choice([1, rng.randrange(2**31, 2**32), 1_800_000_000])
        boa.env.evm.patch.timestamp = now
        cases, expected = [], []
        for _ in range(BATCH):
            unit = rng.choice([1, 1, 10**5])
            terms = random_terms(rng, now, unit)
            units, time = terms.amount // unit, random_time(rng, terms)
            vested, vested_now = curve(terms, units, time), curve(terms, units, now)
            claimed = rng.choice([0, vested, rng.randint(0, vested)])
            cases.append((astuple(terms), unit, time, claimed))
            after_claim = shown(terms, terms.amount, claimed * unit, vested_now * unit)
            after_end = shown(terms, vested * unit, vested * unit, vested * unit, is_ended=True)
            expected.append((vested, claimed, astuple(after_claim), astuple(after_end)))
        for case, found, answer in zip(cases, contract.answers(cases), expected, strict=True):
            assert (found.vested, found.claimed, tuple(found.after_claim), tuple(found.after_end)) == answer, case


def test_pack__random_terms_out_of_bounds__refused_for_the_models_reason():
    """Whatever the terms, contract and model take the same ones, and give the same reason for the others."""
    contract, rng = harness("VestingHarness").deploy(), random.Random(9)
    now = boa.env.evm.patch.timestamp
    for _ in range(examples(quick=100, ci=400, deep=20_000)):
        terms = random_terms(rng, now, 1)
        field = rng.choice(["amount", "start", "cliff_seconds", "duration_seconds", "at_start_bps"])
        terms = replace(terms, **{field: rng.choice([0, 1, rng.randrange(2**18), rng.randrange(2**34), rng.randrange(2**90), 2**256 - 1])})
        clock = Clock(timestamp=now)
        vesting = model.Vesting(clock, "vesting", "token", 2**85, "treasury", "owner")
        try:
            vesting.create("owner", terms)
        except Refusal as refusal:
            with boa.reverts(str(refusal)):
                contract.pack(astuple(terms), 1)
            continue
        assert contract.pack(astuple(terms), 1) & MAX_UNITS == terms.amount


@given(
    units=st.one_of(st.integers(1, 20), st.integers(1, MAX_UNITS)),
    hours=st.integers(1, MAX_HOURS),
    share=st.integers(0, 10_000),
    is_from_cliff=st.booleans(),
    data=st.data(),
)
@settings(max_examples=examples(quick=200, ci=600, deep=100_000), deadline=None)
def test_model__any_schedule__rises_and_stays_within_two_units_below_the_exact_curve(units, hours, share, is_from_cliff, data):
    """Rounding is for the contract, and only for a while: never above the curve, never falling, everything at the end."""
    cliff = data.draw(st.integers(0, hours)) * HOUR
    terms = VestingTerms(BENEFICIARY, units, 1_000, cliff, hours * HOUR, share, is_from_cliff)
    offsets = sorted(data.draw(st.lists(st.integers(-1, hours * HOUR + 1), min_size=2, max_size=8)))
    found = [curve(terms, units, 1_000 + offset) for offset in offsets]
    assert found == sorted(found)
    for offset, vested in zip(offsets, found, strict=True):
        exact = exact_curve(terms, units, offset)
        assert exact - 2 < vested <= exact
        if exact in (0, units):
            assert vested == exact


def exact_curve(terms: VestingTerms, units: int, offset: int) -> Fraction:
    """The law without rounding, `offset` seconds after the start."""
    if offset < 0:
        return Fraction(0)
    if offset >= terms.duration_seconds:
        return Fraction(units)
    initial = Fraction(units * terms.at_start_bps, 10_000)
    if offset < terms.cliff_seconds:
        return initial
    begin = terms.cliff_seconds if terms.is_from_cliff else 0
    return initial + (units - initial) * Fraction(offset - begin, terms.duration_seconds - begin)
