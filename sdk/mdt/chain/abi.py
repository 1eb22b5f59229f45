"""Calls, results and events by ABI: structs come back as frozen dataclasses, addresses checksummed, errors in words."""

from __future__ import annotations

import keyword
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, is_dataclass, make_dataclass
from functools import cache
from typing import Any

from eth_abi.exceptions import DecodingError, EncodingError
from eth_utils.abi import collapse_if_tuple
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from mdt.chain import codec
from mdt.errors import ChainError
from mdt.written.characters import nearest

AbiEntry = dict[str, Any]
Abi = list[AbiEntry]

_ERROR_STRING = bytes.fromhex("08c379a0")
_PANIC = bytes.fromhex("4e487b71")
_PANICS = {0x01: "assertion", 0x11: "overflow", 0x12: "division by zero", 0x32: "index out of range"}


@dataclass(frozen=True)
class Event:
    """One decoded log of a receipt."""

    name: str
    address: str
    arguments: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.arguments[name]
        except KeyError:
            raise AttributeError(f"event {self.name} has no field {name!r}; it has {', '.join(self.arguments)}") from None


def signature(entry: AbiEntry) -> str:
    """`name(type,...)` of a function or event."""
    return f"{entry['name']}({','.join(_type(item) for item in entry['inputs'])})"


def selector(entry: AbiEntry) -> bytes:
    """The four bytes that call a function."""
    return keccak(text=signature(entry))[:4]


def topic(entry: AbiEntry) -> bytes:
    """The first topic of an event."""
    return keccak(text=signature(entry))


def find_function(abi: Abi, name: str, count: int) -> AbiEntry:
    """The function of that name taking `count` arguments (default arguments make one entry per count).

    Raises:
        ChainError: no such function; lists what there is.
    """
    named = [entry for entry in abi if entry["type"] == "function" and entry["name"] == name]
    for entry in named:
        if len(entry["inputs"]) == count:
            return entry
    if named:
        raise ChainError(f"{name} takes {' or '.join(signature(entry) for entry in named)}; {count} argument{'' if count == 1 else 's'} given")
    known = sorted({entry["name"] for entry in abi if entry["type"] == "function"})
    raise ChainError(f"the contract has no function {name!r}{nearest(name, known)}; it has: {', '.join(known)}")


def encode_call(entry: AbiEntry, arguments: Sequence[Any]) -> bytes:
    """Selector and encoded arguments."""
    return selector(entry) + encode(entry["inputs"], arguments, signature(entry))


def encode_constructor(abi: Abi, arguments: Sequence[Any]) -> bytes:
    """Encoded constructor arguments, empty when there is no constructor."""
    inputs = constructor_inputs(abi)
    if len(inputs) != len(arguments):
        raise ChainError(f"the constructor takes ({', '.join(item['name'] for item in inputs)}), {len(inputs)} in all; {len(arguments)} given")
    return encode(inputs, arguments, "constructor")


def constructor_inputs(abi: Abi) -> list[AbiEntry]:
    """The inputs of the constructor."""
    return next((entry["inputs"] for entry in abi if entry["type"] == "constructor"), [])


def encode(items: Sequence[AbiEntry], arguments: Sequence[Any], what: str) -> bytes:
    """ABI-encode arguments; dataclasses and mappings are accepted for structs.

    Raises:
        ChainError: a value does not fit its type; names the argument.
    """
    values = []
    for item, argument in zip(items, arguments, strict=True):
        try:
            value = _plain(item, argument)
            codec.encode([_type(item)], [value])
        except (EncodingError, TypeError, ValueError, KeyError, AttributeError) as error:
            raise ChainError(f"{what}: {item['name']} = {argument!r} is not {_type(item)}: {error}") from error
        values.append(value)
    return codec.encode([_type(item) for item in items], values)


def decode(items: Sequence[AbiEntry], data: bytes, what: str, *, exactly: bool = False) -> list[Any]:
    """Decode ABI data. Texts that are no UTF-8 come with escapes for the bytes that are not; nobody's text stops whoever reads it.

    Args:
        items: What the ABI says of the values.
        data: The bytes.
        what: What is decoded, for the error.
        exactly: Whether the values have to encode to these very bytes again.

    Raises:
        ChainError: the data is not of these types.
    """
    types = [_type(item) for item in items]
    try:
        values = codec.decode(types, data)
        again = codec.encode(types, values)
        if len(again) > len(data):  # a codec that reads zeros past the end would show zeros for nothing
            raise DecodingError(f"{len(data)} bytes are too few")
        if exactly and again != data:
            raise DecodingError("there is a shorter or another form of the same values")
    except (DecodingError, EncodingError, OverflowError) as error:
        raise ChainError(f"{what}: the answer 0x{data.hex()[:64]}... does not fit the ABI ({error}); is this address the right contract?") from error
    return [_rich(item, value) for item, value in zip(items, values, strict=True)]


