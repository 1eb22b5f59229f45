"""The same command can come to other arguments when it is run again: what an earlier run has done is told before anything like it is done."""

from __future__ import annotations

import pytest

from tests.faults.chapters.market import pools
from tests.faults.chapters.staking import stakes
from tests.faults.faults import BLIND, FAULTS
from tests.faults.outcomes import attempted
from tests.faults.walk import until
from tests.support.anvil import needs_anvil

pytestmark = needs_anvil
SECOND = ("token", "transfer", "TEST::11", "7 MDT", "--account", "TEST::9")


def left_in_doubt(world, words, fault=BLIND):
    """Run a command that loses the node after sending; the hash it names."""
    head = world.node.head()
    attempt = attempted(world, words, fault, head)
    assert attempt.done.code == 1, attempt.done.said
    (named,) = attempt.handed_in
    return named


def told_once(world, words, named):
    """The next run tells what was done, and signs nothing; the one after that does it."""
    head = world.node.head()
    told = world.run(*words)
    assert (told.code, told.bug, world.sent_since(head)) == (1, None, []), told.said
    assert f"{named}, was mined in block" in told.err.splitlines()[-1]
    assert "with other arguments than now; nothing was signed: run the command again if this is wanted as well" in told.err
    world.do(*words)
    assert len(world.sent_since(head)) == 1


def test_transfer__to_another_after_one_in_doubt__told_first(place):
    told_once(place, SECOND, left_in_doubt(place, ("token", "transfer", "TEST::10", "5 MDT", "--account", "TEST::9")))


def test_transfer__to_another_while_one_waits__refused_until_it_is_clear(place):
    named = left_in_doubt(place, ("token", "transfer", "TEST::10", "5 MDT", "--account", "TEST::9"), FAULTS["lost request"])
    refused = place.run(*SECOND)
    assert (refused.code, named in refused.err) == (1, True)
    assert "`mdt tx cancel`" in refused.err


def test_move__a_part_that_takes_the_next_empty_slot__told_first(place):
    """The first run fills slot 0, so the second comes to slot 1."""
    words = [*until(place, stakes, "stake move").words]
    words[words.index("all")] = "50 MDT"
    told_once(place, tuple(words), left_in_doubt(place, tuple(words)))


def test_buy__at_a_price_that_has_moved__told_first(place):
    """The approval and the most it may cost depend on the price."""
    words = until(place, pools, "token buy").words
    place.do(*words)
    named = left_in_doubt_at_the_end(place, words)
    place.do("token", "set-price", "--pool-id", "1", "--price", "0.2", "--account", "TEST::8")
    head = place.node.head()
    told = place.run(*words)
    assert (told.code, told.bug, place.sent_since(head)) == (1, None, []), told.said
    assert named in told.err.splitlines()[-1]


def test_claims__other_accounts_of_the_same_command__go_on(place):
    """What contracts keep count of is not asked about: nothing can be paid twice there."""
    from tests.faults.chapters.epochs import epochs

    words = until(place, epochs, "rewards claim").words
    named = left_in_doubt(place, words)
    again = place.run(*words)
    assert (again.code, named in again.said) == (0, True)
    assert "nothing to claim" in place.run(*words).err


def left_in_doubt_at_the_end(world, words):
    """The same for a command of two transactions, whose second is left; the second's hash."""
    from tests.support import fault_effects as become
    from tests.support.fault_proxy import RECEIPT, Rule

    head = world.node.head()
    world.proxy.arm(Rule(become.null, [RECEIPT], sends=2))
    with world.hurried(True):
        done = world.run(*words)
    world.proxy.heal()
    first, second = world.hashes_since(head)
    assert (done.code, second in done.err) == (1, True), done.said
    assert first != second
    return second


@pytest.mark.parametrize("words", [("token", "transfer", "TEST::10", "5 MDT", "--account", "TEST::9")])
def test_same_again__on_purpose_after_it_was_told__does_it_again(place, words):
    head = place.node.head()
    place.do(*words)
    place.do(*words)
    assert sum(place.deeds_since(head).values()) == 2


@pytest.mark.parametrize("command", ["epoch submit", "epoch settle", "rewards pull", "rewards claim"])
def test_dry_run__of_what_is_in_doubt__says_that_it_would_only_be_finished(place, command):
    from tests.faults.chapters.epochs import epochs

    words = until(place, epochs, command).words
    named = left_in_doubt(place, words, FAULTS["lost request"])
    head = place.node.head()
    rehearsed = place.run(*words, "--dry-run")
    assert (rehearsed.code, place.sent_since(head)) == (0, []), rehearsed.said
    assert f"{named}, which is not mined yet" in rehearsed.said
