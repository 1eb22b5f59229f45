"""ReservePools.buy and quote: one transaction, the payment rounded up, the limits kept."""

from __future__ import annotations

import boa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mdt.addresses import ZERO_ADDRESS
from mdt.model.reasons import Burn
from mdt.units import DAY
from tests.support.block_reward import events
from tests.support.pools import PURSE, UNIT, boa_day, both_tokens, pass_time
from tests.support.profiles import examples
from tests.support.refusals import refuses


def test_buy__vector__500_for_750_of_which_5_are_burned(scene):
    """parameters.md section 9: 500 -> 5/495."""
    pool_id, cash = scene.for_sale(10_000 * UNIT, 3 * UNIT // 2), str(scene.cash.address)
    quote = scene.pools.quote(pool_id, 500 * UNIT)
    assert tuple(quote) == (cash, 750 * UNIT, 5 * UNIT, 495 * UNIT)
    supply = scene.token.totalSupply()
    assert scene.pools_twin.call("buy", scene.buyer, pool_id, 500 * UNIT, cash, 750 * UNIT) == 750 * UNIT
    (event,) = events(scene.pools, "Bought")
    assert (event.pool_id, event.buyer, event.payment_token) == (pool_id, scene.buyer, cash)
    assert (event.payment, event.received, event.burned) == (750 * UNIT, 495 * UNIT, 5 * UNIT)
    assert scene.token.balanceOf(scene.buyer) == PURSE + 495 * UNIT
    assert scene.cash.balanceOf(scene.buyer) == PURSE - 750 * UNIT
    assert scene.cash.balanceOf(scene.treasury) == 750 * UNIT
    assert scene.cash.balanceOf(scene.pools) == 0
    assert supply - scene.token.totalSupply() == 5 * UNIT == scene.token.burned_by_reason(Burn.TRANSACTION_FEE)
    pool = scene.pools.pool(pool_id)
    assert (pool.available, pool.released, pool.burned) == (9_500 * UNIT, 495 * UNIT, 5 * UNIT)
    assert scene.pools.bought_today(pool_id, scene.buyer) == 500 * UNIT
    scene.agree()


@pytest.mark.parametrize(
    ("amount", "price", "payment"),
    [(1, UNIT // 2, 1), (2, UNIT // 2, 1), (3, UNIT // 2, 2), (1, UNIT, 1), (99, UNIT, 99), (99, UNIT + 1, 100), (UNIT, UNIT + 1, UNIT + 1), (1, 2 * UNIT, 2)],
)
def test_buy__small_amounts__rounded_up_and_never_free(scene, amount, price, payment):
    pool_id = scene.for_sale(10 * UNIT, price)
    assert scene.pools.quote(pool_id, amount).payment == payment
    assert scene.pools_twin.call("buy", scene.buyer, pool_id, amount, str(scene.cash.address), payment) == payment
    scene.agree()


def test_buy__cheap_payment_units__one_at_least(scene):
    """A token of few decimals: a price of one unit for a whole token."""
    pool_id = scene.for_sale(10 * UNIT, 1, min_price=1, max_price=1)
    assert scene.pools_twin.call("buy", scene.buyer, pool_id, 1, str(scene.cash.address), 1) == 1
    assert scene.pools_twin.call("buy", scene.buyer, pool_id, UNIT + 1, str(scene.cash.address), 2) == 2
    scene.agree()


@pytest.mark.parametrize("amount", [2**128, 2**255, 2**256 - 1])
def test_buy__more_than_there_can_be__refused_with_a_reason(scene, amount):
    """Z10: the product with the price left its word, and the call panicked."""
    pool_id, cash = scene.for_sale(10 * UNIT), str(scene.cash.address)
    for call in (
        lambda: scene.pools_twin.call("buy", scene.buyer, pool_id, amount, cash, 2**256 - 1),
        lambda: scene.pools_twin.call("replenish", scene.donor, pool_id, amount),
    ):
        with refuses("pools: amount out of bounds"):
            call()
    with refuses("pools: above unassigned"):
        scene.pools_twin.call("absorb", scene.owner, pool_id, amount)
    with boa.reverts("pools: amount out of bounds"):
        scene.pools.quote(pool_id, amount)
    with refuses("pools: above purchase limit"):
        scene.pools_twin.call("buy", scene.buyer, pool_id, 2**128 - 1, cash, 2**256 - 1)
    scene.agree()


def test_buy__price_moved_after_the_quote__refused_unless_it_fell(scene):
    pool_id, cash = scene.for_sale(10_000 * UNIT), str(scene.cash.address)
    quoted = scene.pools.quote(pool_id, 100 * UNIT).payment
    scene.pools_twin.call("set_price", scene.operator, pool_id, UNIT + 1)
    with refuses("pools: price moved"):
        scene.pools_twin.call("buy", scene.buyer, pool_id, 100 * UNIT, cash, quoted)
    scene.pools_twin.call("set_price", scene.operator, pool_id, UNIT // 2)
    assert scene.pools_twin.call("buy", scene.buyer, pool_id, 100 * UNIT, cash, quoted) == quoted // 2
    scene.agree()


def test_buy__payment_token_changed_after_the_quote__refused(scene):
    """A maximum without the token it is meant in would mean something else in a dearer token."""
    pool_id, cash = scene.for_sale(10_000 * UNIT), str(scene.cash.address)
    dear, dear_twin = both_tokens(scene.owner, [scene.buyer], [scene.model.address])
    scene.model.payment_tokens[str(dear.address)] = dear_twin
    scene.pools_twin.call("set_sale", scene.owner, pool_id, scene.terms(payment_token=str(dear.address)), UNIT)
    for token in (cash, ZERO_ADDRESS):
        with refuses("pools: other payment token"):
            scene.pools_twin.call("buy", scene.buyer, pool_id, UNIT, token, UNIT)
    assert scene.pools_twin.call("buy", scene.buyer, pool_id, UNIT, str(dear.address), UNIT) == UNIT
    scene.agree()


def test_buy__limits__met_exactly_and_renewed_on_the_next_day(scene):
    boa_day()
    pool_id, cash = scene.for_sale(100_000 * UNIT), str(scene.cash.address)

    def buy(buyer: str, amount: int) -> None:
        scene.pools_twin.call("buy", buyer, pool_id, amount, cash, 10**30)

    with refuses("pools: above purchase limit"):
        buy(scene.buyer, 1_000 * UNIT + 1)
    buy(scene.buyer, 1_000 * UNIT)
    with refuses("pools: above daily limit"):
        buy(scene.buyer, 500 * UNIT + 1)
    buy(scene.buyer, 500 * UNIT)
    with refuses("pools: above daily limit"):
        buy(scene.buyer, 1)
    buy(scene.other, 1_000 * UNIT)  # each buyer has a limit of its own
    pass_time(DAY - 1)
    with refuses("pools: above daily limit"):
        buy(scene.buyer, 1)
    pass_time(1)
    assert scene.pools.bought_today(pool_id, scene.buyer) == 0
    buy(scene.buyer, 1_000 * UNIT)
    assert scene.pools.bought_today(pool_id, scene.buyer) == 1_000 * UNIT
    scene.agree()


def test_buy__limit_lowered_below_what_was_bought__nothing_more_today(scene):
    boa_day()
    pool_id, cash = scene.for_sale(100_000 * UNIT), str(scene.cash.address)
    scene.pools_twin.call("buy", scene.buyer, pool_id, 1_000 * UNIT, cash, 10**30)
    scene.pools_twin.call("set_sale", scene.owner, pool_id, scene.terms(max_per_day=UNIT), UNIT)
    with refuses("pools: above daily limit"):
        scene.pools_twin.call("buy", scene.buyer, pool_id, 1, cash, 10**30)
    scene.pools_twin.call("buy", scene.other, pool_id, UNIT, cash, 10**30)
    scene.agree()


def test_buy__limits_of_two_pools__counted_apart(scene):
    first, second, cash = scene.for_sale(2_000 * UNIT), scene.for_sale(2_000 * UNIT), str(scene.cash.address)
    for pool_id in (first, second):
        scene.pools_twin.call("buy", scene.buyer, pool_id, 1_000 * UNIT, cash, 10**30)
    scene.agree()


def test_buy__reserved_tokens__not_for_sale(scene):
    pool_id = scene.for_sale(100)
    scene.allocated(pool_id, 40)
    with refuses("pools: not enough available"):
        scene.pools_twin.call("buy", scene.buyer, pool_id, 61, str(scene.cash.address), 100)
    scene.pools_twin.call("buy", scene.buyer, pool_id, 60, str(scene.cash.address), 100)
    scene.agree()


def test_buy__bad_call__refused(scene):
    pool_id, unpriced, cash = scene.for_sale(10_000 * UNIT), scene.pool(5), str(scene.cash.address)
    for caller, number, amount, most, reason in (
        (scene.buyer, 0, 1, 9, "pools: unknown pool"),
        (scene.buyer, 9, 1, 9, "pools: unknown pool"),
        (scene.buyer, unpriced, 1, 9, "pools: not for sale"),
        (scene.buyer, pool_id, 0, 9, "pools: zero amount"),
        (scene.buyer, pool_id, 10, 9, "pools: price moved"),
        (scene.attacker, pool_id, 9, 9, "mdt: allowance too low"),
    ):
        with refuses(reason):
            scene.pools_twin.call("buy", caller, number, amount, cash, most)
    scene.cash.approve(scene.pools, 1, sender=scene.attacker)
    scene.cash_twin.approve(scene.attacker, scene.model.address, 1)
    with refuses("mdt: balance too low"):
        scene.pools_twin.call("buy", scene.attacker, pool_id, 1, cash, 1)
    with boa.reverts():  # the product overflows: no pool has that much
        scene.pools.buy(pool_id, 2**256 - 1, cash, 2**256 - 1, sender=scene.buyer)
    scene.agree()


def test_quote__bad_call__refused(scene):
    pool_id, unpriced = scene.for_sale(1), scene.pool()
    for number, amount, reason in ((unpriced, 1, "pools: not for sale"), (99, 1, "pools: not for sale"), (pool_id, 0, "pools: zero amount")):
        with refuses(reason):
            scene.pools_twin.call("quote", None, number, amount)


@given(amount=st.integers(1, 10**21), price=st.integers(1, 10**24))
@settings(max_examples=examples(quick=10, ci=50, deep=1_500), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_buy__any_amount_and_price__treasury_never_loses_a_unit(scene, amount, price):
    """The payment is the least whole number of units that is not below amount * price / 10^18."""
    with boa.env.anchor():
        cash, pools = scene.cash, scene.pools
        pool_id = pools.create_pool("market", scene.operator, sender=scene.owner)
        pools.replenish(pool_id, amount, sender=scene.donor)
        pools.set_sale(pool_id, (cash.address, price, price, amount, amount), price, sender=scene.owner)
        payment = pools.quote(pool_id, amount).payment
        assert (payment - 1) * UNIT < amount * price <= payment * UNIT
        if payment <= PURSE:
            assert pools.buy(pool_id, amount, cash, payment, sender=scene.buyer) == payment
            assert cash.balanceOf(scene.treasury) == payment