def decode_result(entry: AbiEntry, data: bytes) -> Any:
    """The value of a call: None, one value, or a tuple."""
    values = decode(entry["outputs"], data, signature(entry))
    return None if not values else values[0] if len(values) == 1 else tuple(values)


def decode_logs(abi: Abi, address: str, logs: Sequence[Mapping[str, Any]]) -> list[Event]:
    """The events of one contract among a receipt's logs; only `address`, `topics` and `data` of a log are used."""
    by_topic = {topic(entry): entry for entry in abi if entry["type"] == "event"}
    events = []
    for log in logs:
        if str(log["address"]).lower() != address.lower() or not log["topics"]:
            continue
        entry = by_topic.get(bytes(log["topics"][0]))
        if entry is not None:
            events.append(_decode_log(entry, log))
    return events


def decode_revert(data: bytes) -> str | None:
    """The reason inside revert data, or None when there is none."""
    if data.startswith(_ERROR_STRING):
        try:
            return codec.text(codec.decode(["string"], data[4:])[0])
        except (DecodingError, OverflowError):
            return None
    if data.startswith(_PANIC) and len(data) == 36:
        code = int.from_bytes(data[4:], "big")
        return f"panic: {_PANICS.get(code, hex(code))}"
    return None


def _type(item: AbiEntry) -> str:
    return str(collapse_if_tuple(item))


def _element(item: AbiEntry) -> AbiEntry:
    return {**item, "type": item["type"][: item["type"].rindex("[")]}


def _plain(item: AbiEntry, value: Any) -> Any:
    """A value as the codec wants it: structs as tuples."""
    kind = item["type"]
    if kind.endswith("]"):
        return [_plain(_element(item), part) for part in value]
    if kind != "tuple":
        return getattr(value, "address", value) if kind == "address" else value
    parts = item["components"]
    if isinstance(value, Mapping):
        values = [value[part["name"]] for part in parts]
    elif is_dataclass(value):
        values = [getattr(value, part["name"]) for part in parts]
    else:
        values = list(value)
    if len(values) != len(parts):
        raise ValueError(f"a struct of {len(parts)} fields")
    return tuple(_plain(part, one) for part, one in zip(parts, values, strict=True))


def _rich(item: AbiEntry, value: Any) -> Any:
    """A decoded value as people want it: structs as dataclasses, checksummed addresses, lists."""
    kind = item["type"]
    if kind.endswith("]"):
        return [_rich(_element(item), part) for part in value]
    if kind == "tuple":
        parts = item["components"]
        struct = _struct(_title(item.get("name") or "result"), tuple(part["name"] for part in parts))
        return struct(*[_rich(part, one) for part, one in zip(parts, value, strict=True)])
    if kind == "string":
        return codec.text(value)
    return to_checksum_address(value) if kind == "address" else value


def _title(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_") if part) or "Result"


@cache
def _struct(name: str, names: tuple[str, ...]) -> type:
    return make_dataclass(name, [f"{one}_" if keyword.iskeyword(one) else one for one in names], frozen=True)


def _decode_log(entry: AbiEntry, log: Mapping[str, Any]) -> Event:
    indexed = [item for item in entry["inputs"] if item["indexed"]]
    plain = [item for item in entry["inputs"] if not item["indexed"]]
    values: dict[str, Any] = {}
    for item, raw in zip(indexed, log["topics"][1:], strict=True):
        dynamic = item["type"] in ("string", "bytes") or item["type"].endswith("]") or item["type"] == "tuple"
        values[item["name"]] = bytes(raw) if dynamic else decode([item], bytes(raw), entry["name"])[0]
    data = bytes(log["data"]) if not isinstance(log["data"], str) else bytes.fromhex(log["data"].removeprefix("0x"))
    for item, value in zip(plain, decode(plain, data, entry["name"]), strict=True):
        values[item["name"]] = value
    ordered = {item["name"]: values[item["name"]] for item in entry["inputs"]}
    return Event(entry["name"], to_checksum_address(log["address"]), ordered)
