"""What Staking keeps, what it shows, and how a pool changes: settled as a copy, changed, stored and weighed anew."""

from __future__ import annotations

from collections import defaultdict
from copy import copy
from dataclasses import replace
from typing import Protocol

from mdt.addresses import ZERO_ADDRESS
from mdt.model.clock import Clock
from mdt.model.offences import OFFENCES
from mdt.model.ownable import Ownable
from mdt.model.refusals import refusals
from mdt.model.stake_weight import DecayTable
from mdt.model.staking.cap import UNCAPPED, StakeCap, counts
from mdt.model.staking.ledger import RewardLedger
from mdt.model.staking.pool import ValidatorPool
from mdt.model.staking.position import CLAIM_SCALE, SLOTS, Escrow, Position, PositionKey
from mdt.model.staking.terms import BARS, MAX_TOKEN_CAP, StakingTerms, Status
from mdt.units import BPS

require = refusals("staking")

ACC_SHIFT = 49
OWED_SHIFT = 27  # from scaled wei to the 2^-20 wei of a commission


class Registry(Protocol):
    """What staking asks the registry of validators."""

    def owner_of(self, validator_id: int) -> str:
        """The current owner; the zero address if there is no such validator."""


class StakingBooks(Ownable):
    """Pools, positions and escrows, and the network's rewards."""

    def __init__(
        self,
        clock: Clock,
        *,
        terms: StakingTerms,
        decay_stakes: list[int],
        decay_values: list[int],
        owner: str,
        token_cap: int,
        start_block: int,
        block_reward: str = ZERO_ADDRESS,
    ) -> None:
        """Deploy.

        Args:
            clock: the chain's clock.
            terms: what is fixed for good.
            decay_stakes: seven breakpoints of the decay table, wei.
            decay_values: effective stake at each of them, wei.
            owner: names notifier, slasher and registry, and sets the values of the decay table.
            token_cap: the token's cap in wei.
            start_block: the first block that earns a block reward.
            block_reward: the first source of block rewards.

        Raises:
            Refusal: as the contract's constructor, in the same order.
        """
        require(owner != ZERO_ADDRESS, "zero owner")
        terms.check()
        require(token_cap <= MAX_TOKEN_CAP, "token cap too large")
        super().__init__(owner)
        self.clock = clock
        self.terms = terms
        self.tables = [DecayTable(decay_stakes, decay_values, terms.min_validator_stake)]
        self.table_acc = [0]  # version => the network's accumulator when it came into force
        self.table_set_at = clock.timestamp
        self.ledger = RewardLedger(clock)
        self.cap = StakeCap()
        self.pools: dict[int, ValidatorPool] = {}
        self.positions: defaultdict[PositionKey, Position] = defaultdict(Position)
        self.escrows: dict[tuple[int, int], Escrow] = {}
        self.restitution: defaultdict[tuple[str, int, str], int] = defaultdict(int)  # slasher, slash, owner
        self.recipient_of: dict[str, str] = {}
        self.notifier = ZERO_ADDRESS
        self.schedules = ZERO_ADDRESS
        self.slasher = ZERO_ADDRESS
        self.registry_address = ZERO_ADDRESS
        self.registry: Registry | None = None
        self.rewards_received = 0
        self.rewards_paid = 0
        self.rewards_recycled = 0
        self.block_rewards_received = 0
        self.block_reward = block_reward
        self.received_before = 0  # wei of block rewards from the sources before the one there is
        self.distributor = ZERO_ADDRESS  # the notifier's: what it says when it is asked
        self.pulled_through = max(start_block, clock.block_number)

    # --- views ---

    def pending_reward(self, validator_id: int, owner: str, slot: int) -> int:
        """Wei `claim` would pay in this block."""
        return self.positions[self._key(validator_id, owner, slot)].owed_at(self._settled(validator_id).acc) // CLAIM_SCALE

    def validator(self, validator_id: int) -> ValidatorPool:
        """A pool as of this block: a copy."""
        return self._settled(validator_id)

    def weight(self, pool: ValidatorPool) -> int:
        """Weight in units of a pool as stored, in its own table."""
        return self.tables[pool.version].weight(pool.part.segment, pool.part.boosted, pool.part.boost) if pool.part else 0

    def sums(self) -> list[tuple[int, int]]:
        """Sums of (boosted, boost) over the active validators, by segment of the table."""
        parts = [pool.part for pool in self.pools.values() if pool.part]
        return [
            (sum(part.boosted for part in parts if part.segment == segment), sum(part.boost for part in parts if part.segment == segment))
            for segment in range(len(self.tables[-1].rows))
        ]

    @property
    def staked(self) -> int:
        """Wei staked with active validators."""
        return sum(pool.weighing for pool in self.pools.values())

    @property
    def principal(self) -> int:
        """Wei in all pools and requests."""
        return sum(pool.tokens for pool in self.pools.values()) + self.unbonding

    @property
    def unbonding(self) -> int:
        """Wei in all requests."""
        return sum(request.tokens for position in self.positions.values() for request in position.requests.values())

    @property
    def active_count(self) -> int:
        """Active validators."""
        return sum(pool.is_active for pool in self.pools.values())

    @property
    def counted_count(self) -> int:
        """Validators that share the cap, as far as their pools were looked at."""
        return sum(pool.is_counted for pool in self.pools.values())

    @property
    def holdings(self) -> int:
        """Wei the contract must hold, plain transfers apart: principal, and rewards received and not sent on."""
        return self.principal + self.rewards_received - self.rewards_paid - self.rewards_recycled

    # --- internal: a change: settle a copy, change it, store it ---

    def _settled(self, validator_id: int) -> ValidatorPool:
        """A copy of a pool that has earned up to this block, through every table since it was stored."""
        require(validator_id in self.pools, "unknown validator")
        self.ledger.settle()
        pool = replace(self.pools[validator_id])
        current = len(self.tables) - 1
        if pool.is_active:
            gross = 0
            for version in range(pool.version, current):
                gross += self.weight(pool) * (self.table_acc[version + 1] - pool.seen)
                pool.seen, pool.version = self.table_acc[version + 1], version + 1
            gross += self.weight(pool) * (self.ledger.acc - pool.seen)
            commission = (gross * pool.commission_bps // BPS) >> OWED_SHIFT
            rise, rest = divmod((gross - (commission << OWED_SHIFT)) << ACC_SHIFT, pool.boosted_shares)
            pool.acc += rise
            pool.commission_owed += commission + (rest >> ACC_SHIFT + OWED_SHIFT)
        pool.seen, pool.version = self.ledger.acc, current
        return pool

    def _store(self, validator_id: int, pool: ValidatorPool, status: Status | None = None) -> None:
        """Keep a settled and changed pool, weighed anew."""
        before = self.weight(replace(self.pools[validator_id], version=pool.version))
        barred = (pool.status if status is None else status) & BARS
        # Who begins to earn has its own part; who earns goes on without.
        is_carried = self.pools[validator_id].is_active or pool.delegated <= self._carried_by(pool.own_staked)
        pool.status = barred or (Status.ACTIVE if pool.own_staked >= self.terms.min_validator_stake and is_carried else Status.NONE)
        pool.part = self.tables[-1].contribution(pool.tokens, pool.boosted_shares * pool.tokens // pool.shares) if pool.is_active else None
        self.pools[validator_id] = pool
        self.ledger.weight += self.weight(pool) - before
        pool.is_counted = counts(pool.weighing, self.staked)
        if self.staked == 0:
            # Nobody is active: the units that a new table's total may have too many belong to nobody.
            self.ledger.weight = 0

    def _carried_by(self, own_staked: int) -> int:
        """Wei of delegations that own stake is a large enough part of, rounded down."""
        return own_staked * BPS // self.terms.own_part_bps if self.terms.own_part_bps else UNCAPPED

    def _reshape(self, pool: ValidatorPool, key: PositionKey, shares: int, bonus_bps: int) -> None:
        """Give a position other shares and another bonus, and the settled pool's sums with it."""
        position = self.positions[key]
        position.settle(pool.acc)
        if key.is_own:
            pool.own_shares += shares - position.shares
        pool.boosted_shares -= position.boosted
        position.shares, position.bonus_bps = shares, bonus_bps
        pool.boosted_shares += position.boosted
        position.round()

    def _leave(self, validator_id: int, pool: ValidatorPool, shares: int, owner: str) -> int:
        """Take shares out of a pool, noting what each slash in escrow costs the owner; returns wei, rounded down."""
        tokens = reached = pool.worth(shares)
        total = pool.tokens
        for offence in range(OFFENCES):
            held = self.escrows.get((validator_id, offence))
            if held is not None:
                total += held.tokens
                through = shares * total // pool.shares
                held.tokens -= through - reached
                if through > reached:
                    self.restitution[self.slasher, held.slash_id, owner] += through - reached
                reached = through
        pool.tokens -= tokens
        pool.shares -= shares
        return tokens

    @staticmethod
    def _key(validator_id: int, owner: str, slot: int) -> PositionKey:
        require(slot < SLOTS, "slot out of range")
        return PositionKey(validator_id, owner, slot)

    @staticmethod
    def _check_successor(old: str, new: str) -> None:
        require(new != ZERO_ADDRESS, "zero address")
        require(new != old, "no change")

    # --- internal: a call that refuses half-way has changed nothing ---

    def _copy(self, source_id: int, validator_id: int, *keys: PositionKey) -> tuple[object, ...]:
        pools = {known: replace(self.pools[known]) for known in (source_id, validator_id) if known in self.pools}
        positions = {key: replace(self.positions[key]) for key in keys}
        escrows = {key: replace(held) for key, held in self.escrows.items()}
        return pools, positions, escrows, self.restitution.copy(), copy(self.ledger), self.cap

    def _restore(self, saved: tuple[object, ...]) -> None:
        pools, positions, self.escrows, self.restitution, ledger, self.cap = saved  # type: ignore[assignment]
        vars(self.ledger).update(vars(ledger))  # also what was shared by the weight that nobody has now
        self.pools.update(pools)  # type: ignore[call-overload]
        self.positions.update(positions)  # type: ignore[call-overload]
