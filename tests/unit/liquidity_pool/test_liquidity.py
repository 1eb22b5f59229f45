"""add, add_one_sided and remove, and their quotes."""

from __future__ import annotations

from math import isqrt

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.liquidity_pool import LOCKED_HOLDER, LOCKED_SHARES, MAX_RESERVE
from mdt.model.token import UNLIMITED
from tests.support.boa_clock import mine, now
from tests.support.liquidity import HostileMarket, value_per_share
from tests.support.pools import PURSE, UNIT
from tests.support.refusals import refuses
from tests.support.twins import plain

SIDES = pytest.mark.parametrize("side", [0, 1], ids=["MDT", "paired"])
ROOT = isqrt(100 * UNIT * 150 * UNIT)


# --- the first deposit ---


def test_add__first__takes_both_in_full_and_locks_a_thousand_shares(empty):
    quoted = plain(empty.pool.quote_add(100 * UNIT, 150 * UNIT))
    added = empty.add(100 * UNIT, 150 * UNIT)
    assert plain(added) == quoted == (100 * UNIT, 150 * UNIT, ROOT - LOCKED_SHARES)
    assert empty.pool.balanceOf(LOCKED_HOLDER) == LOCKED_SHARES == 1_000
    assert empty.pool.totalSupply() == ROOT, "the locked shares are counted"
    empty.agree()


def test_add__first__events(empty):
    empty.add(100 * UNIT, 150 * UNIT, receiver=empty.other)
    (event,) = empty.events("Added")
    assert (event.provider, event.receiver, event.tokens, event.paired, event.shares) == (
        empty.provider, empty.other, 100 * UNIT, 150 * UNIT, ROOT - LOCKED_SHARES,
    )  # fmt: skip
    issued = [(event.sender, event.receiver, event.value) for event in empty.events("Transfer")]
    assert issued == [(ZERO_ADDRESS, LOCKED_HOLDER, LOCKED_SHARES), (ZERO_ADDRESS, empty.other, ROOT - LOCKED_SHARES)]


@pytest.mark.parametrize(("tokens", "paired"), [(0, UNIT), (UNIT, 0), (1_000, 1_000), (1, 10**6)])
def test_add__first_too_small__reverts(empty, tokens, paired):
    empty.twin.refused("market: first deposit too small", "add", empty.provider, tokens, paired, 0, empty.provider, empty.deadline)


def test_add__smallest_first__gives_one_share(empty):
    assert empty.add(1_001, 1_001).shares == 1
    empty.agree()


@pytest.mark.parametrize("side", [0, 1])
def test_add__first_beyond_the_reserves_width__reverts(empty, side):
    amounts = [UNIT, UNIT]
    amounts[side] = MAX_RESERVE + 1
    empty.twin.refused("market: reserve too large", "add", empty.provider, *amounts, 0, empty.provider, empty.deadline)


# --- later deposits ---


@pytest.mark.parametrize(("most_tokens", "most_paired"), [(10 * UNIT, UNLIMITED), (UNLIMITED, 15 * UNIT), (10 * UNIT + 7, 15 * UNIT), (UNIT, UNIT), (1, 2)])
def test_add__later__takes_as_much_as_both_limits_allow(scene, most_tokens, most_paired):
    quoted = plain(scene.pool.quote_add(most_tokens, most_paired))
    added = scene.add(most_tokens, most_paired, scene.other)
    assert plain(added) == quoted
    assert added.tokens <= most_tokens
    assert added.paired <= most_paired
    scene.agree()


def test_add__later__event(scene):
    added = scene.add(10 * UNIT, UNLIMITED, scene.other, receiver=scene.trader)
    (event,) = scene.events("Added")
    assert (event.provider, event.receiver) == (scene.other, scene.trader)
    assert (event.tokens, event.paired, event.shares) == plain(added)
    (issued,) = scene.events("Transfer")
    assert (issued.sender, issued.receiver, issued.value) == (ZERO_ADDRESS, scene.trader, added.shares)


def test_add__rounding__is_less_than_a_unit_of_each_token(scene):
    """The amounts follow from the shares, rounded up; what was offered beyond stays with the depositor."""
    scene.swap(0, 3 * UNIT + 1)
    reserves, supply = list(scene.model.reserves), scene.model.total_supply
    added = scene.add(12_345, UNLIMITED, scene.other)
    for taken, reserve in zip((added.tokens, added.paired), reserves, strict=True):
        assert 0 <= taken * supply - added.shares * reserve < supply


def test_add__limit_of_shares__is_met_or_reverts(scene):
    """G12."""
    shares = scene.pool.quote_add(UNIT, UNIT).shares
    scene.twin.refused("market: below the minimum", "add", scene.other, UNIT, UNIT, shares + 1, scene.other, scene.deadline)
    scene.add(UNIT, UNIT, scene.other, min_shares=shares)


