"""What Staking is told, in which state, and what it could do in the middle of it. For the harness, which notes and calls back."""

from __future__ import annotations

from dataclasses import replace

import boa
import pytest
from eth_abi import decode

from mdt.addresses import ZERO_ADDRESS
from mdt.model.staking import Status
from mdt.units import DAY
from tests.support.validators import COMMISSION, MAX_COMMISSION, METADATA, MINIMUM, UNBONDING, Registry


def notes(registry):
    """(name, id, payer, amount, value) of every call; the caller is the registry, and names the owner in the middle of each."""
    calls = registry.staking.eval("self.calls")
    for call in calls:
        assert call.caller == registry.contract.address
        assert call.owner_seen == registry.contract.owner_of(call.validator_id)
    return [(call.name, call.validator_id, call.payer, call.amount, call.value) for call in calls]


def test_calls__each_function__exactly_one_call_with_what_it_means(owner, operator, successor):
    registry = Registry()
    registry.register(operator, amount=MINIMUM + 5, owner=owner)
    registry.call("set_metadata", operator, 1, "")
    registry.call("set_commission", operator, 1, MAX_COMMISSION)
    registry.wait(UNBONDING)
    registry.call("apply_commission", successor, 1)
    registry.call("set_commission", operator, 1, 3)
    registry.call("set_limit", operator, 1, 7)
    registry.call("exit", operator, 1)
    registry.wait(DAY)
    registry.call("rejoin", operator, 1)
    assert notes(registry) == registry.hooks.calls
    assert registry.hooks.calls == [
        ("open", 1, operator, MINIMUM + 5, COMMISSION),
        ("set_commission", 1, ZERO_ADDRESS, 0, MAX_COMMISSION),
        ("set_commission", 1, ZERO_ADDRESS, 0, 3),
        ("set_limit", 1, ZERO_ADDRESS, 0, 7),
        ("set_bars", 1, ZERO_ADDRESS, Status.EXITED, 1),
        ("set_bars", 1, ZERO_ADDRESS, Status.EXITED, 0),
    ]


def test_calls__keys_and_queues__staking_is_not_told(registry, owner, operator, successor, newcomer):
    before = notes(registry)
    registry.call("propose_vote_key", owner, 1, ZERO_ADDRESS[:-1] + "1")
    registry.rotate(successor)
    registry.hand_over(newcomer)
    registry.call("set_operator", newcomer, 1, successor)
    registry.call("set_commission", successor, 1, MAX_COMMISSION)
    registry.call("set_commission", successor, 1, COMMISSION)
    assert registry.staking.eval("len(self.calls)") == len(before) == 1


def test_register__in_the_middle__all_is_written(empty_registry, owner, operator):
    """Staking is called last: it sees the owner already, through the one view that is open then."""
    registry = empty_registry
    registry.staking.arm(registry.contract.address, registry.contract.owner_of.prepare_calldata(1))
    registry.register(operator, owner=owner)
    assert registry.staking.calls_back() == 1
    assert decode(["address"], registry.staking.answer())[0] == owner.lower()


def execute(registry, name, *arguments):
    """A call by Staking itself, as if it were anybody."""
    registry.staking.execute(registry.contract.address, getattr(registry.contract, name).prepare_calldata(*arguments))


def prepare(registry, owner, name):
    """Make Staking an account that may make this call: proposed for number 1, or all keys of number 2."""
    if name.startswith("accept"):
        registry.call(name.replace("accept", "propose"), owner, 1, registry.staking.address)
    elif name != "register":
        execute(registry, "register", MINIMUM, COMMISSION, METADATA)
    if name == "apply_commission":
        execute(registry, "set_commission", 2, MAX_COMMISSION)
        registry.wait(UNBONDING)
    if name == "rejoin":
        execute(registry, "exit", 2)
        registry.wait(DAY)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("register", (MINIMUM, COMMISSION, METADATA)),
        ("accept_owner", (1,)),
        ("accept_vote_key", (1,)),
        ("apply_commission", (2,)),
        ("set_commission", (2, 0)),
        ("set_metadata", (2, "")),
        ("propose_owner", (2, "0x" + "22" * 20)),
        ("propose_vote_key", (2, "0x" + "22" * 20)),
        ("set_operator", (2, "0x" + "22" * 20)),
        ("exit", (2,)),
        ("rejoin", (2,)),
    ],
)
def test_any_call__from_within_a_call_to_staking__is_stopped(registry, owner, operator, name, arguments):
    """Nothing but the lock stands in its way: the same call goes through before and after."""
    contract, staking = registry.contract, registry.staking
    prepare(registry, owner, name)
    with boa.env.anchor():
        execute(registry, name, *arguments)
    staking.arm(contract.address, getattr(contract, name).prepare_calldata(*arguments))
    (first, *others), keys = registry.state()
    contract.exit(1, sender=operator)
    assert staking.calls_back() == 1
    assert not staking.has_succeeded()
    assert registry.state() == ([replace(first, exited_at=registry.clock.block_number, deposit_free_at=registry.clock.timestamp + UNBONDING), *others], keys)
    execute(registry, name, *arguments)


def test_view__from_within_a_call_to_staking__only_owner_of_answers(registry, operator):
    """The others would say nothing wrong; nobody needs them then."""
    for name, arguments, is_open in (
        ("owner_of", (1,), True),
        ("operator_of", (1,), False),
        ("may_operate", (1, operator), False),
        ("profile", (1,), False),
        ("key", (operator,), False),
        ("validator_id", (operator,), False),
        ("validator_count", (), False),
        ("exited_at", (1,), False),
        ("deposit_of", (1,), False),
        ("deposit_free_at", (1,), False),
    ):
        with boa.env.anchor():
            registry.staking.arm(registry.contract.address, getattr(registry.contract, name).prepare_calldata(*arguments))
            registry.contract.exit(1, sender=operator)
            assert registry.staking.has_succeeded() is is_open, name
