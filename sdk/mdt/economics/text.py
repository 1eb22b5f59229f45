"""Numbers, tables and paragraphs of the studies' pages, as people read them."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from fractions import Fraction

from mdt.units import WAD

WIDTH = 158


def percent(part: Fraction) -> str:
    """`14.80%`."""
    return f"{float(part * 100):.2f}%"


def mdt(wei: Fraction | int, places: int = 0) -> str:
    """Tokens, rounded to the nearest."""
    return f"{float(Fraction(wei) / WAD):,.{places}f}"


def decimal(number: Fraction, places: int = 3) -> str:
    """A plain ratio."""
    return f"{float(number):.{places}f}"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A Markdown table; every column but the first is right-aligned."""
    return ["| " + " | ".join(header) + " |", "|---|" + "---:|" * (len(header) - 1), *("| " + " | ".join(row) + " |" for row in rows), ""]


def prose(*parts: str) -> list[str]:
    """One paragraph, wrapped."""
    return [*_wrapped(" ".join(parts)), ""]


def points(*items: str, mark: str = "-") -> list[str]:
    """A list; `mark` "1." numbers it."""
    marks = [f"{number}." if mark == "1." else mark for number in range(1, len(items) + 1)]
    return [line for one, item in zip(marks, items, strict=True) for line in _wrapped(f"{one} {item}", " " * (len(one) + 1))] + [""]


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
