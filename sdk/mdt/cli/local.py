"""A chain of one's own, moved forward, so that what takes days on a real one can be walked by hand: `mdt local advance`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mdt.cli.command import command
from mdt.cli.output import emit, say
from mdt.errors import ChainError

if TYPE_CHECKING:
    from mdt.cli.session import Session


@click.group("local")
def cli() -> None:
    """For chains on your own machine: the embedded one, and anvil."""


@command(
    cli,
    "advance",
    click.argument("distance"),
    click.option("--block-time", type=click.IntRange(1, 3_600), metavar="SECONDS", help="Seconds between blocks. [default: the preset's, or 3]"),
)
def advance(session: Session, distance: str, block_time: int | None) -> None:
    """Move the chain forward by DISTANCE: a time ('2 days') or a count of blocks ('200000 blocks'). Refused on any chain that others use."""
    from mdt.chain import block_time as clock
    from mdt.chain import localchain
    from mdt.units import format_seconds, when

    if not (session.is_local and session.chain.is_local):
        raise ChainError(f"{session.network} (chain id {session.chain.chain_id}) is no chain of your own: only the embedded chain and anvil can be moved")
    far = localchain.distance(distance, block_time or _preset_block_time(session))
    head = localchain.advance(session.chain.w3, far.blocks, far.seconds_per_block)
    moment = clock.now(session.chain)
    document = {"blocks": far.blocks, "seconds": far.seconds, "block_number": head, "timestamp": moment}
    words = f"{far.blocks:,} block{'' if far.blocks == 1 else 's'}, {format_seconds(far.seconds)}: now block {head:,}, {when(moment)}"
    emit(session.as_json, document, lambda: say(words))


def _preset_block_time(session: Session) -> int:
    """Seconds per block as the preset of the deployment has them, if there is one."""
    from mdt.chain.localchain import SECONDS_PER_BLOCK
    from mdt.preset.settings import load

    record = session.folder.find_network()
    return load(record.preset).halving.block_time if record is not None else SECONDS_PER_BLOCK
