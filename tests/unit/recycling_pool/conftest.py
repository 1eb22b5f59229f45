"""The recycling pool of `adr-literal`, entitled to burn on the real token, with a drawer and a payer who allows it everything."""

from __future__ import annotations

import boa
import pytest

from mdt.model.reasons import Burn, mask
from mdt.model.recycling import RecyclingPool
from mdt.settings import load
from tests.support.deployers import deployer
from tests.support.token import deploy_token, issue

FEE_BURN_BPS = load("adr-literal").recycling.fee_burn_bps
PAID_IN = 1_000_000 * 10**18


@pytest.fixture
def owner():
    return boa.env.generate_address("owner")


@pytest.fixture
def payer():
    return boa.env.generate_address("payer")


@pytest.fixture
def drawer():
    return boa.env.generate_address("drawer")


@pytest.fixture
def attacker():
    return boa.env.generate_address("attacker")


@pytest.fixture
def token(owner, payer):
    """A token of which the payer holds PAID_IN."""
    token = deploy_token(owner, boa.env.generate_address("guardian"))
    issue(token, payer, PAID_IN)
    return token


@pytest.fixture
def pool(token, owner, drawer, payer):
    pool = deployer("distribution/RecyclingPool").deploy(token, FEE_BURN_BPS, owner)
    token.set_burner(pool, mask(Burn.TRANSACTION_FEE, Burn.DEFLATION), sender=owner)
    token.approve(pool, 2**256 - 1, sender=payer)
    pool.set_drawer(drawer, sender=owner)
    return pool


@pytest.fixture
def model(pool, owner, drawer):
    model = RecyclingPool(FEE_BURN_BPS, owner)
    model.set_drawer(owner, drawer)
    return model


def assert_same(pool, model, token) -> None:
    """The contract's books, the token's and the model's agree."""
    assert pool.available() == token.balanceOf(pool) == model.available
    assert pool.total_fees() == model.total_fees
    assert pool.total_burned() == token.total_burned() == model.total_burned
    assert pool.total_recycled() == model.total_recycled
    assert pool.total_drawn() == model.total_drawn
    assert pool.drawer() == model.drawer
