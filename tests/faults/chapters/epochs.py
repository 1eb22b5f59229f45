"""An epoch: its report, its payment, claims, and what stakers' streams need."""

from __future__ import annotations

from pathlib import Path

from eth_utils.address import to_checksum_address

from tests.faults.rows import Life, row
from tests.faults.world import World
from tests.support.forged import hand_in
from tests.support.suite import write_data

MINERS = 66
"""More than one transaction pays."""


def _asked(world: World, miners: list[str], bundles: list[str]) -> Life:
    """The next epoch's report, whose leaves somebody asks for."""
    data, status = world.home / "asked", world.do("epoch", "status")
    write_data(data, {status["next_epoch"]: (dict.fromkeys(miners, (200, "0.7", "0.9")), 9, 10)})
    world.to_block(status["end_block"])
    world.do("epoch", "report", str(data), *bundles)
    for number in (1, 2, 3):
        world.do("epoch", "attest", "--account", f"TEST::{number}", *bundles)
    world.do("epoch", "submit", "--account", "TEST::5", *bundles)
    yield row("epoch challenge", "--largest", "2", *bundles, by=9)
    digest = world.do("epoch", "challenges")["digest"]
    with world.aside():
        yield row("epoch answer", *bundles, by=5)
    world.wait(601)
    with world.aside():
        yield row("epoch discard", by=5)
    world.do("epoch", "cancel", "--account", "TEST::7")
    yield row("epoch return-bonds", digest, by=5)


def epochs(world: World) -> Life:
    """Epoch 0 of many miners, from its report to their claims; another one that nobody reports."""
    bundles = ["--bundles", str(world.bundles)]
    data = world.home / "data"
    miners = [to_checksum_address(f"0x{number + 1:040x}") for number in range(MINERS)]
    write_data(data, {0: (dict.fromkeys(miners, (200, "0.7", "0.9")), 9, 10)})
    made = world.do("epoch", "report", str(data), *bundles)
    published = hand_in(world.w3, world.records, Path(made["bundle"]), 1, 2, 3)
    yield row("epoch refute", "--leaves", str(published), *bundles, by=5)
    world.do("epoch", "report", str(data), *bundles)
    for number in (1, 2, 3):
        world.do("epoch", "attest", "--account", f"TEST::{number}", *bundles)
    with world.aside():
        for number in (1, 2, 3):
            world.do("epoch", "attest", "--void", "--account", f"TEST::{number}", *bundles)
        yield row("epoch void", *bundles, by=5)
    yield row("epoch submit", *bundles, by=5)
    with world.aside():
        yield row("epoch cancel", by=7)
    world.wait(600)
    yield row("epoch settle", by=5)
    yield row("rewards claim", "--all", *bundles, by=5)
    with world.aside():
        yield from _asked(world, miners, bundles)
    yield row("rewards pull", by=5)
    world.blocks(10)
    yield row("rewards recycle", by=5)
    with world.aside():
        world.wait(2 * 86_400)  # the grace that the refutation gave
        world.to_block(world.do("epoch", "status")["deadline_block"] + 1)
        yield row("epoch skip", by=5)
