"""An amount split into three parts that sum to it exactly (`contracts/emission/modules/shares.vy`)."""

from __future__ import annotations

from collections.abc import Sequence

from mdt.units import BPS


def split(amount: int, shares_bps: Sequence[int]) -> tuple[int, int, int]:
    """Largest remainder: parts rounded down, the wei left go to those that lost most, ties to the lower index.

    Args:
        amount: wei.
        shares_bps: three shares in basis points, summing to 10,000.

    Returns:
        Three parts in wei; their sum is the amount.
    """
    parts = [amount * share // BPS for share in shares_bps]
    left = amount - sum(parts)
    by_loss = sorted(range(3), key=lambda index: (-(amount * shares_bps[index] % BPS), index))
    for index in by_loss[:left]:
        parts[index] += 1
    return parts[0], parts[1], parts[2]
