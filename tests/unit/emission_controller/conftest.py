"""The suite of `adr-literal`, wired, three miners and the usual actors; every test starts from it (the chain is rolled back)."""

from __future__ import annotations

import boa
import pytest

from tests.support.emission import QUORUM, REPORTERS, addresses, as_tuple, deploy_suite
from tests.support.harness import harness


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


# --- reporters that are contracts ---


@pytest.fixture(scope="module")
def multisig():
    return harness("ContractReporter").deploy()


@pytest.fixture(scope="module")
def other():
    return harness("ContractReporter").deploy()


@pytest.fixture
def contract_reporters(suite, multisig, other):
    """Three accounts and two contracts report, three of whom are a quorum; the epoch is over."""
    suite.controller.set_reporters([multisig.address, *addresses(REPORTERS[:3]), other.address], QUORUM, sender=suite.owner)
    suite.end_epoch()


@pytest.fixture
def report(suite, contract_reporters):
    return suite.report()


@pytest.fixture
def digest(controller, report):
    return controller.report_digest(as_tuple(report))
