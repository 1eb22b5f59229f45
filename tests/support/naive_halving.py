"""The halving schedule counted block by block: too slow to use, too simple to be wrong."""

from __future__ import annotations


def naive_cumulative(initial: int, interval: int, halvings: int, elapsed: int) -> int:
    """Wei paid for the first `elapsed` blocks: the reward is halved after each `interval` blocks."""
    total, reward, era, blocks_in_era = 0, initial, 0, 0
    for _ in range(elapsed):
        if era > halvings:
            break
        total += reward
        blocks_in_era += 1
        if blocks_in_era == interval:
            blocks_in_era, era, reward = 0, era + 1, reward // 2
    return total
