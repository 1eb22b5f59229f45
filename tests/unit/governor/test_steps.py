"""What has won is queued and executed; states follow the timelock's."""

from __future__ import annotations

from dataclasses import replace

import boa
import pytest
from eth_utils.crypto import keccak

from mdt.errors import Refusal
from mdt.model.governor import Action, ProposalState
from mdt.model.timelock import CANCELLER_ROLE, GRACE_PERIOD, PROPOSER_ROLE, removal_id
from mdt.units import DAY
from tests.support.block_reward import events
from tests.support.boa_clock import mine, now
from tests.support.governor import TEXT, GovernorScene, call_of, given, go_to
from tests.support.harness import harness
from tests.support.timelock import DELAY, TimelockTwin
from tests.support.unlocked import unlocked

HASH = keccak(text=TEXT)


def operation_of(scene, proposal_id: int) -> bytes:
    return bytes(scene.governor.proposal(proposal_id).operation)


def test_queue__what_has_won__waits_in_the_timelock(scene):
    proposal_id = scene.won()
    assert scene.state(proposal_id) == ProposalState.SUCCEEDED
    scene.queue(proposal_id)
    (event,) = events(scene.governor, "ProposalQueued")
    assert (event.proposalId, event.etaSeconds) == (proposal_id, now() + DELAY)
    assert scene.governor.proposalEta(proposal_id) == now() + DELAY == scene.timelock.get_timestamp(operation_of(scene, proposal_id))
    assert scene.state(proposal_id) == ProposalState.QUEUED
    scene.agree()


def test_execute__after_the_delay__makes_the_calls(scene):
    proposal_id = scene.queued()
    mine(1, DELAY)
    before = scene.target.calls()
    scene.execute(proposal_id)
    (event,) = events(scene.governor, "ProposalExecuted")
    assert event.proposalId == proposal_id
    assert scene.target.calls() == before + 1
    assert scene.target.last_caller() == scene.timelock.address
    assert scene.state(proposal_id) == ProposalState.EXECUTED
    scene.refused("governor: not queued", lambda: scene.execute(proposal_id))
    scene.agree()


def test_execute__on_the_timelock_itself__is_the_same(scene):
    """Anybody may tell the timelock: the confirmation is a part of what it executes."""
    proposal_id = scene.queued()
    mine(1, DELAY)
    calls = scene.model._operation(proposal_id, scene.actions, HASH).calls
    scene.timelock_twin.execute_batch(list(calls), salt=HASH, sender=scene.stranger)
    assert scene.state(proposal_id) == ProposalState.EXECUTED
    scene.agree()


def test_steps__without_a_number__are_for_the_callers_latest(scene):
    """The four arguments that OpenZeppelin's tools give."""
    proposal_id = scene.won()
    arguments = (*given(scene.actions), HASH)
    with boa.reverts("governor: unknown proposal"):
        scene.governor.queue(*arguments, sender=scene.stranger)
    assert scene.governor.queue(*arguments, sender=scene.proposer) == proposal_id
    assert scene.model.queue(scene.proposer, scene.actions, HASH) == proposal_id
    mine(1, DELAY)
    with boa.reverts("governor: unknown proposal"):
        scene.governor.execute(*arguments, sender=scene.stranger)
    assert scene.governor.execute(*arguments, sender=scene.proposer) == proposal_id
    assert scene.model.execute(scene.proposer, scene.actions, HASH) == proposal_id
    scene.agree()


@pytest.mark.parametrize("step", ["queue", "execute"])
def test_steps__other_calls_or_text__reverts(scene, step):
    """I9: what is executed is what was proposed, to the byte."""
    proposal_id = scene.won() if step == "queue" else scene.queued()
    take = getattr(scene, step)
    (action,) = scene.actions
    for other in (
        [replace(action, payload=action.payload + b"\0")],
        [replace(action, payload=action.payload[:-1])],
        [replace(action, target=str(scene.staking.address))],
        [action, action],
    ):
        scene.refused("governor: not what was proposed", lambda other=other: take(proposal_id, other))
    scene.refused("governor: not what was proposed", lambda: take(proposal_id, text=TEXT + "."))
    scene.refused("governor: no calls", lambda: take(proposal_id, []))
    scene.refused("governor: no native coin", lambda: take(proposal_id, [replace(action, value=1)]))
    scene.refused("governor: target has no code", lambda: take(proposal_id, [replace(action, target=scene.stranger)]))
    with boa.reverts("governor: length mismatch"):
        getattr(scene.governor, step)([action.target], [], [action.payload], HASH, proposal_id)
    scene.agree()


