"""Replacing `Slasher`: only while nothing is announced or in escrow. What it owes it goes on paying; the run pays what it can before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mdt.addresses import ZERO_ADDRESS
from mdt.errors import DeploymentError
from mdt.model.slasher import SlashStatus
from mdt.replacing.entitlements import burner_calls, has_moved_burning
from mdt.replacing.stages import Move, Settling, Stage, Voting, now
from mdt.staking.slashes import ESCROWED, OVERTURNED
from mdt.suite.calls import Call
from mdt.suite.directory import names_of
from mdt.units import when

NAME = "Slasher"


def stages(move: Move) -> Iterator[Stage]:
    """Decide what is announced or in escrow, pay what is owed, then name the new one."""
    yield Settling(
        "nothing in escrow",
        "every slash is decided",
        lambda: _is_named(move) or not (_held(move)[0] or _announced(move)),
        lambda: _executable(move),
        lambda: _waiting(move),
    )
    yield Settling(
        "nothing owed",
        "restitution is paid",
        lambda: _is_named(move) or _is_paid(move),
        lambda: _payable(move),
        lambda: _owed(move),
    )
    yield Voting(
        "name Slasher",
        "Staking takes the new slasher, which may burn and knows the slashers of the old one; the old one burns no more",
        lambda: _is_named(move) and has_moved_burning(move, NAME) and not _uncarried(move),
        lambda: _naming(move),
        lambda: _not_found(move),
    )


def _is_named(move: Move) -> bool:
    new = move.find_new(NAME)
    return new is not None and bool(move.suite["Staking"].call("slasher") == new.address)


def _held(move: Move) -> tuple[int, int]:
    """Wei in escrow, and what the slasher holds besides: owed to those who left, and what somebody sent there."""
    old = move.old(NAME)
    slashed, burned, to_treasury, given_back = old.call("totals")
    escrow = int(slashed - burned - to_treasury - given_back)
    return escrow, int(move.token.call("balanceOf", old.address)) - escrow


def _slashes(move: Move, status: int) -> list[tuple[int, Any]]:
    """The slashes of a status, with their numbers."""
    old = move.old(NAME)
    numbers = range(old.call("FIRST_SLASH_ID"), old.call("slash_count"))
    found = ((number, old.call("slash_record", number)) for number in numbers)
    return [(number, one) for number, one in found if one.status == status]


def _announced(move: Move) -> list[tuple[int, Any]]:
    """Announced slashes that have not lapsed: they die with their slasher."""
    moment, warning = now(move), move.old(NAME).call("terms").warning_seconds
    return [(number, one) for number, one in _slashes(move, SlashStatus.ANNOUNCED) if moment < one.opens_at + warning]


def _executable(move: Move) -> list[Call]:
    moment = now(move)
    return [move.call(move.old(NAME), "execute", number) for number, one in _slashes(move, ESCROWED) if moment >= one.ends_at]


def _waiting(move: Move) -> list[str]:
    moment = now(move)
    left = [(number, one) for number, one in _slashes(move, ESCROWED) if moment < one.ends_at]
    words = [f"slash {number} is in escrow: anyone can execute it from {when(one.ends_at)} on, the arbiter can decide before" for number, one in left]
    opens = [f"slash {number} is announced: anyone can open it from {when(one.opens_at)} on, until it lapses" for number, one in _announced(move)]
    return words + opens


def _is_paid(move: Move) -> bool:
    return _held(move)[1] == 0 or (move.may_leave and not _payable(move))


def _payable(move: Move) -> list[Call]:
    """What overturned slashes owe to accounts that the deployment knows, and to operators: only Staking's events name the others."""
    staking, old, found = move.suite["Staking"], move.old(NAME), list[Call]()
    for number, _ in _slashes(move, OVERTURNED):
        for account in (ZERO_ADDRESS, *names_of(move.suite)):
            if staking.call("restitution", old.address, number, account):
                found.append(move.call(old, "claim_restitution", number, account))
    return found


def _owed(move: Move) -> list[str]:
    left = move.suite.show(_held(move)[1])
    return [
        f"the slasher holds {left} that nobody claimed: overturned slashes owe it, or somebody sent it there. Staking's event RestitutionNoted names who"
        " is owed; `mdt slash restitution ID --for ADDRESS` pays, whoever sends it. --leave-behind goes on without them: the old slasher pays them"
        " afterwards just as well (docs/guides/replacing.md)"
    ]


def _slashers(move: Move) -> Sequence[str]:
    """Who has the role of a slasher at the old one, of the accounts that the deployment and its operations know."""
    old = move.old(NAME)
    return [account for account in names_of(move.suite) if old.call("is_slasher", account)]


def _uncarried(move: Move) -> list[str]:
    new = move.new(NAME)
    return [account for account in _slashers(move) if not new.call("is_slasher", account)]


def _not_found(move: Move) -> list[str]:
    count, found = int(move.old(NAME).call("slasher_count")), len(_slashers(move))
    if count == found:
        return []
    return [f"{count} accounts slash by their own word, and the deployment knows {found} of them: take the role from the others by a vote first"]


def _naming(move: Move) -> list[Call]:
    new, roles = move.new(NAME), _uncarried(move)
    named = [] if _is_named(move) else [move.call(move.suite["Staking"], "set_slasher", new.address)]
    calls = [*named, *burner_calls(move, NAME), *(move.call(new, "set_slasher_role", account, True) for account in roles)]
    if not calls:
        raise DeploymentError("nothing is left to vote about the slasher, and it is not in place: look at its roles (`mdt governance roles`)")
    return calls
