"""Calls of the timelock in words: `EmissionController.set_delay(seconds=2 days)`. What is not known is shown as it is, and said to be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Protocol

from mdt.chain import abi as abilib
from mdt.chain.abi import AbiEntry, Event
from mdt.chain.contract import Contract
from mdt.errors import ChainError
from mdt.escapes import quoted
from mdt.names import MARKET, kind_of_contract
from mdt.suite.calls import Payload
from mdt.suite.directory import Directory
from mdt.suite.kinds import PLAIN, WEI, format_number, kind_of, kind_of_answer, role_name, text_of
from mdt.units import Denomination


@dataclass(frozen=True)
class Readable:
    """A call in words.

    Attributes:
        contract: The contract's name; None when the target is not of the suite.
        function: The function's name; None when the payload is not a call that the contract knows.
        arguments: By name, as the codec gives them.
        words: All of it in one line.
    """

    contract: str | None
    function: str | None
    arguments: dict[str, Any]
    words: str


def read_call(call: Payload, book: Directory) -> Readable:
    """What a call does."""
    contract = book.at(call.target)
    if contract is None:
        return Readable(None, None, {}, f"{call.target} (not of this suite): {_raw(call.data)}")
    found = _matching(contract, call.data)
    if found is None:
        return Readable(contract.name, None, {}, f"{contract.name} (no function of it): {_raw(call.data)}")
    entry, values = found
    arguments = {item["name"].strip("_"): value for item, value in zip(entry["inputs"], values, strict=True)}
    return Readable(
        contract.name, entry["name"], arguments, f"{contract.name}.{describe(entry['name'], entry['inputs'], values, book, is_foreign=_is_market(contract))}"
    )


def describe(name: str, items: Sequence[AbiEntry], values: Sequence[Any], book: Directory, *, is_foreign: bool = False) -> str:
    """`name(argument=value, ...)` of a function or an event, with units and names; foreign amounts as `show_values` has them."""
    told = show_values(name, items, values, book, is_foreign=is_foreign)
    shown = [f"{item['name'].strip('_')}={value}" for item, value in zip(items, told, strict=True)]
    return f"{name}({', '.join(shown)})"


def describe_event(event: Event, contract: Contract, book: Directory) -> str:
    """An event of a contract of the suite in words."""
    entry = next(one for one in contract.abi if one["type"] == "event" and one["name"] == event.name)
    values = [event.arguments[item["name"]] for item in entry["inputs"]]
    return f"{contract.name}: {describe(event.name, entry['inputs'], values, book, is_foreign=_is_market(contract))}"


def _is_market(contract: Contract) -> bool:
    """Whether its amounts may be of either token, or shares: they are shown in the smallest unit."""
    return kind_of_contract(contract.name) == MARKET


def show_values(name: str, items: Sequence[AbiEntry], values: Sequence[Any], book: Directory, *, is_foreign: bool = False) -> list[str]:
    """Values in words; amounts of another token than MDT are counted in its smallest unit."""
    is_foreign = is_foreign or names_another_token(items, values, book)
    return [show_value(item, value, name, book, book.suite.unit, is_foreign=is_foreign) for item, value in zip(items, values, strict=True)]


def names_another_token(items: Sequence[AbiEntry], values: Sequence[Any], book: Directory) -> bool:
    """Whether one of the values is a token, and not MDT."""
    mdt = book.suite["MDT"].address.lower()
    return any(item["name"].strip("_") == "token" and str(value).lower() != mdt for item, value in zip(items, values, strict=True))


class Names(Protocol):
    """What accounts are called; a `Directory` is one."""

    def name(self, address: str) -> str:
        """An account's name, or its address."""


def show_value(
    item: AbiEntry,
    value: Any,
    function: str,
    names: Names,
    unit: Denomination,
    *,
    is_foreign: bool = False,
    kind: Callable[[str, str], str] = kind_of,
) -> str:
    """One argument in words.

    Args:
        item: What the ABI says of it.
        value: As the codec gives it; a text where a value is not known yet.
        function: Whose argument it is.
        names: What accounts are called.
        unit: How amounts are written.
        is_foreign: Whether amounts are another token's, and shown in its smallest unit.
        kind: What a number is, by its name and the function's.
    """

    def again(part: AbiEntry, one: Any) -> str:
        return show_value(part, one, function, names, unit, is_foreign=is_foreign, kind=kind)

    of_type, name = item["type"], item["name"]
    if of_type.endswith("]") and not isinstance(value, str):
        element = {**item, "type": of_type[: of_type.rindex("[")]}
        return f"[{', '.join(again(element, part) for part in value)}]"
    if of_type == "tuple":
        parts = [f"{part['name']}: {again(part, one)}" for part, one in zip(item["components"], _members(value), strict=True)]
        return f"{{{', '.join(parts)}}}"
    if of_type == "address":
        return names.name(value)
    if of_type == "bool":
        return str(value).lower()
    if of_type == "bytes32" and name.strip("_") == "role":
        return role_name(value)
    if of_type.startswith("bytes"):
        return text_of(value) if of_type == "bytes32" else f"0x{value.hex()}"
    if of_type == "string":
        return quoted(value, None)
    if not isinstance(value, int):
        return str(value)
    number = kind(name, function) if name else kind_of_answer(function)
    return format_number(value, PLAIN if is_foreign and number == WEI else number, unit)


def _matching(contract: Contract, payload: bytes) -> tuple[AbiEntry, list[Any]] | None:
    """The function a payload calls, and its arguments; only if they encode to these very bytes again."""
    for entry in contract.abi:
        if entry["type"] == "function" and abilib.selector(entry) == payload[:4]:
            try:
                return entry, abilib.decode(entry["inputs"], payload[4:], abilib.signature(entry), exactly=True)
            except ChainError:
                return None
    return None


def _members(value: Any) -> list[Any]:
    if is_dataclass(value):
        return [getattr(value, one.name) for one in fields(value)]
    return list(value.values()) if isinstance(value, Mapping) else list(value)


def _raw(payload: bytes) -> str:
    return f"selector 0x{payload[:4].hex()}, then {len(payload[4:])} bytes 0x{payload[4:].hex()}" if len(payload) >= 4 else f"0x{payload.hex()}"
