"""What the liquidity pool costs, on real transactions, held against the least that any pool of its kind can cost and against Uniswap v2.

The floors are of the rules of the chain alone: transaction, calldata, storage that nobody can avoid, logs, calls; no computing. Ours here are on MDT for both
tokens, and so are Uniswap's in tests/vectors/uniswap_v2.json. On the reference token of bench/gas both cost about 1,700 more a swap.
"""

from __future__ import annotations

import json

import pytest

from bench.gas import rows_liquidity
from bench.gas.chain import ROOT, Chain

FLOORS = {
    "swap exact in, MDT sold": 66_012,
    "swap exact in, MDT bought": 66_012,
    "swap exact out, MDT sold": 66_012,
    "swap exact out, MDT bought": 66_012,
    "deposit": 78_963,
    "withdrawal of a part": 74_970,
}
THEIRS = json.loads((ROOT / "tests/vectors/uniswap_v2.json").read_text(encoding="utf-8"))["gas"]
SIXTH = 1_667


@pytest.fixture(scope="module")
def rows():
    return rows_liquidity.measure_pool(Chain(), 0)


@pytest.mark.parametrize("row", FLOORS)
def test_gas__without_a_part_of_the_protocol__is_within_a_tenth_of_the_floor(rows, row):
    assert FLOORS[row] < rows[row] <= FLOORS[row] * 110 // 100


@pytest.mark.parametrize("row", FLOORS)
def test_gas__beside_uniswap__is_less(rows, row):
    assert rows[row] < THEIRS[row] * 3 // 4


def test_gas__with_a_part_of_the_protocol__swaps_cost_the_same(rows):
    """Only deposits and withdrawals settle it."""
    shared = rows_liquidity.measure_pool(Chain(), SIXTH)
    for row in FLOORS:
        more = shared[row] - rows[row]
        assert more == 0 if row.startswith("swap") else 0 < more < 9_000