def test_steps__another_proposal_of_the_same_calls__is_another(scene):
    first = scene.won()
    scene.enroll(*scene.owners)
    second = scene.propose()
    scene.queue(first)
    scene.refused("governor: not succeeded", lambda: scene.queue(second))
    assert operation_of(scene, first) != operation_of(scene, second)


def test_steps__too_early__reverts(scene):
    scene.refused("governor: unknown proposal", lambda: scene.queue(1))
    scene.refused("governor: unknown proposal", lambda: scene.execute(1))
    proposal_id = scene.voting()
    scene.refused("governor: not succeeded", lambda: scene.queue(proposal_id))
    scene.refused("governor: not queued", lambda: scene.execute(proposal_id))
    for owner in scene.owners:
        scene.vote(owner, proposal_id)
    scene.refused("governor: not succeeded", lambda: scene.queue(proposal_id))
    scene.end(proposal_id)
    scene.refused("governor: not queued", lambda: scene.execute(proposal_id))
    scene.queue(proposal_id)
    scene.refused("governor: not succeeded", lambda: scene.queue(proposal_id))
    mine(1, DELAY - 1)
    scene.refused("timelock_controller: operation is not ready", lambda: scene.execute(proposal_id))
    mine(0, 1)
    scene.execute(proposal_id)


def test_queue__a_majority__never_skips_period_or_delay(scene):
    """I1, I5: all stake of the network votes for it in the first second, and waits like any other."""
    proposal_id = scene.voting()
    for account in (*scene.owners, *scene.stakers):
        scene.vote(account, proposal_id)
    scene.refused("governor: not succeeded", lambda: scene.queue(proposal_id))
    go_to(scene.model.proposal(proposal_id).ends_at)
    scene.refused("governor: not succeeded", lambda: scene.queue(proposal_id))
    mine(0, 1)
    scene.queue(proposal_id)
    scene.refused("timelock_controller: operation is not ready", lambda: scene.execute(proposal_id))


def test_queue__too_late__is_expired_for_ever(scene):
    """I13."""
    proposal_id = scene.won()
    ends_at = scene.model.proposal(proposal_id).ends_at
    go_to(ends_at + 14 * DAY)
    assert scene.state(proposal_id) == ProposalState.SUCCEEDED
    mine(0, 1)
    assert scene.state(proposal_id) == ProposalState.EXPIRED
    scene.refused("governor: not succeeded", lambda: scene.queue(proposal_id))
    mine(1, 1_000 * DAY)
    assert scene.state(proposal_id) == ProposalState.EXPIRED


def test_queue__in_the_last_second__is_done(scene):
    proposal_id = scene.won()
    go_to(scene.model.proposal(proposal_id).ends_at + 14 * DAY)
    scene.queue(proposal_id)
    assert scene.state(proposal_id) == ProposalState.QUEUED


def test_execute__past_the_grace_period__is_expired_for_ever(scene):
    """I13."""
    proposal_id = scene.queued()
    go_to(scene.model.proposal(proposal_id).eta + GRACE_PERIOD)
    assert scene.state(proposal_id) == ProposalState.QUEUED
    mine(0, 1)
    assert scene.state(proposal_id) == ProposalState.EXPIRED
    scene.refused("governor: not queued", lambda: scene.execute(proposal_id))
    scene.refused("governor: not succeeded", lambda: scene.queue(proposal_id))
    mine(1, 1_000 * DAY)
    assert scene.state(proposal_id) == ProposalState.EXPIRED
    scene.agree()


