"""The questions asked of each distribution: who weighs what, whom the cap refuses, and what splitting is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from mdt.economics.concentration import Concentration, measure
from mdt.economics.rules import Rules
from mdt.economics.snapshots import Pool, Snapshot
from mdt.errors import DataError
from mdt.units import MDT, WAD

YOUNG, GROWN = 210_000 * WAD, 6_300_000 * WAD  # 1% and 30% of 21,000,000 MDT
SPLITS = (2, 5, 10, 50)
SPLITTERS = (1, 5, 10)
LARGEST = 5


@dataclass(frozen=True)
class Split:
    """The largest stake, split evenly, while nobody else does.

    Attributes:
        validators: how many it is split over.
        each: wei of one of them, rounded down.
        share: of all reward weight.
        gain: weight over the weight of the unsplit stake.
        cost: wei a year that one more validator may cost before the split pays nothing; None for the unsplit stake.
    """

    validators: int
    each: int
    share: Fraction
    gain: Fraction
    cost: Fraction | None


@dataclass(frozen=True)
class Splitters:
    """The largest few split into as many validators as the minimum allows; the others do not."""

    who: int
    stake_share: Fraction
    before: Fraction
    after: Fraction
    validators: int


@dataclass(frozen=True)
class Headroom:
    """What a validator at or near the cap may still accept, and what others must add before it may again; wei."""

    stake: int
    share: Fraction
    room: int
    growth_needed: int


@dataclass(frozen=True)
class Refused:
    """What the cap leaves out of a set that is built up from nothing."""

    how: str
    refused: int
    total: int
    largest_share: Fraction
    left_out: int


@dataclass(frozen=True)
class Run:
    """One snapshot at one scale; stakes and weights by validator, largest first.

    `own_enough` counts validators whose own stake alone reaches the minimum, `own_share` is the part of the stake that is the operators' own; both are None
    where the snapshot does not tell own stake. `refused` and `splits` are in the order of `refusals` and of the number of validators.
    """

    snapshot: Snapshot
    scale: str
    total: int
    stakes: list[int]
    owners: int
    too_small: int
    own_enough: int | None
    own_share: Fraction | None
    stake: Concentration
    weight: Concentration
    weight_total: int
    headrooms: list[Headroom]
    refused: list[Refused]
    splits: list[Split]
    splitters: list[Splitters]


@dataclass(frozen=True)
class Study:
    """All runs under one set of rules."""

    preset: str
    rules: Rules
    runs: list[Run]


def study(preset: str, rules: Rules, snapshots: Sequence[Snapshot], cap: int) -> Study:
    """Every snapshot at every scale; unscaled (1 TAO = 1 MDT) only where it fits the token's cap."""
    runs = []
    for snapshot in snapshots:
        for total in (YOUNG, GROWN):
            runs.append(run(rules, snapshot, snapshot.scaled(total), MDT.format(total)))
        if snapshot.total <= cap:
            runs.append(run(rules, snapshot, snapshot.pools, "1 TAO = 1 MDT"))
    return Study(preset, rules, runs)


def run(rules: Rules, snapshot: Snapshot, pools: Sequence[Pool], scale: str) -> Run:
    """One snapshot at one scale.

    Raises:
        DataError: nobody has the minimum at this scale.
    """
    able = [pool for pool in pools if pool.stake >= rules.minimum]
    if not able:
        raise DataError(f"{snapshot.file}: scaled to {scale} no validator has the minimum of {MDT.format(rules.minimum)}")
    stakes = [pool.stake for pool in able]
    weights = rules.weights(stakes)
    owns = [pool.own for pool in able if pool.own is not None]
    return Run(
        snapshot=snapshot,
        scale=scale,
        total=sum(stakes),
        stakes=stakes,
        owners=len({pool.owner for pool in able}),
        too_small=sum(0 < pool.stake < rules.minimum for pool in pools),
        own_enough=sum(own >= rules.minimum for own in owns) if owns else None,
        own_share=Fraction(sum(owns), sum(stakes)) if owns else None,
        stake=measure(stakes),
        weight=measure(weights),
        weight_total=sum(weights),
        headrooms=[headroom(rules, stakes, stake) for stake in stakes[:LARGEST]],
        refused=refusals(rules, stakes),
        splits=splits(rules, stakes[0], sum(weights[1:])),
        splitters=[splitters(rules, stakes, weights, who) for who in sorted({min(who, len(stakes)) for who in (*SPLITTERS, len(stakes))})],
    )


def headroom(rules: Rules, stakes: Sequence[int], stake: int) -> Headroom:
    """Where one validator of a standing network is."""
    return Headroom(stake, Fraction(stake, sum(stakes)), rules.room(stakes, stake), rules.growth_needed(stakes, stake))


def refusals(rules: Rules, stakes: Sequence[int]) -> list[Refused]:
    """The same wishes in different orders."""
    rising = sorted(stakes)
    outcomes = [
        ("largest first, each once", stakes, rules.build_up(stakes)),
        ("smallest first, each once", rising, rules.build_up(rising)),
        ("smallest first, again and again", rising, rules.build_up(rising, until_settled=True)),
        ("nobody above the cap", stakes, rules.under_cap(stakes)),
    ]
    found = []
    for how, wishes, accepted in outcomes:
        total = sum(accepted)
        left_out = sum(got < wish for got, wish in zip(accepted, wishes, strict=True))
        found.append(Refused(how, sum(wishes) - total, total, Fraction(max(accepted), total) if total else Fraction(0), left_out))
    return found


def splits(rules: Rules, stake: int, others: int) -> list[Split]:
    """One stake split over more and more validators; `others` is the weight of everybody else."""
    alone, best = rules.weight(stake), rules.best_count(stake)
    before = Fraction(alone, alone + others)
    found = []
    for count in sorted({1, best, *(count for count in SPLITS if count < best)}):
        weight = rules.split_weight(stake, count)
        share = Fraction(weight, weight + others)
        cost = (share - before) * rules.yearly_rewards / (count - 1) if count > 1 else None
        found.append(Split(count, stake // count, share, Fraction(weight, alone), cost))
    return found


def splitters(rules: Rules, stakes: Sequence[int], weights: Sequence[int], who: int) -> Splitters:
    """The largest `who` split as far as they can."""
    counts = [rules.best_count(stake) for stake in stakes[:who]]
    split = sum(rules.split_weight(stake, count) for stake, count in zip(stakes, counts, strict=False))
    others = sum(weights[who:])
    return Splitters(who, Fraction(sum(stakes[:who]), sum(stakes)), Fraction(sum(weights[:who]), sum(weights)), Fraction(split, split + others), sum(counts))
