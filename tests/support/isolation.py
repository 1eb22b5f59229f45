"""A block of a test that leaves the chain as it found it.

Use this, never the method of that name on ape's chain: it swallows every exception, failed assertions included, and leaves py-evm unable to
build blocks. A lint test forbids it.
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
