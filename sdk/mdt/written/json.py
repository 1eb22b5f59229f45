"""JSON with its places: what the standard library reads, and nothing beside it. A key stands once; NaN and Infinity are no numbers.

The library's own scanner is used, in its Python form: it passes each value by, and so tells where the value stands.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from json.decoder import JSONArray, JSONObject  # type: ignore[attr-defined]
from json.scanner import py_make_scanner  # type: ignore[attr-defined]
from typing import Any

from mdt.errors import MDTError
from mdt.written.characters import foreign, shown
from mdt.written.item import Item, Keys, Source

DEPTH = 32


class _Bare(str):
    """The text of a number."""


class _Scanner(json.JSONDecoder):
    """Gives every value as (where it begins, the value), and every object as (where its key begins, the key, the value)."""

    def __init__(self) -> None:
        super().__init__(parse_int=_Bare, parse_float=_Bare, parse_constant=_Bare)
        self.object_pairs_hook: Any = list
        self.depth = 0
        self.parse_object, self.parse_array = self._object, self._array
        self.scan_once = py_make_scanner(self)

    def _object(self, begin: tuple[str, int], strict: bool, scan: Any, *_: Any) -> tuple[dict[str, Any] | list[Any], int]:
        starts: list[int] = []
        after = [begin[1]]

        def placed(text: str, at: int) -> tuple[tuple[int, Any], int]:
            starts.append(text.index('"', after[-1]))
            value, end = scan(text, at)
            after.append(end)
            return (at, value), end

        self._down(begin)
        pairs, end = JSONObject(begin, strict, placed, None, list)
        self.depth -= 1
        return {"pairs": [(start, key, value) for start, (key, value) in zip(starts, pairs, strict=True)]}, end

    def _array(self, begin: tuple[str, int], scan: Any) -> tuple[list[Any], int]:
        def placed(text: str, at: int) -> tuple[tuple[int, Any], int]:
            value, end = scan(text, at)
            return (at, value), end

        self._down(begin)
        found, end = JSONArray(begin, placed)
        self.depth -= 1
        return found, end

    def _down(self, begin: tuple[str, int]) -> None:
        self.depth += 1
        if self.depth > DEPTH:
            raise json.JSONDecodeError(f"Nested more than {DEPTH} levels deep", *begin)


def parse_json(text: str, source: Source) -> Item:
    """The content of a text in JSON.

    Raises:
        MDTError: of the source's kind, with line and column: no JSON, a key twice, NaN or Infinity.
    """
    scanner = _Scanner()
    begin = len(text) - len(text.lstrip(" \t\n\r"))
    if begin == len(text):
        raise source.fault(1, 1, "is empty")
    try:
        value = scanner.decode(text)
    except json.JSONDecodeError as error:
        raise source.fault(error.lineno, error.colno, f"is not JSON: {error.msg}") from error
    return _Places(text, source).item(begin, value, ())


class _Places:
    """Makes values with offsets into values with lines and columns."""

    def __init__(self, text: str, source: Source) -> None:
        self.source = source
        self.lines = [0, *(at + 1 for at, one in enumerate(text) if one == "\n")]

    def place(self, at: int) -> tuple[int, int]:
        """Line and column, from 1."""
        line = bisect_right(self.lines, at)
        return line, at - self.lines[line - 1] + 1

    def item(self, at: int, value: Any, keys: Keys) -> Item:
        """A value with its place."""
        line, column = self.place(at)
        if isinstance(value, dict):
            return Item(self._fields(value["pairs"], keys), False, self.source, line, column, keys)
        if isinstance(value, list):
            entries = [self.item(start, one, (*keys, number)) for number, (start, one) in enumerate(value)]
            return Item(entries, False, self.source, line, column, keys)
        if value in ("NaN", "Infinity", "-Infinity") and isinstance(value, _Bare):
            raise self._fault(at, f"{value} is not a number")
        if isinstance(value, str):
            self._require_plain(at, value)
            return Item(str(value), isinstance(value, _Bare), self.source, line, column, keys)
        return Item({True: "true", False: "false", None: "null"}[value], True, self.source, line, column, keys)

    def _fields(self, pairs: list[tuple[int, str, tuple[int, Any]]], keys: Keys) -> dict[str, Item]:
        found: dict[str, Item] = {}
        places: dict[str, int] = {}
        for start, key, (at, value) in pairs:
            if key in found:
                line, column = self.place(places[key])
                raise self._fault(start, f"the key {shown(key)} stands twice, first at {self.source.name}:{line}:{column}")
            self._require_plain(start, key)
            found[key], places[key] = self.item(at, value, (*keys, key)), start
        return found

    def _require_plain(self, at: int, text: str) -> None:
        """No half of a character; and digits of a number are 0 to 9, of which the library's Python form is not sure in every version."""
        if any("\ud800" <= one <= "\udfff" for one in text):
            raise self._fault(at, f"{shown(text)} has half a character")
        if isinstance(text, _Bare) and not text.isascii():
            raise self._fault(at, f"{shown(text)} is not a number{foreign(text)}")

    def _fault(self, at: int, words: str) -> MDTError:
        return self.source.fault(*self.place(at), words)
