"""Validators.accept_operator: a new key takes a validator over; tenures meet in one block."""

from __future__ import annotations

from dataclasses import replace

import boa

from mdt.addresses import ZERO_ADDRESS
from mdt.model.validators import Key
from tests.support.validators import COMMISSION, METADATA, MINIMUM, events


def test_accept_operator__proposed__everything_is_the_new_keys(registry, contract, operator, successor):
    before, since = registry.profile(1), registry.clock.block_number
    registry.call("propose_operator", operator, successor)
    registry.wait(60, blocks=9)
    registry.call("accept_operator", successor, 1)
    assert events(contract) == [("OperatorChanged", {"validator_id": 1, "old_operator": operator, "new_operator": successor})]
    assert registry.profile(1) == replace(before, operator=successor)
    assert (registry.key(operator), registry.key(successor)) == (Key(1, since, since + 9), Key(1, since + 9, 0))
    assert (contract.validator_id(operator), contract.validator_id(successor), contract.operator_of(1)) == (0, 1, successor)
    assert contract.validator_count() == 1
    registry.agree()


def test_accept_operator__old_key__has_no_right_left(registry, operator, successor, attacker):
    registry.rotate(operator, successor)
    for name, arguments in (
        ("set_commission", (0,)),
        ("set_metadata", ("",)),
        ("propose_operator", (attacker,)),
        ("propose_operator", (ZERO_ADDRESS,)),
        ("exit", ()),
        ("rejoin", ()),
    ):
        registry.refuses("validators: not an operator", name, operator, *arguments)


def test_accept_operator__wrong_account__refused(registry, operator, successor, attacker):
    for caller in (attacker, successor, operator, ZERO_ADDRESS):
        registry.refuses("validators: not proposed", "accept_operator", caller, 1)
    registry.call("propose_operator", operator, successor)
    for caller in (attacker, operator, ZERO_ADDRESS):
        registry.refuses("validators: not proposed", "accept_operator", caller, 1)
    for number in (0, 2, 2**256 - 1):
        registry.refuses("validators: not proposed", "accept_operator", successor, number)


def test_accept_operator__withdrawn__refused(registry, operator, successor):
    registry.call("propose_operator", operator, successor)
    registry.call("propose_operator", operator, ZERO_ADDRESS)
    registry.refuses("validators: not proposed", "accept_operator", successor, 1)


def test_accept_operator__twice__refused(registry, operator, successor):
    registry.rotate(operator, successor)
    registry.refuses("validators: not proposed", "accept_operator", successor, 1)


def test_accept_operator__proposal_of_a_former_operator__died_with_its_tenure(registry, operator, successor, newcomer):
    """Attack: leave a proposal behind and take the validator back later."""
    registry.call("propose_operator", operator, newcomer)
    registry.call("propose_operator", operator, successor)
    registry.call("accept_operator", successor, 1)
    registry.refuses("validators: not proposed", "accept_operator", newcomer, 1)
    assert registry.profile(1).proposed_operator == ZERO_ADDRESS


def test_accept_operator__chain__none_of_the_earlier_keys_returns(registry, operator, successor, newcomer):
    """Attack: A -> B -> C, and back to A, whose offences would be anybody's then."""
    start = registry.clock.block_number
    registry.wait(60, blocks=10)
    registry.rotate(operator, successor)
    registry.wait(60, blocks=10)
    registry.rotate(successor, newcomer)
    assert registry.key(operator) == Key(1, start, start + 10)
    assert registry.key(successor) == Key(1, start + 10, start + 20)
    assert registry.key(newcomer) == Key(1, start + 20, 0)
    for used in (operator, successor, newcomer):
        registry.refuses("validators: key already used", "propose_operator", newcomer, used)
    for used in (operator, successor):
        registry.fund(used)
        registry.refuses("validators: key already used", "register", used, MINIMUM, COMMISSION, METADATA)
        registry.refuses("validators: not proposed", "accept_operator", used, 1)
    registry.agree()


def test_accept_operator__chain_in_one_block__a_key_between_has_an_empty_tenure(registry, operator, successor, newcomer):
    """Every height belongs to exactly one key all the same."""
    block = registry.clock.block_number
    registry.rotate(operator, successor)
    registry.rotate(successor, newcomer)
    assert registry.key(operator) == Key(1, block, block)
    assert registry.key(successor) == Key(1, block, block)
    assert registry.key(newcomer) == Key(1, block, 0)
    assert [registry.contract.validator_id(account) for account in (operator, successor, newcomer)] == [0, 0, 1]
    registry.agree()


def test_accept_operator__proposed_by_two_validators__can_take_one(registry, operator, successor, newcomer):
    registry.register(successor)
    registry.call("propose_operator", operator, newcomer)
    registry.call("propose_operator", successor, newcomer)
    registry.call("accept_operator", newcomer, 2)
    registry.refuses("validators: key already used", "accept_operator", newcomer, 1)
    assert (registry.contract.operator_of(1), registry.contract.operator_of(2)) == (operator, newcomer)
    assert registry.profile(1).proposed_operator == newcomer
    # and not later either, once it has rotated away
    registry.rotate(newcomer, str(boa.env.generate_address("last")))
    registry.refuses("validators: key already used", "accept_operator", newcomer, 1)
    registry.call("propose_operator", operator, ZERO_ADDRESS)
    registry.agree()


def test_accept_operator__operator_of_another_validator__cannot_merge(registry, operator, successor, newcomer):
    """Attack: hold two numbers with one key, by registering between proposal and acceptance."""
    registry.call("propose_operator", operator, newcomer)
    registry.register(successor)
    registry.rotate(successor, newcomer)
    registry.refuses("validators: key already used", "accept_operator", newcomer, 1)
    assert registry.contract.validator_id(newcomer) == 2
