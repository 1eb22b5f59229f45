"""Utility: what the network did in an epoch, as one number between 0 and 1 (`contracts/emission/modules/utility.vy`)."""

from __future__ import annotations

from collections.abc import Sequence

from mdt.model.refusals import refusals
from mdt.units import BPS, WAD

require = refusals("utility")

TASKS_LIMIT = 2**128


def utility(weights_bps: Sequence[int], max_tasks: int, tasks: int, difficulty: int, participation: int) -> int:
    """The utility of an epoch: one fraction, rounded down in favour of the cap.

    Args:
        weights_bps: weights of tasks, difficulty, participation in basis points, summing to 10,000.
        max_tasks: the task count that earns the whole task weight.
        tasks: tasks done.
        difficulty: average difficulty, WAD, at most 1.
        participation: participation, WAD, at most 1.

    Returns:
        U in WAD, at most 1.

    Raises:
        Refusal: an input out of range, as the contract.
    """
    require(tasks < TASKS_LIMIT, "tasks out of range")
    require(difficulty <= WAD, "difficulty above one")
    require(participation <= WAD, "participation above one")
    counted = min(tasks, max_tasks)
    quality = weights_bps[1] * difficulty + weights_bps[2] * participation
    return (weights_bps[0] * counted * WAD + quality * max_tasks) // (BPS * max_tasks)


def limited(utility: int, last: int, max_change: int) -> int:
    """U (WAD), at most last + max_change: a rise is slowed, a fall is not."""
    return min(utility, last + max_change)
