"""A value that a person wrote, with its place. Every leaf is text: who asks for an amount, an address or a number reads the text as that."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import isfinite
from typing import Any, TypeVar

from mdt.errors import MDTError
from mdt.written.characters import nearest, shown

T = TypeVar("T")
Keys = tuple[str | int, ...]
"""The way to a value: keys of mappings, and numbers in lists from 0."""

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:_[0-9]{3})+)")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
MAX_DIGITS = 400
LONGEST_KEY = 60


def dotted(keys: Iterable[str | int]) -> str:
    """The way to a value as people write it: `holders.team[2].amount`."""
    text = "".join(f"[{key}]" if isinstance(key, int) else f".{named(key)}" for key in keys)
    return text.removeprefix(".")


def named(key: str | int) -> str:
    """A key as it is, or with escapes where something in it could not be seen, and cut where it is long."""
    text = str(key)
    return text if text.isprintable() and len(text) <= LONGEST_KEY else shown(text)


@dataclass(frozen=True)
class Source:
    """A file, or a text of the command line, and the kind of error that is made of its faults."""

    name: str
    error: type[MDTError]

    def fault(self, line: int, column: int, words: str) -> MDTError:
        """An error with its place."""
        return self.error(f"{self.name}:{line}:{column}: {words}")


@dataclass(frozen=True)
class Item:
    """A value, and where it was written.

    Attributes:
        value: Text, a list, or a mapping whose keys are text.
        is_bare: Text that stands without quotes.
        line: From 1.
        column: From 1.
        keys: The way to it from the top of the file.
    """

    value: str | list[Item] | dict[str, Item]
    is_bare: bool
    source: Source
    line: int
    column: int
    keys: Keys = ()

    @property
    def path(self) -> str:
        """`team[2].amount`; empty at the top."""
        return dotted(self.keys)

    @property
    def where(self) -> str:
        """`holders.yaml:3:9: team[2].amount`."""
        return f"{self.source.name}:{self.line}:{self.column}" + (f": {self.path}" if self.keys else "")

    @property
    def shown(self) -> str:
        """The value for an error; what is long is cut."""
        return shown(self.raw())

    def fault(self, words: str) -> MDTError:
        """An error about this value, with its place."""
        return self.source.error(f"{self.where}: {words}")

    def text(self) -> str:
        """The text.

        Raises:
            MDTError: it is a list or a mapping, or nothing was written.
        """
        if not isinstance(self.value, str):
            raise self.fault(f"{self.shown} is not one value")
        if self.is_bare and not self.value:
            raise self.fault("is empty")
        return self.value

    def read(self, parse: Callable[[str], T]) -> T:
        """What a parser makes of the text; its errors get the place.

        Raises:
            MDTError: no text, or the parser refuses it.
        """
        text = self.text()
        try:
            return parse(text)
        except (MDTError, ValueError) as error:
            raise self.fault(str(error)) from error

    def items(self, how: str) -> list[Item]:
        """The entries of a list.

        Raises:
            MDTError: no list; `how` says what to write.
        """
        if not isinstance(self.value, list):
            raise self.fault(f"is {self.shown}: {how}")
        return self.value

    def fields(self, how: str) -> dict[str, Item]:
        """The entries of a mapping whose keys are free.

        Raises:
            MDTError: no mapping; `how` says what to write.
        """
        if not isinstance(self.value, dict):
            raise self.fault(f"is {self.shown}: {how}")
        return self.value

    def record(self, how: str, needed: Iterable[str], optional: Iterable[str] = ()) -> dict[str, Item]:
        """The entries of a mapping with known keys.

        Raises:
            MDTError: no mapping, an unknown key (the nearest known one is named), or one that is missing.
        """
        found, needed = self.fields(how), tuple(needed)
        known = (*needed, *optional)
        for name, item in found.items():
            if name not in known:
                raise item.fault(f"{shown(name)} is not a key here{nearest(name, known)}: {how}")
        missing = [name for name in needed if name not in found]
        if missing:
            raise self.fault(f"lacks {', '.join(missing)}: {how}")
        return found

    def raw(self) -> Any:
        """The value with every leaf as text."""
        if isinstance(self.value, dict):
            return {name: item.raw() for name, item in self.value.items()}
        return [item.raw() for item in self.value] if isinstance(self.value, list) else self.value

    def typed(self) -> Any:
        """The value with numbers, true, false and null for leaves without quotes that are written like that; everything else is text.

        Raises:
            MDTError: a number of more digits than any number has.
        """
        if isinstance(self.value, dict):
            return {name: item.typed() for name, item in self.value.items()}
        if isinstance(self.value, list):
            return [item.typed() for item in self.value]
        return self._scalar(self.value) if self.is_bare else self.value

    def nearest(self, keys: Iterable[str | int]) -> Item:
        """The value that the keys lead to, or the last that is there on the way."""
        found: Item = self
        for key in keys:
            inner = found.inside().get(key)
            if inner is None:
                break
            found = inner
        return found

    def inside(self) -> dict[str | int, Item]:
        """What a mapping or a list holds, by key or number; nothing for text."""
        if isinstance(self.value, dict):
            return dict(self.value.items())
        return dict(enumerate(self.value)) if isinstance(self.value, list) else {}

    def _scalar(self, text: str) -> Any:
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if not _FLOAT.fullmatch(text) and not _WHOLE.fullmatch(text):
            return text
        if len(text) > MAX_DIGITS:
            raise self.fault(f"{shown(text)} is a number of {len(text):,} characters")
        if _WHOLE.fullmatch(text):
            return int(text.replace("_", ""))
        number = float(text)
        if not isfinite(number):
            raise self.fault(f"{shown(text)} is larger than any number of its kind")
        return number
