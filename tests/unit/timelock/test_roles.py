"""Timelock.grantRole and revokeRole: by operations only; what the views say about operations and roles."""

from __future__ import annotations

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.timelock import ADMIN_ROLE, CANCELLER_ROLE, EXECUTOR_ROLE, NONE, PROPOSER_ROLE, State
from tests.support.timelock import DELAY, deploy_timelock, logs, refused, wait

EVERY = [ADMIN_ROLE, PROPOSER_ROLE, EXECUTOR_ROLE, CANCELLER_ROLE]
NAMES = ["admin", "proposer", "executor", "canceller"]


@pytest.mark.parametrize("role", EVERY, ids=NAMES)
def test_grant_role__by_an_operation__given_and_logged_once(twin, stranger, role):
    twin.govern("grantRole", role, stranger)
    (event,) = logs(twin.timelock, "RoleGranted")
    assert (event.role, event.account, event.sender) == (role, stranger, twin.address)
    twin.model.grant_role(twin.address, role, stranger)
    assert twin.timelock.hasRole(role, stranger)
    assert twin.model.has_role(role, stranger)
    twin.govern("grantRole", role, stranger, salt=b"again".ljust(32))
    assert logs(twin.timelock, "RoleGranted") == []


@pytest.mark.parametrize("role", EVERY, ids=NAMES)
def test_revoke_role__by_an_operation__taken_and_logged_once(stranger, role):
    twin = deploy_timelock(executors=1)
    holder = {ADMIN_ROLE: twin.address, PROPOSER_ROLE: twin.proposers[1], EXECUTOR_ROLE: twin.executors[0], CANCELLER_ROLE: twin.guardian}[role]
    twin.govern("revokeRole", role, holder)
    (event,) = logs(twin.timelock, "RoleRevoked")
    assert (event.role, event.account, event.sender) == (role, holder, twin.address)
    assert not twin.timelock.hasRole(role, holder)


def test_revoke_role__of_somebody_without_it__nothing(twin, stranger):
    twin.govern("revokeRole", PROPOSER_ROLE, stranger)
    assert logs(twin.timelock, "RoleRevoked") == []


@pytest.mark.parametrize("role", EVERY, ids=NAMES)
@pytest.mark.parametrize("who", ["deployer", "proposer", "guardian", "stranger"])
def test_roles__by_anybody_else__refused(twin, stranger, role, who):
    sender = {"proposer": twin.proposer, "guardian": twin.guardian, "stranger": stranger, "deployer": str(boa.env.eoa)}[who]
    reason = "access_control: account is missing role"
    refused(reason, lambda: twin.timelock.grantRole(role, sender, sender=sender), lambda: twin.model.grant_role(sender, role, sender))
    refused(reason, lambda: twin.timelock.revokeRole(role, twin.proposer, sender=sender), lambda: twin.model.revoke_role(sender, role, twin.proposer))


def test_grant_role__unknown_role__means_nothing(twin, stranger, call):
    """A role nobody asks for gives nothing."""
    twin.govern("grantRole", b"other".ljust(32), stranger)
    for attempt in (
        lambda: twin.timelock.schedule(call.target, 0, call.payload, NONE, NONE, DELAY, sender=stranger),
        lambda: twin.timelock.cancel(NONE, sender=stranger),
        lambda: twin.timelock.grantRole(PROPOSER_ROLE, stranger, sender=stranger),
    ):
        with boa.reverts("access_control: account is missing role"):
            attempt()


def test_views__each_state__told_by_all_of_them(twin, call):
    operation = twin.timelock.hash_operation(call.target, 0, call.payload, NONE, NONE)

    def told():
        timelock = twin.timelock
        return tuple(getattr(timelock, f"is_operation{part}")(operation) for part in ("", "_pending", "_ready", "_done"))

    assert (told(), twin.state(operation)) == ((False, False, False, False), State.UNSET)
    twin.schedule(call)
    assert (told(), twin.state(operation)) == ((True, True, False, False), State.WAITING)
    wait(DELAY - 1)
    assert (told(), twin.state(operation)) == ((True, True, False, False), State.WAITING)
    wait(1)
    assert (told(), twin.state(operation)) == ((True, True, True, False), State.READY)
    twin.execute(call)
    assert (told(), twin.state(operation)) == ((True, False, False, True), State.DONE)


def test_roles__zero_address_as_a_proposer__opens_nothing(twin, call, stranger):
    """Only the executor's role can be open to everybody."""
    for role in (PROPOSER_ROLE, CANCELLER_ROLE):
        twin.govern("grantRole", role, ZERO_ADDRESS)
    with boa.reverts("access_control: account is missing role"):
        twin.timelock.schedule(call.target, 0, call.payload, NONE, NONE, DELAY, sender=stranger)
    operation = twin.schedule(call)
    with boa.reverts("access_control: account is missing role"):
        twin.timelock.cancel(operation, sender=stranger)
