"""Timelock, treasury and vesting: who owns the suite, and what it may spend and lock."""

from __future__ import annotations

from typing import Any

from mdt.chain.contract import Contract
from mdt.deploy.parts.part import At, Part, Person, Wire
from mdt.deploy.parts.values import owner


def _members(contract: Contract, role: str, wanted: list[str]) -> list[str]:
    """Those of the wanted accounts that have a role; who else has it is not asked here."""
    number = contract.call(role)
    return [account for account in wanted if contract.call("hasRole", number, account)]


def _canceller(contract: Contract, wanted: str) -> Any:
    return wanted if _members(contract, "CANCELLER_ROLE", [wanted]) else None


def _budget(treasury: Contract, _wanted: int) -> int:
    """In force now, or voted and waiting for its period."""
    found = treasury.call("budget", treasury.call("TOKEN"))
    return int(found.next_amount if found.next_at else found.amount)


def _creators(vesting: Contract) -> tuple[int, list[str]]:
    """Those that are named, and the owner, who is one without being counted."""
    return vesting.call("creator_count") + 1, [vesting.call("TREASURY"), vesting.call("owner")]


TIMELOCK = Part(
    "Timelock",
    values={
        "_minimum_delay": lambda given: given.settings.governance.delay,
        "_proposers": lambda given: given.people.proposers,
        "_executors": lambda given: given.people.executors,
        "_guardian": Person("guardian", is_shown=False),
    },
    is_owned=False,  # it owns itself
    reads={
        "minimum_delay": lambda contract, _: contract.call("get_minimum_delay"),
        "proposers": lambda contract, wanted: _members(contract, "PROPOSER_ROLE", wanted),
        "executors": lambda contract, wanted: _members(contract, "EXECUTOR_ROLE", wanted),
        "guardian": _canceller,
    },
    may={
        "DEFAULT_ADMIN_ROLE": "give and take the timelock's roles",
        "PROPOSER_ROLE": "schedule operations",
        "EXECUTOR_ROLE": "execute operations that are due",
        "CANCELLER_ROLE": "cancel what waits, but not its own removal",
    },
)

TREASURY = Part(
    "Treasury",
    values={
        "_token": At("MDT"),
        "_period_seconds": lambda given: given.settings.treasury.period,
        "_budget": lambda given: given.settings.treasury.budget,
        "_owner": owner,
    },
    wiring=(Wire("wire Treasury", "set_vesting", to="Vesting", getter="vesting"),),
    reads={"budget": _budget},
    may={"owner": "spend and vest inside the budget, set budgets and the vesting contract", "vesting": "gets what a grant locks"},
)

VESTING = Part(
    "Vesting",
    values={"_token": At("MDT"), "_treasury": At("Treasury"), "_owner": owner},
    wiring=(Wire("let Treasury vest", "set_creator", to="Treasury", getter="is_creator", is_flag=True),),
    asked={"is_creator": lambda given: [given.at("Treasury"), given.account(given.people.owner)]},
    counted={"is_creator": _creators},
    may={"owner": "create, revoke what is revocable, name creators", "is_creator": "create schedules, each funded by itself"},
)