def test_execute__in_the_last_second__is_done(scene):
    proposal_id = scene.queued()
    go_to(scene.model.proposal(proposal_id).eta + GRACE_PERIOD)
    scene.execute(proposal_id)
    assert scene.state(proposal_id) == ProposalState.EXECUTED


def test_state__cancelled_in_the_timelock__is_cancelled_here(scene):
    """I18: the guardian's one power is in the timelock, once for each operation."""
    proposal_id = scene.queued()
    scene.timelock_twin.cancel(operation_of(scene, proposal_id))
    assert scene.state(proposal_id) == ProposalState.CANCELED
    scene.refused("governor: not queued", lambda: scene.execute(proposal_id))
    scene.refused("governor: not succeeded", lambda: scene.queue(proposal_id))
    mine(1, 100 * DAY)
    assert scene.state(proposal_id) == ProposalState.CANCELED
    scene.agree()


def test_state__same_operation_announced_by_another_proposer__is_over_here(scene):
    """I18: a second proposer can announce the calls again once they expired; this proposal stays expired, and executed is executed."""
    twin: TimelockTwin = scene.timelock_twin
    proposal_id = scene.queued()
    calls = list(scene.model._operation(proposal_id, scene.actions, HASH).calls)
    go_to(scene.model.proposal(proposal_id).eta + GRACE_PERIOD + 1)
    scene.timelock.grantRole(PROPOSER_ROLE, scene.stranger, sender=twin.address)
    twin.model.members[PROPOSER_ROLE].add(scene.stranger)
    twin.schedule_batch(calls, sender=scene.stranger, salt=HASH)
    assert scene.state(proposal_id) == ProposalState.EXPIRED
    scene.refused("governor: not queued", lambda: scene.execute(proposal_id))
    mine(1, DELAY)
    twin.execute_batch(calls, salt=HASH)
    assert scene.state(proposal_id) == ProposalState.EXECUTED


def test_state__cancelled_and_announced_by_another_proposer__is_not_queued_here(scene):
    """I18: what is scheduled for another time than the vote's is somebody else's, also while it waits."""
    twin: TimelockTwin = scene.timelock_twin
    proposal_id = scene.queued()
    calls = list(scene.model._operation(proposal_id, scene.actions, HASH).calls)
    twin.cancel(operation_of(scene, proposal_id))
    scene.timelock.grantRole(PROPOSER_ROLE, scene.stranger, sender=twin.address)
    twin.model.members[PROPOSER_ROLE].add(scene.stranger)
    mine(1)
    twin.schedule_batch(calls, sender=scene.stranger, salt=HASH)
    assert scene.state(proposal_id) == ProposalState.EXPIRED
    mine(1, DELAY)
    scene.refused("governor: not queued", lambda: scene.execute(proposal_id))


def test_state__another_proposers_operations__cannot_be_mistaken(scene):
    """I18: the same calls without the confirmation have another id."""
    twin: TimelockTwin = scene.timelock_twin
    proposal_id = scene.won()
    scene.timelock.grantRole(PROPOSER_ROLE, scene.stranger, sender=twin.address)
    twin.model.members[PROPOSER_ROLE].add(scene.stranger)
    (confirmation, call) = scene.model._operation(proposal_id, scene.actions, HASH).calls
    other = twin.schedule_batch([call], sender=scene.stranger, salt=HASH)
    scene.queue(proposal_id)
    assert confirmation.target == scene.address
    assert other != operation_of(scene, proposal_id)
    twin.cancel(other)
    assert scene.state(proposal_id) == ProposalState.QUEUED


def test_queue__governor_without_the_role__reverts(scene):
    proposal_id = scene.won()
    scene.timelock.revokeRole(PROPOSER_ROLE, scene.address, sender=scene.timelock_twin.address)
    scene.timelock_twin.model.members[PROPOSER_ROLE].discard(scene.address)
    scene.refused("access_control: account is missing role", lambda: scene.queue(proposal_id))
    assert scene.state(proposal_id) == ProposalState.SUCCEEDED


