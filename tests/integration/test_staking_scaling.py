"""Staking costs the same gas beside any crowd. `python -m bench.gas.scaling` measures 10,000 delegators and 1,000 validators."""

from __future__ import annotations

from bench.gas import scaling


def test_gas__more_delegators_or_validators__is_the_same() -> None:
    few = scaling.measure(10, scaling.AT_FIRST + 10)
    assert scaling.measure(300, scaling.AT_FIRST + 10) == few
    assert scaling.measure(10, scaling.AT_FIRST + 100) == few


LARGEST_TABLE = 5_000
"""Gas of a decay table that a pool has not seen, at most: ten years of them, one a month, cost a fortieth of a block of 25 million."""


def test_gas__tables_a_pool_has_not_seen__cost_the_same_each_and_are_bounded() -> None:
    one, two, four = (scaling.measure_behind(tables) for tables in (1, 2, 4))
    for call, gas in one.items():
        each = two[call] - gas
        assert 0 < each <= LARGEST_TABLE
        assert four[call] - two[call] == 2 * each
