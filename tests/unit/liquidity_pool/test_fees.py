"""announce_fees, withdraw_fees, apply_fees, collect and sweep; what the protocol gets, and when it gets nothing."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import isqrt

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.liquidity_pool import Fees
from mdt.model.reasons import Burn
from tests.support.boa_clock import mine, now
from tests.support.liquidity import FEE_DELAY, FEES, WITH_PART, MarketScene
from tests.support.pools import UNIT
from tests.support.twins import plain

OTHERS = Fees(fee_bps=50, protocol_bps=1_000, is_burned=True)


# --- announcing ---


def test_announce_fees__owner__waits_in_the_open(scene):
    scene.twin.call("announce_fees", scene.owner, OTHERS)
    (event,) = scene.events("FeesAnnounced")
    assert (plain(event.old_fees), plain(event.new_fees), event.effective_at) == (plain(FEES), plain(OTHERS), now() + FEE_DELAY)
    assert plain(scene.pool.announced_fees()) == (plain(OTHERS), now() + FEE_DELAY)
    assert plain(scene.pool.fees()) == plain(FEES), "nothing has changed yet"
    scene.agree()


def test_announce_fees__again__starts_the_clock_again(scene):
    scene.twin.call("announce_fees", scene.owner, OTHERS)
    mine(1, FEE_DELAY - 1)
    scene.twin.call("announce_fees", scene.owner, replace(OTHERS, fee_bps=51))
    mine(1, 1)
    scene.twin.refused("market: still waiting", "apply_fees", None)
    scene.agree()


@pytest.mark.parametrize("function", ["announce_fees", "withdraw_fees", "sweep"])
def test_governance__by_anybody_else__reverts(scene, function):
    arguments = {"announce_fees": (OTHERS,), "withdraw_fees": (), "sweep": (scene.addresses[0],)}[function]
    for caller in (scene.provider, scene.treasury):
        scene.twin.refused("ownable: caller is not the owner", function, caller, *arguments)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"fee_bps": 0}, "market: fee out of bounds"),
        ({"fee_bps": 101}, "market: fee out of bounds"),
        ({"protocol_bps": 2_501}, "market: part out of bounds"),
    ],
)
def test_announce_fees__out_of_bounds__reverts(scene, changed, reason):
    scene.twin.refused(reason, "announce_fees", scene.owner, replace(OTHERS, **changed))


def test_announce_fees__nothing_would_change__reverts(scene):
    scene.twin.refused("market: nothing changes", "announce_fees", scene.owner, FEES)
    scene.twin.call("announce_fees", scene.owner, OTHERS)
    scene.twin.refused("market: nothing changes", "announce_fees", scene.owner, OTHERS)
    scene.twin.call("announce_fees", scene.owner, FEES)


@pytest.mark.parametrize("changed", [{"fee_bps": 31}, {"protocol_bps": 1}, {"is_burned": True}])
def test_announce_fees__one_of_three__is_a_change(scene, changed):
    scene.change_fees(replace(FEES, **changed))
    scene.agree()


def test_withdraw_fees__announced__is_gone(scene):
    scene.twin.refused("market: nothing announced", "withdraw_fees", scene.owner)
    scene.twin.call("announce_fees", scene.owner, OTHERS)
    scene.twin.call("withdraw_fees", scene.owner)
    (event,) = scene.events("FeesWithdrawn")
    assert plain(event.fees) == plain(OTHERS)
    mine(1, FEE_DELAY)
    scene.twin.refused("market: nothing announced", "apply_fees", None)
    scene.agree()


# --- applying ---


def test_apply_fees__before_its_time__reverts(scene):
    scene.twin.refused("market: nothing announced", "apply_fees", None)
    scene.twin.call("announce_fees", scene.owner, OTHERS)
    mine(1, FEE_DELAY - 1)
    scene.twin.refused("market: still waiting", "apply_fees", None)
    mine(1, 1)
    scene.twin.call("apply_fees", None)
    (event,) = scene.events("FeesApplied")
    assert (plain(event.old_fees), plain(event.new_fees)) == (plain(FEES), plain(OTHERS))
    scene.twin.refused("market: nothing announced", "apply_fees", None)
    scene.agree()


def test_apply_fees__new_fee__is_what_swaps_pay(scene):
    before = scene.pool.quote_exact_in(scene.token, UNIT)
    scene.change_fees(replace(FEES, fee_bps=100))
    after = scene.pool.quote_exact_in(scene.token, UNIT)
    assert after < before
    assert after == UNIT * 9_900 * 150 * UNIT // (100 * UNIT * 10_000 + UNIT * 9_900)
    assert scene.swap(0, UNIT) == after


def test_apply_fees__empty_pool__is_possible(empty):
    empty.change_fees(WITH_PART)
    empty.agree()
    empty.add(UNIT, UNIT)
    empty.agree()
    assert empty.pool.protocol_shares() == 0


def test_apply_fees__from_a_part_to_another__shares_growth_at_the_old_one(shared):
    shared.swap(0, 20 * UNIT)
    due = shared.pool.protocol_shares()
    assert due > 0
    shared.change_fees(replace(WITH_PART, protocol_bps=100))
    assert shared.pool.protocol_shares() == shared.pool.balanceOf(shared.pool) == due
    shared.agree()


def test_protocol__switched_off_while_the_pool_grows__gets_nothing_of_it(scene):
    """G14: on, off, on again: shares only for what grew while it was on."""
    scene.swap(0, 20 * UNIT)
    scene.change_fees(WITH_PART)
    assert scene.pool.protocol_shares() == 0, "nothing of what grew before"
    scene.swap(1, 20 * UNIT)
    due = scene.pool.protocol_shares()
    scene.change_fees(FEES)
    scene.swap(0, 20 * UNIT)
    scene.add(UNIT, UNIT)
    assert scene.pool.protocol_shares() == due
    scene.change_fees(WITH_PART)
    assert scene.pool.protocol_shares() == due > 0
    scene.agree()


def test_protocol__deposits_and_withdrawals__are_no_growth(shared):
    """G14."""
    shared.add(30 * UNIT, 45 * UNIT, shared.other)
    shared.remove(20 * UNIT)
    shared.give(0, 10 * UNIT)
    assert shared.pool.protocol_shares() == 0
    shared.agree()


def test_protocol__part__is_a_quarter_of_what_the_root_grew_by(shared):
    """To less than a share: as much of the pool as a quarter of the growth is of it."""
    supply = shared.model.total_supply
    root = isqrt(shared.model.reserves[0] * shared.model.reserves[1])
    shared.swap(0, 20 * UNIT)
    shared.swap(1, 25 * UNIT)
    grown = isqrt(shared.model.reserves[0] * shared.model.reserves[1])
    minted = shared.pool.protocol_shares()
    wanted = Fraction(grown - root, 4)
    assert Fraction(minted * grown, supply + minted) <= wanted < Fraction((minted + 1) * grown, supply + minted + 1)


def test_protocol__whoever_comes_later__pays_nothing_of_what_grew_before(shared):
    """G14: the newcomer's deposit is worth what it put in, after the protocol has its part."""
    shared.swap(0, 20 * UNIT)
    added = shared.add(10 * UNIT, 10 * UNIT, shared.other)
    shared.twin.call("collect", None)
    tokens, paired = shared.remove(added.shares, shared.other)
    assert 0 <= added.tokens - tokens <= 2
    assert 0 <= added.paired - paired <= 2


