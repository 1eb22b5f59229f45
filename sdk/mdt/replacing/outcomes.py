"""What a run of a replacement says of each stage."""

from __future__ import annotations

from dataclasses import dataclass

STOPPED = ("waiting", "scheduled", "planned")
"""States after which a run has nothing more to do now."""


@dataclass(frozen=True)
class Outcome:
    """What became of a stage: `done` before, `made`, `sent`, `scheduled` or `executed` now, `waiting`, `planned` in a dry run, `replaced` at the end.

    Attributes:
        words: What it is about, or what it waits for.
        operation: The id of the operation that it is about, 0x and hex.
    """

    stage: str
    state: str
    words: str
    tx_hash: str | None = None
    block_number: int | None = None
    gas_used: int | None = None
    operation: str | None = None
