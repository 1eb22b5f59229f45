"""Moving a local chain forward and back: any number of blocks at once, for demos and tests. Never for a public network."""

from __future__ import annotations

from typing import Any, cast

from web3 import Web3
from web3.types import RPCEndpoint

from mdt.errors import ChainError

SECONDS_PER_BLOCK = 3
ANVIL_BATCH = 1_000
"""Blocks per request: anvil mines each one, and an answer may not take too long."""


def advance(w3: Web3, blocks: int, seconds_per_block: int = SECONDS_PER_BLOCK) -> int:
    """Make the chain `blocks` longer, each block `seconds_per_block` after the one before, and return the new head.

    On py-evm (eth-tester) a checkpoint header stands for all the blocks between, so a million blocks cost as much as one; log
    queries over such a gap find nothing. On anvil the blocks are mined by the node, whose clock runs on for the seconds that takes.

    Args:
        w3: A local chain: an eth-tester provider (also ape's), or anvil.
        blocks: How many blocks, at least 1.
        seconds_per_block: Seconds between blocks, at least 1.

    Raises:
        ChainError: a count below 1, or a node that cannot be advanced.
    """
    if blocks < 1 or seconds_per_block < 1:
        raise ChainError(f"cannot advance {blocks} blocks of {seconds_per_block} seconds: both must be at least 1")
    if is_embedded(w3):
        from mdt.chain import embedded

        return embedded.jump(w3, blocks, seconds_per_block)
    for start in range(0, blocks, ANVIL_BATCH):
        first = int(w3.eth.get_block("latest")["timestamp"]) + seconds_per_block
        _local_call(w3, "evm_setNextBlockTimestamp", [first])
        _local_call(w3, "anvil_mine", [hex(min(ANVIL_BATCH, blocks - start)), hex(seconds_per_block)])
    return int(w3.eth.block_number)


def is_embedded(w3: Web3) -> bool:
    """Whether the chain lives in this process, behind eth-tester."""
    return getattr(w3.provider, "ethereum_tester", None) is not None


def snapshot(w3: Web3) -> Any:
    """Remember the state of a local chain; hand the result to `restore`."""
    return _local_call(w3, "evm_snapshot", [])


def restore(w3: Web3, identifier: Any) -> None:
    """Go back to a snapshot; it can be used once."""
    _local_call(w3, "evm_revert", [identifier])
    if is_embedded(w3):
        from mdt.chain import embedded

        embedded.forget_restored(w3)


def _local_call(w3: Web3, method: str, arguments: list[Any]) -> Any:
    answer = w3.provider.make_request(RPCEndpoint(method), arguments)
    if "error" in answer:
        raise ChainError(f"{method} failed: {_message(answer['error'])}; moving a chain's clock or state needs the embedded chain or anvil")
    return cast(Any, answer.get("result"))


def _message(error: Any) -> str:
    return str(error.get("message", error) if isinstance(error, dict) else error)
