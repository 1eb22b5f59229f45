"""Timelock.schedule and schedule_batch: success and every refusal."""

from __future__ import annotations

import boa
import pytest
from eth_utils.crypto import keccak

from mdt.model.timelock import MAX_CALLS, MAX_DELAY, MAX_PAYLOAD, NONE, State, TimelockCall, batch_id, operation_id
from mdt.units import DAY
from tests.support.timelock import DELAY, lists, logs, refused, wait

SALT, BEFORE = b"s" * 32, b"p" * 32


@pytest.mark.parametrize(("predecessor", "salt"), [(NONE, NONE), (BEFORE, SALT)], ids=["bare", "full"])
def test_schedule__proposer__waits_and_logs(twin, call, predecessor, salt):
    operation = twin.schedule(call, predecessor=predecessor, salt=salt, delay=DELAY + 5)
    scheduled, salts = logs(twin.timelock, "CallScheduled"), logs(twin.timelock, "CallSalt")
    assert twin.timelock.hash_operation(call.target, call.amount, call.payload, predecessor, salt) == operation
    (event,) = scheduled
    assert (event.id, event.index, event.target, event.amount, event.payload) == (operation, 0, call.target, 0, call.payload)
    assert (event.predecessor, event.delay) == (predecessor, DELAY + 5)
    assert [(log.id, log.salt) for log in salts] == ([(operation, salt)] if salt != NONE else [])
    assert twin.state(operation) == State.WAITING
    assert twin.timelock.get_timestamp(operation) == boa.env.timestamp + DELAY + 5


def test_schedule_batch__proposer__waits_and_logs_each_call(twin, target, stranger):
    calls = [TimelockCall(str(target.address), b"one"), TimelockCall(stranger, b""), TimelockCall(str(target.address), b"two" * 200)]
    operation = twin.schedule_batch(calls, predecessor=BEFORE, salt=SALT)
    events = logs(twin.timelock, "CallScheduled")
    assert [(event.index, event.target, event.amount, event.payload) for event in events] == [
        (index, call.target, call.amount, call.payload) for index, call in enumerate(calls)
    ]
    assert {(event.id, event.predecessor, event.delay) for event in events} == {(operation, BEFORE, DELAY)}
    (salted,) = logs(twin.timelock, "CallSalt")
    assert (salted.id, salted.salt) == (operation, SALT)
    assert twin.timelock.hash_operation_batch(*lists(calls), BEFORE, SALT) == operation
    assert twin.state(operation) == State.WAITING
    assert twin.timelock.get_timestamp(operation) == boa.env.timestamp + DELAY


def test_schedule_batch__without_salt__logs_none(twin, call):
    twin.schedule_batch([call])
    assert logs(twin.timelock, "CallSalt") == []


def test_schedule__same_call_alone_and_in_a_batch__two_operations(twin, call):
    assert len({twin.schedule(call), twin.schedule_batch([call]), twin.schedule(call, salt=SALT), twin.schedule_batch([call, call])}) == 4


@pytest.mark.parametrize("role", ["guardian", "stranger", "timelock", "deployer"])
def test_schedule__not_a_proposer__refused(twin, call, stranger, role):
    sender = {"guardian": twin.guardian, "stranger": stranger, "timelock": twin.address, "deployer": boa.env.eoa}[role]
    reason = "access_control: account is missing role"
    refused(
        reason,
        lambda: twin.timelock.schedule(call.target, 0, call.payload, NONE, NONE, DELAY, sender=sender),
        lambda: twin.model.schedule(sender, operation_id(call), DELAY),
    )
    refused(
        reason,
        lambda: twin.timelock.schedule_batch(*lists([call]), NONE, NONE, DELAY, sender=sender),
        lambda: twin.model.schedule_batch(sender, [call], DELAY),
    )


@pytest.mark.parametrize(
    ("delay", "reason"),
    [
        (0, "timelock_controller: insufficient delay"),
        (DELAY - 1, "timelock_controller: insufficient delay"),
        (MAX_DELAY + 1, "timelock: delay out of bounds"),
        (2**256 - 1, "timelock: delay out of bounds"),
    ],
)
def test_schedule__delay_out_of_bounds__refused(twin, call, delay, reason):
    refused(
        reason,
        lambda: twin.timelock.schedule(call.target, 0, call.payload, NONE, NONE, delay, sender=twin.proposer),
        lambda: twin.model.schedule(twin.proposer, operation_id(call), delay),
    )
    refused(
        reason,
        lambda: twin.timelock.schedule_batch(*lists([call]), NONE, NONE, delay, sender=twin.proposer),
        lambda: twin.model.schedule_batch(twin.proposer, [call], delay),
    )


