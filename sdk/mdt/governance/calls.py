"""Calls made of what people write: a contract, a function and arguments, on a command line or in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mdt.addresses import parse_address
from mdt.chain.abi import AbiEntry, find_function
from mdt.chain.contract import Contract
from mdt.errors import GovernanceError
from mdt.governance.arguments import Resolve, load_yaml, parse_arguments
from mdt.suite.calls import Call, Payload
from mdt.suite.directory import Directory
from mdt.suite.readable import describe

Arguments = Sequence[Any] | Mapping[str, Any]


def entry_of(book: Directory, contract: str, function: str, arguments: Arguments, resolve: Resolve) -> tuple[Contract, AbiEntry, list[Any]]:
    """The contract, the ABI's entry and the arguments, ready to be encoded.

    Raises:
        MDTError: no such contract or function, or arguments that do not fit.
    """
    found = book.contract(contract)
    entries = [one for one in found.abi if one["type"] == "function" and one["name"] == function]
    entry = next((one for one in entries if len(one["inputs"]) == len(arguments)), entries[0] if entries else None)
    if entry is None:
        entry = find_function(found.abi, function, len(arguments))  # refuses, and lists what there is
    return found, entry, parse_arguments(entry, arguments, _with_names(book, resolve), book.suite["MDT"].address, book.suite.unit)


def transaction_of(book: Directory, contract: str, function: str, arguments: Arguments, resolve: Resolve) -> Call:
    """A call to be sent by an account.

    Raises:
        MDTError: as `entry_of`; a view.
    """
    found, entry, values = entry_of(book, contract, function, arguments, resolve)
    if entry["stateMutability"] in ("view", "pure"):
        raise GovernanceError(f"{found.name}.{function} changes nothing: `mdt governance read` asks it")
    return Call(found, function, tuple(values), f"call {found.name}.{describe(function, entry['inputs'], values, book)}")


def call_of(book: Directory, contract: str, function: str, arguments: Arguments, resolve: Resolve) -> Payload:
    """A call for the timelock to make.

    Raises:
        MDTError: as `transaction_of`.
    """
    return Payload.of(transaction_of(book, contract, function, arguments, resolve))


def read_calls(path: Path, book: Directory, resolve: Resolve) -> list[Payload]:
    """The calls of a YAML file: a list of {contract, function, arguments}, or of {target, payload} for what the suite does not know.

    Raises:
        GovernanceError: not such a list; names the entry.
    """
    items = load_yaml(path.read_text(encoding="utf-8"))
    if not isinstance(items, list) or not items:
        raise GovernanceError(f"{path} must be a list of {{contract, function, arguments}}")
    return [_from_item(f"{path}, call {number}", item, book, resolve) for number, item in enumerate(items, 1)]


def _from_item(where: str, item: Any, book: Directory, resolve: Resolve) -> Payload:
    if isinstance(item, Mapping) and set(item) == {"target", "payload"}:
        try:
            return Payload(parse_address(item["target"]), bytes.fromhex(item["payload"].removeprefix("0x")))
        except ValueError as error:
            raise GovernanceError(f"{where}: payload {item['payload']!r} is not hex") from error
    if not isinstance(item, Mapping) or not {"contract", "function"} <= set(item) <= {"contract", "function", "arguments"}:
        raise GovernanceError(f"{where}: write {{contract, function, arguments}} or {{target, payload}}, got {item!r}")
    return call_of(book, item["contract"], item["function"], item.get("arguments") or [], resolve)


def _with_names(book: Directory, resolve: Resolve) -> Resolve:
    """Names of contracts and `nobody` first, then what the caller knows: accounts."""

    def find(text: str) -> str:
        return str(book.address(text)) if text == "nobody" or text in book.suite.contracts else resolve(text)

    return find
