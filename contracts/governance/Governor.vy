# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title Governor: proposals to the timelock, voted on by stake
@license AGPL-3.0-only
@notice Whoever stands for enough enrolled stake proposes calls. After a delay the stake that was
        enrolled before votes for, against or abstains; what wins is queued in the timelock, waits
        there in full view, and can be executed by anybody. `enrolments.vy` says which stake counts
        and why none counts twice, `proposals.vy` the states, `ballots.vy` voting,
        `proposal_calls.vy` what the timelock is told, `proposal_steps.vy` when, `vote_terms.vy` the
        bounds.

        proposer   cancels its proposal until the vote starts; has one at a time, and waits an
                   unbonding time after one that was defeated. What it has staked later changes
                   nothing.
        guardian   has no power here. It cancels operations in the timelock, which cancels what was
                   queued.
        nobody     can move the end of a vote, stop one, or change what a proposal was made under.
@dev    To hand the suite over, the timelock gives this contract PROPOSER_ROLE and takes it, and
        CANCELLER_ROLE, from who had it. Ids are numbers in a row: a copy of a proposal has another.
        Names and events are OpenZeppelin's where it has them; `queue` and `execute` take an id
        beside its arguments, and without one mean the caller's latest proposal.
@custom:security Holds nothing, owns nothing. Calls Staking, the registry and the timelock, which
        are fixed at deployment; what a proposal calls is called by the timelock. A majority of the
        votes can do what the owner of the suite can, after both delays, and no more.