def test_add__nothing__reverts(scene):
    for amounts in ((0, UNIT), (UNIT, 0)):
        scene.twin.refused("market: nothing comes out", "add", scene.other, *amounts, 0, scene.other, scene.deadline)


def test_add__beyond_the_reserves_width__reverts(hostile):
    hostile.hostile.mint(hostile.trader, MAX_RESERVE)
    hostile.buy(MAX_RESERVE - 200 * UNIT)
    with boa.reverts("market: reserve too large"):
        hostile.pool.quote_add(UNLIMITED, UNLIMITED)


# --- on one side ---


@SIDES
@pytest.mark.parametrize("amount", [1_000, UNIT, 77 * UNIT, 50_000 * UNIT])
def test_add_one_sided__any_amount__gives_what_was_quoted(scene, side, amount):
    quoted = scene.pool.quote_add_one_sided(scene.addresses[side], amount)
    assert plain(quoted) == plain(scene.model.quote_add_one_sided(scene.addresses[side], amount))
    assert scene.add_one(side, amount, scene.other) == quoted.shares
    scene.agree()


@SIDES
def test_add_one_sided__next_to_a_swap_and_a_deposit__is_as_good_and_no_better(scene, side):
    """The same by hand leaves a rest and pays twice for rounding; here all of it is in."""
    amount = 20 * UNIT
    with boa.env.anchor():
        quoted = scene.pool.quote_add_one_sided(scene.addresses[side], amount)
        pool, who = scene.pool, scene.other
        bought = pool.swap_exact_in(scene.addresses[side], quoted.swapped, 1, who, scene.deadline, sender=who)
        assert bought == quoted.bought
        limits = [amount - quoted.swapped, bought] if side == 0 else [bought, amount - quoted.swapped]
        by_hand = pool.add(*limits, 1, who, scene.deadline, sender=who)
    assert scene.add_one(side, amount, scene.other) == by_hand.shares


