"""The timelock: operations that wait, roles, bounds of the delay, and the removal nobody can cancel for itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntFlag

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from mdt.addresses import ZERO_ADDRESS
from mdt.model.clock import Clock
from mdt.model.refusals import refusals
from mdt.units import DAY

require = refusals("timelock")
require_role = refusals("access_control")
require_operation = refusals("timelock_controller")

MIN_DELAY = DAY
MAX_DELAY = 30 * DAY
GRACE_PERIOD = 14 * DAY
MAX_PAYLOAD = 1_152
MAX_CALLS = 16
DONE = 1
NONE = bytes(32)

ADMIN_ROLE = NONE
PROPOSER_ROLE = keccak(text="PROPOSER_ROLE")
EXECUTOR_ROLE = keccak(text="EXECUTOR_ROLE")
CANCELLER_ROLE = keccak(text="CANCELLER_ROLE")
REVOKE = keccak(text="revokeRole(bytes32,address)")[:4]


class State(IntFlag):
    """What an operation is; numbers as `get_operation_state` answers them. An operation that has expired is UNSET, as a cancelled one is."""

    UNSET = 1
    WAITING = 2
    READY = 4
    DONE = 8


@dataclass(frozen=True)
class TimelockCall:
    """One call of an operation."""

    target: str
    payload: bytes = b""
    amount: int = 0


def operation_id(call: TimelockCall, predecessor: bytes = NONE, salt: bytes = NONE) -> bytes:
    """Id of an operation of one call."""
    types = ("address", "uint256", "bytes", "bytes32", "bytes32")
    return keccak(encode(types, (call.target, call.amount, call.payload, predecessor, salt)))


def batch_id(calls: Sequence[TimelockCall], predecessor: bytes = NONE, salt: bytes = NONE) -> bytes:
    """Id of an operation of several calls; of one call it is another than `operation_id`'s."""
    targets, amounts, payloads = [call.target for call in calls], [call.amount for call in calls], [call.payload for call in calls]
    types = ("address[]", "uint256[]", "bytes[]", "bytes32", "bytes32")
    return keccak(encode(types, (targets, amounts, payloads, predecessor, salt)))


def removal_payload(canceller: str) -> bytes:
    """Calldata of a canceller's removal."""
    return REVOKE + encode(("bytes32", "address"), (CANCELLER_ROLE, canceller))


def removal_id(timelock: str, canceller: str) -> bytes:
    """The operation a canceller cannot cancel: its own removal, without predecessor and salt."""
    return operation_id(TimelockCall(timelock, removal_payload(canceller)))


class Timelock:
    """`contracts/governance/Timelock.vy`; what the calls of an operation do is for their targets to say."""

    def __init__(self, address: str, clock: Clock, minimum_delay: int, proposers: Sequence[str], executors: Sequence[str], guardian: str) -> None:
        self._check_delay(minimum_delay)
        require(proposers, "no proposer")
        for members in (proposers, executors):
            self._check_members(members)
        require(guardian != ZERO_ADDRESS, "zero address")
        self.address, self.clock, self.minimum_delay = address, clock, minimum_delay
        self.members: defaultdict[bytes, set[str]] = defaultdict(set)
        self.members[ADMIN_ROLE] = {address}
        self.members[PROPOSER_ROLE] = set(proposers)
        self.members[EXECUTOR_ROLE] = set(executors) or {ZERO_ADDRESS}
        self.members[CANCELLER_ROLE] = {*proposers, guardian}
        self.ready_at: dict[bytes, int] = {}

    # --- views ---

    def has_role(self, role: bytes, account: str) -> bool:
        """Whether an account has a role."""
        return account in self.members[role]

    def state(self, operation: bytes) -> State:
        """What an operation is now."""
        at = self.ready_at.get(operation, 0)
        if at == DONE:
            return State.DONE
        if at == 0 or self._is_expired(operation):
            return State.UNSET
        return State.WAITING if at > self.clock.timestamp else State.READY

    def executable_until(self, operation: bytes) -> int:
        """The last second in which an operation can be executed, over or not; 0 where none is scheduled."""
        at = self.ready_at.get(operation, 0)
        return 0 if at in (0, DONE) else at + GRACE_PERIOD

    # --- roles ---

    def schedule(self, caller: str, operation: bytes, delay: int) -> None:
        """Announce an operation, by its id."""
        self._check_role(PROPOSER_ROLE, caller)
        require(delay <= MAX_DELAY, "delay out of bounds")
        require_operation(self.state(operation) == State.UNSET, "operation already scheduled")
        require_operation(delay >= self.minimum_delay, "insufficient delay")
        self.ready_at[operation] = self.clock.timestamp + delay

    def schedule_batch(self, caller: str, calls: Sequence[TimelockCall], delay: int, predecessor: bytes = NONE, salt: bytes = NONE) -> None:
        """Announce several calls."""
        self._check_role(PROPOSER_ROLE, caller)
        require(calls, "empty batch")
        self.schedule(caller, batch_id(calls, predecessor, salt), delay)

    def execute(self, caller: str, operation: bytes, predecessor: bytes = NONE) -> None:
        """Make the calls of a ready operation."""
        if not self.has_role(EXECUTOR_ROLE, ZERO_ADDRESS):
            self._check_role(EXECUTOR_ROLE, caller)
        require(not self._is_expired(operation), "operation expired")
        require_operation(self.state(operation) == State.READY, "operation is not ready")
        require_operation(predecessor == NONE or self.state(predecessor) == State.DONE, "missing dependency")
        self.ready_at[operation] = DONE

    def cancel(self, caller: str, operation: bytes) -> None:
        """Stop an operation that waits or is ready."""
        self._check_role(CANCELLER_ROLE, caller)
        require(self.state(operation) in (State.WAITING, State.READY), "nothing to cancel")
        require(operation != removal_id(self.address, caller), "cannot keep itself")
        del self.ready_at[operation]

    # --- the timelock itself ---

    def update_delay(self, caller: str, delay: int) -> None:
        """Change the delay of operations to come."""
        require(caller == self.address, "only the timelock")
        self._check_delay(delay)
        require(delay != self.minimum_delay, "nothing changes")
        self.minimum_delay = delay

    def grant_role(self, caller: str, role: bytes, account: str) -> None:
        """Give a role; a canceller that was removed as `removal_id` says stays removed."""
        self._check_role(ADMIN_ROLE, caller)
        require(role != CANCELLER_ROLE or self.state(removal_id(self.address, account)) != State.DONE, "removed for good")
        self.members[role].add(account)

    def revoke_role(self, caller: str, role: bytes, account: str) -> None:
        """Take a role away."""
        self._check_role(ADMIN_ROLE, caller)
        self.members[role].discard(account)

    # --- anybody ---

    def accept_ownership(self, targets: Sequence[str], *, has_code: bool = True) -> None:
        """Accept what is offered; the targets answer for themselves, nothing changes here."""
        require(targets, "no targets")
        require(has_code, "target has no code")

    # --- internal ---

    def _is_expired(self, operation: bytes) -> bool:
        until = self.executable_until(operation)
        return until != 0 and until < self.clock.timestamp

    def _check_role(self, role: bytes, account: str) -> None:
        require_role(self.has_role(role, account), "account is missing role")

    @staticmethod
    def _check_delay(delay: int) -> None:
        require(MIN_DELAY <= delay <= MAX_DELAY, "delay out of bounds")

    @staticmethod
    def _check_members(members: Sequence[str]) -> None:
        require(ZERO_ADDRESS not in members, "zero address")
        require(len(set(members)) == len(members), "duplicate member")
