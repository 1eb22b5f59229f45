# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Validator pools: shares in a validator's tokens, its weight, its commission, all in O(1)
@license AGPL-3.0-only
@notice Own stake, delegations and stake on its way out are shares of one pool; a share is a wei
        until the first slash, which lowers the pool and so everybody pro rata, in one step:

            tokens of a position = its shares * pool tokens / pool shares          rounded down

        The shares that are not unbonding weigh; what a validator earns by its weight goes to its
        operator's commission and to positions by shares * (10,000 + bonus bps):

            gross       = weight * rise of the network's accumulator
            commission  = gross * bps / 10,000                             rounded down
            acc        += (gross - commission) * 2^49 / boosted shares      the rest -> commission

        What the last division leaves (below 2^-49 wei per settlement is lost, nothing else) goes to
        the operator: less than one unit of 2^-96 wei per boosted share.
@dev    Only calls that change a pool write it; claims compute. Commission can only change after
        settling, so every block is paid at the rate of its time.

        Words   reward | weight 66 | seen 92 | version 12 | commission bps 14 | segment 4 | status 4
                       | pending 3 |
                share  | acc 112 | boosted shares 101 |
                pool   | tokens 84 | shares 86 | active shares 86 |
                own    | own shares 86 | commission owed 132 | slash count 16 |
                segment| boosted 99 | boost 62 | principal 86 |
        A pool has at most 2^84 - 1 wei and four shares to the wei, or takes no more stake.
