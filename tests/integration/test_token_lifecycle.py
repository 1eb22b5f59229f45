"""`docs/guides/second-economy.md` as it stands: every command of the page is run in order, and the lines the page shows are looked for in what they print.

`mdt local advance` moves the chain below the node, which itself is one that others use; `OPERATION` is the timelock's operation that was scheduled last.
"""

from __future__ import annotations

import re
import shlex

import pytest

from mdt.chain import localchain
from mdt.files import ROOT
from mdt.model.reasons import Burn, Mint
from tests.luxtensor.proxy import LuxtensorProxy
from tests.support.commands import QuickCommands

PAGE = (ROOT / "docs" / "guides" / "second-economy.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```", re.MULTILINE | re.DOTALL)
BLOCK_TIME = 6
"""Seconds, as the preset has them."""
OPERATION_ID = re.compile(r"0x[0-9a-f]{64}")
ONE = 10**12


class Page:
    """The page being followed."""

    def __init__(self, commands: QuickCommands) -> None:
        self.commands, self.operation, self.printed = commands, "", ""
        self.ran: list[list[str]] = []

    def follow(self, heading: str) -> list[str]:
        """Run a section's commands; returns what each of them printed."""
        section = PAGE.split(f"\n## {heading}", 1)[1].split("\n## ", 1)[0]
        outputs: list[str] = []
        self.printed = ""
        for kind, text in BLOCK.findall(section):
            if kind == "text":
                self._require(text)
                continue
            for line in text.replace("\\\n", " ").splitlines():
                outputs += self._line(line.strip())
        return outputs

    def _line(self, line: str) -> list[str]:
        if not line.startswith("mdt "):
            return []
        words = [self.operation if word == "OPERATION" else word for word in shlex.split(line)[1:]]
        if words[:2] == ["local", "advance"]:
            (text,) = words[2:]
            far = localchain.distance(text, BLOCK_TIME)
            localchain.advance(self.commands.proxy.w3, far.blocks, far.seconds_per_block)
            return []
        printed = self.commands.run(*words).stdout
        self.ran.append(words)
        self.printed += printed
        if found := OPERATION_ID.search(printed):
            self.operation = found[0]
        return [printed]

    def _require(self, text: str) -> None:
        """Each line of what the page shows stands in what was printed since the section began, tables' frames and spaces aside."""
        lines = [" ".join(re.sub("[│|]", " ", line).split()) for line in self.printed.splitlines()]
        for line in text.splitlines():
            assert any(" ".join(line.split()) in printed for printed in lines), f"nothing printed has {line!r}:\n{self.printed}"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The deployment of the page, where it says how; the accounts that are defaults on a local chain are named here."""
    with LuxtensorProxy() as proxy:
        commands = QuickCommands(proxy, tmp_path_factory.mktemp("lifecycle"))
        named = [part for number in range(1, 6) for part in ("--reporter", f"TEST::{number}")]
        named += [part for name in ("validators", "relays", "development", "airdrop") for part in ("--holder", f"{name}=TEST::9")]
        named += ["--proposer", "TEST::6", "--guardian", "TEST::7", "--block-time", "6 seconds"]
        (words,) = [shlex.split(line)[1:] for line in PAGE.splitlines() if line.startswith("mdt deploy")]
        commands.run(*words, *named)
        yield Page(commands)


@pytest.fixture(scope="module")
def stats(page):
    return lambda: page.commands.json("token", "stats")


def test_page__example_1__genesis_pool_and_rewards_for_validators(page, stats):
    page.follow("Example 1")
    found = stats()
    assert int(found["minted_by_reason"][Mint.GENESIS.name.lower()]) == 10**11 * ONE
    pool = page.commands.json("token", "pool-info", "--pool-id", "2")
    assert (int(pool["available"]), int(pool["reserved"])) == (50_000_000 * ONE, 0)
    schedules = page.commands.json("token", "list-schedules")["schedules"]
    assert [(int(one["terms"]["amount"]) // ONE, int(one["terms"]["interval_blocks"])) for one in schedules] == [(951, 1), (1_000_000, 100)]


def test_page__example_2__ten_of_a_thousand_are_burned(page, stats):
    before = int(stats()["total_burned"])
    page.follow("Example 2")
    assert int(stats()["total_burned"]) - before == 15 * ONE, "10 and 5; of 99 wei nothing"
    assert int(stats()["burned_by_reason"][Burn.TRANSACTION_FEE.name.lower()]) == 15 * ONE


def test_page__example_3__five_of_a_purchase_are_burned(page, stats):
    before, supply = (int(stats()[name]) for name in ("total_burned", "total_supply"))
    page.follow("Example 3")
    assert int(stats()["total_burned"]) - before == supply - int(stats()["total_supply"]) == 5 * ONE
    pool = page.commands.json("token", "pool-info", "--pool-id", "2")
    assert (int(pool["available"]), int(pool["reserved"]), int(pool["released"])) == (49_999_500 * ONE, 0, 500 * ONE)


def test_page__example_4__pools_are_replenished_by_hand_and_by_schedule(page, stats):
    page.follow("Example 4")
    found = stats()
    intervals = int(page.commands.json("token", "schedule-info", "--schedule-id", "3")["intervals_paid"])
    pool = page.commands.json("token", "pool-info", "--pool-id", "2")
    assert intervals > 0
    assert int(pool["available"]) == (59_999_500 + intervals * 5_000_000) * ONE
    assert int(found["minted_by_reason"][Mint.MARKETPLACE_LIQUIDITY.name.lower()]) == intervals * 5_000_000 * ONE
    inflation = int(found["minted_by_reason"][Mint.INFLATION.name.lower()])
    assert inflation > 0
    assert inflation % (951 * ONE) == 0


def test_page__burns__registration_and_voluntary(page, stats):
    before = int(stats()["total_burned"])
    page.follow("What burns")
    burned = stats()["burned_by_reason"]
    assert (int(burned[Burn.REGISTRATION.name.lower()]), int(burned[Burn.VOLUNTARY.name.lower()])) == (25 * ONE, 500_000 * ONE)
    assert int(stats()["total_burned"]) - before == 500_025 * ONE


def test_page__vectors__are_those_of_the_contracts(page):
    """10,000 in a pool and 500 set aside leave 9,500: on a pool made for it, operated by the account that sells."""
    commands = page.commands
    commands.run("token", "create-pool", "--name", "Test Pool", "--operator", "TEST::8", "--account", "TEST::6")
    (operation,) = [one["id"] for one in commands.json("governance", "pending")["operations"]][-1:]
    localchain.advance(commands.proxy.w3, 1, 2 * 86_400)
    commands.run("governance", "execute", operation, "--account", "TEST::5")
    commands.run("token", "replenish-pool", "--pool-id", "3", "--amount", "10_000", "--account", "TEST::9")
    commands.run("token", "allocate", "--pool-id", "3", "--buyer", "TEST::7", "--amount", "500", "--account", "TEST::8")
    assert int(commands.json("token", "pool-info", "--pool-id", "3")["available"]) == 9_500 * ONE


def test_page__commands__include_the_thirteen_of_the_document(page):
    thirteen = {"stats", "mint", "burn", "create-pool", "list-pools", "pool-info", "replenish-pool", "mint-history", "burn-history", "create-schedule"}
    thirteen |= {"process-inflation", "transfer", "balance"}
    named = {words[1] for words in page.ran if words[0] == "token"}
    assert thirteen - {"mint"} <= named, "minting by hand takes a grant: tests/integration/test_token_scripts.py"
