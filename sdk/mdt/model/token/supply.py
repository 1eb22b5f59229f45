"""What was minted and burned: totals by reason, and the recent records."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from mdt.crypto.keccak import keccak256

RING_SIZE = 64
EMPTY_DIGEST = bytes(32)  # of no records


@dataclass(frozen=True)
class SupplyRecord:
    """One mint or burn in a ring."""

    account: str
    reason: int
    amount: int
    block_number: int
    timestamp: int


def digest_of(records: Iterable[SupplyRecord], before: bytes = EMPTY_DIGEST) -> bytes:
    """What `mint_digest` or `burn_digest` becomes by these records, oldest first.

    Args:
        records: every one since `before` was read; all there ever were, without it.
        before: the digest to go on from, 32 bytes.
    """
    for one in records:
        what = int(one.account, 16) << 96 | one.reason << 88 | one.block_number << 44 | one.timestamp
        before = keccak256(before + what.to_bytes(32, "big") + one.amount.to_bytes(32, "big"))
    return before


@dataclass
class SupplySide:
    """Totals and recent records of the mints or of the burns."""

    reason_count: int
    total: int = 0
    count: int = 0
    by_reason: list[int] = field(init=False)
    ring: deque[SupplyRecord] = field(default_factory=lambda: deque(maxlen=RING_SIZE))
    digest: bytes = EMPTY_DIGEST

    def __post_init__(self) -> None:
        """Nothing was counted yet."""
        self.by_reason = [0] * self.reason_count

    def add(self, record: SupplyRecord) -> None:
        """Count a record, and keep it while it is recent."""
        self.total += record.amount
        self.count += 1
        self.by_reason[record.reason] += record.amount
        self.ring.appendleft(record)
        self.digest = digest_of([record], self.digest)

    def page(self, offset: int, limit: int) -> list[SupplyRecord]:
        """Recent records, newest first."""
        return list(islice(self.ring, min(offset, RING_SIZE), min(offset, RING_SIZE) + min(limit, RING_SIZE)))
