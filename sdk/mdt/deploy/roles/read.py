"""The roles as the chain has them: every single address, and every mapping for every account the deployment knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from mdt.deploy.parts import EVERY_PART, PARTS
from mdt.deploy.roles.table import TIMELOCK_ROLES, ZERO, Role, burner_limits, in_order, minter_limits
from mdt.names import TIMELOCK, kind_of_contract
from mdt.suite.directory import names_of
from mdt.suite.opened import Suite

POOL_PAGE = 20


def read(suite: Suite) -> list[Role]:
    """The table of a deployment, whoever changed it since."""
    known = [*sorted(names_of(suite), key=_is_likely(suite)), ZERO]
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
    for name, contract in suite.every.items():
        part = EVERY_PART[kind_of_contract(name)]
        for getter in [*(("owner", "pending_owner") if part.is_owned else ()), *part.single]:
            account = contract.call(getter)
            rows.append(Role.of(name, getter, [account] if account != ZERO else []))
    return rows


def _asked(suite: Suite, known: Iterable[str]) -> list[Role]:
    rows = []
    for part in PARTS.values():
        for getter in part.asked:
            contract, most, first = suite[part.name], None, list[str]()
            if getter in part.counted:
                most, first = part.counted[getter](contract)
            rows.append(Role.of(part.name, getter, _found([*first, *known], partial(contract.call, getter), most)))
    return rows


def _found(accounts: Iterable[str], holds: Callable[[str], Any], most: int | None) -> dict[str, Any]:
    """Who of these accounts holds something, and what; nobody is asked once `most` are found, and nobody twice."""
    found: dict[str, Any] = {}
    for account in dict.fromkeys(accounts):
        if len(found) == most:
            break
        if answer := holds(account):
            found[account] = answer
    return found


def _is_likely(suite: Suite) -> Callable[[str], bool]:
    """A key that puts the contracts that mint or burn first: they are asked before anybody else."""
    likely = {str(suite[name].address) for name, part in PARTS.items() if part.mints or part.burns}
    return lambda account: account not in likely


def _minters(suite: Suite, known: Iterable[str]) -> list[Role]:
    token, rows = suite["MDT"], []

    def budget_of(account: str) -> Any:
        return found if (found := token.call("minter", account)).is_active else None

    for account, budget in _found(known, budget_of, token.call("minter_count")).items():
        limits = minter_limits(suite.unit, budget.bucket, budget.reasons, budget.lifetime_cap, budget.window_cap, budget.window_seconds)
        rows.append(Role.of("MDT", "minter", [account], limits))
    for account, reasons in _found(known, partial(token.call, "burner_reasons"), token.call("burner_count")).items():
        rows.append(Role.of("MDT", "burner_reasons", [account], burner_limits(reasons)))
    waiting = _found(known, lambda account: token.call("proposal", account).effective_at, token.call("proposal_count"))
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
