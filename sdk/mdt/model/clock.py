"""The chain's clock as the models read it; whoever runs several models hands all of them the same one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Clock:
    """Block number and timestamp (seconds) of the block that calls run in."""

    block_number: int = 1
    timestamp: int = 1_700_000_000

    def advance(self, blocks: int, seconds: int) -> None:
        """Move on to a later block."""
        self.block_number += blocks
        self.timestamp += seconds
