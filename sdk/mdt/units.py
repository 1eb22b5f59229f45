"""Units as people write them: `12.5 MDT`, `7 days`, and back. Money is always an int of wei, the smallest unit of whatever token it is."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal, localcontext
from typing import NamedTuple

from mdt.errors import UnitError
from mdt.written.characters import foreign, shown

WAD = 10**18
BPS = 10_000
UINT256_MAX = 2**256 - 1
MINUTE, HOUR, DAY = 60, 3_600, 86_400  # in seconds
YEAR = 365 * DAY
EARLIEST, LATEST = 1_577_836_800, 4_102_444_800
"""2020 and 2100, in unix seconds: a time outside is a slip, such as milliseconds, or a date without its dashes."""
LONGEST = 1_000 * YEAR
"""No duration is longer; what is meant to be for ever has another way to say so."""
MAX_LENGTH = 250
"""Characters of a quantity; 256 bits have 78 digits."""

_SECONDS = {"second": 1, "minute": MINUTE, "hour": HOUR, "day": DAY}
# Separators must stand where thousands end: "12,5" is neither 125 nor twelve and a half until its writer says which.
# A zero leads only a fraction: of 010 some programs make eight. Around it are spaces or nothing: what else looks blank came with something else.
_QUANTITY = re.compile(r" *(?P<number>(?:0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:_[0-9]{3})+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.[0-9]+)?) *(?P<unit>[A-Za-z]*) *")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?: ?UTC|Z|[+-][0-9]{2}:[0-9]{2})?)?")
_A_TIME = "a time such as '2027-01-31', '2027-01-31T12:00:00Z' or unix seconds"


def _split(text: object, what: str) -> tuple[Decimal, str]:
    """The number and the unit of a quantity; `what` says in the error what was expected."""
    if isinstance(text, float):
        raise UnitError(f"{text!r} is a floating-point number, which is not exact; write {what}")
    if not isinstance(text, str):
        raise UnitError(f"{shown(text)} is not {what}")
    match = _QUANTITY.fullmatch(text) if len(text) <= MAX_LENGTH else None
    if match is None:
        raise UnitError(f"{shown(text)} is not {what}{foreign(text)}")
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


def parse_whole(text: str, largest: int = UINT256_MAX) -> int:
    """`4000`, `4_000` or `4,000`: a whole number in digits 0 to 9, without a sign.

    Raises:
        UnitError: not such a number, or above the largest that is allowed.
    """
    match = _QUANTITY.fullmatch(text) if isinstance(text, str) and len(text) <= MAX_LENGTH else None
    if match is None or match["unit"] or "." in match["number"]:
        raise UnitError(f"{shown(text)} is not a plain whole number such as '4000' or '4_000'{foreign(text) if isinstance(text, str) else ''}")
    number = int(match["number"].replace("_", "").replace(",", ""))
    if number > largest:
        raise UnitError(f"{shown(text)} is more than {'256 bits hold' if largest == UINT256_MAX else f'{largest:,}'}")
    return number


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

    def parse_with_unit(self, text: str) -> int:
        """Wei of `12.5 MDT` or `25 wei`: in a file nobody is there to ask, so the unit is written; of nothing but zero it may be left out.

        Raises:
            UnitError: as `parse`, or no unit.
        """
        wei = self.parse(text)
        if wei and not text.rstrip()[-1:].isalpha():
            raise UnitError(f"{text!r} has no unit: write '{text} {self.symbol}' or '{text} wei'")
        return wei


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
    plain = text.strip(" ") if isinstance(text, str) else text
    if isinstance(plain, str) and plain.endswith("%"):
        number, unit = _split(plain[:-1], what)
        bps = _scale(number, 2, text) if not unit else -1
    else:
        number, unit = _split(plain, what)
        if not unit and number:
            raise UnitError(f"{text!r} is not {what}: write {_meant(number)}")
        bps = _scale(number, 0, str(text)) if unit == "bps" else -1
    if bps < 0:
        raise UnitError(f"{text!r} is not {what}")
    if bps > BPS:
        raise UnitError(f"{text!r} is more than 100%")
    return bps


def _meant(number: Decimal) -> str:
    """The shares that a number without a unit may stand for."""
    can_be = [f"'{number:f}%'"] if number <= 100 else []
    if number == number.to_integral_value():
        can_be.append(f"'{number:f} bps'")
    return " or ".join(can_be) or "it with % or bps"


def format_bps(bps: int) -> str:
    """`750` as `7.5%`."""
    return f"{format_amount(bps, symbol='', decimals=2)}%"


def parse_seconds(text: str | int) -> int:
    """Seconds of `7 days` or `600 seconds`; of nothing but zero the unit may be left out.

    A number without a unit is refused: of a bare 3 nobody can say whether days or seconds are meant.

    Raises:
        UnitError: not a duration, no unit, not a whole number of seconds, or more than a thousand years.
    """
    what = "a duration such as '7 days', '6 hours' or '600 seconds'"
    number, unit = _split(str(text) if type(text) is int else text, what)
    if not unit and number:
        raise UnitError(f"{text!r} has no unit: write '{text} seconds', '{text} days' or what is meant")
    singular = unit.lower().removesuffix("s") or "second"
    if singular not in _SECONDS:
        raise UnitError(f"{text!r} has the unit {unit!r}; write {what}")
    with localcontext() as context:
        context.prec = len(number.as_tuple().digits) + 10
        seconds = number * _SECONDS[singular]
        if seconds != seconds.to_integral_value():
            raise UnitError(f"{text!r} is not a whole number of seconds")
        if seconds > LONGEST:
            raise UnitError(f"{text!r} is more than a thousand years")
        return int(seconds)


def format_seconds(seconds: int) -> str:
    """`604800` as `7 days`: the largest unit that divides it."""
    for unit in ("day", "hour", "minute"):
        if seconds and seconds % _SECONDS[unit] == 0:
            count = seconds // _SECONDS[unit]
            return f"{count:,} {unit}{'' if count == 1 else 's'}"
    return f"{seconds:,} second{'' if seconds == 1 else 's'}"


def parse_time(text: str) -> int:
    """Unix seconds of `2027-01-31`, `2027-01-31T12:00:00Z`, `2027-01-31 12:00 UTC` or a bare number of seconds; what names no zone is UTC.

    Raises:
        UnitError: none of them, or not between 2020 and 2100; asks whether milliseconds were meant where that would fit.
    """
    if not isinstance(text, str):
        raise UnitError(f"{shown(text)} is not {_A_TIME}")
    if text.isascii() and text.isdecimal() and len(text) <= MAX_LENGTH:
        return _sane(int(text), text)
    if not _TIME.fullmatch(text):
        raise UnitError(f"{shown(text)} is not {_A_TIME}{foreign(text)}")
    try:
        moment = datetime.fromisoformat(text.removesuffix("UTC").rstrip())
    except ValueError as error:
        raise UnitError(f"{text!r} is not {_A_TIME}: {error}") from error
    return _sane(int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()), text)


def _sane(seconds: int, text: str) -> int:
    """The time, if it lies between 2020 and 2100."""
    if EARLIEST <= seconds < LATEST:
        return seconds
    for name, factor in (("milliseconds", 1_000), ("microseconds", 10**6), ("nanoseconds", 10**9)):
        if EARLIEST <= seconds // factor < LATEST:
            raise UnitError(f"{shown(text)} is no time in seconds: were {name} meant? As such it is {when(seconds // factor)}: write {seconds // factor}")
    compact = f"; a date has dashes: {text[:4]}-{text[4:6]}-{text[6:]}" if len(text) == 8 and text.isdecimal() else ""
    raise UnitError(f"{shown(text)} is {when(seconds)}; allowed is {when(EARLIEST)} to {when(LATEST)}{compact}")


def when(timestamp: int) -> str:
    """`1798761600` as `2027-01-01 00:00:00 UTC`; `unix time <n>` where no calendar reaches."""
    try:
        return f"{datetime.fromtimestamp(timestamp, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, OverflowError, OSError):
        return f"unix time {shown(timestamp)}"


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
