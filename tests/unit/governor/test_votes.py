"""Votes are cast, by their owners or by signature."""

from __future__ import annotations

import boa
import pytest
from eth_account import Account

from mdt.model.governor import Place, ProposalState
from tests.support.block_reward import events
from tests.support.boa_clock import mine, now
from tests.support.governor import ABSTAIN, AGAINST, DELEGATED, FOR, OWN, TERMS, ballot, go_to
from tests.support.staking import UNIT

KEY = "0x" + "11" * 32
SUPPORTS = [AGAINST, FOR, ABSTAIN]


@pytest.fixture
def voting(scene):
    """A vote that has just begun, with everybody enrolled, a signer of ballots as well."""
    scene.signer = Account.from_key(KEY).address
    scene.suite.token.mint(scene.signer, 10 * UNIT, 0, sender=scene.suite.issuer)
    scene.suite.token.approve(scene.staking, 10 * UNIT, sender=scene.signer)
    scene.staking.stake(scene.ids[0], 0, 10 * UNIT, 0, sender=scene.signer)
    scene.twin.call("enroll", scene.signer, [Place(scene.ids[0], 0)])
    scene.enroll_all()
    assert scene.propose() == 1
    scene.start(1)
    return scene


@pytest.mark.parametrize("support", SUPPORTS)
def test_castVote__each_kind__is_counted_and_logged(voting, support):
    assert voting.vote(voting.stakers[0], 1, support) == DELEGATED
    (event,) = events(voting.governor, "VoteCast")
    assert (event.voter, event.proposalId, event.support, event.weight, event.reason) == (voting.stakers[0], 1, support, DELEGATED, "")
    assert list(voting.governor.proposalVotes(1)) == [DELEGATED * (support == kind) for kind in SUPPORTS]
    voting.vote(voting.owners[1], 1, support)
    assert list(voting.governor.proposalVotes(1)) == [(DELEGATED + OWN) * (support == kind) for kind in SUPPORTS]
    voting.agree()


def test_castVoteWithReason__reason__is_logged(voting):
    reason = "because " * 32
    voting.governor.castVoteWithReason(1, AGAINST, reason, sender=voting.stakers[0])
    (event,) = events(voting.governor, "VoteCast")
    assert (event.voter, event.support, event.weight, event.reason) == (voting.stakers[0], AGAINST, DELEGATED, reason)
    voting.model.cast_vote(voting.stakers[0], 1, AGAINST)
    voting.agree()
    with boa.reverts("governor: already voted"):
        voting.governor.castVoteWithReason(1, FOR, "", sender=voting.stakers[0])


def test_castVote__second_time__reverts(voting):
    voting.vote(voting.stakers[0], 1)
    for support in SUPPORTS:
        voting.refused("governor: already voted", lambda support=support: voting.vote(voting.stakers[0], 1, support))


@pytest.mark.parametrize("support", [3, 255])
def test_castVote__no_kind__reverts(voting, support):
    voting.refused("governor: bad support", lambda: voting.vote(voting.stakers[0], 1, support))


def test_castVote__without_weight__reverts(voting):
    voting.refused("governor: no weight", lambda: voting.vote(voting.stranger, 1))
    voting.refused("governor: unknown proposal", lambda: voting.vote(voting.stakers[0], 2))


def test_castVote__at_the_edges_of_the_vote__as_written(enrolled):
    """I11: states, gate and weight agree on the second before the start, the start, and so on."""
    scene = enrolled
    scene.propose()
    starts_at, ends_at = scene.model.proposal(1).starts_at, scene.model.proposal(1).ends_at
    voters = iter((*scene.owners, *scene.stakers))
    for second in (starts_at - 1, starts_at, starts_at + 1, ends_at - 1, ends_at, ends_at + 1):
        go_to(second)
        is_open = starts_at < second <= ends_at
        if is_open:
            assert scene.state(1) == ProposalState.ACTIVE
            scene.vote(next(voters), 1, AGAINST)
        else:
            assert scene.state(1) == (ProposalState.PENDING if second <= starts_at else ProposalState.DEFEATED)
            scene.refused("governor: vote not open", lambda: scene.vote(scene.stakers[3], 1))


def test_castVote__enrolled_as_the_vote_starts__has_no_weight(scene):
    """I11: nobody votes while what counts can still change."""
    scene.enroll(*scene.owners)
    scene.propose()
    go_to(scene.model.proposal(1).starts_at - 1)
    scene.twin.call("enroll", scene.stakers[0], scene.places(scene.stakers[0]))
    mine(0, 1)
    scene.twin.call("enroll", scene.stakers[1], scene.places(scene.stakers[1]))
    mine(0, 1)
    assert scene.vote(scene.stakers[0], 1) == DELEGATED
    scene.refused("governor: no weight", lambda: scene.vote(scene.stakers[1], 1))


