"""Validators.propose_operator: the first of the two steps; nothing moves before the second."""

from __future__ import annotations

from dataclasses import replace

from mdt.addresses import ZERO_ADDRESS
from mdt.model.validators import Key
from tests.support.validators import events


def proposal(validator_id, operator, proposed):
    return [("OperatorProposed", {"validator_id": validator_id, "operator": operator, "proposed_operator": proposed})]


def test_propose_operator__fresh_account__waits_and_changes_nothing_else(registry, contract, operator, successor):
    before, key = registry.profile(1), registry.key(operator)
    registry.wait(60, blocks=5)
    registry.call("propose_operator", operator, successor)
    assert events(contract) == proposal(1, operator, successor)
    assert registry.profile(1) == replace(before, proposed_operator=successor)
    assert (registry.key(operator), registry.key(successor)) == (key, Key())
    assert (contract.validator_id(operator), contract.validator_id(successor)) == (1, 0)
    registry.agree([successor])


def test_propose_operator__another__takes_the_place_of_the_first(registry, contract, operator, successor, newcomer):
    registry.call("propose_operator", operator, successor)
    registry.call("propose_operator", operator, newcomer)
    assert events(contract) == proposal(1, operator, newcomer)
    registry.refuses("validators: not proposed", "accept_operator", successor, 1)
    registry.call("accept_operator", newcomer, 1)
    registry.agree([successor])


def test_propose_operator__nobody__withdraws(registry, contract, operator, successor):
    registry.call("propose_operator", operator, successor)
    registry.call("propose_operator", operator, ZERO_ADDRESS)
    assert events(contract) == proposal(1, operator, ZERO_ADDRESS)
    assert registry.profile(1).proposed_operator == ZERO_ADDRESS
    registry.call("propose_operator", operator, successor)
    registry.agree()


def test_propose_operator__nothing_to_withdraw__refused(registry, operator, successor):
    registry.refuses("validators: no proposal", "propose_operator", operator, ZERO_ADDRESS)
    registry.call("propose_operator", operator, successor)
    registry.call("propose_operator", operator, ZERO_ADDRESS)
    registry.refuses("validators: no proposal", "propose_operator", operator, ZERO_ADDRESS)
    # an accepted proposal is over too
    registry.rotate(operator, successor)
    registry.refuses("validators: no proposal", "propose_operator", successor, ZERO_ADDRESS)


def test_propose_operator__same__refused(registry, operator, successor):
    registry.call("propose_operator", operator, successor)
    registry.refuses("validators: same proposal", "propose_operator", operator, successor)


def test_propose_operator__oneself__refused(registry, operator):
    registry.refuses("validators: key already used", "propose_operator", operator, operator)


def test_propose_operator__anothers_key__refused(registry, operator, successor, newcomer):
    """In use or retired, one's own or another's: once a key, never again."""
    registry.register(successor)
    registry.refuses("validators: key already used", "propose_operator", operator, successor)
    registry.rotate(successor, newcomer)
    for used in (successor, newcomer):
        registry.refuses("validators: key already used", "propose_operator", operator, used)


def test_propose_operator__proposed_account_that_became_a_key__same_is_refused_as_used(registry, operator, successor):
    registry.call("propose_operator", operator, successor)
    registry.register(successor)
    registry.refuses("validators: key already used", "propose_operator", operator, successor)
    registry.call("propose_operator", operator, ZERO_ADDRESS)


def test_propose_operator__anybody_else__refused(registry, operator, successor, attacker):
    for named in (attacker, ZERO_ADDRESS):
        registry.refuses("validators: not an operator", "propose_operator", attacker, named)
    registry.call("propose_operator", operator, successor)
    registry.refuses("validators: not an operator", "propose_operator", successor, attacker)
    registry.call("accept_operator", successor, 1)
    registry.refuses("validators: not an operator", "propose_operator", operator, attacker)
