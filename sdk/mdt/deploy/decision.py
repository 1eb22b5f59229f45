"""Whether a deployment begins, goes on, or starts over: decided from the record, what is asked for, and what the chain says. Nothing is read or written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mdt.addresses import parse_address
from mdt.deploy.genesis_steps import CREATE
from mdt.deploy.options import Options
from mdt.errors import ConfigError, DeploymentError
from mdt.files import readable
from mdt.names import SOURCES, TIMELOCK
from mdt.preset import genesis
from mdt.suite.records import NetworkRecord, preset_hash
from mdt.units import when

LOCAL_START_MARGIN = 96
"""Blocks: on a local chain every transaction is one."""
PUBLIC_START_MARGIN = 400
"""Blocks: 20 minutes at three seconds, room for the whole plan and one interruption."""

VESTING_MARGIN = 3_600
"""Seconds from now to the start of vesting where nobody named one."""
LATEST_START = 10 * 365 * 86_400
"""Seconds from now: contracts/vesting/Vesting.vy."""


@dataclass(frozen=True)
class Seen:
    """What chain and folder say before anything is decided.

    Attributes:
        head: Number of the newest block.
        now: Its time, in unix seconds.
        is_local: Whether the chain is a local one, which may be restarted at will.
        folder: Where the records are, for messages.
        recorded: The contracts that have a record there, by name, with their addresses.
        is_first_there: Whether the first of them has code on the chain; None when it has no record.
    """

    chain_id: int
    head: int
    now: int
    is_local: bool
    folder: str
    recorded: Mapping[str, str]
    is_first_there: bool | None


@dataclass(frozen=True)
class Decision:
    """What to do.

    Attributes:
        way: Begin where there is no record; resume it; or begin anew instead of it.
        because: Why anew.
        discards: Whether the records of the contracts are set aside first.
        vesting_start: A later start of the schedules that are not there yet, to be noted.
        moves_start: Whether the start block has passed: a new one, and the contracts bound to it are deployed anew.
    """

    way: Literal["begin", "resume", "anew"]
    because: str = ""
    discards: bool = False
    vesting_start: int | None = None
    moves_start: bool = False


def decide(record: NetworkRecord | None, asked: Mapping[str, Any], vesting_start: int | None, seen: Seen) -> Decision:
    """What becomes of a deployment.

    Args:
        record: Of an earlier run, if any.
        asked: What this run is asked for, as `asked_for` tells it.
        vesting_start: When vesting is to start, unix seconds; None when nobody named it.
        seen: What chain and folder say.

    Raises:
        ConfigError: the record was started with other values, or its schedules are there and start at another time.
        DeploymentError: the record is another chain's, or its contracts are gone from a public one.
    """
    if record is None:
        return Decision("begin")
    if record.chain_id != seen.chain_id:
        raise DeploymentError(f"{seen.folder} describes chain id {record.chain_id}, the network is {seen.chain_id}: use another folder (--deployments)")
    if seen.is_first_there is False:
        if seen.is_local:
            return Decision("anew", "the local chain was restarted and has lost its contracts", discards=True)
        first = next(iter(SOURCES))
        raise DeploymentError(
            f"{first} of {seen.folder} has no code at {seen.recorded[first]}: the node lost its contracts or is another chain;"
            " check --network, or set the records aside and deploy anew with --fresh"
        )
    other = next((key for key, value in asked.items() if getattr(record, key) != value), None)
    if other is not None:
        if seen.is_first_there is None and record.pending is None:
            return Decision("anew", f"nothing was sent yet, and {other} is another now")
        raise ConfigError(
            f"the deployment in {seen.folder} was started with {other} = {getattr(record, other)!r}, now it is {asked[other]!r}:"
            " continue with the same values, or set the records aside with --fresh"
        )
    is_scheduled = {"BlockReward", "EmissionController"} <= set(seen.recorded)
    return Decision(
        "resume",
        vesting_start=_later_start(record, vesting_start, seen.now),
        moves_start=not is_scheduled and record.pending is None and seen.head >= record.start_block,
    )


def _later_start(record: NetworkRecord, start: int | None, now: int) -> int | None:
    """A start of vesting that replaces the recorded one for the schedules that are not there yet."""
    starts = record.vesting_starts
    if start is None or not starts or start == starts[-1]:
        return None
    waiting = len(genesis.batches(record.allocations())) - sum(name.startswith(CREATE) for name in record.steps)
    if record.is_complete or not waiting:
        raise ConfigError(f"vesting starts at {when(starts[-1])} in the schedules that are on the chain, now it is {when(start)}: leave --tge out")
    return vesting_start_of(start, now)


def vesting_start_of(start: int | None, now: int) -> int:
    """When vesting starts: as asked for, or an hour from now.

    Raises:
        ConfigError: it has passed, or lies more than ten years ahead.
    """
    if start is None:
        return now + VESTING_MARGIN
    if not now < start <= now + LATEST_START:
        raise ConfigError(f"vesting cannot start at {when(start)}: it must lie after {when(now)}, and at most ten years after that")
    return start


def start_block_of(options: Options, seen: Seen) -> int:
    """From which block there are rewards."""
    usual = LOCAL_START_MARGIN if seen.is_local else PUBLIC_START_MARGIN
    return seen.head + (usual if options.start_margin is None else options.start_margin)


def asked_for(options: Options, deployer: str) -> dict[str, Any]:
    """What a deployment cannot change once it has begun, by the record's fields, in the order in which a difference is reported."""
    owner = TIMELOCK if options.hand_over else deployer
    return {
        "preset_hash": preset_hash(options.settings),
        "deployer": deployer,
        "owner": owner,
        "proposers": [parse_address(account) for account in options.proposers],
        "executors": [parse_address(account) for account in options.executors],
        "guardian": parse_address(options.guardian),
        "token_guardian": parse_address(options.token_guardian) if options.token_guardian else "",
        "report_guardian": parse_address(options.report_guardian) if options.report_guardian else "",
        "arbiter": parse_address(options.arbiter) if options.arbiter else owner,
        "pool_operator": parse_address(options.pool_operator) if options.pool_operator else owner,
        "reporters": [parse_address(account) for account in options.reporters],
        "quorum": options.quorum,
        "genesis": [readable(allocation.recorded()) for allocation in options.allocations()],
    }


def new_record(options: Options, asked: Mapping[str, Any], seen: Seen, block_time: str) -> NetworkRecord:
    """The record of a deployment that begins.

    Raises:
        ConfigError: vesting cannot start when it is asked to.
    """
    vests = any(allocation["vesting"] is not None for allocation in asked["genesis"])
    return NetworkRecord(
        network=options.network,
        chain_id=seen.chain_id,
        preset=options.settings.name,
        start_block=start_block_of(options, seen),
        vesting_starts=[vesting_start_of(options.vesting_start, seen.now)] if vests else [],
        block_time=block_time,
        **asked,
    )
