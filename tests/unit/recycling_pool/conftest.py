"""The recycling pool of `adr-literal`, entitled to burn on the real token, with a drawer and a payer who allows it everything."""

from __future__ import annotations

import boa
import pytest

from mdt.model.reasons import Burn, Mint, mask
from mdt.model.recycling import RecyclingPool
from mdt.model.token import MDT, UNLIMITED
from mdt.preset.settings import load
from tests.support.boa_clock import BoaClock
from tests.support.deployers import deploy
from tests.support.token import BUCKETS, TOKEN, deploy_token, issue

FEE_BURN_BPS = load("adr-literal").recycling.fee_burn_bps
PAID_IN = 1_000_000 * 10**18
BURNS = mask(Burn.TRANSACTION_FEE, Burn.DEFLATION)


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


def pool_and_model(token, owner, payer, fee_burn_bps):
    """A pool entitled to burn, which the payer allows everything, and its model on a model of the token."""
    pool = deploy("RecyclingPool", token=token, fee_burn_bps=fee_burn_bps, owner=owner)
    token.set_burner(pool, BURNS, sender=owner)
    token.approve(pool, UNLIMITED, sender=payer)
    twin = MDT(BUCKETS, TOKEN.grant_delay, owner, token.guardian(), BoaClock())
    twin.propose_minter(owner, owner, 0, mask(Mint.GENESIS), PAID_IN, PAID_IN, 60)
    twin.grant_minter(owner, owner)
    twin.mint(owner, payer, PAID_IN, Mint.GENESIS)
    twin.set_burner(owner, pool.address, BURNS)
    twin.approve(payer, pool.address, UNLIMITED)
    return pool, RecyclingPool(pool.address, twin, fee_burn_bps, owner)


def successor_of(pool, model, token, owner):
    """The next pool, and its model; each is the drawer of the one before."""
    new = deploy("RecyclingPool", token=token, fee_burn_bps=pool.FEE_BURN_BPS(), predecessor=pool, owner=owner)
    new_model = RecyclingPool(new.address, model.token, model.fee_burn_bps, owner, model)
    token.set_burner(new, BURNS, sender=owner)
    model.token.set_burner(owner, new.address, BURNS)
    pool.set_drawer(new, sender=owner)
    model.set_drawer(owner, new.address)
    return new, new_model


@pytest.fixture
def pair(token, owner, payer, drawer):
    """The pool and its model, with the drawer."""
    pool, model = pool_and_model(token, owner, payer, FEE_BURN_BPS)
    pool.set_drawer(drawer, sender=owner)
    model.set_drawer(owner, drawer)
    return pool, model


@pytest.fixture
def pool(pair):
    return pair[0]


@pytest.fixture
def model(pair):
    return pair[1]


def assert_same(pool, model, token) -> None:
    """The contract's books, the token's and the model's agree."""
    assert pool.available() == token.balanceOf(pool) == model.available
    assert token.totalSupply() == model.token.total_supply
    assert pool.total_fees() == model.total_fees
    assert token.total_burned() == model.token.total_burned
    assert pool.total_burned() == model.total_burned
    assert pool.total_absorbed() == model.total_absorbed
    assert pool.total_recycled() == model.total_recycled
    assert pool.total_drawn() == model.total_drawn
    assert pool.drawer() == model.drawer
