"""What roles are good for, and which getters of the suite are roles at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mdt.deploy.parts import EVERY_PART
from mdt.deploy.roles.table import TIMELOCK_ROLES
from mdt.names import TIMELOCK

_APART: dict[str, set[str]] = {
    "MDT": {"minter", "proposal", "burner_reasons"},
    "EmissionController": {"reporters"},
    TIMELOCK: {*TIMELOCK_ROLES, "hasRole", "getRoleAdmin"},
}
"""Getters that the table reads in a way of their own."""

COVERED: dict[str, set[str]] = {
    name: {*part.single, *part.asked, *(("owner", "pending_owner") if part.is_owned else ()), *_APART.get(name, ())} for name, part in EVERY_PART.items()
}
"""Every getter that the table of roles reads, by contract."""

MAY: dict[tuple[str, str], str] = {(name, role): words for name, part in EVERY_PART.items() for role, words in part.may.items()}
"""What holding a role is good for, for `docs/roles.md`."""

MAY_EVERYWHERE = {"pending_owner": "become the owner"}

NOT_ROLES: dict[str, str] = {
    "balanceOf": "tokens",
    "nonces": "of permits",
    "lifetime_room": "follows from minter",
    "mintable": "follows from minter",
    "is_minter": "follows from minter",
    "suspended_until": "a time",
    "PREDECESSOR": "a contract before this one, which may do nothing here",
    "taken_over_from": "a contract before this one, which may do nothing here",
    "drawable": "follows from drawer",
    "released_to": "a sum",
    "claimed": "a sum",
    "total_spent": "a sum",
    "budget": "a sum",
    "recipient_of": "each staker's and miner's own",
    "key": "each validator's own",
    "validator_id": "each validator's own",
    "operator_of": "each validator's own",
    "owner_of": "each validator's own",
    "PAIRED": "the other token of a market, which is somebody else's",
    "asset": "the token of a vault",
    "share": "a vault itself",
    "maxDeposit": "a sum",
    "maxMint": "a sum",
    "maxRedeem": "a sum",
    "maxWithdraw": "a sum",
    "VALIDATORS": "the registry of validators, for good: it says who owns their own stake",
    "places": "each account's own positions",
    "place_words": "each account's own positions",
    "last_of": "each account's own last proposal",
    "removal_payload": "calldata",
    "removal_id": "an operation's id",
}
"""Getters that look like a role and are none, with the reason."""


def role_like(abi: Sequence[Mapping[str, Any]]) -> set[str]:
    """Views that may tell a role: they return an address, take one account, or know the timelock's roles."""
    found = set()
    for entry in abi:
        if entry["type"] != "function" or entry["stateMutability"] not in ("view", "pure"):
            continue
        inputs = [item["type"] for item in entry["inputs"]]
        outputs = [item["type"] for item in entry["outputs"]]
        if outputs in (["address"], ["address[]"]) or inputs in (["address"], ["bytes32", "address"]) or (inputs, outputs) == (["bytes32"], ["bytes32"]):
            found.add(str(entry["name"]))
        if entry["name"].endswith("_ROLE"):
            found.add(str(entry["name"]))
    return found
