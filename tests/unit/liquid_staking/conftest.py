"""Liquid staking over three validators: empty, with a deposit, or with stake."""

from __future__ import annotations

import pytest

from tests.support.boa_clock import mine
from tests.support.liquid import UNIT, LiquidScene


@pytest.fixture
def empty():
    """Nobody has deposited."""
    return LiquidScene()


@pytest.fixture
def scene(empty):
    """The holder has deposited 1,000 MDT, which are staked with the three: 500, 300 and 200; a block ago."""
    empty.deposit(1_000 * UNIT)
    empty.do("allocate")
    mine(1)
    return empty
