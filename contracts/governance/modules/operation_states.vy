# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Operation states: how long an operation waits, and how long it can be executed then
@license AGPL-3.0-only
@notice     scheduled ----- delay ----- ready ----- GRACE_PERIOD ----- expired

        An operation that nobody executed in time has expired: it is what a cancelled one is, and
        can be scheduled again, with the delay again. So what was refused for good reasons cannot be
        executed years later by whoever finds it.
@dev    Answers are those of snekmate's timelock, where an operation that has expired is UNSET:
        tools that ask for a state see what they would see of one that was cancelled.
        `get_timestamp` still answers when it was ready, until it is scheduled again.
"""

# --- modules ---

from snekmate.governance import timelock_controller as controller

uses: controller

# --- constants ---

# As long as Compound's timelock gives. Long enough for a halted chain and for people on leave, and
# no longer than anybody who was alarmed keeps looking. A constant: a period that operations could
# change would make ready ones expire, or come back.
GRACE_PERIOD: public(constant(uint256)) = 14 * 86_400

# snekmate's mark of an operation that is done
DONE: constant(uint256) = 1

# --- views ---

@external
@view
def executable_until(_id: bytes32) -> uint256:
    """
    @notice The last second in which an operation can be executed, over or not; 0 where none is
            scheduled under this id, and once it is done.
    @param _id The operation.
    """
    return self._executable_until(_id)


@external
@view
def get_operation_state(_id: bytes32) -> controller.OperationState:
    """
    @notice 1 unset: never scheduled, cancelled or expired. 2 waiting. 4 ready. 8 done.
    @param _id The operation.
    """
    return self._state(_id)


@external
@view
def is_operation(_id: bytes32) -> bool:
    """
    @notice Whether an operation waits, is ready or is done.
    @param _id The operation.
    """
    return self._state(_id) != controller.OperationState.UNSET


@external
@view
def is_operation_pending(_id: bytes32) -> bool:
    """
    @notice Whether an operation waits or is ready.
    @param _id The operation.
    """
    return self._is_pending(_id)


@external
@view
def is_operation_ready(_id: bytes32) -> bool:
    """
    @notice Whether an operation can be executed now.
    @param _id The operation.
    """
    return self._state(_id) == controller.OperationState.READY


@external
@view
def is_operation_done(_id: bytes32) -> bool:
    """
    @notice Whether an operation was executed.
    @param _id The operation.
    """
    return self._state(_id) == controller.OperationState.DONE

# --- internal ---

@internal
def _schedule(_id: bytes32, _delay: uint256):
    """
    @dev Reverts with "timelock_controller: operation already scheduled" or
         "timelock_controller: insufficient delay".
    """
    if self._is_expired(_id):
        controller.get_timestamp[_id] = 0
    controller._schedule(_id, _delay)


@internal
@view
def _before_call(_id: bytes32, _predecessor: bytes32):
    """
    @dev Reverts with "timelock: operation expired", "timelock_controller: operation is not ready"
         or "timelock_controller: missing dependency".
    """
    assert not self._is_expired(_id), "timelock: operation expired"
    controller._before_call(_id, _predecessor)


@internal
@view
def _is_pending(_id: bytes32) -> bool:
    state: controller.OperationState = self._state(_id)
    return state in (controller.OperationState.WAITING | controller.OperationState.READY)


@internal
@view
def _state(_id: bytes32) -> controller.OperationState:
    if self._is_expired(_id):
        return controller.OperationState.UNSET
    return controller._get_operation_state(_id)


@internal
@view
def _is_expired(_id: bytes32) -> bool:
    until: uint256 = self._executable_until(_id)
    return until != 0 and until < block.timestamp


@internal
@view
def _executable_until(_id: bytes32) -> uint256:
    ready_at: uint256 = controller.get_timestamp[_id]
    return 0 if ready_at <= DONE else ready_at + GRACE_PERIOD
