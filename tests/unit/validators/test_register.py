"""Validators.register: a number, the caller as its first key, and the pool in Staking."""

from __future__ import annotations

import boa
import pytest
from eth.exceptions import Revert
from eth_abi import encode
from eth_utils import function_signature_to_4byte_selector

from mdt.addresses import ZERO_ADDRESS
from mdt.model.validators import Key, Profile
from mdt.units import DAY
from tests.support.validators import COMMISSION, MAX_COMMISSION, METADATA, MINIMUM, events


def registered(**fields):
    return [("ValidatorRegistered", {"validator_id": 1, "amount": MINIMUM + 1, "commission_bps": COMMISSION, "metadata": METADATA} | fields)]


def test_register__first__number_one_keys_profile_and_event(empty_registry, operator):
    registry = empty_registry
    registry.fund(operator)
    assert registry.call("register", operator, MINIMUM + 1, COMMISSION, METADATA) == 1
    assert events(registry.contract) == registered(owner=operator, operator=operator)
    block = registry.clock.block_number
    expected = Profile(
        operator, operator, operator, ZERO_ADDRESS, ZERO_ADDRESS, block, 0, COMMISSION, 0, 0, registry.clock.timestamp, COMMISSION, 0, 0, METADATA
    )
    assert registry.profile(1) == expected
    assert registry.key(operator) == Key(1, block, 0)
    assert (registry.contract.validator_id(operator), registry.contract.operator_of(1), registry.contract.validator_count()) == (1, operator, 1)
    pool = registry.staking.validator(1)
    assert (pool.own_staked, pool.commission_bps) == (MINIMUM + 1, COMMISSION)
    registry.agree()


def test_register__for_an_owner__the_caller_pays_operates_and_votes(empty_registry, owner, operator):
    registry = empty_registry
    registry.fund(operator)
    assert registry.call("register", operator, MINIMUM + 1, COMMISSION, METADATA, owner) == 1
    assert events(registry.contract) == registered(owner=owner, operator=operator)
    block = registry.clock.block_number
    expected = Profile(owner, operator, operator, ZERO_ADDRESS, ZERO_ADDRESS, block, 0, COMMISSION, 0, 0, registry.clock.timestamp, COMMISSION, 0, 0, METADATA)
    assert registry.profile(1) == expected
    assert registry.hooks.calls == [("open", 1, operator, MINIMUM + 1, COMMISSION)]
    assert (registry.key(owner), registry.key(operator)) == (Key(), Key(1, block, 0))
    registry.agree([owner])


def test_register__several_for_one_owner__are_all_its_own(registry, owner, successor, newcomer):
    """An address can own any number; it signs for one."""
    assert [registry.register(account, owner=owner) for account in (successor, newcomer)] == [2, 3]
    assert {registry.contract.owner_of(number) for number in (1, 2, 3)} == {owner}
    assert registry.register(owner) == 4
    registry.agree()


def test_register__for_nobody__refused(registry, successor):
    registry.fund(successor)
    registry.refuses("validators: zero address", "register", successor, MINIMUM, COMMISSION, METADATA, ZERO_ADDRESS)


def test_register__several__numbered_in_order_each_with_its_own(registry, operator, successor, newcomer):
    registry.wait(60, blocks=7)
    assert registry.register(successor, 0, "") == 2
    registry.wait(60, blocks=7)
    assert registry.register(newcomer, MAX_COMMISSION, "x" * 256) == 3
    assert [registry.contract.operator_of(number) for number in (1, 2, 3)] == [operator, successor, newcomer]
    assert registry.profile(3).metadata == "x" * 256
    assert registry.profile(2).registered_at + 7 == registry.profile(3).registered_at
    registry.agree()


def test_register__current_key__refused(registry, operator):
    registry.fund(operator)
    registry.refuses("validators: key already used", "register", operator, MINIMUM, COMMISSION, METADATA)


def test_register__retired_key__refused_for_ever(registry, operator, successor):
    """Attack: shed a slashed number by rotating away and registering the old address anew."""
    registry.rotate(successor)
    registry.fund(operator)
    registry.refuses("validators: key already used", "register", operator, MINIMUM, COMMISSION, METADATA)
    registry.wait(365 * DAY, blocks=10_000_000)
    registry.refuses("validators: key already used", "register", operator, MINIMUM, COMMISSION, METADATA)


def test_register__proposed_account__may_and_loses_the_proposal(registry, owner, operator, successor):
    """A proposal takes nothing from the account it names: it may register itself, and then is a key."""
    registry.call("propose_vote_key", owner, 1, successor)
    assert registry.register(successor) == 2
    registry.refuses("validators: key already used", "accept_vote_key", successor, 1)
    assert registry.profile(1).vote_key == operator


@pytest.mark.parametrize("bps", [MAX_COMMISSION + 1, 2**16, 2**256 - 1])
def test_register__commission_over_the_maximum__refused(registry, successor, bps):
    registry.fund(successor)
    registry.refuses("validators: commission too high", "register", successor, MINIMUM, bps, METADATA)


def test_register__refused_by_staking__leaves_no_trace(registry, successor):
    registry.fund(successor)
    registry.refuses("staking: below the minimum", "register", successor, MINIMUM - 1, COMMISSION, METADATA)
    assert registry.contract.validator_count() == 1
    assert registry.key(successor) == Key()
    assert registry.register(successor) == 2


def calldata(metadata):
    """Encoded by hand: the wrapper would not send more than 256 bytes."""
    selector = function_signature_to_4byte_selector("register(uint256,uint256,string)")
    return selector + encode(["uint256", "uint256", "string"], [MINIMUM, COMMISSION, metadata])


def test_register__metadata__up_to_256_bytes(registry, successor):
    registry.fund(successor)
    with pytest.raises(Revert):
        boa.env.raw_call(registry.contract.address, sender=successor, data=calldata("y" * 257))
    assert registry.contract.validator_count() == 1
    boa.env.raw_call(registry.contract.address, sender=successor, data=calldata("y" * 256))
    assert registry.contract.validator_id(successor) == 2
    assert registry.profile(2).metadata == "y" * 256
