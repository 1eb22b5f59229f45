"""A real node behind the fault proxy, commands that run against it, and going back to where everything was."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from web3 import HTTPProvider, Web3

from mdt.chain import connecting, localchain
from mdt.chain.policy import Policy
from mdt.cli import network
from mdt.cli.accounts import known_addresses
from mdt.cli.main import main
from tests.faults.faults import NOBODY
from tests.support.anvil_node import AnvilNode
from tests.support.fault_proxy import FaultProxy

POLL = 0.05
"""Seconds between two looks."""
ANSWERS = 3
"""In a row, after which a command believes that its transaction was replaced."""
PATIENCE, HURRY = 60.0, 0.3
"""Seconds: until a command gives up that must not, and one that has to."""
REQUEST_TIMEOUT = 1.0
"""Seconds until a request gives up."""
DEEPEST = 9
"""Blocks: more than are ever replaced here."""


@dataclass(frozen=True)
class Done:
    """A command that has ended.

    Attributes:
        bug: What it died of, if that was not its own decision.
    """

    words: tuple[str, ...]
    code: int
    out: str
    err: str
    bug: BaseException | None = None

    @property
    def said(self) -> str:
        """All that a person has read."""
        return f"{self.out}\n{self.err}"

    @property
    def document(self) -> Any:
        """What it has said with --json."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Sent:
    """A transaction of the chain, by what it does: what decides whether two of them are the same deed done twice."""

    tx_hash: str
    sender: str
    to: str | None
    data: str
    succeeded: bool

    @property
    def deed(self) -> tuple[str, str | None, str]:
        """Who calls what with what."""
        return self.sender, self.to, self.data


@dataclass
class Place:
    """A point to go back to: of the chain, and of the files beside it."""

    head: int
    snapshot: str
    files: Path


class World:
    """A node, the proxy in front of it, and a home with records and whatever commands keep.

    Attributes:
        node: Behind the proxy, for what the test itself wants to know or to do.
        home: The folder that commands of this world write into.
        people: The addresses of TEST::0, TEST::1, ...
        timeout: Seconds after which a command gives up on a transaction.
    """

    def __init__(self, node: AnvilNode, proxy: FaultProxy, home: Path) -> None:
        self.node, self.proxy, self.home = node, proxy, home
        self.records, self.bundles, self.state = home / "records", home / "bundles", home / "state"
        home.mkdir()
        self.people = known_addresses()
        self.timeout = PATIENCE
        self._places = 0

    # --- commands ---

    @property
    def environment(self) -> dict[str, str]:
        """What commands are told besides: where their journal is."""
        return {"MDT_STATE": str(self.state)}

    def connection(self) -> list[str]:
        """The options that name this world."""
        return ["--rpc", self.proxy.url, "--deployments", str(self.records)]

    def run(self, *words: str) -> Done:
        """A command in this process, as it ends."""
        runner = CliRunner(mix_stderr=False, env=self.environment)
        with self._impatient():
            result = runner.invoke(main, [*words, *self.connection()], prog_name="mdt")
        bug = None if result.exception is None or isinstance(result.exception, SystemExit) else result.exception
        return Done(tuple(words), result.exit_code, result.stdout, result.stderr, bug)

    def do(self, *words: str) -> Any:
        """A command that has to work; its document."""
        done = self.run(*words, "--json")
        assert done.code == 0, f"{' '.join(words)}: {done.said}{done.bug!r}"
        return done.document

    def execute(self, scheduled: Any) -> Any:
        """Have an operation executed, once it has waited."""
        return self.do("governance", "execute", scheduled["operation"]["id"], "--account", "TEST::5")

    def policy(self) -> Policy:
        """How commands wait here."""
        return Policy(poll_seconds=POLL, timeout_seconds=self.timeout, replaced_after_polls=ANSWERS)

    @contextmanager
    def _impatient(self) -> Iterator[None]:
        """For the time of one command: this process runs tests of other folders in between."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(network, "policy_of", lambda _environment: self.policy())
            patch.setattr(connecting, "TIMEOUT_SECONDS", REQUEST_TIMEOUT)
            yield

    @contextmanager
    def hurried(self, does: bool) -> Iterator[None]:
        """Whether commands give up soon, inside the block."""
        self.timeout = HURRY if does else PATIENCE
        try:
            yield
        finally:
            self.timeout = PATIENCE

    # --- the chain ---

    @property
    def w3(self) -> Web3:
        """A client of the node itself."""
        return Web3(HTTPProvider(self.node.url))

    def wait(self, seconds: int) -> None:
        """Let time pass, in one block."""
        localchain.advance(self.w3, 1, seconds)

    def blocks(self, count: int, seconds: int = 3) -> None:
        """Let blocks pass."""
        localchain.advance(self.w3, count, seconds)

    def to_block(self, number: int) -> None:
        """Go on until a block is there."""
        if number > self.node.head():
            self.blocks(number - self.node.head())

    def apart(self) -> int:
        """Blocks between what was and what comes; the head then. A reorganisation must not reach a place to go back to: the node forgets it."""
        self.node.mine(DEEPEST)
        return self.node.head()

    def sent_since(self, head: int) -> list[Sent]:
        """All transactions above a block, in order."""
        found = []
        for number in range(head + 1, self.node.head() + 1):
            block = self.node.call("eth_getBlockByNumber", hex(number), True)
            for one in block["transactions"] if block else ():
                receipt = self.node.call("eth_getTransactionReceipt", one["hash"])
                found.append(Sent(one["hash"], one["from"], one["to"], one["input"], receipt["status"] == "0x1"))
        return found

    def deeds_since(self, head: int) -> Counter[tuple[str, str | None, str]]:
        """What was done above a block, and how often; what others have sent to `NOBODY` does nothing."""
        return Counter(one.deed for one in self.sent_since(head) if one.succeeded and one.to != NOBODY)

    def hashes_since(self, head: int) -> tuple[str, ...]:
        """Of the transactions above a block."""
        return tuple(one.tx_hash for one in self.sent_since(head))

    # --- going back ---

    def mark(self) -> Place:
        """Remember everything as it is."""
        self._places += 1
        files = self.home.parent / f"{self.home.name}-{self._places}"
        shutil.copytree(self.home, files)
        return Place(self.node.head(), self.node.call("evm_snapshot"), files)

    def back(self, place: Place) -> None:
        """Be there again; a place can be come back to again and again."""
        self.proxy.heal()
        self.proxy.mines = False
        self.node.call("evm_setAutomine", True)
        self.node.forget_pending()
        assert self.node.call("evm_revert", place.snapshot), "the node has forgotten the snapshot"
        place.snapshot = self.node.call("evm_snapshot")
        shutil.rmtree(self.home)
        shutil.copytree(place.files, self.home)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What happens in the block has not happened afterwards."""
        place = self.mark()
        try:
            yield
        finally:
            self.back(place)
