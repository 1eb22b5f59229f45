"""Positions: an owner's shares under one lock, the requests that leave it, and the slashes it answers for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from mdt.units import BPS

SLOTS = 16
OWN_SLOT = 8  # from this slot on, stake is the validator's own and kept under the zero address
CLAIM_SCALE = 2**96  # units of a position's claim in a wei
MAX_ACCEPTED, PERCENT = 2**6 - 1, 100  # of a commission that is accepted: whole percent, and bps in one
ALL = 2**256 - 1  # an amount: whatever the position is worth; a request: the position itself
FREE = 2**16 - 1  # as a next slash: it answers for none


class PositionKey(NamedTuple):
    """Where a position is kept."""

    validator_id: int
    owner: str
    slot: int

    @property
    def is_own(self) -> bool:
        """Whether it is the validator's own stake."""
        return self.slot >= OWN_SLOT


@dataclass
class Request:
    """Wei on their way out, the timestamp from which they can be withdrawn, and what they answer for: the validator's offences up to block `left_at`."""

    tokens: int
    unlocks_at: int
    left_at: int
    next_slash: int  # FREE: none


@dataclass
class Debt:
    """What a redelegated position answers for: offences of `source` up to block `left_at`; it cannot be moved on up to timestamp `until`."""

    source: int
    until: int
    left_at: int
    next_slash: int


@dataclass
class Position:
    """An owner's shares under one lock; `owed` in 2^-96 wei."""

    shares: int = 0
    bonus_bps: int = 0
    accepted: int = 0  # whole percent: the largest commission its owner accepts
    unlocks_at: int = 0
    seen: int = 0
    owed: int = 0
    requests: dict[int, Request] = field(default_factory=dict)
    request_count: int = 0
    debt: Debt | None = None
    rounded: int = 0  # 2^-96 wei ever lost to `round`, less than `boosted` a time: for checking only

    @property
    def boosted(self) -> int:
        """Shares times (10,000 + bonus)."""
        return self.shares * (BPS + self.bonus_bps)

    def owed_at(self, acc: int) -> int:
        """What is owed once the pool's accumulator is at `acc`."""
        return self.owed + self.boosted * (acc - self.seen)

    def settle(self, acc: int) -> None:
        """Take in what has been earned."""
        self.owed, self.seen = self.owed_at(acc), acc

    def round(self) -> None:
        """After a change: what is owed is kept as a rise of the accumulator for the shares there are, if they can stand for it."""
        if self.boosted > 0 and self.owed // self.boosted <= self.seen:
            rest = self.owed % self.boosted
            self.owed -= rest
            self.rounded += rest


@dataclass
class Escrow:
    """What a pool gets back if a slash is overturned, in wei."""

    tokens: int
    slash_id: int
