"""A liquidity pool of two real tokens and its model; with deposits, or with a token that does as it is told."""

from __future__ import annotations

import pytest

from tests.support.boa_clock import mine
from tests.support.liquidity import WITH_PART, HostileMarket, MarketScene
from tests.support.pools import UNIT


@pytest.fixture
def empty():
    """Nobody has deposited."""
    return MarketScene()


@pytest.fixture
def scene(empty):
    """The provider has deposited 100 MDT and 150 of the paired token, a block ago."""
    empty.add(100 * UNIT, 150 * UNIT)
    mine(1)
    return empty


@pytest.fixture
def shared():
    """The same, where the protocol has a quarter of the fees."""
    market = MarketScene(WITH_PART)
    market.add(100 * UNIT, 150 * UNIT)
    mine(1)
    return market


@pytest.fixture
def hostile():
    """The paired token taxes, rebases, refuses or calls back when it is told to."""
    return HostileMarket()
