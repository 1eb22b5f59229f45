"""Comparing a whole deployment with what was compiled and asked for: code, constructor values, roles, genesis, and where the tokens are.

Reads only. Right after a deployment nothing may differ; later the differences are what governance has changed since.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mdt.deploy import roles
from mdt.deploy.check import check_contract
from mdt.deploy.compiled import Artifact
from mdt.deploy.values import constructor_values
from mdt.errors import ConfigError, DeploymentError
from mdt.model.reasons import Mint
from mdt.names import SOURCES, TIMELOCK
from mdt.preset.genesis import BLOCK_EMISSION, Allocation, terms, vested
from mdt.preset.lifecycle import Schedule
from mdt.preset.settings import Buckets, Settings
from mdt.suite.directory import names_of
from mdt.suite.opened import Suite
from mdt.suite.records import preset_hash
from mdt.units import format_amount

PAGE = 32


def verify(suite: Suite, artifacts: Mapping[str, Artifact], settings: Settings) -> list[str]:
    """Compare everything; returns what was compared.

    Raises:
        ConfigError: the preset is not the one the deployment was made from.
        DeploymentError: names every difference.
    """
    record = suite.record
    if preset_hash(settings) != record.preset_hash:
        raise ConfigError(f"the deployment was made from preset {record.preset} with other values than it has now: check out the version that made it")
    compared, wrong = _contracts(suite, artifacts, settings)
    table = roles.read(suite)
    names = names_of(suite)
    wrong += roles.differences(roles.intended(suite, settings), table, names)
    compared += [f"role {roles.describe(one, names)}" for one in table]
    for part in (_genesis(suite), _schedules(suite, settings), _market(suite, settings), _deployer(suite)):
        compared += part[0]
        wrong += part[1]
    if wrong:
        raise DeploymentError("; ".join(wrong))
    return [*compared, *holdings(suite)]


Findings = tuple[list[str], list[str]]
"""What was compared, and what differs."""


def _contracts(suite: Suite, artifacts: Mapping[str, Artifact], settings: Settings) -> Findings:
    compared, wrong = [], []
    at = {name: str(contract.address) for name, contract in suite.contracts.items()}
    owners = {suite.record.deployer, at.get(TIMELOCK, "")}
    for name in SOURCES:
        values = constructor_values(name, settings, suite.record, at.__getitem__)
        try:
            compared += check_contract(suite[name], artifacts[name], list(values.items()), owners)
        except DeploymentError as error:
            wrong.append(str(error))
    return compared, wrong


def _genesis(suite: Suite) -> Findings:
    """What each bucket gave; later grants may have minted more out of it, but not as genesis."""
    token, allocations = suite["MDT"], suite.record.allocations()
    compared, wrong = [], []
    for bucket, name in enumerate(Buckets.names()):
        if bucket == BLOCK_EMISSION:
            continue
        planned, minted = sum(one.amount for one in allocations if one.bucket == bucket), int(token.call("minted_by_bucket", bucket))
        if minted < planned:
            wrong.append(f"bucket {name} minted {format_amount(minted)}, the genesis is {format_amount(planned)}")
        compared.append(f"bucket {name}: genesis {format_amount(planned)}, minted {format_amount(minted)} of {format_amount(token.call('bucket_cap', bucket))}")
    planned, minted = sum(one.amount for one in allocations), int(token.call("minted_by_reason", int(Mint.GENESIS)))
    if minted != planned:
        wrong.append(f"minted as genesis: {format_amount(minted)}, planned: {format_amount(planned)}")
    return compared, wrong


def _schedules(suite: Suite, settings: Settings) -> Findings:
    """Every vested allocation has a schedule of its own with the terms of the preset."""
    vesting, starts = suite["Vesting"], suite.record.vesting_starts
    compared, wrong = [], []
    there: dict[str, list[Any]] = {}
    for one in vested(suite.record.allocations()):
        account = str(suite[one.recipient].address) if one.recipient in SOURCES else one.recipient
        if account not in there:
            there[account] = [entry for first in (0, PAGE) for entry in vesting.call("schedules", account, first, PAGE)]
        found = next((entry for entry in there[account] for start in starts if _is_of(entry, one, settings, start)), None)
        if found is None:
            wrong.append(f"{one.name} has no schedule {one.vesting} of {format_amount(one.amount)}: it was moved or ended since, or never made")
            continue
        there[account].remove(found)
        compared.append(f"schedule of {one.name}: {format_amount(one.amount)} on terms {one.vesting}")
    return compared, wrong


def _is_of(entry: Any, one: Allocation, settings: Settings, start: int) -> bool:
    wanted = terms(settings, one, start)
    found = (entry.amount, entry.start, entry.cliff_ends_at, entry.ends_at, entry.at_start_bps, entry.is_from_cliff)
    return found == (
        wanted["amount"],
        start,
        start + wanted["cliff_seconds"],
        start + wanted["duration_seconds"],
        wanted["at_start_bps"],
        wanted["is_from_cliff"],
    ) and (entry.is_revocable == wanted["is_revocable"])


def _market(suite: Suite, settings: Settings) -> Findings:
    """The pools and schedules that the preset begins with are there, as it states them; what governance added since is not asked for."""
    pools, schedules = suite["ReservePools"], suite["DistributionSchedules"]
    compared, wrong = [], []
    for number, wanted in enumerate(settings.pools, 1):
        pool = pools.call("pool", number) if number <= pools.call("pool_count") else None
        if pool is None or pool.name != wanted.name or pool.put_in < wanted.amount:
            wrong.append(f"pool {number} is not {wanted.name!r} with {format_amount(wanted.amount)} or more put in")
            continue
        compared.append(f"pool {number}: {wanted.name}, {format_amount(pool.put_in)} put in, {format_amount(pool.available)} available")
    for number, one in enumerate(settings.schedules, 1):
        every = "every block" if one.interval_blocks == 1 else f"every {one.interval_blocks:,} blocks"
        what = f"{format_amount(one.amount)} to {one.to} {every}"
        if number > schedules.call("schedule_count") or not _pays(schedules.call("schedule", number), one, str(suite[one.recipient].address)):
            wrong.append(f"schedule {number} does not pay {what}: it was changed since")
            continue
        compared.append(f"schedule {number}: {what}")
    return compared, wrong


def _pays(found: Any, wanted: Schedule, recipient: str) -> bool:
    shown = (found.kind, found.recipient, found.pool_id, found.is_minted, found.terms.amount, found.terms.interval_blocks, found.is_cancelled)
    return shown == (wanted.kind_number, recipient, wanted.pool_id, wanted.is_minted, wanted.amount, wanted.interval_blocks, False)


def _deployer(suite: Suite) -> Findings:
    """Once it has handed over, the deployer has neither tokens nor an allowance; the roles say the rest."""
    record, token = suite.record, suite["MDT"]
    if record.owner != TIMELOCK:
        return [], []
    balance = int(token.call("balanceOf", record.deployer))
    allowance = int(token.call("allowance", record.deployer, suite["Vesting"].address))
    wrong = []
    if balance:
        wrong.append(f"the deployer {record.deployer} holds {format_amount(balance)}: send it on")
    if allowance:
        wrong.append(f"the deployer {record.deployer} allows Vesting {format_amount(allowance)}: approve 0")
    return [f"deployer {record.deployer}: no tokens, no allowance"], wrong


def holdings(suite: Suite) -> list[str]:
    """Where the supply is, as far as the deployment knows the accounts."""
    token = suite["MDT"]
    supply = int(token.call("totalSupply"))
    known = sum(int(token.call("balanceOf", account)) for account in names_of(suite))
    others = f", others hold {format_amount(supply - known)}" if supply != known else ", which is all of it"
    return [f"supply {format_amount(supply)}: accounts of the deployment hold {format_amount(known)}{others}"]
