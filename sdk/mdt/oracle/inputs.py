"""One epoch's inputs in canonical order, and what is measured from them.

All quantities are ints: counts as they are, decimals in WAD (1e18 = 1). Accounts are lower-case `0x` text, whose order is the order of addresses.
"""

from __future__ import annotations

from dataclasses import dataclass

from mdt.units import WAD

TaskRow = tuple[str, int, int]  # miner, tasks, difficulty in WAD
ScoreRow = tuple[str, int]  # miner, score in WAD


@dataclass(frozen=True)
class EpochInputs:
    """Everything that was measured in one epoch; the rows are kept sorted by all their columns, whatever order they came in."""

    epoch: int
    tasks: list[TaskRow]
    scores: list[ScoreRow]
    participants: int
    eligible: int

    def __post_init__(self) -> None:
        """Sort the rows (nothing to do for rows that come from a dataset)."""
        self.tasks.sort()
        self.scores.sort()


@dataclass(frozen=True)
class Measurements:
    """The three inputs of the emission formula for one epoch.

    Attributes:
        epoch: number of the epoch.
        tasks: tasks done, a count.
        difficulty: task-weighted mean difficulty, WAD, 0 .. 1e18; 0 when no task was done.
        participation: participants / eligible, WAD, 0 .. 1e18; 0 when nobody was eligible.
    """

    epoch: int
    tasks: int
    difficulty: int
    participation: int


def measure(inputs: EpochInputs) -> Measurements:
    """The measurements of an epoch; both divisions round down, against emission."""
    total = sum(tasks for _, tasks, _ in inputs.tasks)
    weighted = sum(tasks * difficulty for _, tasks, difficulty in inputs.tasks)
    return Measurements(
        epoch=inputs.epoch,
        tasks=total,
        difficulty=weighted // total if total else 0,
        participation=inputs.participants * WAD // inputs.eligible if inputs.eligible else 0,
    )


def decimal(wad: int) -> str:
    """The shortest exact text of a WAD quantity: `0.7`, `1`, `0`."""
    whole, fraction = divmod(wad, WAD)
    return f"{whole}.{fraction:018d}".rstrip("0") if fraction else str(whole)
