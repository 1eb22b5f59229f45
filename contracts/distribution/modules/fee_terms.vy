# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Fee terms: what part of a fee burns, and how much went where
@license AGPL-3.0-only
@notice Of every amount

            burned = floor(amount * burn_bps / 10,000)          rest = amount - burned

        rounded in favour of whoever gets the rest: an amount below 10,000 / burn_bps burns nothing,
        unless `least` refuses it. Terms can be changed inside fixed bounds; what was taken before
        stays as it was.
@dev    Words: | least 104 | is_to_treasury 16 | burn_bps 16 | of terms, and of totals
        | burned 128 | passed on 128 |: 2^128 wei passed on are 2^24 times the largest cap.
"""

# --- interfaces ---

from interfaces import IFeeDesk

# --- modules ---

from ...common import reasons

# --- constants ---

BPS: constant(uint256) = 10_000
# A payment between accounts is not a fee: more than a tenth would be a confiscation.
MAX_TRANSFER_BURN_BPS: public(constant(uint256)) = 1_000
# More tokens than a token can have; with it no product here overflows.
MAX_AMOUNT: constant(uint256) = 2**104 - 1
# One hundredth of a percent of the cap: a price above it is a typing error, or shuts people out.
LEAST_PART: constant(uint256) = 10_000
FIRST_KIND: constant(uint256) = reasons.FEE_REGISTRATION  # of those that are taken here

_LEAST_AT: constant(uint256) = 32
_TREASURY_AT: constant(uint256) = 16
_MASK_16: constant(uint256) = 2**16 - 1
_BURNED_AT: constant(uint256) = 128
_MASK_128: constant(uint256) = 2**128 - 1

# --- immutables ---

MAX_LEAST: public(immutable(uint256))  # wei; the largest `least`

# --- storage ---

_terms: HashMap[uint256, uint256]  # kind => packed terms
_totals: HashMap[uint256, uint256]  # kind => wei ever burned and passed on

# --- constructor ---

@deploy
def __init__(_cap: uint256, _given: IFeeDesk.Terms[3]):
    """
    @param _cap Of the token.
    @param _given Of the kinds that are taken here, in their order.
    @dev Reverts as `_check` does. Terms may be all zero.
    """
    MAX_LEAST = _cap // LEAST_PART
    for i: uint256 in range(3):
        self._check(FIRST_KIND + i, _given[i], _cap // LEAST_PART)
        self._put(FIRST_KIND + i, empty(IFeeDesk.Terms), _given[i])

# --- views ---

@external
@view
def totals(_kind: uint256) -> IFeeDesk.Totals:
    """
    @notice Wei ever taken here of a kind, and where it went.
    @custom:error "desk: not taken here"
    """
    self._check_kind(_kind)
    word: uint256 = self._totals[_kind]
    burned: uint256 = word >> _BURNED_AT
    passed_on: uint256 = word & _MASK_128
    return IFeeDesk.Totals(taken=burned + passed_on, burned=burned, passed_on=passed_on)

# --- internal ---

@internal
def _take(_kind: uint256, _amount: uint256) -> (uint256, uint256, bool):
    """
    @dev Counts an amount and says how it splits: wei to burn, wei to pass on, and whether the
         treasury gets them. Reverts with "desk: amount out of bounds" or "desk: below the least".
    """
    terms: IFeeDesk.Terms = self._terms_of(_kind)
    burned: uint256 = 0
    rest: uint256 = 0
    burned, rest = self._split(terms.burn_bps, _amount)
    assert _amount >= terms.least, "desk: below the least"
    self._totals[_kind] += burned << _BURNED_AT | rest
    return burned, rest, terms.is_to_treasury


@internal
@pure
def _split(_burn_bps: uint256, _amount: uint256) -> (uint256, uint256):
    """
    @dev Wei to burn, rounded down, and the rest. Reverts with "desk: amount out of bounds".
    """
    assert 0 < _amount and _amount <= MAX_AMOUNT, "desk: amount out of bounds"
    burned: uint256 = _amount * _burn_bps // BPS  # rounds in favour of who gets the rest
    return burned, _amount - burned


@internal
def _set(_kind: uint256, _new: IFeeDesk.Terms):
    """
    @dev Reverts with "desk: not taken here", "desk: nothing changes", or as `_check` does.
    """
    self._check_kind(_kind)
    self._check(_kind, _new, MAX_LEAST)
    old: IFeeDesk.Terms = self._terms_of(_kind)
    assert self._pack(old) != self._pack(_new), "desk: nothing changes"
    self._put(_kind, old, _new)


@internal
def _put(_kind: uint256, _old: IFeeDesk.Terms, _new: IFeeDesk.Terms):
    self._terms[_kind] = self._pack(_new)
    log IFeeDesk.TermsSet(kind=_kind, old_terms=_old, new_terms=_new)


@internal
@pure
def _check(_kind: uint256, _new: IFeeDesk.Terms, _max_least: uint256):
    """
    @dev Reverts with "desk: burn out of bounds", "desk: least out of bounds" or
         "desk: rest is the payee's".
    """
    most: uint256 = BPS
    if _kind == reasons.FEE_TRANSFER:
        most = MAX_TRANSFER_BURN_BPS
        assert not _new.is_to_treasury, "desk: rest is the payee's"
    assert _new.burn_bps <= most, "desk: burn out of bounds"
    assert _new.least <= _max_least, "desk: least out of bounds"


@internal
@pure
def _check_kind(_kind: uint256):
    """
    @dev Reverts with "desk: not taken here".
    """
    is_taken: bool = FIRST_KIND <= _kind and _kind < reasons.FEE_KIND_COUNT
    assert is_taken, "desk: not taken here"


@internal
@view
def _terms_of(_kind: uint256) -> IFeeDesk.Terms:
    word: uint256 = self._terms[_kind]
    return IFeeDesk.Terms(
        burn_bps=word & _MASK_16,
        least=word >> _LEAST_AT,
        is_to_treasury=(word >> _TREASURY_AT) & 1 == 1,
    )


@internal
@pure
def _pack(_unpacked: IFeeDesk.Terms) -> uint256:
    """
    @dev Of terms inside their bounds: every field fits.
    """
    return (
        _unpacked.least << _LEAST_AT
        | convert(_unpacked.is_to_treasury, uint256) << _TREASURY_AT
        | _unpacked.burn_bps
    )
