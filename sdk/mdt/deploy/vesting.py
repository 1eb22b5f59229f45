"""The schedules of vesting of a deployment: each allocation that vests has one of its own, wherever its beneficiaries moved it since.

A beneficiary may give its schedule to another account, and give up what is not vested yet; the owner may end one that can be revoked. The contract
keeps where a schedule went, its terms and that it ended, so that none of this is a difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from mdt.addresses import ZERO_ADDRESS
from mdt.deploy.findings import Area, Finding, other, same
from mdt.deploy.votes import Vote
from mdt.model.vesting import MAX_SCHEDULES
from mdt.names import SOURCES
from mdt.preset.genesis import Allocation, terms, vested
from mdt.preset.settings import Settings
from mdt.suite.opened import Suite

PAGE = 32


@dataclass(frozen=True)
class _Place:
    """A schedule, and where it is now: `moved` is empty where it was made."""

    entry: Any
    moved: str = ""


def vesting(suite: Suite, settings: Settings) -> list[Finding]:
    """Every vested allocation has a schedule of its own with the terms of the preset.

    Args:
        suite: The deployment.
        settings: The preset it was made from.
    """
    starts, amount = suite.record.vesting_starts, suite.unit.format
    found: list[Finding] = []
    there: dict[str, list[_Place]] = {}
    for allocation in vested(suite.record.allocations()):
        account = suite.first(allocation.recipient) if allocation.recipient in SOURCES else allocation.recipient
        if account not in there:
            there[account] = list(_made_for(suite, account))
        place = _of(there[account], allocation, settings, starts)
        if place is None:
            what = f"{allocation.vesting} of {amount(allocation.amount)}"
            found += other(Area.VESTING, [f"{allocation.name} has no schedule {what}: none that {account} ever had has these terms"])
            continue
        there[account].remove(place)
        text = f"schedule of {allocation.name}: {amount(allocation.amount)} on terms {allocation.vesting}{place.moved}"
        if settings.vesting[str(allocation.vesting)].revocable and not (place.entry.is_revocable or place.entry.is_ended):
            found += other(Area.VESTING, [f"{text}, which nobody can revoke any more"], partial(_gives_up_revoking, account))
            continue
        ended = f", ended early at {amount(place.entry.amount)}" if place.entry.is_ended else ""
        found += same(Area.VESTING, [f"{text}{ended}"])
    return found


def _of(places: list[_Place], allocation: Allocation, settings: Settings, starts: list[int]) -> _Place | None:
    """The schedule of an allocation: one with all that it vests first, one that was ended early else."""
    wanted = [terms(settings, allocation, start) for start in starts]
    whole = [place for place in places for one in wanted if not place.entry.is_ended and _has_terms(place.entry, one) and place.entry.amount == one["amount"]]
    ended: list[_Place | None] = [
        place for place in places for one in wanted if place.entry.is_ended and _has_terms(place.entry, one) and place.entry.amount <= one["amount"]
    ]
    exact = [place for place in whole if place.entry.is_revocable == wanted[0]["is_revocable"]]
    return next((places for places in (exact, whole, ended) if places), [None])[0]


def _gives_up_revoking(account: str, vote: Vote) -> int:
    """The owner names the place where the schedule was made, or one it moved to: which of the account's it is, the vote need not say."""
    return int(vote.contract == "Vesting" and vote.function == "renounce_revocation" and vote.named([account]) > 0)


def _has_terms(entry: Any, wanted: dict[str, Any]) -> bool:
    """Whether a schedule has these terms, whatever its amount: the contract keeps them when it ends one. The right to revoke can be given up."""
    start = wanted["start"]
    return (entry.start, entry.cliff_ends_at, entry.ends_at, entry.at_start_bps, entry.is_from_cliff) == (
        start,
        start + wanted["cliff_seconds"],
        start + wanted["duration_seconds"],
        wanted["at_start_bps"],
        wanted["is_from_cliff"],
    )


def _made_for(suite: Suite, account: str) -> Iterator[_Place]:
    """The schedules an account ever had, by index, each where it is now. An index is never used again, so the first that is empty ends them."""
    contract = suite["Vesting"]
    for first in range(0, MAX_SCHEDULES, PAGE):
        for index, entry in enumerate(contract.call("schedules", account, first, PAGE), first):
            if entry.ends_at:
                yield _Place(entry)
                continue
            now = _followed(suite, account, index)
            if now == (account, index):
                return
            yield _Place(contract.call("schedule", *now), f", moved to {now[0]} as its schedule {now[1]}")


def _followed(suite: Suite, account: str, index: int) -> tuple[str, int]:
    """Where the schedule is now that was at a place. It ends: every move takes an index that was never used."""
    place = account, index
    while True:
        to, at = suite["Vesting"].call("moved_to", *place)
        if to == ZERO_ADDRESS:
            return place
        place = str(to), int(at)
