"""Validators.exit: an operator lets its validator stop earning; Staking decides what follows."""

from __future__ import annotations

from dataclasses import replace

from mdt.model.staking import Status
from tests.support.validators import events


def test_exit__operator__told_to_staking_and_its_block_kept(registry, contract, operator, successor):
    registry.register(successor)
    before = registry.state()
    registry.call("exit", operator)
    assert events(contract) == []  # Staking logs the change
    assert [registry.staking.validator(number).status & Status.EXITED for number in (1, 2)] == [Status.EXITED, 0]
    (first, *others), keys = before
    assert registry.state() == ([replace(first, exited_at=registry.clock.block_number), *others], keys)
    assert [contract.exited_at(number) for number in (0, 1, 2)] == [0, registry.clock.block_number, 0]
    registry.agree()


def test_exit__exited__refused_by_staking(registry, contract, operator):
    registry.call("exit", operator)
    block = contract.exited_at(1)
    registry.wait(3)
    registry.refuses("staking: no change", "exit", operator)
    assert contract.exited_at(1) == block


def test_exit__anybody_else__refused(registry, operator, successor, attacker):
    registry.call("propose_operator", operator, successor)
    for caller in (attacker, successor):
        registry.refuses("validators: not an operator", "exit", caller)
    registry.call("accept_operator", successor, 1)
    registry.refuses("validators: not an operator", "exit", operator)
    assert registry.staking.validator(1).status & Status.EXITED == 0


def test_exit__exited_validator__keeps_its_key_and_can_rotate(registry, operator, successor):
    """The key answers for what it signed; leaving does not free it."""
    registry.call("exit", operator)
    registry.refuses("validators: key already used", "propose_operator", operator, operator)
    registry.rotate(operator, successor)
    registry.call("rejoin", successor)
    registry.agree()
