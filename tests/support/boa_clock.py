"""The clock of titanoboa's chain, for models that run beside contracts in the same block."""

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
