"""Distribution schedules: their terms, and the contract."""

from mdt.model.schedules.contract import FOR_EVER, MAX_AMOUNT, MAX_DURATION, MAX_INTERVAL, MAX_SCHEDULES, MAX_START_DELAY, DistributionSchedules
from mdt.model.schedules.terms import REASONS, DistributionSchedule, Due, Kind, PaymentTerms

__all__ = [
    "FOR_EVER",
    "MAX_AMOUNT",
    "MAX_DURATION",
    "MAX_INTERVAL",
    "MAX_SCHEDULES",
    "MAX_START_DELAY",
    "REASONS",
    "DistributionSchedule",
    "DistributionSchedules",
    "Due",
    "Kind",
    "PaymentTerms",
]