def test_protocol__one_sided_deposit__its_fee_is_growth(shared):
    shared.add_one(0, 40 * UNIT, shared.other)
    assert shared.pool.balanceOf(shared.pool) > 0
    assert shared.pool.protocol_shares() == shared.pool.balanceOf(shared.pool)
    shared.agree()


def test_protocol__shares_it_gets__are_logged(shared):
    shared.swap(0, 20 * UNIT)
    due = shared.pool.protocol_shares()
    shared.remove(UNIT)
    first, second = shared.events("Transfer")
    assert {(first.sender, first.receiver, first.value), (second.sender, second.receiver, second.value)} == {
        (ZERO_ADDRESS, shared.address, due),
        (shared.provider, ZERO_ADDRESS, UNIT),
    }


# --- collecting ---


def test_collect__to_the_treasury__pays_the_parts_of_the_shares(shared):
    shared.swap(0, 20 * UNIT)
    due = shared.pool.protocol_shares()
    tokens, paired = shared.twin.call("collect", None)
    (event,) = shared.events("Collected")
    assert (event.tokens, event.paired, event.shares, event.is_burned) == (tokens, paired, due, False)
    assert (shared.token.balanceOf(shared.treasury), shared.paired.balanceOf(shared.treasury)) == (tokens, paired)
    moved = [(event.sender, event.receiver, event.value) for event in shared.events("Transfer")]
    assert moved == [(ZERO_ADDRESS, shared.address, due), (shared.address, ZERO_ADDRESS, due)]
    assert shared.pool.protocol_shares() == 0
    shared.agree()


