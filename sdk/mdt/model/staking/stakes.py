"""Stake on its way in, on its way out and from one validator to another."""

from __future__ import annotations

from dataclasses import replace

from mdt.addresses import ZERO_ADDRESS
from mdt.errors import Refusal
from mdt.model.refusals import refusals
from mdt.model.stake_weight import MAX_LOCK_MONTHS, MONTH, lock_bonus
from mdt.model.staking.books import StakingBooks
from mdt.model.staking.cap import UNCAPPED
from mdt.model.staking.pool import ANY_AMOUNT, ValidatorPool
from mdt.model.staking.position import ALL, CLAIM_SCALE, MAX_ACCEPTED, OWN_SLOT, PERCENT, Debt, Position, PositionKey, Request
from mdt.units import BPS

require = refusals("staking")

SAME = ALL - 1  # what was accepted before holds


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

    def stake(
        self,
        caller: str,
        validator_id: int,
        slot: int,
        amount: int,
        months: int,
        owner: str | None = None,
        max_commission_bps: int = ALL,
        at_most: bool = False,
    ) -> int:
        """Add `amount` wei to a position of one's own, and lock it for `months` from now if not 0; returns wei added.

        Args:
            caller: who calls, and pays.
            validator_id: the validator's number.
            slot: 0-7 for a delegation, 8-15 for the own stake.
            amount: wei.
            months: 0 for no lock.
            owner: whose position; only the distributor, and without a lock, names another than itself.
            max_commission_bps: the largest commission that the caller accepts; what is taken now if left out.
            at_most: take what fits.
        """
        require(amount + months != 0, "zero amount")
        owner = caller if owner is None else owner
        require(owner == caller or (months == 0 and caller == self.distributor), "not for another")
        key = self._key(validator_id, self._owner_of(owner, validator_id, slot), slot)
        return self._add(key, amount, months, max_commission_bps if owner == caller else SAME, at_most)

    def restake(self, caller: str, validator_id: int, slot: int) -> int:
        """Add what a position has earned to it; returns wei."""
        return self._add_rewards(self._key(validator_id, self._owner_of(caller, validator_id, slot), slot))

    def unstake(self, caller: str, validator_id: int, slot: int, amount: int) -> int:
        """Ask for `amount` wei back, or for all of the position; returns the request's id."""
        key = self._key(validator_id, self._owner_of(caller, validator_id, slot), slot)
        pool, position = self._settled(validator_id), self.positions[key]
        shares = self._free_shares(key, pool, amount)
        require(not self._is_held(key, pool), "still locked")
        if key.is_own and pool.is_active:
            self._check_own_part(pool, shares)
        position.unlocks_at = min(position.unlocks_at, self.clock.timestamp)  # a lock that does not hold ends
        self._reshape(pool, key, position.shares - shares, 0)
        amount = self._leave(validator_id, pool, shares, key.owner)
        request_id = position.request_count
        unlocks_at = self.clock.timestamp + self.terms.unbonding_seconds
        position.requests[request_id] = Request(amount, unlocks_at, self.clock.block_number, pool.slash_count)
        position.request_count += 1
        self._store(validator_id, pool)
        return request_id

    def cancel_unstake(self, caller: str, validator_id: int, slot: int, request_id: int) -> None:
        """Put a request back into its position."""
        key = self._key(validator_id, self._owner_of(caller, validator_id, slot), slot)
        pool, position = self._settled(validator_id), self.positions[key]
        self._check_open(key, pool)
        require(request_id in position.requests, "no such request")
        request = position.requests[request_id]
        self._check_slashes(validator_id, request.next_slash)
        asked_at = request.unlocks_at - self.terms.unbonding_seconds
        require(not self.cap.was_read_since(asked_at, self.clock.timestamp), "too early to cancel")
        cap = self.cap
        try:
            self._fitting(key, pool, request.tokens)
            shares = pool.enter(request.tokens)
        except Refusal:
            self.cap = cap  # no reading was made
            raise
        del position.requests[request_id]
        self._reshape(pool, key, position.shares + shares, self._bonus_with(key, shares))
        self._store(validator_id, pool)

    def withdraw(self, caller: str, validator_id: int, slot: int, request_id: int) -> int:
        """Take out an unlocked request; returns wei."""
        owner = self._owner_of(caller, validator_id, slot)
        position = self.positions[self._key(validator_id, owner, slot)]
        require(request_id in position.requests, "no such request")
        request = position.requests[request_id]
        require(self.clock.timestamp >= request.unlocks_at and not self._is_early(request.left_at), "still unbonding")
        self._check_slashes(validator_id, request.next_slash)
        return position.requests.pop(request_id).tokens

    def redelegate(self, caller: str, source_id: int, source_slot: int, validator_id: int, slot: int, amount: int, max_commission_bps: int = ALL) -> int:
        """Move delegated stake to another validator's empty slot, answerable for slashes of the first; returns wei.

        Where no largest commission is said, that of locked stake stays what it was.
        """
        require(source_slot < OWN_SLOT and slot < OWN_SLOT, "own stake")
        require(source_id != validator_id, "same validator")
        source_key, key = self._key(source_id, caller, source_slot), self._key(validator_id, caller, slot)
        # The second half can refuse: nothing may have changed then.
        saved = self._copy(source_id, validator_id, source_key, key)
        try:
            source, position = self._settled(source_id), self.positions[source_key]
            bonus, unlocks_at = 0 if self._is_lock_over(position) else position.bonus_bps, position.unlocks_at
            is_kept = max_commission_bps == ALL and unlocks_at > self.clock.timestamp
            accepted = position.accepted * PERCENT if is_kept else max_commission_bps
            shares = self._free_shares(source_key, source, amount)
            self._reshape(source, source_key, position.shares - shares, bonus)
            moved = self._leave(source_id, source, shares, caller)
            require(moved > 0, "zero amount")
            if position.shares == 0:
                position.unlocks_at = 0  # an empty slot is not locked
            self._store(source_id, source)
            self._carry(key, moved, bonus, unlocks_at, accepted)
        except Refusal:
            self._restore(saved)
            raise
        until = self.clock.timestamp + self.terms.unbonding_seconds
        self.positions[key].debt = Debt(source_id, until, self.clock.block_number, source.slash_count)
        return moved

    # --- internal: stake that comes ---

    def _add(self, key: PositionKey, amount: int, months: int, accepted: int = ALL, at_most: bool = False) -> int:
        """Add wei to a position, which may be none, and lock it for `months` from now if not 0; returns wei added."""
        require(months <= MAX_LOCK_MONTHS, "lock too long")
        pool, position, cap = self._settled(key.validator_id), self.positions[key], self.cap
        accepted = self._accept(key, pool.commission_bps, accepted)
        try:
            if amount > 0:
                amount, shares = self._buy(key, pool, amount, at_most)
            else:
                require(position.shares > 0, "no stake")
                shares = 0
            unlocks_at = self.clock.timestamp + months * MONTH if months else position.unlocks_at
            require(months == 0 or unlocks_at >= position.unlocks_at, "shorter than the lock")
        except Refusal:
            self.cap = cap  # no reading was made
            raise
        position.accepted = accepted
        bonus = lock_bonus(self._bps_per_month(key), months) if months else self._bonus_with(key, shares)
        self._grow(key, pool, shares, bonus, unlocks_at)
        return amount

    def _add_rewards(self, key: PositionKey) -> int:
        """Add what a position has earned to it; returns wei."""
        pool, position = self._settled(key.validator_id), self.positions[key]
        amount = position.owed_at(pool.acc) // CLAIM_SCALE
        require(amount > 0, "nothing to claim")
        accepted = self._accept(key, pool.commission_bps, SAME)
        self._check_open(key, pool)
        shares = pool.enter(amount)
        position.accepted = accepted
        position.owed -= amount * CLAIM_SCALE
        self._grow(key, pool, shares, self._bonus_with(key, shares), position.unlocks_at)
        self.rewards_paid += amount
        return amount

    def _carry(self, key: PositionKey, amount: int, bonus_bps: int, unlocks_at: int, accepted: int) -> None:
        """Put wei into an empty slot, locked as it was in the position it comes from."""
        pool = self._settled(key.validator_id)
        accepted = self._accept(key, pool.commission_bps, accepted)
        _, shares = self._buy(key, pool, amount)
        require(self.positions[key].shares == 0, "slot not empty")
        self.positions[key].accepted = accepted
        self._grow(key, pool, shares, bonus_bps, unlocks_at)

    def _buy(self, key: PositionKey, pool: ValidatorPool, amount: int, at_most: bool = False) -> tuple[int, int]:
        """Put wei into a settled pool, where that is allowed; returns those that fit, and the shares they buy."""
        self._check_open(key, pool)
        amount = self._fitting(key, pool, amount, at_most)
        return amount, pool.enter(amount)

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
        require(self.clock.timestamp > debt.until and not self._is_early(debt.left_at), "still answerable")
        self._check_slashes(debt.source, debt.next_slash)

    def _is_early(self, left_at: int) -> bool:
        """Whether evidence, which ages in blocks, can still come against stake that left then."""
        return self.clock.block_number < left_at + self.terms.unbonding_blocks

    def _check_slashes(self, validator_id: int, next_slash: int) -> None:
        require(next_slash >= self.pools[validator_id].slash_count, "slash unanswered")

    def _check_own_part(self, pool: ValidatorPool, shares: int) -> None:
        """An active validator keeps its minimum and its part when own shares leave."""
        rest = replace(pool, tokens=pool.tokens - pool.worth(shares), shares=pool.shares - shares, own_shares=pool.own_shares - shares)
        require(rest.own_staked >= self.terms.min_validator_stake, "below the minimum")
        require(rest.delegated <= self._carried_by(rest.own_staked), "own part too small")

    def _check_open(self, key: PositionKey, pool: ValidatorPool) -> None:
        if not key.is_own:
            require(pool.is_active, "validator not active")
            self._check_answered(key)

    def _fitting(self, key: PositionKey, pool: ValidatorPool, amount: int, at_most: bool = False) -> int:
        """Wei of `amount` that may come to a pool: what the cap, the validator and its own part let in."""
        network = self.staked + (0 if pool.is_active else pool.tokens)
        self.cap = self.cap.read(network, self.clock.timestamp)
        room = self.cap.room(pool.tokens, network, self.counted_count, self.terms.cap_bps)
        if key.is_own:
            least = max(self.terms.min_validator_stake, -(-pool.delegated * self.terms.own_part_bps // BPS))
            room = max(room, least - pool.own_staked)
        require(_fits(amount, room, at_most), "over the cap")
        amount = min(amount, room)
        if key.is_own:
            return amount
        room = _left(_limit(pool.limit), pool.delegated)
        require(_fits(amount, room, at_most), "over the limit")
        amount = min(amount, room)
        room = _left(self._carried_by(pool.own_staked), pool.delegated)
        require(_fits(amount, room, at_most), "own part too small")
        return min(amount, room)

    def room(self, validator_id: int) -> int:
        """Wei that a delegation may bring now; `UNCAPPED` where nothing binds."""
        pool = self._settled(validator_id)
        if not pool.is_active or pool.pending:
            return 0
        room = self.cap.read(self.staked, self.clock.timestamp).room(pool.tokens, self.staked, self.counted_count, self.terms.cap_bps)
        return min(room, _left(_limit(pool.limit), pool.delegated), _left(self._carried_by(pool.own_staked), pool.delegated))

    def _accept(self, key: PositionKey, commission_bps: int, accepted: int) -> int:
        """The largest commission that a position's owner accepts, whole percent, rounded up."""
        position = self.positions[key]
        if accepted == SAME and position.shares != 0:
            return position.accepted
        if accepted < SAME:
            require(commission_bps <= accepted, "takes more than that")
            return -(-min(accepted, MAX_ACCEPTED * PERCENT) // PERCENT)
        return -(-commission_bps // PERCENT)

    def _is_held(self, key: PositionKey, pool: ValidatorPool) -> bool:
        """Whether a lock keeps a position from leaving: one that runs, unless a delegation's validator takes more than was accepted."""
        position = self.positions[key]
        return position.unlocks_at > self.clock.timestamp and (key.is_own or pool.commission_bps <= position.accepted * PERCENT)

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
        require(self.registry is not None and caller == self.registry.owner_of(validator_id), "not the owner")
        return ZERO_ADDRESS


def _fits(amount: int, room: int, at_most: bool) -> bool:
    return amount <= room or (at_most and room > 0)


def _left(most: int, used: int) -> int:
    return most if most == UNCAPPED else max(most - used, 0)


def _limit(limit: int) -> int:
    return UNCAPPED if limit == ANY_AMOUNT else limit
