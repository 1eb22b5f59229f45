# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Validator pools: shares in a validator's tokens, its weight, its commission, all in O(1)
@license AGPL-3.0-only
@notice What a pool (stake_pool.vy) holds weighs; what a validator earns by its weight goes to its
        operator's commission and to positions by shares * (10,000 + bonus bps):

            gross       = weight * rise of the network's accumulator
            commission  = gross * bps / 10,000              rounded down to 2^-20 wei
            acc        += (gross - commission) * 2^49 / boosted shares      the rest -> commission

        What the last division leaves, less than one unit of 2^-96 wei per boosted share, goes to
        the operator, but for less than 2^-20 wei, which stays in the contract.
@dev    Only calls that change a pool write it; claims compute. Commission can only change after
        settling, so every block is paid at the rate of its time. What is kept of a pool:
        validator_words.vy.

        Unchecked: no product of two fields, or of three with basis points, has 256 bits; a divisor
        of zero has a zero above it; what leaves its field, wrapped or not, is refused when packed.
"""

# --- interfaces ---

from interfaces import IStaking

# --- modules ---

from ...common import packing
from . import reward_ledger
from . import stake_cap
from . import stake_pool
from . import stake_weight
from . import validator_words as words
from . import weight_segments

uses: reward_ledger
uses: stake_cap
uses: stake_weight
uses: weight_segments
uses: words

# --- constants ---

BPS: constant(uint256) = 10_000
# From the ledger's 2^-47 wei to the 2^-96 wei of a pool's accumulator: a division leaves less than
# a wei in pools of up to 7 million tokens, and a few in larger ones.
ACC_SHIFT: constant(uint256) = 49
OWED_SCALE_BITS: constant(uint256) = 20  # commission counts 2^-20 wei
OWED_SHIFT: constant(uint256) = reward_ledger.SCALE_BITS - OWED_SCALE_BITS

ACTIVE: constant(uint256) = 1
EXITED: constant(uint256) = 2
JAILED: constant(uint256) = 4
TOMBSTONED: constant(uint256) = 8
BARS: constant(uint256) = EXITED | JAILED | TOMBSTONED

# All tables there can ever be: a validator is settled through each since it was touched, 5,000 gas.
MAX_BEHIND: constant(uint256) = 2**words.VERSION_BITS - 1

# --- structs ---

struct Pool:
    network: reward_ledger.Network  # settled together with the pool
    weight: uint256  # units, in the network's table
    commission_bps: uint256
    segment: uint256  # of the table, or weight_segments.INACTIVE
    status: uint256  # ACTIVE | EXITED | JAILED | TOMBSTONED
    pending: uint256  # bit per offence whose slash is in escrow
    acc: uint256  # 2^-96 wei per boosted share
    boosted_shares: uint256  # shares * (10,000 + bonus bps)
    tokens: uint256  # wei
    shares: uint256
    own_shares: uint256  # of them, in the owner's positions
    unbonding: uint256  # wei that this call moves out to requests; modulo 2^256 those it moves in
    commission_owed: uint256  # 2^-20 wei
    limited: uint256  # 1: its operator lets in so much and no more (validator_words.vy)
    counted: uint256  # 1: among those that share the cap (stake_cap.vy)
    old_status: uint256  # as it was loaded, like all that follow
    old_staked: uint256  # wei that weighed
    old_sum: uint256  # what it adds to its segment, packed

# --- internal: a change: load, settle, change, store ---

@internal
@view
def _load(_id: uint256) -> Pool:
    """
    @dev A pool and the network, settled to this block, through every table since it was stored.
         Reverts with "staking: unknown validator".
    """
    word: uint256 = words._reward_word(_id)
    pool: Pool = empty(Pool)
    pool.network = reward_ledger._settled()
    pool.weight = word & (2**words.WEIGHT_BITS - 1)
    pool.commission_bps = (word >> words.COMMISSION_AT) & (2**words.COMMISSION_BITS - 1)
    pool.segment = (word >> words.SEGMENT_AT) & (2**words.SEGMENT_BITS - 1)
    pool.status = (word >> words.STATUS_AT) & 15
    pool.pending = (word >> words.PENDING_AT) & 7
    pool.counted = (word >> words.COUNTED_AT) & 1
    pool.limited = (word >> words.LIMITED_AT) & 1
    pool.old_status = pool.status
    share_word: uint256 = words.share_words[_id]
    pool.acc = share_word & (2**words.ACC_BITS - 1)
    pool.boosted_shares = (share_word >> words.ACC_BITS) & (2**words.BOOSTED_BITS - 1)
    pool.commission_owed = words._owed(word, share_word)
    pool_word: uint256 = words.pool_words[_id]
    pool.tokens = pool_word & (2**words.TOKENS_BITS - 1)
    pool.shares = (pool_word >> words.TOKENS_BITS) & (2**words.SHARES_BITS - 1)
    pool.own_shares = pool_word >> words.OWN_AT
    if pool.status & ACTIVE == 0:
        pool.old_sum = weight_segments._segment_sum(0, 0, pool.tokens)
        return pool

    boosted: uint256 = stake_pool._worth(pool.boosted_shares, pool.tokens, pool.shares)
    pool.old_staked = pool.tokens
    boost: uint256 = unsafe_div(boosted << stake_weight.BOOST_BITS, pool.old_staked)
    pool.old_sum = weight_segments._segment_sum(boosted, boost, pool.tokens)
    seen: uint256 = words._seen(word)
    gross: uint256 = 0
    version: uint256 = words._version(word)
    for i: uint256 in range(1, pool.network.version - version + 1, bound=MAX_BEHIND):
        ended_at: uint256 = stake_weight.acc_at[version + i]
        gross += pool.weight * (ended_at - seen)
        seen = ended_at
        pool.weight = stake_weight._weight(version + i, pool.segment, boosted, boost)
    gross = unsafe_add(gross, unsafe_mul(pool.weight, unsafe_sub(pool.network.acc, seen)))
    if gross > 0:
        commission: uint256 = self._commission(gross, pool.commission_bps)
        net: uint256 = unsafe_sub(gross, commission << OWED_SHIFT) << ACC_SHIFT
        pool.acc = unsafe_add(pool.acc, unsafe_div(net, pool.boosted_shares))
        commission += (net % pool.boosted_shares) >> (ACC_SHIFT + OWED_SHIFT)
        pool.commission_owed = unsafe_add(pool.commission_owed, commission)
    return pool


@internal
@view
def _acc(_id: uint256) -> uint256:
    """
    @dev A settled pool's accumulator, all that a claim needs. Reverts as `_load`.
    """
    word: uint256 = words._reward_word(_id)
    network: reward_ledger.Network = reward_ledger._settled()
    if words._version(word) != network.version:
        return self._load(_id).acc
    share_word: uint256 = words.share_words[_id]
    gross: uint256 = unsafe_mul(
        word & (2**words.WEIGHT_BITS - 1), unsafe_sub(network.acc, words._seen(word))
    )
    bps: uint256 = (word >> words.COMMISSION_AT) & (2**words.COMMISSION_BITS - 1)
    commission: uint256 = self._commission(gross, bps) << OWED_SHIFT
    net: uint256 = unsafe_sub(gross, commission) << ACC_SHIFT
    boosted_shares: uint256 = (share_word >> words.ACC_BITS) & (2**words.BOOSTED_BITS - 1)
    return unsafe_add(share_word & (2**words.ACC_BITS - 1), unsafe_div(net, boosted_shares))


@internal
def _store(_id: uint256, _pool: Pool):
    """
    @dev Write a settled and changed pool, weighed anew, and the network with the difference.
    """
    boosted: uint256 = 0
    boost: uint256 = 0
    weight: uint256 = 0
    segment: uint256 = weight_segments.INACTIVE
    status: uint256 = _pool.status & BARS
    own_staked: uint256 = stake_pool._worth(_pool.own_shares, _pool.tokens, _pool.shares)
    staked: uint256 = _pool.tokens
    may_earn: bool = stake_cap._may_earn(_pool.old_status & ACTIVE, staked, own_staked)
    if status == 0 and own_staked >= stake_weight.MINIMUM and may_earn:
        status = ACTIVE
        boosted = stake_pool._worth(_pool.boosted_shares, _pool.tokens, _pool.shares)
        boost = unsafe_div(boosted << stake_weight.BOOST_BITS, staked)
        segment = stake_weight._segment_of(staked)
        weight = stake_weight._weight(_pool.network.version, segment, boosted, boost)
    else:
        staked = 0
    principal: uint256 = unsafe_add(_pool.tokens, _pool.unbonding)
    new_sum: uint256 = weight_segments._segment_sum(boosted, boost, principal)
    weight_segments._move(_pool.segment, _pool.old_sum, segment, new_sum)
    network_weight: uint256 = unsafe_sub(unsafe_add(_pool.network.weight, weight), _pool.weight)
    network_staked: uint256 = unsafe_sub(unsafe_add(_pool.network.staked, staked), _pool.old_staked)
    if network_staked == 0:
        # Nobody is active: units that a table's total has too many would have all that flows.
        network_weight = 0
    reward_ledger._store_changed(_pool.network, network_weight, network_staked)
    counted: uint256 = stake_cap._counts(staked, network_staked)
    if status != _pool.old_status or counted != _pool.counted:
        stake_cap._count(_pool.old_status & ACTIVE, status & ACTIVE, _pool.counted, counted)
    if status != _pool.old_status:
        log IStaking.StatusChanged(
            validator_id=_id, old_status=_pool.old_status, new_status=status
        )
    packing._check(
        (weight >> words.WEIGHT_BITS)
        | (_pool.acc >> words.ACC_BITS)
        | (_pool.boosted_shares >> words.BOOSTED_BITS)
        | (_pool.tokens >> words.TOKENS_BITS)
        | (_pool.shares >> words.SHARES_BITS)
        | (_pool.own_shares >> words.SHARES_BITS)
        | (_pool.commission_owed >> words.OWED_BITS)
    )
    words.reward_words[_id] = (
        weight
        | (_pool.network.acc << words.WEIGHT_BITS)
        | (_pool.network.version << words.VERSION_AT)
        | (_pool.commission_bps << words.COMMISSION_AT)
        | (segment << words.SEGMENT_AT)
        | (status << words.STATUS_AT)
        | (_pool.pending << words.PENDING_AT)
        | (counted << words.COUNTED_AT)
        | (_pool.limited << words.LIMITED_AT)
        | ((_pool.commission_owed >> words.OWED_LOW_BITS) << words.OWED_AT)
    )
    words.share_words[_id] = (
        _pool.acc
        | (_pool.boosted_shares << words.ACC_BITS)
        | (_pool.commission_owed << words.OWED_LOW_AT)
    )
    words.pool_words[_id] = (
        _pool.tokens
        | (_pool.shares << words.TOKENS_BITS)
        | (_pool.own_shares << words.OWN_AT)
    )

# --- internal: reads ---

@internal
@pure
def _commission(_gross: uint256, _bps: uint256) -> uint256:
    """
    @dev 2^-20 wei: the operator's part of what a pool earned, rounded down for its delegators.
    """
    return unsafe_div(unsafe_mul(_gross, _bps), BPS) >> OWED_SHIFT
