# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Slasher calls: what the slasher may take, give back and leave, and who it is
@license AGPL-3.0-only
@notice The slasher (Slasher.vy) is a contract that speaks for evidence. It can move a token of a
        position to nobody but its own escrow, and of that at most MAX_SLASH_BPS of a pool, once
        per offence at a time.
"""

# --- interfaces ---

from interfaces import IStaking

# --- modules ---

from . import checks
from . import positions
from . import slash_escrow
from . import staking_accounts
from . import staking_core
from . import validator_pools
from . import weight_segments
from snekmate.auth import ownable

uses: ownable
uses: positions
uses: slash_escrow
uses: staking_accounts
uses: staking_core
uses: validator_pools
uses: weight_segments

# --- constants ---

BPS: constant(uint256) = 10_000
# The ADR's largest slash: nobody, governance included, takes more, and no slash empties a pool.
MAX_SLASH_BPS: constant(uint256) = 5_000
# In the place of a request: the position itself.
POSITION: constant(uint256) = max_value(uint256)

# --- role: slasher ---

@external
def slash(
    _validator_id: uint256, _offence: uint256, _slash_id: uint256, _bps: uint256
) -> uint256:
    """
    @notice Take a part of a validator's pool and jail the validator. The tokens go to the slasher;
            the pool remembers what it may get back. What left the pool since the offence answers
            for it by `answer_slash`.
    @param _validator_id The validator's number.
    @param _offence 0, 1 or 2.
    @param _slash_id The slasher's number for it.
    @param _bps Of the pool, at most 5,000.
    @return Wei taken, rounded down.
    @custom:error "staking: transfer failed",
                  "staking: not the slasher", "staking: unknown validator"
                  "staking: unknown offence", "staking: slash too large"
                  "staking: slash pending" One for the same offence is in escrow.
    """
    staking_accounts._check_slasher()
    if _offence >= slash_escrow.OFFENCES:
        checks._refuse("staking: unknown offence")
    self._check_bps(_bps)
    pool: validator_pools.Pool = validator_pools._load(_validator_id)
    if pool.pending & (1 << _offence) != 0:
        checks._refuse("staking: slash pending")
    amount: uint256 = pool.tokens * _bps // BPS
    slash_escrow._store(
        _validator_id, _offence, slash_escrow.Escrow(tokens=amount, slash_id=_slash_id)
    )
    slash_escrow.pending_count += 1
    pool.tokens -= amount
    pool.pending |= 1 << _offence
    pool.slash_count += 1
    pool.status |= validator_pools.JAILED
    validator_pools._store(_validator_id, pool)
    staking_accounts._pay(msg.sender, amount)
    return amount


@external
def end_slash(_validator_id: uint256, _offence: uint256, _is_overturned: bool) -> uint256:
    """
    @notice Upheld: forget what the pool might have got back. Overturned: take it back from the
            slasher, by allowance.
    @param _validator_id The validator's number.
    @param _offence 0, 1 or 2.
    @param _is_overturned Or upheld.
    @return Wei that belong to the pool; the rest of the slash belongs to those who have left.
    @custom:error "staking: transfer failed",
                  "staking: not the slasher", "staking: unknown validator"
                  "staking: no slash pending"
    """
    staking_accounts._check_slasher()
    pool: validator_pools.Pool = validator_pools._load(_validator_id)
    if pool.pending & (1 << _offence) == 0:
        checks._refuse("staking: no slash pending")
    amount: uint256 = slash_escrow._escrow(_validator_id, _offence).tokens
    slash_escrow.escrow_words[_validator_id][_offence] = 0
    slash_escrow.pending_count -= 1
    pool.pending ^= 1 << _offence
    if _is_overturned:
        pool.tokens += amount
    validator_pools._store(_validator_id, pool)
    if _is_overturned:
        staking_accounts._take(msg.sender, amount)
    return amount


@external
def answer_slash(
    _validator_id: uint256,
    _owner: address,
    _slot: uint256,
    _request_id: uint256,
    _slash_id: uint256,
    _bps: uint256,
    _height: uint256,
) -> uint256:
    """
    @notice Let stake that left a validator, asked back or redelegated, answer for the next slash of
            that validator: it pays if it was still there at the offence, and a validator's own
            stake while it waits. The tokens go to the slasher, and are noted in case the slash
            is overturned.
    @param _validator_id The validator's number.
    @param _owner The position's owner; the zero address for a validator's own stake.
    @param _slot 0-7 for a delegation, 8-15 for the own stake.
    @param _request_id An unbonding request of the position, or the largest uint256 for the position
           itself, which was redelegated.
    @param _slash_id The slasher's number for the slash.
    @param _bps Of the stake; 0 when nothing is due.
    @param _height Block of the offence. One an unbonding time after the stake left frees it.
    @return Wei taken, rounded down.
    @custom:error "staking: slot out of range", "staking: transfer failed",
                  "staking: not the slasher", "staking: nothing to answer"
                  "staking: slash too large", "staking: unknown validator"
    """
    staking_accounts._check_slasher()
    self._check_bps(_bps)
    key: uint256 = positions._key(_validator_id, _owner, _slot)
    amount: uint256 = 0
    if _request_id == POSITION:
        amount = self._answer_moved(_validator_id, _owner, _slot, key, _bps, _height)
    else:
        amount = self._answer_asked_back(key, _slot, _request_id, _bps, _height)
    if amount > 0:
        slash_escrow._note(_slash_id, _owner, amount)
        staking_accounts._pay(msg.sender, amount)
    return amount


@external
def take_restitution(_slash_id: uint256, _owner: address) -> uint256:
    """
    @notice Take what is noted for an owner and a slash of the caller's, for the caller to pay. It
            holds the tokens, also when another slasher has come; nobody else has notes to take.
    @param _slash_id The slasher's number for the slash.
    @param _owner The position's owner; the zero address for a validator's own stake.
    @return Wei; 0 when nothing is noted.
    """
    amount: uint256 = slash_escrow.restitution[msg.sender][_slash_id][_owner]
    slash_escrow.restitution[msg.sender][_slash_id][_owner] = 0
    return amount

# --- governance ---

@external
def set_slasher(_slasher: address):
    """
    @notice Name the one contract that may slash. Not while a slash is in escrow: who holds its
            tokens ends it.
    @param _slasher The slashing contract.
    @custom:error "ownable: caller is not the owner", "staking: zero address"
                  "staking: no change", "staking: slash pending"
    """
    ownable._check_owner()
    old_slasher: address = staking_accounts.slasher
    staking_accounts._check_successor(old_slasher, _slasher)
    if slash_escrow.pending_count != 0:
        checks._refuse("staking: slash pending")
    staking_accounts.slasher = _slasher
    log IStaking.SlasherSet(old_slasher=old_slasher, new_slasher=_slasher)

# --- internal ---

@internal
def _answer_asked_back(
    _key: uint256, _slot: uint256, _id: uint256, _bps: uint256, _height: uint256
) -> uint256:
    """
    @dev A validator's own stake pays for all that the validator does while it waits: its owner
         cannot leave first and offend then.
    @return Wei taken out of an unbonding request.
    """
    request: positions.Request = positions._request(_key, _id)
    if request.unlocks_at == 0 or request.next_slash == positions.FREE:
        checks._refuse("staking: nothing to answer")
    is_last: bool = self._is_last(request.left_at, _height)
    amount: uint256 = 0
    if _height <= request.left_at or (_slot >= positions.OWN_SLOT and not is_last):
        amount = request.tokens * _bps // BPS
        request.tokens -= amount
        weight_segments._pay_out(amount)
    request.next_slash += 1
    if is_last:
        request.next_slash = positions.FREE
    positions._store_request(_key, _id, request)
    return amount


@internal
def _answer_moved(
    _id: uint256, _owner: address, _slot: uint256, _key: uint256, _bps: uint256, _height: uint256
) -> uint256:
    """
    @return Wei taken out of a position that was redelegated.
    """
    owes: positions.Debt = positions._debt(_key)
    if owes.source == 0:
        checks._refuse("staking: nothing to answer")
    is_due: bool = _height <= owes.left_at
    owes.next_slash += 1
    if self._is_last(owes.left_at, _height):
        owes = empty(positions.Debt)
    positions._store_debt(_key, owes)
    pool: validator_pools.Pool = validator_pools._load(_id)
    position: positions.Position = positions._load(_key, pool.acc)
    shares: uint256 = position.shares * _bps // BPS
    if not is_due or shares == 0:
        return 0
    position.shares -= shares
    amount: uint256 = staking_core._leave(_id, _owner, pool, shares)
    pool.tokens -= amount
    pool.shares -= shares
    staking_core._store(_id, pool, _key, _slot, position)
    return amount


@internal
@view
def _is_last(_left_at: uint256, _height: uint256) -> bool:
    """
    @dev Whether after a slash for an offence of this block none can come any more for one that was
         there: evidence is younger than an unbonding time.
    """
    return _height >= _left_at + staking_accounts.TERMS.unbonding_blocks


@internal
@pure
def _check_bps(_bps: uint256):
    if _bps > MAX_SLASH_BPS:
        checks._refuse("staking: slash too large")
