"""Numbers by what their names say they are: amounts, shares, durations, times, buckets, reasons. Written with units, shown with units."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import IntEnum

from mdt.errors import UnitError
from mdt.model.reasons import Burn, Mint, mask
from mdt.model.timelock import CANCELLER_ROLE, EXECUTOR_ROLE, PROPOSER_ROLE
from mdt.preset.settings import Buckets
from mdt.units import (
    UINT256_MAX,
    WAD,
    Denomination,
    format_bps,
    format_seconds,
    format_wad,
    parse_bps,
    parse_seconds,
    parse_time,
    parse_wad,
    when,
)

PLAIN, WEI, BPS, SECONDS, FRACTION, TIME, BUCKET, MINT_REASONS, BURN_REASONS = (
    "number",
    "wei",
    "bps",
    "seconds",
    "fraction",
    "time",
    "bucket",
    "reasons to mint",
    "reasons to burn",
)

AMOUNTS = ("amount", "value", "cap", "budget", "cumulative", "total", "emission", "share", "staked", "minted", "claimed", "vested", "spent", "left")
_FLOWS = ("paid", "returned", "burned", "recycled")
_LIMITS = ("max_per_purchase", "max_per_day", "least", "threshold")
DURATIONS = ("seconds", "delay", "duration")
TIMES = ("start", "timestamp", "deadline")
ROLES = {"PROPOSER_ROLE": PROPOSER_ROLE, "EXECUTOR_ROLE": EXECUTOR_ROLE, "CANCELLER_ROLE": CANCELLER_ROLE}
LARGEST_FRACTION = 1_000 * WAD
_INTEGER = re.compile(r"[0-9]+|[0-9]{1,3}(?:_[0-9]{3})+")


def kind_of(name: str, function: str = "") -> str:
    """What a number is, by the name of its argument or field; `PLAIN` where the name does not tell."""
    bare = name.strip("_").lower()
    last = bare.rsplit("_", 1)[-1]
    if last == "bps":
        return BPS
    if last == "wad":
        return FRACTION
    if last in DURATIONS:
        return SECONDS
    if last in ("at", "until") or last in TIMES:
        return TIME
    if bare == "bucket":
        return BUCKET
    if bare == "reasons":
        return BURN_REASONS if "burn" in function else MINT_REASONS
    return WEI if last in (*AMOUNTS, *_FLOWS) or bare in _LIMITS else PLAIN


def parse_number(text: str, kind: str, unit: Denomination) -> int:
    """A number as people write it: '10 MDT', '40%', '2 days', '2026-12-01 12:00', 'community', '4_000'.

    Raises:
        UnitError: not such a number; an amount without its unit.
    """
    return _amount(text.strip(), unit) if kind == WEI else _PARSERS[kind](text.strip())


def format_number(value: int, kind: str, unit: Denomination) -> str:
    """The same number as people read it; what cannot be said in words is shown as it is."""
    return unit.format(value) if kind == WEI else _FORMATS[kind](value)


def format_time(seconds: int) -> str:
    """`2026-12-01 12:00:00 UTC`, or the number where it is none."""
    if not 10**8 <= seconds < 2**35:
        return _plain(seconds)
    return when(seconds)


def _time(text: str) -> int:
    return parse_time(text.removesuffix(" UTC"))


def role_of(text: str) -> bytes:
    """The timelock's 32 bytes of `CANCELLER_ROLE`.

    Raises:
        UnitError: no such role.
    """
    if text not in ROLES:
        raise UnitError(f"there is no role {text!r}; there are {', '.join(ROLES)}")
    return ROLES[text]


def role_name(value: bytes) -> str:
    """The name of a role, or hex where it has none."""
    return next((name for name, one in ROLES.items() if one == value), f"0x{value.hex()}")


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text) or int(text) > UINT256_MAX:
        raise UnitError(f"{text!r} is not a plain whole number such as '4000' or '4_000'")
    return int(text)


def _plain(value: int) -> str:
    return f"{value:_}"


def _amount(text: str, unit: Denomination) -> int:
    if _INTEGER.fullmatch(text) and int(text):
        raise UnitError(f"{text!r} has no unit: write '{text} {unit.symbol}' or '{text} wei'")
    return unit.parse(text)


def _share(text: str) -> int:
    return _integer(text) if _INTEGER.fullmatch(text) else parse_bps(text)


def _fraction(text: str) -> int:
    value = parse_wad(text)
    if value > LARGEST_FRACTION:
        raise UnitError(f"{text!r} is not a fraction such as '0.05'; it is multiplied by 10^18 for you")
    return value


def _bucket(text: str) -> int:
    names = Buckets.names()
    if text in names:
        return names.index(text)
    if not _INTEGER.fullmatch(text):
        raise UnitError(f"there is no bucket {text!r}; there are {', '.join(names)}")
    return int(text)


def _reasons(kind: type[IntEnum]) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if _INTEGER.fullmatch(text):
            return int(text)
        try:
            return mask(*(kind[one.strip().upper()] for one in text.split("+")))
        except KeyError as error:
            raise UnitError(f"{text!r} names no reasons; join them with +: {', '.join(one.name.lower() for one in kind)}") from error

    return parse


def _named_reasons(kind: type[IntEnum]) -> Callable[[int], str]:
    def show(value: int) -> str:
        found = [one for one in kind if value >> int(one) & 1]
        return "+".join(one.name.lower() for one in found) if found and mask(*found) == value else _plain(value)

    return show


def _named_bucket(value: int) -> str:
    names = Buckets.names()
    return names[value] if value < len(names) else _plain(value)


_PARSERS: dict[str, Callable[[str], int]] = {
    PLAIN: _integer,
    BPS: _share,
    SECONDS: parse_seconds,
    FRACTION: _fraction,
    TIME: _time,
    BUCKET: _bucket,
    MINT_REASONS: _reasons(Mint),
    BURN_REASONS: _reasons(Burn),
}
_FORMATS: dict[str, Callable[[int], str]] = {
    PLAIN: _plain,
    BPS: format_bps,
    SECONDS: format_seconds,
    FRACTION: format_wad,
    TIME: format_time,
    BUCKET: _named_bucket,
    MINT_REASONS: _named_reasons(Mint),
    BURN_REASONS: _named_reasons(Burn),
}
