"""The operations kept beside a deployment's records that were executed: what governance has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdt.deploy.votes import Vote
from mdt.errors import MDTError
from mdt.governance.store import Store
from mdt.governance.timelock import DONE, Timelock
from mdt.suite.directory import Directory
from mdt.suite.readable import read_call
from mdt.units import when

if TYPE_CHECKING:
    from mdt.cli.session import Session


def votes(session: Session) -> tuple[list[Vote], list[str]]:
    """The calls of the operations kept here that the timelock has executed, and the files that do not count, each in words."""
    suite, timelock, store = session.suite, Timelock(session.suite), Store.of(session.folder)
    found, uncounted, directory = list[Vote](), store.strays(), Directory(suite)
    for name in store.ids():
        try:
            kept = store.load(name)
        except MDTError as error:
            uncounted.append(str(error))
            continue
        if timelock.standing(kept.operation.id).state != DONE:
            continue
        reads = [read_call(call, directory) for call in kept.operation.calls]
        scheduled = _scheduled(session, kept.block_number)
        for read in reads:
            contract, _, earlier = (read.contract or "").partition("@")
            if contract and read.function:
                found.append(Vote(contract, read.function, read.arguments, name, scheduled, is_earlier=bool(earlier)))
    return found, uncounted


def _scheduled(session: Session, block: int | None) -> str:
    """When an operation was scheduled: the block's time where the node tells it."""
    if block is None:
        return ""
    timestamp = session.chain.header(block)
    return f"in block {block:,}" if timestamp is None else when(timestamp)
