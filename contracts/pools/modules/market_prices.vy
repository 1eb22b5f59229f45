# pragma version ~=0.4.3
"""
@title Market prices: logarithms of a price, so that one number serves both directions
@license AGPL-3.0-only
@notice A price is what one unit of the token is worth in units of the paired token, both raw, with
        128 bits behind the point. Its logarithm is to the base 2, with 48 bits behind the point:

            log2(m) = 1/2 + 2 / ln(2) * atanh(z)         z = (m - sqrt 2) / (m + sqrt 2), 1 <= m < 2
            2^f = e^(f ln 2)                             both as the first terms of their series
@dev    Stateless; `mdt.model.liquidity_pool.prices` has the same integers. For reserves below 2^112
        nothing here passes 256 bits, which is why that is not checked.
"""

# --- constants ---

LOG_BITS: constant(uint256) = 48
# of a price of two reserves
MAX_LOG: constant(int256) = 112 * 2**48
HALF: constant(int256) = 2**47
# 2^127 * sqrt(2), rounded down
SQRT_2: constant(int256) = 240615969168004511545033772477625056927
# 2^64 * ln(2), rounded down
LN_2: constant(uint256) = 12786308645202655659
# 2^64 * 2 / (ln 2 * (2 k + 1)) for k from 0 to 5, rounded down
C_0: constant(int256) = 53226052391377289966
C_1: constant(int256) = 17742017463792429988
C_2: constant(int256) = 10645210478275457993
C_3: constant(int256) = 7603721770196755709
C_4: constant(int256) = 5914005821264143329
C_5: constant(int256) = 4838732035579753633
# the highest bit of 0 to 15, four bits each
HIGHEST_BITS: constant(uint256) = 3689348814455574784
# of the exponential series: what follows is below 2^-64
TERMS: constant(uint256) = 20

# --- internal ---

@internal
@pure
def _log2_ratio(_numerator: uint256, _denominator: uint256) -> int256:
    """
    @notice log2 of a ratio of two reserves, each 1 to 2^112 - 1; less than 2^-31 off, and less than
            2^-34 for ratios above 2^-96.
    """
    # the number of the highest bit, by halves, the last four bits out of a table
    ratio: uint256 = unsafe_div(_numerator << 144, _denominator)
    bit: uint256 = convert(ratio > 2**128 - 1, uint256) << 7
    bit |= convert(ratio >> bit > 2**64 - 1, uint256) << 6
    bit |= convert(ratio >> bit > 2**32 - 1, uint256) << 5
    bit |= convert(ratio >> bit > 2**16 - 1, uint256) << 4
    bit |= convert(ratio >> bit > 2**8 - 1, uint256) << 3
    bit |= convert(ratio >> bit > 2**4 - 1, uint256) << 2
    bit |= (HIGHEST_BITS >> (ratio >> bit << 2)) & 3
    mantissa: int256 = convert((ratio << unsafe_sub(255, bit)) >> 128, int256)
    z: int256 = unsafe_div(unsafe_sub(mantissa, SQRT_2) << 64, unsafe_add(mantissa, SQRT_2))
    square: int256 = unsafe_mul(z, z) >> 64
    series: int256 = unsafe_add(C_4, unsafe_mul(C_5, square) >> 64)
    series = unsafe_add(C_3, unsafe_mul(series, square) >> 64)
    series = unsafe_add(C_2, unsafe_mul(series, square) >> 64)
    series = unsafe_add(C_1, unsafe_mul(series, square) >> 64)
    series = unsafe_add(C_0, unsafe_mul(series, square) >> 64)
    whole: int256 = unsafe_sub(convert(bit, int256), 144) << LOG_BITS
    return unsafe_add(unsafe_add(whole, HALF), unsafe_mul(z, series) >> 80)


@internal
@pure
def _exp2(_logarithm: int256) -> uint256:
    """
    @notice The price of a logarithm, rounded down. At most MAX_LOG up or down.
    """
    # both rounded down: what is behind the point is never negative
    whole: int256 = _logarithm >> LOG_BITS
    fraction: uint256 = convert(_logarithm - (whole << LOG_BITS), uint256)
    y: uint256 = (fraction << 16) * LN_2 >> 64
    term: uint256 = 2**64
    total: uint256 = term
    for k: uint256 in range(1, TERMS + 1):
        term = term * y // (k << 64)
        total += term
    if whole < -64:
        return total >> convert(-64 - whole, uint256)
    return total << convert(64 + whole, uint256)
