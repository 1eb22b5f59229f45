"""The suite of `adr-literal`, wired, three miners and the usual actors; every test starts from it (the chain is rolled back)."""

from __future__ import annotations

import boa
import pytest

from mdt.crypto.merkle import MerkleTree, leaf_hash, node_hash
from mdt.units import parse_amount
from tests.support.emission import FULL, deploy_suite


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


@pytest.fixture
def old(suite, miners):
    """The tree in force: two miners with the share of epoch 0."""
    entries = {miners[0]: 300, miners[1]: 100}
    suite.settle_epoch(FULL, entries)
    suite.end_epoch()
    return MerkleTree.build(entries.items())


@pytest.fixture
def bad(suite, old, miners):
    """Pending: a tree in which the first miner lost one wei."""
    entries = {miners[0]: 299, miners[1]: 200, miners[2]: 1}
    suite.submit(suite.report(FULL, entries))
    return MerkleTree.build(entries.items())


@pytest.fixture
def twice(suite, old, miners):
    """Pending: a tree with two leaves of the first miner, which the tree builder would refuse."""
    one, other = leaf_hash(miners[0], 400), leaf_hash(miners[0], 500)
    root = node_hash(one, other)
    suite.submit(suite.report(FULL, root=root, cumulative_total=2 * parse_amount("400")))
    return [other], [one]
