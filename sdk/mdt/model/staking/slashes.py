"""What the slasher takes, gives back, and has redelegated stake answer for."""

from __future__ import annotations

from dataclasses import replace

from mdt.model.offences import OFFENCES
from mdt.model.refusals import refusals
from mdt.model.staking.books import StakingBooks
from mdt.model.staking.position import ALL, FREE, Escrow, PositionKey
from mdt.model.staking.terms import MAX_SLASH_BPS, Status
from mdt.units import BPS

require = refusals("staking")


class Slashes(StakingBooks):
    """The calls of the slasher."""

    def slash(self, caller: str, validator_id: int, offence: int, slash_id: int, bps: int) -> int:
        """Take a part of a pool and jail the validator; returns wei, rounded down."""
        self._check_slasher(caller)
        require(offence < OFFENCES, "unknown offence")
        require(bps <= MAX_SLASH_BPS, "slash too large")
        pool = self._settled(validator_id)
        require((validator_id, offence) not in self.escrows, "slash pending")
        amount = pool.tokens * bps // BPS
        self.escrows[validator_id, offence] = Escrow(amount, slash_id)
        pool.tokens -= amount
        pool.pending |= 1 << offence
        pool.slash_count += 1
        self._store(validator_id, pool, pool.status | Status.JAILED)
        return amount

    def end_slash(self, caller: str, validator_id: int, offence: int, is_overturned: bool) -> int:
        """Forget what the pool might have got back, or give it back; returns wei."""
        self._check_slasher(caller)
        pool = self._settled(validator_id)
        require((validator_id, offence) in self.escrows, "no slash pending")
        amount = self.escrows.pop((validator_id, offence)).tokens
        pool.pending ^= 1 << offence
        if is_overturned:
            pool.tokens += amount
        self._store(validator_id, pool)
        return amount

    def answer_slash(self, caller: str, validator_id: int, owner: str, slot: int, request_id: int, slash_id: int, bps: int, height: int) -> int:
        """Let stake that left a validator answer for the next slash of it: a request, or with `ALL` the position that was redelegated; returns wei."""
        self._check_slasher(caller)
        require(bps <= MAX_SLASH_BPS, "slash too large")
        key = self._key(validator_id, owner, slot)
        amount = self._answer_moved(key, bps, height) if request_id == ALL else self._answer_asked_back(key, request_id, bps, height)
        if amount:
            self.restitution[caller, slash_id, owner] += amount
        return amount

    def _answer_asked_back(self, key: PositionKey, request_id: int, bps: int, height: int) -> int:
        """A validator's own stake pays for all that the validator does while it waits."""
        request = require.found(self.positions[key].requests.get(request_id), "nothing to answer")
        require(request.next_slash != FREE, "nothing to answer")
        is_last = self._is_last(request.left_at, request.unlocks_at, height)
        is_due = height <= request.left_at or (key.is_own and not is_last)
        amount = request.tokens * bps // BPS if is_due else 0
        request.tokens -= amount
        request.next_slash = FREE if is_last else request.next_slash + 1
        return amount

    def _answer_moved(self, key: PositionKey, bps: int, height: int) -> int:
        position = self.positions[key]
        debt = require.found(position.debt, "nothing to answer")
        position.debt = None if self._is_last(debt.left_at, debt.until, height) else replace(debt, next_slash=debt.next_slash + 1)
        pool = self._settled(key.validator_id)
        shares = position.shares * bps // BPS
        if height > debt.left_at or shares == 0:
            return 0
        self._reshape(pool, key, position.shares - shares, position.bonus_bps)
        amount = self._leave(key.validator_id, pool, shares, key.owner)
        self._store(key.validator_id, pool)
        return amount

    def _is_last(self, left_at: int, ends_at: int, height: int) -> bool:
        """Whether no slash can come any more, after one for an offence at this height, that stake which left then pays for."""
        return height >= left_at + self.terms.unbonding_blocks and self.clock.timestamp >= ends_at

    def take_restitution(self, caller: str, slash_id: int, owner: str) -> int:
        """Take what is noted for an owner and a slash of the caller's, who may have been replaced since; returns wei."""
        return self.restitution.pop((caller, slash_id, owner), 0)

    def set_slasher(self, caller: str, slasher: str) -> None:
        """Name the one contract that may slash; not while a slash is in escrow."""
        self.check_owner(caller)
        self._check_successor(self.slasher, slasher)
        require(not self.escrows, "slash pending")
        self.slasher = slasher

    def _check_slasher(self, caller: str) -> None:
        require(caller == self.slasher, "not the slasher")
