"""A report, what it fixes while it waits, and what a settled epoch leaves behind."""

from __future__ import annotations

from dataclasses import dataclass

from mdt.model.emission import Amounts
from mdt.model.reasons import Miners

EMPTY = bytes(32)


@dataclass(frozen=True)
class Report:
    """What reporters sign; fields of the contract's struct in its order."""

    epoch: int
    attempt: int
    tasks: int
    difficulty: int
    participation: int
    root: bytes
    audit_root: bytes
    cumulative_total: int
    data_hash: bytes


@dataclass(frozen=True)
class Pending:
    """A report that waits, what it fixed, and since and until when (timestamps)."""

    report: Report
    amounts: Amounts
    submitted_at: int
    settles_at: int
    pays_miners: bool


@dataclass(frozen=True)
class EpochRecord:
    """What a settled epoch paid; all empty for one that was skipped or is still to come."""

    is_settled: bool = False
    root: bytes = EMPTY
    data_hash: bytes = EMPTY
    cumulative_total: int = 0
    utility: int = 0
    emission: int = 0
    recycled: int = 0
    miner_share: int = 0


@dataclass(frozen=True)
class Settlement:
    """Where the money of one settlement came from and went, in wei."""

    epoch: int
    recycled: int
    minted: int
    outcome: Miners
