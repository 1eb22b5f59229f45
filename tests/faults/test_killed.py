"""kill -9 at each point of a send, then the same command again: paid once, and told.

Nothing in the tools knows of it: the proxy keeps the answer to a chosen request, and the process is killed meanwhile.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass

import pytest

from mdt.files import ROOT
from tests.faults.chapters.epochs import epochs
from tests.faults.chapters.staking import slashes
from tests.faults.walk import until
from tests.faults.world import World
from tests.support import fault_effects as become
from tests.support.anvil import needs_anvil
from tests.support.fault_proxy import RECEIPT, SEND, Rule

pytestmark = needs_anvil
TRANSFER = ("token", "transfer", "TEST::10", "5 MDT", "--account", "TEST::9")
WITHIN = 60
"""Seconds until a process must have got to the point."""


@dataclass(frozen=True)
class Point:
    """Where a process dies.

    Attributes:
        method: In the middle of which request.
        reaches: Whether the node has answered it.
        is_held: Whether the node keeps what is sent in its mempool.
        mined: How many transactions of it the chain has once the process is dead and the node mines.
        is_mined: Whether the one that is asked for is mined by then.
    """

    method: str
    reaches: bool
    is_held: bool
    mined: int
    is_mined: bool = False


POINTS = {
    "before signing": Point("eth_estimateGas", reaches=True, is_held=False, mined=0),
    "written down, not sent": Point(SEND, reaches=False, is_held=False, mined=0),
    "sent, no answer yet": Point(SEND, reaches=True, is_held=False, mined=1),
    "while waiting": Point(RECEIPT, reaches=True, is_held=True, mined=1),
    "mined, not told": Point(RECEIPT, reaches=True, is_held=False, mined=1, is_mined=True),
}


def started_alone(world: World, words: tuple[str, ...]) -> subprocess.Popen[str]:
    """A command in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "sdk"), **world.environment}
    return subprocess.Popen(
        [sys.executable, "-m", "mdt", *words, *world.connection()], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def killed(world: World, point: Point, words: tuple[str, ...], skip: int = 0) -> None:
    """Start a command in a process of its own, and kill it at a point."""
    started, released = threading.Event(), threading.Event()
    world.proxy.arm(Rule(become.held_for_ever(started, released, reaches=point.reaches, is_mined=point.is_mined), [point.method], skip=skip, times=1))
    process = started_alone(world, words)
    try:
        assert started.wait(WITHIN), f"{point.method} was not asked for: {process.communicate(timeout=5) if process.poll() is not None else ''}"
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
        released.set()
    assert process.returncode == -signal.SIGKILL
    world.proxy.heal()


def paid(world: World, head: int) -> int:
    """Transactions above a block that did something."""
    return sum(world.deeds_since(head).values())


@pytest.mark.parametrize("point", POINTS.values(), ids=POINTS)
def test_transfer__killed_then_run_again__paid_once(place, point):
    head = place.apart()
    before = _balance(place)
    if point.is_held:
        place.node.hold()
    killed(place, point, TRANSFER)
    place.node.go_on()
    assert paid(place, head) == point.mined
    again = place.run(*TRANSFER)
    assert (again.code, again.bug) == (0, None), again.said
    assert paid(place, head) == 1
    assert _balance(place) - before == 5 * 10**18
    (mined,) = place.sent_since(head)
    assert mined.tx_hash in again.out, "the person does not hear which transaction did it"


def test_claims__killed_between_batches__each_account_once(place):
    """Two batches: the process dies when the first is mined and the second is not signed yet."""
    words = until(place, epochs, "rewards claim").words
    head = place.apart()
    killed(
        place,
        Point(SEND, reaches=False, is_held=False, mined=0),
        words,
    )
    again = place.run(*words)
    assert (again.code, again.bug) == (0, None), again.said
    assert paid(place, head) == 2
    assert "nothing to claim" in place.run(*words).err


@pytest.mark.parametrize("point", ["before signing", "written down, not sent"])
def test_answer__killed_between_its_calls__the_next_run_does_all_that_is_due(place, point):
    """Two slashes are due, which the same call answers: what the first run did is not counted as what the second one has to do."""
    words = until(place, slashes, "slash answer").words
    missed = ("2", "no-reveal", str(place.node.head() - 1), str(place.home / "reasons.txt"))
    announced = place.do("slash", "announce", *missed, "--account", "TEST::12")
    place.wait(86_400)
    place.do("slash", "open", str(announced["transactions"][0]["events"][0]["slash_id"]), "--account", "TEST::12")
    head = place.apart()
    killed(place, POINTS[point], words, skip=1)
    planned = place.do(*words, "--dry-run")
    assert ["earlier" in one for one in planned["calls"]] == [True, False]
    again = place.run(*words, "--json")
    assert (again.code, again.bug) == (0, None), again.said
    assert (again.document["slashes"], again.document["left"]) == (2, 0)
    assert paid(place, head) == 2
    assert "has nothing to answer for" in place.run(*words).err


@pytest.mark.parametrize(("point", "skip"), [("sent, no answer yet", 1), ("written down, not sent", 2)])
def test_register__killed_between_its_calls__one_validator_and_each_approval_once(place, point, skip):
    """The stake and the deposit are approved, then both are taken."""
    place.do("token", "transfer", "TEST::10", "2_000 MDT", "--account", "TEST::9")
    words = ("validator", "register", "400 MDT", "--commission", "5%", "--account", "TEST::10")
    head = place.apart()
    killed(place, POINTS[point], words, skip=skip)
    place.node.go_on()
    again = place.run(*words)
    assert (again.code, again.bug) == (0, None), again.said
    assert paid(place, head) == len(place.sent_since(head)) == 3
    (one,) = place.do("validator", "list")["validators"]
    assert int(one["own_staked"]) == 400 * 10**18
    assert "is or was the vote key of validator 1" in place.run(*words).err


def test_schedule__killed_after_it_was_mined__found_and_kept(place):
    """An operation lives on the chain and in a file: both are there once, and the next run tells the transaction that has done it."""
    words = ("governance", "schedule", "EmissionController", "set_delay", "15 minutes", "--account", "TEST::6")
    head = place.apart()
    killed(place, POINTS["mined, not told"], words)
    again = place.run(*words)
    (mined,) = place.hashes_since(head)
    assert mined in again.said
    (kept,) = place.do("governance", "pending")["operations"]
    assert (kept["state"], kept["id"] in again.said) == ("waiting", True)


def test_two_processes__one_account__both_paid_once_and_none_replaced(place):
    """The second waits until the first is done: neither takes the other's number."""
    head = place.apart()
    running = [started_alone(place, ("token", "transfer", "TEST::10", amount, "--account", "TEST::9")) for amount in ("5 MDT", "7 MDT")]
    ended = [(*process.communicate(timeout=WITHIN), process.returncode) for process in running]
    assert [code for _, _, code in ended] == [0, 0], ended
    assert (paid(place, head), len(place.sent_since(head))) == (2, 2)


def _balance(world: World) -> int:
    return int(world.do("token", "balance", "TEST::10")["balance"])
