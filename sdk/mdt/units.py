"""Units as people write them: `12.5 MDT`, `7 days`, and back. Money is always an int of wei, the smallest unit of whatever token it is."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal, localcontext
from typing import NamedTuple

from mdt.errors import UnitError

WAD = 10**18
BPS = 10_000
UINT256_MAX = 2**256 - 1
MINUTE, HOUR, DAY = 60, 3_600, 86_400  # in seconds
YEAR = 365 * DAY

_SECONDS = {"second": 1, "minute": MINUTE, "hour": HOUR, "day": DAY}
# Separators must stand where thousands end: "12,5" is neither 125 nor twelve and a half until its writer says which.
_QUANTITY = re.compile(r"\s*(?P<number>(?:[0-9]+|[0-9]{1,3}(?:_[0-9]{3})+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?)\s*(?P<unit>[A-Za-z]*)\s*")


def _split(text: object, what: str) -> tuple[Decimal, str]:
    """The number and the unit of a quantity; `what` says in the error what was expected."""
    if isinstance(text, float):
        raise UnitError(f"{text!r} is a floating-point number, which is not exact; write {what}")
    if not isinstance(text, str):
        raise UnitError(f"{text!r} is not {what}")
    match = _QUANTITY.fullmatch(text)
    if match is None:
        raise UnitError(f"{text!r} is not {what}")
    return Decimal(match["number"].replace("_", "").replace(",", "")), match["unit"]


def _scale(number: Decimal, decimals: int, text: str) -> int:
    """`number` x 10^decimals, exactly, or an error that quotes `text`."""
    with localcontext() as context:
        context.prec = len(number.as_tuple().digits) + decimals + 2
        scaled = number.scaleb(decimals)
        if scaled != scaled.to_integral_value():
            raise UnitError(f"{text!r} has more than {decimals} decimals")
        if scaled > UINT256_MAX:
            raise UnitError(f"{text!r} does not fit in 256 bits")
        return int(scaled)


class Denomination(NamedTuple):
    """How a token's amounts are written."""

    symbol: str = "MDT"
    decimals: int = 18

    def format(self, wei: int) -> str:
        """`12500000000000000000` as `12.5 MDT`: exact, with thousands separators, without trailing zeros."""
        return format_amount(wei, self.symbol, self.decimals)

    def parse(self, text: str) -> int:
        """Wei of `12.5 MDT`, `12.5` or `25 wei`.

        Raises:
            UnitError: as `parse_amount`.
        """
        return parse_amount(text, self.symbol, self.decimals)


MDT = Denomination()


def parse_amount(text: str, symbol: str = MDT.symbol, decimals: int = MDT.decimals) -> int:
    """Wei of `12.5 MDT` or `12.5`; `25 wei` is taken as it stands. What belongs to a deployment is read by its own `Denomination`.

    Numbers are refused unless they are text: of a bare 25 nobody can say whether tokens or wei are meant, and floats are not exact.

    Raises:
        UnitError: not a number, another unit, more decimals than the token has, or more than 256 bits.
    """
    number, unit = _split(text, f"an amount such as '12.5 {symbol}' or '25 wei'")
    if unit == "wei":
        return _scale(number, 0, text)
    if unit not in ("", symbol):
        raise UnitError(f"{text!r} has the unit {unit!r}; write an amount such as '12.5 {symbol}' or '25 wei'")
    return _scale(number, decimals, text)


def format_amount(wei: int, symbol: str = MDT.symbol, decimals: int = MDT.decimals) -> str:
    """`12500000000000000000` as `12.5 MDT`: exact, with thousands separators, no trailing zeros.

    What belongs to a deployment is written by its own `Denomination`.
    """
    sign, digits = ("-" if wei < 0 else ""), abs(wei)
    whole, fraction = divmod(digits, 10**decimals)
    tail = f".{fraction:0{decimals}d}".rstrip("0") if fraction else ""
    return f"{sign}{whole:,}{tail} {symbol}".rstrip()


def format_coin(wei: int) -> str:
    """Wei of a chain's native coin, which has 18 decimals everywhere and no symbol that we know."""
    return format_amount(wei, symbol="", decimals=18)


def parse_bps(text: str) -> int:
    """Basis points of `7.5%` or `750 bps`.

    Numbers are refused unless they have a unit: of a bare 5 nobody can say which is meant.

    Raises:
        UnitError: not a share, finer than a basis point, or more than 100%.
    """
    what = "a share such as '7.5%' or '750 bps'"
    plain = text.strip() if isinstance(text, str) else text
    if isinstance(plain, str) and plain.endswith("%"):
        number, unit = _split(plain[:-1], what)
        bps = _scale(number, 2, text) if not unit else -1
    else:
        number, unit = _split(plain, what)
        bps = _scale(number, 0, str(text)) if unit == "bps" else -1
    if bps < 0:
        raise UnitError(f"{text!r} is not {what}")
    if bps > BPS:
        raise UnitError(f"{text!r} is more than 100%")
    return bps


def format_bps(bps: int) -> str:
    """`750` as `7.5%`."""
    return f"{format_amount(bps, symbol='', decimals=2)}%"


def parse_seconds(text: str | int) -> int:
    """Seconds of `7 days`, `600 seconds` or a bare whole number of seconds.

    Raises:
        UnitError: not a duration, or not a whole number of seconds.
    """
    what = "a duration such as '7 days', '6 hours' or '600 seconds'"
    if isinstance(text, int) and not isinstance(text, bool):
        text = str(text)
    number, unit = _split(text, what)
    singular = unit.lower().removesuffix("s") or "second"
    if singular not in _SECONDS:
        raise UnitError(f"{text!r} has the unit {unit!r}; write {what}")
    with localcontext() as context:
        context.prec = len(number.as_tuple().digits) + 10
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


def parse_time(text: str) -> int:
    """Unix seconds of `2027-01-31`, `2027-01-31T12:00:00Z` or a bare number of seconds; what names no zone is UTC.

    Raises:
        UnitError: neither.
    """
    if text.isascii() and text.isdecimal():
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UnitError(f"{text!r} is not a time such as '2027-01-31', '2027-01-31T12:00:00Z' or unix seconds") from error
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def when(timestamp: int) -> str:
    """`1798761600` as `2027-01-01 00:00:00 UTC`."""
    return f"{datetime.fromtimestamp(timestamp, UTC):%Y-%m-%d %H:%M:%S} UTC"


def parse_wad(text: str | int) -> int:
    """`0.7` as 7e17: a fraction written as text, with at most 18 decimals; 0 and 1 may be bare.

    Raises:
        UnitError: not a plain decimal number, or more than 18 decimals.
    """
    what = "a fraction in quotes such as '0.7'"
    if isinstance(text, int) and not isinstance(text, bool):
        text = str(text)
    number, unit = _split(text, what)
    if unit:
        raise UnitError(f"{text!r} has the unit {unit!r}; write {what}")
    return _scale(number, 18, str(text))


def format_wad(wad: int) -> str:
    """`7e17` as `0.7`."""
    return format_amount(wad, symbol="", decimals=18)
