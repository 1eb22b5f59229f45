"""A process that pays, and may be killed at a point of it. It is a fork of the test's, which costs no time to start."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.process import BaseProcess

from eth_account import Account

from mdt.chain.connecting import web3_of
from mdt.chain.journal import Journal
from mdt.chain.policy import Policy
from mdt.chain.signers import LocalSigner
from mdt.chain.transactions import Chain
from tests.support.anvil import CHAIN_ID, KEY

TARGET = "0x" + "11" * 20
POLICY = Policy(poll_seconds=0.05, timeout_seconds=60)
POINTS = ("before it is written down", "after it is written down", "after it is sent", "after it is mined", "before its last word")


@dataclass(frozen=True)
class MortalJournal(Journal):
    """A journal whose process is killed before or after something is written down."""

    point: str = ""

    def write(self, entry):
        self.reach("before it is written down")
        super().write(entry)
        self.reach("after it is written down")

    def settle(self, *arguments, **named):
        self.reach("after it is mined")
        super().settle(*arguments, **named)

    def tell(self, *arguments):
        self.reach("before its last word")
        super().tell(*arguments)

    def reach(self, point: str) -> None:
        if point == self.point:
            os.kill(os.getpid(), signal.SIGKILL)


class MortalChain(Chain):
    """A chain whose process may be killed after something was sent."""

    def broadcast(self, signed, what):
        super().broadcast(signed, what)
        self.journal.reach("after it is sent")


def pay(url, state, *words: str, point: str = "", say: Callable[[str], None] = print) -> None:
    """One payment for each word, as a command does it."""
    chain = MortalChain(web3_of(url), CHAIN_ID, POLICY, say, MortalJournal(state, point))
    with chain.keeping_turns():
        for word in words:
            chain.send(LocalSigner(Account.from_key(KEY)), TARGET, word.encode(), f"pay {word}")


def started(*arguments, **named) -> BaseProcess:
    """`pay` in a process of its own."""
    process = get_context("fork").Process(target=pay, args=arguments, kwargs=named)
    process.start()
    return process


def exit_code(process: BaseProcess) -> int | None:
    """How it ended, once it has."""
    process.join(120)
    return process.exitcode
