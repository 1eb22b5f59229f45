# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title StakingLens: pages of validators, positions, requests and slashes for wallets and explorers
@license AGPL-3.0-only
@notice Reads what Staking, Validators and Slasher say, many answers in one call. Every page is
        small enough for a node that gives an `eth_call` a million gas: the largest one asks for may
        be cut short, and says where to go on.

            share            weight / weight of the network
            effective stake  (intercept + slope * staked) / WAD, of the row of the decay table
            headroom         largest d with 10,000 * (V + d) <= cap * (T + d)

        All of it rounded down.
@dev    An owner's positions are found by looking: eight slots for each validator, one storage word
        each. That is why a page counts validators and positions together (MAX_WORK), and why
        Staking shows that word. Models: mdt.model.stake_weight, mdt.model.staking.
@custom:security No owner, no state, no tokens: nothing here can be changed or lost, and no contract
        asks this one anything. Another slasher or registry needs another lens.
@custom:kill Nothing to stop.
"""

# --- interfaces ---

from interfaces import ISlasher
from interfaces import IStaking
from interfaces import IStakingLens
from interfaces import IValidators

implements: IStakingLens

# --- modules ---

from .modules import lock_bonus
from .modules import positions
from .modules import stake_weight
from .modules import validator_pools

# --- constants ---

WAD: constant(uint256) = 10**18
BPS: constant(uint256) = 10_000
OFFENCES: constant(uint256) = 3

# Pages, from what one entry costs at most; tests/unit/staking_lens/test_gas.py measures them.
MAX_VALIDATORS: constant(uint256) = 25
MAX_REQUESTS: constant(uint256) = 100
MAX_SLASHES: constant(uint256) = 40
# To look at eight slots is one piece of work, a position found two: it may answer for another pool.
MAX_WORK: constant(uint256) = 40
MAX_POSITIONS: constant(uint256) = MAX_WORK // 2
SLOTS: constant(uint256) = positions.SLOTS

# --- structs ---

# A pool with a position in it, as they are or as they would be.
struct Shape:
    tokens: uint256  # wei
    shares: uint256
    active_shares: uint256
    boosted_shares: uint256
    boosted: uint256  # of them, the position's

# --- immutables ---

STAKING: public(immutable(address))
VALIDATORS: public(immutable(address))
SLASHER: public(immutable(address))

# --- constructor ---


@deploy
def __init__(_staking: address, _validators: address, _slasher: address):
    """
    @notice Bind to one Staking, its registry and its slasher for good.
    @param _staking Pools and positions.
    @param _validators Who they are.
    @param _slasher Their offences.
    @custom:error "lens: no code"
    """
    for account: address in [_staking, _validators, _slasher]:
        assert account.is_contract, "lens: no code"
    STAKING = _staking
    VALIDATORS = _validators
    SLASHER = _slasher


# --- views: validators ---


@external
@view
def validators(
    _offset: uint256, _limit: uint256
) -> DynArray[IStakingLens.ValidatorRow, MAX_VALIDATORS]:
    """
    @notice Validators from number _offset + 1 on, at most 25; fewer at the end.
    """
    rows: DynArray[IStakingLens.ValidatorRow, MAX_VALIDATORS] = []
    count: uint256 = staticcall IValidators(VALIDATORS).validator_count()
    if _offset >= count:
        return rows
    length: uint256 = min(min(_limit, MAX_VALIDATORS), count - _offset)
    for i: uint256 in range(length, bound=MAX_VALIDATORS):
        id: uint256 = _offset + i + 1
        pool: IStaking.Validator = staticcall IStaking(STAKING).validator(id)
        rows.append(
            IStakingLens.ValidatorRow(
                validator_id=id,
                operator=staticcall IValidators(VALIDATORS).operator_of(id),
                tokens=pool.tokens,
                staked=pool.staked,
                own_staked=pool.own_staked,
                weight=pool.weight,
                commission_bps=pool.commission_bps,
                status=pool.status,
            )
        )
    return rows


@external
@view
def validator_detail(_validator_id: uint256) -> IStakingLens.ValidatorDetail:
    """
    @notice All there is to know about one validator.
    @custom:error "staking: unknown validator"
    """
    pool: IStaking.Validator = staticcall IStaking(STAKING).validator(_validator_id)
    network: IStaking.Network = staticcall IStaking(STAKING).network()
    return IStakingLens.ValidatorDetail(
        profile=staticcall IValidators(VALIDATORS).profile(_validator_id),
        pool=pool,
        share_wad=self._share(pool.weight, network.weight),
        effective_stake=self._effective_stake(pool.staked),
        headroom=self._headroom(pool, network),
        jailed_until=staticcall ISlasher(SLASHER).jailed_until(_validator_id),
        pending_slashes=self._pending_slashes(_validator_id, pool.pending_slashes),
    )


@external
@view
def slashes_of(
    _validator_id: uint256, _offset: uint256, _limit: uint256
) -> DynArray[IStakingLens.SlashRow, MAX_SLASHES]:
    """
    @notice Slashes of a validator with their records, oldest first, at most 40; fewer at the end.
    """
    rows: DynArray[IStakingLens.SlashRow, MAX_SLASHES] = []
    ids: DynArray[uint256, 50] = staticcall ISlasher(SLASHER).slashes_of(
        _validator_id, _offset, min(_limit, MAX_SLASHES)
    )
    for id: uint256 in ids:
        record: ISlasher.Slash = staticcall ISlasher(SLASHER).slash_record(id)
        rows.append(IStakingLens.SlashRow(slash_id=id, record=record))
    return rows


# --- views: positions ---


@external
@view
def positions_of(
    _owner: address, _first_validator_id: uint256, _limit: uint256
) -> (DynArray[IStakingLens.PositionRow, MAX_POSITIONS], uint256):
    """
    @notice An account's positions with _limit validators from number _first_validator_id on, as far
            as a page goes; with the validator it operates, own stake too. Listed is what holds
            stake or rewards, or ever had an unbonding request (see `requests_of`).
    @return The positions, and the number of the validator to go on with; 0 = there are no more.
    """
    rows: DynArray[IStakingLens.PositionRow, MAX_POSITIONS] = []
    id: uint256 = max(_first_validator_id, 1)
    count: uint256 = staticcall IValidators(VALIDATORS).validator_count()
    operated: uint256 = staticcall IValidators(VALIDATORS).validator_id(_owner)
    work: uint256 = 0
    for i: uint256 in range(min(_limit, MAX_WORK), bound=MAX_WORK):
        if id > count:
            break
        keys: DynArray[uint256, SLOTS] = self._used_keys(id, _owner, id == operated)
        work += 1 + 2 * len(keys)
        if id == operated:
            work += 1
        if i > 0 and work > MAX_WORK:
            break
        for key: uint256 in keys:
            row: IStakingLens.PositionRow = self._position_row(id, key)
            if row.shares + row.pending_reward + row.request_count > 0:
                rows.append(row)
        id += 1
    if id > count:
        return rows, 0
    return rows, id


@external
@view
def requests_of(
    _validator_id: uint256, _owner: address, _slot: uint256, _offset: uint256, _limit: uint256
) -> DynArray[IStakingLens.RequestRow, MAX_REQUESTS]:
    """
    @notice Of a position's unbonding requests with numbers from _offset on, at most 100, those that
            were neither withdrawn nor cancelled. The next page begins at _offset + 100; a position
            says how many requests there ever were.
    @custom:error "staking: unknown validator", "staking: slot out of range"
    """
    rows: DynArray[IStakingLens.RequestRow, MAX_REQUESTS] = []
    staking: IStaking = IStaking(STAKING)
    pool: IStaking.Validator = staticcall staking.validator(_validator_id)
    count: uint256 = (staticcall staking.position(_validator_id, _owner, _slot)).request_count
    if _offset >= count:
        return rows
    length: uint256 = min(min(_limit, MAX_REQUESTS), count - _offset)
    for i: uint256 in range(length, bound=MAX_REQUESTS):
        id: uint256 = _offset + i
        request: IStaking.Request = staticcall staking.request(_validator_id, _owner, _slot, id)
        if request.shares > 0:
            rows.append(
                IStakingLens.RequestRow(
                    request_id=id,
                    shares=request.shares,
                    tokens=request.shares * pool.tokens // pool.shares,
                    unlocks_at=request.unlocks_at,
                )
            )
    return rows


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
    """
    staking: IStaking = IStaking(STAKING)
    pool: IStaking.Validator = staticcall staking.validator(_validator_id)
    position: IStaking.Position = staticcall staking.position(_validator_id, _owner, _slot)
    added: uint256 = _amount
    if pool.shares != pool.tokens:
        added = _amount * pool.shares // pool.tokens
    bonus: uint256 = self._bonus_after(position, _slot, added, _months)
    if _amount + _months == 0:
        bonus = position.bonus_bps
    boosted: uint256 = (position.shares + added) * (BPS + bonus)
    old_boosted: uint256 = position.shares * (BPS + position.bonus_bps)
    shape: Shape = Shape(
        tokens=pool.tokens + _amount,
        shares=pool.shares + added,
        active_shares=pool.active_shares + added,
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


# --- internal: validators ---


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
    staked: uint256 = _shape.active_shares * _shape.tokens // _shape.shares
    if staked == 0:
        return 0
    boosted: uint256 = _shape.boosted_shares * _shape.tokens // _shape.shares
    boost: uint256 = (boosted << stake_weight.BOOST_BITS) // staked
    row: uint256 = self._row_of(staked)
    scaled: uint256 = (row & stake_weight.SLOPE_MASK) * boosted + (
        ((row >> stake_weight.SLOPE_BITS) * boost) >> stake_weight.BOOST_BITS
    )
    return scaled // stake_weight.WEIGHT_UNIT


@internal
@view
def _headroom(_pool: IStaking.Validator, _network: IStaking.Network) -> uint256:
    """
    @dev As Staking checks it: an inactive validator counts as if it were active.
    """
    terms: IStaking.Terms = staticcall IStaking(STAKING).terms()
    if _network.active_count < terms.cap_min_validators:
        return max_value(uint256)
    total: uint256 = _network.staked
    if _pool.status & validator_pools.ACTIVE == 0:
        total += _pool.staked
    most: uint256 = terms.cap_bps * total
    if most <= BPS * _pool.staked:
        return 0
    return (most - BPS * _pool.staked) // (BPS - terms.cap_bps)


@internal
@view
def _pending_slashes(
    _validator_id: uint256, _offences: uint256
) -> DynArray[IStakingLens.PendingSlash, OFFENCES]:
    pending: DynArray[IStakingLens.PendingSlash, OFFENCES] = []
    for offence: uint256 in range(OFFENCES):
        if _offences & (1 << offence) != 0:
            held: IStaking.Escrow = staticcall IStaking(STAKING).escrow(_validator_id, offence)
            record: ISlasher.Slash = staticcall ISlasher(SLASHER).slash_record(held.slash_id)
            pending.append(
                IStakingLens.PendingSlash(
                    slash_id=held.slash_id,
                    offence=offence,
                    tokens=held.tokens,
                    ends_at=record.ends_at,
                    is_appealed=record.is_appealed,
                )
            )
    return pending


# --- internal: positions ---


@internal
@view
def _used_keys(_id: uint256, _owner: address, _is_operator: bool) -> DynArray[uint256, SLOTS]:
    """
    @dev Keys of the positions with one validator that were ever used: no such word is empty.
    """
    keys: DynArray[uint256, SLOTS] = []
    key: uint256 = positions._key(_id, _owner, 0)
    for slot: uint256 in range(SLOTS):
        if slot == positions.OWN_SLOT:
            if not _is_operator:
                break
            key = positions._key(_id, empty(address), slot)
        if staticcall IStaking(STAKING).position_words(key) != 0:
            keys.append(key)
        key += 1 << positions.SLOT_AT
    return keys


@internal
@view
def _position_row(_id: uint256, _key: uint256) -> IStakingLens.PositionRow:
    owner: address = convert(_key & (2**positions.SLOT_AT - 1), address)
    slot: uint256 = (_key >> positions.SLOT_AT) & 255
    position: IStaking.Position = staticcall IStaking(STAKING).position(_id, owner, slot)
    debt: IStaking.Debt = staticcall IStaking(STAKING).debt(_id, owner, slot)
    unanswered: uint256 = 0
    if debt.source_id != 0:
        source: IStaking.Validator = staticcall IStaking(STAKING).validator(debt.source_id)
        unanswered = source.slash_count - debt.next_slash
    return IStakingLens.PositionRow(
        validator_id=_id,
        owner=owner,
        slot=slot,
        shares=position.shares,
        tokens=position.tokens,
        bonus_bps=position.bonus_bps,
        unlocks_at=position.unlocks_at,
        pending_reward=position.pending_reward,
        request_count=position.request_count,
        source_id=debt.source_id,
        answerable_until=debt.until,
        unanswered=unanswered,
    )


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
