"""Timelock: construction, the surface, and that the deployer is nobody."""

from __future__ import annotations

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.timelock import ADMIN_ROLE, CANCELLER_ROLE, EXECUTOR_ROLE, MAX_DELAY, MIN_DELAY, PROPOSER_ROLE, Timelock
from mdt.units import DAY
from tests.support.boa_clock import BoaClock
from tests.support.deployers import deploy, deployer
from tests.support.timelock import DELAY, deploy_timelock, logs, refused

ROLES = {"DEFAULT_ADMIN_ROLE": ADMIN_ROLE, "PROPOSER_ROLE": PROPOSER_ROLE, "EXECUTOR_ROLE": EXECUTOR_ROLE, "CANCELLER_ROLE": CANCELLER_ROLE}
ONE, OTHER, GUARDIAN = (f"0x{index:040x}" for index in (0x1001, 0x1002, 0x1003))


def has(timelock, account):
    """Names of the roles an account has."""
    return {name for name, role in ROLES.items() if timelock.hasRole(role, account)}


@pytest.mark.parametrize("executors", [0, 2])
def test_constructor__members__each_has_its_roles_and_no_other(executors, stranger):
    twin = deploy_timelock(executors=executors)
    timelock = twin.timelock
    assert has(timelock, timelock) == {"DEFAULT_ADMIN_ROLE"}
    for proposer in twin.proposers:
        assert has(timelock, proposer) == {"PROPOSER_ROLE", "CANCELLER_ROLE"}
    for executor in twin.executors:
        assert has(timelock, executor) == {"EXECUTOR_ROLE"}
    assert has(timelock, twin.guardian) == {"CANCELLER_ROLE"}
    assert has(timelock, ZERO_ADDRESS) == (set() if executors else {"EXECUTOR_ROLE"})
    for account in (boa.env.eoa, stranger):
        assert has(timelock, account) == set()
    for name, role in ROLES.items():
        assert getattr(timelock, name)() == role
        assert timelock.getRoleAdmin(role) == ADMIN_ROLE
        assert {
            account for account in (timelock.address, *twin.proposers, *twin.executors, twin.guardian, ZERO_ADDRESS) if timelock.hasRole(role, account)
        } == (twin.model.members[role])


def test_constructor__deployer__ends_with_no_role_and_cannot_take_one():
    """Within the constructor it is the administrator for a moment, as the module makes it; the last event about it takes that back."""
    twin = deploy_timelock()
    about = [log for log in logs(twin.timelock, "RoleGranted") + logs(twin.timelock, "RoleRevoked") if log.account == boa.env.eoa]
    assert [type(log).__name__ for log in about] == ["RoleGranted", "RoleRevoked"]
    assert {log.role for log in about} == {ADMIN_ROLE}
    for role in ROLES.values():
        for grant in (twin.timelock.grantRole, twin.timelock.revokeRole):
            with boa.reverts("access_control: account is missing role"):
                grant(role, boa.env.eoa)


def test_constructor__delay__set_and_logged():
    twin = deploy_timelock()
    (event,) = logs(twin.timelock, "MinimumDelayChange")
    assert (event.old_duration, event.new_duration) == (0, DELAY)
    assert twin.timelock.get_minimum_delay() == twin.model.minimum_delay == DELAY
    assert (twin.timelock.MIN_DELAY(), twin.timelock.MAX_DELAY()) == (MIN_DELAY, MAX_DELAY) == (DAY, 30 * DAY)


@pytest.mark.parametrize("delay", [MIN_DELAY, MAX_DELAY])
def test_constructor__delay_at_a_bound__accepted(delay):
    assert deploy_timelock(delay).timelock.get_minimum_delay() == delay


@pytest.mark.parametrize(
    ("delay", "proposers", "executors", "guardian", "reason"),
    [
        (MIN_DELAY - 1, [ONE], [], GUARDIAN, "timelock: delay out of bounds"),
        (MAX_DELAY + 1, [ONE], [], GUARDIAN, "timelock: delay out of bounds"),
        (DELAY, [], [], GUARDIAN, "timelock: no proposer"),
        (DELAY, [ONE, ZERO_ADDRESS], [], GUARDIAN, "timelock: zero address"),
        (DELAY, [ONE], [OTHER, ZERO_ADDRESS], GUARDIAN, "timelock: zero address"),
        (DELAY, [ONE], [], ZERO_ADDRESS, "timelock: zero address"),
        (DELAY, [ONE, OTHER, ONE], [], GUARDIAN, "timelock: duplicate member"),
        (DELAY, [ONE], [OTHER, OTHER], GUARDIAN, "timelock: duplicate member"),
    ],
)
def test_constructor__bad_value__refused(delay, proposers, executors, guardian, reason):
    arguments = (delay, proposers, executors, guardian)
    refused(reason, lambda: deployer("Timelock").deploy(*arguments), lambda: Timelock(ONE, BoaClock(), *arguments))


def test_constructor__one_account_in_every_list__accepted():
    timelock = deploy("Timelock", minimum_delay=DELAY, proposers=[ONE], executors=[ONE], guardian=ONE)
    assert has(timelock, ONE) == {"PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE"}


def test_abi__whole_surface__takes_no_coin_and_gives_no_role_away(timelock):
    functions = {entry["name"] for entry in timelock.abi if entry["type"] == "function"}
    assert not functions & {"set_role_admin", "renounceRole", "onERC721Received", "onERC1155Received", "onERC1155BatchReceived", "supportsInterface"}
    assert not any(entry.get("stateMutability") == "payable" for entry in timelock.abi)
    assert not any(entry["type"] in ("fallback", "receive") for entry in timelock.abi)
