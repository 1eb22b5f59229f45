"""The roles that a deployment is to end with: what the table of parts says, and what the record says of people."""

from __future__ import annotations

from mdt.deploy.current import given_now, pointers
from mdt.deploy.parts import PARTS, Given, channels
from mdt.deploy.roles.table import ZERO, Role, burner_limits, in_order, minter_limits
from mdt.model.reasons import mask
from mdt.names import TIMELOCK
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
    ]
    operator = given.account(record.pool_operator)
    if suite.first("ReservePools") == suite["ReservePools"].address:
        rows += [Role.of("ReservePools", "operator", [operator], f"pool {number}: {pool.name}") for number, pool in enumerate(settings.pools, 1)]
    return in_order(rows)


def _owners(suite: Suite, given: Given) -> list[Role]:
    owner = given.account(given.people.owner)
    owned = [name for name in suite.contracts if PARTS[name].is_owned]
    return [row for name in owned for row in (Role.of(name, "owner", [owner]), Role.of(name, "pending_owner", []))]


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
