"""Reason codes: the same numbers as `contracts/common/reasons.vy` (a test compares the two files)."""

from __future__ import annotations

from enum import IntEnum


class Mint(IntEnum):
    """Why tokens were minted."""

    GENESIS = 0
    BLOCK_REWARD = 1
    RELAY_REWARD = 2
    INFLATION = 3
    MARKETPLACE_LIQUIDITY = 4
    AIRDROP = 5
    GOVERNANCE_REWARD = 6
    EPOCH_EMISSION = 7


class Burn(IntEnum):
    """Why tokens were burned."""

    TRANSACTION_FEE = 0
    DEFLATION = 1
    SLASH = 2
    VOLUNTARY = 3
    REGISTRATION = 4


class Recycle(IntEnum):
    """Why tokens were handed to the recycling pool."""

    DONATION = 0
    NO_MINERS = 1
    NO_STAKERS = 2
    FEES = 3
    DEPOSIT = 4


class Fee(IntEnum):
    """Kinds of fees: the first three are taken elsewhere, the others at the fee desk."""

    GAS = 0
    SALE = 1
    SLASH = 2
    REGISTRATION = 3
    UNMET_QUOTA = 4
    TRANSFER = 5


class Discard(IntEnum):
    """Why a pending report was discarded. Regression and duplicate come from controllers before the audit tree."""

    CANCELLED = 0
    REGRESSION = 1
    DUPLICATE = 2
    REPORTERS_CHANGED = 3
    INCONSISTENT = 4
    LOSS = 5
    VOIDED = 6
    UNANSWERED = 7


class Miners(IntEnum):
    """What became of an epoch's miner share."""

    PAID = 0
    NONE = 1
    NOTHING_TO_PAY = 2


def mask(*reasons: IntEnum) -> int:
    """Bit mask with bit r set for each reason r, as `propose_minter` and `set_burner` take it."""
    return sum(1 << int(reason) for reason in set(reasons))
