"""What was minted and burned: totals by reason, and the recent records."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from itertools import islice

RING_SIZE = 64


@dataclass(frozen=True)
class SupplyRecord:
    """One mint or burn in a ring."""

    account: str
    reason: int
    amount: int
    block_number: int
    timestamp: int


@dataclass
class SupplySide:
    """Totals and recent records of the mints or of the burns."""

    reason_count: int
    total: int = 0
    count: int = 0
    by_reason: list[int] = field(init=False)
    ring: deque[SupplyRecord] = field(default_factory=lambda: deque(maxlen=RING_SIZE))

    def __post_init__(self) -> None:
        """Nothing was counted yet."""
        self.by_reason = [0] * self.reason_count

    def add(self, record: SupplyRecord) -> None:
        """Count a record, and keep it while it is recent."""
        self.total += record.amount
        self.count += 1
        self.by_reason[record.reason] += record.amount
        self.ring.appendleft(record)

    def page(self, offset: int, limit: int) -> list[SupplyRecord]:
        """Recent records, newest first."""
        return list(islice(self.ring, min(offset, RING_SIZE), min(offset, RING_SIZE) + min(limit, RING_SIZE)))