def test_collect__burned__destroys_the_mdt_and_sends_the_rest():
    scene = MarketScene(replace(WITH_PART, is_burned=True))
    scene.add(100 * UNIT, 150 * UNIT)
    scene.swap(0, 20 * UNIT)
    supply = scene.token.totalSupply()
    tokens, paired = scene.twin.call("collect", None)
    (event,) = scene.events("Collected")
    assert (event.tokens, event.is_burned) == (tokens, True)
    assert supply - scene.token.totalSupply() == tokens > 0
    assert scene.token.burned_by_reason(Burn.TRANSACTION_FEE) == tokens
    assert (scene.token.balanceOf(scene.treasury), scene.paired.balanceOf(scene.treasury)) == (0, paired)
    scene.agree()


def test_collect__nothing_to_collect__reverts(scene, shared):
    for market in (scene, shared):
        with boa.reverts("market: nothing to collect"):
            market.pool.collect()
    scene.twin.refused("market: nothing to collect", "collect", None)


def test_collect__twice__second_time_nothing(shared):
    shared.swap(0, 20 * UNIT)
    shared.twin.call("collect", None)
    with boa.reverts("market: nothing to collect"):
        shared.pool.collect()


def test_collect__after_the_price_was_pushed__loses_nothing(shared):
    """G13: what is redeemed in a pushed pool is worth more at the price before, not less."""
    shared.swap(0, 20 * UNIT)
    fair = Fraction(shared.model.reserves[1], shared.model.reserves[0])
    with boa.env.anchor():
        plainly = shared.pool.collect()
    pushed = shared.pool.swap_exact_in(shared.token, 900 * UNIT, 1, shared.trader, shared.deadline, sender=shared.trader)
    assert pushed > 0
    tokens, paired = shared.pool.collect()
    assert tokens * fair + paired >= plainly[0] * fair + plainly[1]


# --- sweeping ---


@pytest.mark.parametrize("side", [0, 1])
def test_sweep__gifts__go_to_the_treasury(scene, side):
    scene.give(side, 5 * UNIT)
    scene.swap(side, UNIT)
    assert scene.twin.call("sweep", scene.owner, scene.addresses[side]) == 5 * UNIT
    (event,) = scene.events("Swept")
    assert (event.token, event.amount) == (scene.addresses[side], 5 * UNIT)
    scene.agree()
    scene.twin.refused("market: nothing to sweep", "sweep", scene.owner, scene.addresses[side])


def test_sweep__shares_or_another_token__reverts(scene):
    for token in (scene.address, scene.other):
        scene.twin.refused("market: unknown token", "sweep", scene.owner, token)
