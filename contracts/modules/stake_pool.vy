# pragma version ~=0.4.3
"""
@title Stake pool: shares of a validator's tokens
@license AGPL-3.0-only
@notice Own stake, delegations and stake on its way out are shares of one pool; a share is a wei
        until the first slash, which lowers the pool and so everybody pro rata, in one step:

            tokens of a position = its shares * pool tokens / pool shares          rounded down

        Who enters gets shares rounded down, who takes an amount out gives shares rounded up: the
        price of a share never falls but by a slash.
@dev    Pure: a pool in memory, as contracts/modules/validator_pools.vy loads it. A pool has at most
        2^84 - 1 wei, and takes no more stake once a wei is more than four shares.
"""

# --- modules ---

from contracts.modules import checks
from contracts.modules import reward_ledger

# --- constants ---

MAX_TOKENS: constant(uint256) = 2**84 - 1
MAX_SHARES_PER_WEI: constant(uint256) = 4

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

# --- internal ---


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


@internal
@pure
def _tokens_of(_pool: Pool, _shares: uint256) -> uint256:
    """
    @dev Wei that shares are worth, rounded down.
    """
    if _shares == 0:
        return 0
    return _shares * _pool.tokens // _pool.shares
