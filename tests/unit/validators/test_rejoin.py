"""Validators.rejoin: an operator lets its validator earn again."""

from __future__ import annotations

from mdt.model.staking import Status
from mdt.units import DAY
from tests.support.validators import events


def test_rejoin__exited__told_to_staking(registry, contract, operator):
    registry.call("exit", operator, 1)
    registry.wait(DAY - 1)
    registry.refuses("validators: exited too recently", "rejoin", operator, 1)
    registry.wait(1)
    registry.call("rejoin", operator, 1)
    assert events(contract) == []  # Staking logs the change
    assert registry.staking.validator(1).status & Status.EXITED == 0
    assert contract.exited_at(1) == 0
    registry.call("exit", operator, 1)
    assert registry.staking.validator(1).status & Status.EXITED
    registry.agree()


def test_rejoin__not_exited__refused_by_staking(registry, operator):
    registry.refuses("staking: no change", "rejoin", operator, 1)


def test_rejoin__anybody_else__refused(registry, owner, operator, successor, attacker):
    registry.register(attacker)
    registry.call("exit", operator, 1)
    registry.call("propose_owner", owner, 1, successor)
    for caller in (attacker, successor):
        registry.refuses("validators: not the operator", "rejoin", caller, 1)
    registry.call("set_operator", owner, 1, successor)
    registry.refuses("validators: not the operator", "rejoin", operator, 1)
    assert registry.staking.validator(1).status & Status.EXITED
    registry.wait(DAY)
    registry.call("rejoin", owner, 1)
    registry.agree()
