"""Validators.unjail: an operator asks for its validator's release; Staking decides."""

from __future__ import annotations

from tests.support.validators import events


def test_unjail__time_served__free(registry, contract, operator):
    registry.jail(1, registry.clock.timestamp + 100)
    registry.wait(100)
    registry.both("unjail", operator)
    assert events(contract) == []  # Staking logs the change
    assert not registry.staking.validator(1).is_jailed
    registry.agree()


def test_unjail__too_early_or_free__refused_by_staking(registry, operator):
    registry.refuses("staking: not jailed", "unjail", operator)
    registry.jail(1, registry.clock.timestamp + 100)
    registry.wait(99)
    registry.refuses("staking: still jailed", "unjail", operator)
    assert registry.staking.validator(1).is_jailed


def test_unjail__rotation__does_not_shorten_it(registry, operator, successor):
    """Attack: a new key for a jailed validator starts jailed."""
    registry.jail(1, registry.clock.timestamp + 100)
    registry.rotate(operator, successor)
    registry.refuses("staking: still jailed", "unjail", successor)
    registry.wait(100)
    registry.refuses("validators: not an operator", "unjail", operator)
    registry.both("unjail", successor)


def test_unjail__anybody_else__refused(registry, attacker, successor):
    registry.register(successor)
    registry.jail(1, registry.clock.timestamp)
    registry.refuses("validators: not an operator", "unjail", attacker)
    registry.refuses("staking: not jailed", "unjail", successor)  # its own validator is free
    assert registry.staking.validator(1).is_jailed
