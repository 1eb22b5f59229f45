# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title Timelock: owns the suite; what governance does is seen before it happens
@license AGPL-3.0-only
@notice A proposer schedules calls, an executor (or anybody, if there are none) makes them once the
        delay is over, a canceller stops them before. The timelock is its own administrator: roles
        and delay change by operations of its own, and nobody else has a role it was not given here.

        PROPOSER   schedules; given the canceller's role as well
        CANCELLER  cancels what waits: proposers and the guardian
        EXECUTOR   executes what is ready; the zero address stands for anybody

        Ids, states, roles and events are those of snekmate's timelock. Own here: bounds of delays,
        operations that expire, batches of few calls (snekmate's cost 1.5 million gas, for room that
        is hardly ever used) with longer payloads, trials of what calls would do, and that a
        canceller cannot keep its role for ever.
@dev    Holds nothing: no function and no fallback takes native coin, so an operation with an amount
        fails. Every function can be re-entered, since an operation may call the timelock itself; an
        operation that is executed within itself finds itself done and reverts. An operation that is
        ready stays so for GRACE_PERIOD.
@custom:security A captured proposer waits for the delay in full view. A captured canceller can stop
        everything but its own removal (`removal_id`), and do nothing else; two can protect each
        other.
@custom:kill The guardian cancels what waits. Whoever must not propose or cancel any more loses the
        role by an operation.
