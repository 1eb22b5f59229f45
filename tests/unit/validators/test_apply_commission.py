"""Validators.apply_commission: anyone, from the second on at which an increase is due."""

from __future__ import annotations

import pytest

from tests.support.validators import COMMISSION, MAX_COMMISSION, UNBONDING, events


def test_apply_commission__due__in_force_here_and_in_staking(registry, contract, operator, attacker):
    registry.call("set_commission", operator, 1, MAX_COMMISSION)
    registry.wait(UNBONDING)
    registry.call("apply_commission", attacker, 1)
    assert events(contract) == []  # Staking logs the change
    profile = registry.profile(1)
    assert (profile.commission_bps, profile.queued_commission_bps, profile.commission_applies_at) == (MAX_COMMISSION, 0, 0)
    assert registry.staking.validator(1).commission_bps == MAX_COMMISSION
    registry.agree()


@pytest.mark.parametrize("seconds", [0, 1, UNBONDING // 2, UNBONDING - 1])
def test_apply_commission__before_it_is_due__refused(registry, operator, attacker, seconds):
    """Blocks do not matter, seconds do: whoever unstaked on seeing the queue has its stake back by then."""
    registry.call("set_commission", operator, 1, MAX_COMMISSION)
    registry.wait(seconds, blocks=10_000_000)
    for caller in (operator, attacker):
        registry.refuses("validators: too early", "apply_commission", caller, 1)


def test_apply_commission__last_second__in_force(registry, operator, attacker):
    registry.call("set_commission", operator, 1, MAX_COMMISSION)
    registry.wait(2 * UNBONDING - 1)
    registry.call("apply_commission", attacker, 1)
    assert registry.profile(1).commission_bps == MAX_COMMISSION
    registry.agree()


@pytest.mark.parametrize("seconds", [0, 1, 100 * UNBONDING])
def test_apply_commission__expired__refused_until_queued_and_waited_for_again(registry, operator, attacker, seconds):
    """An operator cannot keep a due increase for the moment when nobody looks."""
    registry.call("set_commission", operator, 1, MAX_COMMISSION)
    registry.wait(2 * UNBONDING + seconds)
    for caller in (operator, attacker):
        registry.refuses("validators: too late", "apply_commission", caller, 1)
    registry.call("set_commission", operator, 1, MAX_COMMISSION)
    registry.refuses("validators: too early", "apply_commission", operator, 1)
    registry.wait(UNBONDING)
    registry.call("apply_commission", operator, 1)
    registry.agree()


def test_apply_commission__nothing_queued__refused(registry, operator, attacker):
    for number in (0, 1, 2, 2**256 - 1):
        registry.refuses("validators: nothing queued", "apply_commission", attacker, number)
    registry.call("set_commission", operator, 1, MAX_COMMISSION)
    registry.wait(UNBONDING)
    registry.call("apply_commission", operator, 1)
    registry.refuses("validators: nothing queued", "apply_commission", operator, 1)


def test_apply_commission__another_validators_queue__stays(registry, operator, successor, attacker):
    registry.register(successor)
    registry.call("set_commission", operator, 1, MAX_COMMISSION)
    registry.wait(1)
    registry.call("set_commission", successor, 2, COMMISSION + 1)
    registry.wait(UNBONDING - 1)
    registry.refuses("validators: too early", "apply_commission", attacker, 2)
    registry.call("apply_commission", attacker, 1)
    assert [registry.profile(number).commission_bps for number in (1, 2)] == [MAX_COMMISSION, COMMISSION]
    assert registry.profile(2).queued_commission_bps == COMMISSION + 1
    registry.agree()
