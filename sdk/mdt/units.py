"""Units as people write them: `12.5 MDT`, `7 days`, and back. Money is always an int of wei."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation, localcontext

from mdt.errors import UnitError

WAD = 10**18
BPS = 10_000

_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}
_QUANTITY = re.compile(r"^\s*(?P<number>[0-9][0-9_,]*(\.[0-9_]+)?)\s*(?P<unit>[A-Za-z]*)\s*$")


def _split(text: str, what: str) -> tuple[Decimal, str]:
    match = _QUANTITY.match(text)
    if match is None:
        raise UnitError(f"{text!r} is not {what}")
    try:
        return Decimal(match["number"].replace("_", "").replace(",", "")), match["unit"]
    except InvalidOperation as error:  # pragma: no cover - the pattern admits only decimals
        raise UnitError(f"{text!r} is not {what}") from error


def parse_amount(text: str | int, symbol: str = "MDT", decimals: int = 18) -> int:
    """Wei of `12.5 MDT` or `12.5`; `25 wei` is taken as it stands.

    Raises:
        UnitError: not a number, another unit, or more decimals than the token has.
    """
    what = f"an amount such as '12.5 {symbol}' or '25 wei'"
    number, unit = _split(str(text), what)
    if unit == "wei":
        scale = 0
    elif unit in ("", symbol):
        scale = decimals
    else:
        raise UnitError(f"{text!r} has the unit {unit!r}; write {what}")
    with localcontext() as context:
        context.prec = 100
        wei = number.scaleb(scale)
        if wei != wei.to_integral_value():
            raise UnitError(f"{text!r} has more than {scale} decimals; the smallest amount is 1 wei")
        return int(wei)


def format_amount(wei: int, symbol: str = "MDT", decimals: int = 18) -> str:
    """`12500000000000000000` as `12.5 MDT`: exact, with thousands separators, no trailing zeros."""
    sign, digits = ("-" if wei < 0 else ""), abs(wei)
    whole, fraction = divmod(digits, 10**decimals)
    tail = f".{fraction:0{decimals}d}".rstrip("0").rstrip(".") if fraction else ""
    return f"{sign}{whole:,}{tail} {symbol}".rstrip()


def parse_seconds(text: str | int) -> int:
    """Seconds of `7 days`, `600 seconds` or a bare number of seconds.

    Raises:
        UnitError: not a duration, or not a whole number of seconds.
    """
    what = "a duration such as '7 days', '6 hours' or '600 seconds'"
    number, unit = _split(str(text), what)
    singular = unit.lower().removesuffix("s") or "second"
    if singular not in _SECONDS:
        raise UnitError(f"{text!r} has the unit {unit!r}; write {what}")
    seconds = number * _SECONDS[singular]
    if seconds != seconds.to_integral_value():
        raise UnitError(f"{text!r} is not a whole number of seconds")
    return int(seconds)


def format_seconds(seconds: int) -> str:
    """`604800` as `7 days`: the largest unit that divides it."""
    for unit in ("day", "hour", "minute"):
        if seconds and seconds % _SECONDS[unit] == 0:
            count = seconds // _SECONDS[unit]
            return f"{count:,} {unit}{'' if count == 1 else 's'}"
    return f"{seconds:,} second{'' if seconds == 1 else 's'}"


def parse_wad(text: str | int) -> int:
    """`0.7` as 7e17: a fraction of one with at most 18 decimals."""
    return parse_amount(text, symbol="")


def format_wad(wad: int) -> str:
    """`7e17` as `0.7`."""
    return format_amount(wad, symbol="")
