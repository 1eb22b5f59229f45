# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Validator pools: shares in a validator's tokens, its weight, its commission, all in O(1)
@license AGPL-3.0-only
@notice The shares of a pool (contracts/modules/stake_pool.vy) that are not unbonding weigh; what
        a validator earns by its weight goes to its operator's commission and to positions by
        shares * (10,000 + bonus bps):

            gross       = weight * rise of the network's accumulator
            commission  = gross * bps / 10,000                             rounded down
            acc        += (gross - commission) * 2^49 / boosted shares      the rest -> commission

        What the last division leaves, less than one unit of 2^-96 wei per boosted share, goes to
        the operator, but for less than 2^-47 wei, which stays in the contract.
@dev    Only calls that change a pool write it; claims compute. Commission can only change after
        settling, so every block is paid at the rate of its time.

        Words   reward | weight 66 | seen 92 | version 12 | commission bps 14 | segment 4 | status 4
                       | pending 3 |
                share  | acc 112 | boosted shares 101 |
                pool   | tokens 84 | shares 86 | active shares 86 |
                own    | own shares 86 | commission owed 132 | slash count 16 |
"""

# --- interfaces ---

from interfaces import IStaking

# --- modules ---

from contracts.modules import checks
from contracts.modules import packing
from contracts.modules import reward_ledger
from contracts.modules import stake_pool
from contracts.modules import stake_weight
from contracts.modules import weight_segments

uses: reward_ledger
uses: stake_weight
uses: weight_segments

# --- constants ---

BPS: constant(uint256) = 10_000
# From the ledger's 2^-47 wei to the 2^-96 wei of a pool's accumulator: fine enough that a division
# leaves less than a wei in pools of up to 7 million tokens, and a few in larger ones.
ACC_SHIFT: constant(uint256) = 49
CLAIM_BITS: constant(uint256) = 96

WEIGHT_BITS: constant(uint256) = 66
SEEN_BITS: constant(uint256) = 92
VERSION_BITS: constant(uint256) = 12
COMMISSION_BITS: constant(uint256) = 14
SEGMENT_BITS: constant(uint256) = 4
ACC_BITS: constant(uint256) = 112
BOOSTED_BITS: constant(uint256) = 101
TOKENS_BITS: constant(uint256) = 84
SHARES_BITS: constant(uint256) = 86
OWED_BITS: constant(uint256) = 132
COUNT_BITS: constant(uint256) = 16

VERSION_AT: constant(uint256) = WEIGHT_BITS + SEEN_BITS
COMMISSION_AT: constant(uint256) = VERSION_AT + VERSION_BITS
SEGMENT_AT: constant(uint256) = COMMISSION_AT + COMMISSION_BITS
STATUS_AT: constant(uint256) = SEGMENT_AT + SEGMENT_BITS
PENDING_AT: constant(uint256) = STATUS_AT + 4

ACTIVE: constant(uint256) = 1
EXITED: constant(uint256) = 2
JAILED: constant(uint256) = 4
TOMBSTONED: constant(uint256) = 8

# All tables there can ever be. A validator that nobody touched for years is settled through each of
# the tables since, at one a month: some 5,000 gas each.
MAX_BEHIND: constant(uint256) = 2**VERSION_BITS - 1

# --- immutables ---

MIN_OWN_STAKE: immutable(uint256)  # wei

# --- storage ---

active_count: uint256
# validator => packed
reward_words: HashMap[uint256, uint256]
share_words: HashMap[uint256, uint256]
pool_words: HashMap[uint256, uint256]
own_words: HashMap[uint256, uint256]

# --- constructor ---


@deploy
def __init__(_min_own_stake: uint256):
    MIN_OWN_STAKE = _min_own_stake


# --- internal: a change: load, settle, change, store ---


@internal
def _open(_id: uint256, _commission_bps: uint256):
    """
    @dev Enter an empty pool. It has no weight, so what it has seen does not matter. Its accumulator
         starts at 1: then no position that was ever used has an empty word, and readers find all.
    """
    self.share_words[_id] = 1
    self.reward_words[_id] = (
        packing._fits(_commission_bps, COMMISSION_BITS) << COMMISSION_AT
    ) | (weight_segments.INACTIVE << SEGMENT_AT)


@internal
@view
def _load(_id: uint256) -> stake_pool.Pool:
    """
    @dev A pool and the network, settled. Reverts with "staking: unknown validator".
    """
    pool: stake_pool.Pool = self._with_tokens(_id, self._load_rewards(_id))
    own_word: uint256 = self.own_words[_id]
    pool.own_shares = own_word & (2**SHARES_BITS - 1)
    pool.commission_owed = (own_word >> SHARES_BITS) & (2**OWED_BITS - 1)
    pool.slash_count = own_word >> (SHARES_BITS + OWED_BITS)
    return self._settled(pool)


@internal
def _store(_id: uint256, _pool: stake_pool.Pool):
    """
    @dev Write a settled and changed pool, weighed anew, and the network with the difference.
    """
    pool: stake_pool.Pool = _pool
    staked: uint256 = 0
    boosted: uint256 = 0
    boost: uint256 = 0
    weight: uint256 = 0
    segment: uint256 = weight_segments.INACTIVE
    pool.status = self._status(pool)
    if pool.status & ACTIVE != 0:
        staked = pool.active_shares * pool.tokens // pool.shares
        boosted = pool.boosted_shares * pool.tokens // pool.shares
        boost = (boosted << stake_weight.BOOST_BITS) // staked
        segment = stake_weight._segment_of(staked)
        weight = (
            stake_weight._scaled_weight(pool.version, segment, boosted, boost)
            // stake_weight.WEIGHT_UNIT
        )
    weight_segments._move(
        pool.segment, pool.old_boosted, pool.old_boost, pool.old_tokens, segment, boosted, boost,
        pool.tokens,
    )
    pool.network.weight = pool.network.weight + weight - pool.weight
    pool.network.staked = pool.network.staked + staked - pool.old_staked
    reward_ledger._store(pool.network)
    if pool.status != pool.old_status:
        self._count_status(_id, pool.old_status, pool.status)
    self.reward_words[_id] = (
        packing._fits(weight, WEIGHT_BITS)
        | (pool.seen << WEIGHT_BITS)
        | (pool.version << VERSION_AT)
        | (pool.commission_bps << COMMISSION_AT)
        | (segment << SEGMENT_AT)
        | (pool.status << STATUS_AT)
        | (pool.pending << PENDING_AT)
    )
    self.share_words[_id] = packing._fits(pool.acc, ACC_BITS) | (
        packing._fits(pool.boosted_shares, BOOSTED_BITS) << ACC_BITS
    )
    self.pool_words[_id] = (
        packing._fits(pool.tokens, TOKENS_BITS)
        | (packing._fits(pool.shares, SHARES_BITS) << TOKENS_BITS)
        | (pool.active_shares << (TOKENS_BITS + SHARES_BITS))
    )
    self.own_words[_id] = (
        pool.own_shares
        | (packing._fits(pool.commission_owed, OWED_BITS) << SHARES_BITS)
        | (packing._fits(pool.slash_count, COUNT_BITS) << (SHARES_BITS + OWED_BITS))
    )


# --- internal: reads ---


@internal
@view
def _load_rewards(_id: uint256) -> stake_pool.Pool:
    """
    @dev The fields that rewards need, not settled. Reverts with "staking: unknown validator".
    """
    word: uint256 = self.reward_words[_id]
    checks._require(word != 0, "staking: unknown validator")
    share_word: uint256 = self.share_words[_id]
    pool: stake_pool.Pool = empty(stake_pool.Pool)
    pool.network = reward_ledger._settled()
    pool.weight = word & (2**WEIGHT_BITS - 1)
    pool.seen = (word >> WEIGHT_BITS) & (2**SEEN_BITS - 1)
    pool.version = (word >> VERSION_AT) & (2**VERSION_BITS - 1)
    pool.commission_bps = (word >> COMMISSION_AT) & (2**COMMISSION_BITS - 1)
    pool.segment = (word >> SEGMENT_AT) & (2**SEGMENT_BITS - 1)
    pool.status = (word >> STATUS_AT) & 15
    pool.pending = word >> PENDING_AT
    pool.acc = share_word & (2**ACC_BITS - 1)
    pool.boosted_shares = share_word >> ACC_BITS
    pool.old_status = pool.status
    return pool


@internal
@view
def _with_tokens(_id: uint256, _pool: stake_pool.Pool) -> stake_pool.Pool:
    """
    @dev Adds the pool word's fields, and what the pool adds to its segment.
    """
    pool: stake_pool.Pool = _pool
    word: uint256 = self.pool_words[_id]
    pool.tokens = word & (2**TOKENS_BITS - 1)
    pool.shares = (word >> TOKENS_BITS) & (2**SHARES_BITS - 1)
    pool.active_shares = word >> (TOKENS_BITS + SHARES_BITS)
    pool.old_tokens = pool.tokens
    if pool.status & ACTIVE != 0:
        pool.old_staked = pool.active_shares * pool.tokens // pool.shares
        pool.old_boosted = pool.boosted_shares * pool.tokens // pool.shares
        pool.old_boost = (pool.old_boosted << stake_weight.BOOST_BITS) // pool.old_staked
    return pool


@internal
@view
def _rewards(_id: uint256) -> stake_pool.Pool:
    """
    @dev The fields that rewards need, settled: a claim's view of a pool. `commission_owed` is only
         what has come since the stored state.
    """
    pool: stake_pool.Pool = self._load_rewards(_id)
    if pool.version != pool.network.version:
        pool = self._with_tokens(_id, pool)
    return self._settled(pool)


@internal
@view
def _settled(_pool: stake_pool.Pool) -> stake_pool.Pool:
    """
    @dev A pool that has earned up to this block, through every table since it was stored.
    """
    pool: stake_pool.Pool = _pool
    if pool.status & ACTIVE != 0:
        gross: uint256 = 0
        behind: uint256 = pool.network.version - pool.version
        for i: uint256 in range(1, behind + 1, bound=MAX_BEHIND):
            ended_at: uint256 = stake_weight.acc_at[pool.version + i]
            gross += pool.weight * (ended_at - pool.seen)
            pool.seen = ended_at
            pool.weight = (
                stake_weight._scaled_weight(
                    pool.version + i, pool.segment, pool.old_boosted, pool.old_boost
                )
                // stake_weight.WEIGHT_UNIT
            )
        gross += pool.weight * (pool.network.acc - pool.seen)
        if gross > 0:
            commission: uint256 = gross * pool.commission_bps // BPS  # delegators' favour
            net: uint256 = (gross - commission) << ACC_SHIFT
            pool.acc += net // pool.boosted_shares
            pool.commission_owed += commission + ((net % pool.boosted_shares) >> ACC_SHIFT)
    pool.seen = pool.network.acc
    pool.version = pool.network.version
    return pool


@internal
@view
def _status(_pool: stake_pool.Pool) -> uint256:
    """
    @dev The status with ACTIVE as it follows from the rest.
    """
    barred: uint256 = _pool.status & (EXITED | JAILED | TOMBSTONED)
    if barred == 0 and stake_pool._tokens_of(_pool, _pool.own_shares) >= MIN_OWN_STAKE:
        return ACTIVE
    return barred


@internal
@view
def _slash_count(_id: uint256) -> uint256:
    """
    @dev Slashes of a validator ever.
    """
    return self.own_words[_id] >> (SHARES_BITS + OWED_BITS)


# --- internal: status ---


@internal
def _count_status(_id: uint256, _old: uint256, _new: uint256):
    if _old & ACTIVE == 0 and _new & ACTIVE != 0:
        self.active_count += 1
    elif _old & ACTIVE != 0 and _new & ACTIVE == 0:
        self.active_count -= 1
    log IStaking.StatusChanged(validator_id=_id, old_status=_old, new_status=_new)
