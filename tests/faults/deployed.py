"""The deployment that faults are tried on: made by the command that deploys, which is itself tried with faults on the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.faults.faults import AWAY_AFTER, BLIND, LOST, Fault
from tests.faults.outcomes import Outcome, attempted
from tests.faults.world import World
from tests.support import fault_effects as become
from tests.support.anvil_node import running
from tests.support.fault_proxy import RECEIPT, FaultProxy, Rule
from tests.support.presets import write_with_deposit

GWEI = 10**9
CHAIN_ID = 88_980
"""Of the network for development: test accounts may sign on it, and nothing else is taken for local."""
HOLDERS = ("liquidity", "ido", "private", "ecosystem", "team", "community")
FEW = 20
"""Receipts that the deployment sees before the node goes away."""


@dataclass(frozen=True)
class Deployed:
    """A world with a finished deployment whose first epoch is over, and what came of deploying it."""

    world: World
    outcomes: tuple[Outcome, ...]


@contextmanager
def deployed(folder: Path) -> Iterator[Deployed]:
    """Deploy on a node of its own."""
    with (
        running("--accounts", "20", "--base-fee", "0", "--gas-price", str(GWEI), "--timestamp", "1800000000", "--chain-id", str(CHAIN_ID)) as node,
        FaultProxy(node) as proxy,
    ):
        node.call("anvil_setBlockTimestampInterval", 1)
        world = World(node, proxy, folder / "home")
        outcomes = _deploy(world)
        world.to_block(world.do("epoch", "status")["end_block"])
        yield Deployed(world, outcomes)


def _deploy(world: World) -> tuple[Outcome, ...]:
    """Once, by two runs: the first loses the node in the middle, the second loses every answer to sending, and the node for a while."""
    words = ("deploy", "--account", "TEST::0", "--preset", str(write_with_deposit(world.home)), "--block-time", "3 seconds", *_people())
    gone = Fault(BLIND.name, BLIND.words, lambda _node: [Rule(become.lost_request, [RECEIPT], skip=FEW)])
    shaky = Fault(LOST.name, LOST.words, lambda node: [*AWAY_AFTER.rules(node), *LOST.rules(node)], passes=True)
    first, then = attempted(world, words, gone, 0), attempted(world, words, shaky, 0)
    recorded = sorted(one["tx_hash"] for one in world.do(*words)["steps"])
    assert recorded == sorted(then.hashes), f"{len(recorded)} steps are recorded, the chain has {len(then.hashes)} transactions: {then.done.said}"
    return Outcome("deploy", BLIND, (first, then), then.deeds), *(Outcome("deploy", one, (then,), then.deeds) for one in (LOST, AWAY_AFTER))


def _people() -> list[str]:
    people = {"guardian": 7, "arbiter": 8, "proposer": 6}
    named = [part for role, number in people.items() for part in (f"--{role}", f"TEST::{number}")]
    named += [part for number in (1, 2, 3) for part in ("--reporter", f"TEST::{number}")]
    return named + [part for holder in HOLDERS for part in ("--holder", f"{holder}=TEST::9")]
