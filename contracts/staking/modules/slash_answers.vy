# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Slash answers: stake that left a validator pays for slashes since, if it was there
@license AGPL-3.0-only
@notice A slash takes a part of the pool in one step. Stake that had left by then (departures.vy)
        pays the same part of what it is, one slash a call, in the order of slashes.
"""

# --- modules ---

from . import checks
from . import departures
from . import positions
from . import slash_escrow
from . import staking_accounts
from . import staking_core
from . import validator_pools
from . import weight_segments

uses: departures
uses: positions
uses: slash_escrow
uses: staking_accounts
uses: staking_core
uses: validator_pools
uses: weight_segments

# --- constants ---

BPS: constant(uint256) = 10_000
# In the place of a request: the position itself.
POSITION: constant(uint256) = max_value(uint256)

# --- role: slasher ---

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
    slash_escrow._check_bps(_bps)
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
    request: departures.Request = departures._request(_key, _id)
    if request.unlocks_at == 0 or request.next_slash == departures.FREE:
        checks._refuse("staking: nothing to answer")
    is_last: bool = departures._is_last(request.left_at, request.unlocks_at, _height)
    amount: uint256 = 0
    if _height <= request.left_at or (_slot >= positions.OWN_SLOT and not is_last):
        amount = request.tokens * _bps // BPS
        request.tokens -= amount
        weight_segments._pay_out(amount)
    request.next_slash += 1
    if is_last:
        request.next_slash = departures.FREE
    departures._store_request(_key, _id, request)
    return amount


@internal
def _answer_moved(
    _id: uint256, _owner: address, _slot: uint256, _key: uint256, _bps: uint256, _height: uint256
) -> uint256:
    """
    @return Wei taken out of a position that was redelegated.
    """
    owes: departures.Debt = departures._debt(_key)
    if owes.source == 0:
        checks._refuse("staking: nothing to answer")
    is_due: bool = _height <= owes.left_at
    owes.next_slash += 1
    if departures._is_last(owes.left_at, owes.until, _height):
        owes = empty(departures.Debt)
    departures._store_debt(_key, owes)
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
