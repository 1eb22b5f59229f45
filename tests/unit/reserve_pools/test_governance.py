"""ReservePools: create_pool, set_operator and close_pool."""

from __future__ import annotations

import boa

from mdt.addresses import ZERO_ADDRESS
from mdt.units import DAY, HOUR
from tests.support.block_reward import events
from tests.support.pools import UNIT, pass_time
from tests.support.refusals import refuses


def test_create_pool__owner__numbered_from_one_and_empty(scene):
    for pool_id, name in ((1, "Digital Goods"), (2, "x" * 64)):
        assert scene.pools_twin.call("create_pool", scene.owner, name, scene.operator) == pool_id
        (event,) = events(scene.pools, "PoolCreated")
        assert (event.pool_id, event.operator, event.name) == (pool_id, scene.operator, name)
        pool = scene.pools.pool(pool_id)
        assert (pool.name, pool.operator, pool.is_closed, pool.available, pool.put_in) == (name, scene.operator, False, 0, 0)
        assert (pool.created_at, pool.replenished_at) == (boa.env.evm.patch.timestamp, 0)
    scene.agree()


def test_create_pool__absorbing__has_the_tokens_at_once_whatever_its_number(scene):
    """The first filling of a pool names no number: another pool that came in between gets nothing of it."""
    scene.give(scene.model.address, 500)
    between = scene.pools_twin.call("create_pool", scene.owner, "in between", scene.operator)
    pool_id = scene.pools_twin.call("create_pool", scene.owner, "filled", scene.operator, 300)
    (created,), (absorbed,) = events(scene.pools, "PoolCreated"), events(scene.pools, "Absorbed")
    assert (created.pool_id, absorbed.pool_id, absorbed.amount) == (pool_id, pool_id, 300)
    assert [scene.pools.pool(one).available for one in (between, pool_id)] == [0, 300]
    assert (scene.pools.pool(pool_id).put_in, scene.pools.unassigned()) == (300, 200)
    for absorbed in (201, 2**128, 2**256 - 1):
        with refuses("pools: above unassigned"):
            scene.pools_twin.call("create_pool", scene.owner, "too much", scene.operator, absorbed)
    assert scene.pools.pool_count() == pool_id
    scene.agree()


def test_create_pool__bad_call__refused(scene):
    for caller, name, operator, reason in (
        (scene.attacker, "mine", scene.attacker, "ownable: caller is not the owner"),
        (scene.operator, "mine", scene.operator, "ownable: caller is not the owner"),
        (scene.owner, "", scene.operator, "pools: empty name"),
        (scene.owner, "nobody's", ZERO_ADDRESS, "pools: zero operator"),
    ):
        with refuses(reason):
            scene.pools_twin.call("create_pool", caller, name, operator)
    scene.agree()


def test_set_operator__owner__old_one_loses_open_allocations_at_once(scene):
    pool_id = scene.pool(10_000)
    allocation = scene.allocated(pool_id, 500)
    scene.pools_twin.call("set_operator", scene.owner, pool_id, scene.other)
    (event,) = events(scene.pools, "OperatorSet")
    assert (event.pool_id, event.old_operator, event.new_operator) == (pool_id, scene.operator, scene.other)
    for name, arguments in (
        ("release", (allocation,)),
        ("cancel", (allocation,)),
        ("allocate", (pool_id, scene.operator, 1, HOUR)),
        ("set_price", (pool_id, 1)),
    ):
        with refuses("pools: not the operator"):
            scene.pools_twin.call(name, scene.operator, *arguments)
    scene.pools_twin.call("cancel", scene.other, allocation)
    scene.agree()


