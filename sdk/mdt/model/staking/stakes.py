"""Stake on its way in, on its way out and from one validator to another."""

from __future__ import annotations

from mdt.addresses import ZERO_ADDRESS
from mdt.errors import Refusal
from mdt.model.refusals import refusals
from mdt.model.stake_weight import MAX_LOCK_MONTHS, MONTH, lock_bonus
from mdt.model.staking.books import StakingBooks
from mdt.model.staking.pool import ValidatorPool
from mdt.model.staking.position import ALL, CLAIM_SCALE, OWN_SLOT, Debt, Position, PositionKey, Request
from mdt.units import BPS

require = refusals("staking")


class Stakes(StakingBooks):
    """The calls of those who stake, and the rules that stake follows."""

    # --- permissionless ---

    def end_lock(self, validator_id: int, owner: str, slot: int) -> None:
        """End the bonus of a position whose lock has run out."""
        key = self._key(validator_id, owner, slot)
        pool = self._settled(validator_id)
        require(self._is_lock_over(self.positions[key]), "lock not over")
        self._reshape(pool, key, self.positions[key].shares, 0)
        self._store(validator_id, pool)

    # --- user ---

    def stake(self, caller: str, validator_id: int, slot: int, amount: int, months: int, owner: str | None = None) -> None:
        """Add `amount` wei to a position of one's own, and lock it for `months` from now if not 0.

        Args:
            caller: who calls, and pays.
            validator_id: the validator's number.
            slot: 0-7 for a delegation, 8-15 for the own stake.
            amount: wei.
            months: 0 for no lock.
            owner: whose position; only the distributor, and without a lock, names another than itself.
        """
        require(amount + months != 0, "zero amount")
        owner = caller if owner is None else owner
        require(owner == caller or (months == 0 and caller == self.distributor), "not for another")
        self._add(self._key(validator_id, self._owner_of(owner, validator_id, slot), slot), amount, months)

    def restake(self, caller: str, validator_id: int, slot: int) -> int:
        """Add what a position has earned to it; returns wei."""
        return self._add_rewards(self._key(validator_id, self._owner_of(caller, validator_id, slot), slot))

    def unstake(self, caller: str, validator_id: int, slot: int, amount: int) -> int:
        """Ask for `amount` wei back, or for all of the position; returns the request's id."""
        key = self._key(validator_id, self._owner_of(caller, validator_id, slot), slot)
        pool, position = self._settled(validator_id), self.positions[key]
        shares = self._free_shares(key, pool, amount)
        require(position.unlocks_at <= self.clock.timestamp, "still locked")
        require(slot < OWN_SLOT or not pool.is_active or pool.worth(pool.own_shares - shares) >= self.terms.min_validator_stake, "below the minimum")
        request_id = position.request_count
        position.requests[request_id] = Request(shares, self.clock.timestamp + self.terms.unbonding_seconds)
        position.request_count += 1
        self._reshape(pool, key, position.shares - shares, 0)
        pool.active_shares -= shares
        self._store(validator_id, pool)
        return request_id

    def cancel_unstake(self, caller: str, validator_id: int, slot: int, request_id: int) -> None:
        """Put a request back into its position."""
        key = self._key(validator_id, self._owner_of(caller, validator_id, slot), slot)
        pool, position = self._settled(validator_id), self.positions[key]
        self._check_open(key, pool)
        require(request_id in position.requests, "no such request")
        shares = position.requests[request_id].shares
        self._check_cap(key, pool, pool.worth(shares))
        del position.requests[request_id]
        pool.active_shares += shares
        self._reshape(pool, key, position.shares + shares, self._bonus_with(key, shares))
        self._store(validator_id, pool)

    def withdraw(self, caller: str, validator_id: int, slot: int, request_id: int) -> int:
        """Take out an unlocked request; returns wei."""
        owner = self._owner_of(caller, validator_id, slot)
        position = self.positions[self._key(validator_id, owner, slot)]
        require(request_id in position.requests, "no such request")
        require(self.clock.timestamp >= position.requests[request_id].unlocks_at, "still unbonding")
        pool = self._settled(validator_id)
        amount = self._leave(validator_id, pool, position.requests.pop(request_id).shares, owner)
        self._store(validator_id, pool)
        return amount

    def redelegate(self, caller: str, source_id: int, source_slot: int, validator_id: int, slot: int, amount: int) -> int:
        """Move delegated stake to another validator's empty slot, answerable for slashes of the first; returns wei."""
        require(source_slot < OWN_SLOT and slot < OWN_SLOT, "own stake")
        require(source_id != validator_id, "same validator")
        source_key, key = self._key(source_id, caller, source_slot), self._key(validator_id, caller, slot)
        # The second half can refuse: nothing may have changed then.
        saved = self._copy(source_id, validator_id, source_key, key)
        try:
            source, position = self._settled(source_id), self.positions[source_key]
            bonus, unlocks_at = 0 if self._is_lock_over(position) else position.bonus_bps, position.unlocks_at
            shares = self._free_shares(source_key, source, amount)
            self._reshape(source, source_key, position.shares - shares, bonus)
            source.active_shares -= shares
            moved = self._leave(source_id, source, shares, caller)
            require(moved > 0, "zero amount")
            if position.shares == 0:
                position.unlocks_at = 0  # an empty slot is not locked
            self._store(source_id, source)
            self._carry(key, moved, bonus, unlocks_at)
        except Refusal:
            self._restore(saved)
            raise
        self.positions[key].debt = Debt(source_id, self.clock.timestamp + self.terms.unbonding_seconds, source.slash_count)
        return moved

    # --- internal: stake that comes ---

    def _add(self, key: PositionKey, amount: int, months: int) -> None:
        """Add wei to a position, which may be none, and lock it for `months` from now if not 0."""
        require(months <= MAX_LOCK_MONTHS, "lock too long")
        pool, position = self._settled(key.validator_id), self.positions[key]
        if amount > 0:
            shares = self._buy(key, pool, amount)
        else:
            require(position.shares > 0, "no stake")
            shares = 0
        if months == 0:
            self._grow(key, pool, shares, self._bonus_with(key, shares), position.unlocks_at)
            return
        unlocks_at = self.clock.timestamp + months * MONTH
        require(unlocks_at >= position.unlocks_at, "shorter than the lock")
        self._grow(key, pool, shares, lock_bonus(self._bps_per_month(key), months), unlocks_at)

    def _add_rewards(self, key: PositionKey) -> int:
        """Add what a position has earned to it; returns wei."""
        pool, position = self._settled(key.validator_id), self.positions[key]
        amount = position.owed_at(pool.acc) // CLAIM_SCALE
        require(amount > 0, "nothing to claim")
        shares = self._buy(key, pool, amount)
        position.owed -= amount * CLAIM_SCALE
        self._grow(key, pool, shares, self._bonus_with(key, shares), position.unlocks_at)
        self.rewards_paid += amount
        return amount

    def _carry(self, key: PositionKey, amount: int, bonus_bps: int, unlocks_at: int) -> None:
        """Put wei into an empty slot, locked as it was in the position it comes from."""
        pool = self._settled(key.validator_id)
        shares = self._buy(key, pool, amount)
        require(self.positions[key].shares == 0, "slot not empty")
        self._grow(key, pool, shares, bonus_bps, unlocks_at)

    def _buy(self, key: PositionKey, pool: ValidatorPool, amount: int) -> int:
        """Put wei into a settled pool, where that is allowed; returns the shares they buy."""
        self._check_open(key, pool)
        self._check_cap(key, pool, amount)
        return pool.enter(amount)

    def _grow(self, key: PositionKey, pool: ValidatorPool, shares: int, bonus_bps: int, unlocks_at: int) -> None:
        """Give a position shares that were bought for it, with their lock, and store the pool."""
        position = self.positions[key]
        self._reshape(pool, key, position.shares + shares, bonus_bps)
        position.unlocks_at = unlocks_at
        self._store(key.validator_id, pool)

    # --- internal: rules ---

    def _free_shares(self, key: PositionKey, pool: ValidatorPool, amount: int) -> int:
        """Shares worth `amount` wei of a position that answers for nothing, rounded up."""
        position = self.positions[key]
        require(amount > 0, "zero amount")
        require(position.shares != 0, "no stake")
        self._check_answered(key)
        if amount == ALL:
            return position.shares
        worth = pool.worth(position.shares)
        require(amount <= worth, "exceeds the stake")
        return position.shares if amount == worth else -(-amount * pool.shares // pool.tokens)

    def _check_answered(self, key: PositionKey) -> None:
        debt = self.positions[key].debt
        if debt is None:
            return
        require(self.clock.timestamp > debt.until, "still answerable")
        require(debt.next_slash == self.pools[debt.source].slash_count, "slash unanswered")

    def _check_open(self, key: PositionKey, pool: ValidatorPool) -> None:
        if not key.is_own:
            require(pool.is_active, "validator not active")
            self._check_answered(key)

    def _check_cap(self, key: PositionKey, pool: ValidatorPool, amount: int) -> None:
        total = self.staked + (0 if pool.is_active else pool.staked)
        if BPS * (pool.staked + amount) <= self.terms.cap_bps * (total + amount):
            return
        is_own_minimum = key.is_own and pool.own_staked + amount <= self.terms.min_validator_stake
        require(self.active_count < self.terms.cap_min_validators or is_own_minimum, "over the cap")

    def _bonus_with(self, key: PositionKey, added: int) -> int:
        """Bonus of a position to which shares come without a new lock: whole months left of a running one, blended."""
        position, now = self.positions[key], self.clock.timestamp
        if position.unlocks_at <= now:
            return 0
        added_bonus = lock_bonus(self._bps_per_month(key), (position.unlocks_at - now) // MONTH)
        return (position.shares * position.bonus_bps + added * added_bonus) // (position.shares + added)

    def _is_lock_over(self, position: Position) -> bool:
        return position.bonus_bps > 0 and position.unlocks_at <= self.clock.timestamp

    def _bps_per_month(self, key: PositionKey) -> int:
        return self.terms.own_bonus_bps if key.is_own else self.terms.delegated_bonus_bps

    def _owner_of(self, caller: str, validator_id: int, slot: int) -> str:
        if slot < OWN_SLOT:
            return caller
        require(self.registry is not None and caller == self.registry.operator_of(validator_id), "not the operator")
        return ZERO_ADDRESS
