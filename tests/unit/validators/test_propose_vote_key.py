"""Validators.propose_vote_key: the first of the two steps; votes count as before until the second."""

from __future__ import annotations

from dataclasses import replace

from mdt.addresses import ZERO_ADDRESS
from mdt.model.validators import Key
from tests.support.validators import events


def proposal(owner, proposed):
    return [("VoteKeyProposed", {"validator_id": 1, "owner": owner, "proposed_key": proposed})]


def test_propose_vote_key__fresh_account__waits_and_changes_nothing_else(registry, contract, owner, operator, successor):
    before, key = registry.profile(1), registry.key(operator)
    registry.wait(60, blocks=5)
    registry.call("propose_vote_key", owner, 1, successor)
    assert events(contract) == proposal(owner, successor)
    assert registry.profile(1) == replace(before, proposed_vote_key=successor)
    assert (registry.key(operator), registry.key(successor)) == (key, Key())
    assert (contract.validator_id(operator), contract.validator_id(successor)) == (1, 0)
    registry.agree([successor])


def test_propose_vote_key__owner_itself__may_be_named(registry, owner):
    """Its address was no vote key yet. Whether a cold key should sign is not this contract's business."""
    registry.rotate(owner)
    registry.agree()


def test_propose_vote_key__another__takes_the_place_of_the_first(registry, contract, owner, successor, newcomer):
    registry.call("propose_vote_key", owner, 1, successor)
    registry.call("propose_vote_key", owner, 1, newcomer)
    assert events(contract) == proposal(owner, newcomer)
    registry.refuses("validators: not proposed", "accept_vote_key", successor, 1)
    registry.call("accept_vote_key", newcomer, 1)
    registry.agree([successor])


def test_propose_vote_key__nobody__withdraws(registry, contract, owner, successor):
    registry.refuses("validators: no proposal", "propose_vote_key", owner, 1, ZERO_ADDRESS)
    registry.call("propose_vote_key", owner, 1, successor)
    registry.call("propose_vote_key", owner, 1, ZERO_ADDRESS)
    assert events(contract) == proposal(owner, ZERO_ADDRESS)
    registry.refuses("validators: no proposal", "propose_vote_key", owner, 1, ZERO_ADDRESS)
    # an accepted proposal is over too
    registry.rotate(successor)
    registry.refuses("validators: no proposal", "propose_vote_key", owner, 1, ZERO_ADDRESS)


def test_propose_vote_key__same__refused(registry, owner, successor):
    registry.call("propose_vote_key", owner, 1, successor)
    registry.refuses("validators: same proposal", "propose_vote_key", owner, 1, successor)


def test_propose_vote_key__used__refused(registry, owner, operator, successor, newcomer):
    """In use or retired, one's own or another's: once a vote key, never again."""
    registry.register(successor)
    for used in (operator, successor):
        registry.refuses("validators: key already used", "propose_vote_key", owner, 1, used)
    registry.rotate(newcomer, 2)
    for used in (successor, newcomer):
        registry.refuses("validators: key already used", "propose_vote_key", owner, 1, used)


def test_propose_vote_key__proposed_account_that_became_a_key__same_is_refused_as_used(registry, owner, successor):
    registry.call("propose_vote_key", owner, 1, successor)
    registry.register(successor)
    registry.refuses("validators: key already used", "propose_vote_key", owner, 1, successor)
    registry.call("propose_vote_key", owner, 1, ZERO_ADDRESS)


def test_propose_vote_key__anybody_else__refused(registry, owner, operator, successor, attacker):
    """Above all not the operator, nor the vote key: with a key of their own they could sign twice."""
    registry.register(attacker)
    registry.call("propose_vote_key", owner, 1, successor)
    for caller in (operator, attacker, successor, ZERO_ADDRESS):
        for named in ("0x" + "22" * 20, ZERO_ADDRESS):
            registry.refuses("validators: not the owner", "propose_vote_key", caller, 1, named)
    for number in (0, 3, 2**256 - 1):
        for caller in (owner, ZERO_ADDRESS):
            registry.refuses("validators: not the owner", "propose_vote_key", caller, number, "0x" + "22" * 20)
