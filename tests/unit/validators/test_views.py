"""Views of Validators, where there is nothing to see; what there is to see, every other test compares."""

from __future__ import annotations

import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.validators import Key, Profile


@pytest.mark.parametrize("number", [0, 2, 2**64 + 1, 2**256 - 1])
def test_profile__unknown_number__all_zero(registry, number):
    """2^64 + 1 is 1 in the bits that a key keeps of a number."""
    assert registry.profile(number) == registry.model.profile(number) == Profile()


@pytest.mark.parametrize("number", [0, 2, 2**64 + 1, 2**256 - 1])
def test_operator_of__unknown_number__nobody(registry, number):
    assert registry.contract.operator_of(number) == registry.model.operator_of(number) == ZERO_ADDRESS


def test_validator_id__unknown_account__zero(registry, attacker):
    for account in (ZERO_ADDRESS, attacker, registry.contract.address, registry.staking.address):
        assert registry.contract.validator_id(account) == registry.model.validator_id(account) == 0


def test_key__unknown_account__all_zero(registry, attacker):
    for account in (ZERO_ADDRESS, attacker, registry.contract.address, registry.staking.address):
        assert registry.key(account) == registry.model.key(account) == Key()


def test_key__proposed_account__not_yet(registry, operator, successor):
    registry.call("propose_operator", operator, successor)
    assert registry.key(successor) == registry.model.key(successor) == Key()


def test_validator_count__rotation_and_exit__counts_registrations(registry, operator, successor, newcomer):
    registry.rotate(operator, successor)
    registry.call("exit", successor)
    assert registry.contract.validator_count() == registry.model.validator_count == 1
    registry.register(newcomer)
    assert registry.contract.validator_count() == registry.model.validator_count == 2
