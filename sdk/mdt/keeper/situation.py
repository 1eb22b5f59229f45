"""What the controller waits for: what it says at one block, the next step that follows, and which errors are worth another try."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from mdt.errors import BusyError, NodeError, PendingError, UnconfirmedError


class Action(Enum):
    """What the controller waits for."""

    WAIT_START = "wait for the epoch to end"
    REPORT = "collect and report"
    ATTEST = "gather attestations"
    SUBMIT = "submit"
    WAIT_DELAY = "wait for the delay"
    SETTLE = "settle"
    SKIP = "skip"
    PAUSED = "wait for the pause to end"
    SUSPENDED = "wait for the suspension to end"
    CLOSED = "wait for the owner"


@dataclass(frozen=True)
class Snapshot:
    """What the controller, the distributor and the token said at one block."""

    status: Any
    pending: Any
    first_block: int
    end_block: int
    deadline_block: int
    reporters: list[str]
    quorum: int
    root: bytes
    total_funded: int
    suspended_until: int
    is_minter: bool

    @property
    def blocks_left(self) -> int:
        """Blocks in which the next epoch can still be reported; 0 when only a grace is left."""
        return max(0, self.deadline_block - int(self.status.block_number))

    @property
    def seconds_left(self) -> int:
        """Seconds of the grace that a stop gave, when no blocks are left; else 0."""
        return 0 if self.blocks_left else max(0, int(self.status.grace_until - self.status.timestamp))

    @property
    def left(self) -> str:
        """The same in words."""
        grace = self.status.grace_until - self.status.timestamp
        if self.status.block_number > self.deadline_block:
            return f"{grace:,} s left of the grace that a stop gave it"
        return f"{self.blocks_left:,} blocks to its deadline"


@dataclass(frozen=True)
class NextStep:
    """What to do next, and why.

    Attributes:
        action: The next action.
        reason: In words, with the numbers it rests on.
        epoch: The epoch it concerns.
        wait_blocks: Blocks until the situation changes by itself; 0 when it does not depend on blocks.
        wait_seconds: Seconds of chain time until it changes by itself; 0 when it does not depend on time.
        set_aside: A line for each file that was looked at and does not count.
    """

    action: Action
    reason: str
    epoch: int
    wait_blocks: int = 0
    wait_seconds: int = 0
    set_aside: tuple[str, ...] = ()


class Retry(Enum):
    """What a keeper that runs for ever does about an error."""

    AGAIN = "try again"
    FATAL = "stop and call a person"


def policy(error: Exception) -> Retry:
    """Whether a cycle that failed with this error is worth repeating unchanged (the table in the operator guide)."""
    return Retry.AGAIN if isinstance(error, NodeError | UnconfirmedError | PendingError | BusyError) else Retry.FATAL
