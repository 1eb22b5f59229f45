"""Timelock.accept_ownership: anybody may call it, hostile targets get nothing from it."""

from __future__ import annotations

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.timelock import CANCELLER_ROLE, NONE, PROPOSER_ROLE, State, TimelockCall, operation_id
from mdt.units import DAY
from tests.support.harness import harness
from tests.support.timelock import DELAY, calldata, logs, refused, wait
from tests.support.token import deploy_token
from tests.support.treasury import deploy_treasury


@pytest.fixture
def owner():
    return str(boa.env.generate_address("owner"))


@pytest.fixture
def owned(twin, owner):
    """Two contracts of the suite whose owner offers them to the timelock."""
    token = deploy_token(owner, owner)
    found = [token, deploy_treasury(token, owner)]
    for contract in found:
        contract.transfer_ownership(twin.address, sender=owner)
    return found


def test_accept_ownership__offered__owned_at_once_and_logged(twin, owned, stranger):
    twin.timelock.accept_ownership(owned, sender=stranger)
    assert [log.target for log in logs(twin.timelock, "OwnershipAccepted")] == [contract.address for contract in owned]
    twin.model.accept_ownership([str(contract.address) for contract in owned])
    for contract in owned:
        assert (contract.owner(), contract.pending_owner()) == (twin.address, ZERO_ADDRESS)


def test_accept_ownership__afterwards__governed_by_operations_only(twin, owned, owner, stranger):
    twin.timelock.accept_ownership(owned, sender=stranger)
    token, treasury = owned
    for sender in (owner, stranger, twin.proposer, twin.guardian):
        with boa.reverts("ownable: caller is not the owner"):
            treasury.spend(token, stranger, 1, NONE, sender=sender)
    call = TimelockCall(str(treasury.address), calldata(treasury, "set_budget", token, 7))
    twin.schedule(call)
    wait()
    twin.execute(call)
    assert treasury.budget(token).amount == 7


def test_accept_ownership__no_targets__refused(twin):
    refused("timelock: no targets", lambda: twin.timelock.accept_ownership([]), lambda: twin.model.accept_ownership([]))


@pytest.mark.parametrize("where", ["nobody", "zero"])
def test_accept_ownership__target_without_code__refused(twin, owned, stranger, where):
    target = {"nobody": stranger, "zero": ZERO_ADDRESS}[where]
    refused(
        "timelock: target has no code",
        lambda: twin.timelock.accept_ownership([owned[0], target]),
        lambda: twin.model.accept_ownership([target], has_code=False),
    )
    assert owned[0].owner() != twin.address


def test_accept_ownership__not_offered__its_own_refusal(twin, owner):
    token = deploy_token(owner, owner)
    with boa.reverts("ownable_2step: caller is not the new owner"):
        twin.timelock.accept_ownership([token])


def test_accept_ownership__the_timelock_itself__refused(twin):
    """It has no owner, and no function of that selector."""
    with boa.reverts():
        twin.timelock.accept_ownership([twin.timelock])


def test_accept_ownership__target_refuses__none_is_accepted(twin, owned, target):
    target.set_refuses(True, False)
    with boa.reverts("hostile: refused"):
        twin.timelock.accept_ownership([*owned, target])
    assert {contract.owner() == twin.address for contract in owned} == {False}


def test_accept_ownership__target_answers_junk__ignored(twin, owned, target):
    twin.timelock.accept_ownership([target, owned[0]])
    assert target.accepted_by() == twin.address
    assert owned[0].owner() == twin.address


def test_accept_ownership__any_target__gets_four_bytes_and_no_more(twin, target):
    """The call the timelock makes for anybody is always the same: no argument of it is the caller's."""
    twin.timelock.accept_ownership([target])
    assert (target.calls(), target.last_caller(), target.last_length()) == (1, twin.address, 4)


HOSTILE = ["schedule", "cancel", "update_delay", "grantRole", "revokeRole", "execute early", "spend", "set_budget", "transfer_ownership"]


@pytest.mark.parametrize("attempt", HOSTILE)
def test_accept_ownership__target_calls_back__gets_nothing(twin, owned, target, stranger, attempt):
    """It is called by the timelock, not as the timelock: calls of its own come from its own address."""
    token, treasury = owned
    twin.timelock.accept_ownership(owned)
    waiting = TimelockCall(str(target.address), b"waiting")
    operation = twin.schedule(waiting)
    to, data = {
        "schedule": (twin.timelock, calldata(twin.timelock, "schedule", stranger, 0, b"", NONE, NONE, DELAY)),
        "cancel": (twin.timelock, calldata(twin.timelock, "cancel", operation)),
        "update_delay": (twin.timelock, calldata(twin.timelock, "update_delay", DAY)),
        "grantRole": (twin.timelock, calldata(twin.timelock, "grantRole", PROPOSER_ROLE, target.address)),
        "revokeRole": (twin.timelock, calldata(twin.timelock, "revokeRole", CANCELLER_ROLE, twin.guardian)),
        "execute early": (twin.timelock, calldata(twin.timelock, "execute", waiting.target, 0, waiting.payload, NONE, NONE)),
        "spend": (treasury, calldata(treasury, "spend", token, target.address, 1, NONE)),
        "set_budget": (treasury, calldata(treasury, "set_budget", token, 1)),
        "transfer_ownership": (treasury, calldata(treasury, "transfer_ownership", target.address)),
    }[attempt]
    target.arm(to, data)
    twin.timelock.accept_ownership([target])
    assert (target.call_backs_tried(), target.call_backs_succeeded()) == (1, 0)
    assert twin.state(operation) == State.WAITING
    assert treasury.owner() == twin.address


def test_accept_ownership__target_calls_it_again__harmless(twin, target, owned):
    target.arm(twin.address, calldata(twin.timelock, "accept_ownership", [owned[0].address]))
    twin.timelock.accept_ownership([target, owned[1]])
    assert target.call_backs_succeeded() == 1
    assert [contract.owner() for contract in owned] == [twin.address] * 2


def test_accept_ownership__target_executes_a_ready_operation__done_once(twin, target, call):
    """Anybody may execute, so a target may, too."""
    operation = twin.schedule(call)
    wait()
    target.arm(twin.address, calldata(twin.timelock, "execute", call.target, 0, call.payload, NONE, NONE))
    twin.timelock.accept_ownership([target])
    twin.model.execute(str(target.address), operation_id(call))
    assert twin.state(operation) == State.DONE


def test_accept_ownership__more_than_32_targets__refused(twin):
    targets = [harness("HostileOwned").deploy()] * 32
    twin.timelock.accept_ownership(targets)
    assert targets[0].calls() == 32
    with boa.reverts():
        twin.timelock.accept_ownership([*targets, targets[0]])