def test_castVote__enrolled_anew_since_the_start__keeps_what_it_started_with(voting):
    """An update neither loses nor doubles a vote that runs, and nobody can update another's."""
    staker = voting.stakers[0]
    voting.staking.stake(voting.ids[0], 0, 500 * UNIT, 0, sender=staker)
    for _ in range(5):
        voting.enroll(staker)
    assert voting.vote(staker, 1) == DELEGATED
    voting.enroll(staker)
    voting.refused("governor: already voted", lambda: voting.vote(staker, 1))
    voting.agree()


@pytest.mark.parametrize("late", [0, 1, TERMS.extension_seconds - 1, TERMS.extension_seconds, TERMS.period_seconds - 1])
def test_castVote__quorum_late__moves_the_end_once(voting, late):
    """I12: state, deadline and gate agree on it; later votes move nothing."""
    proposal = voting.model.proposal(1)
    ends_at = proposal.ends_at
    go_to(ends_at - late)
    voting.vote(voting.owners[0], 1)
    found = events(voting.governor, "ProposalExtended")
    extended = now() + TERMS.extension_seconds
    assert voting.governor.proposalDeadline(1) == max(ends_at, extended)
    if extended > ends_at:
        assert [(event.proposalId, event.extendedDeadline) for event in found] == [(1, extended)]
    else:
        assert found == []
    voting.agree()
    go_to(max(ends_at, extended))
    voting.vote(voting.owners[1], 1)
    assert events(voting.governor, "ProposalExtended") == []
    assert voting.governor.proposalDeadline(1) == max(ends_at, extended)
    assert voting.state(1) == ProposalState.ACTIVE
    mine(0, 1)
    assert voting.state(1) == ProposalState.SUCCEEDED
    voting.refused("governor: vote not open", lambda: voting.vote(voting.owners[2], 1))


@pytest.mark.parametrize("support", [FOR, ABSTAIN])
def test_castVote__quorum__is_for_and_abstaining(voting, support):
    """Against alone never brings a quorum, nor moves the end."""
    ends_at = voting.model.proposal(1).ends_at
    go_to(ends_at)
    voting.vote(voting.owners[0], 1, AGAINST)
    voting.vote(voting.owners[1], 1, AGAINST)
    assert voting.governor.proposalDeadline(1) == ends_at
    voting.vote(voting.owners[2], 1, support)
    assert voting.governor.proposalDeadline(1) == ends_at + TERMS.extension_seconds