@SIDES
def test_add_one_sided__impact__is_how_far_the_price_moves(scene, side):
    """Stated in basis points against the deposited token, rounded up."""
    amount = 20 * UNIT
    before = list(scene.model.reserves)
    quoted = scene.pool.quote_add_one_sided(scene.addresses[side], amount)
    scene.add_one(side, amount, scene.other)
    after = scene.model.reserves
    worse = 10_000 - 10_000 * after[1 - side] * before[side] // (after[side] * before[1 - side])
    assert quoted.impact_bps == worse == -(-10_000 * amount // (before[side] + amount))


@SIDES
def test_add_one_sided__event(scene, side):
    quoted = scene.pool.quote_add_one_sided(scene.addresses[side], UNIT)
    scene.twin.call("add_one_sided", scene.other, scene.addresses[side], UNIT, 1, scene.trader, scene.deadline)
    (event,) = scene.events("AddedOneSided")
    assert (event.provider, event.receiver, event.token_in) == (scene.other, scene.trader, scene.addresses[side])
    assert (event.amount, event.swapped, event.bought, event.shares) == (UNIT, quoted.swapped, quoted.bought, quoted.shares)


@SIDES
def test_add_one_sided__limit_of_shares__is_met_or_reverts(scene, side):
    """G12."""
    shares = scene.pool.quote_add_one_sided(scene.addresses[side], UNIT).shares
    call = (scene.other, scene.addresses[side], UNIT)
    scene.twin.refused("market: below the minimum", "add_one_sided", *call, shares + 1, scene.other, scene.deadline)
    scene.twin.call("add_one_sided", *call, shares, scene.other, scene.deadline)


@SIDES
def test_add_one_sided__too_little_too_much_or_too_early__reverts(scene, side):
    call = (scene.other, scene.addresses[side])
    scene.twin.refused("market: nothing comes out", "add_one_sided", *call, 0, 0, scene.other, scene.deadline)
    for amount in (MAX_RESERVE - scene.model.reserves[side] + 1, 2**256 - 1):
        scene.twin.refused("market: reserve too large", "add_one_sided", *call, amount, 0, scene.other, scene.deadline)
    scene.twin.refused("market: unknown token", "add_one_sided", scene.other, scene.other, UNIT, 0, scene.other, scene.deadline)


@SIDES
def test_add_one_sided__empty_pool__reverts(empty, side):
    empty.twin.refused("market: nothing comes out", "add_one_sided", empty.provider, empty.addresses[side], UNIT, 0, empty.provider, empty.deadline)


# --- withdrawals ---


@pytest.mark.parametrize("shares", [1, 1_000, UNIT, ROOT - LOCKED_SHARES])
def test_remove__any_amount__pays_what_was_quoted(scene, shares):
    quoted = plain(scene.pool.quote_remove(shares))
    assert scene.remove(shares) == quoted == (100 * UNIT * shares // ROOT, 150 * UNIT * shares // ROOT)
    scene.agree()


def test_remove__events(scene):
    tokens, paired = scene.remove(UNIT, receiver=scene.other)
    (event,) = scene.events("Removed")
    assert (event.provider, event.receiver, event.tokens, event.paired, event.shares) == (scene.provider, scene.other, tokens, paired, UNIT)
    (burned,) = scene.events("Transfer")
    assert (burned.sender, burned.receiver, burned.value) == (scene.provider, ZERO_ADDRESS, UNIT)


def test_remove__everything__leaves_the_locked_part(scene):
    scene.remove(scene.model.balances[scene.provider])
    assert scene.pool.totalSupply() == LOCKED_SHARES
    assert min(scene.model.reserves) > 0
    mine(1)
    scene.add(UNIT, UNLIMITED, scene.other)
    scene.swap(0, 1_000)
    scene.agree()


def test_remove__limits__are_met_or_revert(scene):
    """G12."""
    tokens, paired = scene.pool.quote_remove(UNIT)
    for least in ((tokens + 1, 0), (0, paired + 1)):
        scene.twin.refused("market: below the minimum", "remove", scene.provider, UNIT, *least, scene.provider, scene.deadline)
    scene.twin.call("remove", scene.provider, UNIT, tokens, paired, scene.provider, scene.deadline)


def test_remove__nothing_or_more_than_one_has__reverts(scene):
    scene.twin.refused("market: zero amount", "remove", scene.provider, 0, 0, 0, scene.provider, scene.deadline)
    more = scene.model.balances[scene.provider] + 1
    scene.twin.refused("market: balance too low", "remove", scene.provider, more, 0, 0, scene.provider, scene.deadline)
    scene.twin.refused("market: balance too low", "remove", scene.other, 1, 0, 0, scene.other, scene.deadline)
    with boa.reverts("market: balance too low"):
        scene.pool.quote_remove(scene.model.total_supply + 1)
    with refuses("market: balance too low"):
        scene.model.quote_remove(scene.model.total_supply + 1)


# --- all three ---


CALLS = {"add": (UNIT, UNIT, 0), "add_one_sided": ("token", UNIT, 0), "remove": (UNIT, 0, 0)}


@pytest.mark.parametrize("function", CALLS)
def test_liquidity__late_or_for_a_bad_receiver__reverts(scene, function):
    """G12, G18."""
    arguments = [scene.addresses[0] if value == "token" else value for value in CALLS[function]]
    scene.twin.refused("market: too late", function, scene.provider, *arguments, scene.provider, now() - 1)
    for receiver in (ZERO_ADDRESS, scene.address, *scene.addresses):
        scene.twin.refused("market: bad receiver", function, scene.provider, *arguments, receiver, now())
    scene.twin.call(function, scene.provider, *arguments, scene.provider, now())


@pytest.mark.parametrize("amount", [*range(1, 11), UNIT])
def test_add_and_remove__in_one_block__return_no_more_than_was_put_in(scene, amount):
    """G4: to the wei, of both tokens."""
    scene.swap(0, 7 * UNIT + 3)
    held, worth = [coin.balanceOf(scene.other) for coin, _ in scene.coins], value_per_share(scene.model)
    added = scene.add(amount, UNLIMITED, scene.other)
    assert value_per_share(scene.model) >= worth
    tokens, paired = scene.remove(added.shares, scene.other)
    assert (tokens <= added.tokens, paired <= added.paired) == (True, True)
    assert all(coin.balanceOf(scene.other) <= before for (coin, _), before in zip(scene.coins, held, strict=True))
    assert value_per_share(scene.model) >= worth


@SIDES
@pytest.mark.parametrize("amount", [100, 10_000, UNIT])
def test_add_one_sided_and_remove__in_one_block__return_no_more(scene, side, amount):
    """G4: what comes back, swapped back, is less than what went in."""
    worth = value_per_share(scene.model)
    before = scene.coins[side][0].balanceOf(scene.other)
    other_before = scene.coins[1 - side][0].balanceOf(scene.other)
    scene.remove(scene.add_one(side, amount, scene.other), scene.other)
    assert value_per_share(scene.model) >= worth
    gained = scene.coins[1 - side][0].balanceOf(scene.other) - other_before
    if gained > 0:
        scene.attempt("swap_exact_in", scene.other, scene.addresses[1 - side], gained, 0, scene.other, scene.deadline)
    assert scene.coins[side][0].balanceOf(scene.other) < before


@pytest.mark.parametrize("decimals", [6, 8, 18])
def test_pool__decimals_of_the_other_token__do_not_matter(decimals):
    """G16: everything is in raw units; the smallest first deposit too."""
    market = HostileMarket(decimals=decimals)
    assert PURSE > 0
    paid = 10**decimals
    bought = market.pool.quote_exact_in(market.hostile, paid)
    assert market.buy(paid) == bought
    cumulative, at = market.pool.price_cumulative()
    assert (cumulative, at) == (0, now())
