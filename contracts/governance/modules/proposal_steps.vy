# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Proposal steps: what has won comes to the timelock, and is executed there
@license AGPL-3.0-only
@notice Anyone may do both, with the calls and the hash of the text that were proposed. What stands
        behind the operation is its id, kept since the proposal was made: other calls, another text
        or a target with other code have another one.
"""

# --- interfaces ---

from interfaces import IGovernor

# --- modules ---

from . import proposal_calls
from . import proposals

uses: proposal_calls
uses: proposals

# --- permissionless ---

@external
def queue(
    _targets: DynArray[address, proposal_calls.MAX_CALLS],
    _values: DynArray[uint256, proposal_calls.MAX_CALLS],
    _calldatas: DynArray[Bytes[proposal_calls.MAX_PAYLOAD], proposal_calls.MAX_CALLS],
    _description_hash: bytes32,
    _proposal_id: uint256 = 0,
) -> uint256:
    """
    @notice Schedule what has won in the timelock, with the timelock's delay. Anyone may call.
    @param _targets As proposed.
    @param _values As proposed: zeros.
    @param _calldatas As proposed.
    @param _description_hash Keccak-256 of the proposal's text.
    @param _proposal_id The proposal; 0 for the caller's latest.
    @return The proposal's id.
    @custom:error "governor: unknown proposal"
                  "governor: not succeeded" See `state`.
                  "governor: not what was proposed" Other calls or text, or a target's code changed.
                  "governor: no calls", "governor: length mismatch", "governor: no native coin",
                  "governor: target has no code"
                  Whatever the timelock refuses with.
    """
    id: uint256 = self._id(_proposal_id)
    word: uint256 = proposals._word(id)
    assert proposals._state(id, word) == proposals.SUCCEEDED, "governor: not succeeded"
    proposal_calls._check(_targets, _values, len(_calldatas))
    delay: uint256 = staticcall proposals.Operations(proposals.TIMELOCK).get_minimum_delay()
    eta: uint256 = block.timestamp + delay
    proposals.proposal_words[id] = word | (eta << proposals.ETA_AT)
    log IGovernor.ProposalQueued(proposalId=id, etaSeconds=eta)
    proposal_calls._operate(
        False, id, _targets, _calldatas, _description_hash, delay
    )
    return id


@external
@reentrant
def execute(
    _targets: DynArray[address, proposal_calls.MAX_CALLS],
    _values: DynArray[uint256, proposal_calls.MAX_CALLS],
    _calldatas: DynArray[Bytes[proposal_calls.MAX_PAYLOAD], proposal_calls.MAX_CALLS],
    _description_hash: bytes32,
    _proposal_id: uint256 = 0,
) -> uint256:
    """
    @notice Have the timelock make the calls of a queued proposal. Anyone may call, and may as well
            tell the timelock itself.
    @dev Writes nothing, so that it can be re-entered: the timelock calls `confirm`, and what is
         proposed may be a call of this contract.
    @param _targets As proposed.
    @param _values As proposed: zeros.
    @param _calldatas As proposed.
    @param _description_hash Keccak-256 of the proposal's text.
    @param _proposal_id The proposal; 0 for the caller's latest.
    @return The proposal's id.
    @custom:error "governor: unknown proposal"
                  "governor: not queued" See `state`.
                  "governor: not what was proposed" Other calls or text, or a target's code changed.
                  "governor: no calls", "governor: length mismatch", "governor: no native coin",
                  "governor: target has no code"
                  Whatever the timelock or a target refuses with.
    """
    id: uint256 = self._id(_proposal_id)
    state: uint8 = proposals._state(id, proposals._word(id))
    assert state == proposals.QUEUED, "governor: not queued"
    proposal_calls._check(_targets, _values, len(_calldatas))
    log IGovernor.ProposalExecuted(proposalId=id)
    proposal_calls._operate(True, id, _targets, _calldatas, _description_hash, 0)
    return id

# --- views ---

@external
@view
@reentrant
def proposalNeedsQueuing(_proposal_id: uint256) -> bool:
    """
    @notice Always true: all proposals go through the timelock.
    @custom:error "governor: unknown proposal"
    """
    return proposals._word(_proposal_id) != 0

# --- internal ---

@internal
@view
def _id(_proposal_id: uint256) -> uint256:
    if _proposal_id != 0:
        return _proposal_id
    return proposals.last_of[msg.sender]
