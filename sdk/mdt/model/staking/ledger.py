"""The network's rewards: what flows, shared by weight at every block."""

from __future__ import annotations

from mdt.model.clock import Clock
from mdt.model.stream import SCALE, Stream


class RewardLedger:
    """Two streams shared by weight at every block; the division carries what it leaves."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.epoch_stream = Stream()
        self.block_stream = Stream()
        self.acc = 0  # scaled wei per unit of weight
        self.weight = 0  # units of 2^20 wei
        self.carry = 0  # scaled wei
        self.idle = 0  # scaled wei
        self.settled_at = 0
        self.shared = 0  # scaled wei ever shared out by the accumulator: for checking only

    def settle(self) -> None:
        """Bring the network to this block."""
        now = self.clock.block_number
        flow = self.carry + self.epoch_stream.flow(self.settled_at, now) + self.block_stream.flow(self.settled_at, now)
        self.settled_at = now
        if self.weight == 0:
            self.idle += flow
            self.carry = 0
        else:
            rise, self.carry = divmod(flow, self.weight)
            self.acc += rise
            self.shared += rise * self.weight

    def add_rewards(self, stream: Stream, amount: int, blocks: int) -> None:
        """Top up one of the two streams by `amount` wei over `blocks` blocks."""
        self.settle()
        self.carry += stream.top_up(self.clock.block_number, amount, blocks)

    def idle_wei(self) -> int:
        """Whole wei that flowed to nobody."""
        self.settle()
        return self.idle // SCALE

    def take_idle(self) -> int:
        """Take the whole wei that flowed to nobody; the fraction stays."""
        self.settle()
        amount, self.idle = divmod(self.idle, SCALE)
        return amount

    def streams_left(self) -> int:
        """Scaled wei that has not flowed yet."""
        now = self.clock.block_number
        return self.epoch_stream.left(now) + self.block_stream.left(now)
