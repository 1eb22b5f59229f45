"""Who is paid how much at which intervals, and how many of them are over."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from mdt.model.reasons import Mint


class Kind(IntEnum):
    """Who is paid: a label, the reason that minted payments give, and for POOL the way they arrive."""

    VALIDATORS = 0
    RELAYS = 1
    POOL = 2
    TREASURY = 3
    DEVELOPMENT = 4


REASONS = {
    Kind.VALIDATORS: Mint.BLOCK_REWARD,
    Kind.RELAYS: Mint.RELAY_REWARD,
    Kind.POOL: Mint.MARKETPLACE_LIQUIDITY,
    Kind.TREASURY: Mint.INFLATION,
    Kind.DEVELOPMENT: Mint.GOVERNANCE_REWARD,
}


@dataclass(frozen=True)
class PaymentTerms:
    """The k-th interval is over at from_block + k * interval_blocks; `done` of them are paid or skipped."""

    amount: int = 0
    interval_blocks: int = 0
    from_block: int = 0
    done: int = 0

    def due(self, until: int) -> int:
        """Intervals over up to a block, from the first one on."""
        return (until - self.from_block) // self.interval_blocks if self.amount > 0 and until > self.from_block else 0

    def next_boundary(self, block: int) -> int:
        """The first block after this one at which an interval is over; the start itself before it."""
        return self.from_block if block < self.from_block else self.from_block + (self.due(block) + 1) * self.interval_blocks


@dataclass
class DistributionSchedule:
    """One schedule; `last_block` is the last one anything can be due at."""

    kind: Kind
    recipient: str
    pool_id: int
    is_minted: bool
    last_block: int
    terms: PaymentTerms
    next_terms: PaymentTerms = field(default_factory=PaymentTerms)
    is_cancelled: bool = False
    paused_at: int = 0
    funded: int = 0
    paid: int = 0
    refunded: int = 0
    intervals_paid: int = 0

    @property
    def turn(self) -> int:
        """The block from which the waiting terms count, or the last one."""
        return self.next_terms.from_block if self.next_terms.amount > 0 else self.last_block

    def due(self, block: int) -> tuple[int, int]:
        """Intervals over by a block under each of the two terms, `done` ones included."""
        return self.terms.due(min(block, self.turn)), self.next_terms.due(min(block, self.last_block))


@dataclass(frozen=True)
class Due:
    """What is owed, and what of it the funds cover now."""

    intervals: int
    amount: int
    payable_intervals: int
    payable_amount: int
