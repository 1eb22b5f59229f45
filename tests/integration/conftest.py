"""A node that behaves as Luxtensor's does, and its accounts, for the tests of commands."""

from __future__ import annotations

import pytest

from tests.luxtensor.proxy import LuxtensorProxy
from tests.support.chains import accounts, anchored, local_chain
from tests.support.suite import deploy


@pytest.fixture(scope="session")
def deployed_once(tmp_path_factory):
    """A complete deployment of the tests' preset and genesis: its chain, folder, suite and people. Whoever changes it puts the chain back (`anchored`)."""
    w3, folder = local_chain(), tmp_path_factory.mktemp("deployed")
    return w3, folder, *deploy(w3, folder)


@pytest.fixture(scope="session")
def kept_once(tmp_path_factory):
    """One without a genesis whose deployer is still the owner, so that every role can be changed at once."""
    w3, folder = local_chain(), tmp_path_factory.mktemp("kept")
    return w3, folder, *deploy(w3, folder, genesis=(), hand_over=False)


@pytest.fixture(scope="module")
def proxy():
    """The node, of one file of tests."""
    with LuxtensorProxy() as running:
        yield running


@pytest.fixture(scope="module")
def people(proxy):
    """The addresses of TEST::0, TEST::1, ..."""
    return [one.address for one in accounts(proxy.w3)]


@pytest.fixture(scope="module")
def reported(tmp_path_factory):
    """Epoch 0 is settled, epoch 1 is reported and nobody has signed."""
    from tests.integration.test_keeper import Cycle

    cycle = Cycle(tmp_path_factory.mktemp("reported"))
    cycle.run()
    cycle.end_epoch()
    cycle.report()
    return cycle


@pytest.fixture
def cycle(reported):
    """The same, put back after each test."""
    with anchored(reported.w3):
        yield reported
