"""Timelock.try_batch: calls in their order, each on what those before it did, and nothing of it stays."""

from __future__ import annotations

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.timelock import CANCELLER_ROLE, MAX_CALLS, PROPOSER_ROLE, State, TimelockCall
from mdt.units import DAY
from tests.support.harness import harness
from tests.support.timelock import DELAY, calldata, logs, wait
from tests.support.token import deploy_token
from tests.support.treasury import deploy_treasury

ONLY = "timelock: only the timelock"


def tried(twin, *calls: TimelockCall) -> tuple[int, bytes]:
    """As a node is asked: from the timelock's own address."""
    targets, payloads = [call.target for call in calls], [call.payload for call in calls]
    return twin.timelock.try_batch(targets, payloads, sender=twin.address)


def said(refusal: bytes) -> str:
    """The words of Error(string)."""
    return refusal[68:].rstrip(b"\0").decode()


@pytest.fixture
def treasury(twin):
    """Owned by the timelock, holds 5 of a token, may spend 3 in a period."""
    owner = str(boa.env.generate_address("owner"))
    token = deploy_token(owner, owner)
    treasury = deploy_treasury(token, owner)
    treasury.transfer_ownership(twin.address, sender=owner)
    twin.timelock.accept_ownership([treasury])
    return treasury


def test_try_batch__later_call_needs_an_earlier_one__both_go_through(twin, treasury, stranger):
    """Tried alone the second is refused: the role of it comes with the first."""
    grant, revoke = twin.own("grantRole", PROPOSER_ROLE, stranger), twin.own("update_delay", 3 * DAY)
    back = twin.own("update_delay", DELAY)
    assert said(tried(twin, back)[1]) == "timelock: nothing changes"
    assert tried(twin, grant, revoke, back) == (3, b"")


def test_try_batch__any_call__nothing_stays(twin, treasury, target, stranger):
    calls = [
        twin.own("grantRole", PROPOSER_ROLE, stranger),
        TimelockCall(str(treasury.address), calldata(treasury, "transfer_ownership", stranger)),
        TimelockCall(str(target.address), b"poke"),
    ]
    assert tried(twin, *calls) == (3, b"")
    assert not twin.timelock.hasRole(PROPOSER_ROLE, stranger)
    assert (treasury.pending_owner(), target.calls(), logs(twin.timelock, "RoleGranted")) == (ZERO_ADDRESS, 0, [])


def test_try_batch__one_is_refused__says_which_and_why(twin, treasury, stranger, target):
    poke = TimelockCall(str(target.address), b"poke")
    zero = TimelockCall(str(treasury.address), calldata(treasury, "spend", treasury.TOKEN(), ZERO_ADDRESS, 1, b""))
    made, refusal = tried(twin, poke, zero, poke)
    assert (made, said(refusal)) == (1, "treasury: zero recipient")


def test_try_batch__refused_without_a_reason__told_by_the_count(twin, target):
    target.set_refuses(True, True)
    assert tried(twin, TimelockCall(str(target.address), b"poke")) == (0, b"")


def test_try_batch__nothing__nothing(twin):
    assert tried(twin) == (0, b"")


def test_try_batch__as_many_as_an_operation_may_make__all(twin, target):
    assert tried(twin, *[TimelockCall(str(target.address), bytes(1_152))] * MAX_CALLS) == (MAX_CALLS, b"")


def test_try_batch__lists_of_different_lengths__refused(twin, target):
    with boa.reverts("timelock: length mismatch"):
        twin.timelock.try_batch([target, target], [b""], sender=twin.address)


@pytest.mark.parametrize("gas", [45_000, 75_000, 110_000])
def test_try_batch__too_little_gas__refused_and_not_told_as_an_outcome(twin, target, gas):
    """Where it runs out: before the first call, within a call, between two."""
    with boa.reverts("timelock: trial out of gas"):
        twin.timelock.try_batch([target] * MAX_CALLS, [b"poke"] * MAX_CALLS, sender=twin.address, gas=gas)
    assert twin.timelock.try_batch([target] * MAX_CALLS, [b"poke"] * MAX_CALLS, sender=twin.address, gas=200_000) == (MAX_CALLS, b"")


@pytest.mark.parametrize("function", ["try_batch", "make_and_undo"])
def test_try_batch__anybody_else__refused(twin, call, stranger, function):
    for sender in (stranger, twin.proposer, twin.guardian, str(boa.env.eoa)):
        with boa.reverts(ONLY):
            getattr(twin.timelock, function)([call.target], [call.payload], sender=sender)


def test_make_and_undo__always__reverts_with_the_outcome(twin, target):
    with pytest.raises(boa.BoaError):
        twin.timelock.make_and_undo([target], [b"poke"], sender=twin.address)
    assert target.calls() == 0


def test_try_batch__within_an_operation__leaves_nothing_behind(twin, target, stranger):
    grant = twin.own("grantRole", PROPOSER_ROLE, stranger)
    call = twin.own("try_batch", [grant.target, str(target.address)], [grant.payload, b"poke"])
    operation = twin.schedule(call)
    wait()
    twin.execute(call)
    assert twin.state(operation) == State.DONE
    assert (twin.timelock.hasRole(PROPOSER_ROLE, stranger), target.calls()) == (False, 0)


def test_try_batch__target_calls_back_and_hides_it__undone_all_the_same(twin, target):
    """What the target does elsewhere, and what others do for it, is undone with the rest."""
    other = harness("HostileOwned").deploy()
    target.arm(other.address, b"from within")
    assert tried(twin, TimelockCall(str(target.address), b"poke"), twin.own("revokeRole", CANCELLER_ROLE, twin.guardian)) == (2, b"")
    assert (other.calls(), target.calls(), target.call_backs_tried()) == (0, 0, 0)
    assert twin.timelock.hasRole(CANCELLER_ROLE, twin.guardian)
