"""Every command of the guide to markets, as it is written, in an order in which it can be done: the market is made first."""

from __future__ import annotations

import json
import re
import shlex

import pytest

from mdt.files import ROOT
from tests.support.sending_commands import ANYBODY, HOLDER, MOVER, PROPOSER, begin, executed

DAY = 86_400
PAGE = ROOT / "docs" / "guides" / "markets.md"
PEOPLE = {"TRADER": MOVER, "PROVIDER": MOVER, "ANY": ANYBODY, "PROPOSER": PROPOSER}
MAKING = "## Make a market"


def commands(text: str) -> list[str]:
    """The commands of its blocks, without what stands behind them."""
    blocks = re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [line.partition(" #")[0].strip() for block in blocks for line in block.splitlines() if line.startswith("mdt ")]


@pytest.fixture(scope="module")
def world(proxy, tmp_path_factory):
    home = tmp_path_factory.mktemp("guide") / "home"
    home.mkdir()
    return begin(proxy, home)


def test_guide__every_command__works_as_written(world):
    page, waiting, reading = PAGE.read_text(encoding="utf-8"), list[dict](), {}
    before, making, after = page.partition(MAKING)
    section = making + after.partition("\n## ")[0]
    lines = commands(section) + commands(before) + commands(after.removeprefix(after.partition("\n## ")[0]))
    assert sorted(lines) == sorted(commands(page))
    assert len(lines) == 27
    for line in lines:
        text = line.removeprefix("mdt ").replace("0x5FbDB2315678afecb367f032d93F642f64180aa3", world.dollar)
        for word, number in PEOPLE.items():
            text = re.sub(rf"\b{word}\b", f"TEST::{number}", text)
        if "--since" in text:
            world.wait(1_800)
            text = re.sub(r"--since \S+ \S+", f"--since {reading['cumulative']} {reading['timestamp']}", text)
        prepare(world, text, waiting)
        if "execute ID" in text:
            executed(world, waiting.pop())
            continue
        done = world.commands.run(*shlex.split(text), *([] if "--dry-run" in text else ["--json"]))
        if "--dry-run" not in text:
            document = json.loads(done.stdout)
            reading = document if text == "market show usdx" else reading
            waiting += [document] if "operation" in document else []
    assert not waiting or waiting[-1]["operation"]["state"] == "waiting"


def prepare(world, text: str, waiting: list[dict]) -> None:
    """What has to be there before a command: somebody sent something, or a budget was raised and time has passed."""
    market = world.contract("markets/usdx") if (world.home / "records" / "markets" / "usdx.json").exists() else None
    if "sweep" in text:
        world.contract("MDT").functions.transfer(market.address, 10**18).transact({"from": world.people[HOLDER]})
    if "apply-fees" in text:
        world.wait(7 * DAY)
    if "add usdx" in text and "--from-treasury" in text:
        dollar = world.proxy.w3.eth.contract(world.dollar, abi=world.contract("MDT").abi)
        dollar.functions.transfer(world.contract("Treasury").address, 50 * 10**6).transact({"from": world.people[MOVER]})
        executed(world, waiting.pop(), waiting.pop())
        world.wait(61 * DAY)
    if "remove usdx" in text and "--from-treasury" in text:
        executed(world, waiting.pop())
