"""The model by itself: the exact split."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdt.model.slasher import split

BURN_BPS = 8_000


@pytest.mark.parametrize(
    ("amount", "parts"),
    [
        (0, (0, 0)),
        (1, (0, 1)),
        (2, (1, 1)),
        (3, (2, 1)),
        (4, (3, 1)),
        (5, (4, 1)),
        (6, (4, 2)),
        (7, (5, 2)),
        (8, (6, 2)),
        (9, (7, 2)),
        (999, (799, 200)),
        (500, (400, 100)),
        (100, (80, 20)),
        (50, (40, 10)),
    ],
)
def test_split__documents_vectors__exact(amount, parts):
    """D9."""
    assert split(amount, BURN_BPS) == parts


@given(st.integers(0, 2**128), st.integers(0, 10_000))
def test_split__any_amount__sums_to_it_and_burns_no_wei_too_much(amount, burn_bps):
    burned, to_treasury = split(amount, burn_bps)
    assert burned + to_treasury == amount
    assert burned * 10_000 <= amount * burn_bps < (burned + 1) * 10_000
