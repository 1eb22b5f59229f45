"""Ways in which liquid shares like this one have lost money: the failure catalogue's section H, where no other file has it."""

from __future__ import annotations

import random

import pytest

from mdt.model.liquid_staking import LOCKED_SHARES
from mdt.model.staking import Status
from tests.support.boa_clock import block_number, mine
from tests.support.liquid import UNIT, LiquidScene

GIFT = 10_000 * UNIT


def purse(scene, account: str) -> int:
    return int(scene.token.balanceOf(account))


def cash_out(scene, account: str) -> None:
    """Leave with everything, and claim it."""
    shares = scene.model.balances[account]
    if shares:
        scene.ask(shares, account)
        scene.next_cycle()
        scene.do("close_cycle")
        scene.unbond()
        scene.attempt("collect", None)
        while scene.attempt("price_batch", None).is_done:
            pass
    if scene.model.claimable(account)[0]:
        scene.redeem(scene.model.claimable(account)[0], account)


@pytest.mark.parametrize("victims", [(UNIT,), (UNIT, 7 * UNIT, UNIT // 3), (1,), (10**6,) * 10])
def test_first_depositor__gift_before_the_victims__costs_the_attacker(empty, victims):
    """H1: the smallest first deposit, a gift, one victim, three, one of a wei, many small ones."""
    scene, before = empty, purse(empty, empty.attacker)
    scene.deposit(LOCKED_SHARES + 1, scene.attacker)
    scene.give(GIFT)
    scene.do("harvest")
    scene.flow()
    spent = 0
    for amount in victims:
        outcome = scene.attempt("deposit", scene.other, amount, scene.other)
        spent += amount if outcome.is_done else 0
    worth = scene.vault.convertToAssets(scene.vault.balanceOf(scene.other))
    assert spent - worth <= len(victims) * (GIFT // LOCKED_SHARES + 1)
    scene.agree()
    cash_out(scene, scene.attacker)
    assert purse(scene, scene.attacker) < before - GIFT // 2


@pytest.mark.parametrize("amount", [1, UNIT, GIFT])
def test_gift__until_it_is_harvested__moves_nothing(scene, amount):
    """H1, H13: no price, no preview, no limit is read off a balance."""
    before = [scene.vault.totalAssets(), scene.vault.previewDeposit(UNIT), scene.vault.maxDeposit(scene.other), scene.vault.books()]
    scene.give(amount)
    assert before == [scene.vault.totalAssets(), scene.vault.previewDeposit(UNIT), scene.vault.maxDeposit(scene.other), scene.vault.books()]
    scene.do("harvest")
    assert scene.vault.totalAssets() == before[0]


@pytest.mark.parametrize("amount", [UNIT, 1_000 * UNIT, 15_000 * UNIT])
def test_sandwich__around_a_harvest__gains_nothing(scene, amount):
    """H11: in before rewards are counted, out at once; what he could leave behind is not his."""
    scene.reward(500 * UNIT)
    mine(500)
    before = purse(scene, scene.attacker)
    scene.deposit(amount, scene.attacker)
    scene.do("harvest")
    scene.ask(scene.model.balances[scene.attacker], scene.attacker)
    scene.do("close_cycle")
    scene.unbond()
    scene.flow()
    scene.do("collect") if scene.model.pieces else None
    scene.do("price_batch")
    scene.redeem(scene.model.claimable(scene.attacker)[0], scene.attacker)
    assert purse(scene, scene.attacker) <= before
    scene.agree()


def test_deposit__before_or_after_a_harvest__buys_the_same(scene):
    """H11: to the wei."""
    scene.reward(500 * UNIT)
    mine(500)
    before = scene.deposit(UNIT, scene.attacker)
    scene.do("harvest")
    assert scene.deposit(UNIT, scene.attacker) == before


def test_batch_with_gains__priced__gives_nothing_to_who_comes_just_before(scene):
    """H11: what a batch leaves to those who stay flows too."""
    scene.ask(400 * UNIT)
    scene.do("close_cycle")
    scene.give(200 * UNIT, scene.other)
    scene.do("harvest")
    scene.unbond()
    scene.flow()
    scene.do("collect")
    scene.deposit(5_000 * UNIT, scene.attacker)
    worth = scene.vault.convertToAssets(scene.vault.balanceOf(scene.attacker))
    scene.do("price_batch")
    assert 0 <= scene.vault.convertToAssets(scene.vault.balanceOf(scene.attacker)) - worth <= 1
    scene.agree()


def test_slash__seen_coming__gains_nothing_by_leaving(scene):
    """Front-running out: asked, and even closed, before a slash takes effect whose offence was before or after."""
    scene.twin.call("transfer", scene.holder, scene.attacker, 300 * UNIT)
    scene.ask(300 * UNIT, scene.attacker)
    scene.do("close_cycle")
    for validator_id in scene.ids:
        scene.decide(scene.slash(validator_id, 3_000), False)
    scene.answer_all()
    scene.unbond()
    scene.do("collect")
    scene.do("price_batch")
    assert abs(scene.redeem(300 * UNIT, scene.attacker) - 210 * UNIT) <= 3
    assert abs(scene.vault.convertToAssets(scene.model.balances[scene.holder]) - (700 * UNIT - LOCKED_SHARES) * 7 // 10) <= 3
    scene.agree()


def test_slash__of_one_validator_only__costs_leavers_as_much_a_share_as_stayers(scene):
    """Whichever validator the exit was taken from, and whenever the offence was."""
    for height in (0, 10**6):
        with_scene = LiquidScene()
        with_scene.deposit(600 * UNIT)
        with_scene.deposit(400 * UNIT, with_scene.attacker)
        with_scene.do("allocate")
        with_scene.ask(400 * UNIT - LOCKED_SHARES, with_scene.attacker)
        with_scene.do("close_cycle")
        mine(1)
        with_scene.decide(with_scene.slash(1, 5_000, height=block_number() - 1 + min(height, 1)), False)
        with_scene.answer_all()
        with_scene.do("sync")
        price = with_scene.vault.convertToAssets(UNIT)
        for _ in range(2):
            with_scene.unbond()
            with_scene.attempt("collect", None)
            with_scene.attempt("close_cycle", None)
        paid = with_scene.do("price_batch")
        assert abs(paid * UNIT // (400 * UNIT - LOCKED_SHARES) - price) <= 2
        assert abs(with_scene.vault.convertToAssets(UNIT) - price) <= 2
        with_scene.agree()


def test_slash__seen_coming__gains_nothing_by_entering(scene):
    """Front-running in: nothing is bought below what is given back."""
    before = purse(scene, scene.attacker)
    slash = scene.slash(1, 5_000)
    scene.twin.refused("lst: slash undecided", "deposit", scene.attacker, GIFT, scene.attacker)
    scene.decide(slash, True)
    scene.deposit(GIFT, scene.attacker)
    cash_out(scene, scene.attacker)
    assert purse(scene, scene.attacker) <= before
    scene.agree()


def test_restitution__of_pieces__gives_nothing_to_who_comes_just_before_it_is_taken(scene):
    scene.ask(400 * UNIT)
    scene.do("close_cycle")
    slash = scene.slash(1, 5_000)
    scene.answer_all()
    scene.decide(slash, True)
    scene.deposit(5_000 * UNIT, scene.attacker)
    worth = scene.vault.convertToAssets(scene.vault.balanceOf(scene.attacker))
    scene.twin.call("take_restitution", None, slash)
    assert scene.vault.convertToAssets(scene.vault.balanceOf(scene.attacker)) == worth
    scene.agree()


@pytest.mark.parametrize("count", [1, 40])
def test_queue__flooded_by_one__costs_others_nothing(scene, count):
    """H7: a batch is one sum; a claim looks at its own controller's."""
    scene.twin.call("transfer", scene.holder, scene.attacker, UNIT)
    for _ in range(count):
        scene.ask(1, scene.attacker)
    scene.ask(10 * UNIT)
    scene.do("close_cycle")
    assert len(scene.model.pieces) <= 3
    scene.unbond()
    scene.do("collect")
    scene.do("price_batch")
    assert scene.redeem(10 * UNIT) == 10 * UNIT
    assert scene.vault.batch(1).shares == count
    scene.agree()


def test_exit__asked_again_and_again__earns_no_more_than_staying(scene):
    """To always be on the way out is no free option: rewards after the closing are not a leaver's."""
    scene.twin.call("transfer", scene.holder, scene.attacker, 100 * UNIT)
    scene.ask(100 * UNIT, scene.attacker)
    scene.do("close_cycle")
    scene.reward(300 * UNIT)
    mine(200)
    scene.do("harvest")
    scene.flow()
    scene.unbond()
    scene.do("collect")
    scene.do("price_batch")
    assert scene.redeem(100 * UNIT, scene.attacker) == 100 * UNIT
    assert scene.vault.convertToAssets(100 * UNIT) > 100 * UNIT


def test_exit__by_a_deposit_of_the_moment__makes_nobody_elses_stake_leave(scene):
    """Who comes and goes at once is paid out of what it brought."""
    scene.deposit(5_000 * UNIT, scene.attacker)
    scene.ask(scene.model.balances[scene.attacker], scene.attacker)
    assert scene.do("close_cycle") == 0
    assert scene.model.staked == 1_000 * UNIT


def test_allocate__tokens_of_a_closed_batch__stay(scene):
    """H18: nothing moves out of the buffer what is owed."""
    scene.deposit(100 * UNIT, scene.other)
    scene.ask(300 * UNIT)
    scene.do("close_cycle")
    assert scene.model.unbonding == 200 * UNIT
    scene.twin.refused("lst: nothing to allocate", "allocate", None)
    scene.deposit(50 * UNIT, scene.other)
    scene.do("allocate")
    assert scene.model.liquid in range(100 * UNIT, 100 * UNIT + 3)
    scene.agree()


def test_allocate__after_a_piece_was_slashed__keeps_what_is_owed(scene):
    scene.ask(300 * UNIT)
    scene.do("close_cycle")
    scene.decide(scene.slash(1, 5_000), False)
    scene.answer_all()
    scene.deposit(100 * UNIT, scene.other)
    lost = scene.model.owed - scene.model.unbonding
    assert lost > 0
    scene.do("allocate")
    assert lost <= scene.model.liquid < 100 * UNIT
    scene.agree()


def test_report__that_lies__cannot_be_made(scene):
    """H12: nobody reports anything; every figure is Staking's own of this block."""
    for _ in range(3):
        scene.do("sync")
    assert scene.vault.totalAssets() == 1_000 * UNIT
    scene.decide(scene.slash(1, 5_000), False)
    for _ in range(3):
        scene.do("sync")
    assert scene.vault.totalAssets() == 750 * UNIT


def test_every_wei__is_in_one_place(scene):
    """H13: through all that moves it."""

    def check():
        books = scene.vault.books()
        assert books.pooled == books.liquid + books.staked + books.unbonding
        assert purse(scene, scene.address) >= books.liquid + books.reserved
        staked = sum(scene.staking.position(validator_id, scene.vault, 0).tokens for validator_id in scene.ids)
        assert books.staked == staked
        assert books.unbonding == sum(piece.tokens for piece in scene.vault.pieces())

    check()
    scene.ask(300 * UNIT)
    for call in ("close_cycle", "harvest", "allocate", "sync"):
        scene.give(UNIT)
        scene.attempt(call, None)
        check()
    scene.unbond()
    for call in ("collect", "price_batch", "allocate"):
        scene.attempt(call, None)
        check()


def test_wind_down__owner_closes_the_way_in_and_leaves_all__everybody_is_paid(scene):
    """H15, H18: whoever never asks keeps nobody in."""
    scene.deposit(500 * UNIT, scene.other)
    scene.do("allocate")
    scene.twin.call("set_deposit_limit", scene.owner, 0)
    for validator_id in scene.ids:
        scene.twin.call("set_weight", scene.owner, validator_id, 0)
    assert scene.leave(500 * UNIT, scene.other) == 500 * UNIT
    assert scene.model.staked == 0
    shares = scene.model.balances[scene.holder]
    assert scene.leave(shares) == shares
    scene.agree()


def test_governance__turns_weights_again_and_again__stops_no_exit(scene):
    """Moving validators out fills pieces; exits go on one unbonding later at most."""
    scene.ask(100 * UNIT)
    for turn in range(4):
        for validator_id, weight in zip(scene.ids, (turn % 2, 1 - turn % 2, 5 + turn), strict=True):
            scene.attempt("set_weight", scene.owner, validator_id, weight)
        scene.attempt("close_cycle", None)
        scene.next_cycle()
        scene.attempt("allocate", None)
    scene.unbond()
    scene.do("collect")
    scene.do("price_batch")
    assert scene.redeem(100 * UNIT) == 100 * UNIT
    scene.agree()


@pytest.mark.parametrize("seed", range(3))
def test_roundings__of_many_small_calls__give_nobody_anything(seed):
    """H6: a price that is no whole number, and amounts of wei."""
    scene, rng = LiquidScene(), random.Random(seed)
    scene.deposit(10**13)
    scene.give(10**9 + 7)
    scene.do("harvest")
    scene.flow()
    before = purse(scene, scene.attacker)
    for _ in range(40):
        scene.attempt(rng.choice(["deposit", "mint"]), scene.attacker, rng.randrange(1, 9), scene.attacker)
    spent = before - purse(scene, scene.attacker)
    assert scene.vault.convertToAssets(scene.vault.balanceOf(scene.attacker)) <= spent
    scene.agree()


def test_operators_status__changed_by_the_operator__moves_no_price(scene):
    """Jail, exit and commission say where stake goes, not what it is worth."""
    worth = scene.vault.totalAssets()
    scene.set_bars(1, Status.EXITED, True)
    scene.twin.call("set_commission_limit", scene.owner, 1_000)
    scene.set_commission(2, 1_001)
    scene.set_limit(3, 0)
    assert scene.vault.totalAssets() == worth
    scene.do("close_cycle")
    assert scene.vault.totalAssets() == worth
    scene.agree()