"""

# --- interfaces ---

from interfaces import ITimelock

implements: ITimelock

# a contract whose ownership passes in two steps; all the timelock calls outside of operations
interface Owned:
    def accept_ownership(): nonpayable

# --- modules ---

from .modules import operation_states
from .modules import operation_trials
from .modules import operations
from snekmate.auth import access_control
from snekmate.governance import timelock_controller as controller

# Who may do what. Left out: `set_role_admin`, so that the timelock stays the only administrator,
# and `renounceRole`, so that a stolen key cannot leave the suite without a proposer.
initializes: access_control
exports: (
    access_control.DEFAULT_ADMIN_ROLE,
    access_control.hasRole,
    access_control.getRoleAdmin,
    access_control.revokeRole,
)

# What waits. Left out: the receivers of tokens and coin, which a timelock has no use for, and what
# stands below with bounds of its own.
initializes: controller[access_control := access_control]
exports: (
    controller.PROPOSER_ROLE,
    controller.EXECUTOR_ROLE,
    controller.CANCELLER_ROLE,
    controller.get_timestamp,
    controller.get_minimum_delay,
)

# How long it waits, and how long it can be executed then.
initializes: operation_states[controller := controller]
exports: (
    operation_states.GRACE_PERIOD,
    operation_states.executable_until,
    operation_states.get_operation_state,
    operation_states.is_operation,
    operation_states.is_operation_pending,
    operation_states.is_operation_ready,
    operation_states.is_operation_done,
)

# How calls are announced and made.
initializes: operations[
    access_control := access_control,
    controller := controller,
    operation_states := operation_states,
]
exports: (
    operations.MAX_DELAY,
    operations.schedule,
    operations.schedule_batch,
    operations.execute,
    operations.execute_batch,
    operations.hash_operation,
    operations.hash_operation_batch,
)

# What they would do.
exports: (operation_trials.try_batch, operation_trials.make_and_undo)

# --- constants ---

# A day is the least in which people can see an operation and react.
MIN_DELAY: public(constant(uint256)) = 86_400

MAX_MEMBERS: constant(uint256) = 16
MAX_TARGETS: constant(uint256) = 32

# --- constructor ---

@deploy
def __init__(
    _minimum_delay: uint256,
    _proposers: DynArray[address, MAX_MEMBERS],
    _executors: DynArray[address, MAX_MEMBERS],
    _guardian: address,
):
    """
    @notice Give all roles; the deployer keeps none.
    @param _minimum_delay Seconds between scheduling and execution, at least: 1 to 30 days.
    @param _proposers Who schedules, and cancels.
    @param _executors Who executes; nobody named means that anybody may.
    @param _guardian Who cancels and can do nothing else.
    @custom:error "timelock: delay out of bounds"
                  "timelock: no proposer"
                  "timelock: zero address" Of a proposer, an executor or the guardian.
                  "timelock: duplicate member" A proposer or an executor is named twice.
    """
    self._check_delay(_minimum_delay)
    assert len(_proposers) != 0, "timelock: no proposer"
    self._check_members(_proposers)
    self._check_members(_executors)
    assert _guardian != empty(address), "timelock: zero address"
    executors: DynArray[address, MAX_MEMBERS] = _executors
    if len(executors) == 0:
        executors = [empty(address)]
    # the first makes the deployer an administrator, the second takes it back and appoints `self`
    access_control.__init__()
    controller.__init__(_minimum_delay, _proposers, executors, empty(address))
    access_control._grant_role(controller.CANCELLER_ROLE, _guardian)

# --- permissionless ---

@external
@reentrant
def accept_ownership(_targets: DynArray[address, MAX_TARGETS]):
    """
    @notice Accept the ownership of contracts whose owners offer it, so that a hand-over need not
            wait: each target is told `accept_ownership()` and nothing else.
    @dev A target that misbehaves can only do what it could do anyway: nothing is written here. The
         event says that the target took the call, not that it is worth owning.
    @param _targets The contracts; all or none.
    @custom:error "timelock: no targets"
                  "timelock: target has no code"
                  A target's own refusal is passed on.
    """
    assert len(_targets) != 0, "timelock: no targets"
    for target: address in _targets:
        assert target.is_contract, "timelock: target has no code"
        extcall Owned(target).accept_ownership()
        log ITimelock.OwnershipAccepted(target=target)

# --- role: canceller ---

@external
@reentrant
def cancel(_id: bytes32):
    """
    @notice Stop an operation that is not executed yet. A canceller's own removal, if it was
            scheduled as `removal_id` says, can only be stopped by another: else it could keep its
            role, and the power to stop everything, for ever.
    @param _id The operation.
    @custom:error "access_control: account is missing role"
                  "timelock: nothing to cancel" Never scheduled, cancelled, expired or done.
                  "timelock: cannot keep itself"
    """
    access_control._check_role(controller.CANCELLER_ROLE, msg.sender)
    assert operation_states._is_pending(_id), "timelock: nothing to cancel"
    assert _id != self._removal_id(msg.sender), "timelock: cannot keep itself"
    controller.get_timestamp[_id] = 0
    log controller.Cancelled(id=_id)

# --- role: administrator ---

@external
@reentrant
def update_delay(_new_delay: uint256):
    """
    @notice Change the minimum delay of operations to come; those that wait keep theirs.
    @param _new_delay Seconds: 1 to 30 days.
    @custom:error "timelock: only the timelock"
                  "timelock: delay out of bounds"
                  "timelock: nothing changes"
    """
    assert msg.sender == self, "timelock: only the timelock"
    self._check_delay(_new_delay)
    old_delay: uint256 = controller.get_minimum_delay
    assert _new_delay != old_delay, "timelock: nothing changes"
    controller.get_minimum_delay = _new_delay
    log controller.MinimumDelayChange(old_duration=old_delay, new_duration=_new_delay)


@external
@reentrant
def grantRole(_role: bytes32, _account: address):
    """
    @notice Give a role. A canceller that was removed cannot come back under the same address: its
            removal would be an id already done, so that it could stop the next one.
    @param _role One of the roles.
    @param _account Who gets it; the zero address as executor stands for anybody.
    @custom:error "access_control: account is missing role"
                  "timelock: removed for good"
    """
    access_control._check_role(access_control.getRoleAdmin[_role], msg.sender)
    if _role == controller.CANCELLER_ROLE:
        is_removed: bool = controller._is_operation_done(self._removal_id(_account))
        assert not is_removed, "timelock: removed for good"
    access_control._grant_role(_role, _account)

# --- views ---

@external
@view
def removal_payload(_canceller: address) -> Bytes[operations.MAX_PAYLOAD]:
    """
    @notice Calldata of a canceller's removal, to be scheduled with the timelock as the target,
            without amount, predecessor and salt.
    """
    return self._removal_payload(_canceller)


@external
@view
def removal_id(_canceller: address) -> bytes32:
    """
    @notice The operation a canceller cannot cancel: its own removal.
    """
    return self._removal_id(_canceller)

# --- internal ---

@internal
@pure
def _check_delay(_delay: uint256):
    """
    @dev Reverts with "timelock: delay out of bounds".
    """
    assert MIN_DELAY <= _delay and _delay <= operations.MAX_DELAY, "timelock: delay out of bounds"


@internal
@pure
def _check_members(_members: DynArray[address, MAX_MEMBERS]):
    """
    @dev Reverts with "timelock: zero address" or "timelock: duplicate member".
    """
    seen: DynArray[address, MAX_MEMBERS] = []
    for member: address in _members:
        assert member != empty(address), "timelock: zero address"
        assert member not in seen, "timelock: duplicate member"
        seen.append(member)


@internal
@view
def _removal_id(_canceller: address) -> bytes32:
    payload: Bytes[operations.MAX_PAYLOAD] = self._removal_payload(_canceller)
    return keccak256(abi_encode(self, empty(uint256), payload, empty(bytes32), empty(bytes32)))


@internal
@pure
def _removal_payload(_canceller: address) -> Bytes[68]:
    return abi_encode(
        controller.CANCELLER_ROLE,
        _canceller,
        method_id=method_id("revokeRole(bytes32,address)"),
    )
