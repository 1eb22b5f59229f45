"""Ways in which votes have been bought, doubled and blocked: the failure catalogue's section I, where no other file has it."""

from __future__ import annotations

import re

import boa
import pytest
from eth_utils.crypto import keccak

from mdt.model.governor import Place, ProposalState
from mdt.model.staking import OWN_SLOT
from tests.support.boa_clock import mine
from tests.support.governor import AGAINST, DELEGATED, FOR, OWN, TERMS, TEXT, call_of, go_to
from tests.support.stakes import ALL, overturn, slash, slashed_and_back
from tests.support.staking import UNBONDING_BLOCKS, UNIT, unbond
from tests.support.timelock import DELAY
from tools import contracts


def give_validator(scene, index: int, heir: str) -> None:
    """A validator and its own stake change hands, at once."""
    scene.validators.propose_owner(scene.ids[index], heir, sender=scene.owners[index])
    scene.validators.accept_owner(scene.ids[index], sender=heir)


def counted(scene, proposal_id: int) -> int:
    return sum(scene.governor.proposalVotes(proposal_id))


# --- stake that comes late ---


def test_loan__staked_enrolled_and_voted_in_a_vote_that_runs__has_no_weight(enrolled):
    """I1: stake that comes after the start counts for nothing, however it comes."""
    scene = enrolled
    scene.propose()
    go_to(scene.model.proposal(1).starts_at)
    lender = scene.suite.delegator("borrower", scene.ids[0], 500 * UNIT)
    scene.twin.call("enroll", lender, [Place(scene.ids[0], 0)])
    scene.refused("governor: vote not open", lambda: scene.vote(lender, 1))
    mine(0, 1)
    scene.refused("governor: no weight", lambda: scene.vote(lender, 1))


def test_loan__to_fill_an_old_enrolment__is_bound_for_as_long_as_what_it_stands_for(enrolled):
    """I1: who leaves and comes back with other tokens counts no more than was there, and has both bound past the end."""
    scene, staker = enrolled, enrolled.stakers[0]
    scene.propose()
    scene.start(1)
    request = scene.staking.unstake(scene.ids[0], 0, ALL, sender=staker)
    scene.refused("governor: no weight", lambda: scene.vote(staker, 1))
    scene.staking.stake(scene.ids[0], 0, 900 * UNIT, 0, sender=staker)
    assert scene.vote(staker, 1) == DELEGATED
    scene.end(1)
    with boa.reverts("staking: still unbonding"):
        scene.staking.withdraw(scene.ids[0], 0, request, sender=staker)


def test_loan__on_the_last_second_before_the_start__cannot_be_paid_back_before_the_end(scene):
    """I1: a loan for a vote is one for an unbonding time at least, whenever it comes."""
    scene.enroll(*scene.owners)
    scene.propose()
    go_to(scene.model.proposal(1).starts_at - 2)
    scene.suite.delegator("reading", scene.ids[0], UNIT)  # the day's reading of the network's stake: what is asked back later can come back
    go_to(scene.model.proposal(1).starts_at - 1)
    borrower = scene.suite.delegator("borrower", scene.ids[0], 500 * UNIT)
    scene.twin.call("enroll", borrower, [Place(scene.ids[0], 0)])
    request = scene.staking.unstake(scene.ids[0], 0, ALL, sender=borrower)
    scene.staking.cancel_unstake(scene.ids[0], 0, request, sender=borrower)
    scene.start(1)
    assert scene.vote(borrower, 1) == 500 * UNIT
    request = scene.staking.unstake(scene.ids[0], 0, ALL, sender=borrower)
    go_to(scene.model.proposal(1).ends_at + TERMS.extension_seconds)
    mine(UNBONDING_BLOCKS, 0)
    with boa.reverts("staking: still unbonding"):
        scene.staking.withdraw(scene.ids[0], 0, request, sender=borrower)


def test_rewards__restaked_during_a_vote__do_not_count_in_it(enrolled):
    scene, staker = enrolled, enrolled.stakers[0]
    scene.propose()
    scene.start(1)
    scene.staking.notify_reward(100 * UNIT, sender=scene.suite.notifier)
    mine(50, 150)
    assert scene.staking.restake(scene.ids[0], 0, sender=staker) > 0
    assert scene.vote(staker, 1) == DELEGATED


# --- stake that is used twice ---


