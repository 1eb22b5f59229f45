"""Arguments of calls as people write them, by the types and names of the ABI.

Lists and structs are YAML (so JSON as well); every leaf is read as text first, so that nothing becomes a floating-point number on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import yaml

from mdt.chain.abi import AbiEntry, signature
from mdt.errors import GovernanceError, MDTError
from mdt.suite.kinds import PLAIN, WEI, kind_of, parse_number, role_of
from mdt.units import Denomination

Resolve = Callable[[str], str]
"""An address of what a person typed."""


def parse_arguments(entry: AbiEntry, arguments: Sequence[Any] | Mapping[str, Any], resolve: Resolve, token: str, unit: Denomination) -> list[Any]:
    """The arguments of a call, ready to be encoded.

    Args:
        entry: The function.
        arguments: Texts in order, or by name; what a YAML file holds is accepted as well.
        resolve: Finds addresses by name.
        token: MDT: amounts of any other token are counted in its smallest unit.
        unit: How amounts of MDT are written.

    Raises:
        GovernanceError: too few, too many, or one that does not fit; names it.
    """
    inputs = entry["inputs"]
    texts = _by_name(entry, arguments) if isinstance(arguments, Mapping) else list(arguments)
    if len(texts) != len(inputs):
        names = ", ".join(f"{_bare(item)} ({item['type']})" for item in inputs) or "nothing"
        raise GovernanceError(f"{entry['name']} takes {len(inputs)} arguments, {len(texts)} given: {names}")
    reader = _Reader(entry["name"], resolve, unit)
    first = [reader.value(item, text, _bare(item)) if item["name"].strip("_") == "token" else None for item, text in zip(inputs, texts, strict=True)]
    is_foreign = any(one is not None and str(one).lower() != token.lower() for one in first)
    reader = _Reader(entry["name"], resolve, unit, is_foreign)
    return [reader.value(item, text, _bare(item)) for item, text in zip(inputs, texts, strict=True)]


def load_yaml(text: str) -> Any:
    """YAML with every leaf as text.

    Raises:
        GovernanceError: not YAML.
    """
    try:
        return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - BaseLoader makes nothing but texts, lists and mappings
    except yaml.YAMLError as error:
        raise GovernanceError(f"{text!r} is neither JSON nor YAML: {' '.join(str(error).split())}") from error


def _bare(item: AbiEntry) -> str:
    return str(item["name"]).strip("_")


def _by_name(entry: AbiEntry, arguments: Mapping[str, Any]) -> list[Any]:
    names = [_bare(item) for item in entry["inputs"]]
    given = {str(key).strip("_"): value for key, value in arguments.items()}
    if set(given) != set(names):
        raise GovernanceError(f"{signature(entry)} takes {', '.join(names) or 'nothing'}; given: {', '.join(given) or 'nothing'}")
    return [given[name] for name in names]


class _Reader:
    """Reads values of one function."""

    def __init__(self, function: str, resolve: Resolve, unit: Denomination, is_foreign: bool = False) -> None:
        self.function, self.resolve, self.unit, self.is_foreign = function, resolve, unit, is_foreign

    def value(self, item: AbiEntry, given: Any, name: str) -> Any:
        """One value; errors name where it stands."""
        kind = item["type"]
        try:
            if kind.endswith("]"):
                return self._list(item, given, name)
            if kind == "tuple":
                return self._struct(item, given, name)
            if not isinstance(given, str):
                raise GovernanceError(f"{given!r} is not one value")
            return self._leaf(kind, given, name)
        except _PlacedError:
            raise
        except (MDTError, ValueError) as error:
            raise _PlacedError(f"{self.function}: {name}: {error}") from error

    def _list(self, item: AbiEntry, given: Any, name: str) -> list[Any]:
        parts = load_yaml(given) if isinstance(given, str) else given
        size = item["type"][item["type"].rindex("[") + 1 : -1]
        if not isinstance(parts, list) or (size and len(parts) != int(size)):
            raise GovernanceError(f"{given!r} is not a list{f' of {size}' if size else ''} such as '[1, 2, 3]'")
        element = {**item, "type": item["type"][: item["type"].rindex("[")]}
        return [self.value(element, part, name) for part in parts]

    def _struct(self, item: AbiEntry, given: Any, name: str) -> dict[str, Any]:
        fields = load_yaml(given) if isinstance(given, str) else given
        names = [part["name"] for part in item["components"]]
        if not isinstance(fields, Mapping) or set(fields) != set(names):
            raise GovernanceError(f"{given!r} is not a struct with exactly the fields {', '.join(names)}: write '{{{names[0]}: ..., ...}}'")
        return {part["name"]: self.value(part, fields[part["name"]], f"{name}.{part['name']}") for part in item["components"]}

    def _leaf(self, kind: str, text: str, name: str) -> Any:
        if kind == "address":
            return self.resolve(text)
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
        raise GovernanceError(f"{text!r} is neither true nor false")
    return text.lower() == "true"


def _bytes(kind: str, text: str) -> bytes:
    """Hex, or for 32 bytes a text of at most 31, padded with zeros."""
    size = int(kind.removeprefix("bytes") or 0)
    if text.startswith("0x"):
        try:
            value = bytes.fromhex(text[2:])
        except ValueError:
            raise GovernanceError(f"{text!r} is not hex") from None
        if size and len(value) != size:
            raise GovernanceError(f"{text!r} has {len(value)} bytes, not {size}")
        return value
    if size == 32 and len(text.encode()) < 32:
        return text.encode().ljust(32, b"\0")
    raise GovernanceError(f"{text!r} is not {'a text of at most 31 bytes or ' if size == 32 else ''}0x and {size or 'any number of'} bytes in hex")


def short_text(text: str) -> bytes:
    """32 bytes of a purpose: a text of at most 31 bytes, or 0x and 64 hex digits.

    Raises:
        GovernanceError: neither.
    """
    return _bytes("bytes32", text)
