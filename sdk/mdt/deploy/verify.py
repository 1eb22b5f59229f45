"""Comparing a whole deployment with what was compiled and asked for: code, values in force, roles, counts, genesis, and what the deployer sent.

Reads only. Right after a deployment nothing may differ. What governance changed since is told as such where an executed operation explains it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from mdt.deploy import markets, roles
from mdt.deploy.audit import audit
from mdt.deploy.check import check_contract
from mdt.deploy.compiled import Artifact
from mdt.deploy.counts import counts
from mdt.deploy.current import arguments_of, replacements
from mdt.deploy.deployer import left_by_deployer
from mdt.deploy.findings import Area, Finding, Findings, other, same
from mdt.deploy.parts import PARTS
from mdt.deploy.role_votes import sets_role
from mdt.deploy.vesting import vesting
from mdt.deploy.votes import Vote
from mdt.deploy.words import Naming
from mdt.errors import ConfigError
from mdt.model.reasons import Mint
from mdt.names import TIMELOCK
from mdt.preset.genesis import BLOCK_EMISSION
from mdt.preset.lifecycle import Payment
from mdt.preset.settings import Buckets, Settings
from mdt.suite.directory import names_of
from mdt.suite.opened import Suite
from mdt.suite.records import preset_hash
from mdt.suite.words import counted


def compare(suite: Suite, artifacts: Mapping[str, Artifact], settings: Settings) -> Findings:
    """Compare everything, and tell what is as it was deployed and what differs; `Findings.explained` then tells what governance changed.

    Args:
        suite: The deployment, finished or not.
        artifacts: What was compiled.
        settings: The preset it was made from.

    Raises:
        ConfigError: the preset is not the one the deployment was made from.
    """
    record = suite.record
    if preset_hash(settings) != record.preset_hash:
        raise ConfigError(f"the deployment was made from preset {record.preset} with other values than it has now: check out the version that made it")
    found = [
        *_contracts(suite, artifacts, settings),
        *_roles(suite, settings),
        *counts(suite, settings),
        *_genesis(suite),
        *vesting(suite, settings),
        *_pools(suite, settings),
        *_schedules(suite, settings),
        *markets.compared(suite, artifacts, settings, {record.deployer, str(suite[TIMELOCK].address)}, Naming(names_of(suite))),
        *left_by_deployer(suite),
        *audit(suite),
    ]
    return Findings(tuple(found), tuple(notes(suite)))


def _contracts(suite: Suite, artifacts: Mapping[str, Artifact], settings: Settings) -> list[Finding]:
    owners, names = {suite.record.deployer, str(suite[TIMELOCK].address)}, Naming(names_of(suite))
    found: list[Finding] = []
    for name in PARTS:
        values = list(arguments_of(suite, settings, name).items())
        found += check_contract(suite[name], artifacts[name], values, owners, suite.unit, names)
    found += replacements(suite)
    if suite["MDT"].call("is_setup_finished"):
        return [*found, *same(Area.CONTRACTS, ["MDT.is_setup_finished = True"])]
    return [*found, *other(Area.CONTRACTS, ["MDT.is_setup_finished is not yet true: a new minter need not wait"])]


def _roles(suite: Suite, settings: Settings) -> list[Finding]:
    table, wanted, names = roles.read(suite), roles.intended(suite, settings), names_of(suite)
    found = same(Area.ROLES, [f"role {roles.describe(role, names)}" for role in table if role in wanted])
    for line, role, accounts in roles.differences(wanted, table, names):
        found += other(Area.ROLES, [line], partial(sets_role, role, accounts, role in table, suite.unit), max(len(accounts), 1))
    return found


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


def _pools(suite: Suite, settings: Settings) -> list[Finding]:
    """The pools that the preset begins with are there, as it states them; what governance added since is not asked for."""
    pools, amount = suite["ReservePools"], suite.unit.format
    found: list[Finding] = []
    if suite.first("ReservePools") != pools.address:
        return same(Area.MARKET, [f"{counted(len(settings.pools), 'pool')} of the preset: in the contract that was replaced"])
    for number, wanted in enumerate(settings.pools, 1):
        pool = pools.call("pool", number) if number <= pools.call("pool_count") else None
        if pool is None or pool.name != wanted.name or pool.put_in < wanted.amount:
            found += other(Area.MARKET, [f"pool {number} is not {wanted.name!r} with {amount(wanted.amount)} or more put in"])
            continue
        if pool.is_closed:
            words = f"pool {number}: {wanted.name} is closed, {amount(pool.returned)} went to the treasury"
            found += other(Area.MARKET, [words], partial(_closes_pool, number))
            continue
        found += same(Area.MARKET, [f"pool {number}: {wanted.name}, {amount(pool.put_in)} put in, {amount(pool.available)} available"])
    return found


def _closes_pool(number: int, vote: Vote) -> int:
    return int((vote.contract, vote.function) == ("ReservePools", "close_pool") and not vote.is_earlier and vote.arguments["pool_id"] == number)


def _schedules(suite: Suite, settings: Settings) -> list[Finding]:
    """The same of its schedules."""
    schedules = suite["DistributionSchedules"]
    found: list[Finding] = []
    if suite.first("DistributionSchedules") != schedules.address:
        return same(Area.MARKET, [f"{counted(len(settings.schedules), 'schedule')} of the preset: in the contract that was replaced"])
    for number, wanted in enumerate(settings.schedules, 1):
        every = "every block" if wanted.interval_blocks == 1 else f"every {wanted.interval_blocks:,} blocks"
        what = f"{suite.unit.format(wanted.amount)} to {wanted.to} {every}"
        is_there = number <= schedules.call("schedule_count")
        if not is_there or not _pays(schedules.call("schedule", number), wanted, suite.first(wanted.recipient)):
            found += other(Area.MARKET, [f"schedule {number} does not pay {what}: it was changed since"], partial(_changes_schedule, number))
            continue
        found += same(Area.MARKET, [f"schedule {number}: {what}"])
    return found


def _changes_schedule(number: int, vote: Vote) -> int:
    return int(vote.sets("DistributionSchedules", "schedule") and vote.arguments["schedule_id"] == number)


def _pays(found: Any, wanted: Payment, recipient: str) -> bool:
    shown = (found.kind, found.recipient, found.pool_id, found.is_minted, found.terms.amount, found.terms.interval_blocks, found.is_cancelled)
    return shown == (wanted.kind_number, recipient, wanted.pool_id, wanted.is_minted, wanted.amount, wanted.interval_blocks, False)


def notes(suite: Suite) -> list[str]:
    """Where the supply is, as far as the deployment knows the accounts, and what the deployer holds of it: told, and never a difference."""
    token, amount = suite["MDT"], suite.unit.format
    supply = int(token.call("totalSupply"))
    held = {account: int(token.call("balanceOf", account)) for account in names_of(suite)}
    known = sum(held.values())
    others = f", others hold {amount(supply - known)}" if supply != known else ", which is all of it"
    lines = [f"supply {amount(supply)}: accounts of the deployment hold {amount(known)}{others}"]
    deployer = suite.record.deployer
    if suite.record.owner == TIMELOCK and held.get(deployer):
        lines.append(f"the deployer {deployer} holds {amount(held[deployer])}, which somebody sent it: no part of the deployment")
    return lines
