"""Two sections of the economics page: deposits against splitting, and a wide set."""

from __future__ import annotations

from mdt.economics.concentration import measure
from mdt.economics.deposits import ACTIVE, FLAT, GROWING, Deposit, best, bound, entry, split
from mdt.economics.rules import Rules
from mdt.economics.text import decimal, mdt, percent, points, prose, table
from mdt.economics.wide import POWER, SHIFT, VALIDATORS
from mdt.economics.wide import wide as wide_stakes
from mdt.units import WAD

CAPITAL = 10_000 * WAD
COUNTS = (2, 10, 100)
SMALL = (100 * WAD, 1_000 * WAD)
WIDE_TOTALS = (2_100_000 * WAD, 6_300_000 * WAD)


def _name(deposit: Deposit) -> str:
    return f"{mdt(deposit.step)} x active" if deposit.step else mdt(deposit.flat)


def deposits(rules: Rules) -> list[str]:
    """What a deposit leaves of the gain."""
    gains, entries = [], []
    for deposit in (*FLAT, *GROWING):
        splits = [split(rules, deposit, CAPITAL, count, ACTIVE) for count in COUNTS]
        most = best(rules, deposit, CAPITAL, ACTIVE)
        cells = ["-" if one is None else decimal(one.gain, 2) for one in splits]
        shown = "-" if most is None else f"{decimal(most.gain, 2)} ({most.validators} of {mdt(most.each)})"
        gains.append([_name(deposit), *cells, shown, "-" if deposit.step else decimal(bound(rules, deposit.flat))])
        one = [entry(rules, deposit, capital, ACTIVE) for capital in SMALL]
        entries.append(
            [
                _name(deposit),
                mdt(rules.minimum + deposit.of(1, ACTIVE)),
                *("shut out" if not here.staked else f"{mdt(here.staked)} staked, {percent(here.left)} of the weight" for here in one),
            ]
        )
    after = [[_name(deposit), *(mdt(rules.minimum + deposit.of(1, active)) for active in (ACTIVE, ACTIVE + 50, ACTIVE + 100))] for deposit in GROWING]
    return [
        "## A deposit for each validator",
        "",
        *prose(
            f"What is left of the gain when each validator puts a deposit aside that earns nothing. An operator has {mdt(CAPITAL)} MDT in all, deposits "
            f"included, and {ACTIVE} other validators are active. Gain is the weight of the split over the weight of one validator under the same rule; "
            "a dash says that the minimum of own stake is not left. The last column is the bound for any split of any capital, max f(T) / (T + D) over "
            "the last slope. The rules with a step ask the n-th active validator for n times so much.",
        ),
        *table(["deposit, MDT", *(f"{count} validators" for count in COUNTS), "best split", "bound"], gains),
        *prose("What the same deposit asks of somebody honest who comes with one validator: the least capital to enter, and what is left of two capitals."),
        *table(["deposit, MDT", "to enter", *(f"with {mdt(capital)} MDT" for capital in SMALL)], entries),
        *prose("What a newcomer needs when a splitter came before it, with 50 or 100 validators:"),
        *table(["deposit, MDT", *(f"{active} active" for active in (ACTIVE, ACTIVE + 50, ACTIVE + 100))], after),
        *points(
            "**A flat deposit bounds the gain for all capitals alike**, and asks the same of everybody, whenever they come. It weighs on the small: 250 MDT "
            "are a fortieth of 10,000 and a quarter of 1,000. It comes back when they leave.",
            "**Up to 100 MDT parts of the minimum stay the best ones**: whoever splits earns more per token than anybody honest with 500 or 1,000 MDT. From "
            "250 MDT on parts of 500 or 1,000 MDT are best, and whoever has just that earns as much per token without splitting.",
            "**A growing one stops a splitter as well, and everybody after it.** What a splitter adds, the next newcomer pays for. Whoever is in already pays "
            "least, and can raise the price of entry for others by splitting. It turns the rule round: the early and large are favoured.",
            "**None of them sees an owner.** A deposit makes a split dearer, not impossible, and what it costs is the yield that the deposit does not earn.",
        ),
    ]


def wide(rules: Rules) -> list[str]:
    """What the decay does to a set of many."""
    rows = []
    for total in WIDE_TOTALS:
        stakes = [stake for stake in wide_stakes(total) if stake >= rules.minimum]
        for name, one in (("stake", measure(stakes)), ("reward", measure(rules.weights(stakes)))):
            tops = [percent(top) for top in one.tops]
            rows.append([f"{mdt(total)} MDT: {name}", f"{len(stakes):,}", *tops, decimal(one.gini), str(one.nakamoto_third), str(one.nakamoto_half)])
    median = sorted(wide_stakes(WIDE_TOTALS[1]))[VALIDATORS // 2]
    return [
        "## A wide set",
        "",
        *prose(
            f"The sets above have few validators, and nearly all of them are beyond the last bend of the table. What the decay does depends on the stake "
            f"*per validator*. So here is a set of {VALIDATORS:,}, generated (`mdt.economics.wide`): stake of rank i = 1 / (i + {SHIFT})^{POWER}, the shape "
            "that Solana's set was reported to have: 19 validators with a third, 38 with a half, none with more than 3.2%. Who is below the minimum is "
            "left out.",
        ),
        *table(["set", "validators", "top 1", "top 5", "top 10", "Gini", "Nakamoto 1/3", "1/2"], rows),
        *prose(
            f"There the decay is no formality: at {mdt(WIDE_TOTALS[1])} MDT half of the validators have less than {mdt(median)} MDT, where the table bends. "
            "What the first finding says of large validators holds for sets of few. Splitting pays the largest there as well, and those at the bottom nothing.",
        ),
    ]
