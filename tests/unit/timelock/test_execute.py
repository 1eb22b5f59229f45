"""Timelock.execute and execute_batch: success and every refusal, and what a target can do while it is called."""

from __future__ import annotations

import boa
import pytest
from eth.exceptions import Revert

from mdt.addresses import ZERO_ADDRESS
from mdt.model.timelock import CANCELLER_ROLE, EXECUTOR_ROLE, NONE, PROPOSER_ROLE, State, TimelockCall, batch_id, operation_id
from mdt.units import DAY
from tests.support.harness import harness
from tests.support.timelock import DELAY, calldata, deploy_timelock, lists, logs, refused, wait

SALT = b"s" * 32
NOT_READY = "timelock_controller: operation is not ready"


def test_execute__ready__called_by_the_timelock_and_logged(twin, call, target):
    operation = twin.schedule(call, salt=SALT)
    wait()
    twin.execute(call, salt=SALT)
    (event,) = logs(twin.timelock, "CallExecuted")
    assert (event.id, event.index, event.target, event.amount, event.payload) == (operation, 0, call.target, 0, call.payload)
    assert (target.calls(), target.last_caller(), target.last_length()) == (1, twin.address, len(call.payload))
    assert twin.state(operation) == State.DONE
    assert twin.timelock.get_timestamp(operation) == 1


def test_execute_batch__ready__called_in_order_and_logged(twin, target, call):
    other = harness("HostileOwned").deploy()
    calls = [call, TimelockCall(str(other.address), b"second, and longer than the first"), TimelockCall(str(target.address), b"third")]
    operation = twin.schedule_batch(calls, salt=SALT)
    wait()
    twin.execute_batch(calls, salt=SALT)
    events = logs(twin.timelock, "CallExecuted")
    assert [(event.id, event.index, event.target, event.amount, event.payload) for event in events] == [
        (operation, index, one.target, 0, one.payload) for index, one in enumerate(calls)
    ]
    assert (target.calls(), target.last_length(), other.calls(), other.last_caller()) == (2, 5, 1, twin.address)
    assert twin.state(operation) == State.DONE


def test_execute__no_executors__anybody(twin, call, target, stranger):
    for salt, sender in ((NONE, stranger), (SALT, twin.guardian), (b"t" * 32, boa.env.eoa)):
        twin.schedule(call, salt=salt)
        wait()
        twin.execute(call, str(sender), salt=salt)
    assert target.calls() == 3


def test_execute__executors__only_they(call, stranger):
    twin = deploy_timelock(executors=2)
    twin.schedule(call)
    twin.schedule_batch([call])
    wait()
    for sender in (stranger, twin.proposer, twin.guardian, str(boa.env.eoa)):
        reason = "access_control: account is missing role"
        refused(
            reason,
            lambda sender=sender: twin.timelock.execute(call.target, 0, call.payload, NONE, NONE, sender=sender),
            lambda sender=sender: twin.model.execute(sender, operation_id(call)),
        )
        refused(
            reason,
            lambda sender=sender: twin.timelock.execute_batch(*lists([call]), NONE, NONE, sender=sender),
            lambda sender=sender: twin.model.execute(sender, batch_id([call])),
        )
    twin.execute(call, twin.executors[1])
    twin.execute_batch([call], twin.executors[0])


def test_execute__executors_opened_and_closed_by_operations__as_the_role_says(call, stranger):
    twin = deploy_timelock(executors=1)
    twin.schedule(call)
    twin.govern("grantRole", EXECUTOR_ROLE, ZERO_ADDRESS)
    twin.model.grant_role(twin.address, EXECUTOR_ROLE, ZERO_ADDRESS)
    twin.execute(call, stranger)
    twin.schedule(call, salt=SALT)
    twin.govern("revokeRole", EXECUTOR_ROLE, ZERO_ADDRESS)
    twin.model.revoke_role(twin.address, EXECUTOR_ROLE, ZERO_ADDRESS)
    refused(
        "access_control: account is missing role",
        lambda: twin.timelock.execute(call.target, 0, call.payload, NONE, SALT, sender=stranger),
        lambda: twin.model.execute(stranger, operation_id(call, NONE, SALT)),
    )


def refused_as_not_ready(twin, call):
    sender = twin.executor
    refused(
        NOT_READY,
        lambda: twin.timelock.execute(call.target, 0, call.payload, NONE, NONE, sender=sender),
        lambda: twin.model.execute(sender, operation_id(call)),
    )
    refused(
        NOT_READY,
        lambda: twin.timelock.execute_batch(*lists([call]), NONE, NONE, sender=sender),
        lambda: twin.model.execute(sender, batch_id([call])),
    )


