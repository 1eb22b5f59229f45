# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Staking core: how stake comes to a position and moves, for all parts of Staking
@license AGPL-3.0-only
@notice The parts: Staking.vy itself (anyone, and owners of positions), unbonding, redelegation,
        registry_calls, slasher_calls, staking_rewards (the streams' sources) and staking_views.
        Amounts are wei of MDT, deadlines timestamps.
"""

# --- interfaces ---

from interfaces import IStaking

# --- modules ---

from . import checks
from . import departures
from . import lock_bonus
from . import positions
from . import slash_escrow
from . import stake_pool
from . import stake_room
from . import staking_accounts
from . import validator_pools

uses: departures
uses: positions
uses: slash_escrow
uses: stake_room
uses: staking_accounts
uses: validator_pools

# --- constants ---

BPS: constant(uint256) = 10_000

# --- internal: positions ---

@internal
def _add(
    _id: uint256,
    _owner: address,
    _slot: uint256,
    _amount: uint256,
    _months: uint256,
    _accepted: uint256,
    _at_most: bool,
    _carried: positions.Position,
) -> uint256:
    """
    @dev Add wei that are or will be here to a position, and lock it for `_months` if not 0, or as
         the position was that they are carried over from. No amount and no months: add its rewards,
         which nothing keeps out.
    @param _accepted The largest commission its owner accepts, bps, or MUTE or SAME
           (stake_room.vy).
    @param _at_most Take what fits of `_amount`.
    @return Wei added.
    """
    amount: uint256 = min(_amount, 2**128)  # as much is refused below, and nothing overflows
    key: uint256 = positions._key(_id, _owner, _slot)
    if _months > lock_bonus.MAX_MONTHS:
        checks._refuse("staking: lock too long")
    pool: validator_pools.Pool = validator_pools._load(_id)
    position: positions.Position = positions._load(key, pool.acc)
    position.accepted = stake_room._accept(position, pool.commission_bps, _accepted)
    is_restaked: bool = amount == 0 and _months == 0
    if is_restaked:
        amount = position.owed >> positions.CLAIM_BITS
        staking_accounts._check_claim(amount)
        position.owed -= amount << positions.CLAIM_BITS
    shares: uint256 = 0
    if amount > 0:
        self._check_open(key, position.flags, pool.status, _slot)
        if not is_restaked:
            amount = stake_room._fitting(_id, pool, _slot, amount, _at_most)
        shares = stake_pool._shares_of(amount, pool.tokens, pool.shares, pool.pending)
        pool.tokens += amount
        pool.shares += shares
    else:
        if position.shares == 0:
            checks._refuse("staking: no stake")
    if _carried.shares > 0:
        if position.shares != 0:
            checks._refuse("staking: slot not empty")
        position.flags |= positions.MOVED
        position.unlocks_at = _carried.unlocks_at
        position.bonus_bps = _carried.bonus_bps
    elif _months == 0:
        position.bonus_bps = self._bonus_with(position, _slot, shares)
    else:
        unlocks_at: uint256 = block.timestamp + _months * lock_bonus.MONTH
        if unlocks_at < position.unlocks_at:
            checks._refuse("staking: shorter than the lock")
        position.unlocks_at = unlocks_at
        position.bonus_bps = lock_bonus._bonus(self._bps_per_month(_slot), _months)
    position.shares += shares
    log IStaking.Staked(
        validator_id=_id,
        owner=_owner,
        slot=_slot,
        amount=amount,
        shares=position.shares,
        bonus_bps=position.bonus_bps,
        unlocks_at=position.unlocks_at,
    )
    self._store(_id, pool, key, _slot, position)
    return amount


@internal
def _end_lock(_id: uint256, _owner: address, _slot: uint256, _key: uint256):
    pool: validator_pools.Pool = validator_pools._load(_id)
    position: positions.Position = positions._load(_key, pool.acc)
    if not positions._is_lock_over(position):
        checks._refuse("staking: lock not over")
    log IStaking.LockEnded(
        validator_id=_id, owner=_owner, slot=_slot, bonus_bps=position.bonus_bps
    )
    position.bonus_bps = 0
    self._store(_id, pool, _key, _slot, position)


@internal
def _store(
    _id: uint256,
    _pool: validator_pools.Pool,
    _key: uint256,
    _slot: uint256,
    _position: positions.Position,
):
    """
    @dev Write a position with other shares or another bonus, and its pool with the sums of both.
    """
    pool: validator_pools.Pool = _pool
    if _slot >= positions.OWN_SLOT:
        pool.own_shares = unsafe_sub(
            unsafe_add(pool.own_shares, _position.shares), _position.old_shares
        )
    # Unchecked: what leaves its field is refused when it is packed.
    pool.boosted_shares = unsafe_sub(
        unsafe_add(pool.boosted_shares, positions._boosted(_position)), _position.old_boosted
    )
    positions._store(_key, _position)
    validator_pools._store(_id, pool)


@internal
@view
def _bonus_with(
    _position: positions.Position, _slot: uint256, _added: uint256
) -> uint256:
    """
    @dev The bonus of a position to which shares come without a new lock: a lock that is over has
         none, a running one earns on what is added for the whole months that are left.
    """
    if _position.unlocks_at <= block.timestamp:
        return 0
    months: uint256 = lock_bonus._months_left(_position.unlocks_at)
    added_bonus: uint256 = lock_bonus._bonus(self._bps_per_month(_slot), months)
    return lock_bonus._blend(_position.shares, _position.bonus_bps, _added, added_bonus)


@internal
@view
def _bps_per_month(_slot: uint256) -> uint256:
    if _slot >= positions.OWN_SLOT:
        return staking_accounts.TERMS.own_bonus_bps
    return staking_accounts.TERMS.delegated_bonus_bps


@internal
@view
def _free_shares(
    _key: uint256,
    _pool: validator_pools.Pool,
    _position: positions.Position,
    _amount: uint256,
) -> uint256:
    """
    @dev Shares worth `_amount` of a position that answers for nothing.
    """
    staking_accounts._check_amount(_amount)
    if _position.shares == 0:
        checks._refuse("staking: no stake")
    self._check_answered(_key, _position.flags)
    return stake_pool._shares_for(_amount, _position.shares, _pool.tokens, _pool.shares)


@internal
@view
def _check_open(_key: uint256, _flags: uint256, _status: uint256, _slot: uint256):
    """
    @dev Stake may come to a position: its validator is active or the stake its own, and it answers
         for nothing.
    """
    if _slot < positions.OWN_SLOT:
        is_active: bool = _status & validator_pools.ACTIVE != 0
        if not is_active:
            checks._refuse("staking: validator not active")
        self._check_answered(_key, _flags)


@internal
@view
def _check_answered(_key: uint256, _flags: uint256):
    """
    @dev A position that was redelegated has answered for all that it answers for.
    """
    if _flags & positions.MOVED != 0:
        departures._check_answered(_key)


@internal
def _leave(
    _id: uint256, _owner: address, _pool: validator_pools.Pool, _shares: uint256
) -> uint256:
    """
    @dev What shares that leave a pool are worth, with a note for what is in escrow; to take both
         out of the pool is for the caller.
    @return Wei, rounded down in favour of those who stay.
    """
    if _pool.pending != 0:
        slash_escrow._note_left(
            _id, _owner, _shares, _pool.tokens, _pool.shares, _pool.pending
        )
    return stake_pool._worth(_shares, _pool.tokens, _pool.shares)
