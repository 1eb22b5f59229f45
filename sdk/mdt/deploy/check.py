"""Comparing a contract on the chain with what was compiled and asked for: its code, and everything its constructor stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mdt.chain.contract import Contract
from mdt.deploy.compiled import Artifact
from mdt.errors import DeploymentError
from mdt.model.reasons import Fee
from mdt.units import WAD

DESK_KINDS = 3
"""Registration, unmet quota, transfer: contracts/distribution/FeeDesk.vy."""
_UNREADABLE = object()
_SLOPE_BITS = 60  # of a row of the decay table: contracts/staking/modules/stake_weight.vy


def check_contract(contract: Contract, artifact: Artifact, values: list[tuple[str, Any]], owners: set[str]) -> list[str]:
    """Compare a contract on the chain with its compiled code and its constructor's arguments; returns what was compared.

    The code on chain is the compiled runtime followed by the immutables; those, like everything a constructor stores, are
    read back through the getter named after the argument (`_token`: `TOKEN` or `token`).

    Raises:
        DeploymentError: names the difference.
    """
    code = contract.chain.code(contract.address)
    tail = code[len(artifact.runtime) :]
    if not code.startswith(artifact.runtime) or len(tail) % 32:
        raise DeploymentError(f"{contract.name} at {contract.address} does not run the compiled code: was it deployed from other sources?")
    compared = [f"{contract.name}: code, {len(artifact.runtime):,} bytes and {len(tail) // 32} words of immutables"]
    getters = {entry["name"] for entry in artifact.abi if entry["type"] == "function" and not entry["inputs"] and entry["outputs"]}
    for argument, value in values:
        name = argument.lstrip("_")
        found = _read_back(contract, name, value, getters)
        if found is _UNREADABLE:
            if _word(value) not in [tail[at : at + 32] for at in range(0, len(tail), 32)]:
                raise DeploymentError(f"{contract.name}: neither a getter nor an immutable shows the constructor's {argument} = {value!r}")
            compared.append(f"{contract.name}.{name} = {value} (immutable)")
            continue
        wanted = value
        if name == "owner":
            wanted = found if found in owners else value
        if found != wanted:
            raise DeploymentError(f"{contract.name}.{name} is {found!r} on the chain, expected {wanted!r}")
        compared.append(f"{contract.name}.{name} = {found}")
    return compared


def _word(value: Any) -> bytes:
    """How an address or a number lies in the code."""
    number = int(value, 16) if isinstance(value, str) and value.startswith("0x") else value
    if not isinstance(number, int) or number < 1 << 16:
        raise DeploymentError(f"{value!r} cannot be told apart among the immutables: the contract needs a getter")
    return number.to_bytes(32, "big")


def _value_at(stake: int, row: int) -> int:
    """What a decay table says of a breakpoint, by the row of the segment that begins there."""
    slope, intercept = row & ((1 << _SLOPE_BITS) - 1), row >> _SLOPE_BITS
    return (intercept + slope * stake) // WAD


def _read_back(contract: Contract, name: str, value: Any, getters: set[str]) -> Any:
    for getter in (name.upper(), name):
        if getter in getters:
            found = contract.call(getter)
            return {key: getattr(found, key) for key in value} if isinstance(value, Mapping) else found
    if "terms" in getters and hasattr(terms := contract.call("terms"), name):
        return getattr(terms, name)
    if name in ("decay_stakes", "decay_values"):
        stakes, rows = contract.call("decay_table")
        return stakes if name == "decay_stakes" else [_value_at(stake, row) for stake, row in zip(stakes, rows[1:], strict=True)]
    if contract.name == "Timelock":
        return _timelock(contract, name, value)
    if contract.name == "Treasury" and name == "budget":
        return contract.call("budget", contract.call("TOKEN")).amount
    if name == "bucket_caps":
        return [contract.call("bucket_cap", bucket) for bucket in range(len(value))]
    if contract.name == "FeeDesk" and name == "terms":
        return _desk_terms(contract)
    if name == "parameters":
        now = contract.call("parameters_at", 0)
        return {key: getattr(now, key) for key in value}
    return _UNREADABLE


def _desk_terms(desk: Contract) -> list[dict[str, Any]]:
    """The terms of what the fee desk takes itself, in the constructor's order."""
    treasury, rows = desk.call("TREASURY"), desk.call("table")[len(Fee) - DESK_KINDS :]
    return [{"burn_bps": row.burn_bps, "least": row.least, "is_to_treasury": row.rest_to == treasury} for row in rows]


def _timelock(contract: Contract, name: str, value: Any) -> Any:
    """What the timelock was built with; who else has a role is not asked here."""
    if name == "minimum_delay":
        return contract.call("get_minimum_delay")
    role = contract.call({"proposers": "PROPOSER_ROLE", "executors": "EXECUTOR_ROLE", "guardian": "CANCELLER_ROLE"}[name])
    if isinstance(value, list):
        return [account for account in value if contract.call("hasRole", role, account)]
    return value if contract.call("hasRole", role, value) else None
