"""What comes in: rewards, gifts, restitution; the fee; and how it flows."""

from __future__ import annotations

import pytest

from tests.support.boa_clock import mine, now
from tests.support.liquid import TERMS, UNIT

WEEK = TERMS.flow_seconds


def earn(scene, amount: int = 60 * UNIT, blocks: int = 100) -> None:
    scene.reward(amount)
    mine(blocks)


def test_harvest__rewards__are_claimed_of_all_and_flow(scene):
    earn(scene)
    due = sum(scene.model.staking.held(scene.address, validator_id).pending_reward for validator_id in scene.ids)
    before, price = scene.token.balanceOf(scene.treasury), scene.vault.totalAssets()
    assert scene.do("harvest") == due - due // 10
    (event,) = scene.events("Harvested")
    assert (event.amount, event.fee) == (due - due // 10, due // 10)
    assert scene.token.balanceOf(scene.treasury) - before == due // 10
    assert scene.vault.totalAssets() == price
    books = scene.vault.books()
    assert (books.locked, books.flows_until) == (due - due // 10, now() + WEEK)
    scene.agree()


def test_harvest__flows__in_a_line(scene):
    scene.give(70 * UNIT)
    scene.do("harvest")
    start, came = now(), 63 * UNIT
    for days in (1, 3, 6, 7, 8):
        mine(1, start + days * 86_400 - now())
        assert scene.vault.totalAssets() - 1_000 * UNIT == min(came * days // 7, came)
        scene.agree()


def test_harvest__one_wei_later__counts_down_to_the_second(scene):
    scene.give(7)
    scene.do("harvest")
    mine(1, 1)
    assert scene.vault.books().locked == 7
    mine(1, WEEK - 2)
    assert scene.vault.books().locked == 1
    mine(1, 1)
    assert scene.vault.books().locked == 0


def test_harvest__nothing_came__reverts(scene):
    scene.twin.refused("lst: nothing to harvest", "harvest", None)
    scene.agree()


@pytest.mark.parametrize("claimed_by_strangers", [0, 1, 3])
def test_harvest__claimed_by_strangers__counts_once_all_the_same(scene, claimed_by_strangers):
    """H14."""
    earn(scene)
    due = sum(scene.model.staking.held(scene.address, validator_id).pending_reward for validator_id in scene.ids)
    for validator_id in scene.ids[:claimed_by_strangers]:
        scene.claim_for(validator_id)
    assert scene.do("harvest") == due - due // 10
    scene.twin.refused("lst: nothing to harvest", "harvest", None)
    scene.agree()


def test_harvest__while_something_flows__takes_the_mean_of_the_times(scene):
    scene.give(70 * UNIT)
    scene.do("harvest")
    mine(1, WEEK * 6 // 7)
    locked = scene.vault.books().locked
    assert locked == 9 * UNIT
    scene.give(10 * UNIT)
    scene.do("harvest")
    assert scene.vault.books().flows_until == now() + (9 * UNIT * (WEEK // 7) + 9 * UNIT * WEEK) // (18 * UNIT)
    scene.agree()


def test_harvest__a_wei_again_and_again__holds_nothing_up(scene):
    scene.give(70 * UNIT)
    scene.do("harvest")
    until = scene.vault.books().flows_until
    for _ in range(20):
        mine(1, 3_600)
        scene.give(1)
        scene.do("harvest")
    assert until <= scene.vault.books().flows_until <= until + 20
    scene.agree()


def test_harvest__before_anybody_has_shares__is_the_first_depositors(empty):
    empty.give(10 * UNIT)
    assert empty.do("harvest") == 9 * UNIT
    empty.deposit(100 * UNIT)
    empty.flow()
    assert empty.vault.totalAssets() == 109 * UNIT
    empty.agree()


def test_loss__while_something_flows__is_of_that_too(scene):
    """The price falls by the part that was lost, not by more."""
    scene.give(1_000 * UNIT, scene.other)
    scene.do("harvest")
    scene.do("allocate")
    before = scene.vault.totalAssets()
    for validator_id in scene.ids:
        scene.decide(scene.slash(validator_id, 5_000), False)
    assert 0 <= before // 2 - scene.vault.totalAssets() < 100
    scene.do("sync")
    assert 0 <= 450 * UNIT - scene.vault.books().locked < 100
    scene.agree()


def test_gain__while_something_flows__is_not(scene):
    scene.give(100 * UNIT)
    scene.do("harvest")
    slash = scene.slash(1, 1_000)
    scene.do("sync")
    locked = scene.vault.books().locked
    scene.decide(slash, True)
    scene.do("sync")
    assert scene.vault.books().locked == locked
    scene.agree()


def test_take_restitution__of_what_had_answered__flows_without_a_fee(scene):
    scene.ask(100 * UNIT)
    scene.do("close_cycle")
    slash = scene.slash(1, 1_000)
    scene.answer_all()
    scene.do("sync")
    note = scene.staking.restitution(scene.slasher, slash, scene.vault)
    assert note == 5 * UNIT
    scene.decide(slash, True)
    assert scene.twin.call("take_restitution", None, slash) == note
    (event,) = scene.events("RestitutionTaken")
    assert (event.slash_id, event.amount) == (slash, note)
    assert scene.vault.books().locked == note
    assert scene.token.balanceOf(scene.treasury) == 0
    scene.agree()


def test_take_restitution__not_owed__reverts(scene):
    slash = scene.slash(1)
    scene.twin.refused("slasher: not overturned", "take_restitution", None, slash)
    scene.decide(slash, True)
    scene.twin.refused("slasher: nothing owed", "take_restitution", None, slash)
    scene.agree()


def test_set_fee__by_the_owner__harvests_by_the_old_one_first(scene):
    earn(scene)
    due = sum(scene.model.staking.held(scene.address, validator_id).pending_reward for validator_id in scene.ids)
    scene.twin.call("set_fee", scene.owner, 0)
    (event,) = scene.events("FeeSet")
    assert (event.old_bps, event.new_bps) == (1_000, 0)
    assert scene.token.balanceOf(scene.treasury) == due // 10
    scene.give(10 * UNIT)
    assert scene.do("harvest") == 10 * UNIT
    scene.agree()


def test_set_fee__out_of_bounds_the_same_or_by_others__reverts(scene):
    scene.twin.refused("lst: fee out of bounds", "set_fee", scene.owner, 1_001)
    scene.twin.refused("lst: nothing changes", "set_fee", scene.owner, 1_000)
    scene.twin.refused("ownable: caller is not the owner", "set_fee", scene.holder, 5)
    scene.agree()


def test_rewards__compound__by_anyones_calls(scene):
    earn(scene)
    scene.do("harvest")
    came = scene.model.liquid
    staked = scene.do("allocate")
    assert came - staked <= 2
    assert scene.model.staked - 1_000 * UNIT == staked
    scene.agree()


def test_harvest__what_is_set_aside_for_exits__is_no_income(scene):
    scene.ask(100 * UNIT)
    scene.do("close_cycle")
    scene.unbond()
    scene.do("collect")
    scene.do("price_batch")
    scene.twin.refused("lst: nothing to harvest", "harvest", None)
    scene.give(10 * UNIT)
    assert scene.do("harvest") == 9 * UNIT
    assert scene.redeem(100 * UNIT) == 100 * UNIT
    scene.agree()
