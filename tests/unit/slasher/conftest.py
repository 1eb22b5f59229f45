"""A slasher over three validators with 1,000 MDT each, beside its model; every test starts from it (the chain is rolled back)."""

from __future__ import annotations

import boa
import pytest

from tests.support.slashing import deploy_suite


@pytest.fixture
def suite():
    return deploy_suite()


@pytest.fixture
def slasher(suite):
    return suite.slasher


@pytest.fixture
def model(suite):
    return suite.model


@pytest.fixture
def attacker():
    return str(boa.env.generate_address("attacker"))


@pytest.fixture
def delegator():
    return str(boa.env.generate_address("delegator"))
