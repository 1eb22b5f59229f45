"""price_cumulative and mean_price: what one block cannot move, what time does, and what happens where words are full."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import boa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdt.model.liquidity_pool.prices import LOG_BITS, MAX_LOG, difference, exp2, log2_ratio
from tests.support.boa_clock import mine, now
from tests.support.liquidity import signed
from tests.support.pools import UNIT
from tests.support.profiles import examples
from tests.support.refusals import refuses

WINDOW = 1_800
ONE = 1 << 128


def exact_log2(ratio: Fraction) -> Decimal:
    with localcontext() as context:
        context.prec = 60
        return (Decimal(ratio.numerator).ln() - Decimal(ratio.denominator).ln()) / Decimal(2).ln()


@given(st.integers(1, 2**112 - 1), st.integers(1, 2**112 - 1), st.integers(0, 111), st.integers(0, 111))
@settings(max_examples=examples(200, 500, 5_000), deadline=None)
def test_log2_ratio__any_reserves__is_close(numerator, denominator, fewer, lesser):
    numerator, denominator = max(numerator >> fewer, 1), max(denominator >> lesser, 1)
    ratio = Fraction(numerator, denominator)
    off = abs(Decimal(log2_ratio(numerator, denominator)) / 2**LOG_BITS - exact_log2(ratio))
    assert off < Decimal(2) ** -31
    if ratio > Fraction(1, 2**96):
        assert off < Decimal(2) ** -34


@given(st.integers(-MAX_LOG, MAX_LOG))
@settings(max_examples=examples(200, 500, 5_000), deadline=None)
def test_exp2__any_logarithm__is_close_and_not_above(logarithm):
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(2) ** (Decimal(logarithm) / 2**LOG_BITS + 128)
    found = exp2(logarithm)
    assert found <= exact + 1
    assert exact - found <= max(Decimal(2), exact * Decimal(2) ** -58)


def test_price__one_block__cannot_move_it(scene):
    """G9: pushed and restored in one block, the sum and the mean are as if nothing had happened."""
    cumulative, at = scene.pool.price_cumulative()
    mine(1, WINDOW)
    with boa.env.anchor():
        plainly = scene.pool.price_cumulative(), scene.pool.mean_price(cumulative, at)
    bought = scene.swap(0, 10_000 * UNIT)
    assert (scene.pool.price_cumulative(), scene.pool.mean_price(cumulative, at)) == plainly, "in the middle of it too"
    scene.swap(1, bought)
    assert (scene.pool.price_cumulative(), scene.pool.mean_price(cumulative, at)) == plainly


@pytest.mark.parametrize("action", ["swap", "swap_out", "add", "add_one", "remove"])
def test_price__any_action__weighs_the_time_before_with_the_old_reserves(scene, action):
    """G9."""
    before, at = scene.pool.price_cumulative()
    logarithm = log2_ratio(scene.model.reserves[1], scene.model.reserves[0])
    mine(1, 77)
    arguments = {"swap": (0, UNIT), "swap_out": (0, UNIT), "add": (UNIT, UNIT), "add_one": (1, UNIT), "remove": (UNIT,)}[action]
    getattr(scene, action)(*arguments)
    after, then = scene.pool.price_cumulative()
    assert (after - before, then - at) == (77 * logarithm, 77)
    scene.agree()


def test_price__no_trade_for_days__is_extended_to_now(scene):
    """G10."""
    before, at = scene.pool.price_cumulative()
    mine(1, 5 * 86_400)
    after, then = scene.pool.price_cumulative()
    assert (after - before, then - at) == (5 * 86_400 * log2_ratio(3, 2), 5 * 86_400)
    scene.agree()


def test_mean_price__one_price__is_that_price(scene):
    cumulative, at = scene.pool.price_cumulative()
    mine(1, WINDOW)
    found = scene.pool.mean_price(cumulative, at)
    assert found == scene.model.mean_price(cumulative, at)
    assert abs(Fraction(found, ONE) / Fraction(3, 2) - 1) < Fraction(1, 10**10)


def test_mean_price__two_prices__is_their_geometric_mean(scene):
    """An hour at one, an hour at four times that: twice the first, and so for the inverse."""
    cumulative, at = scene.pool.price_cumulative()
    mine(1, 3_600)
    paid = scene.pool.quote_exact_out(scene.paired, 50 * UNIT)  # half the MDT
    scene.swap(1, paid)
    first, second = Fraction(3, 2), Fraction(scene.model.reserves[1], scene.model.reserves[0])
    mine(1, 3_600)
    found = scene.pool.mean_price(cumulative, at)
    assert found == scene.model.mean_price(cumulative, at)
    assert abs(Fraction(found, ONE) ** 2 / (first * second) - 1) < Fraction(1, 10**9)
    negated = exp2(-(difference(scene.model.price_cumulative()[0], cumulative) // 7_200))
    assert abs(Fraction(negated * found, ONE**2) - 1) < Fraction(1, 10**9)


def test_mean_price__below_one__is_rounded_down_too(scene):
    """A logarithm below 0 is cut off towards 0 by a division as it is: one that leaves a rest shows it."""
    scene.swap(0, 60 * UNIT)
    cumulative, at = scene.pool.price_cumulative()
    mine(1, 1_001)
    scene.swap(0, 5 * UNIT)
    mine(1, 1_002)
    grown = difference(scene.model.price_cumulative()[0], cumulative)
    assert grown < 0
    assert grown % 2_003 != 0
    found = scene.pool.mean_price(cumulative, at)
    assert found == scene.model.mean_price(cumulative, at) == exp2(grown // 2_003) < exp2(-(-grown // 2_003))


def test_mean_price__price_held_for_one_block__counts_by_its_logarithm(scene):
    """A thousandfold price for three seconds moves half an hour's mean by 1.2%; an arithmetic mean would more than double."""
    cumulative, at = scene.pool.price_cumulative()
    mine(1, WINDOW - 3)
    bought = scene.swap(1, scene.pool.quote_exact_out(scene.paired, 97 * UNIT))
    pushed = Fraction(scene.model.reserves[1], scene.model.reserves[0]) / Fraction(3, 2)
    assert pushed > 1_000
    mine(1, 3)
    scene.swap(0, bought)
    mean = Fraction(scene.pool.mean_price(cumulative, at), ONE)
    assert Fraction(1_011, 1_000) < mean / Fraction(3, 2) < Fraction(1_013, 1_000)


