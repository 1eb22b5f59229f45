"""What Staking is told, in which state, and what it could do in the middle of it. For the harness, which notes and calls back."""

from __future__ import annotations

from dataclasses import replace

import boa
import pytest
from eth_abi import decode

from mdt.addresses import ZERO_ADDRESS
from mdt.model.staking import Status
from tests.support.validators import COMMISSION, MAX_COMMISSION, METADATA, MINIMUM, UNBONDING, Registry


def notes(registry):
    """(name, id, operator, amount, value) of every call; the caller is the registry, and names the operator in the middle of each."""
    calls = registry.staking.eval("self.calls")
    for call in calls:
        assert call.caller == registry.contract.address
        assert call.operator_seen == registry.contract.operator_of(call.validator_id)
    return [(call.name, call.validator_id, call.operator, call.amount, call.value) for call in calls]


def test_calls__each_function__exactly_one_call_with_what_it_means(operator, successor):
    registry = Registry()
    registry.register(operator, amount=MINIMUM + 5)
    registry.call("set_metadata", operator, "")
    registry.call("set_commission", operator, MAX_COMMISSION)
    registry.wait(UNBONDING)
    registry.call("apply_commission", successor, 1)
    registry.call("set_commission", operator, 3)
    registry.call("exit", operator)
    registry.call("rejoin", operator)
    assert notes(registry) == registry.hooks.calls
    assert registry.hooks.calls == [
        ("open", 1, operator, MINIMUM + 5, COMMISSION),
        ("set_commission", 1, ZERO_ADDRESS, 0, MAX_COMMISSION),
        ("set_commission", 1, ZERO_ADDRESS, 0, 3),
        ("set_bars", 1, ZERO_ADDRESS, Status.EXITED, 1),
        ("set_bars", 1, ZERO_ADDRESS, Status.EXITED, 0),
    ]


def test_calls__proposals_acceptances_and_queues__staking_is_not_told(registry, operator, successor):
    before = notes(registry)
    registry.call("propose_operator", operator, ZERO_ADDRESS[:-1] + "1")
    registry.rotate(operator, successor)
    registry.call("set_commission", successor, MAX_COMMISSION)
    registry.call("set_commission", successor, COMMISSION)
    assert registry.staking.eval("len(self.calls)") == len(before) == 1


def test_register__in_the_middle__all_is_written(empty_registry, operator):
    """Staking is called last: it sees the operator already, through the one view that is open then."""
    registry = empty_registry
    registry.staking.arm(registry.contract.address, registry.contract.operator_of.prepare_calldata(1))
    registry.register(operator)
    assert registry.staking.calls_back() == 1
    assert decode(["address"], registry.staking.answer())[0] == operator.lower()


def execute(registry, name, *arguments):
    """A call by Staking itself, as if it were anybody."""
    registry.staking.execute(registry.contract.address, getattr(registry.contract, name).prepare_calldata(*arguments))


def prepare(registry, operator, name):
    """Make Staking an account that may make this call: proposed for number 1, or the operator of number 2."""
    if name == "accept_operator":
        registry.call("propose_operator", operator, registry.staking.address)
    elif name != "register":
        execute(registry, "register", MINIMUM, COMMISSION, METADATA)
    if name == "apply_commission":
        execute(registry, "set_commission", MAX_COMMISSION)
        registry.wait(UNBONDING)
    if name == "rejoin":
        execute(registry, "exit")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("register", (MINIMUM, COMMISSION, METADATA)),
        ("accept_operator", (1,)),
        ("apply_commission", (2,)),
        ("set_commission", (0,)),
        ("set_metadata", ("",)),
        ("propose_operator", ("0x" + "22" * 20,)),
        ("exit", ()),
        ("rejoin", ()),
    ],
)
def test_any_call__from_within_a_call_to_staking__is_stopped(registry, operator, name, arguments):
    """Nothing but the lock stands in its way: the same call goes through before and after."""
    contract, staking = registry.contract, registry.staking
    prepare(registry, operator, name)
    with boa.env.anchor():
        execute(registry, name, *arguments)
    staking.arm(contract.address, getattr(contract, name).prepare_calldata(*arguments))
    (first, *others), keys = registry.state()
    contract.exit(sender=operator)
    assert staking.calls_back() == 1
    assert not staking.has_succeeded()
    assert registry.state() == ([replace(first, exited_at=registry.clock.block_number), *others], keys)
    execute(registry, name, *arguments)


def test_view__from_within_a_call_to_staking__only_operator_of_answers(registry, operator):
    """The others would say nothing wrong; nobody needs them then."""
    for name, arguments, is_open in (
        ("operator_of", (1,), True),
        ("profile", (1,), False),
        ("key", (operator,), False),
        ("validator_id", (operator,), False),
        ("validator_count", (), False),
        ("exited_at", (1,), False),
    ):
        with boa.env.anchor():
            registry.staking.arm(registry.contract.address, getattr(registry.contract, name).prepare_calldata(*arguments))
            registry.contract.exit(sender=operator)
            assert registry.staking.has_succeeded() is is_open, name
