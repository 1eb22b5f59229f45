"""Replacing `Treasury`: its tokens leave only inside a budget, so that this takes as long as a raise does.

Everything that pays it has its address for good. What comes in at the old one is spent on to the new one, until those contracts are replaced as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from mdt.model.treasury import MAX_BUDGET
from mdt.replacing.stages import Move, Settling, Stage, Voting
from mdt.suite.calls import Call
from mdt.units import when

NAME = "Treasury"
PURPOSE = b"to the new treasury".ljust(32, b"\0")


def stages(move: Move) -> Iterator[Stage]:
    """Raise the budget to all there is, wait for the raise, then move everything at once."""
    yield Voting("open Treasury", "the old treasury's budget is raised to everything", lambda: _is_moved(move) or _is_opened(move), lambda: _opening(move))
    yield Settling("budget of Treasury", "the raise is in force", lambda: _is_moved(move) or _is_in_force(move), missing=lambda: _until(move))
    yield Voting(
        "empty Treasury",
        "the old treasury pays all it holds to the new one, which makes grants from now on; the old one makes none any more",
        lambda: _is_moved(move),
        lambda: _moving(move),
    )


def _opening(move: Move) -> list[Call]:
    return [move.call(move.old(NAME), "set_budget", move.token.address, MAX_BUDGET)]


def _is_opened(move: Move) -> bool:
    budget = move.old(NAME).call("budget", move.token.address)
    return MAX_BUDGET in (budget.amount, budget.next_amount)


def _is_in_force(move: Move) -> bool:
    return bool(move.old(NAME).call("budget", move.token.address).amount == MAX_BUDGET)


def _until(move: Move) -> list[str]:
    return [f"the budget of the old treasury is raised from {when(move.old(NAME).call('budget', move.token.address).next_at)} on"]


def _is_moved(move: Move) -> bool:
    """Whether grants are made out of the new one; what the old one got since then is spent on later."""
    new = move.find_new(NAME)
    if new is None:
        return False
    vesting = move.suite["Vesting"]
    names = new.call("vesting") == vesting.address and vesting.call("is_creator", new.address)
    return bool(names) and not vesting.call("is_creator", move.old(NAME).address)


def _moving(move: Move) -> list[Call]:
    old, new, vesting = move.old(NAME), move.new(NAME), move.suite["Vesting"]
    held = int(move.token.call("balanceOf", old.address))
    spent = [move.call(old, "spend", move.token.address, new.address, held, PURPOSE)] if held else []
    return [
        *spent,
        move.call(new, "set_vesting", vesting.address),
        move.call(vesting, "set_creator", new.address, True),
        move.call(vesting, "set_creator", old.address, False),
    ]