def test_execute__never_scheduled_early_cancelled_or_done__refused(twin, call, target):
    refused_as_not_ready(twin, call)
    operations = twin.schedule(call), twin.schedule_batch([call])
    refused_as_not_ready(twin, call)
    wait(DELAY - 1)
    refused_as_not_ready(twin, call)
    wait(1)
    for operation in operations:
        twin.cancel(operation)
    refused_as_not_ready(twin, call)
    twin.schedule(call)
    twin.schedule_batch([call])
    wait()
    twin.execute(call)
    twin.execute_batch([call])
    refused_as_not_ready(twin, call)
    assert target.calls() == 2


def test_execute__anything_changed__another_operation(twin, call, target):
    """What is executed is what was announced, to the byte."""
    twin.schedule(call, salt=SALT)
    wait()
    for changed in (
        TimelockCall(call.target, call.payload + b"\0"),
        TimelockCall(call.target, call.payload[:-1]),
        TimelockCall(twin.address, call.payload),
        TimelockCall(call.target, call.payload, 1),
    ):
        with boa.reverts(NOT_READY):
            twin.timelock.execute(changed.target, changed.amount, changed.payload, NONE, SALT)
    for predecessor, salt in ((SALT, SALT), (NONE, NONE)):
        with boa.reverts(NOT_READY):
            twin.timelock.execute(call.target, 0, call.payload, predecessor, salt)
    with boa.reverts(NOT_READY):
        twin.timelock.execute_batch(*lists([call]), NONE, SALT)
    assert target.calls() == 0


def test_execute_batch__lists_of_other_lengths__another_operation(twin, call):
    """They are compared when an operation is announced; nothing else has an id that waits."""
    twin.schedule_batch([call, call])
    wait()
    targets, amounts, payloads = lists([call, call])
    for lengths in ((2, 1, 2), (2, 2, 1), (1, 2, 2), (0, 0, 0), (2, 3, 3)):
        with boa.reverts(NOT_READY):
            twin.timelock.execute_batch(*[(part * 2)[:count] for part, count in zip((targets, amounts, payloads), lengths, strict=True)], NONE, NONE)


@pytest.mark.parametrize("state", ["unset", "waiting", "ready", "cancelled"])
def test_execute__predecessor_not_done__refused(twin, target, call, state):
    first = TimelockCall(str(target.address), b"first")
    before = operation_id(first)
    if state != "unset":
        twin.schedule(first, delay=10 * DAY if state == "waiting" else DELAY)
    twin.schedule(call, predecessor=before)
    twin.schedule_batch([call], predecessor=before)
    wait()
    if state == "cancelled":
        twin.cancel(before)
    reason = "timelock_controller: missing dependency"
    sender = twin.executor
    refused(
        reason,
        lambda: twin.timelock.execute(call.target, 0, call.payload, before, NONE, sender=sender),
        lambda: twin.model.execute(sender, operation_id(call, before), before),
    )
    refused(
        reason,
        lambda: twin.timelock.execute_batch(*lists([call]), before, NONE, sender=sender),
        lambda: twin.model.execute(sender, batch_id([call], before), before),
    )
    assert target.calls() == 0


def test_execute__predecessor_done__in_order(twin, target, call):
    first = TimelockCall(str(target.address), b"first")
    before = twin.schedule_batch([first])
    twin.schedule(call, predecessor=before)
    wait()
    twin.execute_batch([first])
    twin.execute(call, predecessor=before)
    assert target.calls() == 2


def test_execute__target_refuses__its_reason_is_passed_on_and_the_operation_stays_ready(twin, call, target):
    operations = twin.schedule(call), twin.schedule_batch([call])
    wait()
    target.set_refuses(True, False)
    for execute in (lambda: twin.timelock.execute(call.target, 0, call.payload, NONE, NONE), lambda: twin.timelock.execute_batch(*lists([call]), NONE, NONE)):
        with boa.reverts("hostile: refused"):
            execute()
    target.set_refuses(True, True)
    for execute in (lambda: twin.timelock.execute(call.target, 0, call.payload, NONE, NONE), lambda: twin.timelock.execute_batch(*lists([call]), NONE, NONE)):
        with boa.reverts("timelock: call failed"):
            execute()
    assert [twin.state(operation) for operation in operations] == [State.READY, State.READY]
    target.set_refuses(False, False)
    twin.execute(call)
    twin.execute_batch([call])


def test_execute_batch__one_call_refused__none_is_made(twin, call, target):
    refuses = harness("HostileOwned").deploy()
    refuses.set_refuses(True, False)
    calls = [call, TimelockCall(str(refuses.address), b"")]
    operation = twin.schedule_batch(calls)
    wait()
    with boa.reverts("hostile: refused"):
        twin.timelock.execute_batch(*lists(calls), NONE, NONE)
    assert (target.calls(), twin.state(operation)) == (0, State.READY)


# --- native coin ---


