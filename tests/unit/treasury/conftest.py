"""A treasury with an owner, and foreign tokens of every kind."""

from __future__ import annotations

import boa
import pytest

from tests.support.deployers import deployer
from tests.support.harness import harness

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
def treasury(owner):
    return deployer("governance/Treasury").deploy(owner)


@pytest.fixture
def token(treasury):
    """A plain foreign token the treasury holds some of; it can be told to misbehave."""
    token = harness("ForeignToken").deploy()
    token.set_balance(treasury, HELD)
    return token


@pytest.fixture
def silent_token(treasury):
    token = harness("SilentToken").deploy()
    token.set_balance(treasury, HELD)
    return token
