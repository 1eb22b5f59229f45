"""What time it is on a chain, and how long its blocks take: from headers where they are real, else by watching the head."""

from __future__ import annotations

import time
from dataclasses import dataclass
from fractions import Fraction

from mdt.chain.transactions import Chain
from mdt.errors import DeploymentError, NodeError

SAMPLE_BLOCKS = 1_000
WATCHED_BLOCKS = 8
WATCH_SECONDS_PER_BLOCK = 60


@dataclass(frozen=True)
class BlockTime:
    """Seconds per block, and how they are known.

    Attributes:
        source: In words.
        is_recorded: Whether the source is what a deployment was told, all of it in words.
    """

    seconds: Fraction | None
    source: str
    is_recorded: bool = False

    def __str__(self) -> str:
        if self.is_recorded:
            return f"{self.source}, as recorded at deploy"
        return f"{float(self.seconds):.3f} s ({self.source})" if self.seconds is not None else f"not measured: {self.source}"


def now(chain: Chain) -> int:
    """The time of the newest block; this machine's where the node answers with a stub instead of a header."""
    stamped = chain.header(chain.head())
    return stamped if stamped is not None else int(time.time())


def measure(chain: Chain) -> BlockTime:
    """Seconds per block of a live chain: from block headers where they are real, else by watching the head.

    Luxtensor's nodes answer with stub headers, so there the head is watched for a few blocks.

    Raises:
        DeploymentError: the chain does not move.
    """
    if chain.is_local:
        return BlockTime(None, "a local chain's clock says nothing, the preset's figure is used")
    head = chain.head()
    by_headers = _from_headers(chain, head)
    return by_headers if by_headers is not None else _by_watching(chain, head)


def _from_headers(chain: Chain, head: int) -> BlockTime | None:
    count = min(SAMPLE_BLOCKS, head - 1)
    if count < WATCHED_BLOCKS:
        return None
    try:
        newest, oldest = chain.header(head), chain.header(head - count)
    except NodeError:
        return None
    if newest is None or oldest is None or newest <= oldest:
        return None
    return BlockTime(Fraction(newest - oldest, count), f"the last {count:,} blocks")


def _by_watching(chain: Chain, head: int) -> BlockTime:
    chain.progress(f"measuring the block time over {WATCHED_BLOCKS} blocks")
    deadline = time.monotonic() + WATCHED_BLOCKS * WATCH_SECONDS_PER_BLOCK
    first: tuple[int, float] | None = None
    seen = head
    while time.monotonic() < deadline:
        now = chain.head()
        if now > seen:
            moment, seen = time.monotonic(), now
            if first is None:
                first = now, moment
            elif now - first[0] >= WATCHED_BLOCKS:
                seconds = Fraction(round((moment - first[1]) * 1_000), 1_000 * (now - first[0]))
                return BlockTime(seconds, f"{now - first[0]} blocks watched")
        time.sleep(0.05)
    raise DeploymentError(
        f"the chain did not produce {WATCHED_BLOCKS} blocks in {WATCHED_BLOCKS * WATCH_SECONDS_PER_BLOCK} s: give --block-time if you know it"
    )
