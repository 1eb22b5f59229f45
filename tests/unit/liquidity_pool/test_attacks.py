"""Ways in which markets like this one have lost money: the failure catalogue's section G, where no other file has it."""

from __future__ import annotations

import random

import boa
import pytest

from mdt.model.liquidity_pool import MAX_RESERVE
from mdt.model.token import UNLIMITED
from tests.support.boa_clock import mine
from tests.support.liquidity import MarketScene, value_per_share
from tests.support.pools import UNIT
from tools import contracts


def purse(scene, account: str) -> list[int]:
    return [int(coin.balanceOf(account)) for coin, _ in scene.coins]


def test_fee__one_named_denominator__on_both_sides():
    """G1: the base of the fee is one constant, in one file; nothing else divides by a number like it."""
    curve = (contracts.CONTRACTS / "pools/modules/market_curve.vy").read_text(encoding="utf-8")
    assert curve.count("10_000") == curve.count("BPS: constant(uint256) = 10_000") == 1
    for path in contracts.CONTRACTS.glob("pools/modules/market_*.vy"):
        text = path.read_text(encoding="utf-8")
        assert path.stem == "market_curve" or "10_000" not in text
        assert "9970" not in text
        assert "997" not in text.replace("9970", "")


@pytest.mark.parametrize("gift", [UNIT, 10_000 * UNIT])
@pytest.mark.parametrize("deposit", [1_000, UNIT, 1_000 * UNIT])
def test_first_deposit__smallest_and_a_gift__costs_the_second_depositor_less_than_two_units(empty, gift, deposit):
    """G2: minted, burned down to the locked shares, and a gift on top."""
    empty.add(1_001, 1_001, empty.trader)
    empty.remove(1, empty.trader)
    for side in (0, 1):
        empty.give(side, gift, empty.trader)
    added = empty.add(deposit, deposit, empty.other)
    tokens, paired = empty.remove(added.shares, empty.other)
    assert added.tokens - tokens <= 2
    assert added.paired - paired <= 2
    empty.agree()


def test_first_deposit__smallest_and_a_share_made_dear_by_swaps__costs_the_second_depositor_less_than_two_units(empty):
    """G2: rounding in a tiny pool lifts a share's worth without a gift; the amounts taken follow from the shares."""
    empty.add(1_001, 1_001, empty.trader)
    empty.remove(1, empty.trader)
    for _ in range(5):
        empty.swap(0, 1_000 * UNIT)
        empty.attempt("swap_exact_in", empty.trader, empty.addresses[1], 1_000 * UNIT, 0, empty.trader, empty.deadline)
    before = purse(empty, empty.other)
    added = empty.attempt("add", empty.other, 900 * UNIT, 900 * UNIT, 0, empty.other, empty.deadline)
    assert added.is_done, "as much as one share at least"
    empty.remove(added.answer.shares, empty.other)
    assert all(0 <= old - new <= 2 for old, new in zip(before, purse(empty, empty.other), strict=True))
    empty.agree()


@pytest.mark.parametrize("side", [0, 1])
def test_first_deposit__a_unit_sent_before__does_not_matter(empty, side):
    """G3."""
    empty.give(side, 1)
    empty.add(100 * UNIT, 150 * UNIT)
    assert tuple(empty.pool.reserves())[:2] == (100 * UNIT, 150 * UNIT)
    empty.swap(side, UNIT)
    empty.agree()


