"""Offences that validators are slashed for: the numbers of `contracts/slashing/Slasher.vy`, and of the escrows that Staking keeps."""

from __future__ import annotations

from enum import IntEnum


class Offence(IntEnum):
    """What a validator did."""

    DOUBLE_SIGNING = 0
    OFFLINE = 1
    NO_REVEAL = 2


OFFENCES = len(Offence)
