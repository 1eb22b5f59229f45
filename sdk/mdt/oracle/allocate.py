"""The allocation of `mdt.model.allocation` for millions of miners: same result, no sort by key, one pass over sorted weights."""

from __future__ import annotations

from mdt.errors import Refusal
from mdt.oracle.score import Weight


def allocate(amount: int, weights: list[Weight]) -> list[tuple[str, int]]:
    """Divide an amount over weights that stand in ascending order of (lower-case) address.

    Args:
        amount: wei to divide.
        weights: (account, weight > 0), strictly ascending by account.

    Returns:
        (account, wei) in the same order; empty when there are no weights.

    Raises:
        Refusal: a negative amount, a weight that is not positive, accounts that repeat or are out of order.
    """
    if amount < 0:
        raise Refusal("allocation: negative amount")
    if not weights:
        return []
    total = 0
    before = ""
    for account, weight in weights:
        if weight <= 0:
            raise Refusal("allocation: weight not positive")
        if account <= before:
            raise Refusal("allocation: not in address order")
        before = account
        total += weight
    parts: list[int] = []
    remainders: list[int] = []
    for _, weight in weights:
        part, remainder = divmod(amount * weight, total)
        parts.append(part)
        remainders.append(remainder)
    left = amount - sum(parts)
    if left:
        # The smallest remainder that still gets a wei, and how many of that size do: the lowest addresses among them.
        threshold = sorted(remainders, reverse=True)[left - 1]
        ties = left - sum(remainder > threshold for remainder in remainders)
        for place, remainder in enumerate(remainders):
            if remainder > threshold:
                parts[place] += 1
            elif remainder == threshold and ties:
                parts[place] += 1
                ties -= 1
    return [(account, part) for (account, _), part in zip(weights, parts, strict=True)]