@pytest.mark.parametrize("seconds", [0, 1, WINDOW - 1])
def test_mean_price__window_too_short__reverts(scene, seconds):
    """G10: a single observation is a window of nothing."""
    cumulative, at = scene.pool.price_cumulative()
    mine(1, seconds)
    with boa.reverts("market: window too short"):
        scene.pool.mean_price(cumulative, at)
    with refuses("market: window too short"):
        scene.model.mean_price(cumulative, at)


@pytest.mark.parametrize("ahead", [1, 2**255])
def test_mean_price__reading_of_the_future__reverts(scene, ahead):
    with boa.reverts("market: window too short"):
        scene.pool.mean_price(0, now() + ahead)


def test_mean_price__no_reading_of_this_pool__reverts(scene):
    cumulative, at = scene.pool.price_cumulative()
    mine(1, WINDOW)
    beyond = cumulative - WINDOW * (MAX_LOG + (1 << LOG_BITS))
    for reading in (beyond, cumulative + WINDOW * (MAX_LOG + (1 << LOG_BITS))):
        with boa.reverts("market: not a reading"):
            scene.pool.mean_price(reading, at)
        with refuses("market: not a reading"):
            scene.model.mean_price(reading, at)


def test_price__before_the_first_deposit__is_no_sum(empty):
    mine(1, WINDOW)
    assert tuple(empty.pool.price_cumulative()) == (0, now())
    empty.agree()


# --- words that are full (G8) ---

RESERVES, BOOKS = "_reserves", "_books"


def slot(scene, name: str) -> int:
    return int(scene.pool.compiler_data.storage_layout["storage_layout"]["market_books"][name]["slot"])


def set_cumulative(scene, field: int) -> None:
    """Write the sum of prices, in contract and model."""
    word = boa.env.get_storage(scene.address, slot(scene, BOOKS))
    mask = ((1 << 88) - 1) << 112
    boa.env.set_storage(scene.address, slot(scene, BOOKS), word & ~mask | field << 112)
    scene.model.cumulative = field


@pytest.mark.parametrize("action", ["swap", "add", "add_one", "remove"])
@pytest.mark.parametrize("field", [(1 << 88) - 1, (1 << 87) - 1, 1 << 87, 0])
def test_price__sum_at_its_edge__goes_around_and_differences_are_right(scene, action, field):
    """G8."""
    scene.swap(0, 1)
    set_cumulative(scene, field)
    before, at = scene.pool.price_cumulative()
    assert before == signed(field)
    logarithm = log2_ratio(scene.model.reserves[1], scene.model.reserves[0])
    mine(1, WINDOW)
    arguments = {"swap": (0, UNIT), "add": (UNIT, UNIT), "add_one": (1, UNIT), "remove": (UNIT,)}[action]
    supply, fees = scene.pool.totalSupply(), tuple(scene.pool.fees())
    getattr(scene, action)(*arguments)
    assert difference(scene.pool.price_cumulative()[0], before) == WINDOW * logarithm
    assert tuple(scene.pool.fees()) == fees, "neighbours in the word are untouched"
    assert (scene.pool.totalSupply() == supply) == (action == "swap")
    assert scene.pool.mean_price(before, at) == scene.model.mean_price(before, at)
    scene.agree()


def test_price__time_passes_2_to_the_32__goes_on(scene):
    """G8: in 2106."""
    scene.swap(0, UNIT)
    before, at = scene.pool.price_cumulative()
    logarithm = log2_ratio(scene.model.reserves[1], scene.model.reserves[0])
    mine(1, 2**32 - at + 10)
    assert now() == 2**32 + 10
    scene.add(UNIT, UNIT)
    assert scene.pool.reserves().updated_at == 10
    after, then = scene.pool.price_cumulative()
    assert difference(after, before) == (then - at) * logarithm
    mine(1, 5)
    scene.swap(1, UNIT)
    scene.remove(UNIT)
    scene.agree()


def test_sources__unchecked_subtractions_of_time_and_sum__stand_where_they_are_meant():
    """G8: elapsed time and the sum may go around; their lines are the only ones that say so."""
    from tools import contracts

    words = (contracts.CONTRACTS / "pools/modules/market_words.vy").read_text(encoding="utf-8")
    assert words.count("unsafe_sub(block.timestamp") == 1
    assert words.count("unsafe_add(_books & CUMULATIVE, added)") == 1
    others = [path.read_text(encoding="utf-8") for path in contracts.CONTRACTS.rglob("market_*.vy") if path.name != "market_words.vy"]
    assert not any("unsafe_sub(block.timestamp" in text for text in others)
