"""Bytes as people write them: 0x and hex digits. Python's own reader takes blanks between them, and what lacks the 0x."""

from __future__ import annotations

import re

from mdt.errors import UnitError
from mdt.written.characters import foreign, shown

_HEX = re.compile(r"0x(?:[0-9a-fA-F]{2})*")


def parse_hex(text: object, size: int | None = None) -> bytes:
    """The bytes of `0x12ab`.

    Args:
        text: 0x and an even number of hex digits.
        size: How many bytes there must be; None for any number.

    Raises:
        UnitError: no such text, or another number of bytes.
    """
    if not isinstance(text, str) or not _HEX.fullmatch(text):
        raise UnitError(f"{shown(text)} is not hex: 0x and two digits for each byte{foreign(text) if isinstance(text, str) else ''}")
    value = bytes.fromhex(text[2:])
    if size is not None and len(value) != size:
        raise UnitError(f"{shown(text)} has {len(value):,} bytes, not {size}")
    return value
