"""ReservePools.set_sale and set_price: the owner's terms, the operator's price."""

from __future__ import annotations

from dataclasses import astuple

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.pools import Sale, SaleTerms
from tests.support.block_reward import events
from tests.support.pools import UNIT
from tests.support.refusals import refuses
from tests.support.twins import plain


def test_set_sale__owner__terms_and_price_in_force(scene):
    pool_id, terms = scene.pool(), scene.terms()
    scene.pools_twin.call("set_sale", scene.owner, pool_id, terms, UNIT)
    (event,) = events(scene.pools, "SaleSet")
    assert (event.pool_id, plain(event.old_sale), plain(event.new_sale)) == (pool_id, astuple(Sale()), astuple(Sale(terms, UNIT)))
    changed = scene.terms(max_per_day=7)
    scene.pools_twin.call("set_sale", scene.owner, pool_id, changed, 0)
    (event,) = events(scene.pools, "SaleSet")
    assert (plain(event.old_sale), plain(event.new_sale)) == (astuple(Sale(terms, UNIT)), astuple(Sale(changed, 0)))
    scene.agree()


def test_set_sale__all_zero__not_for_sale_any_more(scene):
    pool_id = scene.for_sale(100)
    scene.pools_twin.call("set_sale", scene.owner, pool_id, SaleTerms(), 0)
    with refuses("pools: not for sale"):
        scene.pools_twin.call("buy", scene.buyer, pool_id, 1, str(scene.cash.address), 10)
    with refuses("pools: price out of bounds"):  # nor can the operator go on
        scene.pools_twin.call("set_price", scene.operator, pool_id, UNIT)
    scene.agree()


def test_set_sale__bounds__met_exactly(scene):
    pool_id = scene.pool()
    for terms, price in (
        (scene.terms(min_price=1, max_price=1, max_per_purchase=1, max_per_day=1), 1),
        (scene.terms(min_price=1, max_price=2**128 - 1), 2**128 - 1),
        (scene.terms(min_price=5, max_price=9), 5),
    ):
        scene.pools_twin.call("set_sale", scene.owner, pool_id, terms, price)
    scene.agree()


def test_set_sale__bad_call__refused(scene):
    pool_id, token = scene.pool(), str(scene.token.address)
    for changed, price, reason in (
        ({"payment_token": ZERO_ADDRESS}, UNIT, "pools: terms without a token"),
        ({"payment_token": ZERO_ADDRESS}, 0, "pools: terms without a token"),
        ({"payment_token": token}, UNIT, "pools: payment is the token"),
        ({"min_price": 0}, UNIT, "pools: bad price bounds"),
        ({"min_price": 2 * UNIT + 1}, 0, "pools: bad price bounds"),
        ({"max_price": 2**128}, UNIT, "pools: bad price bounds"),
        ({"max_per_purchase": 0}, UNIT, "pools: zero limit"),
        ({"max_per_day": 0}, UNIT, "pools: zero limit"),
        ({}, UNIT // 2 - 1, "pools: price out of bounds"),
        ({}, 2 * UNIT + 1, "pools: price out of bounds"),
    ):
        with refuses(reason):
            scene.pools_twin.call("set_sale", scene.owner, pool_id, scene.terms(**changed), price)
    with refuses("pools: terms without a token"):
        scene.pools_twin.call("set_sale", scene.owner, pool_id, SaleTerms(), UNIT)
    with refuses("pools: nothing changes"):
        scene.pools_twin.call("set_sale", scene.owner, pool_id, SaleTerms(), 0)
    scene.pools_twin.call("set_sale", scene.owner, pool_id, scene.terms(), UNIT)
    with refuses("pools: nothing changes"):
        scene.pools_twin.call("set_sale", scene.owner, pool_id, scene.terms(), UNIT)
    for caller in (scene.operator, scene.attacker):
        with refuses("ownable: caller is not the owner"):
            scene.pools_twin.call("set_sale", caller, pool_id, scene.terms(), 0)
    with refuses("pools: unknown pool"):
        scene.pools_twin.call("set_sale", scene.owner, 2, scene.terms(), UNIT)
    scene.agree()


def test_set_sale__payment_token_without_code__refused(scene):

    with boa.reverts("pools: payment has no code"):
        scene.pools.set_sale(scene.pool(), astuple(scene.terms(payment_token=scene.other)), UNIT, sender=scene.owner)


@pytest.mark.parametrize("price", [UNIT // 2, 2 * UNIT, 0])
def test_set_price__operator__inside_the_bounds_or_none(scene, price):
    pool_id = scene.for_sale(100)
    scene.pools_twin.call("set_price", scene.operator, pool_id, price)
    (event,) = events(scene.pools, "PriceSet")
    assert (event.pool_id, event.old_price, event.new_price) == (pool_id, UNIT, price)
    if price == 0:
        with refuses("pools: not for sale"):
            scene.pools_twin.call("buy", scene.buyer, pool_id, 1, str(scene.cash.address), 10)
    scene.agree()


def test_set_price__bad_call__refused(scene):
    pool_id, unpriced = scene.for_sale(100), scene.pool()
    for caller, number, price, reason in (
        (scene.owner, pool_id, 2 * UNIT, "pools: not the operator"),
        (scene.attacker, pool_id, 2 * UNIT, "pools: not the operator"),
        (scene.operator, 3, UNIT, "pools: unknown pool"),
        (scene.operator, pool_id, UNIT, "pools: nothing changes"),
        (scene.operator, pool_id, UNIT // 2 - 1, "pools: price out of bounds"),
        (scene.operator, pool_id, 2 * UNIT + 1, "pools: price out of bounds"),
        (scene.operator, pool_id, 2**256 - 1, "pools: price out of bounds"),
        (scene.operator, unpriced, 1, "pools: price out of bounds"),
        (scene.operator, unpriced, 0, "pools: nothing changes"),
    ):
        with refuses(reason):
            scene.pools_twin.call("set_price", caller, number, price)
    scene.agree()
