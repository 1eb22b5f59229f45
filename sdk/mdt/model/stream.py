"""Reward streams: an amount that flows evenly over the coming blocks (`contracts/staking/modules/reward_stream.vy`)."""

from __future__ import annotations

from dataclasses import dataclass

SCALE = 2**47  # scaled units of one wei
LAST_END = 2**32 - 1  # no stream ends in a later block: the contract has 32 bits for one


@dataclass
class Stream:
    """Pays `rate` scaled wei in each block until `end` (a block number, exclusive)."""

    rate: int = 0
    end: int = 0

    def flow(self, start: int, stop: int) -> int:
        """What flows in the blocks start .. stop - 1, in scaled wei; flows over adjoining ranges add up exactly."""
        return self.rate * max(0, min(stop, self.end) - start)

    def left(self, now: int) -> int:
        """What has not flowed before block `now`, in scaled wei."""
        return self.flow(now, self.end)

    def top_up(self, now: int, amount: int, blocks: int) -> int:
        """Add `amount` wei and `blocks` blocks to what is left: end' = max(end, now) + blocks, rate' = (left + amount) / (end' - now).

        An end beyond LAST_END is LAST_END: the amount is paid faster rather than refused.

        Args:
            now: current block.
            amount: wei to add.
            blocks: blocks to add: at least one, or a stream that flows.

        Returns:
            What the rate, rounded down, leaves over: less than one scaled wei per block, to be kept for the same stakers.
        """
        total = self.left(now) + amount * SCALE
        self.end = min(max(self.end, now) + blocks, LAST_END)
        self.rate, rest = divmod(total, self.end - now)
        return rest
