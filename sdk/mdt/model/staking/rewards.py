"""Rewards that come in, flow, and are paid."""

from __future__ import annotations

from collections.abc import Callable

from mdt.addresses import ZERO_ADDRESS
from mdt.model.refusals import refusals
from mdt.model.staking.pool import OWED_SCALE
from mdt.model.staking.position import CLAIM_SCALE
from mdt.model.staking.stakes import Stakes
from mdt.model.staking.terms import MIN_STREAM_BLOCKS
from mdt.model.stream import SCALE

require = refusals("staking")


class Rewards(Stakes):
    """What is notified and pulled in, claimed, recycled, and paid to whom."""

    # --- permissionless ---

    def claim(self, validator_id: int, owner: str, slot: int) -> int:
        """Pay a position's rewards; returns wei, rounded down, and keeps the fraction."""
        key = self._key(validator_id, owner, slot)
        acc = self._settled(validator_id).acc
        position = self.positions[key]
        amount = position.owed_at(acc) // CLAIM_SCALE
        require(amount > 0, "nothing to claim")
        position.settle(acc)
        position.owed -= amount * CLAIM_SCALE
        if self._is_lock_over(position):
            self.end_lock(validator_id, owner, slot)
        position.round()
        self.rewards_paid += amount
        return amount

    def claim_commission(self, validator_id: int) -> int:
        """Pay a validator's commission; returns wei, rounded down."""
        pool = self._settled(validator_id)
        amount = pool.commission_owed // OWED_SCALE
        require(amount > 0, "nothing to claim")
        pool.commission_owed -= amount * OWED_SCALE
        self._store(validator_id, pool)
        self.rewards_paid += amount
        return amount

    def pull_block_rewards(self, released_to_self: int, reward_at_last_pull: int, owed: int = 0, minted: int | None = None) -> int:
        """Stream what BlockReward has released and was not counted yet.

        Args:
            released_to_self: wei BlockReward ever released to this contract, after a `release()` in this block.
            reward_at_last_pull: wei the schedule pays for block `pulled_through`.
            owed: wei BlockReward has earned and not released.
            minted: wei the token says were minted as block rewards, beyond which no BlockReward is believed; None: it says enough.

        Returns:
            Wei added to the stream.
        """
        now = self.clock.block_number
        received = self.received_before + released_to_self
        received = received if minted is None else min(received, minted)
        amount, since = received - self.block_rewards_received, self.pulled_through
        if amount == 0 and owed:
            return 0
        self.pulled_through = max(since, now)
        if amount == 0:
            return 0
        self.block_rewards_received = received
        self.rewards_received += amount
        enough = -(-amount // reward_at_last_pull) if reward_at_last_pull else self.terms.stream_blocks
        self.ledger.add_rewards(self.ledger.block_stream, amount, max(now - since, enough))
        return amount

    def recycle_idle_rewards(self) -> int:
        """Hand what was streamed while nobody was staked to the recycling pool; returns wei."""
        require(self.ledger.idle_wei() != 0, "nothing idle")
        amount = self.ledger.take_idle()
        self.rewards_recycled += amount
        return amount

    # --- user ---

    def set_recipient(self, caller: str, recipient: str) -> None:
        """Have one's rewards paid to another account; oneself or the zero address: to oneself."""
        recipient = ZERO_ADDRESS if recipient == caller else recipient
        require(recipient != self.recipient_of.get(caller, ZERO_ADDRESS), "same recipient")
        self.recipient_of[caller] = recipient

    @property
    def longest_payment(self) -> int:
        """Blocks that what a schedule pays is streamed over at most."""
        return self.terms.stream_blocks

    # --- roles: the notifier, the schedules; governance ---

    def notify_reward(self, caller: str, amount: int) -> None:
        """Stream an epoch's rewards, `amount` wei, over `stream_blocks` more blocks."""
        require(caller == self.notifier, "not the notifier")
        require(amount > 0, "zero amount")
        self.rewards_received += amount
        self.ledger.add_rewards(self.ledger.epoch_stream, amount, self.terms.stream_blocks)

    def add_reward(self, caller: str, amount: int, blocks: int) -> None:
        """Have what a schedule pays for `blocks` blocks flow with the epoch rewards, as long as those do or for the mean of both times by amount."""
        require(caller == self.schedules, "not the schedules")
        require(amount > 0, "zero amount")
        self.rewards_received += amount
        stream, blocks = self.ledger.epoch_stream, max(min(blocks, self.terms.stream_blocks), MIN_STREAM_BLOCKS)
        left = max(stream.end - self.clock.block_number, 0)
        flows, comes = stream.rate * left, amount * SCALE
        mean = (flows * left + comes * blocks) // (flows + comes)
        self.ledger.add_rewards(stream, amount, max(mean, MIN_STREAM_BLOCKS, left) - left)

    def set_schedules(self, caller: str, schedules: str) -> None:
        """Name the one contract whose schedules may pay validators."""
        self.check_owner(caller)
        self._check_successor(self.schedules, schedules)
        self.schedules = schedules

    def set_block_reward(self, caller: str, block_reward: str, *, taken_over_from: str, pull: Callable[[], int]) -> None:
        """Have block rewards from the successor of the BlockReward they come from.

        Args:
            caller: the owner.
            block_reward: the successor.
            taken_over_from: what the successor says.
            pull: `pull_block_rewards` of the old one, without a release.
        """
        self.check_owner(caller)
        require(taken_over_from == self.block_reward, "has not taken over")
        pull()
        self.received_before = self.block_rewards_received
        self.block_reward = block_reward

    def set_notifier(self, caller: str, notifier: str) -> None:
        """Name the one account that may notify epoch rewards."""
        self.check_owner(caller)
        self._check_successor(self.notifier, notifier)
        self.notifier = notifier
