"""swap_exact_in and swap_exact_out, and their quotes."""

from __future__ import annotations

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.liquidity_pool import MAX_RESERVE
from tests.support.boa_clock import now
from tests.support.liquidity import LATER
from tests.support.pools import PURSE, UNIT
from tests.support.refusals import refuses

SIDES = pytest.mark.parametrize("side", [0, 1], ids=["MDT sold", "MDT bought"])
AMOUNT = 3 * UNIT + 1


@SIDES
@pytest.mark.parametrize("amount", [2, 1_000, AMOUNT, 90 * UNIT, 10_000 * UNIT])
def test_swap_exact_in__any_amount__pays_what_was_quoted(scene, side, amount):
    quoted = scene.pool.quote_exact_in(scene.addresses[side], amount)
    assert scene.swap(side, amount) == quoted
    scene.agree()


@SIDES
def test_swap_exact_in__amounts__are_the_formulas(scene, side):
    """paid * 9970 * out / (in * 10000 + paid * 9970), rounded down."""
    before = [100 * UNIT, 150 * UNIT]
    bought = scene.swap(side, AMOUNT)
    assert bought == AMOUNT * 9_970 * before[1 - side] // (before[side] * 10_000 + AMOUNT * 9_970)
    before[side] += AMOUNT
    before[1 - side] -= bought
    assert list(scene.pool.reserves())[:2] == before


@SIDES
def test_swap_exact_in__event__tells_all(scene, side):
    bought = scene.twin.call("swap_exact_in", scene.trader, scene.addresses[side], AMOUNT, 1, scene.other, scene.deadline)
    (event,) = scene.events("Swapped")
    assert (event.trader, event.receiver, event.token_in) == (scene.trader, scene.other, scene.addresses[side])
    assert (event.paid, event.bought) == (AMOUNT, bought)
    scene.agree()


@SIDES
@pytest.mark.parametrize("amount", [1, 1_000, AMOUNT, 90 * UNIT])
def test_swap_exact_out__any_amount__takes_what_was_quoted(scene, side, amount):
    quoted = scene.pool.quote_exact_out(scene.addresses[side], amount)
    assert scene.swap_out(side, amount) == quoted
    scene.agree()