def test_twice__unstaked_after_the_vote__is_not_anothers_before_the_end(enrolled):
    """I2: from the enrolment on, an unbonding time is longer than the rest of the vote."""
    scene, staker = enrolled, enrolled.stakers[0]
    accomplice = scene.suite.delegator("accomplice", scene.ids[1], DELEGATED)
    scene.twin.call("enroll", accomplice, [Place(scene.ids[1], 0)])
    mine(1)
    scene.staking.unstake(scene.ids[1], 0, ALL, sender=accomplice)
    request = scene.staking.unstake(scene.ids[0], 0, ALL, sender=staker)
    scene.staking.cancel_unstake(scene.ids[0], 0, request, sender=staker)
    scene.propose()
    scene.start(1)
    assert scene.vote(staker, 1) == DELEGATED
    request = scene.staking.unstake(scene.ids[0], 0, ALL, sender=staker)
    latest = scene.model.proposal(1).ends_at + TERMS.extension_seconds
    go_to(latest)
    mine(UNBONDING_BLOCKS, 0)
    with boa.reverts("staking: still unbonding"):
        scene.staking.withdraw(scene.ids[0], 0, request, sender=staker)
    assert scene.governor.getVotes(accomplice, scene.model.proposal(1).starts_at) == 0


def test_twice__redelegated_before_and_after_the_vote__is_the_same_accounts(enrolled):
    """I2: into a place of its own that was enrolled full: one number limits all of an account's."""
    scene, staker = enrolled, enrolled.stakers[0]
    scene.staking.stake(scene.ids[1], 2, 100 * UNIT, 0, sender=staker)
    scene.twin.call("enroll", staker, [Place(scene.ids[0], 0), Place(scene.ids[1], 2)])
    mine(1)
    scene.propose()
    scene.staking.unstake(scene.ids[1], 2, ALL, sender=staker)
    scene.staking.redelegate(scene.ids[0], 0, scene.ids[1], 2, ALL, sender=staker)
    scene.start(1)
    assert scene.vote(staker, 1) == DELEGATED
    scene.twin.refused("governor: no stake", "enroll", staker, [Place(scene.ids[0], 0)])
    scene.refused("governor: already voted", lambda: scene.vote(staker, 1))


def test_twice__split_over_slots_and_validators__is_once(scene):
    """I2."""
    scene.enroll(*scene.owners)
    staker = scene.stakers[0]
    scene.staking.redelegate(scene.ids[0], 0, scene.ids[1], 1, 100 * UNIT, sender=staker)
    scene.staking.redelegate(scene.ids[0], 0, scene.ids[2], 7, 100 * UNIT, sender=staker)
    places = [Place(scene.ids[0], 0), Place(scene.ids[1], 1), Place(scene.ids[2], 7)]
    scene.twin.call("enroll", staker, places)
    mine(1)
    scene.propose()
    scene.start(1)
    assert scene.vote(staker, 1) == DELEGATED


@pytest.mark.parametrize("has_voted", [False, True])
def test_twice__own_stake_with_a_new_owner__counts_for_the_former_or_not_at_all(enrolled, has_voted):
    """I2: a validator is the one thing that changes accounts at once."""
    scene, heir = enrolled, enrolled.stakers[1]
    scene.propose()
    scene.start(1)
    if has_voted:
        assert scene.vote(scene.owners[0], 1) == OWN
    give_validator(scene, 0, heir)
    scene.twin.refused("governor: enrolled by another", "enroll", heir, [Place(scene.ids[0], OWN_SLOT)])
    assert scene.vote(heir, 1) == DELEGATED
    if not has_voted:
        scene.refused("governor: no weight", lambda: scene.vote(scene.owners[0], 1))
    assert counted(scene, 1) <= OWN + DELEGATED


def test_twice__own_stake_given_away_before_the_vote__is_not_the_heirs_in_it(enrolled):
    """The heir cannot enrol it while the former owner's enrolment may count, and the former fills it with nothing of the heir's."""
    scene, heir = enrolled, enrolled.owners[1]
    former = scene.owners[0]
    scene.propose(heir)
    give_validator(scene, 0, heir)
    scene.twin.refused("governor: enrolled by another", "enroll", heir, [Place(scene.ids[0], OWN_SLOT), Place(scene.ids[1], OWN_SLOT)])
    scene.start(1)
    scene.staking.stake(scene.ids[0], 0, 400 * UNIT, 0, sender=former)
    scene.refused("governor: no weight", lambda: scene.vote(former, 1))
    assert scene.vote(heir, 1) == OWN


def test_twice__operators_key_rotated__changes_nothing(enrolled):
    """I2: own stake is the owner's; who operates has none of it."""
    scene, operator = enrolled, enrolled.stranger
    scene.validators.set_operator(scene.ids[0], operator, sender=scene.owners[0])
    scene.twin.refused("governor: not the owner", "enroll", operator, [Place(scene.ids[0], OWN_SLOT)])
    scene.propose()
    scene.start(1)
    assert scene.vote(scene.owners[0], 1) == OWN


