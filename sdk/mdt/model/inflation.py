"""Inflation by schedule: what a yearly rate is per block, in whole tokens (dchat tokenomics, "Inflation Calculation")."""

from __future__ import annotations

from mdt.units import BPS


def per_block(supply: int, rate_bps: int, blocks_per_year: int, decimals: int) -> int:
    """Wei per block of `rate_bps` a year on `supply` wei.

    The document counts whole tokens and divides twice, by 10,000 and then by the blocks of a year; both round down, in favour of
    holders: 5% of 100,000,000,000 over 5,256,000 blocks are 951 tokens.
    """
    unit: int = 10**decimals
    annual = supply // unit * rate_bps // BPS
    return annual // blocks_per_year * unit
