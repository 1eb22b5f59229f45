"""What the slasher keeps of each slash and of each validator, and its totals."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

EMPTY = bytes(32)


class SlashStatus(IntEnum):
    """What became of a slash."""

    NONE = 0
    ESCROWED = 1
    UPHELD = 2
    OVERTURNED = 3


@dataclass(frozen=True)
class Counters:
    """What a validator missed and was not slashed for; the last block of the last epoch that was counted."""

    missed_blocks: int = 0
    missed_reveals: int = 0
    last_height: int = 0


@dataclass(frozen=True)
class Slash:
    """One slash; amounts in wei, times are timestamps, the height is a block."""

    validator_id: int = 0
    offence: int = 0
    status: SlashStatus = SlashStatus.NONE
    bps: int = 0
    amount: int = 0
    answered: int = 0
    slashed_at: int = 0
    ends_at: int = 0
    height: int = 0
    is_appealed: bool = False
    evidence_hash: bytes = EMPTY
    appeal_hash: bytes = EMPTY


@dataclass
class Totals:
    """Wei over all time; the first less the others is in escrow."""

    slashed: int = 0
    burned: int = 0
    to_treasury: int = 0
    given_back: int = 0

    @property
    def in_escrow(self) -> int:
        """Wei nothing has been decided on."""
        return self.slashed - self.burned - self.to_treasury - self.given_back
