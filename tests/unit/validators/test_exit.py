"""Validators.exit: an operator lets its validator stop earning; Staking decides what follows."""

from __future__ import annotations

from dataclasses import replace

from mdt.addresses import ZERO_ADDRESS
from mdt.model.staking import Status
from mdt.units import DAY
from tests.support.validators import UNBONDING, events


def test_exit__operator__told_to_staking_and_its_block_kept(registry, contract, operator, successor):
    registry.register(successor)
    before = registry.state()
    registry.call("exit", operator, 1)
    assert events(contract) == []  # Staking logs the change
    assert [registry.staking.validator(number).status & Status.EXITED for number in (1, 2)] == [Status.EXITED, 0]
    (first, *others), keys = before
    assert registry.state() == ([replace(first, exited_at=registry.clock.block_number, deposit_free_at=registry.clock.timestamp + UNBONDING), *others], keys)
    assert [contract.exited_at(number) for number in (0, 1, 2)] == [0, registry.clock.block_number, 0]
    registry.agree()


def test_exit__exited__refused_by_staking(registry, contract, operator):
    registry.call("exit", operator, 1)
    block = contract.exited_at(1)
    registry.wait(3)
    registry.refuses("staking: no change", "exit", operator, 1)
    assert contract.exited_at(1) == block


def test_exit__owner__as_the_operator(registry, contract, owner):
    registry.call("exit", owner, 1)
    assert contract.exited_at(1) == registry.clock.block_number
    registry.wait(DAY)
    registry.call("rejoin", owner, 1)
    registry.agree()


def test_exit__anybody_else__refused(registry, owner, operator, successor, attacker):
    registry.register(attacker)
    registry.call("propose_owner", owner, 1, successor)
    for caller in (attacker, successor, ZERO_ADDRESS):
        registry.refuses("validators: not the operator", "exit", caller, 1)
    registry.call("set_operator", owner, 1, successor)
    registry.refuses("validators: not the operator", "exit", operator, 1)
    for number in (0, 3, 2**256 - 1):
        for caller in (successor, ZERO_ADDRESS):
            registry.refuses("validators: not the operator", "exit", caller, number)
    assert registry.staking.validator(1).status & Status.EXITED == 0


def test_exit__several_of_one_operator__each_for_itself(registry, contract, owner, operator, successor):
    """One account operates two validators; the numbers it names leave, no other."""
    registry.register(successor)
    registry.call("set_operator", successor, 2, operator)
    registry.call("exit", operator, 2)
    assert [contract.exited_at(number) for number in (1, 2)] == [0, registry.clock.block_number]
    registry.call("exit", operator, 1)
    left_at = registry.clock.block_number
    registry.wait(DAY)
    registry.call("rejoin", operator, 2)
    assert [contract.exited_at(number) for number in (1, 2)] == [left_at, 0]
    registry.agree()


def test_exit__exited_validator__keeps_its_vote_key_and_can_rotate(registry, owner, operator, successor):
    """The key answers for what it signed; leaving does not free it."""
    registry.call("exit", operator, 1)
    registry.refuses("validators: key already used", "propose_vote_key", owner, 1, operator)
    registry.rotate(successor)
    registry.wait(DAY)
    registry.call("rejoin", operator, 1)
    registry.agree()
