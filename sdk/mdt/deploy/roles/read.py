"""The roles as the chain has them: every single address, and every mapping for every account the deployment knows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mdt.deploy.parts import PARTS
from mdt.deploy.roles.table import TIMELOCK_ROLES, ZERO, Role, burner_limits, in_order, minter_limits
from mdt.names import TIMELOCK
from mdt.suite.directory import names_of
from mdt.suite.opened import Suite

POOL_PAGE = 20


def read(suite: Suite) -> list[Role]:
    """The table of a deployment, whoever changed it since."""
    known = [*names_of(suite), ZERO]
    controller = suite["EmissionController"]
    reporters = list(controller.call("reporters"))
    rows = [
        *_pointers(suite),
        *_minters(suite, known),
        *_asked(suite, known),
        Role.of("EmissionController", "reporters", reporters, f"{controller.call('quorum')} of {len(reporters)}"),
        *_operators(suite),
        *_timelock(suite, known),
    ]
    return in_order(rows)


def _pointers(suite: Suite) -> list[Role]:
    """Owners, and getters of one address."""
    rows = []
    for name, contract in suite.contracts.items():
        part = PARTS[name]
        for getter in [*(("owner", "pending_owner") if part.is_owned else ()), *part.single]:
            account = contract.call(getter)
            rows.append(Role.of(name, getter, [account] if account != ZERO else []))
    return rows


def _asked(suite: Suite, known: Iterable[str]) -> list[Role]:
    rows = []
    for part in PARTS.values():
        for getter in part.asked:
            rows.append(Role.of(part.name, getter, [account for account in known if suite[part.name].call(getter, account)]))
    return rows


def _minters(suite: Suite, known: Iterable[str]) -> list[Role]:
    token, rows, waiting = suite["MDT"], [], []
    for account in known:
        budget = token.call("minter", account)
        if budget.is_active:
            limits = minter_limits(suite.unit, budget.bucket, budget.reasons, budget.lifetime_cap, budget.window_cap, budget.window_seconds)
            rows.append(Role.of("MDT", "minter", [account], limits))
        if token.call("proposal", account).effective_at:
            waiting.append(account)
        reasons = token.call("burner_reasons", account)
        if reasons:
            rows.append(Role.of("MDT", "burner_reasons", [account], burner_limits(reasons)))
    return [*rows, Role.of("MDT", "proposal", waiting)]


def _operators(suite: Suite) -> list[Role]:
    """Of the pools that are open: nobody can do anything with a closed one."""
    pools, rows = suite["ReservePools"], []
    count = int(pools.call("pool_count"))
    for first in range(1, count + 1, POOL_PAGE):
        for number, pool in enumerate(pools.call("pools", first, POOL_PAGE), first):
            if not pool.is_closed:
                rows.append(Role.of("ReservePools", "operator", [pool.operator], f"pool {number}: {pool.name}"))
    return rows


def _timelock(suite: Suite, known: Iterable[str]) -> list[Role]:
    timelock, rows = suite[TIMELOCK], []
    for role in TIMELOCK_ROLES:
        number = timelock.call(role)
        rows.append(Role.of(TIMELOCK, role, [account for account in known if timelock.call("hasRole", number, account)], _admin(timelock, number)))
    return rows


def _admin(timelock: Any, role: bytes) -> str:
    """Empty when the administrators of a role are those of all roles, as they are to be."""
    found = timelock.call("getRoleAdmin", role)
    return "" if found == timelock.call("DEFAULT_ADMIN_ROLE") else f"administered by role 0x{found.hex()}"
