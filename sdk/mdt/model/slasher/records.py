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
    ANNOUNCED = 4
    VOIDED = 5
    REGISTERED = 6


@dataclass(frozen=True)
class Counters:
    """What a validator missed in the window and was not accused of, and the first block of the newest epoch of each kind; 0 = none."""

    missed_blocks: int = 0
    missed_reveals: int = 0
    blocks_height: int = 0
    reveals_height: int = 0


@dataclass(frozen=True)
class Slash:
    """One slash; amounts in wei, times are timestamps, the height is a block. It opens only if it was announced, and has no other times before."""

    validator_id: int = 0
    offence: int = 0
    status: SlashStatus = SlashStatus.NONE
    bps: int = 0
    amount: int = 0
    answered: int = 0
    opens_at: int = 0
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
