"""How many there are of what a mapping cannot list: who mints, burns, slashes and creates, and what was created, compared with the plan.

Roles kept in mappings are asked account by account. An account that nobody thought of is seen by its count alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mdt.deploy.findings import Area, Finding, other, same
from mdt.deploy.parts import PARTS, channels
from mdt.deploy.votes import Vote
from mdt.preset.genesis import vested
from mdt.preset.settings import Settings
from mdt.suite.opened import Suite


@dataclass(frozen=True)
class Count:
    """A number that the owner alone can raise.

    Attributes:
        contract: Whose.
        getter: What shows it.
        what: What is counted, in words.
        planned: How many the plan makes.
        raised_by: The calls that raise it, `Contract.function`.
        lowered_by: Those that lower it.
    """

    contract: str
    getter: str
    what: str
    planned: int
    raised_by: tuple[str, ...]
    lowered_by: tuple[str, ...] = ()

    def weigh(self, is_more: bool) -> Callable[[Vote], int]:
        """How much of a difference a vote made."""
        calls = self.raised_by if is_more else self.lowered_by
        return lambda vote: _many(vote) if f"{vote.contract}.{vote.function}" in calls else 0


def counts(suite: Suite, settings: Settings) -> list[Finding]:
    """Compare every count with the plan."""
    found: list[Finding] = []
    for count in planned(suite, settings):
        there = int(suite[count.contract].call(count.getter))
        name = f"{count.contract}.{count.getter}"
        if there == count.planned:
            found += same(Area.COUNTS, [f"{name} = {there}"])
        else:
            is_more, apart = there > count.planned, abs(there - count.planned)
            text = f"{name} is {there}, the plan makes {count.planned}: {apart} {'more' if is_more else 'fewer'} {count.what}"
            found += other(Area.COUNTS, [text], count.weigh(is_more), apart)
    return [*found, _spent(suite)]


def planned(suite: Suite, settings: Settings) -> list[Count]:
    """Every count, with what the plan makes."""
    burners = sum(bool(part.burns) for part in PARTS.values())
    creators = sum(wire.is_flag for part in PARTS.values() for wire in part.wiring)
    schedules = len(vested(suite.record.allocations()))
    return [
        Count("MDT", "minter_count", "accounts that may mint", len(channels(settings)), ("MDT.grant_minter",), ("MDT.revoke_minter",)),
        Count("MDT", "proposal_count", "proposed minters", 0, ("MDT.propose_minter",)),
        Count("MDT", "burner_count", "accounts that may burn for a reason", burners, *_both_ways("MDT.set_burner")),
        Count("Slasher", "slasher_count", "accounts that slash by their own word", 0, *_both_ways("Slasher.set_slasher_role")),
        Count("Vesting", "creator_count", "accounts that create vesting schedules", creators, *_both_ways("Vesting.set_creator")),
        Count("Vesting", "schedule_count", "vesting schedules", schedules, ("Treasury.vest", "Vesting.create", "Vesting.create_batch")),
        Count("ReservePools", "pool_count", "pools", len(settings.pools), ("ReservePools.create_pool",)),
        Count("DistributionSchedules", "schedule_count", "distribution schedules", len(settings.schedules), ("DistributionSchedules.create",)),
    ]


def _both_ways(call: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (call,), (call,)


def _many(vote: Vote) -> int:
    """How many things a vote makes."""
    return len(vote.arguments["batch"]) if vote.function == "create_batch" else 1


def _spent(suite: Suite) -> Finding:
    """What left the treasury: nothing does in a deployment."""
    token = str(suite["MDT"].address)
    spent = int(suite["Treasury"].call("total_spent", token))
    if not spent:
        return same(Area.COUNTS, ["Treasury.total_spent = 0"])[0]

    def weigh(vote: Vote) -> int:
        if vote.contract != "Treasury" or vote.function not in ("spend", "vest"):
            return 0
        return int(vote.arguments["terms"].amount) if vote.function == "vest" else int(vote.arguments["amount"]) * vote.named([token])

    return other(Area.COUNTS, [f"Treasury.total_spent is {suite.unit.format(spent)}, a deployment spends nothing"], weigh, spent)[0]