@SIDES
def test_swap_exact_out__amounts__are_the_formulas(scene, side):
    """in * bought * 10000 / ((out - bought) * 9970), rounded up."""
    before = [100 * UNIT, 150 * UNIT]
    paid = scene.swap_out(side, AMOUNT)
    assert paid == -(-before[side] * AMOUNT * 10_000 // ((before[1 - side] - AMOUNT) * 9_970))


@SIDES
def test_swap_exact_out__event__tells_all(scene, side):
    paid = scene.twin.call("swap_exact_out", scene.trader, scene.addresses[side], AMOUNT, PURSE, scene.other, scene.deadline)
    (event,) = scene.events("Swapped")
    assert (event.trader, event.receiver, event.token_in) == (scene.trader, scene.other, scene.addresses[side])
    assert (event.paid, event.bought) == (paid, AMOUNT)
    scene.agree()


@SIDES
def test_swap_exact_out__one_unit_less_than_the_quote__reverts(scene, side):
    """G1: the quote is the least that the pool can be paid."""
    quoted = scene.pool.quote_exact_out(scene.addresses[side], AMOUNT)
    scene.twin.refused("market: above the maximum", "swap_exact_out", scene.trader, scene.addresses[side], AMOUNT, quoted - 1, scene.trader, scene.deadline)
    assert scene.pool.quote_exact_in(scene.addresses[side], quoted - 1) < AMOUNT <= scene.pool.quote_exact_in(scene.addresses[side], quoted)
    scene.twin.call("swap_exact_out", scene.trader, scene.addresses[side], AMOUNT, quoted, scene.trader, scene.deadline)


@SIDES
def test_swap_exact_in__limit__is_met_or_reverts(scene, side):
    """G12: after an adverse trade the limit says no."""
    quoted = scene.pool.quote_exact_in(scene.addresses[side], AMOUNT)
    call = (scene.trader, scene.addresses[side], AMOUNT)
    scene.twin.refused("market: below the minimum", "swap_exact_in", *call, quoted + 1, scene.trader, scene.deadline)
    with boa.env.anchor():
        scene.pool.swap_exact_in(scene.addresses[side], UNIT, 1, scene.other, scene.deadline, sender=scene.other)
        with boa.reverts("market: below the minimum"):
            scene.pool.swap_exact_in(scene.addresses[side], AMOUNT, quoted, scene.trader, scene.deadline, sender=scene.trader)
    scene.twin.call("swap_exact_in", *call, quoted, scene.trader, scene.deadline)


@pytest.mark.parametrize("function", ["swap_exact_in", "swap_exact_out"])
def test_swap__deadline__is_the_last_second(scene, function):
    """G12: mined late, it reverts."""
    arguments = (scene.trader, scene.addresses[0], UNIT, PURSE if function.endswith("out") else 1, scene.trader)
    scene.twin.refused("market: too late", function, *arguments, now() - 1)
    scene.twin.call(function, *arguments, now())


@pytest.mark.parametrize("function", ["swap_exact_in", "swap_exact_out"])
@pytest.mark.parametrize("whose", ["nobody", "pool", "token", "paired"])
def test_swap__bad_receiver__reverts(scene, function, whose):
    """G18."""
    receiver = {"nobody": ZERO_ADDRESS, "pool": scene.address, "token": scene.addresses[0], "paired": scene.addresses[1]}[whose]
    scene.twin.refused("market: bad receiver", function, scene.trader, scene.addresses[0], UNIT, 1, receiver, scene.deadline)


@pytest.mark.parametrize("function", ["swap_exact_in", "swap_exact_out"])
def test_swap__token_of_no_side__reverts(scene, function):
    scene.twin.refused("market: unknown token", function, scene.trader, scene.address, UNIT, 1, scene.trader, scene.deadline)
    for quote in ("quote_exact_in", "quote_exact_out"):
        with boa.reverts("market: unknown token"):
            getattr(scene.pool, quote)(scene.other, UNIT)
        with refuses("market: unknown token"):
            getattr(scene.model, quote)(scene.other, UNIT)


@SIDES
@pytest.mark.parametrize("amount", [0, 1])
def test_swap_exact_in__nothing_would_come_out__reverts(scene, side, amount):
    """G15: one unit less the fee buys less than one here, or nothing where it is worth more."""
    if side == 0 and amount == 1:
        assert scene.swap(0, 1) == 1, "an MDT unit is worth 1.5"
        return
    scene.twin.refused("market: nothing comes out", "swap_exact_in", scene.trader, scene.addresses[side], amount, 0, scene.trader, scene.deadline)


@SIDES
def test_swap__empty_pool__reverts(empty, side):
    late = empty.deadline
    empty.twin.refused("market: nothing comes out", "swap_exact_in", empty.trader, empty.addresses[side], UNIT, 0, empty.trader, late)
    empty.twin.refused("market: nothing comes out", "swap_exact_in", empty.trader, empty.addresses[side], 0, 0, empty.trader, late)
    empty.twin.refused("market: not enough in reserve", "swap_exact_out", empty.trader, empty.addresses[side], 1, UNIT, empty.trader, late)


@SIDES
def test_swap_exact_out__nothing_or_everything__reverts(scene, side):
    reserve = scene.model.reserves[1 - side]
    for amount, reason in ((0, "market: zero amount"), (reserve, "market: not enough in reserve"), (2**256 - 1, "market: not enough in reserve")):
        scene.twin.refused(reason, "swap_exact_out", scene.trader, scene.addresses[side], amount, 2**256 - 1, scene.trader, scene.deadline)
    with boa.reverts("market: reserve too large"):  # the last unit but one costs more than there is room for
        scene.pool.quote_exact_out(scene.addresses[side], reserve - 1)
    with refuses("market: reserve too large"):
        scene.model.quote_exact_out(scene.addresses[side], reserve - 1)


@SIDES
def test_swap_exact_in__beyond_the_reserves_width__reverts(scene, side):
    for amount in (MAX_RESERVE - scene.model.reserves[side] + 1, 2**256 - 1):
        scene.twin.refused("market: reserve too large", "swap_exact_in", scene.trader, scene.addresses[side], amount, 0, scene.trader, scene.deadline)
    room = MAX_RESERVE - scene.model.reserves[side]
    assert scene.pool.quote_exact_in(scene.addresses[side], room) == scene.model.quote_exact_in(scene.addresses[side], room) < scene.model.reserves[1 - side]


@SIDES
def test_swap__allowance_or_balance_too_low__reverts(scene, side):
    coin, twin = scene.coins[side]
    coin.approve(scene.pool, UNIT - 1, sender=scene.trader)
    twin.approve(scene.trader, scene.address, UNIT - 1)
    scene.twin.refused("mdt: allowance too low", "swap_exact_in", scene.trader, scene.addresses[side], UNIT, 0, scene.trader, scene.deadline)
    scene.twin.refused("mdt: balance too low", "swap_exact_in", scene.provider, scene.addresses[side], 2 * PURSE, 0, scene.trader, scene.deadline)
    scene.agree()


def test_swap__there_and_back__costs_the_trader(scene):
    before = [coin.balanceOf(scene.trader) for coin, _ in scene.coins]
    scene.swap(1, scene.swap(0, UNIT))
    after = [coin.balanceOf(scene.trader) for coin, _ in scene.coins]
    assert after[1] == before[1]
    assert after[0] < before[0]


def test_swap__reserves_at_their_width__are_exact(hostile):
    """G18: products and packed words at the very edge."""
    market = hostile
    market.hostile.mint(market.trader, MAX_RESERVE)
    room = MAX_RESERVE - market.pool.reserves().paired
    bought = market.buy(room)
    assert tuple(market.pool.reserves())[:2] == (100 * UNIT - bought, MAX_RESERVE)
    assert market.pool.price_cumulative()[1] == now()
    with boa.reverts("market: reserve too large"):
        market.buy(1)
    tokens, paired = market.pool.remove(50 * UNIT, 1, 1, market.provider, now() + LATER, sender=market.provider)
    assert (tokens, paired) == ((100 * UNIT - bought) // 2, MAX_RESERVE // 2)
