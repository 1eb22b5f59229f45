"""No price without every slash that has happened: the digest, `sync`, a slasher that says nothing."""

from __future__ import annotations

import pytest

from tests.support.boa_clock import block_number, mine
from tests.support.harness import harness
from tests.support.liquid import UNIT, LiquidScene


def test_sync__after_a_slash__is_told(scene):
    slash = scene.slash(2, 5_000)
    scene.do("sync")
    (event,) = scene.events("Synced")
    told = (event.old_pooled, event.new_pooled, event.in_escrow, event.unanswered, event.is_undecided)
    assert told == (1_000 * UNIT, 850 * UNIT, 150 * UNIT, 0, True)
    scene.agree()
    scene.decide(slash, True)
    scene.do("sync")
    (event,) = scene.events("Synced")
    assert (event.old_pooled, event.new_pooled, event.in_escrow, event.is_undecided) == (850 * UNIT, 1_000 * UNIT, 0, False)
    scene.agree()


def test_price__after_a_slash_that_nobody_reported__knows_of_it(scene):
    """H2."""
    scene.decide(scene.slash(1, 2_000), False)
    assert scene.vault.totalAssets() == 900 * UNIT
    assert scene.vault.books().pooled == 1_000 * UNIT
    assert scene.deposit(9 * UNIT, scene.other) == 10 * UNIT
    assert scene.events("Synced")
    assert scene.vault.books().pooled == 909 * UNIT
    scene.agree()


@pytest.mark.parametrize("call", ["deposit", "mint"])
def test_entry__that_is_refused_after_a_slash__has_looked_at_nothing(scene, call):
    """What is written down stays as it was: the whole call is undone."""
    scene.decide(scene.slash(1, 2_000), False)
    scene.attempt(call, scene.other, 0, scene.other)
    scene.attempt(call, scene.anyone, UNIT, scene.anyone)
    assert scene.vault.books().pooled == 1_000 * UNIT
    scene.agree()


def test_entry__at_the_limit_after_a_slash__has_the_room_that_the_slash_made(scene):
    scene.twin.call("set_deposit_limit", scene.owner, 1_000)
    scene.decide(scene.slash(1, 2_000), False)
    scene.twin.refused("lst: over the limit", "deposit", scene.other, 100 * UNIT + 1, scene.other)
    scene.deposit(100 * UNIT, scene.other)
    scene.agree()


def test_price__without_a_slash__nothing_is_looked_at_again(scene):
    scene.deposit(UNIT, scene.other)
    scene.deposit(UNIT, scene.other)
    assert not scene.events("Synced")


def test_price__slash_elsewhere__is_looked_behind_once():
    """A slash of a validator that is not in the set costs the next call one look."""
    scene = LiquidScene(4)
    scene.deposit(1_000 * UNIT)
    scene.slash(4)
    scene.deposit(UNIT, scene.other)
    assert scene.events("Synced")
    assert not scene.vault.books().is_undecided
    scene.deposit(UNIT, scene.other)
    assert not scene.events("Synced")
    scene.agree()


def test_price__slasher_that_says_nothing__is_always_looked_behind(scene):
    scene.slasher.silence(True)
    scene.slasher_twin.is_silent = True
    for _ in range(2):
        scene.deposit(UNIT, scene.other)
        assert scene.events("Synced")
    scene.decide(scene.slash(1, 2_000), False)
    state = scene.model.state()
    assert scene.deposit(9 * UNIT, scene.other) == 9 * UNIT * state.shares // state.priced > 9 * UNIT
    scene.agree()


def test_price__another_slasher__is_looked_behind(scene):
    """Its totals begin anew: they may be what the old one's were."""
    other = str(scene.attacker)
    scene.staking.set_slasher(other, sender=scene.owner)
    scene.staking_model.set_slasher(scene.owner, other)
    scene.slasher_twin.is_silent = True  # an account answers, and says nothing
    for _ in range(2):
        scene.deposit(UNIT, scene.other)
        assert scene.events("Synced")
    scene.agree()


def test_price__another_slasher_with_the_totals_of_the_old_one__is_looked_behind():
    """150 MDT of an outsider's pool by one, 150 of a pool of the set by the next: the same totals, and another price."""
    scene = LiquidScene(4)
    scene.deposit(1_000 * UNIT)
    scene.do("allocate")
    scene.decide(scene.slash(4, 1_500), False)
    scene.do("sync")
    old = scene.slasher.totals()
    following = harness("LooseSlasher").deploy(scene.staking, scene.token)
    scene.staking.set_slasher(following, sender=scene.owner)
    slash = following.slash(1, 1, 1_000, block_number(), 0)
    following.decide(slash, False)
    assert following.totals() == old == (150 * UNIT, 0, 150 * UNIT, 0)
    assert scene.vault.totalAssets() == 950 * UNIT


def test_sync__answer_that_took_nothing__is_seen(scene):
    """The digest stays the same then: the offence was later."""
    scene.ask(100 * UNIT)
    scene.do("close_cycle")
    mine(1)
    scene.decide(scene.slash(1, 1_000, height=block_number()), False)
    scene.do("sync")
    assert scene.vault.books().is_undecided
    scene.answer_all()
    scene.twin.refused("lst: slash undecided", "deposit", scene.other, UNIT, scene.other)
    scene.do("sync")
    scene.deposit(UNIT, scene.other)
    scene.agree()


@pytest.mark.parametrize("offences", [(0,), (1, 2), (0, 1, 2)])
def test_escrow__several_at_once__counts_all(scene, offences):
    slashes = [scene.slash(1, 1_000, offence) for offence in offences]
    scene.do("sync")
    assert scene.vault.books().in_escrow == 500 * UNIT - scene.staking.position(1, scene.vault, 0).tokens
    scene.agree()
    for slash in slashes:
        scene.decide(slash, True)
    assert scene.vault.totalAssets() == 1_000 * UNIT
    scene.agree()


def test_piece__that_answered_a_slash_in_escrow__is_undecided(scene):
    scene.ask(100 * UNIT)
    scene.do("close_cycle")
    slash = scene.slash(1, 1_000)
    scene.answer_all()
    scene.do("sync")
    assert scene.vault.books().is_undecided
    assert scene.vault.books().unanswered == 0
    scene.decide(slash, False)
    assert scene.vault.maxDeposit(scene.other) > 0


def test_piece__freed_by_a_late_offence__is_not_asked_again(scene):
    """A slash for an offence an unbonding later: no earlier one can come any more."""
    scene.ask(100 * UNIT)
    scene.do("close_cycle")
    scene.unbond()
    scene.decide(scene.slash(1, 1_000, height=block_number()), False)
    scene.answer_all()
    scene.decide(scene.slash(1, 1_000, height=block_number()), False)
    scene.do("sync")
    assert scene.vault.books().unanswered == 0
    assert scene.do("collect") == 100 * UNIT
    scene.agree()