def test_castVote__exactly_the_quorum__is_enough(scene):
    """The last wei decides."""
    scene.enroll_all()
    quorum = -(-(3 * OWN + 4 * DELEGATED) * TERMS.quorum_bps // 10_000)
    scene.propose()
    scene.propose(scene.owners[1], text="another")
    scene.start(2)
    assert quorum == 840 * UNIT
    scene.staking.unstake(scene.ids[0], 8, OWN - 540 * UNIT, sender=scene.owners[0])
    for proposal_id in (1, 2):
        scene.vote(scene.stakers[0], proposal_id)
    scene.vote(scene.owners[0], 1)
    scene.staking.unstake(scene.ids[0], 8, 1, sender=scene.owners[0])
    scene.vote(scene.owners[0], 2)
    assert scene.model.proposal(2).tally(FOR) == quorum - 1
    scene.end(1)
    assert (scene.state(1), scene.state(2)) == (ProposalState.SUCCEEDED, ProposalState.DEFEATED)


@pytest.mark.parametrize("more", [0, 1])
def test_state__as_many_against_as_for__is_defeated(voting, more):
    voting.vote(voting.owners[0], 1, FOR)
    voting.staking.stake(voting.ids[1], 8, 5 * UNIT, 0, sender=voting.owners[1])
    voting.vote(voting.owners[1], 1, AGAINST)
    voting.vote(voting.owners[2], 1, ABSTAIN)
    if more:
        voting.vote(voting.stakers[0], 1, FOR)
    voting.end(1)
    assert voting.state(1) == (ProposalState.SUCCEEDED if more else ProposalState.DEFEATED)


# --- ballots ---


@pytest.mark.parametrize("support", SUPPORTS)
def test_castVoteBySig__signed_as_openzeppelins_tools_do__counts_for_the_signer(voting, support):
    signature = ballot(voting.governor, KEY, 1, support, nonce=voting.governor.nonces(voting.signer))
    assert voting.governor.castVoteBySig(1, support, voting.signer, signature, sender=voting.stranger) == 10 * UNIT
    (event,) = events(voting.governor, "VoteCast")
    assert (event.voter, event.support, event.weight, event.reason) == (voting.signer, support, 10 * UNIT, "")
    voting.model.cast_vote(voting.signer, 1, support)
    voting.agree()
    assert voting.governor.vote_of(1, voting.signer) == support + 1
    with boa.reverts("governor: already voted"):
        voting.governor.castVoteBySig(1, support, voting.signer, signature, sender=voting.stranger)


def test_castVoteBySig__for_another_voter_support_proposal_chain_or_governor__reverts(voting):
    """I14."""
    voting.propose(voting.owners[1], text="another")
    governor, signer = voting.governor, voting.signer
    good = ballot(governor, KEY, 1, FOR)
    attempts = [
        (1, FOR, voting.stakers[0], good),
        (1, AGAINST, signer, good),
        (2, FOR, signer, good),
        (1, FOR, signer, ballot(governor, KEY, 1, FOR, chainId=5)),
        (1, FOR, signer, ballot(governor, KEY, 1, FOR, verifyingContract=voting.stranger)),
        (1, FOR, signer, ballot(governor, KEY, 1, FOR, name="MDT Governo")),
        (1, FOR, signer, ballot(governor, KEY, 1, FOR, version="2")),
        (1, FOR, signer, ballot(governor, KEY, 1, FOR, nonce=1)),
        (1, FOR, signer, ballot(governor, KEY, 1, FOR, voter=voting.stakers[0])),
        (1, FOR, signer, good[:64]),
        (1, FOR, signer, b""),
        (1, FOR, signer, good[:64] + bytes([good[64] ^ 7])),
        (1, FOR, signer, good[:32] + (0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141 - int.from_bytes(good[32:64], "big")).to_bytes(32, "big") + bytes([55 - good[64]])),
        (1, FOR, "0x" + "00" * 20, bytes(65)),
    ]  # fmt: skip
    for attempt in attempts:
        with boa.reverts("governor: bad signature"):
            governor.castVoteBySig(*attempt, sender=voting.stranger)
    assert governor.castVoteBySig(1, FOR, signer, good, sender=voting.stranger) == 10 * UNIT


def test_castVoteBySig__ballots_of_several_proposals__in_any_order(voting):
    """I14: neither a vote on chain nor another ballot spoils a signed one."""
    voting.enroll(voting.owners[1])
    voting.propose(voting.owners[1], text="another")
    voting.propose(voting.owners[2], text="a third")
    voting.twin.call("enroll", voting.signer, [Place(voting.ids[0], 0)])
    voting.start(3)
    ballots = {number: ballot(voting.governor, KEY, number, FOR) for number in (2, 3)}
    voting.governor.castVoteBySig(3, FOR, voting.signer, ballots[3])
    voting.governor.castVoteBySig(2, FOR, voting.signer, ballots[2])
    assert [voting.governor.hasVoted(number, voting.signer) for number in (1, 2, 3)] == [False, True, True]


def test_castVoteBySig__after_voting_on_chain__reverts(voting):
    voting.vote(voting.signer, 1, AGAINST)
    with boa.reverts("governor: already voted"):
        voting.governor.castVoteBySig(1, FOR, voting.signer, ballot(voting.governor, KEY, 1, FOR))


def test_votes__of_many_proposals__share_words_and_do_not_mix(scene):
    """Two bits for each account and proposal, 128 in a word."""
    scene.enroll_all()
    votes = {}
    for index in range(3):
        proposal_id = scene.propose(scene.owners[index], text=f"number {index}")
        votes[proposal_id] = index
    scene.start(3)
    for proposal_id, support in votes.items():
        scene.vote(scene.stakers[0], proposal_id, support)
    assert [scene.governor.vote_of(proposal_id, scene.stakers[0]) for proposal_id in votes] == [1, 2, 3]
    scene.agree()


@pytest.mark.parametrize("before", [126, 127, 128])
def test_votes__at_the_edge_of_a_word__are_in_the_next(scene, before):
    """Where a word ends nothing spills over."""
    scene.enroll_all()
    word = scene.governor.eval("vote_terms.terms_word")
    scene.governor.eval(f"vote_terms.terms_word = {word} | ({before} << 104)")
    actions = scene.actions
    first = scene.governor.propose([actions[0].target], [0], [actions[0].payload], "x", sender=scene.owners[0])
    second = scene.governor.propose([actions[0].target], [0], [actions[0].payload], "x", sender=scene.owners[1])
    assert (first, second) == (before + 1, before + 2)
    mine(1, TERMS.delay_seconds + 1)
    scene.governor.castVote(second, ABSTAIN, sender=scene.stakers[0])
    scene.governor.castVote(first, AGAINST, sender=scene.stakers[0])
    assert [scene.governor.vote_of(number, scene.stakers[0]) for number in (before, first, second, second + 1)] == [0, 1, 3, 0]
    with boa.reverts("governor: already voted"):
        scene.governor.castVote(second, ABSTAIN, sender=scene.stakers[0])