@pytest.mark.parametrize("delay", [DELAY, MAX_DELAY])
def test_schedule__delay_at_a_bound__accepted(twin, call, delay):
    operation = twin.schedule(call, delay=delay)
    wait(delay - 1)
    assert twin.state(operation) == State.WAITING
    wait(1)
    assert twin.state(operation) == State.READY


@pytest.mark.parametrize("is_done", [False, True])
def test_schedule__again_while_it_waits_or_once_done__refused(twin, call, is_done):
    twin.schedule(call)
    twin.schedule_batch([call])
    if is_done:
        wait()
        twin.execute(call)
        twin.execute_batch([call])
    reason = "timelock_controller: operation already scheduled"
    other = twin.proposers[1]
    refused(
        reason,
        lambda: twin.timelock.schedule(call.target, 0, call.payload, NONE, NONE, DELAY, sender=other),
        lambda: twin.model.schedule(other, operation_id(call), DELAY),
    )
    refused(
        reason,
        lambda: twin.timelock.schedule_batch(*lists([call]), NONE, NONE, DELAY, sender=other),
        lambda: twin.model.schedule_batch(other, [call], DELAY),
    )


def test_schedule__again_after_a_cancel__waits_the_whole_delay(twin, call):
    operation = twin.schedule(call)
    wait()
    twin.cancel(operation)
    assert twin.schedule(call) == operation
    assert twin.state(operation) == State.WAITING


def test_schedule_batch__empty__refused(twin):
    refused(
        "timelock: empty batch",
        lambda: twin.timelock.schedule_batch([], [], [], NONE, NONE, DELAY, sender=twin.proposer),
        lambda: twin.model.schedule_batch(twin.proposer, [], DELAY),
    )


@pytest.mark.parametrize(("amounts", "payloads"), [(1, 2), (3, 2), (2, 1), (2, 3), (2, 0), (0, 2)])
def test_schedule_batch__lists_of_different_lengths__refused(twin, target, amounts, payloads):
    with boa.reverts("timelock: length mismatch"):
        twin.timelock.schedule_batch([target, target], [0] * amounts, [b""] * payloads, NONE, NONE, DELAY, sender=twin.proposer)


def test_schedule__payload_of_1152_bytes__fits_and_arrives_whole(twin, target):
    call = TimelockCall(str(target.address), (bytes(range(256)) * 5)[:1_152])
    assert len(call.payload) == MAX_PAYLOAD
    twin.schedule(call)
    twin.schedule_batch([call] * MAX_CALLS)
    wait()
    twin.execute(call)
    assert target.last_hash() == keccak(call.payload)
    twin.execute_batch([call] * MAX_CALLS)
    assert target.calls() == 1 + MAX_CALLS


def test_schedule__payload_of_1153_bytes_or_17_calls__refused(twin, target):
    """The decoder refuses before anything is looked at; it gives no reason."""
    to, long = target.address, bytes(MAX_PAYLOAD + 1)
    with boa.reverts():
        twin.timelock.schedule(to, 0, long, NONE, NONE, DELAY, sender=twin.proposer)
    with boa.reverts():
        twin.timelock.schedule_batch([to], [0], [long], NONE, NONE, DELAY, sender=twin.proposer)
    with boa.reverts():
        twin.timelock.schedule_batch(*lists([TimelockCall(to)] * (MAX_CALLS + 1)), NONE, NONE, DELAY, sender=twin.proposer)
    assert not twin.timelock.is_operation(operation_id(TimelockCall(to, long)))
    assert not twin.timelock.is_operation(batch_id([TimelockCall(to)] * (MAX_CALLS + 1)))


def test_schedule__after_the_delay_was_cut__old_operation_keeps_its_time(twin, call):
    operation = twin.schedule(call, delay=10 * DAY)
    ready_at = twin.timelock.get_timestamp(operation)
    twin.govern("update_delay", DAY)
    twin.model.update_delay(twin.address, DAY)
    assert twin.timelock.get_timestamp(operation) == ready_at
    assert twin.state(operation) == State.WAITING
    assert twin.state(twin.schedule(call, delay=DAY, salt=SALT)) == State.WAITING
