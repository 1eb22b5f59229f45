"""How an amount is divided by weight: largest remainder, ties to the lower address.

Everybody gets `amount * weight // total` wei; the wei left over go one each to the largest remainders. The parts always sum to the
amount, and no part is further than one wei from the exact share. This is the specification; `mdt.oracle.allocate` does the same for millions.
"""

from __future__ import annotations

from collections.abc import Mapping

from mdt.model.refusals import refusals

require = refusals("allocation")


def allocate(amount: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Divide an amount.

    Args:
        amount: wei to divide.
        weights: weight by account (`0x` and 40 hex digits); relative to each other, not negative.

    Returns:
        Wei by account, in the order of addresses, for every account with a weight; empty when there is no weight at all.

    Raises:
        Refusal: a negative amount or weight, or one account under two spellings.
    """
    require(amount >= 0, "negative amount")
    require(all(weight >= 0 for weight in weights.values()), "negative weight")
    require(len({int(account, 16) for account in weights}) == len(weights), "duplicate account")
    weighted = {account: weight for account, weight in sorted(weights.items(), key=lambda item: int(item[0], 16)) if weight}
    total = sum(weighted.values())
    if total == 0:
        return {}
    parts = {account: amount * weight // total for account, weight in weighted.items()}
    left = amount - sum(parts.values())
    by_remainder = sorted(weighted, key=lambda account: (-(amount * weighted[account] % total), int(account, 16)))
    for account in by_remainder[:left]:
        parts[account] += 1
    return parts
