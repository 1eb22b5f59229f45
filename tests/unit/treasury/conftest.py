"""A treasury with an owner and a budget, its twin in the model, and foreign tokens of every kind."""

from __future__ import annotations

import boa
import pytest

from tests.support.harness import harness
from tests.support.token import deploy_token, issue
from tests.support.treasury import allow, deploy_treasury, twin

HELD = 1_000_000


@pytest.fixture
def owner():
    return boa.env.generate_address("owner")


@pytest.fixture
def grantee():
    return boa.env.generate_address("grantee")


@pytest.fixture
def attacker():
    return boa.env.generate_address("attacker")


@pytest.fixture
def mdt(owner):
    return deploy_token(owner, boa.env.generate_address("guardian"))


@pytest.fixture
def treasury(mdt, owner):
    """Holds MDT, of which BUDGET may leave in a period."""
    treasury = deploy_treasury(mdt, owner)
    issue(mdt, treasury.address, HELD)
    return treasury


@pytest.fixture
def model(treasury):
    """The same treasury in the model."""
    return twin(treasury)


def held(kind: str, treasury, model):
    """A foreign token the treasury holds, with a budget of all of it."""
    token = harness(kind).deploy()
    token.set_balance(treasury, HELD)
    model.set_budget(treasury.owner(), str(token.address), HELD)
    allow(treasury, token, HELD)
    return token


@pytest.fixture
def token(treasury, model):
    """A plain one; it can be told to misbehave."""
    return held("ForeignToken", treasury, model)


@pytest.fixture
def silent_token(treasury, model):
    return held("SilentToken", treasury, model)
