"""Validators.propose_owner: the first of the two steps; nothing moves before the second."""

from __future__ import annotations

from dataclasses import replace

from mdt.addresses import ZERO_ADDRESS
from tests.support.validators import events


def proposal(owner, proposed):
    return [("OwnerProposed", {"validator_id": 1, "owner": owner, "proposed_owner": proposed})]


def test_propose_owner__another_account__waits_and_changes_nothing_else(registry, contract, owner, successor):
    before = registry.profile(1)
    registry.wait(60, blocks=5)
    registry.call("propose_owner", owner, 1, successor)
    assert events(contract) == proposal(owner, successor)
    assert registry.profile(1) == replace(before, proposed_owner=successor)
    registry.agree([successor])


def test_propose_owner__vote_key_or_operator__may_be_named(registry, owner, operator):
    """Whoever signs votes can own as well: only its use as a vote key is once for ever."""
    registry.call("propose_owner", owner, 1, operator)
    registry.call("accept_owner", operator, 1)
    registry.agree()


def test_propose_owner__yet_another__takes_the_place_of_the_first(registry, contract, owner, successor, newcomer):
    registry.call("propose_owner", owner, 1, successor)
    registry.call("propose_owner", owner, 1, newcomer)
    assert events(contract) == proposal(owner, newcomer)
    registry.refuses("validators: not proposed", "accept_owner", successor, 1)
    registry.call("accept_owner", newcomer, 1)
    registry.agree([successor])


def test_propose_owner__nobody__withdraws(registry, contract, owner, successor):
    registry.refuses("validators: no proposal", "propose_owner", owner, 1, ZERO_ADDRESS)
    registry.call("propose_owner", owner, 1, successor)
    registry.call("propose_owner", owner, 1, ZERO_ADDRESS)
    assert events(contract) == proposal(owner, ZERO_ADDRESS)
    registry.refuses("validators: no proposal", "propose_owner", owner, 1, ZERO_ADDRESS)
    # an accepted proposal is over too
    registry.hand_over(successor)
    registry.refuses("validators: no proposal", "propose_owner", successor, 1, ZERO_ADDRESS)


def test_propose_owner__same__refused(registry, owner, successor):
    registry.refuses("validators: same owner", "propose_owner", owner, 1, owner)
    registry.call("propose_owner", owner, 1, successor)
    registry.refuses("validators: same proposal", "propose_owner", owner, 1, successor)


def test_propose_owner__anybody_else__refused(registry, owner, operator, successor, attacker):
    """Not the operator, nor the vote key, nor another's owner, nor who is proposed; nobody owns an unknown number."""
    registry.register(attacker)
    registry.call("propose_owner", owner, 1, successor)
    for caller in (operator, attacker, successor, ZERO_ADDRESS):
        for named in (attacker, ZERO_ADDRESS):
            registry.refuses("validators: not the owner", "propose_owner", caller, 1, named)
    for number in (0, 3, 2**256 - 1):
        for caller in (owner, ZERO_ADDRESS):
            registry.refuses("validators: not the owner", "propose_owner", caller, number, attacker)