def test_queue__timelocks_delay_changed__is_the_one_of_now(scene):
    proposal_id = scene.won()
    scene.timelock.update_delay(5 * DAY, sender=scene.timelock_twin.address)
    scene.timelock_twin.model.minimum_delay = 5 * DAY
    scene.queue(proposal_id)
    assert scene.governor.proposalEta(proposal_id) == now() + 5 * DAY
    scene.agree()


# --- code ---


@pytest.mark.parametrize("way", ["queue", "governor", "timelock"])
def test_code__changed_since_the_proposal__stops_it_everywhere(scene, way):
    """I3: destroyed and made again at the same address; whoever executes, wherever."""
    proposal_id = scene.won() if way == "queue" else scene.queued()
    calls = list(scene.model._operation(proposal_id, scene.actions, HASH).calls)
    mine(1, DELAY)
    boa.env.set_code(scene.target.address, boa.env.get_code(harness("RegistrylessStaking").deploy().address))
    if way == "timelock":
        amounts = [0] * len(calls)
        with boa.reverts("governor: code changed"):
            scene.timelock.execute_batch([call.target for call in calls], amounts, [call.payload for call in calls], bytes(32), HASH)
    else:
        take = scene.queue if way == "queue" else scene.execute
        scene.refused("governor: not what was proposed", lambda: take(proposal_id))
    assert scene.state(proposal_id) == (ProposalState.SUCCEEDED if way == "queue" else ProposalState.QUEUED)


def test_code__gone_since_the_proposal__is_not_executed(scene):
    """I10."""
    proposal_id = scene.queued()
    calls = list(scene.model._operation(proposal_id, scene.actions, HASH).calls)
    mine(1, DELAY)
    boa.env.set_code(scene.target.address, b"")
    scene.refused("governor: target has no code", lambda: scene.execute(proposal_id))
    with boa.reverts("governor: code changed"):
        scene.timelock.execute_batch([call.target for call in calls], [0, 0], [call.payload for call in calls], bytes(32), HASH)
    assert scene.state(proposal_id) == ProposalState.QUEUED


def test_code__of_the_last_of_eight_targets__counts(scene):
    """Each target's code is in the digest."""
    others = [harness("HostileOwned").deploy() for _ in range(8)]
    actions = [Action(str(other.address), b"\x01\x02\x03\x04") for other in others]
    proposal_id = scene.queued(actions)
    mine(1, DELAY)
    code = boa.env.get_code(others[0].address)
    for index in (0, 4, 7):
        with boa.env.anchor():
            boa.env.set_code(others[index].address, boa.env.get_code(scene.timelock.address))
            with pytest.raises(Refusal, match="not what was proposed"):
                scene.execute(proposal_id, actions)
    boa.env.set_code(others[3].address, code)
    scene.execute(proposal_id, actions)
    assert [other.calls() for other in others] == [1] * 8


# --- hostile targets ---


def test_target__refuses__nothing_is_executed(scene):
    actions = [*scene.actions, *scene.actions]
    proposal_id = scene.queued(actions)
    mine(1, DELAY)
    scene.target.set_refuses(True, False)
    with boa.reverts("hostile: refused"):
        scene.governor.execute(*given(actions), HASH, proposal_id)
    assert scene.state(proposal_id) == ProposalState.QUEUED
    scene.target.set_refuses(False, False)
    scene.execute(proposal_id, actions)


@pytest.mark.parametrize("is_locked", [True, False])
@pytest.mark.parametrize("function", ["queue", "castVote", "cancel", "propose"])
def test_target__calls_back__can_do_nothing_that_others_cannot(function, is_locked):
    """A target that is called may call the governor: it has no stake, and what it belongs to is queued. The order of things protects it, with or without the lock."""
    scene = GovernorScene(build=None if is_locked else unlocked("Governor"))
    proposal_id = scene.queued()
    mine(1, DELAY)
    arguments = {
        "queue": (*given(scene.actions), HASH, proposal_id),
        "castVote": (proposal_id, 1),
        "cancel": (proposal_id,),
        "propose": (*given(scene.actions), TEXT),
    }[function]
    scene.target.arm(scene.address, getattr(scene.governor, function).prepare_calldata(*arguments))
    scene.execute(proposal_id)
    assert (scene.target.call_backs_tried(), scene.target.call_backs_succeeded()) == (1, 0)
    assert scene.state(proposal_id) == ProposalState.EXECUTED
    scene.agree()


