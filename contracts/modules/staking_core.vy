# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Staking core: what the parts of Staking share: terms, roles, and how stake comes and moves
@license AGPL-3.0-only
@notice The parts are the externals by who may call them: Staking.vy itself (anyone, and owners of
        positions), staking_roles (registry and slasher), staking_rewards (the streams' sources)
        and staking_views. Amounts are wei of MDT, deadlines timestamps.
"""

# --- interfaces ---

from ethereum.ercs import IERC20
from interfaces import IStaking

# --- modules ---

from contracts.modules import checks
from contracts.modules import lock_bonus
from contracts.modules import positions
from contracts.modules import stake_pool
from contracts.modules import validator_pools

uses: positions
uses: validator_pools

# --- constants ---

BPS: constant(uint256) = 10_000

# --- immutables ---

TOKEN: public(immutable(address))
TERMS: immutable(IStaking.Terms)

# --- storage ---

slasher: public(address)
registry: public(address)
validator_count: uint256

# --- constructor ---


@deploy
def __init__(_token: address, _terms: IStaking.Terms):
    """
    @dev Fix token and terms, which `staking_terms` has checked, for good.
    """
    TOKEN = _token
    TERMS = _terms


# --- internal: positions ---


@internal
def _add(
    _id: uint256,
    _owner: address,
    _slot: uint256,
    _amount: uint256,
    _months: uint256,
    _carried: positions.Position,
) -> uint256:
    """
    @dev Add wei that are or will be here to a position, and lock it for `_months` if not 0, or as
         the position was that they are carried over from. No amount and no months: add its rewards.
    @return Wei added.
    """
    amount: uint256 = _amount
    key: uint256 = positions._key(_id, _owner, _slot)
    checks._require(_months <= lock_bonus.MAX_MONTHS, "staking: lock too long")
    pool: stake_pool.Pool = validator_pools._load(_id)
    position: positions.Position = positions._load(key, pool.acc)
    if amount == 0 and _months == 0:
        amount = position.owed >> positions.CLAIM_BITS
        checks._require(amount > 0, "staking: nothing to claim")
        position.owed -= amount << positions.CLAIM_BITS
    shares: uint256 = 0
    if amount > 0:
        self._check_open(key, pool, _slot)
        self._check_cap(pool, _slot, amount)
        pool, shares = stake_pool._enter(pool, amount)
    else:
        checks._require(position.shares > 0, "staking: no stake")
    bonus: uint256 = 0
    if _carried.shares > 0:
        checks._require(position.shares == 0, "staking: slot not empty")
        position.unlocks_at = _carried.unlocks_at
        bonus = _carried.bonus_bps
    elif _months == 0:
        bonus = self._bonus_with(position, _slot, shares)
    else:
        unlocks_at: uint256 = block.timestamp + _months * lock_bonus.MONTH
        checks._require(unlocks_at >= position.unlocks_at, "staking: shorter than the lock")
        position.unlocks_at = unlocks_at
        bonus = lock_bonus._bonus(self._bps_per_month(_slot), _months)
    pool, position = self._reshaped(pool, position, _slot, position.shares + shares, bonus)
    positions._store(key, position)
    log IStaking.Staked(
        validator_id=_id,
        owner=_owner,
        slot=_slot,
        amount=amount,
        shares=position.shares,
        bonus_bps=bonus,
        unlocks_at=position.unlocks_at,
    )
    validator_pools._store(_id, pool)
    return amount


@internal
def _end_lock(_id: uint256, _owner: address, _slot: uint256, _key: uint256):
    pool: stake_pool.Pool = validator_pools._load(_id)
    position: positions.Position = positions._load(_key, pool.acc)
    checks._require(self._is_lock_over(position), "staking: lock not over")
    log IStaking.LockEnded(
        validator_id=_id, owner=_owner, slot=_slot, bonus_bps=position.bonus_bps
    )
    pool, position = self._reshaped(pool, position, _slot, position.shares, 0)
    positions._store(_key, position)
    validator_pools._store(_id, pool)


@internal
@pure
def _reshaped(
    _pool: stake_pool.Pool,
    _position: positions.Position,
    _slot: uint256,
    _shares: uint256,
    _bonus_bps: uint256,
) -> (stake_pool.Pool, positions.Position):
    """
    @dev A settled position with other shares and another bonus, and the pool's sums with it.
    """
    pool: stake_pool.Pool = _pool
    position: positions.Position = _position
    if _slot >= positions.OWN_SLOT:
        pool.own_shares = pool.own_shares + _shares - position.shares
    pool.boosted_shares -= positions._boosted(position)
    position.shares = _shares
    position.bonus_bps = _bonus_bps
    pool.boosted_shares += positions._boosted(position)
    position.seen = pool.acc
    return pool, position


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
        return TERMS.own_bonus_bps
    return TERMS.delegated_bonus_bps


@internal
@view
def _is_lock_over(_position: positions.Position) -> bool:
    return _position.bonus_bps > 0 and _position.unlocks_at <= block.timestamp


@internal
@view
def _free_shares(
    _key: uint256,
    _pool: stake_pool.Pool,
    _position: positions.Position,
    _amount: uint256,
) -> uint256:
    """
    @dev Shares worth `_amount` of a position that answers for nothing.
    """
    checks._require(_amount > 0, "staking: zero amount")
    checks._require(_position.shares > 0, "staking: no stake")
    self._check_answered(_key)
    return stake_pool._shares_for(_pool, _position.shares, _amount)


@internal
@view
def _check_open(_key: uint256, _pool: stake_pool.Pool, _slot: uint256):
    """
    @dev Stake may come to a position: its validator is active or the stake its own, and it answers
         for nothing.
    """
    if _slot < positions.OWN_SLOT:
        is_active: bool = _pool.status & validator_pools.ACTIVE != 0
        checks._require(is_active, "staking: validator not active")
        self._check_answered(_key)


@internal
@view
def _check_answered(_key: uint256):
    """
    @dev A position that was redelegated has answered for all that it answers for.
    """
    owes: positions.Debt = positions._debt(_key)
    if owes.source != 0:
        checks._require(block.timestamp > owes.until, "staking: still answerable")
        slash_count: uint256 = validator_pools._slash_count(owes.source)
        checks._require(owes.next_slash == slash_count, "staking: slash unanswered")


@internal
@view
def _check_cap(_pool: stake_pool.Pool, _slot: uint256, _amount: uint256):
    """
    @dev Accept d onto a validator with V staked while the network has T, iff
         10,000 * (V + d) <= cap * (T + d), or too few validators are active for that to be
         possible.
         Up to its minimum a validator may always add own stake: a slash must not shut it out.
    """
    staked: uint256 = stake_pool._tokens_of(_pool, _pool.active_shares)
    total: uint256 = _pool.network.staked
    if _pool.status & validator_pools.ACTIVE == 0:
        total += staked  # as if it were active: it will be
    if BPS * (staked + _amount) > TERMS.cap_bps * (total + _amount):
        own_staked: uint256 = stake_pool._tokens_of(_pool, _pool.own_shares)
        is_waived: bool = validator_pools.active_count < TERMS.cap_min_validators or (
            _slot >= positions.OWN_SLOT and own_staked + _amount <= TERMS.min_validator_stake
        )
        checks._require(is_waived, "staking: over the cap")


# --- internal: accounts and tokens ---


@internal
@pure
def _check_successor(_old: address, _new: address):
    checks._require(_new != empty(address), "staking: zero address")
    checks._require(_new != _old, "staking: no change")


@internal
def _take(_from: address, _amount: uint256):
    # MDT takes no transfer fee: what is sent is what arrives.
    is_done: bool = extcall IERC20(TOKEN).transferFrom(_from, self, _amount)
    checks._require(is_done, "staking: transfer failed")


@internal
def _pay(_to: address, _amount: uint256):
    checks._require(extcall IERC20(TOKEN).transfer(_to, _amount), "staking: transfer failed")
