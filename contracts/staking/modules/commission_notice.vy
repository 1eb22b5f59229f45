# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Commission notice: down at once, up only one unbonding period after it was queued
@license AGPL-3.0-only
@notice Whoever unstakes on seeing the queue is out before the commission rises. What is not applied
        within another such period expires: no increase lies about loaded. The highest commission
        that ever was in force, and when the present one came, stay to be seen: who lowers it to
        look cheap and raises it later is known by them.
"""

# --- interfaces ---

from interfaces import IStaking
from interfaces import IValidators

# --- modules ---

from ...common import packing
from . import validator_keys

# who may set a commission
uses: validator_keys

# --- constants ---

TIME_BITS: constant(uint256) = 64
BPS_BITS: constant(uint256) = 16
BPS_MASK: constant(uint256) = 2**BPS_BITS - 1
APPLIES_AT: constant(uint256) = 2 * BPS_BITS
SET_AT: constant(uint256) = APPLIES_AT + TIME_BITS
HIGHEST_AT: constant(uint256) = SET_AT + TIME_BITS

# --- structs ---

struct Commission:
    bps: uint256  # now
    queued_bps: uint256  # higher than that; 0 = none queued
    applies_at: uint256  # timestamp; 0 = none queued
    set_at: uint256  # timestamp from which the present one holds
    highest_bps: uint256  # that ever held

# --- immutables ---

STAKING: public(immutable(address))
UNBONDING_SECONDS: public(immutable(uint256))  # what an increase of the commission waits
MAX_COMMISSION_BPS: public(immutable(uint256))

# --- storage ---

# validator => | bps 16 | queued bps 16 | applies_at 64 | set_at 64 | highest bps 16 |
commission_words: HashMap[uint256, uint256]

# --- constructor ---

@deploy
def __init__(_staking: address):
    terms: IStaking.Terms = staticcall IStaking(_staking).terms()
    STAKING = _staking
    UNBONDING_SECONDS = terms.unbonding_seconds
    MAX_COMMISSION_BPS = terms.max_commission_bps

# --- permissionless ---

@external
def apply_commission(_validator_id: uint256):
    """
    @notice Let a queued increase take effect, from this block on: what was earned before is
            settled with the old commission. Anyone may call.
    @param _validator_id Whose.
    @custom:error "validators: nothing queued", "validators: too early"
                  "validators: too late" Another unbonding period later it has expired.
    """
    commission: Commission = self._commission(_validator_id)
    assert commission.applies_at > 0, "validators: nothing queued"
    assert block.timestamp >= commission.applies_at, "validators: too early"
    assert block.timestamp < commission.applies_at + UNBONDING_SECONDS, "validators: too late"
    self._set_commission(_validator_id, commission.queued_bps)

# --- user: operator ---

@external
def set_commission(_validator_id: uint256, _commission_bps: uint256):
    """
    @notice Lower the commission at once, or queue an increase, which anyone may apply one unbonding
            period from now, for as long again. A new increase replaces a queued one, expired or
            not, and waits the whole period; a decrease, or the commission as it is, ends what is
            queued.
    @param _validator_id Whose; its operator or owner.
    @param _commission_bps Of the rewards, at most MAX_COMMISSION_BPS.
    @custom:error "validators: not the operator", "validators: commission too high"
                  "validators: same commission" And nothing is queued.
    """
    validator_keys._check_operator(_validator_id)
    self._check_commission(_commission_bps)
    commission: Commission = self._commission(_validator_id)
    if _commission_bps > commission.bps:
        self._queue_commission(_validator_id, commission, _commission_bps)
        return
    is_change: bool = _commission_bps < commission.bps
    assert is_change or commission.applies_at > 0, "validators: same commission"
    if commission.applies_at > 0:
        log IValidators.CommissionQueueCleared(
            validator_id=_validator_id, bps=commission.queued_bps
        )
    if is_change:
        self._set_commission(_validator_id, _commission_bps)
    else:
        commission.queued_bps = 0
        commission.applies_at = 0
        self._store_commission(_validator_id, commission)

# --- internal ---

@internal
@view
def _check_commission(_bps: uint256):
    """
    @dev Reverts with "validators: commission too high".
    """
    assert _bps <= MAX_COMMISSION_BPS, "validators: commission too high"


@internal
@view
def _commission(_validator_id: uint256) -> Commission:
    word: uint256 = self.commission_words[_validator_id]
    return Commission(
        bps=word & BPS_MASK,
        queued_bps=(word >> BPS_BITS) & BPS_MASK,
        applies_at=(word >> APPLIES_AT) & (2**TIME_BITS - 1),
        set_at=(word >> SET_AT) & (2**TIME_BITS - 1),
        highest_bps=word >> HIGHEST_AT,
    )


@internal
def _store_commission(_validator_id: uint256, _commission: Commission):
    self.commission_words[_validator_id] = (
        packing._fits(_commission.bps, BPS_BITS)
        | (packing._fits(_commission.queued_bps, BPS_BITS) << BPS_BITS)
        | (packing._fits(_commission.applies_at, TIME_BITS) << APPLIES_AT)
        | (packing._fits(_commission.set_at, TIME_BITS) << SET_AT)
        | (_commission.highest_bps << HIGHEST_AT)
    )


@internal
def _begin_commission(_validator_id: uint256, _bps: uint256):
    """
    @dev A commission holds from now on, and nothing is queued.
    """
    highest: uint256 = max(self._commission(_validator_id).highest_bps, _bps)
    self._store_commission(
        _validator_id,
        Commission(
            bps=_bps, queued_bps=0, applies_at=0, set_at=block.timestamp, highest_bps=highest
        ),
    )


@internal
def _queue_commission(_validator_id: uint256, _commission: Commission, _new_bps: uint256):
    """
    @dev Announce an increase; its clock starts now, also if it replaces another.
    """
    queued: Commission = _commission
    queued.queued_bps = _new_bps
    queued.applies_at = block.timestamp + UNBONDING_SECONDS
    self._store_commission(_validator_id, queued)
    log IValidators.CommissionQueued(
        validator_id=_validator_id,
        old_bps=queued.bps,
        new_bps=_new_bps,
        applies_at=queued.applies_at,
    )


@internal
def _set_commission(_validator_id: uint256, _bps: uint256):
    """
    @dev Put a commission into force, and end what is queued. Staking logs the change.
    """
    self._begin_commission(_validator_id, _bps)
    extcall IStaking(STAKING).set_commission(_validator_id, _bps)
