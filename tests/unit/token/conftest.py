"""Actors by role, and a token with one minter of the first bucket."""

import boa
import pytest

from tests.support.token import deploy_token, grant, issue

UNIT = 10**18


def _actor(role):
    @pytest.fixture(name=role)
    def make():
        return boa.env.generate_address(role)

    return make


owner = _actor("owner")
guardian = _actor("guardian")
minter = _actor("minter")
holder = _actor("holder")
recipient = _actor("recipient")
spender = _actor("spender")
attacker = _actor("attacker")
collector = _actor("collector")


@pytest.fixture(autouse=True)
def _anchored():
    with boa.env.anchor():
        yield


@pytest.fixture
def token(owner, guardian):
    return deploy_token(owner, guardian)


@pytest.fixture
def mdt(token, minter, holder):
    """The token with an active minter, and 1,000 MDT with a holder."""
    grant(token, minter)
    issue(token, holder, 1_000 * UNIT, minter)
    return token
