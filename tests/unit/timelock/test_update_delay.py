"""Timelock.update_delay: by an operation of its own, inside bounds, for operations to come."""

from __future__ import annotations

import boa
import pytest

from mdt.model.timelock import MAX_DELAY, MIN_DELAY, NONE
from mdt.units import DAY
from tests.support.timelock import DELAY, logs, refused, wait


@pytest.mark.parametrize("delay", [MIN_DELAY, DELAY + 1, MAX_DELAY])
def test_update_delay__by_an_operation__changed_and_logged(twin, delay):
    twin.govern("update_delay", delay)
    (event,) = logs(twin.timelock, "MinimumDelayChange")
    assert (event.old_duration, event.new_duration) == (DELAY, delay)
    twin.model.update_delay(twin.address, delay)
    assert twin.timelock.get_minimum_delay() == twin.model.minimum_delay == delay


@pytest.mark.parametrize("role", ["proposer", "guardian", "stranger", "deployer"])
def test_update_delay__by_anybody_else__refused(twin, stranger, role):
    sender = {"proposer": twin.proposer, "guardian": twin.guardian, "stranger": stranger, "deployer": str(boa.env.eoa)}[role]
    refused("timelock: only the timelock", lambda: twin.timelock.update_delay(3 * DAY, sender=sender), lambda: twin.model.update_delay(sender, 3 * DAY))


@pytest.mark.parametrize(
    ("delay", "reason"),
    [
        (0, "timelock: delay out of bounds"),
        (MIN_DELAY - 1, "timelock: delay out of bounds"),
        (MAX_DELAY + 1, "timelock: delay out of bounds"),
        (2**256 - 1, "timelock: delay out of bounds"),
        (DELAY, "timelock: nothing changes"),
    ],
)
def test_update_delay__out_of_bounds_or_the_same__refused(twin, delay, reason):
    call = twin.own("update_delay", delay)
    twin.schedule(call)
    wait()
    refused(reason, lambda: twin.timelock.execute(call.target, 0, call.payload, NONE, NONE), lambda: twin.model.update_delay(twin.address, delay))
    assert twin.timelock.get_minimum_delay() == DELAY


def test_update_delay__cut__needs_the_old_delay_first(twin, call):
    """Nobody gets a short delay without waiting the long one."""
    shorter = twin.own("update_delay", MIN_DELAY)
    for delay in (MIN_DELAY, DELAY - 1):
        with boa.reverts("timelock_controller: insufficient delay"):
            twin.timelock.schedule(shorter.target, 0, shorter.payload, NONE, NONE, delay, sender=twin.proposer)
    twin.govern("update_delay", MIN_DELAY)
    twin.model.update_delay(twin.address, MIN_DELAY)
    twin.schedule(call, delay=MIN_DELAY)


def test_update_delay__raised_in_a_batch_with_a_cut__each_in_its_turn(twin):
    twin.schedule_batch([twin.own("update_delay", MAX_DELAY), twin.own("update_delay", MIN_DELAY)])
    wait()
    twin.execute_batch([twin.own("update_delay", MAX_DELAY), twin.own("update_delay", MIN_DELAY)])
    assert twin.timelock.get_minimum_delay() == MIN_DELAY
