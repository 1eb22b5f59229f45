"""Who gets what at genesis, and on what terms it vests, as a preset states it: sections, bounds and cross checks.

`to` is the name of a holder, whose address is given at deploy, or a contract of the suite that can spend what it is given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from mdt.names import MARKET
from mdt.preset.quantities import DAY, HOUR, Bps, Hours, PositiveWei, Section
from mdt.units import MDT, Denomination, format_seconds

UNMINTED = "block_emission"
"""The bucket that is minted over the years and never in advance."""
POOLS = "ReservePools"
RECIPIENTS = ("Treasury", POOLS, MARKET)
"""Contracts that can use what is minted for them: the pools a preset begins with absorb what genesis sends there, and its markets are opened with it."""
MAX_DURATION = 20 * 365 * DAY
MAX_CLIFF = 65_535 * HOUR
"""16 bits of hours: contracts/vesting/modules/vesting_schedule.vy."""
AMOUNT_BITS = 86


class VestingTerms(Section):
    """Nothing beyond `at_start_bps` until the cliff; then linear from the cliff (`linear` follows the cliff) or from the start (it includes the cliff)."""

    cliff: Annotated[int, Hours(0, MAX_CLIFF)]
    linear: Annotated[int, Hours(HOUR, MAX_DURATION)]
    at_start_bps: Bps
    accrual: Literal["cliff", "start"]
    revocable: bool

    @property
    def is_from_cliff(self) -> bool:
        """Whether the rest accrues from the end of the cliff."""
        return self.accrual == "cliff"

    @property
    def duration(self) -> int:
        """Seconds from the start to the end, as the contract counts them."""
        return self.cliff + self.linear if self.is_from_cliff else self.linear

    @model_validator(mode="after")
    def _the_contract_takes_it(self) -> Self:
        if self.duration > MAX_DURATION:
            raise ValueError(f"cliff and linear are {format_seconds(self.duration)} together, allowed at most {format_seconds(MAX_DURATION)}")
        if self.cliff > self.duration:
            cliff, end = format_seconds(self.cliff), format_seconds(self.duration)
            raise ValueError(f"cliff is {cliff}, it must be at most linear = {end}, which begins at the start with accrual: start")
        return self


class Allotment(Section):
    """Tokens minted before the set-up is finished: out of a bucket, to a holder, at once or on named vesting terms."""

    bucket: str
    to: Annotated[str, Field(pattern=r"^([a-z][a-z0-9_-]{0,31}|[A-Z][A-Za-z]{0,31})$")]
    amount: PositiveWei
    vesting: str | None = None


VestingTable = Annotated[dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")], VestingTerms], Field(max_length=32)]
GenesisList = Annotated[list[Allotment], Field(max_length=64)]


def vesting_unit(cap: int) -> int:
    """What the vesting contract counts in: the smallest power of ten with cap < unit * 2^86, so that any amount fits its word."""
    unit = 1
    while cap >= unit << AMOUNT_BITS:
        unit *= 10
    return unit


def check_genesis(
    entries: Sequence[Allotment],
    vesting: Mapping[str, VestingTerms],
    buckets: Mapping[str, int],
    cap: int,
    unit: Denomination = MDT,
    places: Sequence[str] = (),
) -> None:
    """Refuse a genesis that the contracts would refuse, or that would strand tokens.

    Args:
        entries: In order.
        vesting: The terms there are, by name.
        buckets: What each holds, in wei.
        cap: Of the token.
        unit: How amounts are written in errors.
        places: Where each entry was written, as far as it comes out of a file; the others are named by their number.

    Raises:
        ValueError: names the entry and what is allowed.
    """
    step, amount = vesting_unit(cap), unit.format
    for number, one in enumerate(entries):
        at = (places[number] if places else "") or f"genesis.{number}"
        if one.bucket not in buckets:
            raise ValueError(f"{at}: no bucket {one.bucket!r}; there are {', '.join(buckets)}")
        if one.bucket == UNMINTED:
            raise ValueError(f"{at}: the {UNMINTED} bucket is never minted in advance")
        if one.to[0].isupper() and one.to not in RECIPIENTS:
            raise ValueError(f"{at}: {one.to} could not spend what is sent to it; name a holder (lower case), or {', '.join(RECIPIENTS)}")
        if one.to == POOLS and one.vesting is not None:
            raise ValueError(f"{at}: {POOLS} fills its pools with what is sent to it, so it cannot vest: leave vesting out")
        if one.to == MARKET and one.vesting is not None:
            raise ValueError(f"{at}: {MARKET} is opened with what is minted for it, so it cannot vest: leave vesting out")
        if one.vesting is not None and one.vesting not in vesting:
            raise ValueError(f"{at}: no vesting terms {one.vesting!r}; there are {', '.join(vesting) or 'none'}")
        if one.vesting is not None and one.amount % step:
            raise ValueError(f"{at}: {amount(one.amount)} vests, so it must be a whole number of {step} wei at a cap of {amount(cap)}")
    for name, room in buckets.items():
        total = sum(one.amount for one in entries if one.bucket == name)
        if total > room:
            raise ValueError(f"genesis mints {amount(total)} out of {name}, which holds {amount(room)}")
