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
def test_owner_of_and_operator_of__unknown_number__nobody(registry, number):
    contract, model = registry.contract, registry.model
    assert contract.owner_of(number) == model.owner_of(number) == ZERO_ADDRESS
    assert contract.operator_of(number) == model.operator_of(number) == ZERO_ADDRESS
    assert contract.may_operate(number, ZERO_ADDRESS) is model.may_operate(number, ZERO_ADDRESS) is False


def test_may_operate__operator_and_owner__nobody_else(registry, owner, operator, successor, attacker):
    registry.rotate(successor)
    registry.call("propose_owner", owner, 1, attacker)
    for account, may in ((owner, True), (operator, True), (successor, False), (attacker, False), (ZERO_ADDRESS, False)):
        assert registry.contract.may_operate(1, account) is registry.model.may_operate(1, account) is may


def test_validator_id__unknown_account__zero(registry, attacker):
    for account in (ZERO_ADDRESS, attacker, registry.contract.address, registry.staking.address):
        assert registry.contract.validator_id(account) == registry.model.validator_id(account) == 0


def test_key__unknown_account__all_zero(registry, attacker):
    for account in (ZERO_ADDRESS, attacker, registry.contract.address, registry.staking.address):
        assert registry.key(account) == registry.model.key(account) == Key()


def test_key__proposed_account__not_yet(registry, owner, successor):
    registry.call("propose_vote_key", owner, 1, successor)
    assert registry.key(successor) == registry.model.key(successor) == Key()


def test_key__owner_and_operator__are_none(registry, owner, newcomer):
    registry.call("set_operator", owner, 1, newcomer)
    for account in (owner, newcomer):
        assert registry.key(account) == registry.model.key(account) == Key()


def test_validator_count__other_keys_and_exit__counts_registrations(registry, operator, successor, newcomer):
    registry.rotate(successor)
    registry.hand_over(newcomer)
    registry.call("exit", operator, 1)
    assert registry.contract.validator_count() == registry.model.validator_count == 1
    registry.register(newcomer)
    assert registry.contract.validator_count() == registry.model.validator_count == 2
