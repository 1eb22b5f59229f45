"""ReservePools.allocate: tokens set aside for a buyer."""

from __future__ import annotations

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.units import DAY, HOUR
from tests.support.block_reward import events
from tests.support.refusals import refuses


def test_allocate__vector__10_000_less_500_leaves_9_500(scene):
    """parameters.md section 9: pool 10,000, allocate 500 -> 9,500 available."""
    pool_id = scene.pool(10_000)
    assert scene.pools_twin.call("allocate", scene.operator, pool_id, scene.buyer, 500, HOUR) == 1
    (event,) = events(scene.pools, "Allocated")
    expires_at = boa.env.evm.patch.timestamp + HOUR
    assert (event.allocation_id, event.pool_id, event.buyer, event.amount, event.expires_at) == (1, pool_id, scene.buyer, 500, expires_at)
    assert tuple(scene.pools.allocation(1)) == (pool_id, scene.buyer, 500, expires_at, 1)
    pool = scene.pools.pool(pool_id)
    assert (pool.available, pool.reserved, pool.put_in) == (9_500, 500, 10_000)
    assert scene.pools.total_held() == 10_000
    scene.agree()


def test_allocate__several_pools__numbers_are_never_used_twice(scene):
    first, second = scene.pool(100), scene.pool(100)
    assert [scene.allocated(pool_id, 10) for pool_id in (first, second, first)] == [1, 2, 3]
    scene.pools_twin.call("cancel", scene.operator, 3)
    assert scene.allocated(second, 10) == 4
    scene.agree()


@pytest.mark.parametrize("seconds", [HOUR, 90 * DAY])
def test_allocate__bounds_of_time_and_all_there_is__accepted(scene, seconds):
    pool_id = scene.pool(10)
    scene.allocated(pool_id, 10, seconds)
    assert scene.pools.pool(pool_id).available == 0
    scene.agree()


def test_allocate__bad_call__refused(scene):
    pool_id = scene.pool(10_000)
    scene.pool(500)
    scene.allocated(pool_id, 9_000)
    good = {"caller": scene.operator, "pool_id": pool_id, "buyer": scene.buyer, "amount": 100, "seconds": HOUR}
    for changed, reason in (
        ({"pool_id": 0}, "pools: unknown pool"),
        ({"pool_id": 3}, "pools: unknown pool"),
        ({"caller": scene.owner}, "pools: not the operator"),
        ({"caller": scene.buyer}, "pools: not the operator"),
        ({"buyer": ZERO_ADDRESS}, "pools: bad buyer"),
        ({"buyer": scene.model.address}, "pools: bad buyer"),
        ({"buyer": str(scene.token.address)}, "pools: bad buyer"),
        ({"amount": 0}, "pools: zero amount"),
        ({"amount": 1_001}, "pools: not enough available"),
        ({"amount": 2**256 - 1}, "pools: not enough available"),
        ({"seconds": HOUR - 1}, "pools: bad time to expiry"),
        ({"seconds": 0}, "pools: bad time to expiry"),
        ({"seconds": 90 * DAY + 1}, "pools: bad time to expiry"),
        ({"seconds": 2**256 - 1}, "pools: bad time to expiry"),
    ):
        given = good | changed
        with refuses(reason):
            scene.pools_twin.call("allocate", given.pop("caller"), *given.values())
    scene.agree()
