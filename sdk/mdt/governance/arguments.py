"""Arguments of calls as people write them, by the types and names of the ABI.

Lists and structs are YAML (so JSON as well); every leaf is read as text first, so that nothing becomes a floating-point number on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from mdt.addresses import ZERO_ADDRESS
from mdt.chain.abi import AbiEntry, signature
from mdt.errors import GovernanceError, MDTError
from mdt.suite.kinds import PLAIN, WEI, kind_of, parse_number, role_of
from mdt.suite.words import counted
from mdt.units import Denomination
from mdt.written.characters import called, hidden, nearest, shown
from mdt.written.hexadecimal import parse_hex
from mdt.written.item import Item, Source, named
from mdt.written.yaml import parse_yaml

Resolve = Callable[[str], str]
"""An address of what a person typed."""


def parse_arguments(entry: AbiEntry, arguments: Sequence[str] | Item, resolve: Resolve, token: str, unit: Denomination) -> list[Any]:
    """The arguments of a call, ready to be encoded.

    Args:
        entry: The function.
        arguments: Texts in order; or what a file holds, in order or by name.
        resolve: Finds addresses by name.
        token: MDT: amounts of any other token are counted in its smallest unit.
        unit: How amounts of MDT are written.

    Raises:
        GovernanceError: too few, too many, or one that does not fit; names it.
    """
    inputs = entry["inputs"]
    texts = _in_order(entry, arguments)
    if len(texts) != len(inputs):
        names = ", ".join(f"{_bare(item)} ({item['type']})" for item in inputs) or "nothing"
        raise GovernanceError(f"{entry['name']} takes {counted(len(inputs), 'argument')}, {len(texts)} given: {names}")
    reader = _Reader(entry["name"], resolve, unit)
    first = [reader.value(item, text, _bare(item)) if item["name"].strip("_") == "token" else None for item, text in zip(inputs, texts, strict=True)]
    is_foreign = any(one is not None and str(one).lower() != token.lower() for one in first)
    reader = _Reader(entry["name"], resolve, unit, is_foreign)
    return [reader.value(item, text, _bare(item)) for item, text in zip(inputs, texts, strict=True)]


def argument(text: str, place: str = "") -> Item:
    """An argument of the command line. Text stays text: what is in it is read where its type is known."""
    return Item(text, False, Source(place, GovernanceError), 1, 1)


def _in_order(entry: AbiEntry, arguments: Sequence[str] | Item) -> list[Item]:
    if not isinstance(arguments, Item):
        return [argument(text) for text in arguments]
    if isinstance(arguments.value, dict):
        return _by_name(entry, arguments)
    return arguments.items("arguments are a list, or a mapping by name")


def _bare(item: AbiEntry) -> str:
    return str(item["name"]).strip("_")


def _by_name(entry: AbiEntry, given: Item) -> list[Item]:
    names = [_bare(item) for item in entry["inputs"]]
    how = f"{signature(entry)} takes {', '.join(names) or 'nothing'}"
    assert isinstance(given.value, dict)
    fields = {key.strip("_"): value for key, value in given.value.items()}
    if len(fields) < len(given.value):
        raise given.fault(f"an argument is given twice, with and without an underscore: {', '.join(map(named, given.value))}")
    found = replace(given, value=fields).record(how, names)
    return [found[name] for name in names]


class _Reader:
    """Reads values of one function."""

    def __init__(self, function: str, resolve: Resolve, unit: Denomination, is_foreign: bool = False) -> None:
        self.function, self.resolve, self.unit, self.is_foreign = function, resolve, unit, is_foreign

    def value(self, entry: AbiEntry, given: Item, name: str) -> Any:
        """One value; errors name where it stands."""
        kind = entry["type"]
        try:
            if kind.endswith("]"):
                return self._list(entry, given, name)
            if kind == "tuple":
                return self._struct(entry, given, name)
            if not isinstance(given.value, str):
                raise GovernanceError(f"{given.shown} is not one value")
            return self._leaf(kind, given.value, name)
        except _PlacedError:
            raise
        except (MDTError, ValueError) as error:
            place = f"{given.where}: " if given.source.name else ""
            raise _PlacedError(f"{place}{self.function}: {name}: {error}") from error

    def _list(self, entry: AbiEntry, given: Item, name: str) -> list[Any]:
        given = self._opened(given, name)
        parts, size = given.value, entry["type"][entry["type"].rindex("[") + 1 : -1]
        if not isinstance(parts, list) or (size and len(parts) != int(size)):
            raise GovernanceError(f"{given.shown} is not a list{f' of {size}' if size else ''} such as '[1, 2, 3]'")
        element = {**entry, "type": entry["type"][: entry["type"].rindex("[")]}
        return [self.value(element, part, name) for part in parts]

    def _struct(self, entry: AbiEntry, given: Item, name: str) -> dict[str, Any]:
        given = self._opened(given, name)
        names = [part["name"] for part in entry["components"]]
        fields = given.value
        if not isinstance(fields, dict) or set(fields) != set(names):
            stray = next((one for one in fields if one not in names), "") if isinstance(fields, dict) else ""
            known = f"{shown(stray)} is none of them{nearest(stray, names)} " if stray else ""
            raise GovernanceError(f"{given.shown} is not a struct with exactly the fields {', '.join(names)}: {known}write '{{{names[0]}: ..., ...}}'")
        return {part["name"]: self.value(part, fields[part["name"]], f"{name}.{part['name']}") for part in entry["components"]}

    def _opened(self, given: Item, name: str) -> Item:
        """What is written in a text, where a list or a struct is wanted."""
        if not isinstance(given.value, str):
            return given
        at = hidden(given.value)
        if at is not None:
            raise GovernanceError(f"{shown(given.value)} holds {called(given.value[at])}, which cannot be seen")
        try:
            return parse_yaml(given.value, Source(name, GovernanceError))
        except GovernanceError as error:
            raise _PlacedError(f"{self.function}: {error}") from error

    def _leaf(self, kind: str, text: str, name: str) -> Any:
        if kind == "address":
            found = self.resolve(text)
            if found == ZERO_ADDRESS and text != "nobody":
                raise GovernanceError(f"{text} is the zero address: what is sent there is lost. Write nobody where it is meant")
            return found
        if kind == "bool":
            return _boolean(text)
        if kind.startswith("uint"):
            number = kind_of(name.rsplit(".", 1)[-1], self.function)
            return parse_number(text, PLAIN if self.is_foreign and number == WEI else number, self.unit)
        if kind == "bytes32" and name == "role":
            return role_of(text)
        if kind.startswith("bytes"):
            return _bytes(kind, text)
        if kind == "string":
            return text
        raise GovernanceError(f"{kind} cannot be written on a command line: use --file with a payload")


class _PlacedError(GovernanceError):
    """One that says already where it stands."""


def _boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise GovernanceError(f"{shown(text)} is neither true nor false")
    return text.lower() == "true"


def _bytes(kind: str, text: str) -> bytes:
    """Hex, or for 32 bytes a text of at most 31, padded with zeros."""
    size = int(kind.removeprefix("bytes") or 0)
    if text.startswith("0x"):
        return parse_hex(text, size or None)
    if size == 32 and len(text.encode()) < 32:
        return text.encode().ljust(32, b"\0")
    raise GovernanceError(f"{shown(text)} is not {'a text of at most 31 bytes or ' if size == 32 else ''}0x and {size or 'any number of'} bytes in hex")


def short_text(text: str) -> bytes:
    """32 bytes of a purpose: a text of at most 31 bytes, or 0x and 64 hex digits.

    Raises:
        MDTError: neither.
    """
    return _bytes("bytes32", text)
