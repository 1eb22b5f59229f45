"""A timelock and the same one in the model, told the same things."""

from __future__ import annotations

from typing import Any

import boa

from mdt.model.timelock import NONE, Timelock, TimelockCall, batch_id, operation_id
from mdt.units import DAY
from tests.support.boa_clock import BoaClock, mine
from tests.support.deployers import deploy
from tests.support.twins import Twin, both_refuse

DELAY = 2 * DAY


class TimelockTwin(Twin):
    """Contract and model; calls are given as they are, of which the model knows the operation's id."""

    def __init__(self, timelock: Any, model: Timelock, proposers: list[str], executors: list[str], guardian: str) -> None:
        super().__init__(timelock, model)
        self.timelock = timelock
        self.proposers, self.executors, self.guardian = proposers, executors, guardian

    @property
    def proposer(self) -> str:
        return self.proposers[0]

    @property
    def address(self) -> str:
        return str(self.timelock.address)

    def schedule(self, call: TimelockCall, sender: str | None = None, delay: int = DELAY, predecessor: bytes = NONE, salt: bytes = NONE) -> bytes:
        """Announce a call; returns the operation's id."""
        sender, operation = sender or self.proposer, operation_id(call, predecessor, salt)
        self.both(
            lambda: self.model.schedule(sender, operation, delay),
            lambda: self.timelock.schedule(call.target, call.amount, call.payload, predecessor, salt, delay, sender=sender),
        )
        return operation

    def schedule_batch(self, calls: list[TimelockCall], sender: str | None = None, delay: int = DELAY, predecessor: bytes = NONE, salt: bytes = NONE) -> bytes:
        """Announce several calls; returns the operation's id."""
        sender = sender or self.proposer
        self.both(
            lambda: self.model.schedule_batch(sender, calls, delay, predecessor, salt),
            lambda: self.timelock.schedule_batch(*lists(calls), predecessor, salt, delay, sender=sender),
        )
        return batch_id(calls, predecessor, salt)

    def execute(self, call: TimelockCall, sender: str | None = None, predecessor: bytes = NONE, salt: bytes = NONE) -> None:
        """Make the call of an operation."""
        sender = sender or self.executor
        self.both(
            lambda: self.model.execute(sender, operation_id(call, predecessor, salt), predecessor),
            lambda: self.timelock.execute(call.target, call.amount, call.payload, predecessor, salt, sender=sender),
        )

    def execute_batch(self, calls: list[TimelockCall], sender: str | None = None, predecessor: bytes = NONE, salt: bytes = NONE) -> None:
        """Make the calls of an operation."""
        sender = sender or self.executor
        self.both(
            lambda: self.model.execute(sender, batch_id(calls, predecessor, salt), predecessor),
            lambda: self.timelock.execute_batch(*lists(calls), predecessor, salt, sender=sender),
        )

    def govern(self, function: str, *arguments: Any, salt: bytes = NONE) -> None:
        """Let the timelock call a function of its own; the model is told by the test."""
        call = self.own(function, *arguments)
        self.schedule(call, salt=salt)
        wait()
        self.execute(call, salt=salt)

    def cancel(self, operation: bytes, sender: str | None = None) -> None:
        """Stop an operation."""
        self.call("cancel", sender or self.guardian, operation)

    def own(self, function: str, *arguments: Any) -> TimelockCall:
        """A call of the timelock to itself."""
        return TimelockCall(self.address, calldata(self.timelock, function, *arguments))

    @property
    def executor(self) -> str:
        return self.executors[0] if self.executors else str(boa.env.generate_address("anybody"))

    def state(self, operation: bytes) -> int:
        """What contract and model say the operation is."""
        state = int(self.timelock.get_operation_state(operation))
        assert state == self.model.state(operation)
        return state


def deploy_timelock(delay: int = DELAY, proposers: int = 2, executors: int = 0) -> TimelockTwin:
    """A timelock with some proposers, a guardian, and executors if any."""
    proposing, executing = (
        [str(boa.env.generate_address(f"{role} {index}")) for index in range(count)] for role, count in (("p", proposers), ("e", executors))
    )
    guardian = str(boa.env.generate_address("guardian"))
    timelock = deploy("Timelock", minimum_delay=delay, proposers=proposing, executors=executing, guardian=guardian)
    return TimelockTwin(timelock, Timelock(str(timelock.address), BoaClock(), delay, proposing, executing, guardian), proposing, executing, guardian)


def calldata(contract: Any, function: str, *arguments: Any) -> bytes:
    """Calldata of a function of a contract."""
    return bytes(getattr(contract, function).prepare_calldata(*arguments))


def lists(calls: list[TimelockCall]) -> tuple[list[str], list[int], list[bytes]]:
    """Targets, amounts and payloads."""
    return [call.target for call in calls], [call.amount for call in calls], [call.payload for call in calls]


def wait(seconds: int = DELAY) -> None:
    """Let time pass."""
    mine(0, seconds)


def refused(reason: str, call: Any, model_call: Any) -> None:
    """Contract and model refuse, for the same reason word for word."""
    both_refuse(reason, model_call, call)


def logs(contract: Any, name: str) -> list[Any]:
    """Events of this name of the last transaction, whichever contract logged them."""
    return [log for log in contract.get_logs() if type(log).__name__ == name]
