"""Staking of `adr-literal`, wired to the real token, block reward and recycling pool."""

from __future__ import annotations

import boa
import pytest

from tests.support.boa_clock import mine
from tests.support.staking import StakingSuite, deploy_suite


@pytest.fixture
def suite() -> StakingSuite:
    """Rewards are being earned, nobody is registered."""
    suite = deploy_suite()
    mine(1)
    return suite


@pytest.fixture
def quiet() -> StakingSuite:
    """No block rewards come in: only what a test notifies."""
    return deploy_suite(is_recipient=False)


@pytest.fixture
def attacker() -> str:
    return str(boa.env.generate_address("attacker"))
