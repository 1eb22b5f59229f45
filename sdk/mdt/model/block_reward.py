"""The block reward: what blocks have earned, what was released to whom, and what is still owed."""

from __future__ import annotations

from collections import defaultdict

from mdt.errors import Refusal
from mdt.model.halving import Schedule
from mdt.model.ownable import ZERO_ADDRESS, Ownable

MAX_START_DELAY = 10_000_000


class BlockReward(Ownable):
    """`contracts/emission/BlockReward.vy`.

    The token is not part of it: calls that may mint take `mintable`, the wei the token lets this minter mint
    in that block, and return what has to be minted to whom.
    """

    def __init__(self, address: str, token: str, start_block: int, schedule: Schedule, owner: str, *, block: int) -> None:
        """Fix the schedule for good.

        Args:
            address: of this contract.
            token: address of the MDT token.
            start_block: first block that earns.
            schedule: wei per block, blocks per era, halvings.
            owner: may set the recipient.
            block: the block of the deployment.

        Raises:
            Refusal: as the contract, in the same order.
        """
        if start_block < block:
            raise Refusal("reward: start in the past")
        if start_block > block + MAX_START_DELAY:
            raise Refusal("reward: start too far")
        if owner == ZERO_ADDRESS:
            raise Refusal("reward: zero owner")
        super().__init__(owner)
        self.address = address
        self.token = token
        self.start_block = start_block
        self.schedule = schedule
        self.recipient = ZERO_ADDRESS
        self.total_released = 0
        self.released_to: defaultdict[str, int] = defaultdict(int)

    def scheduled_through(self, block: int) -> int:
        """Wei earned by all blocks below `block` together."""
        return self.schedule.cumulative(block - self.start_block) if block > self.start_block else 0

    def reward_at(self, block: int) -> int:
        """Wei `block` earns: 0 before the start and after the last era."""
        return self.schedule.reward_at(block - self.start_block) if block >= self.start_block else 0

    def era_at(self, block: int) -> int:
        """The era `block` is in: 0 before the start, and counting on after the last paid one."""
        return self.schedule.era_at(block - self.start_block) if block >= self.start_block else 0

    def owed(self, block: int) -> int:
        """Wei earned and not released, mintable or not."""
        return self.scheduled_through(block) - self.total_released

    def releasable(self, block: int, mintable: int) -> int:
        """Wei that `release` would mint in `block`."""
        return min(self.owed(block), mintable)

    def release(self, block: int, mintable: int) -> int:
        """Pay the recipient what is owed, as far as it is mintable; the rest stays owed.

        Returns:
            Wei to be minted to the recipient.
        """
        if self.recipient == ZERO_ADDRESS:
            raise Refusal("reward: no recipient")
        return self._release_to(self.recipient, block, mintable)

    def set_recipient(self, caller: str, recipient: str, block: int, mintable: int) -> int:
        """Send later rewards to another account; the old one must be payable in full and is paid first.

        Returns:
            Wei to be minted to the old recipient.
        """
        self.check_owner(caller)
        if recipient == ZERO_ADDRESS:
            raise Refusal("reward: zero recipient")
        if recipient in (self.address, self.token):
            raise Refusal("reward: bad recipient")
        if recipient == self.recipient:
            raise Refusal("reward: same recipient")
        old_recipient, paid = self.recipient, 0
        if old_recipient != ZERO_ADDRESS:
            if self.owed(block) > mintable:
                raise Refusal("reward: arrears owed")
            paid = self._release_to(old_recipient, block, mintable)
        self.recipient = recipient
        return paid

    def _release_to(self, recipient: str, block: int, mintable: int) -> int:
        amount = self.releasable(block, mintable)
        self.total_released += amount
        self.released_to[recipient] += amount
        return amount
