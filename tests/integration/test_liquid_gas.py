"""What the liquid share costs, on real transactions, held against the least that a vault of its kind can cost.

The floor of a deposit is that of a vault whose assets are counted inside, by the rules of the chain alone, and what it takes to know of every slash: who the
slasher is, its two words of totals, the digest of the last look, and what still flows, all cold.
"""

from __future__ import annotations

import pytest

from bench.gas import rows_liquid
from bench.gas.chain import Chain

VAULT = 52_290
CALL, READ = 2_600, 2_100
WATCH = 2 * CALL + 5 * READ  # two contracts; slasher, two totals, digest, flow


@pytest.fixture(scope="module")
def rows():
    return rows_liquid.measure(Chain())


@pytest.mark.parametrize("row", ["deposit", "mint"])
def test_deposit__beside_the_floor__is_within_a_tenth(rows, row):
    assert VAULT + WATCH < rows[row] <= (VAULT + WATCH) * 110 // 100


@pytest.mark.parametrize("row", ["redeem a part", "withdraw a part", "request, later in the batch"])
def test_leaving__by_a_holder__costs_no_more_than_a_deposit(rows, row):
    assert rows[row] < rows["deposit"]


def test_bounded_work__with_ten_validators__fits_many_times_into_a_block(rows):
    """Luxtensor's blocks have 30 million gas, its nodes' `eth_call` one million."""
    assert max(gas for row, gas in rows.items() if row != "deploy the vault") < 1_000_000
    assert rows["look at ten validators"] < 400_000
