"""Transactions that wait: paying more for one, and giving up on one."""

from __future__ import annotations

from dataclasses import replace

from tests.faults.rows import Life, row
from tests.faults.world import World

TRANSFER = ("token", "transfer", "TEST::10", "5 MDT", "--account", "TEST::9")


def waiting(world: World) -> Life:
    """A transfer that the node does not mine; what is sent next is mined at once again, in order."""
    number = str(int(world.node.call("eth_getTransactionCount", world.people[9], "latest"), 16))
    with world.aside():
        yield replace(row("tx replace", number, by=9), before=_stuck)
    yield replace(row("tx cancel", number, by=9), before=_stuck)


def _stuck(world: World) -> None:
    world.node.hold()
    with world.hurried(True):
        done = world.run(*TRANSFER)
    assert done.code == 1, done.said
    world.proxy.mines = True