def test_set_operator__bad_call__refused(scene):
    pool_id = scene.pool()
    for caller, number, operator, reason in (
        (scene.operator, pool_id, scene.other, "ownable: caller is not the owner"),
        (scene.owner, 0, scene.other, "pools: unknown pool"),
        (scene.owner, 2, scene.other, "pools: unknown pool"),
        (scene.owner, pool_id, ZERO_ADDRESS, "pools: zero operator"),
        (scene.owner, pool_id, scene.operator, "pools: nothing changes"),
    ):
        with refuses(reason):
            scene.pools_twin.call("set_operator", caller, number, operator)
    scene.agree()


def test_close_pool__owner__rest_goes_to_the_treasury_and_everything_is_refused_from_then_on(scene):
    pool_id, other_id = scene.for_sale(10_000 * UNIT), scene.pool(7 * UNIT, "other")
    scene.pools_twin.call("close_pool", scene.owner, pool_id)
    (event,) = events(scene.pools, "PoolClosed")
    assert (event.pool_id, event.returned) == (pool_id, 10_000 * UNIT)
    assert scene.token.balanceOf(scene.treasury) == 10_000 * UNIT
    assert scene.pools.pool(pool_id).returned == 10_000 * UNIT
    assert scene.pools.total_held() == 7 * UNIT == scene.pools.pool(other_id).available
    for caller, name, arguments in (
        (scene.donor, "replenish", (pool_id, 1)),
        (scene.operator, "allocate", (pool_id, scene.buyer, 1, HOUR)),
        (scene.operator, "set_price", (pool_id, UNIT)),
        (scene.buyer, "buy", (pool_id, 1, str(scene.cash.address), 10)),
        (scene.owner, "absorb", (pool_id, 1)),
        (scene.owner, "set_sale", (pool_id, scene.terms(), UNIT)),
        (scene.owner, "set_operator", (pool_id, scene.other)),
        (scene.owner, "close_pool", (pool_id,)),
    ):
        with refuses("pools: pool is closed"):
            scene.pools_twin.call(name, caller, *arguments)
    with refuses("pools: not for sale"):
        scene.pools_twin.call("quote", None, pool_id, 1)
    scene.agree()


def test_close_pool__with_a_reservation__only_once_it_has_ended(scene):
    pool_id = scene.pool(10_000)
    allocation = scene.allocated(pool_id, 500)
    with refuses("pools: still reserved"):
        scene.pools_twin.call("close_pool", scene.owner, pool_id)
    pass_time(HOUR)
    with refuses("pools: still reserved"):  # expired, but nobody said so
        scene.pools_twin.call("close_pool", scene.owner, pool_id)
    scene.pools_twin.call("expire", None, allocation)
    scene.pools_twin.call("close_pool", scene.owner, pool_id)
    assert scene.token.balanceOf(scene.treasury) == 10_000
    scene.agree()


def test_close_pool__operator_keeps_reserving__owner_gets_out_all_the_same(scene):
    pool_id = scene.pool(10_000)
    allocation = scene.allocated(pool_id, 10_000, 90 * DAY)
    scene.pools_twin.call("set_operator", scene.owner, pool_id, scene.owner)
    scene.pools_twin.call("cancel", scene.owner, allocation)
    scene.pools_twin.call("close_pool", scene.owner, pool_id)
    assert scene.token.balanceOf(scene.treasury) == 10_000
    scene.agree()


def test_close_pool__empty_one__nothing_moves(scene):
    pool_id = scene.pool()
    scene.pools_twin.call("close_pool", scene.owner, pool_id)
    assert events(scene.pools, "PoolClosed")[0].returned == 0
    assert scene.token.balanceOf(scene.treasury) == 0
    scene.agree()


def test_close_pool__bad_call__refused(scene):
    pool_id = scene.pool(1)
    for caller, number, reason in (
        (scene.attacker, pool_id, "ownable: caller is not the owner"),
        (scene.operator, pool_id, "ownable: caller is not the owner"),
        (scene.owner, 0, "pools: unknown pool"),
        (scene.owner, 2, "pools: unknown pool"),
    ):
        with refuses(reason):
            scene.pools_twin.call("close_pool", caller, number)
    scene.agree()
