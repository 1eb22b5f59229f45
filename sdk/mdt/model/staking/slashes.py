"""What the slasher takes, gives back, and has redelegated stake answer for."""

from __future__ import annotations

from dataclasses import replace

from mdt.model.offences import OFFENCES
from mdt.model.refusals import refusals
from mdt.model.staking.books import StakingBooks
from mdt.model.staking.position import Escrow
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

    def answer_slash(self, caller: str, validator_id: int, owner: str, slot: int, slash_id: int, bps: int, is_over: bool) -> int:
        """Let a redelegated position answer for the next slash of the validator it came from; returns wei."""
        self._check_slasher(caller)
        require(bps <= MAX_SLASH_BPS, "slash too large")
        key = self._key(validator_id, owner, slot)
        position = self.positions[key]
        debt = require.found(position.debt, "nothing to answer")
        position.debt = None if is_over else replace(debt, next_slash=debt.next_slash + 1)
        pool = self._settled(validator_id)
        shares = position.shares * bps // BPS
        if shares == 0:
            return 0
        self._reshape(pool, key, position.shares - shares, position.bonus_bps)
        pool.active_shares -= shares
        amount = self._leave(validator_id, pool, shares, owner)
        self.restitution[caller, slash_id, owner] += amount
        self._store(validator_id, pool)
        return amount

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
