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


def test_register__first__number_one_key_profile_and_event(empty_registry, operator):
    registry = empty_registry
    registry.fund(operator)
    assert registry.call("register", operator, MINIMUM + 1, COMMISSION, METADATA) == 1
    assert events(registry.contract) == [
        (
            "ValidatorRegistered",
            {"validator_id": 1, "operator": operator, "amount": MINIMUM + 1, "commission_bps": COMMISSION, "metadata": METADATA},
        )
    ]
    block = registry.clock.block_number
    assert registry.profile(1) == Profile(operator, ZERO_ADDRESS, block, 0, COMMISSION, 0, 0, METADATA)
    assert registry.key(operator) == Key(1, block, 0)
    assert (registry.contract.validator_id(operator), registry.contract.operator_of(1), registry.contract.validator_count()) == (1, operator, 1)
    pool = registry.staking.validator(1)
    assert (pool.own_staked, pool.commission_bps) == (MINIMUM + 1, COMMISSION)
    registry.agree()


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
    registry.rotate(operator, successor)
    registry.fund(operator)
    registry.refuses("validators: key already used", "register", operator, MINIMUM, COMMISSION, METADATA)
    registry.wait(365 * DAY, blocks=10_000_000)
    registry.refuses("validators: key already used", "register", operator, MINIMUM, COMMISSION, METADATA)


def test_register__proposed_account__may_and_loses_the_proposal(registry, operator, successor):
    """A proposal takes nothing from the account it names: it may register itself, and then is a key."""
    registry.call("propose_operator", operator, successor)
    assert registry.register(successor) == 2
    registry.refuses("validators: key already used", "accept_operator", successor, 1)
    assert registry.contract.operator_of(1) == operator


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
