# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Unbonding: stake is asked back, waits, and is taken out or put back
@license AGPL-3.0-only
@notice What is asked back earns nothing, and is slashed like all of its pool until it is withdrawn.
        Requests of a position are numbered; each can be withdrawn or cancelled once, in any order.
"""

# --- interfaces ---

from interfaces import IStaking

# --- modules ---

from . import checks
from . import positions
from . import stake_cap
from . import stake_pool
from . import stake_room
from . import staking_accounts
from . import staking_core
from . import validator_pools

uses: positions
uses: stake_cap
uses: stake_room
uses: staking_accounts
uses: staking_core
uses: validator_pools

# --- user ---

@external
def unstake(_validator_id: uint256, _slot: uint256, _amount: uint256) -> uint256:
    """
    @notice Ask for stake back. It earns nothing from this block on, can be withdrawn once the
            unbonding time is over, and is slashed like all of the pool until it is withdrawn.
    @param _validator_id The validator's number.
    @param _slot 0-7 for a delegation, 8-15 for the own stake.
    @param _amount Wei, or the largest uint256 for all of the position.
    @return The request's id, to withdraw or cancel it with.
    @custom:error "staking: zero amount", "staking: no stake", "staking: exceeds the stake"
                  "staking: slot out of range", "staking: not the owner"
                  "staking: unknown validator"
                  "staking: still locked" The validator takes no more than was accepted.
                  "staking: still answerable", "staking: slash unanswered" See redelegation.
                  "staking: below the minimum", "staking: own part too small" An active validator
                  keeps both, or exits first.
    """
    owner: address = staking_accounts._owner_of(_validator_id, _slot, msg.sender)
    key: uint256 = positions._key(_validator_id, owner, _slot)
    pool: validator_pools.Pool = validator_pools._load(_validator_id)
    position: positions.Position = positions._load(key, pool.acc)
    shares: uint256 = staking_core._free_shares(key, pool, position, _amount)
    if positions._is_held(position, _slot, pool.commission_bps):
        checks._refuse("staking: still locked")

    unlocks_at: uint256 = block.timestamp + staking_accounts.TERMS.unbonding_seconds
    request_id: uint256 = positions._open_request(key, shares, unlocks_at)
    position.shares -= shares
    position.bonus_bps = 0
    position.unlocks_at = min(position.unlocks_at, block.timestamp)  # one that does not hold ends
    if pool.status & validator_pools.ACTIVE != 0 and _slot >= positions.OWN_SLOT:
        own_staked: uint256 = stake_pool._worth(
            pool.own_shares - shares, pool.tokens, pool.shares
        )
        if own_staked < staking_accounts.TERMS.min_validator_stake:
            checks._refuse("staking: below the minimum")
        staked: uint256 = stake_pool._worth(
            pool.active_shares - shares, pool.tokens, pool.shares
        )
        if staked - own_staked > stake_cap._carried_by(own_staked):
            checks._refuse("staking: own part too small")
    log IStaking.Unstaked(
        validator_id=_validator_id,
        owner=owner,
        slot=_slot,
        request_id=request_id,
        shares=shares,
        tokens=stake_pool._worth(shares, pool.tokens, pool.shares),
        unlocks_at=unlocks_at,
    )
    pool.active_shares -= shares
    staking_core._store(_validator_id, pool, key, _slot, position)
    return request_id


@external
def cancel_unstake(_validator_id: uint256, _slot: uint256, _request_id: uint256):
    """
    @notice Put a request of one's own back into its position; it earns again from this block on,
            for the whole months that are left if the position is locked.
    @param _validator_id The validator's number.
    @param _slot 0-7 for a delegation, 8-15 for the own stake.
    @param _request_id As `unstake` returned it; withdrawable or not.
    @custom:error "staking: no such request", "staking: over the cap", "staking: slash unanswered",
                  "staking: over the limit", "staking: own part too small",
                  "staking: still answerable", "staking: slot out of range"
                  "staking: not the owner", "staking: unknown validator"
                  "staking: validator not active" (delegations)
    """
    owner: address = staking_accounts._owner_of(_validator_id, _slot, msg.sender)
    key: uint256 = positions._key(_validator_id, owner, _slot)
    pool: validator_pools.Pool = validator_pools._load(_validator_id)
    position: positions.Position = positions._load(key, pool.acc)
    staking_core._check_open(key, position.flags, pool.status, _slot)
    request: positions.Request = positions._end_request(key, _request_id)
    stake_room._fitting(
        pool, _slot, stake_pool._worth(request.shares, pool.tokens, pool.shares), False
    )
    pool.active_shares += request.shares
    position.bonus_bps = staking_core._bonus_with(position, _slot, request.shares)
    position.shares += request.shares
    log IStaking.UnstakeCancelled(
        validator_id=_validator_id,
        owner=owner,
        slot=_slot,
        request_id=_request_id,
        shares=request.shares,
    )
    staking_core._store(_validator_id, pool, key, _slot, position)


@external
def withdraw(_validator_id: uint256, _slot: uint256, _request_id: uint256) -> uint256:
    """
    @notice Take out what a request of one's own is worth, in any order, once it has unlocked. While
            a slash is in escrow, the difference it makes is noted in case it is overturned.
    @param _validator_id The validator's number.
    @param _slot 0-7 for a delegation, 8-15 for the own stake.
    @param _request_id As `unstake` returned it.
    @return Wei paid, rounded down.
    @custom:error "staking: no such request", "staking: still unbonding",
                  "staking: transfer failed",
                  "staking: slot out of range", "staking: not the owner"
                  "staking: unknown validator"
    """
    owner: address = staking_accounts._owner_of(_validator_id, _slot, msg.sender)
    key: uint256 = positions._key(_validator_id, owner, _slot)
    request: positions.Request = positions._end_request(key, _request_id)
    if block.timestamp < request.unlocks_at:
        checks._refuse("staking: still unbonding")
    pool: validator_pools.Pool = validator_pools._load(_validator_id)
    amount: uint256 = staking_core._leave(_validator_id, owner, pool, request.shares)
    pool.tokens -= amount
    pool.shares -= request.shares
    log IStaking.Withdrawn(
        validator_id=_validator_id,
        owner=owner,
        slot=_slot,
        request_id=_request_id,
        amount=amount,
    )
    validator_pools._store(_validator_id, pool)
    staking_accounts._pay(msg.sender, amount)
    return amount