def test_twice__slot_used_again__is_limited_by_what_was_enrolled(enrolled):
    """I2: emptied, withdrawn an unbonding time later, filled again: the enrolment is too old by then."""
    scene, staker = enrolled, enrolled.stakers[0]
    request = scene.staking.unstake(scene.ids[0], 0, ALL, sender=staker)
    unbond(1)
    scene.staking.withdraw(scene.ids[0], 0, request, sender=staker)
    scene.staking.stake(scene.ids[0], 0, DELEGATED, 0, sender=staker)
    scene.enroll(*scene.owners)
    scene.propose()
    scene.start(1)
    scene.refused("governor: no weight", lambda: scene.vote(staker, 1))


def test_slash__before_or_during_a_vote__lowers_the_weight_and_restitution_gives_no_more_than_was(enrolled):
    """I2: what a slash takes does not vote; what comes back counts up to what was enrolled."""
    scene, staker = enrolled, enrolled.stakers[0]
    scene.propose()
    scene.start(1)
    slash(scene.suite, scene.ids[0], 2_000)
    starts_at = scene.model.proposal(1).starts_at
    assert scene.governor.getVotes(staker, starts_at) == DELEGATED * 8 // 10
    overturn(scene.suite, scene.ids[0])
    assert scene.vote(staker, 1) == DELEGATED
    slashed_and_back(scene.suite, scene.ids[1], 1_000)
    assert scene.vote(scene.stakers[1], 1) == DELEGATED * 9 // 10
    scene.agree()


def test_locks__that_end_or_hold__change_no_weight(enrolled):
    """I2: weight is stake, locked or not."""
    scene, staker = enrolled, enrolled.stakers[0]
    scene.staking.stake(scene.ids[0], 0, 0, 3, sender=staker)
    scene.propose()
    scene.start(1)
    assert scene.vote(staker, 1) == DELEGATED


# --- griefing ---


def test_spam__of_many_proposers__stops_nobody(enrolled):
    """I17: no total that somebody could fill; each proposer has the threshold of its own."""
    scene = enrolled
    for proposer in (*scene.owners[1:], *scene.stakers):
        scene.propose(proposer, text=f"spam of {proposer}")
    assert scene.propose() == 7
    scene.start(7)
    for owner in scene.owners:
        scene.vote(owner, 7)
    scene.end(7)
    scene.queue(7)
    assert scene.state(7) == ProposalState.QUEUED


def test_minority__votes_against__cannot_delete_a_proposal(enrolled):
    """I17: it only has its votes."""
    scene = enrolled
    scene.propose()
    scene.start(1)
    for staker in scene.stakers[:2]:
        scene.vote(staker, 1, AGAINST)
    for owner in scene.owners:
        scene.vote(owner, 1, FOR)
    scene.end(1)
    assert scene.state(1) == ProposalState.SUCCEEDED


def test_turnout__delegators_alone__have_the_quorum_by_calculation(enrolled):
    """I6: of 4,200 staked, 840 are needed: three stakers of 300 have it, two have not."""
    scene = enrolled
    scene.propose()
    scene.start(1)
    for staker in scene.stakers[:2]:
        scene.vote(staker, 1)
    assert not scene.model.proposal(1).is_quorate
    scene.vote(scene.stakers[2], 1)
    assert scene.model.proposal(1).is_quorate
    scene.end(1)
    assert scene.state(1) == ProposalState.SUCCEEDED


def test_quorum__stake_that_leaves_after_the_proposal__does_not_lower_it(enrolled):
    """I7: nor does stake that comes raise it."""
    scene = enrolled
    scene.propose()
    quorum = scene.governor.proposal(1).quorum
    scene.staking.unstake(scene.ids[0], 0, ALL, sender=scene.stakers[0])
    scene.staking.stake(scene.ids[1], 1, 400 * UNIT, 0, sender=scene.stakers[2])
    assert scene.governor.proposal(1).quorum == quorum


def test_majority__of_all_stake__cannot_reach_what_no_owner_can(enrolled):
    """I5: the cap of the token and others' stakes are out of reach: the calls are refused when they are made."""
    scene = enrolled
    token = scene.suite.token
    actions = [call_of(token, "transferFrom", scene.stakers[0], scene.owners[0], UNIT)]
    proposal_id = scene.queued(actions)
    mine(1, DELAY)
    with boa.reverts("mdt: allowance too low"):
        scene.governor.execute([actions[0].target], [0], [actions[0].payload], keccak(text=TEXT), proposal_id)
    assert scene.state(proposal_id) == ProposalState.QUEUED
    assert scene.stakes.worth(scene.ids[0], scene.stakers[0], 0) == DELEGATED


def test_sources__no_role_moves_an_end__nor_stops_a_vote():
    """I12, I17: a proposal's word is written when it is made, taken back by its proposer, moved by the quorum, and queued."""
    sources = {path.stem: path.read_text(encoding="utf-8") for path in contracts.CONTRACTS.glob("governance/**/*.vy")}
    writers = {name: len(found) for name, text in sources.items() if (found := re.findall(r"proposal_words\[\w+\] = ", text))}
    assert writers == {"Governor": 2, "ballots": 1, "proposal_steps": 1}
