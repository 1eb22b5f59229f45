"""ReservePools.buy with payment tokens that tax, pay back, answer False, answer nothing, refuse accounts, or are no tokens."""

from __future__ import annotations

from dataclasses import astuple

import boa
import pytest

from mdt.units import HOUR
from tests.support.deployers import deploy
from tests.support.harness import harness
from tests.support.pools import PURSE, UNIT


@pytest.fixture
def hostile():
    return harness("HostilePayment").deploy()


def offer(scene, payment_token, amount=1_000 * UNIT) -> int:
    """A pool sold for the payment token, which the buyer has plenty of."""
    pool_id = scene.pools.create_pool("market", scene.operator, sender=scene.owner)
    scene.pools.replenish(pool_id, amount, sender=scene.donor)
    scene.pools.set_sale(pool_id, astuple(scene.terms(payment_token=str(payment_token.address))), UNIT, sender=scene.owner)
    payment_token.mint(scene.buyer, PURSE)
    return pool_id


def assert_untouched(scene, pool_id, payment_token) -> None:
    """Nobody has paid, nothing was sold, no limit was used up."""
    pool = scene.pools.pool(pool_id)
    assert (pool.available, pool.released, pool.burned) == (1_000 * UNIT, 0, 0)
    assert scene.token.balanceOf(scene.pools) == scene.pools.total_held() == 1_000 * UNIT
    assert (payment_token.balanceOf(scene.buyer), payment_token.balanceOf(scene.treasury)) == (PURSE, 0)
    assert scene.pools.bought_today(pool_id, scene.buyer) == 0


@pytest.mark.parametrize(("tax", "gift"), [(1, 0), (100, 0), (10_000, 0), (0, 1)])
def test_buy__token_that_taxes_or_pays_extra__refused(scene, hostile, tax, gift):
    """C35: what the treasury gets is measured, and must be the payment exactly."""
    pool_id = offer(scene, hostile)
    hostile.set_tax(tax, gift)
    with boa.reverts("pools: payment is taxed"):
        scene.pools.buy(pool_id, 100 * UNIT, hostile, 2**255, sender=scene.buyer)
    assert_untouched(scene, pool_id, hostile)
    hostile.set_tax(0, 0)
    assert scene.pools.buy(pool_id, 100 * UNIT, hostile, 2**255, sender=scene.buyer) == 100 * UNIT


def test_buy__token_that_answers_false__refused(scene, hostile):
    pool_id = offer(scene, hostile)
    hostile.set_answers_false(True)
    with boa.reverts("pools: payment failed"):
        scene.pools.buy(pool_id, 100 * UNIT, hostile, 2**255, sender=scene.buyer)
    assert_untouched(scene, pool_id, hostile)


def test_buy__token_that_answers_nothing__accepted(scene):
    silent = harness("SilentPayment").deploy()
    pool_id = offer(scene, silent)
    with boa.reverts():  # no allowance
        scene.pools.buy(pool_id, 100 * UNIT, silent, 2**255, sender=scene.buyer)
    assert_untouched(scene, pool_id, silent)
    silent.approve(scene.pools, 100 * UNIT, sender=scene.buyer)
    assert scene.pools.buy(pool_id, 100 * UNIT, silent, 2**255, sender=scene.buyer) == 100 * UNIT
    assert silent.balanceOf(scene.treasury) == 100 * UNIT
    assert scene.token.balanceOf(scene.buyer) == PURSE + 99 * UNIT


@pytest.mark.parametrize("who", ["buyer", "treasury"])
def test_buy__token_that_refuses_buyer_or_treasury__only_this_sale_stops(scene, hostile, who):
    pool_id = offer(scene, hostile)
    hostile.refuse(getattr(scene, who))
    with boa.reverts("hostile: refused"):
        scene.pools.buy(pool_id, 100 * UNIT, hostile, 2**255, sender=scene.buyer)
    assert_untouched(scene, pool_id, hostile)
    # the operator's sales and closing do not depend on it
    allocation = scene.pools.allocate(pool_id, scene.buyer, 100, HOUR, sender=scene.operator)
    scene.pools.release(allocation, sender=scene.operator)
    scene.pools.close_pool(pool_id, sender=scene.owner)
    assert scene.pools.total_held() == scene.token.balanceOf(scene.pools) == 0


def test_buy__contract_that_is_no_token__refused(scene):
    """An answer that is too short to be a balance is no balance."""
    pool_id = scene.pool(1_000 * UNIT)
    scene.pools.set_sale(pool_id, astuple(scene.terms(payment_token=str(scene.schedules.address))), UNIT, sender=scene.owner)
    with boa.reverts():
        scene.pools.buy(pool_id, UNIT, scene.schedules, 2**255, sender=scene.buyer)
    assert scene.pools.pool(pool_id).available == 1_000 * UNIT


def test_buy__treasury_buys_from_itself__refused(scene, hostile):
    """It would pay nothing: its balance does not grow."""
    pool_id = offer(scene, hostile)
    hostile.mint(scene.treasury, PURSE)
    with boa.reverts("pools: payment is taxed"):
        scene.pools.buy(pool_id, UNIT, hostile, 2**255, sender=scene.treasury)


def test_transfers__pools_token_answers_false__every_way_out_and_in_refused(scene):
    """MDT reverts rather than answering False; the pools do not lean on that."""
    token = harness("FalseToken").deploy()
    pools = deploy("ReservePools", token=token, treasury=scene.treasury, sale_burn_bps=0, owner=scene.owner)
    pool_id = pools.create_pool("market", scene.operator, sender=scene.owner)
    pools.replenish(pool_id, 100, sender=scene.donor)
    allocation = pools.allocate(pool_id, scene.buyer, 10, HOUR, sender=scene.operator)
    pools.set_sale(pool_id, astuple(scene.terms()), UNIT, sender=scene.owner)
    token.set_answers_true(False)
    for name, arguments, sender in (
        ("replenish", (pool_id, 1), scene.donor),
        ("release", (allocation,), scene.operator),
        ("buy", (pool_id, 1, scene.cash, 1), scene.buyer),
    ):
        with boa.reverts("pools: transfer failed"):
            getattr(pools, name)(*arguments, sender=sender)
    pools.cancel(allocation, sender=scene.operator)
    with boa.reverts("pools: transfer failed"):
        pools.close_pool(pool_id, sender=scene.owner)
    assert (pools.pool(pool_id).available, pools.pool(pool_id).is_closed) == (100, False)