"""

# --- interfaces ---

from interfaces import IStaking

# --- modules ---

from contracts.modules import checks
from contracts.modules import packing
from contracts.modules import reward_ledger
from contracts.modules import stake_weight

uses: reward_ledger
uses: stake_weight

# --- constants ---

BPS: constant(uint256) = 10_000
# From the ledger's 2^-47 wei to the 2^-96 wei of a pool's accumulator: fine enough that a share of
# the largest pool loses less than 2^-10 wei to a division.
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
SEGMENT_BOOSTED_BITS: constant(uint256) = 99
SEGMENT_BOOST_BITS: constant(uint256) = 62
PRINCIPAL_BITS: constant(uint256) = 86

VERSION_AT: constant(uint256) = WEIGHT_BITS + SEEN_BITS
COMMISSION_AT: constant(uint256) = VERSION_AT + VERSION_BITS
SEGMENT_AT: constant(uint256) = COMMISSION_AT + COMMISSION_BITS
STATUS_AT: constant(uint256) = SEGMENT_AT + SEGMENT_BITS
PENDING_AT: constant(uint256) = STATUS_AT + 4

ACTIVE: constant(uint256) = 1
EXITED: constant(uint256) = 2
JAILED: constant(uint256) = 4
TOMBSTONED: constant(uint256) = 8

# Where validators without weight are counted, after the table's segments.
INACTIVE: constant(uint256) = stake_weight.SEGMENTS
MAX_TOKENS: constant(uint256) = 2**TOKENS_BITS - 1
MAX_SHARES_PER_WEI: constant(uint256) = 4
# All tables there can ever be. A validator that nobody touched for years is settled through each of
# the tables since, at one a month: some 5,000 gas each.
MAX_BEHIND: constant(uint256) = 2**VERSION_BITS - 1

# --- structs ---

struct Pool:
    network: reward_ledger.Network  # settled together with the pool
    weight: uint256  # units, in the table of `version`
    seen: uint256  # the network's accumulator when it was settled
    version: uint256  # of the decay table
    commission_bps: uint256
    segment: uint256  # of the table, or INACTIVE
    status: uint256  # ACTIVE | EXITED | JAILED | TOMBSTONED
    pending: uint256  # bit per offence whose slash is in escrow
    acc: uint256  # 2^-96 wei per boosted share
    boosted_shares: uint256  # shares * (10,000 + bonus bps)
    tokens: uint256  # wei
    shares: uint256
    active_shares: uint256  # of them, not unbonding
    own_shares: uint256  # of those, in the operator's positions
    commission_owed: uint256  # scaled wei
    slash_count: uint256
    old_status: uint256  # as it was loaded, like all that follow
    old_tokens: uint256
    old_staked: uint256  # wei that weighed
    old_boosted: uint256  # wei * bps that weighed
    old_boost: uint256  # their quotient, bps * 2^24

# --- immutables ---

MIN_OWN_STAKE: immutable(uint256)  # wei

# --- storage ---

active_count: uint256
# validator => packed
reward_words: HashMap[uint256, uint256]
share_words: HashMap[uint256, uint256]
pool_words: HashMap[uint256, uint256]
own_words: HashMap[uint256, uint256]
# segment => packed sums over its validators
segment_words: HashMap[uint256, uint256]

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
    ) | (INACTIVE << SEGMENT_AT)


@internal
@view
def _load(_id: uint256) -> Pool:
    """
    @dev A pool and the network, settled. Reverts with "staking: unknown validator".
    """
    pool: Pool = self._with_tokens(_id, self._load_rewards(_id))
    own_word: uint256 = self.own_words[_id]
    pool.own_shares = own_word & (2**SHARES_BITS - 1)
    pool.commission_owed = (own_word >> SHARES_BITS) & (2**OWED_BITS - 1)
    pool.slash_count = own_word >> (SHARES_BITS + OWED_BITS)
    return self._settled(pool)


@internal
def _store(_id: uint256, _pool: Pool):
    """
    @dev Write a settled and changed pool, weighed anew, and the network with the difference.
    """
    pool: Pool = _pool
    staked: uint256 = 0
    boosted: uint256 = 0
    boost: uint256 = 0
    weight: uint256 = 0
    segment: uint256 = INACTIVE
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
    self._move(
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


# --- internal: changes of a pool in memory ---


@internal
@pure
def _enter(_pool: Pool, _amount: uint256) -> (Pool, uint256):
    """
    @dev Put wei in, for active shares, rounded down in favour of those who are in. Closed while a
         slash is in escrow: what is given back belongs to those who were there. Reverts with
         "staking: slash pending", "staking: pool too thin" or "staking: pool full".
    """
    pool: Pool = _pool
    checks._require(pool.pending == 0, "staking: slash pending")
    checks._require(pool.shares <= pool.tokens * MAX_SHARES_PER_WEI, "staking: pool too thin")
    checks._require(pool.tokens + _amount <= MAX_TOKENS, "staking: pool full")
    shares: uint256 = _amount
    if pool.shares != pool.tokens:
        shares = _amount * pool.shares // pool.tokens
    pool.tokens += _amount
    pool.shares += shares
    pool.active_shares += shares
    return pool, shares


@internal
@pure
def _shares_for(_pool: Pool, _shares: uint256, _amount: uint256) -> uint256:
    """
    @dev How many of a position's `_shares` are worth `_amount` wei, rounded up: what stays is
         never worth more than before. The largest uint256 means all.
    """
    if _amount == max_value(uint256):
        return _shares
    worth: uint256 = self._tokens_of(_pool, _shares)
    checks._require(_amount <= worth, "staking: exceeds the stake")
    if _amount == worth:
        return _shares
    return (_amount * _pool.shares + _pool.tokens - 1) // _pool.tokens


# --- internal: reads ---


@internal
@view
def _load_rewards(_id: uint256) -> Pool:
    """
    @dev The fields that rewards need, not settled. Reverts with "staking: unknown validator".
    """
    word: uint256 = self.reward_words[_id]
    checks._require(word != 0, "staking: unknown validator")
    share_word: uint256 = self.share_words[_id]
    pool: Pool = empty(Pool)
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
def _with_tokens(_id: uint256, _pool: Pool) -> Pool:
    """
    @dev Adds the pool word's fields, and what the pool adds to its segment.
    """
    pool: Pool = _pool
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
def _rewards(_id: uint256) -> Pool:
    """
    @dev The fields that rewards need, settled: a claim's view of a pool. `commission_owed` is only
         what has come since the stored state.
    """
    pool: Pool = self._load_rewards(_id)
    if pool.version != pool.network.version:
        pool = self._with_tokens(_id, pool)
    return self._settled(pool)


@internal
@view
def _settled(_pool: Pool) -> Pool:
    """
    @dev A pool that has earned up to this block, through every table since it was stored.
    """
    pool: Pool = _pool
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
@pure
def _tokens_of(_pool: Pool, _shares: uint256) -> uint256:
    """
    @dev Wei that shares are worth, rounded down.
    """
    if _shares == 0:
        return 0
    return _shares * _pool.tokens // _pool.shares


@internal
@view
def _status(_pool: Pool) -> uint256:
    """
    @dev The status with ACTIVE as it follows from the rest.
    """
    barred: uint256 = _pool.status & (EXITED | JAILED | TOMBSTONED)
    if barred == 0 and self._tokens_of(_pool, _pool.own_shares) >= MIN_OWN_STAKE:
        return ACTIVE
    return barred


@internal
@view
def _slash_count(_id: uint256) -> uint256:
    """
    @dev Slashes of a validator ever.
    """
    return self.own_words[_id] >> (SHARES_BITS + OWED_BITS)


@internal
@view
def _principal() -> uint256:
    """
    @dev Wei in all pools.
    """
    total: uint256 = 0
    for segment: uint256 in range(INACTIVE + 1):
        total += self.segment_words[segment] >> (SEGMENT_BOOSTED_BITS + SEGMENT_BOOST_BITS)
    return total


@internal
@view
def _total_weight(_version: uint256) -> uint256:
    """
    @dev Everybody's weight in a table, from the sums: at most one unit per validator too high.
    """
    total: uint256 = 0
    for segment: uint256 in range(stake_weight.SEGMENTS):
        word: uint256 = self.segment_words[segment]
        total += stake_weight._scaled_weight(
            _version,
            segment,
            word & (2**SEGMENT_BOOSTED_BITS - 1),
            (word >> SEGMENT_BOOSTED_BITS) & (2**SEGMENT_BOOST_BITS - 1),
        )
    return total // stake_weight.WEIGHT_UNIT


# --- internal: words ---


@internal
def _move(
    _from: uint256,
    _old_boosted: uint256,
    _old_boost: uint256,
    _old_tokens: uint256,
    _to: uint256,
    _boosted: uint256,
    _boost: uint256,
    _tokens: uint256,
):
    """
    @dev Take what a pool added to one segment out, and add it as it is now to another or the same.
    """
    old_sum: uint256 = self._segment_sum(_old_boosted, _old_boost, _old_tokens)
    new_sum: uint256 = self._segment_sum(_boosted, _boost, _tokens)
    if _from == _to:
        if old_sum != new_sum:
            self.segment_words[_to] = self.segment_words[_to] - old_sum + new_sum
    else:
        self.segment_words[_from] -= old_sum
        self.segment_words[_to] += new_sum


@internal
@pure
def _segment_sum(_boosted: uint256, _boost: uint256, _tokens: uint256) -> uint256:
    # Three sums in one word add up without a carry between them: each has room for all the token
    # there is, and for 16 million validators.
    return (
        _boosted
        | (_boost << SEGMENT_BOOSTED_BITS)
        | (_tokens << (SEGMENT_BOOSTED_BITS + SEGMENT_BOOST_BITS))
    )


@internal
def _count_status(_id: uint256, _old: uint256, _new: uint256):
    if _old & ACTIVE == 0 and _new & ACTIVE != 0:
        self.active_count += 1
    elif _old & ACTIVE != 0 and _new & ACTIVE == 0:
        self.active_count -= 1
    log IStaking.StatusChanged(validator_id=_id, old_status=_old, new_status=_new)
