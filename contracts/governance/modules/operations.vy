# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Operations: calls that are announced, and made once their delay is over, alone or as a batch
@license AGPL-3.0-only
@notice A proposer schedules an operation, an executor (or anybody, if there are none) makes its
        calls when it is ready. An id is the hash of all that an operation does.
@dev    Every function can be re-entered, since an operation may call the timelock itself. Ids and
        events are snekmate's, with room for longer payloads.
"""

# --- interfaces ---

from interfaces import ITimelock

# --- modules ---

from . import operation_states
from snekmate.auth import access_control
from snekmate.governance import timelock_controller as controller

uses: access_control
uses: controller
uses: operation_states

# --- constants ---

# More than a month would keep governance from mending anything.
MAX_DELAY: public(constant(uint256)) = 30 * 86_400

# Room is memory, and memory is paid for whether it is filled or not. The longest call that cannot
# be made in parts names 32 reporters and a quorum: 1,124 bytes.
MAX_CALLS: constant(uint256) = 16
MAX_PAYLOAD: constant(uint256) = 1_152
# of what a call answers or refuses with; snekmate's
MAX_ANSWER: constant(uint256) = 255

# --- role: executor ---

@external
@reentrant
def execute(
    _target: address,
    _amount: uint256,
    _payload: Bytes[MAX_PAYLOAD],
    _predecessor: bytes32,
    _salt: bytes32,
):
    """
    @notice Make the call of a ready operation.
    @param _target Called contract.
    @param _amount Native coin sent along; anything but 0 fails.
    @param _payload Calldata.
    @param _predecessor Id of an operation that has to be done before; zero for none.
    @param _salt Makes ids of the same call differ.
    @custom:error "access_control: account is missing role"
                  "timelock: operation expired" More than GRACE_PERIOD after it was ready.
                  "timelock_controller: operation is not ready"
                  "timelock_controller: missing dependency"
                  "timelock: call failed" Without a reason of its own.
    """
    controller._only_role_or_open_role(controller.EXECUTOR_ROLE)
    # as `hash_operation`, without handing the payload on
    id: bytes32 = keccak256(abi_encode(_target, _amount, _payload, _predecessor, _salt))
    operation_states._before_call(id, _predecessor)
    self._make(_target, _amount, _payload)
    log ITimelock.CallExecuted(id=id, index=0, target=_target, amount=_amount, payload=_payload)
    controller._after_call(id)


@external
@reentrant
def execute_batch(
    _targets: DynArray[address, MAX_CALLS],
    _amounts: DynArray[uint256, MAX_CALLS],
    _payloads: DynArray[Bytes[MAX_PAYLOAD], MAX_CALLS],
    _predecessor: bytes32,
    _salt: bytes32,
):
    """
    @notice Make the calls of a ready operation, in their order, all or none.
    @param _targets Called contracts.
    @param _amounts Native coin sent along; anything but 0 fails.
    @param _payloads Calldata.
    @param _predecessor Id of an operation that has to be done before; zero for none.
    @param _salt Makes ids of the same calls differ.
    @custom:error as `execute`
    """
    controller._only_role_or_open_role(controller.EXECUTOR_ROLE)
    id: bytes32 = keccak256(abi_encode(_targets, _amounts, _payloads, _predecessor, _salt))
    # scheduled with as many of each, or there is no such id
    operation_states._before_call(id, _predecessor)
    index: uint256 = 0
    for target: address in _targets:
        self._make(target, _amounts[index], _payloads[index])
        log ITimelock.CallExecuted(
            id=id, index=index, target=target, amount=_amounts[index], payload=_payloads[index]
        )
        index += 1
    controller._after_call(id)

# --- role: proposer ---

@external
@reentrant
def schedule(
    _target: address,
    _amount: uint256,
    _payload: Bytes[MAX_PAYLOAD],
    _predecessor: bytes32,
    _salt: bytes32,
    _delay: uint256,
):
    """
    @notice Announce a call.
    @param _target Contract to call.
    @param _amount Native coin to send along; anything but 0 will fail.
    @param _payload Calldata, at most 1,152 bytes.
    @param _predecessor Id of an operation that has to be done before; zero for none.
    @param _salt Makes ids of the same call differ.
    @param _delay Seconds until it is ready: the minimum delay to 30 days.
    @custom:error "access_control: account is missing role"
                  "timelock: delay out of bounds" Above 30 days.
                  "timelock_controller: operation already scheduled" Waits, or is done.
                  "timelock_controller: insufficient delay" Below the minimum.
    """
    access_control._check_role(controller.PROPOSER_ROLE, msg.sender)
    # as `hash_operation`, without handing the payload on
    id: bytes32 = keccak256(abi_encode(_target, _amount, _payload, _predecessor, _salt))
    # without the bound somebody could schedule its own removal for the end of time: a taken id
    assert _delay <= MAX_DELAY, "timelock: delay out of bounds"
    operation_states._schedule(id, _delay)
    log ITimelock.CallScheduled(
        id=id,
        index=0,
        target=_target,
        amount=_amount,
        payload=_payload,
        predecessor=_predecessor,
        delay=_delay,
    )
    if _salt != empty(bytes32):
        log controller.CallSalt(id=id, salt=_salt)


@external
@reentrant
def schedule_batch(
    _targets: DynArray[address, MAX_CALLS],
    _amounts: DynArray[uint256, MAX_CALLS],
    _payloads: DynArray[Bytes[MAX_PAYLOAD], MAX_CALLS],
    _predecessor: bytes32,
    _salt: bytes32,
    _delay: uint256,
):
    """
    @notice Announce calls that will be made together.
    @param _targets Contracts to call, 1 to 16.
    @param _amounts Native coin to send along, one for each; anything but 0 will fail.
    @param _payloads Calldata, one for each, at most 1,152 bytes.
    @param _predecessor Id of an operation that has to be done before; zero for none.
    @param _salt Makes ids of the same calls differ.
    @param _delay Seconds until they are ready: the minimum delay to 30 days.
    @custom:error "timelock: empty batch"
                  "timelock: length mismatch"
                  Else as `schedule`
    """
    access_control._check_role(controller.PROPOSER_ROLE, msg.sender)
    assert len(_targets) != 0, "timelock: empty batch"
    assert (
        len(_targets) == len(_amounts) and len(_targets) == len(_payloads)
    ), "timelock: length mismatch"
    id: bytes32 = keccak256(abi_encode(_targets, _amounts, _payloads, _predecessor, _salt))
    # without the bound somebody could schedule its own removal for the end of time: a taken id
    assert _delay <= MAX_DELAY, "timelock: delay out of bounds"
    operation_states._schedule(id, _delay)
    index: uint256 = 0
    for target: address in _targets:
        log ITimelock.CallScheduled(
            id=id,
            index=index,
            target=target,
            amount=_amounts[index],
            payload=_payloads[index],
            predecessor=_predecessor,
            delay=_delay,
        )
        index += 1
    if _salt != empty(bytes32):
        log controller.CallSalt(id=id, salt=_salt)

# --- views ---

@external
@pure
def hash_operation(
    _target: address,
    _amount: uint256,
    _payload: Bytes[MAX_PAYLOAD],
    _predecessor: bytes32,
    _salt: bytes32,
) -> bytes32:
    """
    @notice Id of an operation of one call: what it does, hashed.
    """
    return keccak256(abi_encode(_target, _amount, _payload, _predecessor, _salt))


@external
@pure
def hash_operation_batch(
    _targets: DynArray[address, MAX_CALLS],
    _amounts: DynArray[uint256, MAX_CALLS],
    _payloads: DynArray[Bytes[MAX_PAYLOAD], MAX_CALLS],
    _predecessor: bytes32,
    _salt: bytes32,
) -> bytes32:
    """
    @notice Id of a batch, as of `hash_operation` for a single call.
    """
    return keccak256(abi_encode(_targets, _amounts, _payloads, _predecessor, _salt))

# --- internal ---

@internal
def _make(_target: address, _amount: uint256, _payload: Bytes[MAX_PAYLOAD]):
    """
    @dev Reverts as the target does, or with "timelock: call failed".
    """
    success: bool = False
    answer: Bytes[MAX_ANSWER] = b""
    success, answer = raw_call(
        _target, _payload, max_outsize=MAX_ANSWER, value=_amount, revert_on_failure=False
    )
    if not success:
        if len(answer) != 0:
            raw_revert(answer)
        raise "timelock: call failed"
