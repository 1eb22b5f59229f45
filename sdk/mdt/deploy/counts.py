"""How many there are of what a mapping cannot list: who mints, burns, slashes and creates, and what was created, compared with the plan.

Roles kept in mappings are asked account by account. An account that nobody thought of is seen by its count alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mdt.deploy.findings import Area, Finding, other, same
from mdt.deploy.members import Members, members
from mdt.deploy.parts import PARTS, Part, channels
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
        raised_by: The calls that raise it, `Contract.function`; nothing lowers it.
    """

    contract: str
    getter: str
    what: str
    planned: int
    raised_by: tuple[str, ...]

    def weigh(self, vote: Vote) -> int:
        """How much of a difference a vote made."""
        return _many(vote) if f"{vote.contract}.{vote.function}" in self.raised_by and not vote.is_earlier else 0


def counts(suite: Suite, settings: Settings) -> list[Finding]:
    """Compare every count with the plan, and with the accounts that are counted where a mapping can be asked for them."""
    found = [one.compare(int(suite[contract].call(getter))) for contract, getter, one in _members(suite, settings)]
    for count in planned(suite, settings):
        there = int(suite[count.contract].call(count.getter))
        name = f"{count.contract}.{count.getter}"
        if there == count.planned:
            found += same(Area.COUNTS, [f"{name} = {there}"])
        else:
            is_more, apart = there > count.planned, abs(there - count.planned)
            text = f"{name} is {there}, the plan makes {count.planned}: {apart} {'more' if is_more else 'fewer'} {count.what}"
            found += other(Area.COUNTS, [text], count.weigh if is_more else None, apart)
    return [*found, _spent(suite)]


def planned(suite: Suite, settings: Settings) -> list[Count]:
    """Every count of what has a number of its own, with what the plan makes."""
    schedules = len(vested(suite.record.allocations()))

    def begun(name: str, made: int) -> int:
        """What the deployment made; a contract that was put in its place begins empty, and votes made all that it has."""
        return made if suite.first(name) == suite[name].address else 0

    return [
        Count("Vesting", "schedule_count", "vesting schedules", schedules, ("Treasury.vest", "Vesting.create", "Vesting.create_batch")),
        Count("ReservePools", "pool_count", "pools", begun("ReservePools", len(settings.pools)), ("ReservePools.create_pool",)),
        Count(
            "DistributionSchedules",
            "schedule_count",
            "distribution schedules",
            begun("DistributionSchedules", len(settings.schedules)),
            ("DistributionSchedules.create",),
        ),
    ]


def _members(suite: Suite, settings: Settings) -> list[tuple[str, str, Members]]:
    """Every count of accounts, by contract and getter."""

    def at(parts: Iterable[Part]) -> list[str]:
        return [str(suite[part.name].address) for part in parts]

    creators = [str(suite[wire.to].address) for part in PARTS.values() for wire in part.wiring if wire.is_flag]
    minters, burners = at(part for part, _ in channels(settings)), at(part for part in PARTS.values() if part.burns)
    burners += [str(suite.markets[one.contract].address) for one in settings.markets if one.burns and one.contract in suite.markets]
    return [(*name.split("."), one) for name, one in members(suite, minters, burners, creators).items()]  # type: ignore[misc]


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
        if vote.contract != "Treasury" or vote.is_earlier or vote.function not in ("spend", "vest"):
            return 0
        return int(vote.arguments["terms"].amount) if vote.function == "vest" else int(vote.arguments["amount"]) * vote.named([token])

    return other(Area.COUNTS, [f"Treasury.total_spent is {suite.unit.format(spent)}, a deployment spends nothing"], weigh, spent)[0]
