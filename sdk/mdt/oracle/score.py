"""From scores to weights. The weight of a miner in an epoch is its score in WAD: exact, relative to the others, nothing for a score of 0.

A scoring rule that combines more than one measurement belongs here: integers in, non-negative integers out, the same on every machine.
"""

from __future__ import annotations

from mdt.oracle.inputs import ScoreRow

Weight = tuple[str, int]  # miner, weight > 0


def weigh(scores: list[ScoreRow]) -> list[Weight]:
    """Weights of the miners with a positive score, in the order given (by address)."""
    return [(miner, score) for miner, score in scores if score > 0]
