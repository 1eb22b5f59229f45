"""Files that people write or edit: decoded strictly, then read as JSON or YAML with the place of every value."""

from __future__ import annotations

import codecs
import json
from math import isfinite
from pathlib import Path
from typing import Any

from mdt.errors import ConfigError, MDTError
from mdt.written.characters import called, hidden
from mdt.written.item import Item, Source
from mdt.written.json import parse_json
from mdt.written.yaml import parse_yaml

LARGEST = 16 * 2**20
"""Bytes of a file that a program may write: contracts' records stay far below it."""
LARGEST_YAML = 2 * 2**20
"""Bytes of a file that a person writes: ten thousand holders fit. PyYAML reads about a megabyte in three seconds."""
_OTHER = ((codecs.BOM_UTF32_LE, "UTF-32"), (codecs.BOM_UTF32_BE, "UTF-32"), (codecs.BOM_UTF16_LE, "UTF-16"), (codecs.BOM_UTF16_BE, "UTF-16"))


def read(path: str | Path, error: type[MDTError] = ConfigError, name: str = "", *, is_json: bool | None = None) -> Item:
    """The content of a file that a person writes.

    Args:
        path: The file.
        error: The kind of error that is made of its faults.
        name: What errors call the file; its path otherwise.
        is_json: Whether it is JSON and not YAML; by default that is so where its name ends in `.json`.

    Raises:
        MDTError: of that kind, with file, line and column: unreadable, not UTF-8, too large, empty, malformed, or a key twice.
    """
    source = Source(name or str(path), error)
    if is_json is None:
        is_json = str(path).lower().endswith(".json")
    text = read_text(path, source, LARGEST if is_json else LARGEST_YAML)
    return parse_json(text, source) if is_json else parse_yaml(text, source)


def read_values(path: str | Path, error: type[MDTError], largest: int = LARGEST) -> Any:
    """The values of a JSON file that a program writes and a person may have edited: as strict as `read`, and quick for large ones.

    Args:
        path: The file.
        error: The kind of error that is made of its faults.
        largest: How many bytes it may have.

    Raises:
        MDTError: as `read`.
    """
    source = Source(str(path), error)
    return values_of(read_bytes(path, source, largest), source)


def values_of(data: bytes, source: Source) -> Any:
    """The values of such a file's content.

    Raises:
        MDTError: of the source's kind, with the place.
    """
    text = decode(data, source)
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError):
        return parse_json(text, source).typed()  # finds the place of what is wrong


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(text)
    return number


def _no_number(text: str) -> Any:
    raise ValueError(text)


def read_text(path: str | Path, source: Source, largest: int = LARGEST) -> str:
    """The text of a file: UTF-8, with or without a mark at its beginning, of nothing but visible characters.

    Raises:
        MDTError: of the source's kind, with the place.
    """
    return decode(read_bytes(path, source, largest), source)


def read_bytes(path: str | Path, source: Source, largest: int = LARGEST) -> bytes:
    """A file as it is.

    Raises:
        MDTError: of the source's kind: it cannot be read, or is too large.
    """
    try:
        with Path(path).open("rb") as stream:
            data = stream.read(largest + 1)
    except OSError as fault:
        raise source.error(f"{source.name} cannot be read: {fault.strerror or fault}") from fault
    if len(data) > largest:
        raise source.error(f"{source.name} has more than {largest:,} bytes: is it the right file?")
    return data


def decode(data: bytes, source: Source) -> str:
    """UTF-8 of visible characters.

    Raises:
        MDTError: of the source's kind, with the place.
    """
    for mark, name in _OTHER:
        if data.startswith(mark):
            raise source.fault(1, 1, f"is {name}: save the file as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = data.count(b"\n", 0, error.start) + 1, error.start - data.rfind(b"\n", 0, error.start)
        raise source.fault(line, column, f"not UTF-8 (byte 0x{data[error.start]:02x}): save the file as UTF-8") from error
    at = hidden(text)
    if at is not None:
        line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        raise source.fault(line, column, f"holds {called(text[at])}, which cannot be seen: take it out")
    return text
