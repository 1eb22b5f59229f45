"""The timelock of a deployment: where an operation stands, and the transactions that move it on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mdt.addresses import ZERO_ADDRESS
from mdt.chain.contract import Contract
from mdt.errors import GovernanceError
from mdt.governance.operations import Operation, hex_id
from mdt.model import timelock as model
from mdt.model.timelock import CANCELLER_ROLE, EXECUTOR_ROLE, GRACE_PERIOD, MAX_DELAY, NONE, PROPOSER_ROLE
from mdt.suite.calls import Call
from mdt.suite.kinds import format_time
from mdt.suite.opened import Suite
from mdt.units import format_seconds

UNKNOWN, WAITING, READY, EXPIRED, DONE = "unknown", "waiting", "ready", "expired", "done"


_STATES = {model.State.UNSET: EXPIRED, model.State.WAITING: WAITING, model.State.READY: READY}
"""Of an operation that has a time: one without a state any more has expired."""


@dataclass(frozen=True)
class Standing:
    """Where an operation stands.

    Attributes:
        state: `waiting`, `ready`, `expired`, `done`, or `unknown`: never scheduled, or cancelled; the timelock does not tell which.
        ready_at: When it can, or could, be executed from, in Unix seconds; None when it is done or unknown.
        until: The last second in which it can, or could, be executed; None when it is done or unknown.
    """

    state: str
    ready_at: int | None = None
    until: int | None = None


@dataclass(frozen=True)
class Timelock:
    """The timelock of a deployment."""

    suite: Suite

    @property
    def contract(self) -> Contract:
        """The contract."""
        return self.suite["Timelock"]

    def now(self) -> int:
        """The time as a contract that is called now sees it: not every node tells the newest block's."""
        return int(self.suite["EmissionController"].call("status").timestamp)

    def delay(self) -> int:
        """Seconds that every operation waits at least."""
        return int(self.contract.call("get_minimum_delay"))

    def standing(self, operation_id: bytes) -> Standing:
        """Where an operation stands."""
        state = model.State(int(self.contract.call("get_operation_state", operation_id)))
        if state == model.State.DONE:
            return Standing(DONE)
        until = int(self.contract.call("executable_until", operation_id))
        return Standing(_STATES[state], until - GRACE_PERIOD, until) if until else Standing(UNKNOWN)

    def has_role(self, role: bytes, account: str) -> bool:
        """Whether an account has a role."""
        return bool(self.contract.call("hasRole", role, account))

    # --- transactions ---

    def schedule(self, operation: Operation, delay: int | None, sender: str) -> Call:
        """Schedule it, with the least delay unless a longer one is given.

        Raises:
            GovernanceError: the timelock would refuse.
        """
        least, standing = self.delay(), self.standing(operation.id)
        wait = least if delay is None else delay
        if not least <= wait <= MAX_DELAY:
            raise GovernanceError(f"the delay is {format_seconds(least)} to {format_seconds(MAX_DELAY)}, not {format_seconds(wait)}")
        if standing.state not in (UNKNOWN, EXPIRED):
            raise GovernanceError(f"operation {hex_id(operation.id)} is {self.words(standing)}: to do the same once more give it another --salt")
        if not self.has_role(PROPOSER_ROLE, sender):
            raise GovernanceError(f"{sender} may not propose: use the account of a proposer (--account); `mdt governance roles` has their addresses")
        words = f"schedule operation {hex_id(operation.id)}, {format_seconds(wait)} ahead"
        return Call(self.contract, *self._with_calls("schedule", operation, wait), words)

    def execute(self, operation: Operation, sender: str) -> Call:
        """Execute it.

        Raises:
            GovernanceError: not yet, not any more, or not by this account.
        """
        standing = self.standing(operation.id)
        if standing.state != READY:
            raise GovernanceError(f"operation {hex_id(operation.id)} is {self.words(standing)}{self._remaining(standing)}")
        if operation.predecessor != NONE and self.standing(operation.predecessor).state != DONE:
            raise GovernanceError(f"operation {hex_id(operation.predecessor)} has to be done before: execute that one first")
        if not (self.has_role(EXECUTOR_ROLE, ZERO_ADDRESS) or self.has_role(EXECUTOR_ROLE, sender)):
            raise GovernanceError(f"{sender} may not execute: use the account of an executor (--account)")
        return Call(self.contract, *self._with_calls("execute", operation), f"execute operation {hex_id(operation.id)}")

    def cancel(self, operation_id: bytes, sender: str) -> Call:
        """Take it back.

        Raises:
            GovernanceError: nothing to take back, or not by this account.
        """
        standing = self.standing(operation_id)
        if standing.state not in (WAITING, READY):
            raise GovernanceError(f"operation {hex_id(operation_id)} is {self.words(standing)}: there is nothing to cancel")
        if not self.has_role(CANCELLER_ROLE, sender):
            raise GovernanceError(f"{sender} may not cancel: the guardian and the proposers can (--account)")
        if bytes(self.contract.call("removal_id", sender)) == operation_id:
            raise GovernanceError(f"operation {hex_id(operation_id)} takes this account's own right to cancel away, and that it cannot prevent")
        return Call(self.contract, "cancel", (operation_id,), f"cancel operation {hex_id(operation_id)}")

    def words(self, standing: Standing) -> str:
        """A standing in words."""
        if standing.state == UNKNOWN:
            return "not scheduled, or cancelled"
        if standing.ready_at is None or standing.until is None:
            return "done"
        if standing.state == EXPIRED:
            return f"expired: it could be executed until {format_time(standing.until)}"
        since = "since" if standing.state == READY else "until"
        return f"{standing.state} {since} {format_time(standing.ready_at)}, can be executed until {format_time(standing.until)}"

    def _remaining(self, standing: Standing) -> str:
        if standing.state == WAITING and standing.ready_at is not None:
            return f": execute it in {_rough(standing.ready_at - self.now())}"
        return ". Nothing was sent: schedule it again if it is still wanted" if standing.state == EXPIRED else ": nothing was sent"

    @staticmethod
    def _with_calls(verb: str, operation: Operation, *more: Any) -> tuple[str, tuple[Any, ...]]:
        """The function and its arguments, for one call or a batch."""
        if operation.is_batch:
            return f"{verb}_batch", (*operation.columns(), operation.predecessor, operation.salt, *more)
        (call,) = operation.calls
        return verb, (call.target, 0, call.data, operation.predecessor, operation.salt, *more)


def _rough(seconds: int) -> str:
    """How long that is, to the hour or to the minute."""
    if seconds >= 86_400:
        return f"{seconds // 86_400} d {seconds % 86_400 // 3_600} h"
    if seconds >= 3_600:
        return f"{seconds // 3_600} h {seconds % 3_600 // 60} min"
    return f"{seconds // 60 + 1} min"
