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
@dev    An owner's positions are found by looking: eight slots for each validator, one storage word
        each. That is why a page counts validators and positions together (MAX_WORK), and why
        Staking shows that word. What stake weighs: modules/lens_weights.vy.
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

from .modules import lens_weights
from .modules import positions

# what stake weighs
initializes: lens_weights
exports: (lens_weights.STAKING, lens_weights.preview_weight)

# --- constants ---

OFFENCES: constant(uint256) = 3

# Pages, from what one entry costs at most; tests/unit/staking_lens/test_gas.py measures them.
MAX_VALIDATORS: constant(uint256) = 25
MAX_REQUESTS: constant(uint256) = 100
MAX_SLASHES: constant(uint256) = 40
# To look at eight slots is one piece of work, a position found two: it may answer for another pool.
MAX_WORK: constant(uint256) = 35
MAX_POSITIONS: constant(uint256) = 20
SLOTS: constant(uint256) = positions.SLOTS

# --- immutables ---

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
    lens_weights.__init__(_staking)
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
        pool: IStaking.Validator = staticcall IStaking(lens_weights.STAKING).validator(id)
        rows.append(
            IStakingLens.ValidatorRow(
                validator_id=id,
                operator=staticcall IValidators(VALIDATORS).operator_of(id),
                staked=pool.tokens,
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
    pool: IStaking.Validator = staticcall IStaking(lens_weights.STAKING).validator(_validator_id)
    network: IStaking.Network = staticcall IStaking(lens_weights.STAKING).network()
    return IStakingLens.ValidatorDetail(
        profile=staticcall IValidators(VALIDATORS).profile(_validator_id),
        pool=pool,
        share_wad=lens_weights._share(pool.weight, network.weight),
        effective_stake=lens_weights._effective_stake(pool.tokens),
        headroom=pool.room,
        jailed_until=staticcall ISlasher(SLASHER).jailed_until(_validator_id),
        pending_slashes=self._pending_slashes(_validator_id, pool.pending_slashes),
        announced_slashes=self._announced_slashes(_validator_id),
    )


@external
@view
def slashes_of(
    _validator_id: uint256, _offset: uint256, _limit: uint256
) -> DynArray[IStakingLens.SlashRow, MAX_SLASHES]:
    """
    @notice Slashes of a validator that took effect, with their records, in this order, at most 40;
            fewer at the end.
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
            as a page goes; with validators that it owns, own stake too. Listed is what holds
            stake or rewards, or ever had an unbonding request (see `requests_of`).
    @return The positions, and the number of the validator to go on with; 0 = there are no more.
    @custom:error "staking: slot out of range"
    """
    rows: DynArray[IStakingLens.PositionRow, MAX_POSITIONS] = []
    id: uint256 = max(_first_validator_id, 1)
    count: uint256 = staticcall IValidators(VALIDATORS).validator_count()
    work: uint256 = 0
    for i: uint256 in range(min(_limit, MAX_WORK), bound=MAX_WORK):
        if id > count:
            break
        is_own: bool = _owner == staticcall IValidators(VALIDATORS).owner_of(id)
        keys: DynArray[uint256, SLOTS] = self._used_keys(id, _owner, is_own)
        work += 1 + 2 * len(keys)
        if is_own:
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
    staking: IStaking = IStaking(lens_weights.STAKING)
    slash_count: uint256 = (staticcall staking.validator(_validator_id)).slash_count
    count: uint256 = (staticcall staking.position(_validator_id, _owner, _slot)).request_count
    if _offset >= count:
        return rows
    length: uint256 = min(min(_limit, MAX_REQUESTS), count - _offset)
    for i: uint256 in range(length, bound=MAX_REQUESTS):
        id: uint256 = _offset + i
        request: IStaking.Request = staticcall staking.request(_validator_id, _owner, _slot, id)
        if request.unlocks_at > 0:
            rows.append(
                IStakingLens.RequestRow(
                    request_id=id,
                    tokens=request.tokens,
                    unlocks_at=request.unlocks_at,
                    left_at=request.left_at,
                    unanswered=slash_count - min(request.next_slash, slash_count),
                )
            )
    return rows

# --- internal: validators ---

@internal
@view
def _pending_slashes(
    _validator_id: uint256, _offences: uint256
) -> DynArray[IStakingLens.PendingSlash, OFFENCES]:
    pending: DynArray[IStakingLens.PendingSlash, OFFENCES] = []
    for offence: uint256 in range(OFFENCES):
        if _offences & (1 << offence) != 0:
            held: IStaking.Escrow = staticcall IStaking(lens_weights.STAKING).escrow(
                _validator_id, offence
            )
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


@internal
@view
def _announced_slashes(
    _validator_id: uint256,
) -> DynArray[IStakingLens.AnnouncedSlash, OFFENCES]:
    announced: DynArray[IStakingLens.AnnouncedSlash, OFFENCES] = []
    ids: DynArray[uint256, 3] = staticcall ISlasher(SLASHER).announced_of(_validator_id)
    for id: uint256 in ids:
        record: ISlasher.Slash = staticcall ISlasher(SLASHER).slash_record(id)
        announced.append(
            IStakingLens.AnnouncedSlash(
                slash_id=id,
                offence=record.offence,
                bps=record.bps,
                opens_at=record.opens_at,
            )
        )
    return announced

# --- internal: positions ---

@internal
@view
def _used_keys(_id: uint256, _owner: address, _is_own: bool) -> DynArray[uint256, SLOTS]:
    """
    @dev Keys of the positions with one validator that were ever used: no such word is empty.
    """
    keys: DynArray[uint256, SLOTS] = []
    key: uint256 = positions._key(_id, _owner, 0)
    for slot: uint256 in range(SLOTS):
        if slot == positions.OWN_SLOT:
            if not _is_own:
                break
            key = positions._key(_id, empty(address), slot)
        if staticcall IStaking(lens_weights.STAKING).position_words(key) != 0:
            keys.append(key)
        key += 1 << positions.SLOT_AT
    return keys


@internal
@view
def _position_row(_id: uint256, _key: uint256) -> IStakingLens.PositionRow:
    owner: address = convert(_key & (2**positions.SLOT_AT - 1), address)
    slot: uint256 = (_key >> positions.SLOT_AT) & 255
    staking: IStaking = IStaking(lens_weights.STAKING)
    position: IStaking.Position = staticcall staking.position(_id, owner, slot)
    debt: IStaking.Debt = staticcall staking.debt(_id, owner, slot)
    unanswered: uint256 = 0
    if debt.source_id != 0:
        source: IStaking.Validator = staticcall staking.validator(debt.source_id)
        unanswered = source.slash_count - debt.next_slash
    return IStakingLens.PositionRow(
        validator_id=_id,
        owner=owner,
        slot=slot,
        shares=position.shares,
        tokens=position.tokens,
        bonus_bps=position.bonus_bps,
        unlocks_at=position.unlocks_at,
        accepted_commission_bps=position.accepted_commission_bps,
        pending_reward=position.pending_reward,
        request_count=position.request_count,
        source_id=debt.source_id,
        answerable_until=debt.until,
        unanswered=unanswered,
    )
