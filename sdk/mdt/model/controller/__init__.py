"""The emission controller: its records, the contracts around it, and the contract."""

from mdt.model.attestations import MIN_QUORUM, Attestations
from mdt.model.controller.contract import MAX_START_AHEAD, EmissionController
from mdt.model.controller.neighbours import Books, Neighbours
from mdt.model.controller.opening import GRACE, Opening
from mdt.model.controller.records import EMPTY, EpochRecord, Pending, Report, Settlement
from mdt.model.guardian import MAX_PAUSE, Guardian

__all__ = [
    "EMPTY",
    "GRACE",
    "MAX_PAUSE",
    "MAX_START_AHEAD",
    "MIN_QUORUM",
    "Attestations",
    "Books",
    "EmissionController",
    "EpochRecord",
    "Guardian",
    "Neighbours",
    "Opening",
    "Pending",
    "Report",
    "Settlement",
]
