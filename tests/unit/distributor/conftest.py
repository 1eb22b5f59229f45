"""A distributor on the real token, and one on a hostile token."""

from __future__ import annotations

from types import SimpleNamespace

import boa
import pytest

from mdt.crypto.merkle import MerkleTree
from mdt.units import WAD
from tests.support.deployers import deploy
from tests.support.distribution import Distribution, accounts
from tests.support.harness import harness
from tests.support.unlocked import unlocked


@pytest.fixture
def owner():
    return str(boa.env.generate_address("owner"))


@pytest.fixture
def funder():
    return str(boa.env.generate_address("funder"))


@pytest.fixture
def attacker():
    return str(boa.env.generate_address("attacker"))


@pytest.fixture
def keeper():
    return str(boa.env.generate_address("keeper"))


@pytest.fixture
def distribution(owner, funder):
    return Distribution(owner, funder)


@pytest.fixture
def miners():
    return accounts(5)


@pytest.fixture
def earned(miners):
    """Cumulative amounts of a first epoch."""
    return {miner: (index + 1) * 7 * WAD + index for index, miner in enumerate(miners)}


@pytest.fixture
def tree(distribution, earned):
    """The first epoch's tree, funded."""
    return distribution.fund(earned)


@pytest.fixture(params=["locked", "unlocked"])
def is_locked(request):
    return request.param == "locked"


@pytest.fixture
def hostile(owner, funder, earned, is_locked):
    """A distributor whose token is hostile, funded for the first epoch and with as much again lying in it."""
    token = harness("HostileToken").deploy()
    contract = deploy("RewardDistributor", build=None if is_locked else unlocked("RewardDistributor"), token=token, owner=owner)
    contract.set_funder(funder, sender=owner)
    tree = MerkleTree.build(earned.items())
    token.set_balance(funder, 10 * tree.total)
    contract.fund(tree.root, tree.total, sender=funder)
    token.set_balance(contract, 2 * tree.total)
    return SimpleNamespace(token=token, contract=contract, tree=tree, held=2 * tree.total)
