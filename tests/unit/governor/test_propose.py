"""Proposals are made and taken back."""

from __future__ import annotations

from dataclasses import replace

import boa
import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from mdt.model.governor import Action, Place, ProposalState
from mdt.model.timelock import TimelockCall, batch_id
from tests.support.block_reward import events
from tests.support.boa_clock import mine, now
from tests.support.governor import DELEGATED, OTHER_TERMS, OWN, TERMS, TEXT, call_of, given, go_to
from tests.support.staking import UNBONDING
from tests.support.twins import plain

STAKED = 3 * OWN + 4 * DELEGATED


def test_propose__event_and_state__say_all(enrolled):
    scene, actions = enrolled, [*enrolled.actions, Action(str(enrolled.staking.address), b"\x05\x06\x07\x08")]
    at = now()
    assert scene.propose(actions=actions) == 1
    (event,) = events(scene.governor, "ProposalCreated")
    assert plain(tuple(event)[1:]) == (
        1, scene.proposer, *given(actions)[:2], ["", ""], given(actions)[2], at + TERMS.delay_seconds, at + TERMS.delay_seconds + TERMS.period_seconds, TEXT,
    )  # fmt: skip
    scene.agree()
    found = scene.governor.proposal(1)
    assert found.quorum == STAKED * TERMS.quorum_bps // 10_000
    assert (found.starts_at, found.ends_at) == (scene.governor.proposalSnapshot(1), scene.governor.proposalDeadline(1))
    assert found.operation == scene.governor.operation_of(*given(actions), keccak(text=TEXT), 1)
    assert scene.governor.last_of(scene.proposer) == 1
    assert scene.governor.proposalEta(1) == 0
    assert scene.governor.proposalNeedsQueuing(1) is True
    assert scene.governor.quorum(found.starts_at) == found.quorum


def test_propose__operation__is_the_timelocks_id_of_a_confirmation_and_the_calls(enrolled):
    """What is voted on is what will be scheduled: the text's hash is its salt, the targets' code is in the first call."""
    scene = enrolled
    scene.propose()
    target = str(scene.target.address)
    digest = keccak(bytes(32) + keccak(boa.env.get_code(target)))
    confirmation = scene.governor.confirm.prepare_calldata(1, [target], digest)
    calls = [TimelockCall(scene.address, bytes(confirmation)), TimelockCall(target, scene.actions[0].payload)]
    assert scene.governor.proposal(1).operation == batch_id(calls, salt=keccak(text=TEXT))
    assert scene.governor.confirm(1, [target], digest) is None
    with boa.reverts("governor: code changed"):
        scene.governor.confirm(1, [target], keccak(digest))
    with boa.reverts("governor: code changed"):
        scene.governor.confirm(1, [target, target], digest)
    scene.model.confirm([target], digest)
    scene.refused("governor: code changed", lambda: scene.model.confirm([target], keccak(digest)))


@pytest.mark.parametrize(
    ("reason", "arguments"),
    [
        ("governor: no calls", ([], [], [])),
        ("governor: length mismatch", (["target"], [], [b"1234"])),
        ("governor: length mismatch", (["target"], [0, 0], [b"1234"])),
        ("governor: length mismatch", (["target"], [0], [])),
        ("governor: length mismatch", (["target"], [0], [b"1234", b"1234"])),
        ("governor: no native coin", (["target"], [1], [b"1234"])),
        ("governor: target has no code", (["target", "stranger"], [0, 0], [b"1234", b"1234"])),
    ],
)
def test_propose__bad_calls__reverts(enrolled, reason, arguments):
    """I9, I10."""
    known = {"target": str(enrolled.target.address), "stranger": enrolled.stranger}
    targets, values, calldatas = [known[name] for name in arguments[0]], *arguments[1:]
    with boa.reverts(reason):
        enrolled.governor.propose(targets, values, calldatas, TEXT, sender=enrolled.proposer)
    with boa.reverts(reason):
        enrolled.governor.operation_of(targets, values, calldatas, bytes(32), 1)
    if len(targets) == len(values) == len(calldatas):
        actions = [Action(*action) for action in zip(targets, calldatas, values, strict=True)]
        enrolled.refused(reason, lambda: enrolled.model.propose(enrolled.proposer, actions, TEXT))


