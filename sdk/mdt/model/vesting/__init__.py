"""Vesting: the curve, the schedules, and the contract."""

from mdt.model.vesting.contract import FOR_EVER, MAX_MOVES, MAX_PAGE, MAX_SCHEDULES, Vesting
from mdt.model.vesting.curve import AMOUNT_BITS, MAX_UNITS, unit_of, vested
from mdt.model.vesting.records import MAX_CLIFF, MAX_DURATION, MAX_START, MAX_START_AHEAD, MOVE_DELAY, Record, VestingSchedule, VestingTerms

__all__ = [
    "AMOUNT_BITS",
    "FOR_EVER",
    "MAX_CLIFF",
    "MAX_DURATION",
    "MAX_MOVES",
    "MAX_PAGE",
    "MAX_SCHEDULES",
    "MAX_START",
    "MAX_START_AHEAD",
    "MAX_UNITS",
    "MOVE_DELAY",
    "Record",
    "Vesting",
    "VestingSchedule",
    "VestingTerms",
    "unit_of",
    "vested",
]
