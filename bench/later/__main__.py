"""`python -m bench.later`: write results.md. Takes seconds."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.later import claims, pairing, prices

PAGE = Path(__file__).resolve().parent / "results.md"


def page() -> str:
    """The figures as a page."""
    checks = "\n".join(f"| {count} | {gas:,} |" for count, gas in pairing.measure().items())
    paid = "\n".join(f"| {words} | {gas:,} | {count:,} |" for words, (gas, count) in claims.a_day().items())
    moved = "\n".join(f"| {one.blocks} | {one.price:,.3g} | {one.capital:,.3g} | {one.cost:,.3g} |" for one in prices.pushes())
    return f"""# What later phases would need

`python -m bench.later` writes this page. Decisions 79 to 81 say what follows.

## Checking a proof

Gas of a transaction that does what checking a Groth16 proof is: a multiplication and an addition for each public input, and four pairings.
The points are given; no circuit stands behind them.

| public inputs | gas |
|---:|---:|
{checks}

## Paying accounts on one layer

A claim out of a tree of miners, and how many fit into the blocks of a day (28,800 of 30 million gas), if nothing else was in them.

| claimed | gas each | a day |
|---|---:|---:|
{paid}

## Moving the market's mean price

To double the mean of half an hour, 600 blocks, somebody has to hold a price in blocks in which nobody else trades. Capital and cost are
multiples of the pool's reserve of the paired token; the cost is the fee of 0.3%, paid twice.

| blocks held | price, times itself | capital | cost |
|---:|---:|---:|---:|
{moved}
"""


def main() -> None:
    """Measure and write."""
    PAGE.write_text(page(), encoding="utf-8")
    print(f"later: wrote {PAGE.name}", file=sys.stderr)


if __name__ == "__main__":
    main()
