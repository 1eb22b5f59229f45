"""The suite of `adr-literal`, wired, three miners and the usual actors; every test starts from it (the chain is rolled back)."""

from __future__ import annotations

import boa
import pytest

from tests.support.emission import deploy_suite


@pytest.fixture(scope="module")
def suite():
    return deploy_suite()


@pytest.fixture(scope="module")
def controller(suite):
    return suite.controller


@pytest.fixture(scope="module")
def owner(suite):
    return suite.owner


@pytest.fixture(scope="module")
def guardian(suite):
    return suite.guardian


@pytest.fixture(scope="module")
def attacker():
    return boa.env.generate_address("attacker")


@pytest.fixture(scope="module")
def anyone():
    return boa.env.generate_address("anyone")


@pytest.fixture(scope="module")
def miners():
    return [boa.env.generate_address(f"miner {index}") for index in range(3)]


@pytest.fixture
def reported(suite, miners):
    """A report of epoch 0 with U = 1 and two miners is pending."""
    suite.end_epoch()
    return suite.submit(suite.report(entries={miners[0]: 1, miners[1]: 2}))
