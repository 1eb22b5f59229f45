"""Calls made of what people write: a contract, a function and arguments, on a command line or in a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mdt.addresses import parse_address
from mdt.chain.abi import AbiEntry, find_function
from mdt.chain.contract import Contract
from mdt.errors import GovernanceError, MDTError
from mdt.governance.arguments import Resolve, parse_arguments
from mdt.suite.calls import Call, Payload
from mdt.suite.directory import Directory
from mdt.suite.readable import describe
from mdt.written.hexadecimal import parse_hex
from mdt.written.item import Item
from mdt.written.read import read

Arguments = Sequence[str] | Item


def entry_of(book: Directory, contract: str, function: str, arguments: Arguments, resolve: Resolve) -> tuple[Contract, AbiEntry, list[Any]]:
    """The contract, the ABI's entry and the arguments, ready to be encoded.

    Raises:
        MDTError: no such contract or function, or arguments that do not fit.
    """
    found = book.contract(contract)
    entries = [one for one in found.abi if one["type"] == "function" and one["name"] == function]
    count = len(arguments.value if isinstance(arguments, Item) else arguments)
    entry = next((one for one in entries if len(one["inputs"]) == count), entries[0] if entries else None)
    if entry is None:
        entry = find_function(found.abi, function, count)  # refuses, and lists what there is
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
    items = read(path, GovernanceError).items("must be a list of {contract, function, arguments}")
    if not items:
        raise GovernanceError(f"{path} must be a list of {{contract, function, arguments}}, and is empty")
    return [_from_item(item, book, resolve) for item in items]


def _from_item(item: Item, book: Directory, resolve: Resolve) -> Payload:
    how = "write {contract, function, arguments} or {target, payload}"
    if set(item.fields(how)) & {"target", "payload"}:
        named = item.record(how, ("target", "payload"))
        return Payload(named["target"].read(parse_address), named["payload"].read(parse_hex))
    named = item.record(how, ("contract", "function"), ("arguments",))
    contract, function, arguments = named["contract"].text(), named["function"].text(), named.get("arguments")
    given: Sequence[str] | Item = [] if arguments is None or arguments.value == "" else arguments
    try:
        return call_of(book, contract, function, given, resolve)
    except MDTError as error:
        raise (error if item.source.name in str(error) else item.fault(str(error))) from error


def _with_names(book: Directory, resolve: Resolve) -> Resolve:
    """Names of contracts and `nobody` first, then what the caller knows: accounts."""

    def find(text: str) -> str:
        return str(book.address(text)) if text == "nobody" or text in book.suite.every else resolve(text)

    return find
