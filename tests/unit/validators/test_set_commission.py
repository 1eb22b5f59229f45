"""Validators.set_commission: down at once, up only through the queue."""

from __future__ import annotations

import pytest

from mdt.addresses import ZERO_ADDRESS
from tests.support.validators import COMMISSION, MAX_COMMISSION, UNBONDING, events

HIGHER, HIGHEST = COMMISSION + 1, MAX_COMMISSION


def queue_of(registry):
    profile = registry.profile(1)
    return profile.commission_bps, profile.queued_commission_bps, profile.commission_applies_at


def test_set_commission__decrease__at_once_here_and_in_staking(registry, contract, operator):
    for bps in (COMMISSION - 1, 0):
        registry.call("set_commission", operator, 1, bps)
        assert events(contract) == []  # Staking logs the change
        assert queue_of(registry) == (bps, 0, 0)
        assert registry.staking.validator(1).commission_bps == bps
        registry.agree()


def test_set_commission__increase__queued_and_nothing_changes_yet(registry, contract, operator):
    registry.call("set_commission", operator, 1, HIGHEST)
    applies_at = registry.clock.timestamp + UNBONDING
    assert events(contract) == [("CommissionQueued", {"validator_id": 1, "old_bps": COMMISSION, "new_bps": HIGHEST, "applies_at": applies_at})]
    assert queue_of(registry) == (COMMISSION, HIGHEST, applies_at)
    assert registry.staking.validator(1).commission_bps == COMMISSION
    registry.agree()


@pytest.mark.parametrize("again", [HIGHER, HIGHEST])
def test_set_commission__queued_again__the_clock_starts_anew(registry, contract, operator, attacker, again):
    """Attack: queue a small increase early, and swap a large one in when its time has come."""
    registry.call("set_commission", operator, 1, HIGHER)
    registry.wait(UNBONDING)
    registry.call("set_commission", operator, 1, again)
    applies_at = registry.clock.timestamp + UNBONDING
    assert events(contract) == [("CommissionQueued", {"validator_id": 1, "old_bps": COMMISSION, "new_bps": again, "applies_at": applies_at})]
    assert queue_of(registry) == (COMMISSION, again, applies_at)
    registry.refuses("validators: too early", "apply_commission", attacker, 1)
    registry.wait(UNBONDING - 1)
    registry.refuses("validators: too early", "apply_commission", operator, 1)
    registry.wait(1)
    registry.call("apply_commission", attacker, 1)
    assert queue_of(registry) == (again, 0, 0)
    registry.agree()


def test_set_commission__decrease_while_queued__applied_and_the_queue_ends(registry, contract, operator):
    """Attack: lower it to draw delegators in, while the increase is about to come due."""
    registry.call("set_commission", operator, 1, HIGHEST)
    registry.wait(UNBONDING)
    registry.call("set_commission", operator, 1, 1)
    assert events(contract) == [("CommissionQueueCleared", {"validator_id": 1, "bps": HIGHEST})]
    assert queue_of(registry) == (1, 0, 0)
    assert registry.staking.validator(1).commission_bps == 1
    registry.refuses("validators: nothing queued", "apply_commission", operator, 1)


def test_set_commission__as_it_is_while_queued__ends_the_queue(registry, contract, operator):
    registry.call("set_commission", operator, 1, HIGHEST)
    registry.call("set_commission", operator, 1, COMMISSION)
    assert events(contract) == [("CommissionQueueCleared", {"validator_id": 1, "bps": HIGHEST})]
    assert queue_of(registry) == (COMMISSION, 0, 0)
    registry.refuses("validators: same commission", "set_commission", operator, 1, COMMISSION)
    registry.agree()


def test_set_commission__as_it_is__refused(registry, operator):
    registry.refuses("validators: same commission", "set_commission", operator, 1, COMMISSION)


@pytest.mark.parametrize("bps", [MAX_COMMISSION + 1, 2**16 + COMMISSION, 2**256 - 1])
def test_set_commission__over_the_maximum__refused(registry, operator, bps):
    registry.refuses("validators: commission too high", "set_commission", operator, 1, bps)


def test_set_commission__in_the_block_of_a_payout__earns_nothing_more(registry, operator):
    """Attack: raise it in the block in which rewards arrive, by whatever way leads up from here."""
    registry.call("set_commission", operator, 1, HIGHEST)
    for name, arguments, reason in (
        ("apply_commission", (1,), "validators: too early"),
        ("set_commission", (1, HIGHEST + 1), "validators: commission too high"),
    ):
        registry.refuses(reason, name, operator, *arguments)
    # down and up again in one block
    registry.call("set_commission", operator, 1, 0)
    registry.call("set_commission", operator, 1, COMMISSION)
    assert queue_of(registry) == (0, COMMISSION, registry.clock.timestamp + UNBONDING)
    assert registry.staking.validator(1).commission_bps == 0


def test_set_commission__owner__as_the_operator(registry, owner):
    registry.call("set_commission", owner, 1, 0)
    registry.call("set_commission", owner, 1, HIGHEST)
    assert queue_of(registry) == (0, HIGHEST, registry.clock.timestamp + UNBONDING)
    registry.agree()


def test_set_commission__anybody_else__refused(registry, owner, operator, successor, attacker):
    """Neither an outsider, nor another's operator, nor who is proposed, nor the vote key, nor who was the operator."""
    registry.register(attacker)
    registry.call("propose_owner", owner, 1, successor)
    registry.call("set_operator", owner, 1, "0x" + "22" * 20)
    for caller in (attacker, successor, operator, ZERO_ADDRESS):
        registry.refuses("validators: not the operator", "set_commission", caller, 1, 0)
    for number in (0, 3, 2**256 - 1):
        for caller in (operator, ZERO_ADDRESS):
            registry.refuses("validators: not the operator", "set_commission", caller, number, 0)


def test_set_commission__after_other_keys__the_queue_keeps_its_clock(registry, owner, operator, successor, newcomer, attacker):
    """Attack: another key neither hastens an increase nor hides it."""
    registry.call("set_commission", operator, 1, HIGHEST)
    queued = queue_of(registry)
    registry.wait(UNBONDING - 1)
    registry.rotate(newcomer)
    registry.call("set_operator", owner, 1, successor)
    registry.hand_over(newcomer)
    assert queue_of(registry) == queued
    registry.refuses("validators: too early", "apply_commission", attacker, 1)
    registry.call("set_commission", successor, 1, 0)
    assert queue_of(registry) == (0, 0, 0)
    registry.agree()


def test_set_commission__history__highest_and_since_when(registry, operator, attacker):
    """Y8: a delegator sees before it stakes who was dearer once, and for how long it has not been."""
    registered = registry.clock.timestamp

    def history():
        profile = registry.profile(1)
        return profile.commission_set_at, profile.highest_commission_bps

    assert history() == (registry.profile(1).commission_set_at, COMMISSION)
    registry.call("set_commission", operator, 1, HIGHEST)
    assert history()[1] == COMMISSION  # queued is not in force
    registry.wait(UNBONDING)
    registry.call("apply_commission", attacker, 1)
    assert history() == (registry.clock.timestamp, HIGHEST)
    registry.wait(100)
    registry.call("set_commission", operator, 1, 1)
    assert history() == (registry.clock.timestamp, HIGHEST)
    before = history()
    registry.wait(100)
    registry.call("set_commission", operator, 1, HIGHER)
    registry.call("set_commission", operator, 1, 1)  # ends the queue, changes nothing
    assert history() == before
    assert before[0] > registered
    registry.agree()