@custom:kill Nothing stops it but an operation that gives PROPOSER_ROLE to another.
"""

# --- interfaces ---

from interfaces import IGovernor

implements: IGovernor

# --- modules ---

from .modules import ballots
from .modules import enrolments
from .modules import proposal_calls
from .modules import proposal_steps
from .modules import proposals
from .modules import vote_terms

# which stake stands behind an account
initializes: enrolments
exports: (
    enrolments.STAKING,
    enrolments.VALIDATORS,
    enrolments.ENROLMENT_SECONDS,
    enrolments.place_words,
    enrolments.enroll,
    enrolments.getVotes,
    enrolments.enrolment,
    enrolments.places,
)

# what is kept of a proposal
initializes: proposals
exports: (
    proposals.TIMELOCK,
    proposals.QUEUE_SECONDS,
    proposals.last_of,
    proposals.state,
    proposals.proposal,
    proposals.proposalSnapshot,
    proposals.proposalDeadline,
    proposals.proposalEta,
    proposals.proposalVotes,
)

# how long it takes, and how much
initializes: vote_terms[enrolments := enrolments]
exports: (
    vote_terms.terms,
    vote_terms.proposal_count,
    vote_terms.votingDelay,
    vote_terms.votingPeriod,
    vote_terms.proposalThreshold,
)

# how votes are cast
initializes: ballots[enrolments := enrolments, proposals := proposals]
exports: (
    ballots.castVote,
    ballots.castVoteWithReason,
    ballots.castVoteBySig,
    ballots.hasVoted,
    ballots.vote_of,
    ballots.nonces,
    ballots.COUNTING_MODE,
    ballots.eip712Domain,
)

# what it does
initializes: proposal_calls[proposals := proposals]
exports: (proposal_calls.confirm, proposal_calls.operation_of)

# how it comes to the timelock
initializes: proposal_steps[proposal_calls := proposal_calls, proposals := proposals]
exports: (
    proposal_steps.queue,
    proposal_steps.execute,
    proposal_steps.proposalNeedsQueuing,
)

# --- constants ---

version: public(constant(String[1])) = "1"
name: public(constant(String[12])) = "MDT Governor"
CLOCK_MODE: public(constant(String[14])) = "mode=timestamp"
MAX_TEXT: constant(uint256) = 4_096
# How many proposals `quorum` looks back for one that started then.
MAX_LOOK_BACK: constant(uint256) = 256

# --- constructor ---

@deploy
def __init__(_staking: address, _timelock: address, _terms: IGovernor.Terms):
    """
    @notice Fix whose stake votes and what carries it out, and the first terms.
    @param _staking Staking, which knows its registry.
    @param _timelock The timelock, which may change the terms.
    @param _terms See the interface; the bounds stand in `vote_terms.vy`.
    @custom:error "governor: staking has no code", "governor: no registry",
                  "governor: timelock has no code", "governor: delay out of range",
                  "governor: period out of range", "governor: extension out of range",
                  "governor: vote too long", "governor: quorum out of range",
                  "governor: threshold out of range", "governor: nothing changes"
    """
    enrolments.__init__(_staking)
    proposals.__init__(_timelock)
    proposal_calls.__init__()
    ballots.__init__(name, version)
    vote_terms._set(_terms)

# --- user ---

@external
def propose(
    _targets: DynArray[address, proposal_calls.MAX_CALLS],
    _values: DynArray[uint256, proposal_calls.MAX_CALLS],
    _calldatas: DynArray[Bytes[proposal_calls.MAX_PAYLOAD], proposal_calls.MAX_CALLS],
    _description: String[MAX_TEXT],
) -> uint256:
    """
    @notice Propose calls for the timelock to make, to be voted on after the delay. Terms, quorum
            and the code of the targets are fixed now.
    @param _targets Called contracts, 1 to 8.
    @param _values Native coin, one for each: zeros, the timelock has none.
    @param _calldatas Selectors and arguments, one for each, at most 1,152 bytes.
    @param _description The text, at most 4,096 bytes; its hash is the operation's salt.
    @return The proposal's id.
    @custom:error "governor: below the threshold" Of stake that was enrolled before this second.
                  "governor: one at a time" The caller's latest is not voted to the end.
                  "governor: defeated too lately" Less than an unbonding time ago.
                  "governor: no calls", "governor: length mismatch", "governor: no native coin",
                  "governor: target has no code"
    """
    proposal_calls._check(_targets, _values, len(_calldatas))
    self._check_latest(proposals.last_of[msg.sender])
    terms: IGovernor.Terms = vote_terms._terms(vote_terms.terms_word)
    staked: uint256 = vote_terms._staked()
    weight: uint256 = enrolments._weight(msg.sender, block.timestamp)
    assert (
        weight != 0 and weight >= vote_terms._part(staked, terms.threshold_bps)
    ), "governor: below the threshold"

    vote_terms.terms_word += 1 << vote_terms.COUNT_AT
    id: uint256 = vote_terms.terms_word >> vote_terms.COUNT_AT
    starts_at: uint256 = block.timestamp + terms.delay_seconds
    proposals.last_of[msg.sender] = id
    proposals.operations[id] = proposal_calls._operation_id(
        id, _targets, _calldatas, keccak256(_description)
    )
    proposals.proposal_words[id] = (
        (vote_terms._part(staked, terms.quorum_bps) << proposals.QUORUM_AT)
        | (terms.extension_seconds << proposals.EXTENSION_AT)
        | (terms.period_seconds << proposals.PERIOD_AT)
        | starts_at
    )
    signatures: DynArray[String[1], proposal_calls.MAX_CALLS] = []
    for _: address in _targets:
        signatures.append("")
    log IGovernor.ProposalCreated(
        proposalId=id,
        proposer=msg.sender,
        targets=_targets,
        values=_values,
        signatures=signatures,
        calldatas=_calldatas,
        voteStart=starts_at,
        voteEnd=starts_at + terms.period_seconds,
        description=_description,
    )
    return id


@external
def cancel(_proposal_id: uint256):
    """
    @notice Take a proposal of the caller's back, until its vote starts.
    @param _proposal_id The proposal.
    @custom:error "governor: unknown proposal"
                  "governor: not the proposer"
                  "governor: too late to cancel" The vote has started, or it is cancelled.
    """
    word: uint256 = proposals._word(_proposal_id)
    # Whoever has one that waits has proposed none later.
    assert proposals.last_of[msg.sender] == _proposal_id, "governor: not the proposer"
    state: uint8 = proposals._state(_proposal_id, word)
    assert state == proposals.PENDING, "governor: too late to cancel"
    proposals.proposal_words[_proposal_id] = word | (1 << proposals.CANCELLED_AT)
    log IGovernor.ProposalCanceled(proposalId=_proposal_id)

# --- governance ---

@external
@reentrant
def set_terms(_terms: IGovernor.Terms):
    """
    @notice Change the terms of proposals to come, by an operation of the timelock.
    @dev One word is written, and nobody is called: `execute` may be under way.
    @param _terms See the interface; the bounds stand in `vote_terms.vy`.
    @custom:error "governor: only the timelock"
                  "governor: delay out of range", "governor: period out of range",
                  "governor: extension out of range", "governor: vote too long",
                  "governor: quorum out of range", "governor: threshold out of range",
                  "governor: nothing changes"
    """
    assert msg.sender == proposals.TIMELOCK, "governor: only the timelock"
    vote_terms._set(_terms)

# --- views ---

@external
@view
@reentrant
def clock() -> uint48:
    """
    @notice The time votes go by: seconds (ERC-6372).
    """
    return convert(block.timestamp, uint48)


@external
@view
def quorum(_timepoint: uint256) -> uint256:
    """
    @notice Wei for and abstaining that a proposal with this snapshot needs: the latest of the last
            256 that has it, else one that were made now.
    """
    count: uint256 = vote_terms.terms_word >> vote_terms.COUNT_AT
    for back: uint256 in range(MAX_LOOK_BACK):
        if back >= count:
            break
        word: uint256 = proposals.proposal_words[count - back]
        if proposals._starts_at(word) == _timepoint:
            return proposals._quorum(word)
    terms: IGovernor.Terms = vote_terms._terms(vote_terms.terms_word)
    return vote_terms._part(vote_terms._staked(), terms.quorum_bps)

# --- internal ---

@internal
@view
def _check_latest(_latest: uint256):
    """
    @dev Reverts with "governor: one at a time" or "governor: defeated too lately".
    """
    if _latest == 0:
        return
    word: uint256 = proposals.proposal_words[_latest]
    if word >> proposals.CANCELLED_AT != 0:
        return
    ends_at: uint256 = proposals._ends_at(word)
    assert ends_at < block.timestamp, "governor: one at a time"
    is_long_ago: bool = ends_at + enrolments.UNBONDING_SECONDS < block.timestamp
    assert (
        is_long_ago or proposals._is_won(word, proposals.tallies[_latest])
    ), "governor: defeated too lately"
