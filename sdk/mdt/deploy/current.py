"""What a deployment consists of now: contracts that it made itself, and those that were put in their place since.

A contract keeps what its constructor took for good. One of the deployment therefore names the first contract of each kind, whatever replaced that
since; one that replaced another names what its own constructor was given, which the record of its replacement has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from functools import partial
from types import SimpleNamespace
from typing import Any

from mdt.chain import abi as abilib
from mdt.chain.abi import Abi
from mdt.deploy.audit import created_at
from mdt.deploy.findings import Area, Finding, other, same
from mdt.deploy.parts import PARTS, At, Given, Person
from mdt.deploy.votes import Vote
from mdt.preset.settings import Settings
from mdt.suite.opened import Suite

CONTROLLER = "EmissionController"


def given_at_first(suite: Suite, settings: Settings) -> Given:
    """What the constructors of the deployment itself were given."""
    return Given(settings, suite.record, suite.first)


def given_now(suite: Suite, settings: Settings) -> Given:
    """The same with the contracts and the reporters that are in force: what wires, roles and entitlements name."""
    people: Any = suite.record
    made = made_with(suite, CONTROLLER)
    if made is not None:
        people = SimpleNamespace(**vars(suite.record) | {"reporters": made["_reporters"], "quorum": made["_quorum"]})
    return Given(settings, people, lambda name: str(suite[name].address))


def made_with(suite: Suite, name: str) -> dict[str, Any] | None:
    """What the constructor of a contract that replaced another was given, by name in order; None of one that the deployment made."""
    entries = suite.record.replacements_of(name)
    return decoded(suite[name].abi, bytes.fromhex(entries[-1]["arguments"][2:]), name) if entries else None


def decoded(abi: Abi, arguments: bytes, name: str) -> dict[str, Any]:
    """The arguments of a constructor by name, with structs as mappings.

    Raises:
        ChainError: these bytes are no arguments of it.
    """
    inputs = abilib.constructor_inputs(abi)
    values = abilib.decode(inputs, arguments, f"the arguments of {name}", exactly=True)
    return {item["name"]: _plain(value) for item, value in zip(inputs, values, strict=True)}


def arguments_of(suite: Suite, settings: Settings, name: str) -> dict[str, Any]:
    """What the constructor of a contract in force was given, by name in order."""
    return made_with(suite, name) or PARTS[name].arguments(given_at_first(suite, settings))


def pointers(suite: Suite, settings: Settings, name: str) -> dict[str, Any]:
    """Getters of one address of a contract in force, and whose it is to be."""
    part, made = PARTS[name], made_with(suite, name)
    first, now = given_at_first(suite, settings), given_now(suite, settings)
    found = {getter: whose(now) for getter, whose in part.single.items()}
    for argument, value in part.values.items():
        getter = argument.strip("_").upper() if isinstance(value, At) and value.is_fixed else value.getter if isinstance(value, Person) else ""
        if getter in found:
            found[getter] = made[argument] if made is not None else value(first)
    return found


def replacements(suite: Suite) -> list[Finding]:
    """Each contract that was replaced: what an executed operation has to explain, and who created the new one."""
    found: list[Finding] = []
    for entry in suite.record.replaced:
        name, address = entry["contract"], str(entry["by"])
        text = f"{name} is {address} in the place of {entry['address']}"
        if created_at(entry["creator"], int(entry["nonce"])) != address:
            found += other(Area.CONTRACTS, [f"{text}, which was not created by transaction {entry['nonce']} of {entry['creator']}, as the records say"])
        elif entry["operations"]:
            found += other(Area.CONTRACTS, [text], partial(_puts, name, address, tuple(entry["operations"])))
        else:
            found += same(Area.CONTRACTS, [f"{text}: no role names it"])
        found += _strangers(suite, entry)
    return found


def _puts(name: str, address: str, operations: tuple[str, ...], vote: Vote) -> int:
    """Whether a call of a noted operation names the new contract to somebody, or calls it as the one in force."""
    is_called = vote.contract == name and not vote.is_earlier
    return int(vote.operation in operations and (is_called or vote.named([address]) > 0))


def _strangers(suite: Suite, entry: Mapping[str, Any]) -> list[Finding]:
    """Contracts that a replacement names for good, and that no deployment or replacement ever was."""
    name = entry["contract"]
    if entry != suite.record.replacements_of(name)[-1]:
        return []
    made = made_with(suite, name) or {}
    wrong = []
    for argument, value in PARTS[name].values.items():
        if isinstance(value, At) and made.get(argument) not in _ever(suite, value.name):
            wrong.append(f"{name} at {entry['by']} was made with {argument} = {made.get(argument)}, which is no {value.name} of this deployment")
    return other(Area.CONTRACTS, wrong)


def _ever(suite: Suite, name: str) -> set[str]:
    return {str(suite[name].address), *(str(one.address) for one in suite.earlier if one.name.partition("@")[0] == name)}


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
