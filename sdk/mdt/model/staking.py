"""Staking: validators' pools, positions, unbonding, slashes and rewards (`contracts/staking/Staking.vy` and the modules it is made of).

Like the contract, the model settles a validator only in calls that change it: a claim computes. What both come to, to the wei, is
what the differential tests compare; that no order of calls pays more than was streamed is what the state machine shows.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Protocol

from mdt.errors import Refusal
from mdt.model.clock import Clock
from mdt.model.ownable import ZERO_ADDRESS, Ownable
from mdt.model.stake_weight import BPS, MAX_LOCK_MONTHS, MONTH, Contribution, DecayTable, lock_bonus
from mdt.model.stream import SCALE, Stream

MAX_TOKEN_CAP = 3 * 2**83
MIN_MIN_STAKE = 10**18
MAX_MIN_STAKE = 10**6 * 10**18
MIN_UNBONDING = 86_400
MAX_UNBONDING = 60 * 86_400
MIN_STREAM_BLOCKS = 32
MAX_STREAM_BLOCKS = 1_000_000
MAX_BONUS_BPS = 1_000
MAX_MAX_COMMISSION = 5_000
MIN_CAP_BPS = 100
MAX_CAP_BPS = 5_000
MAX_CAP_VALIDATORS = 100
MAX_SLASH_BPS = 5_000
MIN_TABLE_SECONDS = 30 * 86_400

SLOTS = 16
OWN_SLOT = 8
OFFENCES = 3
MAX_POOL_TOKENS = 2**84 - 1
MAX_SHARES_PER_WEI = 4
ACC_SHIFT = 49
CLAIM_SCALE = 2**96  # units of a position's claim in a wei
ALL = 2**256 - 1

ACTIVE, EXITED, JAILED, TOMBSTONED = 1, 2, 4, 8

PositionKey = tuple[int, str, int]


class Registry(Protocol):
    """What staking asks the registry of validators."""

    def operator_of(self, validator_id: int) -> str:
        """The current operator; the zero address if there is no such validator."""


@dataclass(frozen=True)
class Terms:
    """What is fixed at deployment: wei, seconds, blocks, bps (`IStaking.Terms`)."""

    min_validator_stake: int
    unbonding_seconds: int
    stream_blocks: int
    own_bonus_bps: int
    delegated_bonus_bps: int
    max_commission_bps: int
    cap_bps: int
    cap_min_validators: int

    def check(self) -> None:
        """Refuse what the contract's constructor refuses, in its order."""
        for is_wrong, reason in (
            (self.min_validator_stake < MIN_MIN_STAKE, "minimum too small"),
            (self.min_validator_stake > MAX_MIN_STAKE, "minimum too large"),
            (self.unbonding_seconds < MIN_UNBONDING, "unbonding too short"),
            (self.unbonding_seconds > MAX_UNBONDING, "unbonding too long"),
            (self.stream_blocks < MIN_STREAM_BLOCKS, "stream too short"),
            (self.stream_blocks > MAX_STREAM_BLOCKS, "stream too long"),
            (self.own_bonus_bps > MAX_BONUS_BPS // MAX_LOCK_MONTHS, "bonus too large"),
            (self.delegated_bonus_bps > MAX_BONUS_BPS // MAX_LOCK_MONTHS, "bonus too large"),
            (self.max_commission_bps > MAX_MAX_COMMISSION, "commission too high"),
            (self.cap_bps < MIN_CAP_BPS, "cap too small"),
            (self.cap_bps > MAX_CAP_BPS, "cap too large"),
            (self.cap_min_validators > MAX_CAP_VALIDATORS, "cap waived too long"),
        ):
            if is_wrong:
                raise Refusal(f"staking: {reason}")


@dataclass
class Pool:
    """A validator's tokens and everybody's shares in them; `commission_owed` in scaled wei, `acc` in 2^-96 wei per boosted share."""

    commission_bps: int
    status: int = 0
    pending: int = 0  # bit per offence whose slash is in escrow
    slash_count: int = 0
    tokens: int = 0
    shares: int = 0
    active_shares: int = 0
    own_shares: int = 0
    boosted_shares: int = 0
    acc: int = 0
    commission_owed: int = 0
    seen: int = 0
    version: int = 0
    part: Contribution | None = None  # of its segment's sums; None while it has no weight

    def worth(self, shares: int) -> int:
        """Wei that shares are worth, rounded down."""
        return shares * self.tokens // self.shares if shares else 0

    @property
    def is_active(self) -> bool:
        """Whether it earns."""
        return bool(self.status & ACTIVE)

    @property
    def staked(self) -> int:
        """Wei that is not unbonding."""
        return self.worth(self.active_shares)

    @property
    def own_staked(self) -> int:
        """Wei of that in the operator's positions."""
        return self.worth(self.own_shares)

    @property
    def weighing(self) -> int:
        """Wei that weighs."""
        return self.staked if self.is_active else 0


@dataclass
class Request:
    """Shares on their way out, and the timestamp from which they can be withdrawn."""

    shares: int
    unlocks_at: int


@dataclass
class Debt:
    """What a redelegated position answers for: slashes of `source` up to `until`, the next of which is `next_slash`."""

    source: int
    until: int
    next_slash: int


@dataclass
class Position:
    """An owner's shares under one lock; `owed` in 2^-96 wei."""

    shares: int = 0
    bonus_bps: int = 0
    unlocks_at: int = 0
    seen: int = 0
    owed: int = 0
    requests: dict[int, Request] = field(default_factory=dict)
    request_count: int = 0
    debt: Debt | None = None
    rounded: int = 0  # 2^-96 wei ever lost to `round`, less than `boosted` a time: for checking only

    @property
    def boosted(self) -> int:
        """Shares times (10,000 + bonus)."""
        return self.shares * (BPS + self.bonus_bps)

    def owed_at(self, acc: int) -> int:
        """What is owed once the pool's accumulator is at `acc`."""
        return self.owed + self.boosted * (acc - self.seen)

    def settle(self, acc: int) -> None:
        """Take in what has been earned."""
        self.owed, self.seen = self.owed_at(acc), acc

    def round(self) -> None:
        """After a change: what is owed is kept as a rise of the accumulator for the shares there are, if they can stand for it."""
        if self.boosted > 0 and self.owed // self.boosted <= self.seen:
            rest = self.owed % self.boosted
            self.owed -= rest
            self.rounded += rest


@dataclass
class Escrow:
    """What a pool gets back if a slash is overturned, in wei."""

    tokens: int
    slash_id: int


class RewardLedger:
    """Two streams shared by weight at every block; the division carries what it leaves."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.epoch_stream = Stream()
        self.block_stream = Stream()
        self.acc = 0  # scaled wei per unit of weight
        self.weight = 0  # units of 2^20 wei
        self.carry = 0  # scaled wei
        self.idle = 0  # scaled wei
        self.settled_at = 0
        self.shared = 0  # scaled wei ever shared out by the accumulator: for checking only

    def settle(self) -> None:
        """Bring the network to this block."""
        now = self.clock.block_number
        flow = self.carry + self.epoch_stream.flow(self.settled_at, now) + self.block_stream.flow(self.settled_at, now)
        self.settled_at = now
        if self.weight == 0:
            self.idle += flow
            self.carry = 0
        else:
            rise, self.carry = divmod(flow, self.weight)
            self.acc += rise
            self.shared += rise * self.weight

    def add_rewards(self, stream: Stream, amount: int, blocks: int) -> None:
        """Top up one of the two streams by `amount` wei over `blocks` blocks."""
        self.settle()
        self.carry += stream.top_up(self.clock.block_number, amount, blocks)

    def idle_wei(self) -> int:
        """Whole wei that flowed to nobody."""
        self.settle()
        return self.idle // SCALE

    def take_idle(self) -> int:
        """Take the whole wei that flowed to nobody; the fraction stays."""
        self.settle()
        amount, self.idle = divmod(self.idle, SCALE)
        return amount

    def streams_left(self) -> int:
        """Scaled wei that has not flowed yet."""
        now = self.clock.block_number
        return self.epoch_stream.left(now) + self.block_stream.left(now)


class Staking(Ownable):
    """The contract's calls in integers; the tokens' balances are kept by the token.

    What a call would read from other contracts is handed in: the cap, the start block, what BlockReward has released to this
    contract and what one of its blocks pays.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        terms: Terms,
        decay_stakes: list[int],
        decay_values: list[int],
        owner: str,
        token_cap: int,
        start_block: int,
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

        Raises:
            Refusal: as the contract's constructor, in the same order.
        """
        if owner == ZERO_ADDRESS:
            raise Refusal("staking: zero owner")
        terms.check()
        if token_cap > MAX_TOKEN_CAP:
            raise Refusal("staking: token cap too large")
        super().__init__(owner)
        self.clock = clock
        self.terms = terms
        self.tables = [DecayTable(decay_stakes, decay_values, terms.min_validator_stake)]
        self.table_acc = [0]  # version => the network's accumulator when it came into force
        self.table_set_at = clock.timestamp
        self.ledger = RewardLedger(clock)
        self.pools: dict[int, Pool] = {}
        self.positions: defaultdict[PositionKey, Position] = defaultdict(Position)
        self.escrows: dict[tuple[int, int], Escrow] = {}
        self.restitution: defaultdict[tuple[int, str], int] = defaultdict(int)
        self.recipient_of: dict[str, str] = {}
        self.notifier = ZERO_ADDRESS
        self.slasher = ZERO_ADDRESS
        self.registry_address = ZERO_ADDRESS
        self.registry: Registry | None = None
        self.rewards_received = 0
        self.rewards_paid = 0
        self.rewards_recycled = 0
        self.block_rewards_received = 0
        self.pulled_through = max(start_block, clock.block_number)

    # --- permissionless ---

    def claim(self, validator_id: int, owner: str, slot: int) -> int:
        """Pay a position's rewards; returns wei, rounded down, and keeps the fraction."""
        key = self._key(validator_id, owner, slot)
        acc = self._settled(validator_id).acc
        position = self.positions[key]
        amount = position.owed_at(acc) // CLAIM_SCALE
        if amount == 0:
            raise Refusal("staking: nothing to claim")
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
        amount = pool.commission_owed // SCALE
        if amount == 0:
            raise Refusal("staking: nothing to claim")
        pool.commission_owed -= amount * SCALE
        self._store(validator_id, pool)
        self.rewards_paid += amount
        return amount

    def end_lock(self, validator_id: int, owner: str, slot: int) -> None:
        """End the bonus of a position whose lock has run out."""
        key = self._key(validator_id, owner, slot)
        pool = self._settled(validator_id)
        if not self._is_lock_over(self.positions[key]):
            raise Refusal("staking: lock not over")
        self._reshape(pool, key, self.positions[key].shares, 0)
        self._store(validator_id, pool)

    def pull_block_rewards(self, released_to_self: int, reward_at_last_pull: int) -> int:
        """Stream what BlockReward has released and was not counted yet.

        Args:
            released_to_self: wei BlockReward ever released to this contract, after a `release()` in this block.
            reward_at_last_pull: wei the schedule pays for block `pulled_through`.

        Returns:
            Wei added to the stream.
        """
        now = self.clock.block_number
        amount, since = released_to_self - self.block_rewards_received, self.pulled_through
        self.pulled_through = max(since, now)
        if amount == 0:
            return 0
        self.block_rewards_received = released_to_self
        self.rewards_received += amount
        enough = -(-amount // reward_at_last_pull) if reward_at_last_pull else self.terms.stream_blocks
        self.ledger.add_rewards(self.ledger.block_stream, amount, max(now - since, enough))
        return amount

    def recycle_idle_rewards(self) -> int:
        """Hand what was streamed while nobody was staked to the recycling pool; returns wei."""
        if self.ledger.idle_wei() == 0:
            raise Refusal("staking: nothing idle")
        amount = self.ledger.take_idle()
        self.rewards_recycled += amount
        return amount

    # --- user ---

    def stake(self, caller: str, validator_id: int, slot: int, amount: int, months: int) -> None:
        """Add `amount` wei to a position of one's own, and lock it for `months` from now if not 0."""
        if amount + months == 0:
            raise Refusal("staking: zero amount")
        self._add(self._key(validator_id, self._owner_of(caller, validator_id, slot), slot), amount, months)

    def restake(self, caller: str, validator_id: int, slot: int) -> int:
        """Add what a position has earned to it; returns wei."""
        return self._add(self._key(validator_id, self._owner_of(caller, validator_id, slot), slot), 0, 0)

    def unstake(self, caller: str, validator_id: int, slot: int, amount: int) -> int:
        """Ask for `amount` wei back, or for all of the position; returns the request's id."""
        key = self._key(validator_id, self._owner_of(caller, validator_id, slot), slot)
        pool, position = self._settled(validator_id), self.positions[key]
        shares = self._free_shares(key, pool, amount)
        if position.unlocks_at > self.clock.timestamp:
            raise Refusal("staking: still locked")
        if slot >= OWN_SLOT and pool.is_active and pool.worth(pool.own_shares - shares) < self.terms.min_validator_stake:
            raise Refusal("staking: below the minimum")
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
        if request_id not in position.requests:
            raise Refusal("staking: no such request")
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
        if request_id not in position.requests:
            raise Refusal("staking: no such request")
        if self.clock.timestamp < position.requests[request_id].unlocks_at:
            raise Refusal("staking: still unbonding")
        pool = self._settled(validator_id)
        amount = self._leave(validator_id, pool, position.requests.pop(request_id).shares, owner)
        self._store(validator_id, pool)
        return amount

    def redelegate(self, caller: str, source_id: int, source_slot: int, validator_id: int, slot: int, amount: int) -> int:
        """Move delegated stake to another validator's empty slot, answerable for slashes of the first; returns wei."""
        if source_slot >= OWN_SLOT or slot >= OWN_SLOT:
            raise Refusal("staking: own stake")
        if source_id == validator_id:
            raise Refusal("staking: same validator")
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
            if moved == 0:
                raise Refusal("staking: zero amount")
            if position.shares == 0:
                position.unlocks_at = 0  # an empty slot is not locked
            self._store(source_id, source)
            self._add(key, moved, 0, carried=(bonus, unlocks_at))
        except Refusal:
            self._restore(saved)
            raise
        self.positions[key].debt = Debt(source_id, self.clock.timestamp + self.terms.unbonding_seconds, source.slash_count)
        return moved

    def set_recipient(self, caller: str, recipient: str) -> None:
        """Have one's rewards paid to another account; oneself or the zero address: to oneself."""
        recipient = ZERO_ADDRESS if recipient == caller else recipient
        if recipient == self.recipient_of.get(caller, ZERO_ADDRESS):
            raise Refusal("staking: same recipient")
        self.recipient_of[caller] = recipient

    # --- role: the registry ---

    def open(self, caller: str, validator_id: int, amount: int, commission_bps: int) -> None:
        """Open the pool of a new validator with its operator's first stake, in slot 8."""
        self._check_registry(caller)
        if validator_id in self.pools:
            raise Refusal("staking: validator exists")
        if amount < self.terms.min_validator_stake:
            raise Refusal("staking: below the minimum")
        if commission_bps > self.terms.max_commission_bps:
            raise Refusal("staking: commission too high")
        self.pools[validator_id] = Pool(commission_bps)
        try:
            self._add((validator_id, ZERO_ADDRESS, OWN_SLOT), amount, 0)
        except Refusal:
            del self.pools[validator_id]
            raise

    def set_commission(self, caller: str, validator_id: int, commission_bps: int) -> None:
        """Change a validator's commission from this block on."""
        self._check_registry(caller)
        if commission_bps > self.terms.max_commission_bps:
            raise Refusal("staking: commission too high")
        pool = self._settled(validator_id)
        if commission_bps == pool.commission_bps:
            raise Refusal("staking: same commission")
        pool.commission_bps = commission_bps
        self._store(validator_id, pool)

    def set_bars(self, caller: str, validator_id: int, bars: int, is_barred: bool) -> None:
        """Keep a validator from earning, or stop keeping it: the registry (exited) or the slasher (jailed, tombstoned)."""
        if bars == EXITED:
            self._check_registry(caller)
        else:
            self._check_slasher(caller)
            bars &= JAILED | TOMBSTONED
        pool = self._settled(validator_id)
        status = pool.status & ~bars | (bars if is_barred else 0)
        if status == pool.status:
            raise Refusal("staking: no change")
        self._store(validator_id, pool, status)

    # --- role: the slasher ---

    def slash(self, caller: str, validator_id: int, offence: int, slash_id: int, bps: int) -> int:
        """Take a part of a pool and jail the validator; returns wei, rounded down."""
        self._check_slasher(caller)
        if offence >= OFFENCES:
            raise Refusal("staking: unknown offence")
        if bps > MAX_SLASH_BPS:
            raise Refusal("staking: slash too large")
        pool = self._settled(validator_id)
        if (validator_id, offence) in self.escrows:
            raise Refusal("staking: slash pending")
        amount = pool.tokens * bps // BPS
        self.escrows[validator_id, offence] = Escrow(amount, slash_id)
        pool.tokens -= amount
        pool.pending |= 1 << offence
        pool.slash_count += 1
        self._store(validator_id, pool, pool.status | JAILED)
        return amount

    def end_slash(self, caller: str, validator_id: int, offence: int, is_overturned: bool) -> int:
        """Forget what the pool might have got back, or give it back; returns wei."""
        self._check_slasher(caller)
        pool = self._settled(validator_id)
        if (validator_id, offence) not in self.escrows:
            raise Refusal("staking: no slash pending")
        amount = self.escrows.pop((validator_id, offence)).tokens
        pool.pending ^= 1 << offence
        if is_overturned:
            pool.tokens += amount
        self._store(validator_id, pool)
        return amount

    def answer_slash(self, caller: str, validator_id: int, owner: str, slot: int, slash_id: int, bps: int, is_over: bool) -> int:
        """Let a redelegated position answer for the next slash of the validator it came from; returns wei."""
        self._check_slasher(caller)
        if bps > MAX_SLASH_BPS:
            raise Refusal("staking: slash too large")
        key = self._key(validator_id, owner, slot)
        position = self.positions[key]
        if position.debt is None:
            raise Refusal("staking: nothing to answer")
        position.debt = None if is_over else replace(position.debt, next_slash=position.debt.next_slash + 1)
        pool = self._settled(validator_id)
        shares = position.shares * bps // BPS
        if shares == 0:
            return 0
        self._reshape(pool, key, position.shares - shares, position.bonus_bps)
        pool.active_shares -= shares
        amount = self._leave(validator_id, pool, shares, owner)
        self.restitution[slash_id, owner] += amount
        self._store(validator_id, pool)
        return amount

    def take_restitution(self, caller: str, slash_id: int, owner: str) -> int:
        """Take what is noted for an owner and a slash; returns wei."""
        self._check_slasher(caller)
        return self.restitution.pop((slash_id, owner), 0)

    # --- role: the notifier; governance ---

    def notify_reward(self, caller: str, amount: int) -> None:
        """Stream an epoch's rewards, `amount` wei, over `stream_blocks` more blocks."""
        if caller != self.notifier:
            raise Refusal("staking: not the notifier")
        if amount == 0:
            raise Refusal("staking: zero amount")
        self.rewards_received += amount
        self.ledger.add_rewards(self.ledger.epoch_stream, amount, self.terms.stream_blocks)

    def set_notifier(self, caller: str, notifier: str) -> None:
        """Name the one account that may notify epoch rewards."""
        self.check_owner(caller)
        self._check_successor(self.notifier, notifier)
        self.notifier = notifier

    def set_slasher(self, caller: str, slasher: str) -> None:
        """Name the one contract that may slash; not while a slash is in escrow."""
        self.check_owner(caller)
        self._check_successor(self.slasher, slasher)
        if self.escrows:
            raise Refusal("staking: slash pending")
        self.slasher = slasher

    def set_registry(self, caller: str, registry: str, model: Registry) -> None:
        """Name the registry of validators, once."""
        self.check_owner(caller)
        self._check_successor(ZERO_ADDRESS, registry)
        if self.registry is not None:
            raise Refusal("staking: registry already set")
        self.registry_address, self.registry = registry, model

    def set_decay_table(self, caller: str, values: list[int]) -> None:
        """Change what stake weighs, for everybody from this block on."""
        self.check_owner(caller)
        self.ledger.settle()
        if self.clock.timestamp < self.table_set_at + MIN_TABLE_SECONDS:
            raise Refusal("table: changed too recently")
        table = DecayTable(self.tables[-1].stakes, values, self.terms.min_validator_stake)
        self.tables.append(table)
        self.table_acc.append(self.ledger.acc)
        self.table_set_at = self.clock.timestamp
        self.ledger.weight = table.total_weight(self.sums())

    # --- views ---

    def pending_reward(self, validator_id: int, owner: str, slot: int) -> int:
        """Wei `claim` would pay in this block."""
        return self.positions[self._key(validator_id, owner, slot)].owed_at(self._settled(validator_id).acc) // CLAIM_SCALE

    def validator(self, validator_id: int) -> Pool:
        """A pool as of this block: a copy."""
        return self._settled(validator_id)

    def weight(self, pool: Pool) -> int:
        """Weight in units of a pool as stored, in its own table."""
        return self.tables[pool.version].weight(pool.part.segment, pool.part.boosted, pool.part.boost) if pool.part else 0

    def sums(self) -> list[tuple[int, int]]:
        """Sums of (boosted, boost) over the active validators, by segment of the table."""
        parts = [pool.part for pool in self.pools.values() if pool.part]
        return [
            (sum(one.boosted for one in parts if one.segment == segment), sum(one.boost for one in parts if one.segment == segment))
            for segment in range(len(self.tables[-1].rows))
        ]

    @property
    def staked(self) -> int:
        """Wei staked with active validators."""
        return sum(pool.weighing for pool in self.pools.values())

    @property
    def principal(self) -> int:
        """Wei in all pools."""
        return sum(pool.tokens for pool in self.pools.values())

    @property
    def active_count(self) -> int:
        """Active validators."""
        return sum(pool.is_active for pool in self.pools.values())

    @property
    def holdings(self) -> int:
        """Wei the contract must hold, plain transfers apart: principal, and rewards received and not sent on."""
        return self.principal + self.rewards_received - self.rewards_paid - self.rewards_recycled

    # --- internal: a change: settle a copy, change it, store it ---

    def _settled(self, validator_id: int) -> Pool:
        """A copy of a pool that has earned up to this block, through every table since it was stored."""
        if validator_id not in self.pools:
            raise Refusal("staking: unknown validator")
        self.ledger.settle()
        pool = replace(self.pools[validator_id])
        current = len(self.tables) - 1
        if pool.is_active:
            gross = 0
            for version in range(pool.version, current):
                gross += self.weight(pool) * (self.table_acc[version + 1] - pool.seen)
                pool.seen, pool.version = self.table_acc[version + 1], version + 1
            gross += self.weight(pool) * (self.ledger.acc - pool.seen)
            commission = gross * pool.commission_bps // BPS
            rise, rest = divmod((gross - commission) << ACC_SHIFT, pool.boosted_shares)
            pool.acc += rise
            pool.commission_owed += commission + (rest >> ACC_SHIFT)
        pool.seen, pool.version = self.ledger.acc, current
        return pool

    def _store(self, validator_id: int, pool: Pool, status: int | None = None) -> None:
        """Keep a settled and changed pool, weighed anew."""
        before = self.weight(replace(self.pools[validator_id], version=pool.version))
        barred = (pool.status if status is None else status) & (EXITED | JAILED | TOMBSTONED)
        pool.status = barred or (ACTIVE if pool.own_staked >= self.terms.min_validator_stake else 0)
        pool.part = self.tables[-1].contribution(pool.staked, pool.boosted_shares * pool.tokens // pool.shares) if pool.is_active else None
        self.pools[validator_id] = pool
        self.ledger.weight += self.weight(pool) - before
        if self.staked == 0:
            # Nobody is active: the units that a new table's total may have too many belong to nobody.
            self.ledger.weight = 0

    def _reshape(self, pool: Pool, key: PositionKey, shares: int, bonus_bps: int) -> None:
        """Give a position other shares and another bonus, and the settled pool's sums with it."""
        position = self.positions[key]
        position.settle(pool.acc)
        if key[2] >= OWN_SLOT:
            pool.own_shares += shares - position.shares
        pool.boosted_shares -= position.boosted
        position.shares, position.bonus_bps = shares, bonus_bps
        pool.boosted_shares += position.boosted
        position.round()

    def _add(self, key: PositionKey, amount: int, months: int, carried: tuple[int, int] | None = None) -> int:
        """Add wei to a position, and lock it; no amount and no months: its rewards. Returns wei added."""
        if months > MAX_LOCK_MONTHS:
            raise Refusal("staking: lock too long")
        pool, position = self._settled(key[0]), self.positions[key]
        claimed = 0
        if amount == 0 and months == 0:
            amount = claimed = position.owed_at(pool.acc) // CLAIM_SCALE
            if amount == 0:
                raise Refusal("staking: nothing to claim")
        shares = 0
        if amount > 0:
            self._check_open(key, pool)
            self._check_cap(key, pool, amount)
            shares = self._enter(pool, amount)
        elif position.shares == 0:
            raise Refusal("staking: no stake")
        bonus, unlocks_at = self._terms_of_lock(key, shares, months, carried)
        position.owed -= claimed * CLAIM_SCALE
        self._reshape(pool, key, position.shares + shares, bonus)
        position.unlocks_at = unlocks_at
        self.rewards_paid += claimed
        self._store(key[0], pool)
        return amount

    def _terms_of_lock(self, key: PositionKey, shares: int, months: int, carried: tuple[int, int] | None) -> tuple[int, int]:
        """Bonus and unlock time of a position to which shares come."""
        position = self.positions[key]
        if carried is not None:
            if position.shares > 0:
                raise Refusal("staking: slot not empty")
            return carried
        if months == 0:
            return self._bonus_with(key, shares), position.unlocks_at
        unlocks_at = self.clock.timestamp + months * MONTH
        if unlocks_at < position.unlocks_at:
            raise Refusal("staking: shorter than the lock")
        return lock_bonus(self._bps_per_month(key[2]), months), unlocks_at

    def _enter(self, pool: Pool, amount: int) -> int:
        """Put wei in for active shares, rounded down in favour of those who are in."""
        if pool.pending:
            raise Refusal("staking: slash pending")
        if pool.shares > pool.tokens * MAX_SHARES_PER_WEI:
            raise Refusal("staking: pool too thin")
        if pool.tokens + amount > MAX_POOL_TOKENS:
            raise Refusal("staking: pool full")
        shares = amount if pool.shares == pool.tokens else amount * pool.shares // pool.tokens
        pool.tokens += amount
        pool.shares += shares
        pool.active_shares += shares
        return shares

    def _leave(self, validator_id: int, pool: Pool, shares: int, owner: str) -> int:
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
                    self.restitution[held.slash_id, owner] += through - reached
                reached = through
        pool.tokens -= tokens
        pool.shares -= shares
        return tokens

    # --- internal: rules ---

    def _free_shares(self, key: PositionKey, pool: Pool, amount: int) -> int:
        """Shares worth `amount` wei of a position that answers for nothing, rounded up."""
        position = self.positions[key]
        if amount == 0:
            raise Refusal("staking: zero amount")
        if position.shares == 0:
            raise Refusal("staking: no stake")
        self._check_answered(key)
        if amount == ALL:
            return position.shares
        worth = pool.worth(position.shares)
        if amount > worth:
            raise Refusal("staking: exceeds the stake")
        return position.shares if amount == worth else -(-amount * pool.shares // pool.tokens)

    def _check_answered(self, key: PositionKey) -> None:
        debt = self.positions[key].debt
        if debt is None:
            return
        if self.clock.timestamp <= debt.until:
            raise Refusal("staking: still answerable")
        if debt.next_slash != self.pools[debt.source].slash_count:
            raise Refusal("staking: slash unanswered")

    def _check_open(self, key: PositionKey, pool: Pool) -> None:
        if key[2] < OWN_SLOT:
            if not pool.is_active:
                raise Refusal("staking: validator not active")
            self._check_answered(key)

    def _check_cap(self, key: PositionKey, pool: Pool, amount: int) -> None:
        total = self.staked + (0 if pool.is_active else pool.staked)
        if BPS * (pool.staked + amount) <= self.terms.cap_bps * (total + amount):
            return
        is_own_minimum = key[2] >= OWN_SLOT and pool.own_staked + amount <= self.terms.min_validator_stake
        if self.active_count >= self.terms.cap_min_validators and not is_own_minimum:
            raise Refusal("staking: over the cap")

    def _bonus_with(self, key: PositionKey, added: int) -> int:
        """Bonus of a position to which shares come without a new lock: whole months left of a running one, blended."""
        position, now = self.positions[key], self.clock.timestamp
        if position.unlocks_at <= now:
            return 0
        added_bonus = lock_bonus(self._bps_per_month(key[2]), (position.unlocks_at - now) // MONTH)
        return (position.shares * position.bonus_bps + added * added_bonus) // (position.shares + added)

    def _is_lock_over(self, position: Position) -> bool:
        return position.bonus_bps > 0 and position.unlocks_at <= self.clock.timestamp

    def _bps_per_month(self, slot: int) -> int:
        return self.terms.own_bonus_bps if slot >= OWN_SLOT else self.terms.delegated_bonus_bps

    # --- internal: accounts ---

    def _key(self, validator_id: int, owner: str, slot: int) -> PositionKey:
        if slot >= SLOTS:
            raise Refusal("staking: slot out of range")
        return validator_id, owner, slot

    def _owner_of(self, caller: str, validator_id: int, slot: int) -> str:
        if slot < OWN_SLOT:
            return caller
        if self.registry is None or caller != self.registry.operator_of(validator_id):
            raise Refusal("staking: not the operator")
        return ZERO_ADDRESS

    def _check_registry(self, caller: str) -> None:
        if caller != self.registry_address:
            raise Refusal("staking: not the registry")

    def _check_slasher(self, caller: str) -> None:
        if caller != self.slasher:
            raise Refusal("staking: not the slasher")

    def _check_successor(self, old: str, new: str) -> None:
        if new == ZERO_ADDRESS:
            raise Refusal("staking: zero address")
        if new == old:
            raise Refusal("staking: no change")

    # --- internal: a call that refuses half-way has changed nothing ---

    def _copy(self, source_id: int, validator_id: int, *keys: PositionKey) -> tuple[object, ...]:
        pools = {one: replace(self.pools[one]) for one in (source_id, validator_id) if one in self.pools}
        positions = {key: replace(self.positions[key]) for key in keys}
        escrows = {key: replace(held) for key, held in self.escrows.items()}
        return pools, positions, escrows, self.restitution.copy(), self.ledger.weight

    def _restore(self, saved: tuple[object, ...]) -> None:
        pools, positions, self.escrows, self.restitution, self.ledger.weight = saved  # type: ignore[assignment]
        self.pools.update(pools)  # type: ignore[call-overload]
        self.positions.update(positions)  # type: ignore[call-overload]
