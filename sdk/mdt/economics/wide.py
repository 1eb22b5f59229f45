"""A wide set of validators, generated: 1,370 of them, in the shape that Solana's were reported to have.

Reported are three figures of that network: about 1,370 validators with stake, a third of it with the 19 largest, and none with more than 3.2%. Measured on its
set by an independent study: half of it with the 38 largest. A Zipf-Mandelbrot law, stake of rank i = 1 / (i + 25)^1.7, has all four. The stakes themselves
are not Solana's, and MDT has no stakers yet.
"""

from __future__ import annotations

from decimal import Context, Decimal

VALIDATORS, SHIFT, POWER = 1_370, 25, Decimal("1.7")
_CONTEXT = Context(prec=40)


def wide(total: int) -> list[int]:
    """Stakes by rank, `total` wei in all, each rounded down."""
    shares = [_CONTEXT.divide(1, _CONTEXT.power(Decimal(rank + SHIFT), POWER)) for rank in range(1, VALIDATORS + 1)]
    whole = sum(shares)
    return [int(share / whole * total) for share in shares]
