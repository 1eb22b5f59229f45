"""One epoch from its inputs to the next ledger: measure, weigh, allocate, add up. Pure: no files, no chain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from mdt.errors import BundleError
from mdt.oracle.allocate import allocate
from mdt.oracle.inputs import EpochInputs, Measurements, measure
from mdt.oracle.ledger import EMPTY_ROOT, Ledger
from mdt.oracle.report import Report
from mdt.oracle.score import Weight, weigh

MinerShare = Callable[[Measurements], int]  # wei that the controller's formula grants the miners for these measurements


class Outcome(Enum):
    """What becomes of the miner share; the words of the codes MINERS_* in `contracts/common/reasons.vy`."""

    PAID = "paid"
    NONE = "none"  # nobody has a positive score: root and total stay, the share is recycled
    NOTHING_TO_PAY = "nothing to pay"


@dataclass(frozen=True)
class EpochResult:
    """Everything that follows from an epoch's inputs, the ledger before it and the miner share.

    Attributes:
        inputs: what was measured.
        measurements: the three inputs of the emission formula.
        weights: (miner, weight), positive, in address order.
        miner_share: wei to divide.
        allocation: (miner, wei) for this epoch; empty when nobody is paid.
        outcome: paid, none, or nothing to pay.
        previous: the ledger before this epoch.
        ledger: the ledger after it.
    """

    inputs: EpochInputs
    measurements: Measurements
    weights: list[Weight]
    miner_share: int
    allocation: list[tuple[str, int]]
    outcome: Outcome
    previous: Ledger
    ledger: Ledger

    def report(self, attempt: int, data_hash: bytes) -> Report:
        """The report of this epoch."""
        measured = self.measurements
        return Report(
            epoch=measured.epoch,
            attempt=attempt,
            tasks=measured.tasks,
            difficulty=measured.difficulty,
            participation=measured.participation,
            root=self.ledger.root,
            audit_root=self.ledger.audit_root if self.outcome is Outcome.PAID else EMPTY_ROOT,
            cumulative_total=self.ledger.total,
            data_hash=data_hash,
        )


def compute(inputs: EpochInputs, previous: Ledger, miner_share: MinerShare) -> EpochResult:
    """Compute an epoch.

    Args:
        inputs: canonical inputs of one epoch.
        previous: the ledger after the last settled epoch.
        miner_share: the formula, asked once with the measurements (the controller's `preview`, or the model).

    Raises:
        BundleError: the formula gives no possible amount.
    """
    measurements = measure(inputs)
    share = miner_share(measurements)
    if not isinstance(share, int) or share < 0:
        raise BundleError(f"epoch {inputs.epoch}: the miner share is {share!r}, must be a whole number of wei")
    weights = weigh(inputs.scores)
    allocation: list[tuple[str, int]] = []
    if share == 0:
        outcome = Outcome.NOTHING_TO_PAY
    elif not weights:
        outcome = Outcome.NONE
    else:
        allocation, outcome = allocate(share, weights), Outcome.PAID
    ledger = previous.advance(allocation)
    return EpochResult(inputs, measurements, weights, share, allocation, outcome, previous, ledger)
