"""The recycling pool: fees and recycled tokens in, part burned, the rest drawn before anything is minted."""

from __future__ import annotations

from mdt.errors import Refusal
from mdt.model.ownable import ZERO_ADDRESS, Ownable
from mdt.model.reasons import Recycle
from mdt.units import BPS


class RecyclingPool(Ownable):
    """`contracts/distribution/RecyclingPool.vy`; whether a payer has the tokens is the token's business."""

    def __init__(self, fee_burn_bps: int, owner: str) -> None:
        """Fix the burned part of fees for good.

        Args:
            fee_burn_bps: basis points of every fee deposit that are burned.
            owner: names the drawer and may burn surplus.

        Raises:
            Refusal: as the contract, in the same order.
        """
        if fee_burn_bps > BPS:
            raise Refusal("pool: burn above 100%")
        if owner == ZERO_ADDRESS:
            raise Refusal("pool: zero owner")
        super().__init__(owner)
        self.fee_burn_bps = fee_burn_bps
        self.drawer = ZERO_ADDRESS
        self.available = 0
        self.total_fees = 0
        self.total_burned = 0
        self.total_recycled = 0
        self.total_drawn = 0

    def deposit_fees(self, amount: int) -> int:
        """Take fees and burn their fixed part, rounded down: an odd wei stays in the pool.

        Returns:
            Wei burned.
        """
        if amount == 0:
            raise Refusal("pool: zero amount")
        burned = amount * self.fee_burn_bps // BPS
        self.total_fees += amount
        self.total_burned += burned
        self.available += amount - burned
        return burned

    def recycle(self, amount: int, reason: int) -> None:
        """Take tokens to be spent instead of minted ones; nothing is burned."""
        if amount == 0:
            raise Refusal("pool: zero amount")
        if reason >= len(Recycle):
            raise Refusal("pool: unknown reason")
        self.total_recycled += amount
        self.available += amount

    def receive(self, amount: int) -> None:
        """A plain token transfer to the pool: it is there to be drawn, and in no total."""
        self.available += amount

    def draw(self, caller: str, amount: int) -> int:
        """Send the drawer min(amount, balance).

        Returns:
            Wei sent.
        """
        if caller != self.drawer or caller == ZERO_ADDRESS:
            raise Refusal("pool: caller is not the drawer")
        sent = min(amount, self.available)
        self.total_drawn += sent
        self.available -= sent
        return sent

    def burn_surplus(self, caller: str, amount: int) -> None:
        """The owner burns tokens nobody will draw any more."""
        self.check_owner(caller)
        if amount == 0:
            raise Refusal("pool: zero amount")
        if amount > self.available:
            raise Refusal("pool: amount above balance")
        self.total_burned += amount
        self.available -= amount

    def set_drawer(self, caller: str, drawer: str) -> None:
        """The owner names the one account that may draw."""
        self.check_owner(caller)
        if drawer == ZERO_ADDRESS:
            raise Refusal("pool: zero drawer")
        if drawer == self.drawer:
            raise Refusal("pool: same drawer")
        self.drawer = drawer
