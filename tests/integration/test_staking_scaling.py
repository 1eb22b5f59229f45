"""Staking costs the same gas beside any crowd. `python -m bench.gas.scaling` measures 10,000 delegators and 1,000 validators."""

from __future__ import annotations

from bench.gas import scaling


def test_gas__more_delegators_or_validators__is_the_same() -> None:
    few = scaling.measure(10, scaling.AT_FIRST + 10)
    assert scaling.measure(300, scaling.AT_FIRST + 10) == few
    assert scaling.measure(10, scaling.AT_FIRST + 100) == few
