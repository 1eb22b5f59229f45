"""Amounts of a constant-product market: `contracts/pools/modules/market_math.vy`. Each division says whom its rounding favours.

Reserves are at most MAX_RESERVE, so that nothing here passes 2^256.
"""

from __future__ import annotations

from math import isqrt

from mdt.units import BPS

MAX_RESERVE = 2**112 - 1


def ceil_div(numerator: int, denominator: int) -> int:
    """A quotient, rounded up."""
    return -(-numerator // denominator)


def amount_out(amount_in: int, reserve_in: int, reserve_out: int, fee_bps: int) -> int:
    """What comes out for an amount that goes in; rounded down, in favour of the pool."""
    after_fee = amount_in * (BPS - fee_bps)
    denominator = reserve_in * BPS + after_fee
    return after_fee * reserve_out // denominator if denominator else 0


def amount_in(amount_out: int, reserve_in: int, reserve_out: int, fee_bps: int) -> int:
    """The least that must go in for an amount below the reserve to come out; rounded up, in favour of the pool."""
    return ceil_div(reserve_in * amount_out * BPS, (reserve_out - amount_out) * (BPS - fee_bps))


def part_to_swap(amount: int, reserve_in: int, fee_bps: int) -> int:
    """The part of a one-sided deposit that is swapped, so that the rest is to what comes out as the reserves then are.

    The positive root s of  g s^2 + (B + g) r s = B r a,  B = 10,000 and g = B - fee; rounded down: what that leaves too much stays in the pool.
    """
    kept = BPS - fee_bps
    linear = reserve_in * (BPS + kept)
    root = isqrt(reserve_in * (reserve_in * (BPS + kept) ** 2 + 4 * amount * BPS * kept))
    return (root - linear) // (2 * kept)


def protocol_part(shares: int, root: int, last_root: int, protocol_bps: int) -> int:
    """Shares that give the protocol its part of what the root of the product grew by; rounded down, in favour of the holders."""
    grown = max(root - last_root, 0) * protocol_bps
    return shares * grown // (root * BPS - grown) if grown else 0
