# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Lens weights: what stake weighs, or would weigh, computed from what Staking shows
@license AGPL-3.0-only
@notice

            share            weight / weight of the network
            effective stake  (intercept + slope * staked) / WAD, of the row of the decay table

        All of it rounded down.
@dev    Models: mdt.model.stake_weight, mdt.model.staking.
"""

# --- interfaces ---

from interfaces import IStaking
from interfaces import IStakingLens

# --- modules ---

from . import lock_bonus
from . import positions
from . import stake_pool
from . import stake_weight
from . import validator_pools

# --- constants ---

WAD: constant(uint256) = 10**18
BPS: constant(uint256) = 10_000

# --- structs ---

# A pool with a position in it, as they are or as they would be.
struct Shape:
    tokens: uint256  # wei
    shares: uint256
    boosted_shares: uint256
    boosted: uint256  # of them, the position's

# --- immutables ---

STAKING: public(immutable(address))

# --- constructor ---

@deploy
def __init__(_staking: address):
    STAKING = _staking

# --- views ---

@external
@view
def preview_weight(
    _validator_id: uint256, _owner: address, _slot: uint256, _amount: uint256, _months: uint256
) -> IStakingLens.Weight:
    """
    @notice What a position would weigh once `stake` had added _amount and locked it for _months;
            with neither, what it weighs now. Whether `stake` would accept that is not looked at. A
            validator that is not active weighs nothing, nor does anybody's stake with it.
    @custom:error "staking: unknown validator", "staking: slot out of range"
                  "staking: pool full" More than any pool can hold.
    """
    assert _amount <= stake_pool.MAX_TOKENS, "staking: pool full"
    staking: IStaking = IStaking(STAKING)
    pool: IStaking.Validator = staticcall staking.validator(_validator_id)
    position: IStaking.Position = staticcall staking.position(_validator_id, _owner, _slot)
    added: uint256 = _amount
    if pool.shares != pool.tokens:
        added = _amount * pool.shares // pool.tokens
    bonus: uint256 = self._bonus_after(position, _slot, added, _months)
    if _amount | _months == 0:
        bonus = position.bonus_bps
    boosted: uint256 = (position.shares + added) * (BPS + bonus)
    old_boosted: uint256 = position.shares * (BPS + position.bonus_bps)
    shape: Shape = Shape(
        tokens=pool.tokens + _amount,
        shares=pool.shares + added,
        boosted_shares=pool.boosted_shares + boosted - old_boosted,
        boosted=boosted,
    )
    weight: uint256 = 0
    if pool.status & validator_pools.ACTIVE != 0:
        weight = self._weight(shape)
    total: uint256 = (staticcall staking.network()).weight + weight - pool.weight
    share: uint256 = 0
    if weight > 0 and boosted > 0:
        share = self._share(weight, total) * boosted // shape.boosted_shares
        weight = weight * boosted // shape.boosted_shares
    else:
        weight = 0
    return IStakingLens.Weight(
        bonus_bps=bonus,
        weight=weight,
        share_wad=share,
        net_share_wad=share * (BPS - pool.commission_bps) // BPS,
    )

# --- internal ---

@internal
@pure
def _share(_weight: uint256, _total: uint256) -> uint256:
    if _total == 0:
        return 0
    return _weight * WAD // _total


@internal
@view
def _row_of(_staked: uint256) -> uint256:
    """
    @dev The row of the decay table that a stake is weighed by: as many breakpoints are at or
         below it.
    """
    stakes: uint256[7] = empty(uint256[7])
    rows: uint256[8] = empty(uint256[8])
    stakes, rows = staticcall IStaking(STAKING).decay_table()
    segment: uint256 = 0
    for stake: uint256 in stakes:
        if stake <= _staked:
            segment += 1
    return rows[segment]


@internal
@view
def _effective_stake(_staked: uint256) -> uint256:
    row: uint256 = self._row_of(_staked)
    slope: uint256 = row & stake_weight.SLOPE_MASK
    return ((row >> stake_weight.SLOPE_BITS) + slope * _staked) // WAD


@internal
@view
def _weight(_shape: Shape) -> uint256:
    """
    @dev Weight of a whole active pool, as validator_pools.vy weighs it.
    """
    if _shape.tokens == 0:
        return 0
    boosted: uint256 = _shape.boosted_shares * _shape.tokens // _shape.shares
    boost: uint256 = (boosted << stake_weight.BOOST_BITS) // _shape.tokens
    row: uint256 = self._row_of(_shape.tokens)
    scaled: uint256 = (row & stake_weight.SLOPE_MASK) * boosted + (
        ((row >> stake_weight.SLOPE_BITS) * boost) >> stake_weight.BOOST_BITS
    )
    return scaled // stake_weight.WEIGHT_UNIT


@internal
@view
def _bonus_after(
    _position: IStaking.Position, _slot: uint256, _added: uint256, _months: uint256
) -> uint256:
    """
    @dev As Staking counts it: a new lock, or the average with what is left of a running one.
    """
    terms: IStaking.Terms = staticcall IStaking(STAKING).terms()
    per_month: uint256 = terms.delegated_bonus_bps
    if _slot >= positions.OWN_SLOT:
        per_month = terms.own_bonus_bps
    if _months > 0:
        return lock_bonus._bonus(per_month, _months)
    if _position.unlocks_at <= block.timestamp or _position.shares + _added == 0:
        return 0
    months: uint256 = lock_bonus._months_left(_position.unlocks_at)
    return lock_bonus._blend(
        _position.shares, _position.bonus_bps, _added, lock_bonus._bonus(per_month, months)
    )
