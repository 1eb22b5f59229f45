# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Proposals: what is kept of each, and what state it is in
@license AGPL-3.0-only
@notice     made --- delay --- start --- vote --- end --- queued --- ready --- executed
              Pending            Active         Succeeded     Queued
                                                Defeated
        Won is what has more votes for than against, and its quorum for and abstaining. It is over
        (Expired) if nobody queues it within QUEUE_SECONDS of the end, or executes it within the
        timelock's own grace period. Once it is queued the timelock is asked what became of it: who
        cancels the operation there has cancelled the proposal.
@dev    Words   proposal   | cancelled 1 | eta 40 | quorum 85 | late 24 | extension 24 | period 24 |
                           | starts_at 40 |
                tally      | abstaining 85 | for 85 | against 85 |
                operation  id in the timelock: a hash of calls, text, and code of the targets
        `late` is by how much the end was moved. All stake fits 85 bits.
"""

# --- interfaces ---

from interfaces import IGovernor

# the part of the timelock that is snekmate's
interface Operations:
    def get_timestamp(_id: bytes32) -> uint256: view
    def get_minimum_delay() -> uint256: view
    def GRACE_PERIOD() -> uint256: view
    def CANCELLER_ROLE() -> bytes32: view

# --- constants ---

# OpenZeppelin's numbers.
PENDING: constant(uint8) = 0
ACTIVE: constant(uint8) = 1
CANCELED: constant(uint8) = 2
DEFEATED: constant(uint8) = 3
SUCCEEDED: constant(uint8) = 4
QUEUED: constant(uint8) = 5
EXPIRED: constant(uint8) = 6
EXECUTED: constant(uint8) = 7

# As long as the timelock waits for an execution.
QUEUE_SECONDS: public(constant(uint256)) = 14 * 86_400

TIME_BITS: constant(uint256) = 40
SECONDS_BITS: constant(uint256) = 24
VOTES_BITS: constant(uint256) = 85
TIME_MASK: constant(uint256) = 2**TIME_BITS - 1
SECONDS_MASK: constant(uint256) = 2**SECONDS_BITS - 1
VOTES_MASK: constant(uint256) = 2**VOTES_BITS - 1
PERIOD_AT: constant(uint256) = TIME_BITS
EXTENSION_AT: constant(uint256) = PERIOD_AT + SECONDS_BITS
LATE_AT: constant(uint256) = EXTENSION_AT + SECONDS_BITS
QUORUM_AT: constant(uint256) = LATE_AT + SECONDS_BITS
ETA_AT: constant(uint256) = QUORUM_AT + VOTES_BITS
CANCELLED_AT: constant(uint256) = ETA_AT + TIME_BITS
# snekmate's mark of an operation that is done
DONE: constant(uint256) = 1

# --- immutables ---

TIMELOCK: public(immutable(address))
GRACE_SECONDS: immutable(uint256)

# --- storage ---

# proposal => packed
proposal_words: HashMap[uint256, uint256]
tallies: HashMap[uint256, uint256]
operations: HashMap[uint256, bytes32]
# proposer => its latest proposal
last_of: public(HashMap[address, uint256])

# --- constructor ---

@deploy
def __init__(_timelock: address):
    """
    @dev Reverts with "governor: timelock has no code".
    """
    assert _timelock.is_contract, "governor: timelock has no code"
    TIMELOCK = _timelock
    GRACE_SECONDS = staticcall Operations(_timelock).GRACE_PERIOD()

# --- views ---

@external
@view
@reentrant
def state(_proposal_id: uint256) -> uint8:
    """
    @notice 0 pending, 1 active, 2 cancelled, 3 defeated, 4 succeeded, 5 queued, 6 expired,
            7 executed.
    @custom:error "governor: unknown proposal"
    """
    return self._state(_proposal_id, self._word(_proposal_id))


@external
@view
@reentrant
def proposal(_proposal_id: uint256) -> IGovernor.Proposal:
    """
    @notice Everything that is kept of a proposal.
    @custom:error "governor: unknown proposal"
    """
    word: uint256 = self._word(_proposal_id)
    tally: uint256 = self.tallies[_proposal_id]
    return IGovernor.Proposal(
        starts_at=self._starts_at(word),
        ends_at=self._ends_at(word),
        quorum=self._quorum(word),
        votes_for=(tally >> VOTES_BITS) & VOTES_MASK,
        votes_against=tally & VOTES_MASK,
        votes_abstain=tally >> (2 * VOTES_BITS),
        operation=self.operations[_proposal_id],
        eta=self._eta(word),
    )


@external
@view
@reentrant
def proposalSnapshot(_proposal_id: uint256) -> uint256:
    """
    @notice Timestamp of the vote's start: enrolments before it count, votes are taken after it.
    @custom:error "governor: unknown proposal"
    """
    return self._starts_at(self._word(_proposal_id))


@external
@view
@reentrant
def proposalDeadline(_proposal_id: uint256) -> uint256:
    """
    @notice Last second of the vote, an extension included.
    @custom:error "governor: unknown proposal"
    """
    return self._ends_at(self._word(_proposal_id))


@external
@view
@reentrant
def proposalEta(_proposal_id: uint256) -> uint256:
    """
    @notice Timestamp from which a queued proposal can be executed; 0 while it is not queued.
    @custom:error "governor: unknown proposal"
    """
    return self._eta(self._word(_proposal_id))


@external
@view
@reentrant
def proposalVotes(_proposal_id: uint256) -> (uint256, uint256, uint256):
    """
    @notice Wei against, for and abstaining.
    @custom:error "governor: unknown proposal"
    """
    self._word(_proposal_id)
    tally: uint256 = self.tallies[_proposal_id]
    return (tally & VOTES_MASK, (tally >> VOTES_BITS) & VOTES_MASK, tally >> (2 * VOTES_BITS))

# --- internal ---

@internal
@view
def _word(_id: uint256) -> uint256:
    """
    @dev Reverts with "governor: unknown proposal".
    """
    word: uint256 = self.proposal_words[_id]
    assert word != 0, "governor: unknown proposal"
    return word


@internal
@view
def _state(_id: uint256, _word: uint256) -> uint8:
    if _word >> CANCELLED_AT != 0:
        return CANCELED
    if block.timestamp <= self._starts_at(_word):
        return PENDING
    ends_at: uint256 = self._ends_at(_word)
    if block.timestamp <= ends_at:
        return ACTIVE
    if not self._is_won(_word, self.tallies[_id]):
        return DEFEATED
    eta: uint256 = self._eta(_word)
    if eta == 0:
        return SUCCEEDED if block.timestamp <= ends_at + QUEUE_SECONDS else EXPIRED
    ready_at: uint256 = staticcall Operations(TIMELOCK).get_timestamp(self.operations[_id])
    if ready_at == DONE:
        return EXECUTED
    if ready_at == 0:
        return CANCELED
    # An operation of another time is somebody else's: this one was over before.
    if ready_at != eta or eta + GRACE_SECONDS < block.timestamp:
        return EXPIRED
    return QUEUED


@internal
@pure
def _is_won(_word: uint256, _tally: uint256) -> bool:
    votes_for: uint256 = (_tally >> VOTES_BITS) & VOTES_MASK
    return votes_for > _tally & VOTES_MASK and self._taking_part(_tally) >= self._quorum(_word)


@internal
@pure
def _taking_part(_tally: uint256) -> uint256:
    """
    @dev Wei for and abstaining, which the quorum asks for. Unchecked: 86 bits.
    """
    return unsafe_add((_tally >> VOTES_BITS) & VOTES_MASK, _tally >> (2 * VOTES_BITS))


@internal
@pure
def _starts_at(_word: uint256) -> uint256:
    return _word & TIME_MASK


@internal
@pure
def _ends_at(_word: uint256) -> uint256:
    """
    @dev Unchecked: 40 bits and two times 24.
    """
    return unsafe_add(
        unsafe_add(_word & TIME_MASK, (_word >> PERIOD_AT) & SECONDS_MASK),
        (_word >> LATE_AT) & SECONDS_MASK,
    )


@internal
@pure
def _quorum(_word: uint256) -> uint256:
    return (_word >> QUORUM_AT) & VOTES_MASK


@internal
@pure
def _eta(_word: uint256) -> uint256:
    return (_word >> ETA_AT) & TIME_MASK
