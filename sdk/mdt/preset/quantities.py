"""How the numbers of a preset are written, and the range each must lie in: amounts, durations, counts, shares.

Errors and `docs/reference/parameters.md` are made from the same statement.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from mdt.units import BPS, MDT, WAD, Denomination, format_seconds, format_wad, parse_seconds, parse_wad

HOUR = 3_600
DAY = 86_400
MAX_AMOUNT = 10**15 * 10**18  # wei: a thousand times the largest cap any preset could want, at 18 decimals; fits in 128 bits


def unit_of(info: ValidationInfo) -> Denomination:
    """The unit that a preset's amounts are written in, which whoever validates gives as context; MDT's where nobody does."""
    return info.context if isinstance(info.context, Denomination) else MDT


class Quantity(ABC):
    """How a number is written in a preset, and the range it must lie in."""

    def __init__(self, low: int, high: int) -> None:
        self.low = low
        self.high = high

    @abstractmethod
    def parse(self, value: Any, unit: Denomination = MDT) -> int:
        """The number of what stands in the file, where amounts are written in this unit."""

    @abstractmethod
    def show(self, number: int, unit: Denomination = MDT) -> str:
        """The number as a person would write it; amounts in this unit."""

    def allowed(self, unit: Denomination = MDT) -> str:
        """The range in words."""
        return f"{self.show(self.low, unit)} to {self.show(self.high, unit)}"

    def read(self, value: Any, unit: Denomination = MDT) -> int:
        """Parse and check.

        Raises:
            ValueError: with the value and what is allowed, in words.
        """
        try:
            number = self.parse(value, unit)
        except ValueError as error:
            raise ValueError(f"{error}; allowed {self.allowed(unit)}") from error
        if not self.low <= number <= self.high:
            raise ValueError(f"is {self.show(number, unit)}, allowed {self.allowed(unit)}")
        return number

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let pydantic validate with `read`, in the unit of the validation's context."""

        def validate(value: Any, info: ValidationInfo) -> int:
            return self.read(value, unit_of(info))

        return core_schema.with_info_plain_validator_function(validate)


class Money(Quantity):
    """An amount in wei, written with the unit of the preset's token: `12.5 MDT`. Floats and bare numbers are refused.

    The range is in wei whatever the decimals: it is what the contracts take.
    """

    def __init__(self, low: int = 0, high: int = MAX_AMOUNT) -> None:
        super().__init__(low, high)

    def parse(self, value: Any, unit: Denomination = MDT) -> int:
        """Wei of the text."""
        return unit.parse_with_unit(value)

    def show(self, number: int, unit: Denomination = MDT) -> str:
        """In tokens, or in wei where that is shorter to read."""
        return f"{number} wei" if 0 < number < 10 ** (unit.decimals // 3) else unit.format(number)


class Duration(Quantity):
    """Seconds, written as `7 days`, `6 hours` or `600 seconds`."""

    def parse(self, value: Any, unit: Denomination = MDT) -> int:
        """Seconds of the text."""
        return parse_seconds(value)

    def show(self, number: int, unit: Denomination = MDT) -> str:
        """In the largest unit that divides it."""
        return format_seconds(number)


class Hours(Duration):
    """Seconds in whole hours: how the vesting contract keeps lengths."""

    def parse(self, value: Any, unit: Denomination = MDT) -> int:
        """Seconds of the text.

        Raises:
            ValueError: not a whole number of hours.
        """
        seconds = super().parse(value, unit)
        if seconds % HOUR:
            raise ValueError(f"is {self.show(seconds)}, must be whole hours")
        return seconds


class Count(Quantity):
    """A whole number of something."""

    def parse(self, value: Any, unit: Denomination = MDT) -> int:
        """The number itself; text, floats and truth values are refused."""
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(f"{value!r} is not a whole number")
        return value

    def show(self, number: int, unit: Denomination = MDT) -> str:
        """With thousands separators."""
        return f"{number:,}"


class BasisPoints(Count):
    """A share in basis points: 10,000 is the whole."""

    def __init__(self, low: int = 0, high: int = BPS) -> None:
        super().__init__(low, high)

    def show(self, number: int, unit: Denomination = MDT) -> str:
        """With the unit."""
        return f"{number:,} bps"


class Fraction(Quantity):
    """A fraction of one in wad (1e18), written in quotes: `'0.7'`."""

    def __init__(self, low: int = 0, high: int = WAD) -> None:
        super().__init__(low, high)

    def parse(self, value: Any, unit: Denomination = MDT) -> int:
        """Wad of the text."""
        return parse_wad(value)

    def show(self, number: int, unit: Denomination = MDT) -> str:
        """As a decimal number."""
        return format_wad(number)


Wei = Annotated[int, Money()]
PositiveWei = Annotated[int, Money(low=1)]
Blocks = Annotated[int, Count(1, 10**9)]
Bps = Annotated[int, BasisPoints()]


class Section(BaseModel):
    """A part of a preset: unknown keys are refused, values do not change after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
