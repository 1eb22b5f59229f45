"""A vesting contract on the real token with its model, its people, and one on a hostile token."""

from __future__ import annotations

from types import SimpleNamespace

import boa
import pytest

from mdt.units import DAY
from tests.support.deployers import deploy
from tests.support.harness import harness
from tests.support.unlocked import unlocked
from tests.support.vesting import VestingTwin


def named(name: str) -> str:
    return str(boa.env.generate_address(name))


@pytest.fixture
def owner():
    return named("owner")


@pytest.fixture
def creator():
    return named("creator")


@pytest.fixture
def treasury():
    return named("treasury")


@pytest.fixture
def member():
    """A beneficiary."""
    return named("member")


@pytest.fixture
def other():
    return named("other")


@pytest.fixture
def attacker():
    return named("attacker")


@pytest.fixture
def people(owner, creator, treasury, member, other, attacker):
    """All of them by role."""
    return {"owner": owner, "creator": creator, "treasury": treasury, "member": member, "other": other, "attacker": attacker}


@pytest.fixture
def pair(owner, creator, treasury):
    return VestingTwin(owner, creator, treasury)


@pytest.fixture(params=["locked", "unlocked"])
def is_locked(request):
    return request.param == "locked"


@pytest.fixture
def hostile(creator, treasury, is_locked):
    """Vesting on a token that calls back and owns it, with more tokens lying in it than are promised."""
    token = harness("ReentrantToken").deploy()
    contract = deploy("Vesting", build=None if is_locked else unlocked("Vesting"), token=token, treasury=treasury, owner=token)
    token.mint(creator, 2**70)
    token.mint(contract, 2**70)
    token.execute(contract, contract.set_creator.prepare_calldata(creator, True))

    def terms(beneficiary: str, amount: int, is_revocable: bool = True):
        return (beneficiary, amount, boa.env.evm.patch.timestamp, 0, 100 * DAY, 0, False, is_revocable)

    return SimpleNamespace(token=token, contract=contract, terms=terms)
