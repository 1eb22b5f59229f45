"""What a deposit for each validator leaves of the gain of splitting, and what it asks of somebody small and honest.

An operator has a capital C, of which each of its k validators puts a deposit aside that earns nothing. The rest is staked in equal parts:

    weight = k * f((C - deposits of k) / k)

A flat deposit D asks the same of every validator. A growing one asks the n-th active validator for n * step: whoever comes later pays more, and what a split
adds raises it for all who come after.

The most that any split of any capital can gain under a flat deposit: a token earns f(T) / (T + D) in a validator with T of stake, and at least the last slope
s in one large validator, so no split gains more than max f(T) / (T + D) / s, which is reached at a breakpoint or at the minimum.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from mdt.economics.rules import Rules
from mdt.units import WAD


@dataclass(frozen=True)
class Deposit:
    """A rule: `flat` wei for each validator, and `step` wei more for each that is active already."""

    flat: int = 0
    step: int = 0

    def of(self, count: int, active: int) -> int:
        """Wei that `count` validators put aside that come one after the other when `active` are there."""
        return count * self.flat + self.step * (count * active + count * (count - 1) // 2)


@dataclass(frozen=True)
class Split:
    """A capital over `validators`: wei staked in each and wei put aside, and the weight over that of one validator under the same rule."""

    validators: int
    each: int
    aside: int
    gain: Fraction


def split(rules: Rules, deposit: Deposit, capital: int, count: int, active: int) -> Split | None:
    """An even split; None where the minimum of own stake is not left for each. Stakes are rounded down to a wei, against the operator."""
    aside = deposit.of(count, active)
    each = (capital - aside) // count
    alone = capital - deposit.of(1, active)
    if each < rules.minimum or alone < rules.minimum:
        return None
    return Split(count, each, aside, count * rules.exact(each) / rules.exact(alone))


def best(rules: Rules, deposit: Deposit, capital: int, active: int) -> Split | None:
    """The even split that weighs most, of as few validators as do; None where not even one is possible."""
    found = [split(rules, deposit, capital, count, active) for count in range(1, capital // rules.minimum + 1)]
    return max((one for one in found if one is not None), key=lambda one: (one.gain, -one.validators), default=None)


def bound(rules: Rules, flat: int) -> Fraction:
    """How many times the weight of one validator no split of any capital can pass under a flat deposit."""
    sizes = [rules.minimum, *(piece.start for piece in rules.pieces if piece.start > rules.minimum)]
    slope = rules.pieces[-1].slope
    return max(Fraction(1), *(rules.exact(size) / (size + flat) / slope for size in sizes))


@dataclass(frozen=True)
class Entry:
    """What somebody honest with one validator has under a rule: wei put aside and staked, and which part of its weight is left; 0 = shut out."""

    capital: int
    aside: int
    staked: int
    left: Fraction


def entry(rules: Rules, deposit: Deposit, capital: int, active: int) -> Entry:
    """One validator with all of a capital."""
    aside = deposit.of(1, active)
    staked = capital - aside
    if staked < rules.minimum:
        return Entry(capital, aside, 0, Fraction(0))
    return Entry(capital, aside, staked, rules.exact(staked) / rules.exact(capital))


FLAT = tuple(Deposit(flat=amount * WAD) for amount in (0, 100, 250, 500, 1_000))
GROWING = (Deposit(step=WAD), Deposit(step=5 * WAD))
ACTIVE = 20
