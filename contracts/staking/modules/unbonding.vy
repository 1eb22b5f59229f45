# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Unbonding: stake is asked back, waits, and is taken out or put back
@license AGPL-3.0-only
@notice What is asked back leaves the pool at once, at what it is worth, and earns nothing. Until it
        is withdrawn it answers for what the validator did while it was there, and for nothing
        later; a validator's own stake answers for all that the validator does until then. Requests
        of a position are numbered; each can be withdrawn or cancelled once, in any order.
"""

# --- interfaces ---

from interfaces import IStaking

# --- modules ---

from . import checks
from . import departures
from . import positions
from . import stake_cap
from . import stake_pool
from . import stake_room
from . import staking_accounts
from . import staking_core
from . import validator_pools
from . import validator_words
from . import weight_segments

uses: departures
uses: positions
uses: stake_cap
uses: stake_room
uses: staking_accounts
uses: staking_core
uses: validator_pools
uses: validator_words
uses: weight_segments

# --- user ---

@external
def unstake(_validator_id: uint256, _slot: uint256, _amount: uint256) -> uint256:
    """
    @notice Ask for stake back. It earns nothing from this block on, can be withdrawn once the
            unbonding time is over, and pays until then for slashes of the validator whose offence
            is not later than this block. While a slash is in escrow, the difference it makes is
            noted in case it is overturned.
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

    amount: uint256 = staking_core._leave(_validator_id, owner, pool, shares)
    pool.tokens -= amount
    pool.shares -= shares
    pool.unbonding = amount
    unlocks_at: uint256 = block.timestamp + staking_accounts.TERMS.unbonding_seconds
    request: departures.Request = departures.Request(
        tokens=amount,
        unlocks_at=unlocks_at,
        left_at=block.number,
        next_slash=validator_words._slash_count(_validator_id),
    )
    request_id: uint256 = positions._next_request(key)
    departures._store_request(key, request_id, request)
    position.shares -= shares
    position.bonus_bps = 0
    position.unlocks_at = min(position.unlocks_at, block.timestamp)  # one that does not hold ends
    if pool.status & validator_pools.ACTIVE != 0 and _slot >= positions.OWN_SLOT:
        own_staked: uint256 = stake_pool._worth(
            pool.own_shares - shares, pool.tokens, pool.shares
        )
        if own_staked < staking_accounts.TERMS.min_validator_stake:
            checks._refuse("staking: below the minimum")
        if pool.tokens - own_staked > stake_cap._carried_by(own_staked):
            checks._refuse("staking: own part too small")
    log IStaking.Unstaked(
        validator_id=_validator_id,
        owner=owner,
        slot=_slot,
        request_id=request_id,
        shares=shares,
        tokens=amount,
        unlocks_at=unlocks_at,
    )
    staking_core._store(_validator_id, pool, key, _slot, position)
    return request_id


@external
def cancel_unstake(_validator_id: uint256, _slot: uint256, _request_id: uint256):
    """
    @notice Put a request of one's own back into its position, for as many shares as it buys; it
            earns again from this block on, for the whole months that are left if the position is
            locked.
    @param _validator_id The validator's number.
    @param _slot 0-7 for a delegation, 8-15 for the own stake.
    @param _request_id As `unstake` returned it; withdrawable or not.
    @custom:error "staking: no such request", "staking: over the cap", "staking: slash unanswered",
                  "staking: over the limit", "staking: own part too small",
                  "staking: still answerable", "staking: slot out of range"
                  "staking: not the owner", "staking: unknown validator"
                  "staking: too early to cancel" The network's stake was read without it: it stays
                  away for a day, so that nobody lowers a reading and is back at once.
                  "staking: validator not active" (delegations)
                  "staking: slash pending", "staking: pool too thin", "staking: pool full"
    """
    owner: address = staking_accounts._owner_of(_validator_id, _slot, msg.sender)
    key: uint256 = positions._key(_validator_id, owner, _slot)
    pool: validator_pools.Pool = validator_pools._load(_validator_id)
    position: positions.Position = positions._load(key, pool.acc)
    staking_core._check_open(key, position.flags, pool.status, _slot)
    request: departures.Request = departures._end_request(key, _request_id)
    departures._check_slashes(_validator_id, request.next_slash)
    asked_at: uint256 = request.unlocks_at - staking_accounts.TERMS.unbonding_seconds
    if stake_cap._was_read_since(asked_at):
        checks._refuse("staking: too early to cancel")
    stake_room._fitting(_validator_id, pool, _slot, request.tokens, False)
    shares: uint256 = stake_pool._shares_of(
        request.tokens, pool.tokens, pool.shares, pool.pending
    )
    pool.tokens += request.tokens
    pool.shares += shares
    pool.unbonding = unsafe_sub(0, request.tokens)
    position.bonus_bps = staking_core._bonus_with(position, _slot, shares)
    position.shares += shares
    log IStaking.UnstakeCancelled(
        validator_id=_validator_id,
        owner=owner,
        slot=_slot,
        request_id=_request_id,
        shares=shares,
        tokens=request.tokens,
    )
    staking_core._store(_validator_id, pool, key, _slot, position)


@external
def withdraw(_validator_id: uint256, _slot: uint256, _request_id: uint256) -> uint256:
    """
    @notice Take out what a request of one's own holds, in any order, once the unbonding time is
            over, in seconds and in blocks, and it has answered for every slash since (by anyone,
            `answer` of the slasher).
    @param _validator_id The validator's number.
    @param _slot 0-7 for a delegation, 8-15 for the own stake.
    @param _request_id As `unstake` returned it.
    @return Wei paid.
    @custom:error "staking: no such request", "staking: still unbonding",
                  "staking: slash unanswered", "staking: transfer failed",
                  "staking: slot out of range", "staking: not the owner"
    """
    owner: address = staking_accounts._owner_of(_validator_id, _slot, msg.sender)
    key: uint256 = positions._key(_validator_id, owner, _slot)
    request: departures.Request = departures._end_request(key, _request_id)
    if block.timestamp < request.unlocks_at or departures._is_early(request.left_at):
        checks._refuse("staking: still unbonding")
    departures._check_slashes(_validator_id, request.next_slash)
    weight_segments._pay_out(request.tokens)
    log IStaking.Withdrawn(
        validator_id=_validator_id,
        owner=owner,
        slot=_slot,
        request_id=_request_id,
        amount=request.tokens,
    )
    staking_accounts._pay(msg.sender, request.tokens)
    return request.tokens
