"""Comparing a whole deployment with what was compiled and asked for: code, constructor values, roles, genesis, and where the tokens are.

Reads only. Right after a deployment nothing may differ; later the differences are what governance has changed since.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mdt.deploy import roles
from mdt.deploy.check import check_contract
from mdt.deploy.compiled import Artifact
from mdt.deploy.findings import Area, Finding, Findings, other, same
from mdt.deploy.parts import PARTS, Given
from mdt.deploy.words import Naming
from mdt.errors import ConfigError, DeploymentError
from mdt.model.reasons import Mint
from mdt.names import SOURCES, TIMELOCK
from mdt.preset.genesis import BLOCK_EMISSION, Allocation, terms, vested
from mdt.preset.lifecycle import Payment
from mdt.preset.settings import Buckets, Settings
from mdt.suite.directory import names_of
from mdt.suite.opened import Suite
from mdt.suite.records import preset_hash

PAGE = 32


def verify(suite: Suite, artifacts: Mapping[str, Artifact], settings: Settings) -> list[str]:
    """Compare everything; returns what was compared, a line each, and where the tokens are.

    Raises:
        ConfigError: the preset is not the one the deployment was made from.
        DeploymentError: names every difference.
    """
    found = compare(suite, artifacts, settings)
    found.require()
    return [*found.compared, *found.holdings]


def compare(suite: Suite, artifacts: Mapping[str, Artifact], settings: Settings) -> Findings:
    """Compare everything, and tell what is as it was deployed and what is not.

    Raises:
        ConfigError: the preset is not the one the deployment was made from.
    """
    record = suite.record
    if preset_hash(settings) != record.preset_hash:
        raise ConfigError(f"the deployment was made from preset {record.preset} with other values than it has now: check out the version that made it")
    found = [
        *_contracts(suite, artifacts, settings),
        *_roles(suite, settings),
        *_genesis(suite),
        *_vesting(suite, settings),
        *_pools(suite, settings),
        *_schedules(suite, settings),
        *_deployer(suite),
    ]
    return Findings(tuple(found), tuple(holdings(suite)))


def _contracts(suite: Suite, artifacts: Mapping[str, Artifact], settings: Settings) -> list[Finding]:
    found: list[Finding] = []
    given = Given(settings, suite.record, lambda name: str(suite[name].address))
    owners, names = {suite.record.deployer, str(suite[TIMELOCK].address)}, Naming(names_of(suite))
    for name, part in PARTS.items():
        try:
            values = list(part.arguments(given).items())
            found += same(Area.CONTRACTS, check_contract(suite[name], artifacts[name], values, owners, suite.unit, names))
        except DeploymentError as error:
            found += other(Area.CONTRACTS, [str(error)])
    return found


def _roles(suite: Suite, settings: Settings) -> list[Finding]:
    table, wanted, names = roles.read(suite), roles.intended(suite, settings), names_of(suite)
    as_left = [f"role {roles.describe(role, names)}" for role in table if role in wanted]
    return same(Area.ROLES, as_left) + other(Area.ROLES, roles.differences(wanted, table, names))


def _genesis(suite: Suite) -> list[Finding]:
    """What each bucket gave; later grants may have minted more out of it, but not as genesis."""
    token, allocations, amount = suite["MDT"], suite.record.allocations(), suite.unit.format
    found: list[Finding] = []
    for bucket, name in enumerate(Buckets.names()):
        if bucket == BLOCK_EMISSION:
            continue
        planned = sum(allocation.amount for allocation in allocations if allocation.bucket == bucket)
        minted, cap = int(token.call("minted_by_bucket", bucket)), int(token.call("bucket_cap", bucket))
        if minted < planned:
            found += other(Area.GENESIS, [f"bucket {name} minted {amount(minted)}, the genesis is {amount(planned)}"])
        else:
            found += same(Area.GENESIS, [f"bucket {name}: genesis {amount(planned)}, minted {amount(minted)} of {amount(cap)}"])
    planned, minted = sum(allocation.amount for allocation in allocations), int(token.call("minted_by_reason", int(Mint.GENESIS)))
    if minted != planned:
        found += other(Area.GENESIS, [f"minted as genesis: {amount(minted)}, planned: {amount(planned)}"])
    return found


def _vesting(suite: Suite, settings: Settings) -> list[Finding]:
    """Every vested allocation has a schedule of its own with the terms of the preset."""
    vesting, starts, amount = suite["Vesting"], suite.record.vesting_starts, suite.unit.format
    found: list[Finding] = []
    there: dict[str, list[Any]] = {}
    for allocation in vested(suite.record.allocations()):
        account = str(suite[allocation.recipient].address) if allocation.recipient in SOURCES else allocation.recipient
        if account not in there:
            there[account] = [entry for first in (0, PAGE) for entry in vesting.call("schedules", account, first, PAGE)]
        entry = next((entry for entry in there[account] for start in starts if _is_of(entry, allocation, settings, start)), None)
        what = f"{allocation.vesting} of {amount(allocation.amount)}"
        if entry is None:
            found += other(Area.VESTING, [f"{allocation.name} has no schedule {what}: it was moved or ended since, or never made"])
            continue
        there[account].remove(entry)
        found += same(Area.VESTING, [f"schedule of {allocation.name}: {amount(allocation.amount)} on terms {allocation.vesting}"])
    return found


def _is_of(entry: Any, allocation: Allocation, settings: Settings, start: int) -> bool:
    wanted = terms(settings, allocation, start)
    found = (entry.amount, entry.start, entry.cliff_ends_at, entry.ends_at, entry.at_start_bps, entry.is_from_cliff)
    return found == (
        wanted["amount"],
        start,
        start + wanted["cliff_seconds"],
        start + wanted["duration_seconds"],
        wanted["at_start_bps"],
        wanted["is_from_cliff"],
    ) and (entry.is_revocable == wanted["is_revocable"])


def _pools(suite: Suite, settings: Settings) -> list[Finding]:
    """The pools that the preset begins with are there, as it states them; what governance added since is not asked for."""
    pools, amount = suite["ReservePools"], suite.unit.format
    found: list[Finding] = []
    for number, wanted in enumerate(settings.pools, 1):
        pool = pools.call("pool", number) if number <= pools.call("pool_count") else None
        if pool is None or pool.name != wanted.name or pool.put_in < wanted.amount:
            found += other(Area.MARKET, [f"pool {number} is not {wanted.name!r} with {amount(wanted.amount)} or more put in"])
            continue
        found += same(Area.MARKET, [f"pool {number}: {wanted.name}, {amount(pool.put_in)} put in, {amount(pool.available)} available"])
    return found


def _schedules(suite: Suite, settings: Settings) -> list[Finding]:
    """The same of its schedules."""
    schedules = suite["DistributionSchedules"]
    found: list[Finding] = []
    for number, wanted in enumerate(settings.schedules, 1):
        every = "every block" if wanted.interval_blocks == 1 else f"every {wanted.interval_blocks:,} blocks"
        what = f"{suite.unit.format(wanted.amount)} to {wanted.to} {every}"
        is_there = number <= schedules.call("schedule_count")
        if not is_there or not _pays(schedules.call("schedule", number), wanted, str(suite[wanted.recipient].address)):
            found += other(Area.MARKET, [f"schedule {number} does not pay {what}: it was changed since"])
            continue
        found += same(Area.MARKET, [f"schedule {number}: {what}"])
    return found


def _pays(found: Any, wanted: Payment, recipient: str) -> bool:
    shown = (found.kind, found.recipient, found.pool_id, found.is_minted, found.terms.amount, found.terms.interval_blocks, found.is_cancelled)
    return shown == (wanted.kind_number, recipient, wanted.pool_id, wanted.is_minted, wanted.amount, wanted.interval_blocks, False)


def _deployer(suite: Suite) -> list[Finding]:
    """Once it has handed over, the deployer has neither tokens nor an allowance; the roles say the rest."""
    record, token, amount = suite.record, suite["MDT"], suite.unit.format
    if record.owner != TIMELOCK:
        return []
    balance = int(token.call("balanceOf", record.deployer))
    allowance = int(token.call("allowance", record.deployer, suite["Vesting"].address))
    wrong = []
    if balance:
        wrong.append(f"the deployer {record.deployer} holds {amount(balance)}: send it on")
    if allowance:
        wrong.append(f"the deployer {record.deployer} allows Vesting {amount(allowance)}: approve 0")
    return other(Area.DEPLOYER, wrong) or same(Area.DEPLOYER, [f"deployer {record.deployer}: no tokens, no allowance"])


def holdings(suite: Suite) -> list[str]:
    """Where the supply is, as far as the deployment knows the accounts."""
    token, amount = suite["MDT"], suite.unit.format
    supply = int(token.call("totalSupply"))
    known = sum(int(token.call("balanceOf", account)) for account in names_of(suite))
    others = f", others hold {amount(supply - known)}" if supply != known else ", which is all of it"
    return [f"supply {amount(supply)}: accounts of the deployment hold {amount(known)}{others}"]
