"""Timelock.cancel: success and every refusal, and that no canceller can keep itself."""

from __future__ import annotations

import boa
import pytest

from mdt.model.timelock import CANCELLER_ROLE, MAX_DELAY, NONE, PROPOSER_ROLE, State, TimelockCall, removal_id, removal_payload
from mdt.units import DAY
from tests.support.timelock import DELAY, logs, refused, wait

SALT = b"s" * 32


@pytest.mark.parametrize("is_ready", [False, True])
@pytest.mark.parametrize("who", ["guardian", "proposer", "other proposer"])
def test_cancel__canceller__operation_is_gone_and_logged(twin, call, who, is_ready):
    operation = twin.schedule(call)
    wait(DELAY if is_ready else DELAY - 1)
    twin.cancel(operation, {"guardian": twin.guardian, "proposer": twin.proposers[0], "other proposer": twin.proposers[1]}[who])
    (event,) = logs(twin.timelock, "Cancelled")
    assert event.id == operation
    assert twin.state(operation) == State.UNSET
    assert twin.timelock.get_timestamp(operation) == 0


def refused_to_cancel(twin, operation, sender, reason):
    refused(reason, lambda: twin.timelock.cancel(operation, sender=sender), lambda: twin.model.cancel(sender, operation))


def test_cancel__without_the_role__refused(twin, call, stranger):
    operation = twin.schedule(call)
    for sender in (stranger, twin.address, str(boa.env.eoa)):
        refused_to_cancel(twin, operation, sender, "access_control: account is missing role")


def test_cancel__nothing_that_waits__refused(twin, call):
    reason = "timelock: nothing to cancel"
    refused_to_cancel(twin, NONE, twin.guardian, reason)
    operation = twin.schedule(call)
    twin.cancel(operation)
    refused_to_cancel(twin, operation, twin.guardian, reason)
    twin.schedule(call)
    wait()
    twin.execute(call)
    refused_to_cancel(twin, operation, twin.guardian, reason)


# --- a canceller cannot keep itself ---


def removal(twin, canceller):
    return TimelockCall(twin.address, removal_payload(canceller))


@pytest.mark.parametrize("role", ["guardian", "proposer"])
def test_removal__views__tell_what_to_schedule(twin, role):
    canceller = {"guardian": twin.guardian, "proposer": twin.proposer}[role]
    assert twin.timelock.removal_payload(canceller) == removal_payload(canceller)
    assert twin.timelock.removal_payload(canceller) == twin.timelock.revokeRole.prepare_calldata(CANCELLER_ROLE, canceller)
    assert twin.timelock.removal_id(canceller) == removal_id(twin.address, canceller)
    assert twin.schedule(removal(twin, canceller)) == twin.timelock.removal_id(canceller)


@pytest.mark.parametrize("is_ready", [False, True])
def test_cancel__own_removal__refused_and_the_role_is_lost(twin, call, is_ready):
    operation = twin.schedule(removal(twin, twin.guardian))
    wait(DELAY if is_ready else 0)
    refused_to_cancel(twin, operation, twin.guardian, "timelock: cannot keep itself")
    wait()
    twin.execute(removal(twin, twin.guardian))
    twin.model.revoke_role(twin.address, CANCELLER_ROLE, twin.guardian)
    (event,) = logs(twin.timelock, "RoleRevoked")
    assert (event.role, event.account, event.sender) == (CANCELLER_ROLE, twin.guardian, twin.address)
    refused_to_cancel(twin, twin.schedule(call), twin.guardian, "access_control: account is missing role")


def test_cancel__removal_of_another__stopped(twin):
    """Else a captured proposer could take the guardian out unhindered by the other proposers."""
    twin.cancel(twin.schedule(removal(twin, twin.guardian)), twin.proposers[1])
    twin.cancel(twin.schedule(removal(twin, twin.proposer)), twin.guardian)


@pytest.mark.parametrize(("predecessor", "salt"), [(NONE, SALT), (SALT, NONE)], ids=["salt", "predecessor"])
def test_cancel__own_removal_scheduled_in_another_way__stopped(twin, predecessor, salt):
    """One form of it is enough, and only that one can be recognised by its id."""
    twin.cancel(twin.schedule(removal(twin, twin.guardian), predecessor=predecessor, salt=salt), twin.guardian)
    twin.cancel(twin.schedule_batch([removal(twin, twin.guardian)]), twin.guardian)


def test_cancel__captured_proposer__is_removed_whatever_it_cancels(twin, call):
    """It schedules its own removal first, as late as it can; that only starts the clock. Its other role falls after the first."""
    captured, honest = twin.proposers
    operation = twin.schedule(removal(twin, captured), captured, delay=MAX_DELAY)
    with boa.reverts("timelock_controller: operation already scheduled"):
        twin.timelock.schedule(twin.address, 0, removal_payload(captured), NONE, NONE, DELAY, sender=honest)
    refused_to_cancel(twin, operation, captured, "timelock: cannot keep itself")
    wait(MAX_DELAY)
    twin.execute(removal(twin, captured))
    twin.model.revoke_role(twin.address, CANCELLER_ROLE, captured)
    proposing = twin.own("revokeRole", PROPOSER_ROLE, captured)
    second = twin.schedule(proposing, honest)
    refused_to_cancel(twin, second, captured, "access_control: account is missing role")
    wait()
    twin.execute(proposing)
    with boa.reverts("access_control: account is missing role"):
        twin.timelock.schedule(call.target, 0, call.payload, NONE, NONE, DELAY, sender=captured)


def test_grant__canceller_removed_before__refused_for_good(twin):
    """Its removal is done and can never be scheduled again: it could stop every other form of it."""
    twin.schedule(removal(twin, twin.guardian))
    wait()
    twin.execute(removal(twin, twin.guardian))
    twin.model.revoke_role(twin.address, CANCELLER_ROLE, twin.guardian)
    back = twin.own("grantRole", CANCELLER_ROLE, twin.guardian)
    twin.schedule(back)
    wait()
    refused(
        "timelock: removed for good",
        lambda: twin.timelock.execute(back.target, 0, back.payload, NONE, NONE),
        lambda: twin.model.grant_role(twin.address, CANCELLER_ROLE, twin.guardian),
    )
    twin.govern("grantRole", PROPOSER_ROLE, twin.guardian)
    assert twin.timelock.hasRole(PROPOSER_ROLE, twin.guardian)
    assert not twin.timelock.hasRole(CANCELLER_ROLE, twin.guardian)


def test_cancel__two_captured_cancellers__can_protect_each_other(twin):
    """What the rule does not promise: it holds against one."""
    one, other = twin.proposers
    for _ in range(3):
        for canceller, friend in ((one, other), (other, one)):
            twin.cancel(twin.schedule(removal(twin, canceller), delay=10 * DAY), friend)
