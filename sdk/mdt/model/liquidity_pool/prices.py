"""Prices as logarithms, so that one number serves both directions: `contracts/pools/modules/market_prices.vy`, in the same integers.

A logarithm is to the base 2, with LOG_BITS bits behind the point. A price is what one unit of the token is worth in units of the paired token,
both raw: decimals do not come into it.
"""

from __future__ import annotations

LOG_BITS = 48
CUMULATIVE_BITS = 88  # 7 for the logarithm, its sign, 48 behind the point, 32 for the seconds
PRICE_BITS = 128  # behind the point of a price
MAX_LOG = 112 << LOG_BITS  # of a price of two reserves

_HALF = 1 << (LOG_BITS - 1)
_SQRT_2 = 240615969168004511545033772477625056927  # 2^127 * sqrt(2), rounded down
_SERIES = (53226052391377289966, 17742017463792429988, 10645210478275457993, 7603721770196755709, 5914005821264143329, 4838732035579753633)
"""2^64 * 2 / (ln 2 * (2 k + 1)) for k from 0, rounded down."""
_LN_2 = 12786308645202655659  # 2^64 * ln(2), rounded down
_TERMS = 20  # of the exponential series: what follows is below 2^-64


def log2_ratio(numerator: int, denominator: int) -> int:
    """log2(numerator / denominator) of two reserves, each 1 to 2^112 - 1; less than 2^-31 off, and less than 2^-34 above 2^-96.

    The ratio is brought to 1 <= m < 2; of log2(m) = 1/2 + 2 atanh(z) / ln 2, z = (m - sqrt 2) / (m + sqrt 2), six terms are taken: |z| < 0.172.
    """
    ratio = (numerator << 144) // denominator  # at least 2^32
    magnitude = ratio.bit_length() - 1
    mantissa = (ratio << (255 - magnitude)) >> 128
    z = _towards_zero((mantissa - _SQRT_2) << 64, mantissa + _SQRT_2)
    square = z * z >> 64
    series = _SERIES[5]
    for coefficient in reversed(_SERIES[:5]):
        series = coefficient + (series * square >> 64)
    return ((magnitude - 144) << LOG_BITS) + _HALF + (z * series >> (128 - LOG_BITS))


def exp2(logarithm: int) -> int:
    """2^(logarithm / 2^LOG_BITS) with PRICE_BITS behind the point, rounded down; |logarithm| <= MAX_LOG."""
    whole = logarithm >> LOG_BITS  # rounded down
    y = ((logarithm - (whole << LOG_BITS)) << (64 - LOG_BITS)) * _LN_2 >> 64
    term = total = 1 << 64
    for k in range(1, _TERMS + 1):
        term = term * y // (k << 64)
        total += term
    shift = PRICE_BITS - 64 + whole
    return total << shift if shift >= 0 else total >> -shift


def wrapped(cumulative: int) -> int:
    """The field that a sum of logarithms is kept in: modulo 2^CUMULATIVE_BITS."""
    return cumulative % (1 << CUMULATIVE_BITS)


def difference(later: int, earlier: int) -> int:
    """What was added between two readings, with its sign, however often the field wrapped around."""
    found = wrapped(later - earlier)
    return found - (1 << CUMULATIVE_BITS) if found >> (CUMULATIVE_BITS - 1) else found


def _towards_zero(numerator: int, denominator: int) -> int:
    """A quotient as the chain has it: without its fraction."""
    quotient = abs(numerator) // denominator
    return quotient if numerator >= 0 else -quotient
