"""Stakers of a run: what they do with their stake, and a count of it that owes nothing to the contracts' own sums."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from mdt.chain.contract import Contract
from mdt.chain.signers import LocalSigner
from mdt.suite.opened import Suite

OWN = "0x0000000000000000000000000000000000000000"
"""The owner that a validator's own stake is kept under."""
OWN_SLOT = 8
EVERYTHING = 2**256 - 1


@dataclass
class StakeBook:
    """What a run saw happen to stake, in wei, by the events.

    Attributes:
        staked: taken from accounts.
        restaked: rewards that became stake.
        withdrawn: paid back to accounts.
        restored: came back into pools from overturned slashes.
        restituted: paid to those who had left such pools, or had answered for the slash.
        paid: rewards and commissions that left, by who got them.
        positions: every position there ever was: validator, owner, slot.
    """

    staked: int = 0
    restaked: int = 0
    withdrawn: int = 0
    restored: int = 0
    restituted: int = 0
    paid: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    positions: list[tuple[int, str, int]] = field(default_factory=list)


class Stakers:
    """Calls on Staking and Validators in people's names, counted in a book."""

    def __init__(self, suite: Suite) -> None:
        """Take the contracts of a finished deployment."""
        self.token, self.staking, self.validators = suite["MDT"], suite["Staking"], suite["Validators"]
        self.book = StakeBook()
        self.deposit = int(self.validators.call("DEPOSIT"))

    def register(self, operator: LocalSigner, amount: int, commission_bps: int, metadata: str) -> int:
        """Become a validator; its number."""
        self.token.send(operator, "approve", self.staking.address, amount)
        if self.deposit:
            self.token.send(operator, "approve", self.validators.address, self.deposit)
        receipt = self.validators.send(operator, "register", amount, commission_bps, metadata)
        number = int(self.validators.events(receipt, "ValidatorRegistered")[0].validator_id)
        self._count(number, OWN, OWN_SLOT, amount)
        return number

    def stake(self, owner: LocalSigner, validator_id: int, slot: int, amount: int, months: int = 0) -> None:
        """Delegate, or add to a validator's own stake."""
        self.token.send(owner, "approve", self.staking.address, amount)
        self.staking.send(owner, "stake", validator_id, slot, amount, months)
        self._count(validator_id, _key(owner, slot), slot, amount)

    def lock(self, owner: LocalSigner, validator_id: int, slot: int, months: int) -> int:
        """Lock a position; its bonus in bps."""
        receipt = self.staking.send(owner, "stake", validator_id, slot, 0, months)
        return int(self.staking.events(receipt, "Staked")[0].bonus_bps)

    def restake(self, owner: LocalSigner, validator_id: int, slot: int) -> int:
        """Add a position's rewards to it; wei."""
        receipt = self.staking.send(owner, "restake", validator_id, slot)
        amount = int(self.staking.events(receipt, "Staked")[0].amount)
        self.book.restaked += amount
        return amount

    def redelegate(self, owner: LocalSigner, source: tuple[int, int], target: tuple[int, int], amount: int = EVERYTHING) -> int:
        """Move a delegation from one (validator, slot) to another; wei moved."""
        receipt = self.staking.send(owner, "redelegate", *source, *target, amount)
        self._count(target[0], owner.address, target[1], 0)
        return int(self.staking.events(receipt, "Redelegated")[0].amount)

    def unstake(self, owner: LocalSigner, validator_id: int, slot: int, amount: int = EVERYTHING) -> int:
        """Ask for stake back; the request's number."""
        receipt = self.staking.send(owner, "unstake", validator_id, slot, amount)
        return int(self.staking.events(receipt, "Unstaked")[0].request_id)

    def withdraw(self, owner: LocalSigner, validator_id: int, slot: int, request_id: int) -> int:
        """Take out an unlocked request; wei."""
        receipt = self.staking.send(owner, "withdraw", validator_id, slot, request_id)
        amount = int(self.staking.events(receipt, "Withdrawn")[0].amount)
        self.book.withdrawn += amount
        return amount

    def claim_all(self, signer: LocalSigner) -> int:
        """Have every position and every commission paid, whoever signs; wei."""
        before = sum(self.book.paid.values())
        for number, owner, slot in self.book.positions:
            if self.staking.call("position", number, owner, slot).pending_reward:
                self._paid(self.staking, self.staking.send(signer, "claim", number, owner, slot), "RewardClaimed")
        for number in self.numbers():
            if self.staking.call("validator", number).commission_owed:
                self._paid(self.staking, self.staking.send(signer, "claim_commission", number), "CommissionClaimed")
        return sum(self.book.paid.values()) - before

    def numbers(self) -> Iterable[int]:
        """Numbers of all validators."""
        return range(1, int(self.validators.call("validator_count")) + 1)

    def _paid(self, staking: Contract, receipt: Any, name: str) -> None:
        for event in staking.events(receipt, name):
            self.book.paid[event.recipient] += int(event.amount)

    def _count(self, validator_id: int, owner: str, slot: int, amount: int) -> None:
        self.book.staked += amount
        if (validator_id, owner, slot) not in self.book.positions:
            self.book.positions.append((validator_id, owner, slot))


def _key(owner: LocalSigner, slot: int) -> str:
    """Under which owner a position is kept."""
    return OWN if slot >= OWN_SLOT else owner.address


def shares_held(staking: Contract, positions: Iterable[tuple[int, str, int]]) -> int:
    """Shares of all pools in positions."""
    return sum(int(staking.call("position", *key).shares) for key in positions)


def unbonding(staking: Contract, positions: Iterable[tuple[int, str, int]]) -> int:
    """Wei in unbonding requests."""
    counts = {key: staking.call("position", *key).request_count for key in positions}
    return sum(int(staking.call("request", *key, number).tokens) for key, count in counts.items() for number in range(count))
