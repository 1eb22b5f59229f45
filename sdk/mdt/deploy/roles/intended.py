"""The roles that a deployment is to end with: what the table of parts says, and what the record says of people."""

from __future__ import annotations

from mdt.deploy.current import given_now, pointers
from mdt.deploy.markets import bound_to
from mdt.deploy.parts import OPTIONAL_PARTS, PARTS, Given, channels
from mdt.deploy.roles.table import ZERO, Role, burner_limits, in_order, minter_limits
from mdt.model.reasons import mask
from mdt.names import MARKET, TIMELOCK
from mdt.preset.genesis import BLOCK_EMISSION
from mdt.preset.settings import Settings
from mdt.suite.opened import Suite


def intended(suite: Suite, settings: Settings) -> list[Role]:
    """The table of a deployment made from a preset."""
    record, given = suite.record, given_now(suite, settings)
    rows = [
        *_owners(suite, given),
        *(Role.of(name, getter, [account]) for name in suite.contracts for getter, account in pointers(suite, settings, name).items()),
        *_minters(suite, given),
        *(Role.of("MDT", "burner_reasons", [given.at(part.name)], burner_limits(mask(*part.burns))) for part in PARTS.values() if part.burns),
        *(Role.of(part.name, getter, holders(given)) for part in PARTS.values() for getter, holders in part.asked.items()),
        Role.of("EmissionController", "reporters", given.people.reporters, f"{given.people.quorum} of {len(given.people.reporters)}"),
        *_timelock(given),
        *_markets(suite, given),
    ]
    operator = given.account(record.pool_operator)
    if suite.first("ReservePools") == suite["ReservePools"].address:
        rows += [Role.of("ReservePools", "operator", [operator], f"pool {number}: {pool.name}") for number, pool in enumerate(settings.pools, 1)]
    return in_order(rows)


def _owners(suite: Suite, given: Given) -> list[Role]:
    owner = given.account(given.people.owner)
    owned = [name for name in suite.contracts if PARTS[name].is_owned]
    return [row for name in owned for row in (Role.of(name, "owner", [owner]), Role.of(name, "pending_owner", []))]


def _markets(suite: Suite, given: Given) -> list[Role]:
    """Of liquidity pools: the same owner, and leave to burn for those that burn from the start."""
    owner, part, rows = given.account(given.people.owner), OPTIONAL_PARTS[MARKET], list[Role]()
    for name, contract in suite.markets.items():
        rows += [Role.of(name, "owner", [owner]), Role.of(name, "pending_owner", [])]
        rows += [Role.of(name, getter, [account]) for getter, account in bound_to(suite, contract).items()]
    burners = [suite.markets[one.contract].address for one in given.settings.markets if one.burns and one.contract in suite.markets]
    return [*rows, *(Role.of("MDT", "burner_reasons", [one], burner_limits(mask(*part.burns))) for one in burners)]


def _minters(suite: Suite, given: Given) -> list[Role]:
    rows = [Role.of("MDT", "proposal", [])]
    for part, channel in channels(given.settings):
        limits = minter_limits(suite.unit, BLOCK_EMISSION, mask(*part.mints), channel.channel_cap, channel.window_cap, channel.window)
        rows.append(Role.of("MDT", "minter", [given.at(part.name)], limits))
    return rows


def _timelock(given: Given) -> list[Role]:
    people = given.people
    return [
        Role.of(TIMELOCK, "DEFAULT_ADMIN_ROLE", [given.at(TIMELOCK)]),
        Role.of(TIMELOCK, "PROPOSER_ROLE", people.proposers),
        Role.of(TIMELOCK, "EXECUTOR_ROLE", people.executors or [ZERO]),
        Role.of(TIMELOCK, "CANCELLER_ROLE", [*people.proposers, people.guardian]),
    ]
