"""The recycling pool: fees and recycled tokens in, part burned, the rest drawn before anything is minted."""

from __future__ import annotations

from mdt.addresses import ZERO_ADDRESS
from mdt.model.ownable import Ownable
from mdt.model.reasons import Burn, Recycle
from mdt.model.refusals import refusals
from mdt.model.token import MDT
from mdt.units import BPS

require = refusals("pool")

MAX_AMOUNT = 2**128 - 1  # more than there can be tokens


class RecyclingPool(Ownable):
    """`contracts/distribution/RecyclingPool.vy`: calls move tokens on the token it is given."""

    def __init__(self, address: str, token: MDT, fee_burn_bps: int, owner: str, predecessor: RecyclingPool | None = None) -> None:
        """Fix the burned part of fees for good.

        Args:
            address: of this contract, as the token knows it.
            token: the MDT token.
            fee_burn_bps: basis points of every fee deposit that are burned.
            owner: names the drawer and may burn surplus.
            predecessor: a pool of the same token that this one absorbs.

        Raises:
            Refusal: as the contract, in the same order.
        """
        require(fee_burn_bps <= BPS, "burn above 100%")
        require(owner != ZERO_ADDRESS, "zero owner")
        if predecessor is not None:
            require(predecessor.address != ZERO_ADDRESS, "predecessor has no code")
            require(predecessor.token is token, "predecessor differs")
        super().__init__(owner)
        self.address: str = address
        self.token: MDT = token
        self.fee_burn_bps = fee_burn_bps
        self.drawer = ZERO_ADDRESS
        self.total_fees = 0
        self.total_burned = 0
        self.total_recycled = 0
        self.total_drawn = 0
        self.total_absorbed = 0
        self.predecessor = predecessor

    @property
    def available(self) -> int:
        """Wei there to be drawn: the token balance, however it came in."""
        return self.token.balances[self.address]

    def drawable(self, account: str) -> int:
        """Wei that this account can draw: nothing unless it is the drawer."""
        return self.available if account == self.drawer else 0

    def deposit_fees(self, caller: str, amount: int) -> int:
        """Take fees and burn their fixed part, rounded down: an odd wei stays in the pool.

        Returns:
            Wei burned.
        """
        require(amount > 0, "zero amount")
        require(amount <= MAX_AMOUNT, "amount out of bounds")
        burned = amount * self.fee_burn_bps // BPS
        self._pull(caller, amount)
        if burned > 0:
            self.token.burn(self.address, burned, Burn.TRANSACTION_FEE)
        self.total_fees += amount
        self.total_burned += burned
        return burned

    def recycle(self, caller: str, amount: int, reason: int) -> None:
        """Take tokens to be spent instead of minted ones; nothing is burned."""
        require(amount > 0, "zero amount")
        require(amount <= MAX_AMOUNT, "amount out of bounds")
        require(reason < len(Recycle), "unknown reason")
        self._pull(caller, amount)
        self.total_recycled += amount

    def absorb(self) -> int:
        """Draw all that lies in the predecessor, whose drawer this pool must be.

        Returns:
            Wei that came.
        """
        predecessor = require.found(self.predecessor, "no predecessor")
        amount = predecessor.draw(self.address, 2**256 - 1)
        self.total_absorbed += amount
        return amount

    def draw(self, caller: str, amount: int) -> int:
        """Send the drawer min(amount, balance).

        Returns:
            Wei sent.
        """
        require(caller == self.drawer and caller != ZERO_ADDRESS, "caller is not the drawer")
        sent = min(amount, self.available)
        if sent > 0:
            self.token.transfer(self.address, caller, sent)
            self.total_drawn += sent
        return sent

    def burn_surplus(self, caller: str, amount: int) -> None:
        """The owner burns tokens nobody will draw any more."""
        self.check_owner(caller)
        require(amount > 0, "zero amount")
        require(amount <= self.available, "amount above balance")
        self.token.burn(self.address, amount, Burn.DEFLATION)
        self.total_burned += amount

    def set_drawer(self, caller: str, drawer: str) -> None:
        """The owner names the one account that may draw."""
        self.check_owner(caller)
        require(drawer != ZERO_ADDRESS, "zero drawer")
        require(drawer != self.drawer, "same drawer")
        self.drawer = drawer

    def _pull(self, caller: str, amount: int) -> None:
        self.token.transfer_from(self.address, caller, self.address, amount)
