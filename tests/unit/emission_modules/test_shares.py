"""Shares: parts that sum to the whole, whatever is split."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdt.model import shares as model
from mdt.preset.settings import load
from mdt.units import BPS, parse_amount
from tests.support.harness import harness
from tests.support.profiles import examples

SHARES = load("adr-literal").distribution.shares_bps.as_list()


@pytest.fixture(scope="module")
def contract():
    return harness("EmissionHarness").deploy()


def test_split__790_tokens__316_316_158(contract):
    """The documents' epoch 1000."""
    expected = [parse_amount(text) for text in ("316", "316", "158")]
    assert list(contract.split(parse_amount("790"), SHARES)) == list(model.split(parse_amount("790"), SHARES)) == expected


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (0, [0, 0, 0]),
        (1, [1, 0, 0]),  # remainders .4 .4 .2: a tie, the lower index
        (2, [1, 1, 0]),  # .8 .8 .4
        (3, [1, 1, 1]),  # .2 .2 .6: the DAO lost most
        (4, [2, 1, 1]),  # .6 .6 .8: two wei left, the DAO first, then the lower index
        (5, [2, 2, 1]),
    ],
)
def test_split__a_few_wei__by_largest_remainder(contract, amount, expected):
    """A16: the remainder rule is fixed."""
    assert list(contract.split(amount, SHARES)) == list(model.split(amount, SHARES)) == expected


@pytest.mark.parametrize("shares_bps", [[BPS, 0, 0], [0, BPS, 0], [0, 0, BPS], [0, 5_000, 5_000]])
def test_split__a_share_of_nothing__gets_no_stray_wei(contract, shares_bps):
    for amount in (1, 2, 3, 10**18 + 1, 2**128 - 1):
        parts = list(contract.split(amount, shares_bps))
        assert parts == list(model.split(amount, shares_bps))
        assert [part for part, share in zip(parts, shares_bps, strict=True) if share == 0] == [0] * shares_bps.count(0)


@given(st.integers(0, 2**128), st.integers(0, BPS), st.integers(0, BPS))
@settings(max_examples=examples(quick=50, ci=300, deep=100_000), deadline=None)
def test_split__any_amount_and_shares__sums_exactly_and_within_a_wei(amount, one, other):
    """A16: sum of parts = amount, and each is its exact share rounded up or down."""
    low, high = sorted((one, other))
    shares_bps = [low, high - low, BPS - high]
    parts = model.split(amount, shares_bps)
    assert sum(parts) == amount
    for part, share in zip(parts, shares_bps, strict=True):
        assert abs(part * BPS - amount * share) < BPS
