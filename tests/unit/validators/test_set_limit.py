"""Validators.set_limit: how much may be delegated, as its operator says (Y7); Staking keeps it."""

from __future__ import annotations

ANY_AMOUNT = 2**84 - 1


def test_set_limit__operator_and_owner__told_to_staking(registry, owner, operator):
    for caller, limit, kept in ((operator, 5, 5), (owner, 0, 0), (operator, 2**256 - 1, ANY_AMOUNT)):
        registry.call("set_limit", caller, 1, limit)
        assert registry.staking.validator(1).delegation_cap == kept
        registry.agree()


def test_set_limit__as_it_is__refused_by_staking(registry, operator):
    registry.refuses("staking: same limit", "set_limit", operator, 1, ANY_AMOUNT)


def test_set_limit__anybody_else__refused(registry, successor, attacker):
    registry.register(attacker)
    for caller in (attacker, successor):
        registry.refuses("validators: not the operator", "set_limit", caller, 1, 0)
