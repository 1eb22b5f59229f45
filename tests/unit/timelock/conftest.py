"""A timelock with two proposers, a guardian and no executors, its twin in the model, and a contract it may call."""

from __future__ import annotations

import boa
import pytest

from mdt.model.timelock import TimelockCall
from tests.support.harness import harness
from tests.support.timelock import deploy_timelock


@pytest.fixture
def twin():
    return deploy_timelock()


@pytest.fixture
def timelock(twin):
    return twin.timelock


@pytest.fixture
def target():
    """Takes any call; can be told to misbehave."""
    return harness("HostileOwned").deploy()


@pytest.fixture
def call(target):
    return TimelockCall(str(target.address), b"\x01\x02\x03\x04 some call")


@pytest.fixture
def stranger():
    return str(boa.env.generate_address("stranger"))
