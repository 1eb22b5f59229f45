"""A validator's pool: its tokens, and the shares in them that all its positions hold."""

from __future__ import annotations

from dataclasses import dataclass

from mdt.model.refusals import refusals
from mdt.model.stake_weight import Contribution
from mdt.model.staking.terms import Status

require = refusals("staking")

MAX_POOL_TOKENS = 2**84 - 1
MAX_SHARES_PER_WEI = 4
ANY_AMOUNT = 2**84 - 1  # as a limit
OWED_SCALE = 2**20  # units of a commission in a wei


@dataclass
class ValidatorPool:
    """A validator's tokens and everybody's shares in them; `commission_owed` in 2^-20 wei, `acc` in 2^-96 wei per boosted share."""

    commission_bps: int
    status: Status = Status.NONE
    pending: int = 0  # bit per offence whose slash is in escrow
    slash_count: int = 0
    limit: int = ANY_AMOUNT  # wei that may be delegated
    is_counted: bool = False  # among those that share the cap
    tokens: int = 0
    shares: int = 0
    own_shares: int = 0
    boosted_shares: int = 0
    acc: int = 0
    commission_owed: int = 0
    seen: int = 0
    version: int = 0
    part: Contribution | None = None  # of its segment's sums; None while it has no weight

    def worth(self, shares: int) -> int:
        """Wei that shares are worth, rounded down."""
        return shares * self.tokens // self.shares if shares else 0

    @property
    def is_active(self) -> bool:
        """Whether it earns."""
        return Status.ACTIVE in self.status

    @property
    def own_staked(self) -> int:
        """Wei in the owner's positions."""
        return self.worth(self.own_shares)

    @property
    def delegated(self) -> int:
        """Wei in others'."""
        return self.tokens - self.own_staked

    @property
    def weighing(self) -> int:
        """Wei that weighs."""
        return self.tokens if self.is_active else 0

    def enter(self, amount: int) -> int:
        """Put wei in for shares, which are rounded down in favour of those who are in; returns the shares."""
        require(not self.pending, "slash pending")
        require(self.shares <= self.tokens * MAX_SHARES_PER_WEI, "pool too thin")
        require(self.tokens + amount <= MAX_POOL_TOKENS, "pool full")
        shares = amount if self.shares == self.tokens else amount * self.shares // self.tokens
        self.tokens += amount
        self.shares += shares
        return shares
