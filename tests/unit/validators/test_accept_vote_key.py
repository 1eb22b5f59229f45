"""Validators.accept_vote_key: another key signs for a validator; tenures meet in one block."""

from __future__ import annotations

from dataclasses import replace

import boa

from mdt.addresses import ZERO_ADDRESS
from mdt.model.validators import Key
from tests.support.validators import COMMISSION, METADATA, MINIMUM, events


def test_accept_vote_key__proposed__votes_count_for_it_from_this_block_on(registry, contract, owner, operator, successor):
    before, since = registry.profile(1), registry.clock.block_number
    registry.call("propose_vote_key", owner, 1, successor)
    registry.wait(60, blocks=9)
    registry.call("accept_vote_key", successor, 1)
    assert events(contract) == [("VoteKeyChanged", {"validator_id": 1, "old_key": operator, "new_key": successor})]
    assert registry.profile(1) == replace(before, vote_key=successor)
    assert (registry.key(operator), registry.key(successor)) == (Key(1, since, since + 9), Key(1, since + 9, 0))
    assert (contract.validator_id(operator), contract.validator_id(successor)) == (0, 1)
    assert contract.validator_count() == 1
    registry.agree([owner])


def test_accept_vote_key__new_key__has_no_right_but_its_votes(registry, successor, attacker):
    registry.rotate(successor)
    for name, *arguments in (("propose_owner", attacker), ("propose_vote_key", attacker), ("set_operator", attacker)):
        registry.refuses("validators: not the owner", name, successor, 1, *arguments)
    for name, *arguments in (("set_commission", 0), ("set_metadata", ""), ("exit",), ("rejoin",)):
        registry.refuses("validators: not the operator", name, successor, 1, *arguments)


def test_accept_vote_key__wrong_account__refused(registry, owner, operator, successor, attacker):
    for caller in (attacker, successor, owner, operator, ZERO_ADDRESS):
        registry.refuses("validators: not proposed", "accept_vote_key", caller, 1)
    registry.call("propose_vote_key", owner, 1, successor)
    for caller in (attacker, owner, operator, ZERO_ADDRESS):
        registry.refuses("validators: not proposed", "accept_vote_key", caller, 1)
    for number in (0, 2, 2**256 - 1):
        for caller in (successor, ZERO_ADDRESS):
            registry.refuses("validators: not proposed", "accept_vote_key", caller, number)


def test_accept_vote_key__withdrawn_or_accepted__refused(registry, owner, successor):
    registry.call("propose_vote_key", owner, 1, successor)
    registry.call("propose_vote_key", owner, 1, ZERO_ADDRESS)
    registry.refuses("validators: not proposed", "accept_vote_key", successor, 1)
    registry.rotate(successor)
    registry.refuses("validators: not proposed", "accept_vote_key", successor, 1)


def test_accept_vote_key__chain__none_of_the_earlier_keys_returns(registry, owner, operator, successor, newcomer):
    """Attack: A -> B -> C, and back to A, whose offences would be anybody's then."""
    start = registry.clock.block_number
    registry.wait(60, blocks=10)
    registry.rotate(successor)
    registry.wait(60, blocks=10)
    registry.rotate(newcomer)
    assert registry.key(operator) == Key(1, start, start + 10)
    assert registry.key(successor) == Key(1, start + 10, start + 20)
    assert registry.key(newcomer) == Key(1, start + 20, 0)
    for used in (operator, successor, newcomer):
        registry.refuses("validators: key already used", "propose_vote_key", owner, 1, used)
    for used in (operator, successor):
        registry.fund(used)
        registry.refuses("validators: key already used", "register", used, MINIMUM, COMMISSION, METADATA)
        registry.refuses("validators: not proposed", "accept_vote_key", used, 1)
    registry.agree()


def test_accept_vote_key__chain_in_one_block__a_key_between_has_an_empty_tenure(registry, operator, successor, newcomer):
    """Every height belongs to exactly one key all the same."""
    block = registry.clock.block_number
    registry.rotate(successor)
    registry.rotate(newcomer)
    assert registry.key(operator) == Key(1, block, block)
    assert registry.key(successor) == Key(1, block, block)
    assert registry.key(newcomer) == Key(1, block, 0)
    assert [registry.contract.validator_id(account) for account in (operator, successor, newcomer)] == [0, 0, 1]
    registry.agree()


def test_accept_vote_key__proposed_by_two_owners__can_take_one(registry, owner, operator, successor, newcomer):
    registry.register(successor)
    registry.call("propose_vote_key", owner, 1, newcomer)
    registry.call("propose_vote_key", successor, 2, newcomer)
    registry.call("accept_vote_key", newcomer, 2)
    registry.refuses("validators: key already used", "accept_vote_key", newcomer, 1)
    assert [registry.profile(number).vote_key for number in (1, 2)] == [operator, newcomer]
    assert registry.profile(1).proposed_vote_key == newcomer
    # and not later either, once another took its place
    registry.rotate(str(boa.env.generate_address("last")), 2)
    registry.refuses("validators: key already used", "accept_vote_key", newcomer, 1)
    registry.call("propose_vote_key", owner, 1, ZERO_ADDRESS)
    registry.agree()
