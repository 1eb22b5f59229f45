"""What is fixed of Staking at deployment, the bounds of it, and the bits of a validator's status."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag

from mdt.model.refusals import refusals
from mdt.model.stake_weight import MAX_LOCK_MONTHS
from mdt.units import DAY, WAD

require = refusals("staking")

MAX_TOKEN_CAP = 3 * 2**83
MIN_MIN_STAKE, MAX_MIN_STAKE = WAD, 10**6 * WAD
MIN_UNBONDING, MAX_UNBONDING = DAY, 60 * DAY
MAX_UNBONDING_BLOCKS = 60 * DAY  # a block a second
MIN_STREAM_BLOCKS, MAX_STREAM_BLOCKS = 32, 1_000_000
MAX_BONUS_BPS = 1_000
MAX_MAX_COMMISSION = 5_000
MIN_CAP_BPS, MAX_CAP_BPS = 100, 5_000
MAX_OWN_PART = 5_000
MAX_SLASH_BPS = 5_000
MIN_TABLE_SECONDS = 30 * DAY


class Status(IntFlag):
    """What a validator is: it earns while it is ACTIVE, and any of the others bars it from that."""

    NONE = 0
    ACTIVE = 1
    EXITED = 2
    JAILED = 4
    TOMBSTONED = 8


BARS = Status.EXITED | Status.JAILED | Status.TOMBSTONED


@dataclass(frozen=True)
class StakingTerms:
    """What is fixed at deployment: wei, seconds, blocks, bps (`IStaking.Terms`)."""

    min_validator_stake: int
    unbonding_seconds: int
    unbonding_blocks: int  # stake waits for both
    stream_blocks: int
    own_bonus_bps: int
    delegated_bonus_bps: int
    max_commission_bps: int
    cap_bps: int
    own_part_bps: int

    def check(self) -> None:
        """Refuse what the contract's constructor refuses, in its order."""
        require(self.min_validator_stake >= MIN_MIN_STAKE, "minimum too small")
        require(self.min_validator_stake <= MAX_MIN_STAKE, "minimum too large")
        require(self.unbonding_seconds >= MIN_UNBONDING, "unbonding too short")
        require(self.unbonding_seconds <= MAX_UNBONDING, "unbonding too long")
        require(1 <= self.unbonding_blocks <= MAX_UNBONDING_BLOCKS, "blocks out of range")
        require(self.stream_blocks >= MIN_STREAM_BLOCKS, "stream too short")
        require(self.stream_blocks <= MAX_STREAM_BLOCKS, "stream too long")
        require(self.own_bonus_bps <= MAX_BONUS_BPS // MAX_LOCK_MONTHS, "bonus too large")
        require(self.delegated_bonus_bps <= MAX_BONUS_BPS // MAX_LOCK_MONTHS, "bonus too large")
        require(self.max_commission_bps <= MAX_MAX_COMMISSION, "commission too high")
        require(self.cap_bps >= MIN_CAP_BPS, "cap too small")
        require(self.cap_bps <= MAX_CAP_BPS, "cap too large")
        require(self.own_part_bps <= MAX_OWN_PART, "own part too large")
