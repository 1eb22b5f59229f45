# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Proposal calls: what the timelock will do for a proposal, and nothing else
@license AGPL-3.0-only
@notice A proposal's operation is a batch of the timelock:

            first     `confirm` of the governor: it reverts unless every target has the code it had
                      when the proposal was made, whoever executes
            then      the proposal's calls, in their order
            salt      the hash of the proposal's text

        so that its id, kept when the proposal is made, stands for calls, text, code and number.

        One proposal has another form: to take the role of a canceller away, one call to the
        timelock with its `removal_payload`, is the operation that this canceller cannot cancel,
        without confirmation and salt. Else nobody could remove a captured guardian.
"""

# --- interfaces ---

from interfaces import IGovernor
from interfaces import ITimelock

# --- modules ---

from . import proposals

uses: proposals

# --- constants ---

MAX_CALLS: constant(uint256) = 8
MAX_OPERATION: constant(uint256) = MAX_CALLS + 1
MAX_PAYLOAD: constant(uint256) = 1_152
MAX_CONFIRMATION: constant(uint256) = 4 + 32 * (4 + MAX_CALLS)
REMOVAL_BYTES: constant(uint256) = 68  # selector, role, account

# --- immutables ---

CANCELLER_ROLE: immutable(bytes32)

# --- constructor ---

@deploy
def __init__():
    """
    @dev After `proposals`, which knows the timelock.
    """
    CANCELLER_ROLE = staticcall proposals.Operations(proposals.TIMELOCK).CANCELLER_ROLE()

# --- views ---

@external
@view
@reentrant
def confirm(
    _proposal_id: uint256, _targets: DynArray[address, MAX_CALLS], _code_digest: bytes32
):
    """
    @notice The first call of every proposal's operation: whether the targets still have the code
            that they had when the proposal was made.
    @param _proposal_id Which proposal; it makes operations of the same calls differ.
    @param _targets The called contracts.
    @param _code_digest Of their code hashes, each hashed onto the digest of those before.
    @custom:error "governor: code changed"
    """
    assert self._code_digest(_targets) == _code_digest, "governor: code changed"


@external
@view
@reentrant
def operation_of(
    _targets: DynArray[address, MAX_CALLS],
    _values: DynArray[uint256, MAX_CALLS],
    _calldatas: DynArray[Bytes[MAX_PAYLOAD], MAX_CALLS],
    _description_hash: bytes32,
    _proposal_id: uint256,
) -> bytes32:
    """
    @notice Id in the timelock of what a proposal of this number does, with the code that the
            targets have now: the same as `proposal` answers, or it is not what was proposed.
    @custom:error "governor: no calls", "governor: length mismatch", "governor: no native coin",
                  "governor: target has no code"
    """
    self._check(_targets, _values, len(_calldatas))
    return self._operation_id(_proposal_id, _targets, _calldatas, _description_hash)

# --- internal ---

@internal
@view
def _check(
    _targets: DynArray[address, MAX_CALLS],
    _values: DynArray[uint256, MAX_CALLS],
    _calldata_count: uint256,
):
    """
    @dev Reverts with "governor: no calls", "governor: length mismatch", "governor: no native coin"
         or "governor: target has no code".
    """
    assert len(_targets) != 0, "governor: no calls"
    assert (
        len(_targets) == len(_values) and len(_targets) == _calldata_count
    ), "governor: length mismatch"
    for value: uint256 in _values:
        assert value == 0, "governor: no native coin"
    for target: address in _targets:
        assert target.is_contract, "governor: target has no code"


@internal
@view
def _code_digest(_targets: DynArray[address, MAX_CALLS]) -> bytes32:
    digest: bytes32 = empty(bytes32)
    for target: address in _targets:
        digest = keccak256(concat(digest, target.codehash))
    return digest


@internal
@view
def _operation_id(
    _id: uint256,
    _targets: DynArray[address, MAX_CALLS],
    _calldatas: DynArray[Bytes[MAX_PAYLOAD], MAX_CALLS],
    _description_hash: bytes32,
) -> bytes32:
    """
    @dev Of calls that were checked, with the code that the targets have now.
    """
    if self._is_removal(_targets, _calldatas[0]):
        return self._removal_id(_targets[0], _calldatas[0])
    targets: DynArray[address, MAX_OPERATION] = [self]
    amounts: DynArray[uint256, MAX_OPERATION] = [0]
    payloads: DynArray[Bytes[MAX_PAYLOAD], MAX_OPERATION] = [self._confirmation(_id, _targets)]
    index: uint256 = 0
    for target: address in _targets:
        targets.append(target)
        amounts.append(0)
        payloads.append(_calldatas[index])
        index += 1
    return keccak256(
        abi_encode(targets, amounts, payloads, empty(bytes32), _description_hash)
    )


@internal
def _operate(
    _is_execution: bool,
    _id: uint256,
    _targets: DynArray[address, MAX_CALLS],
    _calldatas: DynArray[Bytes[MAX_PAYLOAD], MAX_CALLS],
    _description_hash: bytes32,
    _delay: uint256,
):
    """
    @dev Have the timelock schedule or execute calls that were checked, if they are what was
         proposed. Reverts with "governor: not what was proposed".
    """
    timelock: ITimelock = ITimelock(proposals.TIMELOCK)
    if self._is_removal(_targets, _calldatas[0]):
        payload: Bytes[MAX_PAYLOAD] = _calldatas[0]
        self._check_proposed(_id, self._removal_id(_targets[0], payload))
        if _is_execution:
            extcall timelock.execute(_targets[0], 0, payload, empty(bytes32), empty(bytes32))
        else:
            extcall timelock.schedule(
                _targets[0], 0, payload, empty(bytes32), empty(bytes32), _delay
            )
        return

    targets: DynArray[address, MAX_OPERATION] = [self]
    amounts: DynArray[uint256, MAX_OPERATION] = [0]
    payloads: DynArray[Bytes[MAX_PAYLOAD], MAX_OPERATION] = [self._confirmation(_id, _targets)]
    index: uint256 = 0
    for target: address in _targets:
        targets.append(target)
        amounts.append(0)
        payloads.append(_calldatas[index])
        index += 1
    self._check_proposed(
        _id,
        keccak256(abi_encode(targets, amounts, payloads, empty(bytes32), _description_hash)),
    )
    if _is_execution:
        extcall timelock.execute_batch(
            targets, amounts, payloads, empty(bytes32), _description_hash
        )
    else:
        extcall timelock.schedule_batch(
            targets, amounts, payloads, empty(bytes32), _description_hash, _delay
        )


@internal
@view
def _confirmation(
    _id: uint256, _targets: DynArray[address, MAX_CALLS]
) -> Bytes[MAX_CONFIRMATION]:
    """
    @dev Calldata of `confirm`, with the code that the targets have now.
    """
    return abi_encode(
        _id,
        _targets,
        self._code_digest(_targets),
        method_id=method_id("confirm(uint256,address[],bytes32)"),
    )


@internal
@view
def _check_proposed(_id: uint256, _operation: bytes32):
    """
    @dev Reverts with "governor: not what was proposed".
    """
    assert _operation == proposals.operations[_id], "governor: not what was proposed"


@internal
@pure
def _removal_id(_target: address, _payload: Bytes[MAX_PAYLOAD]) -> bytes32:
    return keccak256(
        abi_encode(_target, empty(uint256), _payload, empty(bytes32), empty(bytes32))
    )


@internal
@view
def _is_removal(
    _targets: DynArray[address, MAX_CALLS], _first: Bytes[MAX_PAYLOAD]
) -> bool:
    """
    @dev Whether it is one call, and that takes a canceller's role away.
    """
    if len(_targets) != 1 or _targets[0] != proposals.TIMELOCK:
        return False
    if len(_first) != REMOVAL_BYTES:
        return False
    return slice(_first, 0, 36) == concat(
        method_id("revokeRole(bytes32,address)"), CANCELLER_ROLE
    )
