"""How much of the network's stake one validator may have (`contracts/staking/modules/stake_cap.vy`)."""

from __future__ import annotations

from dataclasses import dataclass

from mdt.model.stake_weight import cap_headroom
from mdt.units import BPS, DAY

COUNTED_PART = 100
EQUAL_PARTS = 2
READING_SECONDS = DAY
MAX_READING = 2**84 - 1
UNCAPPED = 2**256 - 1


def counts(staked: int, network: int) -> bool:
    """Whether an active validator's stake is one of those that share the cap: at least a hundredth of the network's."""
    return staked > 0 and staked * COUNTED_PART >= network


def cap_bps_of(counted: int, cap_bps: int) -> int:
    """The cap among so many validators that count: that of the terms, or twice an equal part if that is more."""
    return max(cap_bps, EQUAL_PARTS * BPS // max(counted, 1))


@dataclass
class StakeCap:
    """The daily readings of the network's stake, wei; both 0 at first."""

    read_at: int = 0
    newer: int = 0
    older: int = 0

    def read(self, network: int, now: int) -> StakeCap:
        """With a reading, if a day has passed since the last."""
        if now < self.read_at + READING_SECONDS:
            return self
        return StakeCap(now, min(network, MAX_READING), self.newer)

    def was_read_since(self, time: int, now: int) -> bool:
        """Whether a reading was made since then that holds for less than a day yet."""
        return self.read_at >= time and now < time + READING_SECONDS

    def room(self, staked: int, network: int, counted: int, cap_bps: int) -> int:
        """Wei that may come to a validator, rounded down; `UNCAPPED` where no cap binds.

        Args:
            staked: Wei it has.
            network: Wei the network has, this validator's included.
            counted: Validators that count.
            cap_bps: Of the terms.
        """
        cap = cap_bps_of(counted, cap_bps)
        if self.older == 0 or cap >= BPS:
            return UNCAPPED
        return cap_headroom(min(network, self.newer, self.older), staked, cap)
