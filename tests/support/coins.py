"""Stake as coins that are followed one by one: which account has which of them in positions, in requests, or at hand. Knows nothing of votes."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import boa

from mdt.model.staking import OWN_SLOT
from tests.support.governor import DELEGATED, OWN, GovernorScene
from tests.support.staking import BURSE, UNIT

COIN = 10 * UNIT
Key = tuple[int, str, int]
"""Validator, owner (empty for the validator's own stake), slot."""


class Coins:
    """The coins of everybody in a scene, moved with every call that staking takes. Without slashes a share is a wei, so amounts are whole coins."""

    def __init__(self, scene: GovernorScene) -> None:
        self.scene = scene
        self.next = 0
        self.at_hand: defaultdict[str, list[int]] = defaultdict(list)
        self.positions: defaultdict[Key, list[int]] = defaultdict(list)
        self.requests: dict[tuple[Key, int], list[int]] = {}
        self.owners = dict(zip(scene.ids, scene.owners, strict=True))
        for validator_id, owner in self.owners.items():
            self.positions[validator_id, "", OWN_SLOT] = self._mint(OWN)
            self.at_hand[owner] = self._mint(BURSE - OWN)
        for index, staker in enumerate(scene.stakers):
            self.positions[scene.ids[index % 3], staker, 0] = self._mint(DELEGATED)
            self.at_hand[staker] = self._mint(BURSE - DELEGATED)

    def _mint(self, amount: int) -> list[int]:
        assert amount % COIN == 0
        made = list(range(self.next, self.next + amount // COIN))
        self.next += len(made)
        return made

    def key(self, account: str, validator_id: int, slot: int) -> Key:
        """Of a position, if it is the account's: of own stake, if it owns the validator."""
        return validator_id, "" if slot >= OWN_SLOT else account, slot

    def of(self, account: str, places: list[tuple[int, int]] | None = None) -> set[int]:
        """The coins that an account has in positions, or in some of them."""
        return {
            coin
            for (validator_id, owner, slot), coins in self.positions.items()
            for coin in coins
            if (owner == account or (not owner and self.owners[validator_id] == account)) and (places is None or (validator_id, slot) in places)
        }

    def places(self, account: str) -> list[tuple[int, int]]:
        """Its positions with something in them."""
        return sorted(
            (validator_id, slot)
            for (validator_id, owner, slot), coins in self.positions.items()
            if coins and (owner == account or (not owner and self.owners[validator_id] == account))
        )

    # --- calls, each taken or refused by staking ---

    def stake(self, account: str, validator_id: int, slot: int, count: int) -> bool:
        """Put coins into a position."""
        count = min(count, len(self.at_hand[account]))
        if not count or not self._done("stake", account, validator_id, slot, count * COIN, 0):
            return False
        move(self.at_hand[account], self.positions[self.key(account, validator_id, slot)], count)
        return True

    def unstake(self, account: str, validator_id: int, slot: int, count: int) -> bool:
        """Ask for coins back."""
        key = self.key(account, validator_id, slot)
        count = min(count, len(self.positions[key]))
        if not count or not self._done("unstake", account, validator_id, slot, count * COIN):
            return False
        taken = self.requests[key, self.answer] = []
        move(self.positions[key], taken, count)
        return True

    def end_request(self, account: str, number: int, is_cancelled: bool) -> bool:
        """Take a request out, or put it back."""
        if not self.requests:
            return False
        key, request_id = list(self.requests)[number % len(self.requests)]
        validator_id, owner, slot = key
        account = owner or self.owners[validator_id] if number % 5 else account
        if not self._done("cancel_unstake" if is_cancelled else "withdraw", account, validator_id, slot, request_id):
            return False
        coins = self.requests.pop((key, request_id))
        (self.positions[key] if is_cancelled else self.at_hand[account]).extend(coins)
        return True

    def redelegate(self, account: str, source: tuple[int, int], target: tuple[int, int], count: int) -> bool:
        """Move coins to another validator at once."""
        key = self.key(account, *source)
        count = min(count, len(self.positions[key]))
        if not count or not self._done("redelegate", account, *source, *target, count * COIN):
            return False
        move(self.positions[key], self.positions[self.key(account, *target)], count)
        return True

    def lend(self, giver: str, taker: str, count: int) -> None:
        """Give coins at hand to somebody else."""
        count = min(count, len(self.at_hand[giver]))
        self.scene.suite.token.transfer(taker, count * COIN, sender=giver)
        move(self.at_hand[giver], self.at_hand[taker], count)

    def hand_on(self, validator_id: int, heir: str) -> bool:
        """A validator gets another owner, and with it its own stake."""
        if heir == self.owners[validator_id]:
            return False
        self.scene.validators.propose_owner(validator_id, heir, sender=self.owners[validator_id])
        self.scene.validators.accept_owner(validator_id, sender=heir)
        self.owners[validator_id] = heir
        return True

    def agree(self) -> None:
        """Staking has as much everywhere as is followed here."""
        for (validator_id, owner, slot), coins in self.positions.items():
            assert self.scene.stakes.worth(validator_id, owner or "0x" + "00" * 20, slot) == len(coins) * COIN

    def _done(self, function: str, account: str, *arguments: Any) -> bool:
        try:
            self.answer = getattr(self.scene.staking, function)(*arguments, sender=account)
        except boa.BoaError:  # what staking refuses moves no coin
            return False
        return True


def move(source: list[int], target: list[int], count: int) -> None:
    """The last so many of a list to the end of another."""
    target.extend(source[-count:])
    del source[-count:]
