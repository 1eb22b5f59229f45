"""Largest-remainder allocation: the documents' numbers, the specification against the fast one, and its promises (A16, B28)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdt.errors import Refusal
from mdt.model import allocation as model
from mdt.oracle.allocate import allocate
from mdt.oracle.score import weigh
from mdt.units import WAD
from tests.support.profiles import examples

A, B, C = (f"0x{number:040x}" for number in (10, 11, 12))

weights_by_account = st.dictionaries(st.integers(1, 2**160 - 1).map(lambda number: f"0x{number:040x}"), st.integers(0, 10**24), max_size=40)
amounts = st.one_of(st.integers(0, 100), st.integers(0, 2**128), st.just(2**256 - 1))


def fast(amount, weights):
    return dict(allocate(amount, weigh(sorted(weights.items()))))


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (316 * WAD, (900, 700, 400), (142_200 * 10**15, 110_600 * 10**15, 63_200 * 10**15)),
        (316 * WAD, (50, 30, 20), (158 * WAD, 94_800 * 10**15, 63_200 * 10**15)),
        (316, (900, 700, 400), (142, 111, 63)),
        (316, (50, 30, 20), (158, 95, 63)),
    ],
)
def test_allocate__numbers_of_the_documents__exact(amount, weights, parts):
    given_weights = dict(zip((A, B, C), weights, strict=True))
    wanted = dict(zip((A, B, C), parts, strict=True))
    assert model.allocate(amount, given_weights) == wanted
    assert fast(amount, given_weights) == wanted


@settings(max_examples=examples(100, 1_000, 20_000), deadline=None)
@given(amounts, weights_by_account)
def test_allocate__fast_and_specification__agree_to_the_wei(amount, weights):
    assert list(fast(amount, weights).items()) == list(model.allocate(amount, weights).items())


@settings(max_examples=examples(100, 500, 10_000), deadline=None)
@given(amounts, st.dictionaries(st.integers(1, 2**160 - 1).map(lambda number: f"0x{number:040x}"), st.integers(1, 4), min_size=1, max_size=40))
def test_allocate__equal_remainders__agree_to_the_wei(amount, weights):
    """Small weights make ties the rule instead of the exception."""
    assert fast(amount, weights) == model.allocate(amount, weights)


@settings(max_examples=examples(100, 500, 10_000), deadline=None)
@given(amounts, weights_by_account)
def test_allocate__any_weights__sums_exactly_and_strays_less_than_a_wei(amount, weights):
    """A16."""
    parts = fast(amount, weights)
    total = sum(weights.values())
    if total == 0:
        assert parts == {}
        return
    assert sum(parts.values()) == amount
    assert set(parts) == {account for account, weight in weights.items() if weight}
    for account, part in parts.items():
        assert abs(part * total - amount * weights[account]) < total


def test_allocate__tie__lower_address_gets_the_wei():
    assert model.allocate(2, {C: 1, A: 1, B: 1}) == {A: 1, B: 1, C: 0}
    assert fast(2, {C: 1, A: 1, B: 1}) == {A: 1, B: 1, C: 0}


def test_allocate__tie_is_by_number_not_by_spelling__checksummed_and_lower_case():
    low, high = "0x" + "0a" * 20, "0x" + "0B" * 20
    assert list(model.allocate(1, {high: 5, low: 5}).items()) == [(low, 1), (high, 0)]


def test_allocate__no_miners_or_all_scores_zero__nobody_is_paid():
    """B28: the caller leaves root and total alone, the share goes to the pool once."""
    assert model.allocate(WAD, {}) == {} == model.allocate(WAD, {A: 0, B: 0})
    assert fast(WAD, {}) == {} == fast(WAD, {A: 0, B: 0})


def test_allocate__zero_score_among_others__gets_nothing():
    assert fast(100, {A: 0, B: 1, C: 2}) == {B: 33, C: 67} == model.allocate(100, {A: 0, B: 1, C: 2})


def test_model__impossible_arguments__refused():
    """B13: one account under two spellings would be paid twice."""
    with pytest.raises(Refusal, match="allocation: negative amount"):
        model.allocate(-1, {A: 1})
    with pytest.raises(Refusal, match="allocation: negative weight"):
        model.allocate(1, {A: -1})
    with pytest.raises(Refusal, match="allocation: duplicate account"):
        model.allocate(1, {"0x" + "ab" * 20: 1, "0x" + "AB" * 20: 1})


def test_fast__impossible_arguments__refused():
    """B13."""
    with pytest.raises(Refusal, match="allocation: negative amount"):
        allocate(-1, [(A, 1)])
    with pytest.raises(Refusal, match="allocation: weight not positive"):
        allocate(1, [(A, 0)])
    with pytest.raises(Refusal, match="allocation: not in address order"):
        allocate(1, [(B, 1), (A, 1)])
    with pytest.raises(Refusal, match="allocation: not in address order"):
        allocate(1, [(A, 1), (A, 1)])
