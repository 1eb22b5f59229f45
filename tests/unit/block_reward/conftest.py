"""The block reward of `adr-literal`, granted its channel on the real token."""

from __future__ import annotations

import boa
import pytest

from tests.support.block_reward import deploy_block_reward, grant_channel, model_of, schedule_of
from tests.support.presets import preset_of
from tests.support.token import deploy_token

START_DELAY = 50


@pytest.fixture
def owner():
    return boa.env.generate_address("owner")


@pytest.fixture
def guardian():
    return boa.env.generate_address("guardian")


@pytest.fixture
def recipient():
    return boa.env.generate_address("recipient")


@pytest.fixture
def successor():
    return boa.env.generate_address("successor")


@pytest.fixture
def attacker():
    return boa.env.generate_address("attacker")


@pytest.fixture
def halving():
    return preset_of("adr-literal").halving


@pytest.fixture
def token(owner, guardian):
    return deploy_token(owner, guardian)


@pytest.fixture
def ungranted(token, owner):
    """Deployed, not yet a minter, no recipient."""
    return deploy_block_reward(token, owner, schedule_of("adr-literal"), START_DELAY)


@pytest.fixture
def model(ungranted, token):
    """The model of the contract under test, on a model of the token; it goes through the same set-up."""
    return model_of(ungranted, token)


@pytest.fixture
def reward(ungranted, model, token, halving, owner, recipient):
    """Ready: granted its channel, with a recipient, START_DELAY blocks before the start."""
    grant_channel(token, ungranted, halving, model)
    ungranted.set_recipient(recipient, sender=owner)
    model.set_recipient(owner, recipient)
    return ungranted
