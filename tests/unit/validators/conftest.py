"""A registry with one validator (number 1), and accounts by role. Which Staking it runs on is decided in `tests.support.validators.Registry`."""

from __future__ import annotations

import boa
import pytest

from tests.support.validators import Registry


def _account(role: str) -> str:
    return str(boa.env.generate_address(role))


@pytest.fixture
def owner():
    """Of validator 1; its key is cold, and no vote key."""
    return _account("owner")


@pytest.fixture
def operator():
    """Of validator 1, and its vote key."""
    return _account("operator")


@pytest.fixture
def successor():
    """An account that never was a vote key."""
    return _account("successor")


@pytest.fixture
def newcomer():
    """Another account that never was a vote key."""
    return _account("newcomer")


@pytest.fixture
def attacker():
    return _account("attacker")


@pytest.fixture
def empty_registry():
    return Registry()


@pytest.fixture
def registry(empty_registry, operator, owner):
    empty_registry.register(operator, owner=owner)
    return empty_registry


@pytest.fixture
def contract(registry):
    return registry.contract
