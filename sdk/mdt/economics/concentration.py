"""How unequal a list of amounts is. Everything is an exact fraction; floats appear when a number is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

TOPS = (1, 5, 10)


@dataclass(frozen=True)
class Concentration:
    """Measures of one distribution.

    Attributes:
        tops: share of the largest 1, 5 and 10.
        gini: 0 = all equal, towards 1 = one has everything.
        hhi: Herfindahl-Hirschman index, the sum of squared shares, 0 .. 1.
        nakamoto_third: how many of the largest have more than a third together.
        nakamoto_half: how many have more than half.
    """

    tops: tuple[Fraction, ...]
    gini: Fraction
    hhi: Fraction
    nakamoto_third: int
    nakamoto_half: int


def measure(amounts: Sequence[int]) -> Concentration:
    """All measures of some amounts, of which at least one is positive."""
    ordered = sorted(amounts, reverse=True)
    total, count = sum(ordered), len(ordered)
    ranked = sum((count - 1 - 2 * place) * amount for place, amount in enumerate(ordered))
    return Concentration(
        tops=tuple(Fraction(sum(ordered[:top]), total) for top in TOPS),
        gini=Fraction(ranked, count * total),
        hhi=Fraction(sum(amount * amount for amount in ordered), total * total),
        nakamoto_third=nakamoto(ordered, Fraction(1, 3)),
        nakamoto_half=nakamoto(ordered, Fraction(1, 2)),
    )


def nakamoto(ordered: Sequence[int], part: Fraction) -> int:
    """How many of the largest, given first, are needed for more than `part` of the whole."""
    total, together = sum(ordered), 0
    for place, amount in enumerate(ordered, start=1):
        together += amount
        if together > part * total:
            return place
    return len(ordered)