def test_target__executes_what_it_is_part_of__reverts(scene):
    """The operation finds itself done, and nothing of it happens."""
    proposal_id = scene.queued()
    mine(1, DELAY)
    arguments = (*given(scene.actions), HASH, proposal_id)
    scene.target.arm(scene.address, scene.governor.execute.prepare_calldata(*arguments))
    with boa.reverts("timelock_controller: operation is not ready"):
        scene.governor.execute(*arguments)
    assert scene.state(proposal_id) == ProposalState.QUEUED
    assert scene.target.calls() == 0


# --- the guardian ---


def removal(scene, account: str) -> list[Action]:
    return [Action(scene.timelock_twin.address, bytes(scene.timelock.removal_payload(account)))]


def test_removal__of_the_guardian__is_what_it_cannot_cancel(scene):
    """A captured guardian loses its role by a vote: the operation is the one that the timelock keeps it from cancelling."""
    actions = removal(scene, scene.guardian)
    proposal_id = scene.queued(actions)
    assert operation_of(scene, proposal_id) == removal_id(scene.timelock_twin.address, scene.guardian) == bytes(scene.timelock.removal_id(scene.guardian))
    with boa.reverts("timelock: cannot keep itself"):
        scene.timelock.cancel(operation_of(scene, proposal_id), sender=scene.guardian)
    mine(1, DELAY)
    scene.execute(proposal_id, actions)
    assert scene.state(proposal_id) == ProposalState.EXECUTED
    assert not scene.timelock.hasRole(CANCELLER_ROLE, scene.guardian)


def test_removal__on_the_timelock_itself__is_the_same(scene):
    actions = removal(scene, scene.guardian)
    proposal_id = scene.queued(actions)
    mine(1, DELAY)
    scene.timelock.execute(actions[0].target, 0, actions[0].payload, bytes(32), bytes(32), sender=scene.stranger)
    assert scene.governor.state(proposal_id) == ProposalState.EXECUTED
    assert not scene.timelock.hasRole(CANCELLER_ROLE, scene.guardian)


def test_removal__in_two_proposals__the_first_that_is_queued_is_the_operation(scene):
    """Both mean one operation: the second cannot be queued while the first waits."""
    actions = removal(scene, scene.guardian)
    scene.enroll_all()
    first, second = scene.propose(actions=actions), scene.propose(scene.owners[1], actions)
    scene.start(second)
    for proposal_id in (first, second):
        for owner in scene.owners:
            scene.vote(owner, proposal_id)
    scene.end(second)
    scene.queue(first, actions)
    scene.refused("timelock_controller: operation already scheduled", lambda: scene.queue(second, actions))
    mine(1, DELAY)
    scene.execute(first, actions)
    assert scene.state(first) == ProposalState.EXECUTED
    assert scene.state(second) == ProposalState.SUCCEEDED
    scene.refused("timelock_controller: operation already scheduled", lambda: scene.queue(second, actions))


@pytest.mark.parametrize("change", ["other role", "longer", "with another call", "of another contract", "granted"])
def test_removal__anything_else__is_a_batch_like_any_other(scene, change):
    (action,) = removal(scene, scene.guardian)
    actions = {
        "other role": [call_of(scene.timelock, "revokeRole", PROPOSER_ROLE, scene.guardian)],
        "longer": [replace(action, payload=action.payload + b"\0")],
        "with another call": [action, *scene.actions],
        "of another contract": [replace(action, target=str(scene.target.address))],
        "granted": [call_of(scene.timelock, "grantRole", CANCELLER_ROLE, scene.stranger)],
    }[change]
    proposal_id = scene.queued(actions)
    assert operation_of(scene, proposal_id) != removal_id(scene.timelock_twin.address, scene.guardian)
    scene.timelock_twin.cancel(operation_of(scene, proposal_id))
    assert scene.state(proposal_id) == ProposalState.CANCELED