def test_gift__no_order_of_calls__turns_it_into_more_than_it_is(scene):
    """G5: a gift changes no quote; nobody but the owner can reach it, and it ends in the treasury."""
    rng = random.Random(5)
    quotes = [scene.pool.quote_exact_in(token, UNIT) for token in scene.addresses]
    for side in (0, 1):
        scene.give(side, 40 * UNIT)
    assert [scene.pool.quote_exact_in(token, UNIT) for token in scene.addresses] == quotes
    worth = value_per_share(scene.model)
    for _ in range(30):
        rng.choice([lambda: scene.swap(rng.randrange(2), UNIT), lambda: scene.add(UNIT, UNIT, scene.other), lambda: scene.remove(UNIT // 3, scene.provider)])()
        assert value_per_share(scene.model) >= worth
        worth = value_per_share(scene.model)
        surplus = [coin.balanceOf(scene.pool) - reserve for (coin, _), reserve in zip(scene.coins, scene.model.reserves, strict=True)]
        assert surplus == [40 * UNIT, 40 * UNIT]
    for side in (0, 1):
        scene.twin.call("sweep", scene.owner, scene.addresses[side])
    assert purse(scene, scene.treasury) == [40 * UNIT, 40 * UNIT]
    scene.agree()


@pytest.mark.parametrize("side", [0, 1])
def test_swap__so_small_that_the_fee_rounds_away__never_lowers_the_product(scene, side):
    """G15: two thousand of the smallest swaps, both ways."""
    product = scene.model.reserves[0] * scene.model.reserves[1]
    address, late = scene.addresses, scene.deadline
    for index in range(1_000):
        amount = 1 + index % 3
        scene.attempt("swap_exact_in", scene.trader, address[side], amount, 0, scene.trader, late)
        scene.attempt("swap_exact_out", scene.trader, address[1 - side], amount, UNIT, scene.trader, late)
        assert scene.model.reserves[0] * scene.model.reserves[1] >= product
        product = scene.model.reserves[0] * scene.model.reserves[1]
    scene.agree()


def test_tiny_pool__whatever_is_done__keeps_its_worth():
    """G4, G15: a few units on each side, where every rounding is large."""
    rng, scene = random.Random(15), MarketScene()
    scene.add(1_100, 1_300)
    scene.remove(scene.model.balances[scene.provider])
    for _ in range(300):
        worth = value_per_share(scene.model)
        amount = rng.choice([1, 2, 3, 50, 1_000])
        side = rng.randrange(2)
        who, late = scene.other, scene.deadline
        name, *arguments = rng.choice([
            ("add", amount, UNLIMITED, 0),
            ("add_one_sided", scene.addresses[side], amount, 0),
            ("remove", amount, 0, 0),
            ("swap_exact_in", scene.addresses[side], amount, 0),
            ("swap_exact_out", scene.addresses[side], amount, UNIT),
        ])  # fmt: skip
        scene.attempt(name, who, *arguments, who, late)
        assert value_per_share(scene.model) >= worth
        assert min(scene.model.reserves) > 0
    scene.agree()


@pytest.mark.parametrize("side", [0, 1])
def test_gift__just_before_a_bounded_trade__does_not_stop_it(scene, side):
    """G17."""
    quoted = scene.pool.quote_exact_in(scene.addresses[side], UNIT)
    for gifted in (0, 1):
        scene.give(gifted, 1 + 10**6 * gifted)
    scene.twin.call("swap_exact_in", scene.trader, scene.addresses[side], UNIT, quoted, scene.trader, scene.deadline)
    scene.agree()


def test_gift__beyond_the_reserves_width__stops_nobody(hostile):
    """G18: no help of a third party is needed."""
    hostile.hostile.mint(hostile.pool, MAX_RESERVE)
    mine(1)
    assert hostile.sell(UNIT) > 0
    assert hostile.buy(UNIT) > 0
    assert hostile.pool.remove(UNIT, 1, 1, hostile.provider, hostile.deadline, sender=hostile.provider)[1] > 0
    assert hostile.pool.add(UNIT, UNIT, 1, hostile.provider, hostile.deadline, sender=hostile.provider).shares > 0
    assert hostile.pool.sweep(hostile.hostile, sender=hostile.owner) == MAX_RESERVE


def test_sandwich__limit_of_the_victim__bounds_the_loss(scene):
    """G12, G13: nothing in the suite trades here by itself; whoever does names a limit, and a push beyond it reverts the trade."""
    quoted = scene.pool.quote_exact_in(scene.token, UNIT)
    scene.swap(0, 1_000 * UNIT, scene.other)  # ten times the reserve
    scene.twin.refused("market: below the minimum", "swap_exact_in", scene.trader, scene.addresses[0], UNIT, quoted * 99 // 100, scene.trader, scene.deadline)


def test_sources__no_contract_of_ours__trades_here():
    """G12, G13: no other contract names the pool's calls, so none passes 0 or the block's time for a limit."""
    calls = ("swap_exact_in", "swap_exact_out", "add_one_sided", "ILiquidityPool")
    own = {contracts.CONTRACTS / "pools/LiquidityPool.vy", *contracts.CONTRACTS.glob("pools/modules/market_*.vy")}
    for path in set(contracts.CONTRACTS.rglob("*.vy")) - own:
        assert not any(name in path.read_text(encoding="utf-8") for name in calls), path


def test_shares__worth__never_falls_by_what_others_do(scene):
    """G4: any order of add, remove and swap by one actor."""
    rng = random.Random(4)
    for step in range(150):
        worth = value_per_share(scene.model)
        side, amount = rng.randrange(2), rng.choice([1, 7, 10, UNIT, 30 * UNIT])
        who, late = scene.other, scene.deadline
        name, *arguments = rng.choice([
            ("add", amount, amount, 0),
            ("add_one_sided", scene.addresses[side], amount, 0),
            ("remove", min(amount, max(scene.model.balances[who], 1)), 0, 0),
            ("swap_exact_in", scene.addresses[side], amount, 0),
        ])  # fmt: skip
        scene.attempt(name, who, *arguments, who, late)
        assert value_per_share(scene.model) >= worth, (step, name)
    assert boa.env.get_code(scene.address)
    scene.agree()
