"""The block that calls run in, patched by the names that titanoboa's engine has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyrevm

SET = ("block_number", "timestamp", "coinbase", "prevrandao", "chain_id")
KEPT = ("difficulty", "prev_hashes", "gas_limit", "code_size_limit")
"""What no contract of ours reads and pyrevm cannot set: it stays as py-evm has it, and whoever sets it is refused."""


class Block:
    """What `boa.env.evm.patch` is."""

    block_number: int
    timestamp: int
    coinbase: bytes
    prevrandao: bytes
    chain_id: int
    gas_limit: int

    def __init__(self, given: Any) -> None:
        vars(self).update({name: getattr(given, name) for name in (*SET, *KEPT)}, is_new=True)

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in SET:
            raise AttributeError(f"{name} cannot be set on revm: mark the test `py_evm`")
        vars(self).update({name: value, "is_new": True})

    @contextmanager
    def anchor(self) -> Iterator[None]:
        """Put back at the end what holds now."""
        held = {name: getattr(self, name) for name in SET}
        try:
            yield
        finally:
            vars(self).update(held, is_new=True)

    def copy_from(self, patch: Any) -> None:
        """Run in the same block as another engine."""
        for name in SET:
            setattr(self, name, getattr(patch, name))

    def copy_to(self, patch: Any) -> None:
        """Let another engine run in the same block."""
        for name in SET:
            setattr(patch, name, getattr(self, name))

    def forget(self) -> None:
        """Another revm runs now, which knows no block."""
        vars(self)["is_new"] = True

    def taken(self) -> pyrevm.BlockEnv | None:
        """The block as revm takes it, if it changed since it was last taken."""
        if not vars(self)["is_new"]:
            return None
        vars(self)["is_new"] = False
        return pyrevm.BlockEnv(
            number=self.block_number, timestamp=self.timestamp, coinbase=f"0x{self.coinbase.hex()}", prevrandao=self.prevrandao, excess_blob_gas=0
        )
