"""Validators, those who stake with them, and slashes."""

from __future__ import annotations

import json

from eth_utils.crypto import keccak

from tests.faults.rows import Life, row
from tests.faults.world import World

DAY = 86_400
UNBONDING = 7 * DAY
OPERATOR, SECOND, HOLDER, MOVER, SUCCESSOR = 10, 11, 12, 13, 14


def _validators(world: World) -> None:
    """Two of them, and tokens for those who stake."""
    for number in (OPERATOR, SECOND, HOLDER, MOVER):
        world.do("token", "transfer", f"TEST::{number}", "2_000 MDT", "--account", "TEST::9")
    for number in (OPERATOR, SECOND):
        world.do("validator", "register", "400 MDT", "--commission", "5%", "--account", f"TEST::{number}")


def stakes(world: World) -> Life:
    """A position: locked, extended, restaked, paid, unlocked, out and in again, out for good; another one that moves."""
    _validators(world)
    yield row("stake add", "2", "300 MDT", "--months", "1", by=HOLDER)
    yield row("stake extend", "2", "--months", "2", by=HOLDER)
    world.do("rewards", "pull", "--account", "TEST::5")
    world.blocks(20)
    yield row("stake restake", "2", by=HOLDER)
    yield row("stake recipient", "TEST::15", by=HOLDER)
    world.blocks(20)
    yield row("stake claim", "--for", f"TEST::{HOLDER}", by=MOVER)
    world.wait(61 * DAY)
    yield row("stake end-lock", "2", "--for", f"TEST::{HOLDER}", by=MOVER)
    yield row("stake unstake", "2", "100 MDT", by=HOLDER)
    yield row("stake cancel", "2", "0", by=HOLDER)
    world.do("stake", "unstake", "2", "120 MDT", "--account", f"TEST::{HOLDER}")
    world.blocks(UNBONDING // 3)
    yield row("stake withdraw", by=HOLDER)
    yield row("stake move", "2", "1", "all", by=HOLDER)


def validators(world: World) -> Life:
    """One that registers, changes what it takes and says, goes, comes back and is handed over."""
    world.do("token", "transfer", f"TEST::{OPERATOR}", "2_000 MDT", "--account", "TEST::9")
    yield row("validator register", "500 MDT", "--commission", "5%", "--metadata", "first", by=OPERATOR)
    yield row("validator metadata", "1", "first of all", by=OPERATOR)
    yield row("validator limit", "1", "5_000 MDT", by=OPERATOR)
    yield row("validator commission set", "1", "7.5%", by=OPERATOR)
    world.wait(UNBONDING)
    yield row("validator commission apply", "1", by=HOLDER)
    world.do("rewards", "pull", "--account", "TEST::5")
    world.blocks(10)
    yield row("validator claim-commission", "1", by=HOLDER)
    yield row("validator exit", "1", by=OPERATOR)
    world.wait(DAY)
    yield row("validator rejoin", "1", by=OPERATOR)
    yield row("validator operator", "1", f"TEST::{HOLDER}", by=OPERATOR)
    yield row("validator vote-key propose", "1", f"TEST::{SUCCESSOR}", by=OPERATOR)
    yield row("validator vote-key accept", "1", by=SUCCESSOR)
    yield row("validator owner propose", "1", f"TEST::{SUCCESSOR}", by=OPERATOR)
    yield row("validator owner accept", "1", by=SUCCESSOR)


def slashes(world: World) -> Life:
    """A double signing that was none, and outages that were some."""
    _validators(world)
    named = world.do("governance", "schedule", "Slasher", "set_slasher_role", f"TEST::{HOLDER}", "true", "--account", "TEST::6")
    world.wait(DAY)
    world.execute(named)
    reasons = world.home / "reasons.txt"
    reasons.write_text("the second machine was stolen\n")
    world.do("stake", "add", "2", "200 MDT", "--account", f"TEST::{MOVER}")
    world.do("stake", "move", "2", "1", "all", "--account", f"TEST::{MOVER}")
    yield row("slash prove", *_votes(world, 1), by=MOVER)
    world.do("slash", "prove", *_votes(world, 5), "--account", f"TEST::{MOVER}")
    yield row("slash answer", "1", "--for", f"TEST::{MOVER}", by=HOLDER)
    yield row("slash appeal", "0", str(reasons), by=SECOND)
    with world.aside():
        yield row("slash uphold", "0", by=8)
    yield row("slash overturn", "0", by=8)
    yield row("slash restitution", "0", "--for", f"TEST::{MOVER}", by=HOLDER)
    yield row("slash registered", "2", by=HOLDER)
    with world.aside():
        yield row("slash announce", "1", "no-reveal", str(world.node.head() - 1), str(reasons), by=HOLDER)
    report, folder = world.home / "liveness.json", ["--signatures", str(world.home / "liveness")]
    world.to_block(world.do("epoch", "status")["end_block"] + 481)
    entries = [{"validator_id": 1, "missed_blocks": 120, "missed_reveals": 0}]
    report.write_text(json.dumps({"epoch": world.do("epoch", "status")["current_epoch"] - 1, "entries": entries}))
    for number in (1, 2, 3):
        world.do("slash", "sign-liveness", str(report), *folder, "--account", f"TEST::{number}")
    yield row("slash report-liveness", str(report), *folder, by=HOLDER)
    yield row("slash liveness", "1", "offline", by=HOLDER)
    with world.aside():
        yield row("slash void", "2", by=7)
    world.wait(DAY)
    yield row("slash open", "2", by=HOLDER)
    world.wait(4 * DAY)
    yield row("slash execute", "2", by=HOLDER)
    world.wait(4 * DAY)
    yield row("validator unjail", "1", by=OPERATOR)
    world.do("validator", "exit", "1", "--account", f"TEST::{OPERATOR}")
    world.do("slash", "execute", "1", "--account", f"TEST::{HOLDER}")
    world.blocks(UNBONDING // 3)
    yield row("validator deposit withdraw", "1", by=OPERATOR)
    yield row("validator deposit forfeit", "2", by=HOLDER)


def _votes(world: World, back: int) -> list[str]:
    """Files of two votes of validator 2 for one height, so many blocks ago."""
    height, paths = str(world.node.head() - back), [str(world.home / f"vote-{back}-{number}.json") for number in (1, 2)]
    for number, path in enumerate(paths):
        world.do("slash", "vote", height, "0x" + keccak(text=f"block {number}").hex(), "--out", path, "--account", f"TEST::{SECOND}")
    return paths
