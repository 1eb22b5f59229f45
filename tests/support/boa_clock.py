"""The clock of titanoboa's chain: for models that run beside contracts in the same block, and for tests that let time pass."""

from __future__ import annotations

import boa

from mdt.model.clock import Clock


class BoaClock(Clock):
    """Reads block number and timestamp off the environment each time; moving it moves the environment."""

    def __init__(self) -> None:
        pass

    @property
    def block_number(self) -> int:
        return boa.env.evm.patch.block_number

    @property
    def timestamp(self) -> int:
        return boa.env.evm.patch.timestamp

    def advance(self, blocks: int, seconds: int) -> None:
        boa.env.evm.patch.block_number += blocks
        boa.env.evm.patch.timestamp += seconds


CLOCK = BoaClock()
BLOCK_TIME = 3  # seconds, unless a test says otherwise


def now() -> int:
    """The timestamp calls run at."""
    return int(CLOCK.timestamp)


def block_number() -> int:
    """The block calls run in."""
    return int(CLOCK.block_number)


def mine(blocks: int = 0, seconds: int | None = None) -> None:
    """Let blocks pass, and three seconds for each unless told otherwise."""
    CLOCK.advance(blocks, BLOCK_TIME * blocks if seconds is None else seconds)
