"""Validators.set_operator: the owner puts a hot key in, in one step."""

from __future__ import annotations

from dataclasses import replace

from mdt.addresses import ZERO_ADDRESS
from tests.support.validators import events


def test_set_operator__another__operates_at_once_and_the_old_one_no_more(registry, contract, owner, operator, successor):
    before, keys = registry.profile(1), registry.state()[1]
    registry.call("set_operator", owner, 1, successor)
    assert events(contract) == [("OperatorChanged", {"validator_id": 1, "old_operator": operator, "new_operator": successor})]
    assert registry.profile(1) == replace(before, operator=successor)
    assert registry.state()[1] == keys
    for name, *arguments in (("set_commission", 0), ("set_metadata", ""), ("exit",), ("rejoin",)):
        registry.refuses("validators: not the operator", name, operator, 1, *arguments)
    registry.call("exit", successor, 1)
    registry.agree([operator, successor])


def test_set_operator__owner_itself_or_a_retired_one__may(registry, owner, operator):
    registry.call("set_operator", owner, 1, owner)
    registry.call("set_operator", owner, 1, operator)
    assert registry.contract.operator_of(1) == operator
    registry.agree()


def test_set_operator__of_several__operates_all(registry, owner, operator, newcomer):
    registry.register(newcomer)
    registry.call("set_operator", newcomer, 2, operator)
    for number in (1, 2):
        registry.call("set_metadata", operator, number, f"number {number}")
    assert [registry.profile(number).metadata for number in (1, 2)] == ["number 1", "number 2"]
    registry.agree()


def test_set_operator__same_or_nobody__refused(registry, owner, operator):
    registry.refuses("validators: same operator", "set_operator", owner, 1, operator)
    registry.refuses("validators: zero address", "set_operator", owner, 1, ZERO_ADDRESS)


def test_set_operator__anybody_else__refused(registry, owner, operator, successor, attacker):
    """Not the operator either: a stolen key cannot shut the owner's next one out."""
    registry.register(attacker)
    registry.call("propose_owner", owner, 1, successor)
    for caller in (operator, attacker, successor, ZERO_ADDRESS):
        registry.refuses("validators: not the owner", "set_operator", caller, 1, attacker)
    for number in (0, 3, 2**256 - 1):
        for caller in (owner, ZERO_ADDRESS):
            registry.refuses("validators: not the owner", "set_operator", caller, number, attacker)