def test_execute__operation_with_an_amount__fails_and_stays(twin, target):
    """There is no way to pay the timelock, so there is nothing to send."""
    call = TimelockCall(str(target.address), b"", 1)
    operations = twin.schedule(call), twin.schedule_batch([call])
    wait()
    boa.env.set_balance(boa.env.eoa, 10**18)
    with boa.reverts("timelock: call failed"):
        twin.timelock.execute(call.target, 1, b"", NONE, NONE)
    with boa.reverts("timelock: call failed"):
        twin.timelock.execute_batch(*lists([call]), NONE, NONE)
    # not payable: Vyper refuses before anything runs, and says nothing
    with boa.reverts():
        twin.timelock.execute(call.target, 1, b"", NONE, NONE, value=1)
    with boa.reverts():
        twin.timelock.execute_batch(*lists([call]), NONE, NONE, value=1)
    with pytest.raises(Revert):
        boa.env.raw_call(twin.address, value=1)
    assert boa.env.get_balance(twin.address) == 0
    assert [twin.state(operation) for operation in operations] == [State.READY, State.READY]


def test_execute__coin_forced_in__leaves_by_an_operation_only(twin, target):
    """Coin can be forced on any address; it is not locked for ever, and nobody gets it without an operation."""
    boa.env.set_balance(twin.address, 5)
    call = TimelockCall(str(target.address), b"", 5)
    twin.schedule(call)
    wait()
    twin.timelock.execute(call.target, 5, b"", NONE, NONE)
    assert (boa.env.get_balance(twin.address), boa.env.get_balance(target.address)) == (0, 5)


# --- re-entrancy ---


def test_execute__target_executes_the_same_operation_again__all_reverts(twin, call, target):
    operation = twin.schedule(call)
    wait()
    target.arm(twin.address, calldata(twin.timelock, "execute", call.target, 0, call.payload, NONE, NONE))
    with boa.reverts(NOT_READY):
        twin.timelock.execute(call.target, 0, call.payload, NONE, NONE)
    assert (target.calls(), target.call_backs_succeeded(), twin.state(operation)) == (0, 0, State.READY)


def test_execute_batch__target_executes_the_same_operation_again__all_reverts(twin, call, target):
    operation = twin.schedule_batch([call, call])
    wait()
    target.arm(twin.address, calldata(twin.timelock, "execute_batch", *lists([call, call]), NONE, NONE))
    with boa.reverts(NOT_READY):
        twin.timelock.execute_batch(*lists([call, call]), NONE, NONE)
    assert (target.calls(), twin.state(operation)) == (0, State.READY)


def test_execute__target_executes_another_ready_operation__both_done_once(twin, call, target):
    other = TimelockCall(str(harness("HostileOwned").deploy().address), b"other")
    twin.schedule(call)
    twin.schedule(other)
    wait()
    target.arm(twin.address, calldata(twin.timelock, "execute", other.target, 0, other.payload, NONE, NONE))
    twin.execute(call)
    twin.model.execute(str(target.address), operation_id(other))
    assert target.call_backs_succeeded() == 1
    assert [twin.state(operation_id(one)) for one in (call, other)] == [State.DONE, State.DONE]
    refused_as_not_ready(twin, other)


def test_execute__target_cancels_the_operation_it_is_in__all_reverts(twin, call, target):
    """A target that is a canceller, too, cannot leave an operation half done."""
    twin.govern("grantRole", CANCELLER_ROLE, target.address)
    operation = twin.schedule(call)
    wait()
    target.arm(twin.address, calldata(twin.timelock, "cancel", operation))
    with boa.reverts(NOT_READY):
        twin.timelock.execute(call.target, 0, call.payload, NONE, NONE)
    assert twin.state(operation) == State.READY


@pytest.mark.parametrize("function", ["schedule", "cancel", "update_delay", "grantRole", "revokeRole"])
def test_execute__target_tries_what_it_has_no_role_for__refused(twin, call, target, function):
    waiting = twin.schedule(TimelockCall(call.target, b"waiting"), delay=10 * DAY)
    twin.schedule(call)
    wait()
    arguments = {
        "schedule": (call.target, 0, b"more", NONE, NONE, DELAY),
        "cancel": (waiting,),
        "update_delay": (DAY,),
        "grantRole": (PROPOSER_ROLE, target.address),
        "revokeRole": (PROPOSER_ROLE, twin.proposer),
    }[function]
    target.arm(twin.address, calldata(twin.timelock, function, *arguments))
    twin.execute(call)
    assert (target.call_backs_tried(), target.call_backs_succeeded()) == (1, 0)
    assert twin.state(waiting) == State.WAITING


def test_execute__operation_schedules_for_a_timelock_without_the_role__refused(twin, call):
    """The timelock is not its own proposer: an operation cannot announce the next one, past the proposers' eyes."""
    inner = twin.own("schedule", call.target, 0, call.payload, NONE, NONE, DELAY)
    twin.schedule(inner)
    wait()
    with boa.reverts("access_control: account is missing role"):
        twin.timelock.execute(inner.target, 0, inner.payload, NONE, NONE)
