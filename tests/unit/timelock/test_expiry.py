"""Timelock: an operation that nobody executed in time has expired, and is what a cancelled one is."""

from __future__ import annotations

import pytest

from mdt.model.timelock import CANCELLER_ROLE, GRACE_PERIOD, State, TimelockCall, batch_id, operation_id, removal_id, removal_payload
from mdt.units import DAY, YEAR
from tests.support.timelock import DELAY, lists, logs, refused, wait

EXPIRED = "timelock: operation expired"


def views(timelock, operation):
    """Pending, ready, done, known at all."""
    asked = timelock.is_operation_pending, timelock.is_operation_ready, timelock.is_operation_done, timelock.is_operation
    return tuple(one(operation) for one in asked)


def refused_as_expired(twin, call):
    refused(
        EXPIRED,
        lambda: twin.timelock.execute(call.target, 0, call.payload, b"", b"", sender=twin.executor),
        lambda: twin.model.execute(twin.executor, operation_id(call)),
    )


def test_grace_period__constant__the_models_two_weeks(twin):
    assert twin.timelock.GRACE_PERIOD() == GRACE_PERIOD == 14 * DAY


def test_execute__last_second__executed(twin, call, target):
    operation = twin.schedule(call)
    until = twin.timelock.get_timestamp(operation) + GRACE_PERIOD
    assert twin.timelock.executable_until(operation) == twin.model.executable_until(operation) == until
    wait(DELAY + GRACE_PERIOD)
    assert (twin.state(operation), views(twin.timelock, operation)) == (State.READY, (True, True, False, True))
    twin.execute(call)
    assert (target.calls(), twin.timelock.executable_until(operation), twin.model.executable_until(operation)) == (1, 0, 0)


@pytest.mark.parametrize("late", [1, 3 * YEAR])
def test_execute__after_the_last_second__refused_by_its_reason(twin, call, target, late):
    """Z8: one refused as over budget was executed by a stranger three years later."""
    operation, batch = twin.schedule(call), twin.schedule_batch([call])
    until = twin.timelock.executable_until(operation)
    wait(DELAY + GRACE_PERIOD + late)
    refused_as_expired(twin, call)
    refused(EXPIRED, lambda: twin.timelock.execute_batch(*lists([call]), b"", b""), lambda: twin.model.execute(twin.executor, batch_id([call])))
    assert target.calls() == 0
    for one in (operation, batch):
        assert (twin.state(one), views(twin.timelock, one)) == (State.UNSET, (False, False, False, False))
        assert twin.timelock.executable_until(one) == until


def test_executable_until__never_scheduled__nothing(twin):
    operation = b"\x01" * 32
    assert twin.timelock.executable_until(operation) == twin.model.executable_until(operation) == 0


def test_cancel__expired__nothing_to_cancel(twin, call):
    operation = twin.schedule(call)
    wait(DELAY + GRACE_PERIOD + 1)
    refused("timelock: nothing to cancel", lambda: twin.timelock.cancel(operation, sender=twin.guardian), lambda: twin.model.cancel(twin.guardian, operation))


def test_schedule__expired__waits_the_whole_delay_again(twin, call, target):
    operation = twin.schedule(call)
    wait(DELAY + GRACE_PERIOD + 1)
    assert twin.schedule(call) == operation
    (event,) = logs(twin.timelock, "CallScheduled")
    assert (event.id, event.delay) == (operation, DELAY)
    assert twin.state(operation) == State.WAITING
    wait(DELAY - 1)
    not_ready = "timelock_controller: operation is not ready"
    refused(not_ready, lambda: twin.timelock.execute(call.target, 0, call.payload, b"", b""), lambda: twin.model.execute(twin.executor, operation))
    wait(1)
    twin.execute(call)
    assert target.calls() == 1


def test_execute__predecessor_expired__missing_dependency(twin, call):
    first = twin.schedule(call)
    second = twin.schedule(call, delay=DELAY + GRACE_PERIOD, predecessor=first)
    wait(DELAY + GRACE_PERIOD + 1)
    refused(
        "timelock_controller: missing dependency",
        lambda: twin.timelock.execute(call.target, 0, call.payload, first, b""),
        lambda: twin.model.execute(twin.executor, second, first),
    )


def test_removal__expired__can_be_scheduled_again_and_still_not_cancelled(twin):
    """A canceller does not keep its role because nobody came in time: the id of its removal is free again."""
    call = TimelockCall(twin.address, removal_payload(twin.guardian))
    twin.schedule(call)
    wait(DELAY + GRACE_PERIOD + 1)
    refused_as_expired(twin, call)
    twin.schedule(call)
    operation = removal_id(twin.address, twin.guardian)
    refused("timelock: cannot keep itself", lambda: twin.timelock.cancel(operation, sender=twin.guardian), lambda: twin.model.cancel(twin.guardian, operation))
    wait()
    twin.execute(call)
    assert not twin.timelock.hasRole(CANCELLER_ROLE, twin.guardian)
