"""The block reward: what blocks have earned, what was released to whom, and what is still owed."""

from __future__ import annotations

from collections import defaultdict

from mdt.addresses import ZERO_ADDRESS
from mdt.model.halving import HalvingSchedule
from mdt.model.ownable import Ownable
from mdt.model.reasons import Mint
from mdt.model.refusals import refusals
from mdt.model.token import MDT

require = refusals("reward")

MAX_START_DELAY = 10_000_000


class BlockReward(Ownable):
    """`contracts/emission/BlockReward.vy`: calls run in the block of the token's clock and mint on the token."""

    def __init__(
        self,
        address: str,
        token: MDT,
        token_address: str,
        start_block: int,
        schedule: HalvingSchedule,
        owner: str,
        predecessor: BlockReward | None = None,
    ) -> None:
        """Fix the schedule for good.

        Args:
            address: of this contract, as the token knows the minter.
            token: the MDT token; its clock is this contract's.
            token_address: of the token, which cannot be the recipient.
            start_block: first block that earns; the predecessor's, which may be past, where there is one.
            schedule: wei per block, blocks per era, halvings.
            owner: may set the recipient and take over.
            predecessor: whose schedule this one goes on with.

        Raises:
            Refusal: as the contract, in the same order.
        """
        if predecessor is None:
            require(start_block >= token.clock.block_number, "start in the past")
            require(start_block <= token.clock.block_number + MAX_START_DELAY, "start too far")
        else:
            require(predecessor.address != ZERO_ADDRESS, "predecessor has no code")
            same = (predecessor.token_address, predecessor.start_block, predecessor.schedule)
            require((token_address, start_block, schedule) == same, "predecessor differs")
        require(owner != ZERO_ADDRESS, "zero owner")
        super().__init__(owner)
        self.address: str = address
        self.token = token
        self.token_address: str = token_address
        self.start_block: int = start_block
        self.schedule: HalvingSchedule = schedule
        self.recipient = ZERO_ADDRESS
        self.total_released = 0
        self.released_to: defaultdict[str, int] = defaultdict(int)
        self.predecessor = predecessor
        self.released_before = 0
        self.is_open = predecessor is None

    def scheduled_through(self, block: int) -> int:
        """Wei earned by all blocks below `block` together."""
        return self.schedule.cumulative(block - self.start_block) if block > self.start_block else 0

    def reward_at(self, block: int) -> int:
        """Wei `block` earns: 0 before the start and after the last era."""
        return self.schedule.reward_at(block - self.start_block) if block >= self.start_block else 0

    def statement(self, recipient: str, block: int) -> tuple[int, int, int]:
        """Wei ever released to a recipient, wei owed, and wei `block` earns."""
        return self.released_to[recipient], self.owed(), self.reward_at(block)

    def era_at(self, block: int) -> int:
        """The era `block` is in: 0 before the start, and counting on after the last paid one."""
        return self.schedule.era_at(block - self.start_block) if block >= self.start_block else 0

    def owed(self) -> int:
        """Wei earned and not released, mintable or not; 0 before `take_over`."""
        if not self.is_open:
            return 0
        return self.scheduled_through(self.token.clock.block_number) - self.released_before - self.total_released

    def releasable(self) -> int:
        """Wei that `release` would mint in this block."""
        return min(self.owed(), self.token.mintable(self.address))

    def release(self) -> int:
        """Mint what is owed to the recipient, as far as it is mintable; the rest stays owed.

        Returns:
            Wei minted.
        """
        require(self.recipient != ZERO_ADDRESS, "no recipient")
        return self._release_to(self.recipient)

    def take_over(self, caller: str) -> None:
        """Go on where the predecessor, which must be no minter any more, has stopped; once."""
        self.check_owner(caller)
        require(not self.is_open, "nothing to take over")
        predecessor = require.found(self.predecessor, "nothing to take over")
        require(predecessor.is_open, "predecessor waits")
        require(not self.token.is_minter(predecessor.address), "predecessor mints")
        self.released_before = predecessor.released_before + predecessor.total_released
        self.is_open = True

    def set_recipient(self, caller: str, recipient: str) -> None:
        """Send later rewards to another account; the old one must be payable in full and is paid first."""
        self.check_owner(caller)
        require(recipient != ZERO_ADDRESS, "zero recipient")
        require(recipient not in (self.address, self.token_address), "bad recipient")
        require(recipient != self.recipient, "same recipient")
        if self.recipient != ZERO_ADDRESS:
            require(self.releasable() >= self.owed(), "arrears owed")
            self._release_to(self.recipient)
        self.recipient = recipient

    def _release_to(self, recipient: str) -> int:
        amount = self.releasable()
        if amount > 0:
            self.total_released += amount
            self.released_to[recipient] += amount
            self.token.mint(self.address, recipient, amount, Mint.BLOCK_REWARD)
        return amount
