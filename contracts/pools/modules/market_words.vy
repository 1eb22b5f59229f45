# pragma version ~=0.4.3
"""
@title Market words: what the words of a pool's books hold
@license AGPL-3.0-only
@notice How reserves and time, and shares, prices and fees share a word each, and how a price is
        weighed with the seconds it stood.
@dev    Stateless. Reserves below 2^112 are the callers' care.
"""

# --- interfaces ---

from interfaces import ILiquidityPool

# --- modules ---

from . import market_curve
from . import market_prices

# --- constants ---

MAX_SHARES: constant(uint256) = 2**112 - 1  # never more than the root of the product
MAX_SECONDS: constant(uint256) = 2**32 - 1
RESERVES: constant(uint256) = 2**224 - 1
PAIRED_AT: constant(uint256) = 112
UPDATED_AT: constant(uint256) = 224
CUMULATIVE_AT: constant(uint256) = 112
CUMULATIVE_BITS: constant(uint256) = 88
CUMULATIVE: constant(uint256) = (2**88 - 1) * 2**112
FEE_AT: constant(uint256) = 200
PROTOCOL_AT: constant(uint256) = 216
BURNED_AT: constant(uint256) = 232
MAX_BPS: constant(uint256) = 2**16 - 1
ROOT_AT: constant(uint256) = 112

# --- internal ---

@internal
@view
def _accrued(_books: uint256, _reserves: uint256) -> uint256:
    """
    @notice The books, with the time since the last change weighed with the price there was.
    @dev Time and sum go around, and differences of them are right all the same: these are the only
        places where that is meant to happen.
    """
    elapsed: uint256 = unsafe_sub(block.timestamp, _reserves >> UPDATED_AT) & MAX_SECONDS
    if elapsed == 0 or _reserves == 0:
        return _books
    logarithm: int256 = market_prices._log2_ratio(
        (_reserves >> PAIRED_AT) & market_curve.MAX_RESERVE, _reserves & market_curve.MAX_RESERVE
    )
    grown: int256 = unsafe_mul(logarithm, convert(elapsed, int256))
    added: uint256 = convert(convert(grown, bytes32), uint256) << CUMULATIVE_AT
    return (_books & ~CUMULATIVE) | (unsafe_add(_books & CUMULATIVE, added) & CUMULATIVE)


@internal
@pure
def _signed(_field: uint256) -> int256:
    """
    @notice What a field of CUMULATIVE_BITS stands for.
    """
    shifted: bytes32 = convert(_field << (256 - CUMULATIVE_BITS), bytes32)
    return convert(shifted, int256) >> (256 - CUMULATIVE_BITS)


@internal
@pure
def _fees(_books: uint256) -> ILiquidityPool.Fees:
    return ILiquidityPool.Fees(
        fee_bps=(_books >> FEE_AT) & MAX_BPS,
        protocol_bps=(_books >> PROTOCOL_AT) & MAX_BPS,
        is_burned=_books >> BURNED_AT == 1,
    )


@internal
@pure
def _with_fees(_books: uint256, _fees: ILiquidityPool.Fees) -> uint256:
    """
    @notice The books with other fees; bounds are the caller's.
    """
    terms: uint256 = (_fees.fee_bps << FEE_AT) | (_fees.protocol_bps << PROTOCOL_AT)
    terms |= convert(_fees.is_burned, uint256) << BURNED_AT
    return (_books & (2**200 - 1)) | terms


@internal
@pure
def _product(_packed: uint256) -> uint256:
    return unsafe_mul(
        _packed & market_curve.MAX_RESERVE, (_packed >> PAIRED_AT) & market_curve.MAX_RESERVE
    )


@internal
@view
def _stamped(_packed: uint256) -> uint256:
    """
    @notice Reserves with the time of now: what stood above them is dropped.
    """
    return (_packed & RESERVES) | ((block.timestamp & MAX_SECONDS) << UPDATED_AT)
