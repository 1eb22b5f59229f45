# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Staking views: pools, positions and sums as of this block
@license AGPL-3.0-only
@notice Open within calls: all state is final before another contract is called. What can be derived
        from these, and lists, is in StakingLens.vy.
"""

# --- interfaces ---

from interfaces import IStaking

# --- modules ---

from . import block_rewards
from . import departures
from . import positions
from . import reward_ledger
from . import reward_payout
from . import reward_stream
from . import slash_escrow
from . import stake_cap
from . import stake_pool
from . import stake_room
from . import stake_weight
from . import staking_accounts
from . import staking_rewards
from . import validator_pools
from . import validator_words
from . import weight_segments

uses: block_rewards
uses: departures
uses: positions
uses: reward_ledger
uses: reward_payout
uses: slash_escrow
uses: stake_cap
uses: stake_room
uses: stake_weight
uses: staking_accounts
uses: staking_rewards
uses: validator_pools
uses: validator_words
uses: weight_segments

# --- constants ---

SCALE: constant(uint256) = 2**reward_stream.SCALE_BITS

# --- views ---

@external
@view
@reentrant
def validator(_validator_id: uint256) -> IStaking.Validator:
    """
    @notice A validator's pool as of this block.
    @custom:error "staking: unknown validator"
    """
    pool: validator_pools.Pool = validator_pools._load(_validator_id)
    return IStaking.Validator(
        tokens=pool.tokens,
        own_staked=stake_pool._worth(pool.own_shares, pool.tokens, pool.shares),
        shares=pool.shares,
        boosted_shares=pool.boosted_shares,
        weight=pool.weight,
        commission_bps=pool.commission_bps,
        commission_owed=pool.commission_owed >> validator_pools.OWED_SCALE_BITS,
        status=pool.status,
        pending_slashes=pool.pending,
        slash_count=validator_words._slash_count(_validator_id),
        delegation_cap=validator_words._limit(_validator_id, pool.limited),
        room=stake_room._room(_validator_id, pool),
    )


@external
@view
@reentrant
def position(_validator_id: uint256, _owner: address, _slot: uint256) -> IStaking.Position:
    """
    @notice A position as of this block; all zero if there never was one.
    @param _owner The zero address for a validator's own stake.
    @custom:error "staking: unknown validator", "staking: slot out of range"
    """
    pool: validator_pools.Pool = validator_pools._load(_validator_id)
    key: uint256 = positions._key(_validator_id, _owner, _slot)
    position: positions.Position = positions._load(key, pool.acc)
    return IStaking.Position(
        shares=position.shares,
        tokens=stake_pool._worth(position.shares, pool.tokens, pool.shares),
        bonus_bps=position.bonus_bps,
        unlocks_at=position.unlocks_at,
        accepted_commission_bps=position.accepted * positions.PERCENT,
        pending_reward=position.owed >> positions.CLAIM_BITS,
        request_count=positions._request_count(key),
    )


@external
@view
@reentrant
def request(
    _validator_id: uint256, _owner: address, _slot: uint256, _request_id: uint256
) -> IStaking.Request:
    """
    @notice An unbonding request; all zero if there is none with this id, or it has ended.
    @custom:error "staking: slot out of range"
    """
    request: departures.Request = departures._request(
        positions._key(_validator_id, _owner, _slot), _request_id
    )
    return IStaking.Request(
        tokens=request.tokens,
        unlocks_at=request.unlocks_at,
        left_at=request.left_at,
        next_slash=request.next_slash,
    )


@external
@view
@reentrant
def debt(_validator_id: uint256, _owner: address, _slot: uint256) -> IStaking.Debt:
    """
    @notice What a redelegated position answers for; all zero if nothing.
    @custom:error "staking: slot out of range"
    """
    owes: departures.Debt = departures._debt(positions._key(_validator_id, _owner, _slot))
    return IStaking.Debt(
        source_id=owes.source, until=owes.until, left_at=owes.left_at, next_slash=owes.next_slash
    )


@external
@view
@reentrant
def escrow(_validator_id: uint256, _offence: uint256) -> IStaking.Escrow:
    """
    @notice What a pool gets back if the slash for an offence is overturned; all zero if none is in
            escrow.
    """
    held: slash_escrow.Escrow = slash_escrow._escrow(_validator_id, _offence)
    return IStaking.Escrow(tokens=held.tokens, slash_id=held.slash_id)


@external
@view
@reentrant
def restitution(_slasher: address, _slash_id: uint256, _owner: address) -> uint256:
    """
    @notice Wei noted for an owner that left a pool while a slash was in escrow, or answered for it.
    @param _slasher Whose slash it is, the present one's or an earlier one's.
    """
    return slash_escrow.restitution[_slasher][_slash_id][_owner]


@external
@view
@reentrant
def network() -> IStaking.Network:
    """
    @notice Sums and streams as of this block.
    """
    settled: reward_ledger.Network = reward_ledger._settled()
    epoch_stream: reward_stream.Stream = reward_ledger._stream(reward_ledger.EPOCH)
    block_stream: reward_stream.Stream = reward_ledger._stream(reward_ledger.BLOCK)
    return IStaking.Network(
        weight=settled.weight,
        staked=settled.staked,
        principal=weight_segments._principal(),
        active_count=stake_cap._active_count(),
        counted_count=stake_cap._counted(),
        validator_count=staking_accounts.validator_count,
        table_version=settled.version,
        rewards_received=staking_rewards.notifier_word >> staking_rewards.ADDRESS_BITS,
        rewards_paid=reward_payout.rewards_paid,
        rewards_idle=reward_ledger._idle_amount(),
        rewards_recycled=staking_rewards.rewards_recycled,
        epoch_stream_rate=epoch_stream.rate // SCALE,
        epoch_stream_end=epoch_stream.end,
        block_stream_rate=block_stream.rate // SCALE,
        block_stream_end=block_stream.end,
        pulled_through=block_rewards.pulled_word & block_rewards.PULLED_MASK,
    )


@external
@view
@reentrant
def terms() -> IStaking.Terms:
    """
    @notice What was fixed at deployment.
    """
    return staking_accounts.TERMS


@external
@view
@reentrant
def decay_table() -> (uint256[7], uint256[8]):
    """
    @notice Breakpoints in wei, and a row for each segment before, between and after them:
            slope in the lower 60 bits, intercept above, both scaled by WAD (stake_weight.vy).
    """
    return stake_weight.STAKES, stake_weight._rows(reward_ledger._settled().version)
