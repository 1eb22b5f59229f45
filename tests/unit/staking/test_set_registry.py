import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from tests.support.deployers import deploy
from tests.support.stakes import fields
from tests.support.staking import TERMS


@pytest.fixture
def fresh(quiet):
    """A contract whose registry is not set."""
    return deploy("Staking", token=quiet.token, block_reward=quiet.reward, recycling_pool=quiet.pool, terms=TERMS, owner=quiet.owner)


def test_set_registry__once__stored_and_event(quiet, fresh):
    assert fresh.registry() == ZERO_ADDRESS
    validators = deploy("Validators", staking=fresh)
    fresh.set_registry(validators, sender=quiet.owner)
    assert fields(fresh, "RegistrySet") == (validators.address,)
    assert fresh.registry() == validators.address


def test_set_registry__again__refused_for_ever(quiet, attacker):
    for registry in (attacker, quiet.validators.address):
        with boa.reverts("staking: registry already set"):
            quiet.staking.set_registry(registry, sender=quiet.owner)


def test_set_registry__zero__refused(quiet, fresh):
    with boa.reverts("staking: zero address"):
        fresh.set_registry(ZERO_ADDRESS, sender=quiet.owner)


def test_set_registry__not_the_owner__refused(fresh, attacker):
    with boa.reverts("ownable: caller is not the owner"):
        fresh.set_registry(attacker, sender=attacker)
