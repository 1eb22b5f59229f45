"""Who may mint: rules, counters and waiting proposals."""

from __future__ import annotations

from dataclasses import dataclass

from mdt.units import DAY

BUCKET_COUNT = 5
MAX_AMOUNT = 2**104 - 1  # what a packed amount holds; bounds the cap
MIN_WINDOW, MAX_WINDOW = 60, 365 * DAY
MIN_GRANT_DELAY, MAX_GRANT_DELAY = DAY, 90 * DAY
GRANT_PERIOD = 30 * DAY  # seconds a proposal can be granted once it may be
MAX_SUSPENSION = 3 * DAY  # seconds; also the least between two suspensions of one minter


@dataclass(frozen=True)
class Rules:
    """What a minter may do: amounts in wei, the window in seconds, reasons as a mask."""

    bucket: int
    reasons: int
    lifetime_cap: int
    window_cap: int
    window_seconds: int


@dataclass(frozen=True)
class Minter:
    """A minter as `minter()` shows it; a revoked one keeps only `minted`."""

    is_active: bool = False
    bucket: int = 0
    reasons: int = 0
    lifetime_cap: int = 0
    minted: int = 0
    window_cap: int = 0
    window_seconds: int = 0
    window_start: int = 0
    minted_in_window: int = 0


@dataclass(frozen=True)
class Proposal:
    """A waiting proposal as `proposal()` shows it; all zero is none."""

    bucket: int = 0
    reasons: int = 0
    lifetime_cap: int = 0
    window_cap: int = 0
    window_seconds: int = 0
    effective_at: int = 0


@dataclass
class Usage:
    """What a minter has used of its budget, in wei; the window starts at a timestamp."""

    minted: int = 0
    window_start: int = 0
    minted_in_window: int = 0
