"""A block of a test that leaves the chain as it found it.

Use this, never `chain.isolate()`: that one swallows every exception, failed assertions included, and leaves py-evm unable to
build blocks. `tests/lint/test_repository.py` forbids it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def isolated(chain: Any) -> Iterator[None]:
    """Snapshot ape's `chain`, run the block, restore whatever happened, and let errors through."""
    snapshot = chain.snapshot()
    try:
        yield
    finally:
        chain.restore(snapshot)