def test_propose__largest_calldata_and_text__are_taken_and_a_byte_more_is_not(enrolled):
    """I9: what is executed, shown and logged is the same to the byte."""
    target = str(enrolled.target.address)
    actions = [Action(target, bytes([index]) * 1_152) for index in range(8)]
    text = "x" * 4_096
    enrolled.propose(actions=actions, text=text)
    event = events(enrolled.governor, "ProposalCreated")[0]
    assert list(event.calldatas) == [action.payload for action in actions]
    assert event.description == text
    selector = bytes(enrolled.governor.propose.prepare_calldata(*given(actions), text)[:4])
    types = ("address[]", "uint256[]", "bytes[]", "string")
    for targets, values, calldatas, words in (
        ([target], [0], [bytes(1_153)], "x"),
        ([target], [0], [bytes(4)], "x" * 4_097),
        ([target] * 9, [0] * 9, [bytes(4)] * 9, "x"),
    ):
        data = selector + encode(types, (targets, values, calldatas, words))
        assert boa.env.execute_code(enrolled.address, sender=enrolled.owners[1], data=data).is_error
    assert enrolled.governor.proposal_count() == 1


@pytest.mark.parametrize("less", [0, 1])
def test_propose__exactly_the_threshold__is_enough(scene, less):
    """I16: x is at least a hundredth of all stake, x included, from a 99th of the rest on."""
    account = scene.suite.delegator("on the edge", scene.ids[0], -(-STAKED // 99) - less)
    assert scene.governor.proposalThreshold() == -(-STAKED // 99)
    scene.twin.call("enroll", account, [Place(scene.ids[0], 0)])
    mine(1)
    if less:
        scene.refused("governor: below the threshold", lambda: scene.propose(account))
    else:
        scene.propose(account)
        scene.cancel(1, account)


def test_propose__stake_of_this_second__reverts(scene):
    """I1: staked, enrolled and proposed at once."""
    scene.twin.call("enroll", scene.proposer, scene.places(scene.proposer))
    scene.refused("governor: below the threshold", scene.propose)
    mine(0, 1)
    scene.propose()


def test_propose__not_enrolled_or_too_long_ago__reverts(scene):
    scene.refused("governor: below the threshold", scene.propose)
    at = now()
    scene.enroll(scene.proposer)
    go_to(at + UNBONDING // 2 + 1)
    scene.refused("governor: below the threshold", scene.propose)


def test_propose__quorum_and_threshold__are_rounded_up(scene):
    """In favour of those who are against: a wei of stake more is a wei of quorum more."""
    scene.staking.stake(scene.ids[0], 0, 1, 0, sender=scene.stakers[0])
    scene.enroll_all()
    scene.propose()
    assert scene.governor.proposal(1).quorum == STAKED * TERMS.quorum_bps // 10_000 + 1
    assert scene.governor.proposalThreshold() == STAKED * TERMS.threshold_bps // 10_000 + 1


def test_propose__second_while_one_runs__reverts(enrolled):
    """I17: one live proposal a proposer; nothing that others propose matters."""
    scene = enrolled
    first = scene.propose()
    scene.refused("governor: one at a time", lambda: scene.propose(text="another"))
    scene.propose(scene.owners[1])
    scene.start(first)
    scene.refused("governor: one at a time", lambda: scene.propose(text="another"))
    scene.agree()


def test_propose__in_the_last_second_of_its_own_vote__reverts(enrolled):
    """Also where that is won already."""
    scene = enrolled
    first = scene.propose()
    scene.start(first)
    for owner in scene.owners:
        scene.vote(owner, first)
    go_to(scene.model.proposal(first).ends_at - 3)
    scene.enroll(scene.proposer)
    scene.refused("governor: one at a time", lambda: scene.propose(text="next"))
    mine(0, 1)
    scene.propose(text="next")


def test_propose__after_a_defeat__waits_an_unbonding_time(enrolled):
    """I6: the stake behind a defeated proposal cannot try again before it could have been moved to another account."""
    scene = enrolled
    first = scene.propose()
    scene.end(first)
    assert scene.state(first) == ProposalState.DEFEATED
    scene.enroll(scene.proposer)
    scene.refused("governor: defeated too lately", scene.propose)
    go_to(scene.model.proposal(first).ends_at + UNBONDING - 3)
    scene.enroll(scene.proposer)
    go_to(scene.model.proposal(first).ends_at + UNBONDING)
    scene.refused("governor: defeated too lately", scene.propose)
    mine(0, 1)
    scene.propose()


def test_propose__after_one_that_won_or_was_cancelled__at_once(enrolled):
    scene = enrolled
    scene.cancel(scene.propose())
    assert scene.propose() == 2
    scene.start(2)
    for owner in scene.owners:
        scene.vote(owner, 2)
    scene.end(2)
    scene.enroll(scene.proposer)
    assert scene.propose(text="next") == 3
    scene.agree()


def test_propose__copy_first__stops_nobody(enrolled):
    """I8: ids are numbers in a row; a copy of a proposal, made first and cancelled, leaves the original as it was."""
    scene, thief = enrolled, enrolled.owners[1]
    copy = scene.propose(thief)
    original = scene.propose()
    assert original != copy
    assert scene.governor.proposal(copy).operation != scene.governor.proposal(original).operation
    scene.cancel(copy, thief)
    scene.start(original)
    for owner in scene.owners:
        scene.vote(owner, original)
    scene.end(original)
    scene.queue(original)
    assert scene.state(copy) == ProposalState.CANCELED
    assert scene.state(original) == ProposalState.QUEUED


def test_cancel__by_the_proposer__until_the_vote_starts(enrolled):
    scene = enrolled
    first = scene.propose()
    go_to(scene.model.proposal(first).starts_at)
    scene.cancel(first)
    (event,) = events(scene.governor, "ProposalCanceled")
    assert event.proposalId == first
    assert scene.state(first) == ProposalState.CANCELED
    scene.refused("governor: too late to cancel", lambda: scene.cancel(first))
    scene.start(first)
    scene.refused("governor: vote not open", lambda: scene.vote(scene.owners[0], first))
    scene.end(first)
    assert scene.state(first) == ProposalState.CANCELED
    scene.agree()


def test_cancel__once_votes_are_taken__reverts(enrolled):
    """I17: nobody can take a proposal away from those who vote on it."""
    scene = enrolled
    first = scene.propose()
    scene.start(first)
    scene.refused("governor: too late to cancel", lambda: scene.cancel(first))


def test_cancel__by_others__reverts(enrolled):
    """I16, I17: neither the guardian nor anybody else, whatever the proposer's stake has become."""
    scene = enrolled
    first = scene.propose()
    scene.validators.exit(scene.ids[0], sender=scene.proposer)
    scene.staking.unstake(scene.ids[0], 8, 2**256 - 1, sender=scene.proposer)
    for caller in (scene.stranger, scene.guardian, scene.owners[1]):
        scene.refused("governor: not the proposer", lambda caller=caller: scene.cancel(first, caller))
    scene.refused("governor: unknown proposal", lambda: scene.cancel(2))
    scene.start(first)
    assert scene.state(first) == ProposalState.ACTIVE
    scene.agree()


def test_terms__changed__leave_what_was_proposed_as_it_was(enrolled):
    """I7: in both directions, quorum, period, extension and delay."""
    scene = enrolled
    first = scene.propose()
    before = plain(scene.governor.proposal(first))
    timelock = str(scene.timelock.address)
    scene.twin.call("set_terms", timelock, OTHER_TERMS)
    assert plain(scene.governor.proposal(first)) == before
    second = scene.propose(scene.owners[1])
    assert scene.model.proposal(second).ends_at - scene.model.proposal(second).starts_at == OTHER_TERMS.period_seconds
    scene.twin.call("set_terms", timelock, TERMS)
    assert plain(scene.governor.proposal(first)) == before
    scene.agree()
    starts = scene.model.proposal(second).starts_at
    assert scene.governor.quorum(starts) == scene.model.proposal(second).quorum
    assert scene.governor.quorum(scene.model.proposal(first).starts_at) == before[2]
    assert scene.governor.quorum(now()) == -(-scene.stakes.staked * TERMS.quorum_bps // 10_000)


def test_set_terms__by_the_timelock__is_logged(scene):
    scene.twin.call("set_terms", str(scene.timelock.address), OTHER_TERMS)
    (event,) = events(scene.governor, "TermsSet")
    assert (plain(event.old_terms), plain(event.new_terms)) == (plain(TERMS), plain(OTHER_TERMS))
    scene.twin.refused("governor: nothing changes", "set_terms", str(scene.timelock.address), OTHER_TERMS)
    scene.agree()


def test_set_terms__by_others_or_out_of_bounds__reverts(scene):
    for caller in (scene.stranger, scene.guardian, scene.proposer, scene.address):
        scene.twin.refused("governor: only the timelock", "set_terms", caller, OTHER_TERMS)
    bad = replace(OTHER_TERMS, delay_seconds=UNBONDING)
    scene.twin.refused("governor: delay out of range", "set_terms", str(scene.timelock.address), bad)


def test_unknown_proposal__every_view__reverts(scene):
    for view in ("state", "proposal", "proposalSnapshot", "proposalDeadline", "proposalEta", "proposalVotes", "proposalNeedsQueuing"):
        for proposal_id in (0, 1):
            with boa.reverts("governor: unknown proposal"):
                getattr(scene.governor, view)(proposal_id)
    scene.refused("governor: unknown proposal", lambda: scene.model.state(1))


def test_operation_of__native_calls__name_the_text(enrolled):
    """Another text, another operation."""
    arguments = given([call_of(enrolled.staking, "set_notifier", enrolled.stranger)])
    one, other = (enrolled.governor.operation_of(*arguments, keccak(text=text), 1) for text in ("one", "other"))
    assert one != other
