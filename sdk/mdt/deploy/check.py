"""Comparing a contract on the chain with what was compiled and asked for: its code, and everything its constructor stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mdt.chain import abi as abilib
from mdt.chain.abi import AbiEntry
from mdt.chain.contract import Contract
from mdt.deploy.compiled import Artifact
from mdt.deploy.findings import Area, Finding
from mdt.deploy.parts import EVERY_PART
from mdt.deploy.votes import Vote
from mdt.deploy.words import Naming, in_words
from mdt.errors import DeploymentError
from mdt.names import kind_of_contract
from mdt.units import MDT, Denomination

UNREADABLE = object()
"""What `read_back` answers of an argument that no getter shows."""


def check_contract(
    contract: Contract, artifact: Artifact, values: list[tuple[str, Any]], owners: set[str], unit: Denomination = MDT, names: Naming | None = None
) -> Iterator[Finding]:
    """Compare a contract on the chain with its compiled code and its constructor's arguments, a finding for each.

    The code on chain is the compiled runtime followed by the immutables; those, like everything a constructor stores, are
    read back through the getter named after the argument (`_token`: `TOKEN` or `token`), or as its part says.

    Args:
        contract: As it stands.
        artifact: What was compiled.
        values: The constructor's arguments, or some of them.
        owners: Who may own it: the deployer, and whom it handed over to.
        unit: How amounts are written in what is found.
        names: What accounts are called in it.

    Raises:
        DeploymentError: a value that neither a getter nor the code can show.
    """
    code = contract.chain.code(contract.address)
    tail = code[len(artifact.runtime) :]
    if not code.startswith(artifact.runtime) or len(tail) % 32:
        text = f"{contract.name} at {contract.address} does not run the compiled code: was it deployed from other sources?"
        yield Finding(Area.CONTRACTS, text, is_as_deployed=False)
        return
    yield Finding(Area.CONTRACTS, f"{contract.name}: code, {len(artifact.runtime):,} bytes and {len(tail) // 32} words of immutables")
    inputs = {item["name"]: item for item in abilib.constructor_inputs(artifact.abi)}
    for argument, value in values:
        name = argument.lstrip("_")
        found = read_back(contract, artifact, name, value)
        if found is UNREADABLE:
            yield _immutable(contract.name, argument, value, tail)
        elif found == value or (name == "owner" and found in owners):
            yield Finding(Area.CONTRACTS, f"{contract.name}.{name} = {found}")
        else:
            yield _differing(contract, inputs[argument], found, value, unit, names)


def _immutable(contract: str, argument: str, value: Any, tail: bytes) -> Finding:
    """Of a value that only the code shows."""
    if _word(value) in [tail[at : at + 32] for at in range(0, len(tail), 32)]:
        return Finding(Area.CONTRACTS, f"{contract}.{argument.lstrip('_')} = {value} (immutable)")
    text = f"{contract}: neither a getter nor an immutable shows the constructor's {argument} = {value!r}"
    return Finding(Area.CONTRACTS, text, is_as_deployed=False)


def _differing(contract: Contract, item: AbiEntry, found: Any, value: Any, unit: Denomination, names: Naming | None) -> Finding:
    """What is in force now, field by field of a struct, and since when where the contract tells."""
    name = item["name"].lstrip("_")
    pairs = [(item, name, found, value)]
    if isinstance(value, Mapping) and isinstance(found, Mapping):
        parts = {part["name"]: part for part in item["components"]}
        pairs = [(parts[key], f"{name}.{key}", found[key], value[key]) for key in value if found[key] != value[key]]

    def said(part: AbiEntry, one: Any) -> str:
        return "nothing" if one is None else in_words(part, one, "", unit, names)

    lines = [f"{contract.name}.{path} is {said(part, now)} on the chain, expected {said(part, then)}" for part, path, now, then in pairs]
    since = EVERY_PART[kind_of_contract(contract.name)].since.get(name)
    text = ", ".join([*lines, *([since(contract)] if since else [])])

    def weigh(vote: Vote) -> int:
        return int(vote.sets(contract.name, name) and vote.says(found))

    return Finding(Area.CONTRACTS, text, is_as_deployed=False, weigh=weigh)


def _word(value: Any) -> bytes:
    """How an address or a number lies in the code."""
    number = int(value, 16) if isinstance(value, str) and value.startswith("0x") else value
    if not isinstance(number, int) or number < 1 << 16:
        raise DeploymentError(f"{value!r} cannot be told apart among the immutables: the contract needs a getter")
    return number.to_bytes(32, "big")


def read_back(contract: Contract, artifact: Artifact, name: str, value: Any) -> Any:
    """What the contract says of an argument: through its getter, as its part says, or as a field of its terms; else `UNREADABLE`.

    Args:
        contract: As it stands.
        artifact: What was compiled: its ABI says which getters there are.
        name: The argument, without the underscore.
        value: What is expected, whose shape the answer has.
    """
    getters = {entry["name"] for entry in artifact.abi if entry["type"] == "function" and not entry["inputs"] and entry["outputs"]}
    reads = EVERY_PART[kind_of_contract(contract.name)].reads
    if name in reads:
        return reads[name](contract, value)
    for getter in (name.upper(), name):
        if getter in getters:
            found = contract.call(getter)
            return {key: getattr(found, key) for key in value} if isinstance(value, Mapping) else found
    if "terms" in getters and hasattr(terms := contract.call("terms"), name):
        return getattr(terms, name)
    return UNREADABLE
