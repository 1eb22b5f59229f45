"""The curve: how much of an amount is vested at a time, in whole units that 86 bits can count.

Every division rounds down, for the contract and against the beneficiary, and the end pays everything, so what rounding keeps back is only late.
"""

from __future__ import annotations

from mdt.units import BPS

AMOUNT_BITS = 86
MAX_UNITS = 2**AMOUNT_BITS - 1


def unit_of(cap: int) -> int:
    """The smallest power of ten such that the cap is below 2^86 of it: 1 wei for MDT."""
    unit = 1
    while cap >= unit << AMOUNT_BITS:
        unit *= 10
    return unit


def vested(amount: int, time: int, *, start: int, cliff: int, duration: int, at_start_bps: int, is_from_cliff: bool) -> int:
    """What of `amount` (in UNITs) is vested at a time; cliff and duration are seconds from the start."""
    if time < start:
        return 0
    if time >= start + duration:
        return amount
    initial = amount * at_start_bps // BPS
    if time < start + cliff:
        return initial
    begin = cliff if is_from_cliff else 0
    return initial + (amount - initial) * (time - start - begin) // (duration - begin)
