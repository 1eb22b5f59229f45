"""What it costs to move the market's mean price, which is the price that a lender on this chain would have to trust.

A pool has reserves x (MDT) and y (the paired token). Its mean price over a window of n blocks is the geometric mean. To move it by a factor m while one holds
the price for k of the n blocks, the price has to stand at m^(n/k) times itself: MDT is bought for y * (m^(n/2k) - 1) and sold back after the k blocks.
Nobody else trades while a price is held: then all that it costs is the fee, twice. If others trade, it costs more. Floats: an estimate.
"""

from __future__ import annotations

from dataclasses import dataclass

WINDOW = 600
"""Blocks of three seconds in half an hour, the shortest window that `mean_price` answers for."""
FEE = 0.003
LENT_AT = 0.5
"""Of what a deposit is worth, what is lent."""


@dataclass(frozen=True)
class Push:
    """A way to move the mean.

    Attributes:
        blocks: Blocks in a row in which nobody else trades.
        price: To how many times itself the price is brought.
        capital: What has to be paid in, as a multiple of the pool's paired reserve.
        cost: What is not got back, the same.
    """

    blocks: int
    price: float
    capital: float
    cost: float


def push(factor: float, blocks: int) -> Push:
    """Move the mean to `factor` times itself with a price that is held for some blocks."""
    price = factor ** (WINDOW / blocks)
    capital = price**0.5 - 1
    return Push(blocks, price, capital, 2 * FEE * capital)


def pushes() -> list[Push]:
    """The mean doubled: then a deposit that is lent half of what it is worth is worth less than what was lent."""
    return [push(1 / LENT_AT, blocks) for blocks in (20, 60, 200, WINDOW)]
