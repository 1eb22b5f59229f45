"""Who may do what: the table a deployment is to end with, and the same table read from the chain.

Roles that are kept in a mapping (minters, burners, creators, the timelock's) can only be asked for account by account, and Luxtensor's
nodes keep no logs: they are asked for every account that the deployment knows, the contracts and the deployer among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mdt.deploy.plan import OWNED, channels
from mdt.model.reasons import Burn, Mint, mask
from mdt.names import TIMELOCK
from mdt.preset.genesis import BLOCK_EMISSION
from mdt.preset.settings import Buckets, Settings
from mdt.suite.directory import names_of
from mdt.suite.opened import Suite
from mdt.suite.records import NetworkRecord
from mdt.units import format_amount, format_seconds

ZERO = "0x" + "00" * 20
ANYONE, NOBODY = "anyone", "nobody"
POOL_PAGE = 20

SINGLE: dict[str, dict[str, str]] = {
    "MDT": {"guardian": "guardian"},
    "Treasury": {"TOKEN": "MDT", "vesting": "Vesting"},
    "Vesting": {"TOKEN": "MDT", "TREASURY": "Treasury"},
    "RecyclingPool": {"TOKEN": "MDT", "drawer": "EmissionController"},
    "BlockReward": {"TOKEN": "MDT", "recipient": "Staking"},
    "Staking": {
        "TOKEN": "MDT",
        "BLOCK_REWARD": "BlockReward",
        "RECYCLING_POOL": "RecyclingPool",
        "notifier": "EmissionController",
        "registry": "Validators",
        "slasher": "Slasher",
    },
    "Validators": {"STAKING": "Staking"},
    "RewardDistributor": {"funder": "EmissionController"},
    "EmissionController": {
        "TOKEN": "MDT",
        "DISTRIBUTOR": "RewardDistributor",
        "STAKING": "Staking",
        "RECYCLING_POOL": "RecyclingPool",
        "TREASURY": "Treasury",
        "guardian": "guardian",
    },
    "Slasher": {
        "TOKEN": "MDT",
        "STAKING": "Staking",
        "VALIDATORS": "Validators",
        "CONTROLLER": "EmissionController",
        "TREASURY": "Treasury",
        "arbiter": "arbiter",
    },
    "StakingLens": {"STAKING": "Staking", "VALIDATORS": "Validators", "SLASHER": "Slasher"},
    "ReservePools": {"TOKEN": "MDT", "TREASURY": "Treasury"},
    "DistributionSchedules": {"TOKEN": "MDT", "TREASURY": "Treasury"},
    "FeeDesk": {"TOKEN": "MDT", "RECYCLING_POOL": "RecyclingPool", "RESERVE_POOLS": "ReservePools", "STAKING": "Staking", "TREASURY": "Treasury"},
}
"""Getters of one address, and whose it is to be: a contract's, or a person's. In capitals: for good."""

TIMELOCK_ROLES = ("DEFAULT_ADMIN_ROLE", "PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE")

COVERED: dict[str, set[str]] = {
    **{name: {*getters, *(("owner", "pending_owner") if name in OWNED else ())} for name, getters in SINGLE.items()},
    TIMELOCK: {*TIMELOCK_ROLES, "hasRole", "getRoleAdmin"},
}
COVERED["MDT"] |= {"minter", "proposal", "burner_reasons"}
COVERED["Vesting"] |= {"is_creator"}
COVERED["EmissionController"] |= {"reporters", "is_reporter"}
COVERED["Slasher"] |= {"is_slasher"}

NOT_ROLES: dict[str, str] = {
    "balanceOf": "tokens",
    "nonces": "of permits",
    "lifetime_room": "follows from minter",
    "mintable": "follows from minter",
    "released_to": "a sum",
    "claimed": "a sum",
    "total_spent": "a sum",
    "budget": "a sum",
    "recipient_of": "each staker's and miner's own",
    "key": "each validator's own",
    "validator_id": "each validator's own",
    "operator_of": "each validator's own",
    "removal_payload": "calldata",
    "removal_id": "an operation's id",
}
"""Getters that look like a role and are none, with the reason."""

MAY: dict[tuple[str, str], str] = {
    ("MDT", "owner"): "propose and grant minters, set burners, set the guardian",
    ("MDT", "guardian"): "revoke a minter, at once",
    ("MDT", "minter"): "mint",
    ("MDT", "proposal"): "become a minter once its wait is over",
    ("MDT", "burner_reasons"): "burn what it holds for these reasons",
    ("Treasury", "owner"): "spend and vest inside the budget, set budgets and the vesting contract",
    ("Treasury", "vesting"): "gets what a grant locks",
    ("Vesting", "owner"): "create, revoke what is revocable, name creators",
    ("Vesting", "is_creator"): "create schedules, each funded by itself",
    ("RecyclingPool", "owner"): "name the drawer",
    ("RecyclingPool", "drawer"): "take what is recycled, before anything is minted",
    ("BlockReward", "owner"): "name the recipient",
    ("BlockReward", "recipient"): "gets the block rewards",
    ("Staking", "owner"): "name notifier and slasher, set bars and the decay table's values",
    ("Staking", "notifier"): "stream the validators' share",
    ("Staking", "registry"): "open pools, set commissions; for good",
    ("Staking", "slasher"): "slash into escrow, restore, jail",
    ("RewardDistributor", "owner"): "name the funder",
    ("RewardDistributor", "funder"): "fund claims and set the root",
    ("EmissionController", "owner"): "set parameters, reporters, the delay and the guardian; unpause",
    ("EmissionController", "guardian"): "pause, cancel a pending report",
    ("EmissionController", "reporters"): "attest reports, a quorum of them",
    ("EmissionController", "is_reporter"): "the same, asked account by account",
    ("Slasher", "owner"): "name slashers and the arbiter, set the offences' shares",
    ("Slasher", "arbiter"): "overturn a slash, turn an appeal down",
    ("Slasher", "is_slasher"): "slash for what the chain cannot check",
    ("ReservePools", "owner"): "create and close pools, name their operators, fix the terms of sale",
    ("ReservePools", "operator"): "give the pool's tokens to buyers, move its price inside the bounds",
    ("DistributionSchedules", "owner"): "create, change, pause and cancel schedules",
    ("FeeDesk", "owner"): "set what part of which fee burns, inside the bounds",
    (TIMELOCK, "DEFAULT_ADMIN_ROLE"): "give and take the timelock's roles",
    (TIMELOCK, "PROPOSER_ROLE"): "schedule operations",
    (TIMELOCK, "EXECUTOR_ROLE"): "execute operations that are due",
    (TIMELOCK, "CANCELLER_ROLE"): "cancel what waits, but not its own removal",
}
"""What holding a role is good for, for `docs/reference/roles.md`."""

MAY_EVERYWHERE = {"pending_owner": "become the owner"}


@dataclass(frozen=True)
class Role:
    """A role of a contract, who holds it (addresses, sorted), and its limits in words."""

    contract: str
    role: str
    holders: tuple[str, ...]
    limits: str = ""


def intended(suite: Suite, settings: Settings) -> list[Role]:
    """The table that the deployment is to end with."""
    record = suite.record
    at = {name: str(contract.address) for name, contract in suite.contracts.items()}
    people = {"guardian": record.guardian, "arbiter": at.get(record.arbiter, record.arbiter)}
    owner = at.get(record.owner, record.owner)
    rows = []
    for name in suite.contracts:
        if name in OWNED:
            rows += [_role(name, "owner", [owner]), _role(name, "pending_owner", [])]
        rows += [_role(name, getter, [people[to] if to in people else at[to]]) for getter, to in SINGLE.get(name, {}).items()]
    for minter, reasons, channel in channels(settings):
        limits = minter_limits(BLOCK_EMISSION, reasons, channel.channel_cap, channel.window_cap, channel.window)
        rows.append(_role("MDT", "minter", [at[minter]], limits))
    rows.append(_role("MDT", "proposal", []))
    burners = {
        "RecyclingPool": mask(Burn.TRANSACTION_FEE, Burn.DEFLATION),
        "Slasher": mask(Burn.SLASH),
        "ReservePools": mask(Burn.TRANSACTION_FEE),
        "FeeDesk": mask(Burn.TRANSACTION_FEE, Burn.DEFLATION, Burn.REGISTRATION),
    }
    rows += [_role("MDT", "burner_reasons", [at[name]], burner_limits(reasons)) for name, reasons in burners.items()]
    operator = at.get(record.pool_operator, record.pool_operator)
    rows += [_role("ReservePools", "operator", [operator], f"pool {number}: {pool.name}") for number, pool in enumerate(settings.pools, 1)]
    rows.append(_role("Vesting", "is_creator", _creators(at, owner)))
    rows.append(_role("EmissionController", "reporters", record.reporters, f"{record.quorum} of {len(record.reporters)}"))
    rows.append(_role("EmissionController", "is_reporter", record.reporters))
    rows.append(_role("Slasher", "is_slasher", []))
    rows += _timelock(record, at)
    return _sorted(rows)


def _creators(at: Mapping[str, str], owner: str) -> list[str]:
    return [at["Treasury"], owner]


def _timelock(record: NetworkRecord, at: Mapping[str, str]) -> list[Role]:
    return [
        _role(TIMELOCK, "DEFAULT_ADMIN_ROLE", [at[TIMELOCK]]),
        _role(TIMELOCK, "PROPOSER_ROLE", record.proposers),
        _role(TIMELOCK, "EXECUTOR_ROLE", record.executors or [ZERO]),
        _role(TIMELOCK, "CANCELLER_ROLE", [*record.proposers, record.guardian]),
    ]


def read(suite: Suite) -> list[Role]:
    """The table as the chain has it: every single address, and every mapping for every account the deployment knows."""
    known = [*names_of(suite), ZERO]
    rows = []
    for name, contract in suite.contracts.items():
        getters = [*(("owner", "pending_owner") if name in OWNED else ()), *SINGLE.get(name, {})]
        for getter in getters:
            account = contract.call(getter)
            rows.append(_role(name, getter, [account] if account != ZERO else []))
    rows += _minters(suite, known)
    controller = suite["EmissionController"]
    reporters = list(controller.call("reporters"))
    rows.append(_role("EmissionController", "reporters", reporters, f"{controller.call('quorum')} of {len(reporters)}"))
    for name, getter in (("EmissionController", "is_reporter"), ("Slasher", "is_slasher"), ("Vesting", "is_creator")):
        rows.append(_role(name, getter, [one for one in known if suite[name].call(getter, one)]))
    rows += _operators(suite)
    timelock = suite[TIMELOCK]
    for role in TIMELOCK_ROLES:
        number = timelock.call(role)
        rows.append(_role(TIMELOCK, role, [one for one in known if timelock.call("hasRole", number, one)], _admin(timelock, number)))
    return _sorted(rows)


def _operators(suite: Suite) -> list[Role]:
    """Of the pools that are open: nobody can do anything with a closed one."""
    pools, rows = suite["ReservePools"], []
    count = int(pools.call("pool_count"))
    for first in range(1, count + 1, POOL_PAGE):
        for number, pool in enumerate(pools.call("pools", first, POOL_PAGE), first):
            if not pool.is_closed:
                rows.append(_role("ReservePools", "operator", [pool.operator], f"pool {number}: {pool.name}"))
    return rows


def _admin(timelock: Any, role: bytes) -> str:
    """Empty when the administrators of a role are those of all roles, as they are to be."""
    found = timelock.call("getRoleAdmin", role)
    return "" if found == timelock.call("DEFAULT_ADMIN_ROLE") else f"administered by role 0x{found.hex()}"


def _minters(suite: Suite, known: Iterable[str]) -> list[Role]:
    token, rows, waiting = suite["MDT"], [], []
    for account in known:
        one = token.call("minter", account)
        if one.is_active:
            limits = minter_limits(one.bucket, one.reasons, one.lifetime_cap, one.window_cap, one.window_seconds)
            rows.append(_role("MDT", "minter", [account], limits))
        if token.call("proposal", account).effective_at:
            waiting.append(account)
        reasons = token.call("burner_reasons", account)
        if reasons:
            rows.append(_role("MDT", "burner_reasons", [account], burner_limits(reasons)))
    return [*rows, _role("MDT", "proposal", waiting)]


def minter_limits(bucket: int, reasons: int, lifetime_cap: int, window_cap: int, window: int) -> str:
    """A minter's budget in words."""
    why = " ".join(one.name.lower() for one in Mint if reasons >> one & 1)
    return f"{why} out of {Buckets.names()[bucket]}: {format_amount(lifetime_cap)} ever, {format_amount(window_cap)} in {format_seconds(window)}"


