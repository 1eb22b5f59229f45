"""Replacing `ReservePools`: sales end, allocations run out, then every pool is closed and opened anew with what it had, by way of the treasury's budget."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from mdt.addresses import ZERO_ADDRESS
from mdt.model.pools import MAX_ALLOCATIONS, MAX_POOLS, AllocationStatus
from mdt.model.timelock import MAX_CALLS
from mdt.model.treasury import MAX_BUDGET
from mdt.names import TIMELOCK
from mdt.replacing.entitlements import burner_calls, has_moved_burning
from mdt.replacing.stages import Move, Settling, Stage, Voting, now
from mdt.suite.calls import Call
from mdt.units import when

NAME, SCHEDULES = "ReservePools", "DistributionSchedules"
STILLING = "still ReservePools"
PURPOSE = b"to the new pools".ljust(32, b"\0")
NO_SALE = {"payment_token": ZERO_ADDRESS, "min_price": 0, "max_price": 0, "max_per_purchase": 0, "max_per_day": 0}
NO_REFILL = {"threshold": 0, "schedules": ZERO_ADDRESS, "schedule_id": 0}
KIND_POOL = 2
AFTERWARDS = 3
"""Calls that follow the last pool: two of the token, one of the treasury."""


def stages(move: Move) -> Iterator[Stage]:
    """Nothing leaves a pool any more; nothing is set aside; the tokens go round by the treasury."""
    yield Settling("no schedule pays", "no schedule pays into the old pools", lambda: not _paying(move), missing=lambda: _paying(move))
    yield Voting(
        STILLING,
        "sales and refills of the old pools end, the timelock operates them, and the treasury's budget covers what they hold",
        lambda: _is_still(move),
        lambda: _stilling(move)[:MAX_CALLS],
    )
    yield Settling("nothing reserved", "no allocation is open", lambda: not _open_allocations(move), lambda: _expirable(move), lambda: _reserved(move))
    yield Settling("budget for ReservePools", "the budget covers what the pools hold", lambda: _is_covered(move), missing=lambda: _uncovered(move))
    yield Voting(
        "reopen ReservePools",
        "each pool is closed and opened in the new contract with its tokens, operator and price; the new contract burns, the old one no more",
        lambda: not _open_pools(move) and has_moved_burning(move, NAME) and not _budget_left(move),
        lambda: _reopening(move),
    )


def _open_pools(move: Move) -> list[tuple[int, Any]]:
    old = move.old(NAME)
    count = int(old.call("pool_count"))
    pages = (old.call("pools", first, MAX_POOLS) for first in range(1, count + 1, MAX_POOLS))
    return [(number, pool) for number, pool in enumerate((one for page in pages for one in page), 1) if not pool.is_closed]


def _paying(move: Move) -> list[str]:
    """Schedules name their recipient for good."""
    schedules, found = move.suite[SCHEDULES], list[str]()
    for number in range(1, int(schedules.call("schedule_count")) + 1):
        one = schedules.call("schedule", number)
        if one.kind == KIND_POOL and not one.is_cancelled and one.recipient == move.old(NAME).address:
            found.append(f"schedule {number} pays into pool {one.pool_id} of the old contract: have it paid, and cancel it by a vote; make another afterwards")
    return found


def _total(move: Move) -> int:
    return sum(int(pool.available) for _, pool in _open_pools(move))


def _budget(move: Move) -> Any:
    return move.treasury_of(NAME).call("budget", move.token.address)


def _is_still(move: Move) -> bool:
    return not _stilling(move)


def _stilling(move: Move) -> list[Call]:
    """What is left to do; terms that are overwritten are noted first."""
    old, timelock, calls = move.old(NAME), str(move.suite[TIMELOCK].address), list[Call]()
    for number, pool in _open_pools(move):
        sale, refill = old.call("sale", number), old.call("refill", number)
        noted = move.kept.setdefault(str(number), {})
        if sale.terms.payment_token != ZERO_ADDRESS:
            noted["sale"] = {"terms": _texts(asdict(sale.terms)), "price": str(sale.price)}
            calls.append(move.call(old, "set_sale", number, NO_SALE, 0))
        if pool.operator != timelock:
            noted["operator"] = str(pool.operator)
            calls.append(move.call(old, "set_operator", number, timelock))
        if refill.threshold:
            calls.append(move.call(old, "set_refill", number, NO_REFILL))
    budget = _budget(move)
    if max(budget.amount, budget.next_amount) < _total(move):
        move.kept["budget"] = str(budget.amount)
        calls.append(move.call(move.treasury_of(NAME), "set_budget", move.token.address, MAX_BUDGET))
    return calls


def _open_allocations(move: Move) -> list[tuple[int, Any]]:
    old = move.old(NAME)
    count = int(old.call("allocation_count"))
    pages = (old.call("allocations", first, MAX_ALLOCATIONS) for first in range(1, count + 1, MAX_ALLOCATIONS))
    found = enumerate((one for page in pages for one in page), 1)
    return [(number, one) for number, one in found if one.status == AllocationStatus.OPEN]


def _expirable(move: Move) -> list[Call]:
    moment = now(move)
    return [move.call(move.old(NAME), "expire", number) for number, one in _open_allocations(move) if moment >= one.expires_at]


def _reserved(move: Move) -> list[str]:
    return [
        f"allocation {number} of {move.suite.show(one.amount)} for {one.buyer} runs until {when(one.expires_at)}: a vote can release or cancel it before"
        for number, one in _open_allocations(move)
    ]


def _is_covered(move: Move) -> bool:
    return bool(_budget(move).left >= _total(move))


def _uncovered(move: Move) -> list[str]:
    budget = _budget(move)
    since = budget.next_at or budget.period_ends_at
    return [f"the pools hold {move.suite.show(_total(move))}, the treasury may spend {move.suite.show(budget.left)} now: wait until {when(since)}"]


def _budget_left(move: Move) -> bool:
    """Whether the budget is still as it was raised for this. What a vote has made of it meanwhile stays."""
    is_raised = bool(move.called(STILLING, move.treasury_of(NAME), "set_budget", 2))
    return is_raised and MAX_BUDGET in (_budget(move).amount, _budget(move).next_amount)


def _reopening(move: Move) -> list[Call]:
    """As many pools as fit, then the token's word; the budget goes back with the last of them."""
    calls = list[Call]()
    for number, (at, pool) in enumerate(_open_pools(move), int(move.new(NAME).call("pool_count")) + 1):
        one = _reopened(move, at, pool, number)
        if len(calls) + len(one) > MAX_CALLS - AFTERWARDS:
            return calls
        calls += one
    calls += burner_calls(move, NAME)
    if _budget_left(move):
        calls.append(move.call(move.treasury_of(NAME), "set_budget", move.token.address, int(move.kept["budget"])))
    return calls


def _reopened(move: Move, number: int, pool: Any, new_number: int) -> Sequence[Call]:
    """One pool: closed, paid for, opened, and offered as it was when the replacement ended its sale. What a vote ended meanwhile does not come back."""
    old, new, noted = move.old(NAME), move.new(NAME), move.kept.get(str(number), {})
    is_ended, is_taken = (any(one[0] == number for one in move.called(STILLING, old, *what)) for what in (("set_sale", 3), ("set_operator", 2)))
    operator = noted["operator"] if is_taken else pool.operator
    calls = [move.call(old, "close_pool", number)]
    if pool.available:
        calls.append(move.call(move.treasury_of(NAME), "spend", move.token.address, new.address, pool.available, PURPOSE))
    calls.append(move.call(new, "create_pool", pool.name, operator, pool.available))
    if is_ended:
        calls.append(move.call(new, "set_sale", new_number, _numbers(noted["sale"]["terms"]), int(noted["sale"]["price"])))
    return calls


def _texts(terms: dict[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in terms.items()}


def _numbers(terms: dict[str, str]) -> dict[str, Any]:
    return {key: value if key == "payment_token" else int(value) for key, value in terms.items()}
