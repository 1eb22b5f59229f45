"""The contracts that the controller reaches: pool, token, distributor, Staking and treasury."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from mdt.addresses import ZERO_ADDRESS
from mdt.model.controller.records import EMPTY
from mdt.model.refusals import refusals

require_token = refusals("mdt")


class Neighbours(Protocol):
    """The other contracts as the controller uses them; amounts in wei."""

    def lifetime_room(self) -> int:
        """What the controller may still mint in its life."""

    def token_address(self) -> str:
        """Which token it is: a successor has its predecessor's."""

    def suspended_until(self) -> int:
        """Until when (timestamp) the token lets the controller mint nothing; in the past when it may."""

    def is_minter(self) -> bool:
        """Whether the token has rules for the controller."""

    def drawable(self) -> int:
        """What the recycling pool lets the controller draw."""

    def distributor_address(self) -> str:
        """Which distributor it is: two controllers may fund the same."""

    def root(self) -> bytes:
        """The distributor's root."""

    def total_funded(self) -> int:
        """What the distributor was funded with in its life."""

    def draw(self, amount: int) -> None:
        """Take tokens out of the pool."""

    def mint(self, amount: int) -> None:
        """Mint tokens to the controller."""

    def fund(self, root: bytes, total: int) -> None:
        """Bring the distributor a new root and its tokens."""

    def recycle(self, amount: int) -> None:
        """Hand tokens to the pool."""

    def notify_reward(self, amount: int) -> None:
        """Hand stakers their share."""

    def pay_treasury(self, amount: int) -> None:
        """Hand the DAO its share."""


@dataclass
class Books:
    """The smallest neighbours: one integer per account, everything in wei."""

    channel_cap: int
    minted: int = 0
    pool: int = 0
    current_root: bytes = EMPTY
    funded: int = 0
    stakers: int = 0
    treasury: int = 0
    held: int = 0
    suspension_ends_at: int = 0
    has_rules: bool = True
    is_drawer: bool = True
    distributor_at: str = ZERO_ADDRESS
    token_at: str = ZERO_ADDRESS

    def lifetime_room(self) -> int:
        """What is left of the channel's cap."""
        return self.channel_cap - self.minted if self.has_rules else 0

    def token_address(self) -> str:
        """Which token these books keep."""
        return self.token_at

    def suspended_until(self) -> int:
        """When the suspension ends or ended."""
        return self.suspension_ends_at

    def is_minter(self) -> bool:
        """Whether the channel is the controller's."""
        return self.has_rules

    def drawable(self) -> int:
        """What the pool holds, if it is the controller's to draw."""
        return self.pool if self.is_drawer else 0

    def distributor_address(self) -> str:
        """Which distributor these books keep."""
        return self.distributor_at

    def root(self) -> bytes:
        """The current root."""
        return self.current_root

    def total_funded(self) -> int:
        """What miners were funded with."""
        return self.funded

    def draw(self, amount: int) -> None:
        """From the pool to the controller."""
        self.pool -= amount
        self.held += amount

    def mint(self, amount: int) -> None:
        """Out of the channel to the controller."""
        require_token(self.has_rules, "not a minter")
        require_token(amount <= self.lifetime_room(), "over lifetime cap")
        self.minted += amount
        self.held += amount

    def fund(self, root: bytes, total: int) -> None:
        """From the controller to miners."""
        self.held -= total - self.funded
        self.current_root, self.funded = root, total

    def recycle(self, amount: int) -> None:
        """From the controller to the pool."""
        self.held -= amount
        self.pool += amount

    def notify_reward(self, amount: int) -> None:
        """From the controller to stakers."""
        self.held -= amount
        self.stakers += amount

    def pay_treasury(self, amount: int) -> None:
        """From the controller to the treasury."""
        self.held -= amount
        self.treasury += amount
