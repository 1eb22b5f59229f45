"""Moving a local chain forward and back: any number of blocks at once, for demos and tests. Never for a public network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from web3 import Web3

from mdt.chain import anvil
from mdt.errors import ChainError, UnitError
from mdt.units import YEAR, parse_seconds, parse_whole

SECONDS_PER_BLOCK = 3
MINED = 100
"""Up to so many blocks anvil really mines; over more it jumps."""
MOST_BLOCKS = 100_000_000
MOST_SECONDS = 100 * YEAR


@dataclass(frozen=True)
class Distance:
    """How far to advance: so many blocks, each so many seconds after the one before."""

    blocks: int
    seconds_per_block: int

    @property
    def seconds(self) -> int:
        """How much later it is then."""
        return self.blocks * self.seconds_per_block


def distance(text: str, seconds_per_block: int = SECONDS_PER_BLOCK) -> Distance:
    """What a person wrote: `200000 blocks`, or a time such as `2 days`, which is at least that long.

    Args:
        text: A count of blocks, or a duration.
        seconds_per_block: Seconds between blocks, at least 1.

    Raises:
        UnitError: neither, nothing, or more than a hundred years or a hundred million blocks.
    """
    if seconds_per_block < 1:
        raise UnitError(f"{seconds_per_block} seconds between blocks: give at least 1")
    number, _, unit = text.strip().partition(" ")
    if unit.strip() in ("block", "blocks"):
        try:
            blocks = parse_whole(number)
        except UnitError as error:
            raise UnitError(f"{text!r} is no count of blocks: write '200000 blocks', or a time such as '2 days'") from error
    else:
        blocks = -(-parse_seconds(text) // seconds_per_block)
    if not 1 <= blocks <= MOST_BLOCKS or blocks * seconds_per_block > MOST_SECONDS:
        raise UnitError(f"{text!r} is {blocks:,} blocks of {seconds_per_block} s: allowed are 1 to {MOST_BLOCKS:,} blocks and at most a hundred years")
    return Distance(blocks, seconds_per_block)


def advance(w3: Web3, blocks: int, seconds_per_block: int = SECONDS_PER_BLOCK) -> int:
    """Make the chain `blocks` longer, each block `seconds_per_block` after the one before, and return the new head.

    On py-evm (eth-tester) a checkpoint header stands for all the blocks between, so a million blocks cost as much as one; log
    queries over such a gap find nothing. On anvil a few blocks are mined by the node, whose clock runs on for the seconds that takes; over
    many it jumps (`mdt.chain.anvil`).

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
    if blocks > MINED:
        return anvil.jump(w3, blocks, seconds_per_block)
    first = int(w3.eth.get_block("latest")["timestamp"]) + seconds_per_block
    anvil.call(w3, "evm_setNextBlockTimestamp", first)
    anvil.call(w3, "anvil_mine", hex(blocks), hex(seconds_per_block))
    return int(w3.eth.block_number)


def is_embedded(w3: Web3) -> bool:
    """Whether the chain lives in this process, behind eth-tester."""
    return getattr(w3.provider, "ethereum_tester", None) is not None


def snapshot(w3: Web3) -> Any:
    """Remember the state of a local chain; hand the result to `restore`."""
    return anvil.call(w3, "evm_snapshot")


def restore(w3: Web3, identifier: Any) -> None:
    """Go back to a snapshot; it can be used once."""
    anvil.call(w3, "evm_revert", identifier)
    if is_embedded(w3):
        from mdt.chain import embedded

        embedded.forget_restored(w3)