def burner_limits(reasons: int) -> str:
    """What a burner may burn for, in words."""
    return " ".join(one.name.lower() for one in Burn if reasons >> one & 1)


def _role(contract: str, role: str, holders: Iterable[str], limits: str = "") -> Role:
    return Role(contract, role, tuple(sorted({str(one) for one in holders}, key=str.lower)), limits)


def _sorted(rows: Sequence[Role]) -> list[Role]:
    order = list(COVERED)
    return sorted(rows, key=lambda row: (order.index(row.contract), row.role, row.limits, row.holders))


def differences(wanted: Sequence[Role], found: Sequence[Role], names: Mapping[str, str]) -> list[str]:
    """What is on the chain and not in the table, and the other way round."""
    return [
        *(f"{describe(one, names)}: not on the chain" for one in wanted if one not in found),
        *(f"{describe(one, names)}: on the chain, and not as the deployment leaves it" for one in found if one not in wanted),
    ]


def describe(one: Role, names: Mapping[str, str]) -> str:
    """A role in a line."""
    limits = f" ({one.limits})" if one.limits else ""
    return f"{one.contract}.{one.role} = {held_by(one, names)}{limits}"


def held_by(one: Role, names: Mapping[str, str]) -> str:
    """The holders by name."""
    return ", ".join(ANYONE if account == ZERO else names.get(account, account) for account in one.holders) or NOBODY


# --- what looks like a role ---


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
