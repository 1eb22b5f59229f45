"""ReservePools.release, cancel and expire: an allocation ends once."""

from __future__ import annotations

import boa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mdt.model.reasons import Burn
from mdt.units import DAY, HOUR, parse_amount
from tests.support.block_reward import events
from tests.support.pools import PURSE, PoolsScene, pass_time
from tests.support.profiles import examples
from tests.support.refusals import refuses


@pytest.mark.parametrize(
    ("amount", "burned"),
    [("500 MDT", "5 MDT"), ("1000 MDT", "10 MDT"), ("500 wei", "5 wei"), ("99 wei", "0 wei"), ("100 wei", "1 wei"), ("1 wei", "0 wei"), ("199 wei", "1 wei")],
)
def test_release__vectors__one_percent_is_burned_rounded_down(scene, amount, burned):
    """parameters.md section 9: 500 -> 5/495; 99 -> 0/99."""
    amount, burned = parse_amount(amount), parse_amount(burned)
    pool_id = scene.pool(10 * amount)
    allocation = scene.allocated(pool_id, amount)
    supply = scene.token.totalSupply()
    scene.pools_twin.call("release", scene.operator, allocation)
    (event,) = events(scene.pools, "Released")
    assert (event.allocation_id, event.pool_id, event.buyer) == (allocation, pool_id, scene.buyer)
    assert (event.received, event.burned) == (amount - burned, burned)
    assert scene.token.balanceOf(scene.buyer) == PURSE + amount - burned
    assert supply - scene.token.totalSupply() == burned == scene.token.burned_by_reason(Burn.TRANSACTION_FEE)
    pool = scene.pools.pool(pool_id)
    assert (pool.available, pool.reserved, pool.released, pool.burned) == (9 * amount, 0, amount - burned, burned)
    assert scene.pools.allocation(allocation).status == 2
    assert scene.pools.total_held() == scene.token.balanceOf(scene.pools) == 9 * amount
    scene.agree()


@pytest.mark.parametrize("bps", [0, 1, 3_333, 9_999])
def test_release__other_parts__rounded_down_and_something_always_arrives(bps):
    scene = PoolsScene(bps)
    pool_id = scene.pool(10**6)
    for amount in (1, 2, 9_999, 10_000, 10_001):
        before = scene.token.balanceOf(scene.buyer)
        scene.pools_twin.call("release", scene.operator, scene.allocated(pool_id, amount))
        assert scene.token.balanceOf(scene.buyer) - before == amount - amount * bps // 10_000 > 0
    scene.agree()


def test_release__time__until_the_second_before_it_expires(scene):
    pool_id = scene.pool(10_000)
    first, second = scene.allocated(pool_id, 500), scene.allocated(pool_id, 500)
    pass_time(HOUR - 1)
    with refuses("pools: not expired yet"):
        scene.pools_twin.call("expire", None, first)
    scene.pools_twin.call("release", scene.operator, first)
    pass_time(1)
    with refuses("pools: allocation expired"):
        scene.pools_twin.call("release", scene.operator, second)
    scene.pools_twin.call("expire", None, second)
    scene.agree()


def test_cancel__operator__available_again(scene):
    pool_id = scene.pool(10_000)
    allocation = scene.allocated(pool_id, 500)
    scene.pools_twin.call("cancel", scene.operator, allocation)
    (event,) = events(scene.pools, "Cancelled")
    assert (event.allocation_id, event.pool_id, event.amount) == (allocation, pool_id, 500)
    pool = scene.pools.pool(pool_id)
    assert (pool.available, pool.reserved, pool.released, pool.burned) == (10_000, 0, 0, 0)
    assert scene.pools.allocation(allocation).status == 3
    assert scene.token.totalSupply() == 3 * PURSE
    scene.agree()


def test_cancel__after_it_expired__operator_still_may(scene):
    allocation = scene.allocated(scene.pool(10_000), 500)
    pass_time(HOUR)
    scene.pools_twin.call("cancel", scene.operator, allocation)
    scene.agree()


def test_expire__anyone__available_again(scene):
    pool_id = scene.pool(10_000)
    allocation = scene.allocated(pool_id, 500)
    pass_time(HOUR)
    scene.pools_twin.call("expire", None, allocation)
    (event,) = events(scene.pools, "Expired")
    assert (event.allocation_id, event.pool_id, event.amount) == (allocation, pool_id, 500)
    assert scene.pools.pool(pool_id).available == 10_000
    assert scene.pools.allocation(allocation).status == 4
    scene.agree()


@pytest.mark.parametrize("first", ["release", "cancel", "expire"])
@pytest.mark.parametrize("second", ["release", "cancel", "expire"])
def test_allocation__ended__never_ends_again(scene, first, second):
    """F2: double release, release after cancel, release after expiry, and every other pair."""
    pool_id = scene.pool(10_000)
    allocation, kept = scene.allocated(pool_id, 500), scene.allocated(pool_id, 700)
    if first == "expire":
        pass_time(HOUR)
    scene.pools_twin.call(first, None if first == "expire" else scene.operator, allocation)
    reserved = scene.pools.pool(pool_id).reserved
    with refuses("pools: allocation is not open"):
        scene.pools_twin.call(second, None if second == "expire" else scene.operator, allocation)
    pass_time(90 * DAY)
    with refuses("pools: allocation is not open"):
        scene.pools_twin.call(second, None if second == "expire" else scene.operator, allocation)
    assert scene.pools.pool(pool_id).reserved == reserved == 700
    assert scene.pools.allocation(kept).status == 1
    scene.agree()


def test_end__unknown_allocation_or_wrong_caller__refused(scene):
    pool_id = scene.pool(10_000)
    mine = scene.pools_twin.call("create_pool", scene.owner, "attacker's own", scene.attacker)
    allocation = scene.allocated(pool_id, 500)
    for name in ("release", "cancel"):
        for number in (0, allocation + 1, 2**256 - 1):
            with refuses("pools: allocation is not open"):
                scene.pools_twin.call(name, scene.operator, number)
        for caller in (scene.attacker, scene.buyer, scene.owner):  # the attacker operates another pool
            with refuses("pools: not the operator"):
                scene.pools_twin.call(name, caller, allocation)
    with refuses("pools: allocation is not open"):
        scene.pools_twin.call("expire", None, allocation + 1)
    assert scene.pools.pool(mine).available == 0
    scene.agree()


@given(amounts=st.lists(st.integers(1, 10**23), min_size=1, max_size=4))
@settings(max_examples=examples(quick=8, ci=30, deep=800), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_release__any_amounts__parts_sum_to_the_whole(scene, amounts):
    """A15: what is burned and what arrives is the amount, to the wei, and the burned part is never more than one percent."""
    with boa.env.anchor():
        token, pools, operator = scene.token, scene.pools, scene.operator
        pool_id = pools.create_pool("market", operator, sender=scene.owner)
        pools.replenish(pool_id, sum(amounts), sender=scene.donor)
        supply, before = token.totalSupply(), token.balanceOf(scene.buyer)
        for amount in amounts:
            pools.release(pools.allocate(pool_id, scene.buyer, amount, HOUR, sender=operator), sender=operator)
        burned = sum(amount // 100 for amount in amounts)
        assert supply - token.totalSupply() == burned
        assert token.balanceOf(scene.buyer) - before == sum(amounts) - burned
        assert (token.balanceOf(pools), pools.total_held()) == (0, 0)
