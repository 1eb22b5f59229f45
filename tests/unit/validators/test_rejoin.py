"""Validators.rejoin: an operator lets its validator earn again."""

from __future__ import annotations

from mdt.model.staking import Status
from tests.support.validators import events


def test_rejoin__exited__told_to_staking(registry, contract, operator):
    registry.call("exit", operator)
    registry.call("rejoin", operator)
    assert events(contract) == []  # Staking logs the change
    assert registry.staking.validator(1).status & Status.EXITED == 0
    assert contract.exited_at(1) == 0
    registry.call("exit", operator)
    assert registry.staking.validator(1).status & Status.EXITED
    registry.agree()


def test_rejoin__not_exited__refused_by_staking(registry, operator):
    registry.refuses("staking: no change", "rejoin", operator)


def test_rejoin__anybody_else__refused(registry, operator, successor, attacker):
    registry.call("exit", operator)
    registry.call("propose_operator", operator, successor)
    for caller in (attacker, successor):
        registry.refuses("validators: not an operator", "rejoin", caller)
    registry.call("accept_operator", successor, 1)
    registry.refuses("validators: not an operator", "rejoin", operator)
    assert registry.staking.validator(1).status & Status.EXITED
