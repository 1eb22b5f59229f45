"""Validators.accept_owner: another account owns the validator; its other keys stay until that account replaces them."""

from __future__ import annotations

from dataclasses import replace

from mdt.addresses import ZERO_ADDRESS
from tests.support.validators import events


def test_accept_owner__proposed__everything_is_the_new_owners(registry, contract, owner, successor):
    before, keys = registry.profile(1), registry.state()[1]
    registry.call("propose_owner", owner, 1, successor)
    registry.wait(60, blocks=9)
    registry.call("accept_owner", successor, 1)
    assert events(contract) == [("OwnerChanged", {"validator_id": 1, "old_owner": owner, "new_owner": successor})]
    assert registry.profile(1) == replace(before, owner=successor)
    assert registry.state()[1] == keys
    registry.agree([owner, successor])


def test_accept_owner__former_owner__has_no_right_left(registry, owner, successor, attacker):
    registry.hand_over(successor)
    for name, *arguments in (("propose_owner", attacker), ("propose_owner", ZERO_ADDRESS), ("propose_vote_key", attacker), ("set_operator", attacker)):
        registry.refuses("validators: not the owner", name, owner, 1, *arguments)
    for name, *arguments in (("set_commission", 0), ("set_metadata", ""), ("exit",), ("rejoin",)):
        registry.refuses("validators: not the operator", name, owner, 1, *arguments)


def test_accept_owner__wrong_account__refused(registry, owner, operator, successor, attacker):
    for caller in (attacker, successor, owner, operator, ZERO_ADDRESS):
        registry.refuses("validators: not proposed", "accept_owner", caller, 1)
    registry.call("propose_owner", owner, 1, successor)
    for caller in (attacker, owner, operator, ZERO_ADDRESS):
        registry.refuses("validators: not proposed", "accept_owner", caller, 1)
    for number in (0, 2, 2**256 - 1):
        for caller in (successor, ZERO_ADDRESS):
            registry.refuses("validators: not proposed", "accept_owner", caller, number)


def test_accept_owner__withdrawn_or_accepted__refused(registry, owner, successor):
    registry.call("propose_owner", owner, 1, successor)
    registry.call("propose_owner", owner, 1, ZERO_ADDRESS)
    registry.refuses("validators: not proposed", "accept_owner", successor, 1)
    registry.hand_over(successor)
    registry.refuses("validators: not proposed", "accept_owner", successor, 1)


def test_accept_owner__vote_key_proposed_by_the_former_owner__cannot_accept(registry, owner, operator, successor, newcomer):
    """Attack: sell a validator, then put a key of one's own in and sign twice with it."""
    registry.call("propose_vote_key", owner, 1, newcomer)
    registry.hand_over(successor)
    assert registry.profile(1).proposed_vote_key == ZERO_ADDRESS
    registry.refuses("validators: not proposed", "accept_vote_key", newcomer, 1)
    assert registry.profile(1).vote_key == operator


def test_accept_owner__operator_of_the_former_owner__stays_until_replaced(registry, operator, successor, newcomer):
    registry.hand_over(successor)
    registry.call("set_metadata", operator, 1, "still here")
    registry.call("set_operator", successor, 1, newcomer)
    registry.refuses("validators: not the operator", "set_metadata", operator, 1, "and now")
    registry.agree()


def test_accept_owner__and_back__may(registry, owner, successor):
    """An owner's address is no vote key: it can come back."""
    registry.hand_over(successor)
    registry.hand_over(owner)
    assert registry.contract.owner_of(1) == owner
    registry.agree()


def test_accept_owner__of_two_validators__owns_both(registry, owner, newcomer, successor):
    registry.register(newcomer)
    registry.hand_over(successor, 2)
    registry.hand_over(successor, 1)
    assert [registry.contract.owner_of(number) for number in (1, 2)] == [successor, successor]
    registry.agree()
