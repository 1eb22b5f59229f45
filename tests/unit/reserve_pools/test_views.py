"""ReservePools: pages, and what they cost."""

from __future__ import annotations

import pytest

from mdt.model.pools import MAX_ALLOCATIONS, MAX_POOLS
from mdt.units import HOUR
from tests.support.pools import gas_of
from tests.support.refusals import refuses
from tests.support.twins import plain

MILLION = 1_000_000


@pytest.fixture
def crowd(scene):
    """More pools and allocations than fit on a page, with everything in them that costs gas to read."""
    for index in range(MAX_POOLS + 2):
        pool_id = scene.pools.create_pool(chr(97 + index) * 64, scene.operator, sender=scene.owner)
        scene.pools.replenish(pool_id, 1_000 + index, sender=scene.donor)
    for index in range(MAX_ALLOCATIONS + 2):
        allocation = scene.pools.allocate(1 + index % MAX_POOLS, scene.buyer, 1 + index, HOUR, sender=scene.operator)
        if index % 3 == 0:
            scene.pools.release(allocation, sender=scene.operator)
    return scene


def test_pages__any_first_and_limit__what_the_single_views_say(crowd):
    pools = crowd.pools
    for name, single, most, count in (("pools", pools.pool, MAX_POOLS, MAX_POOLS + 2), ("allocations", pools.allocation, MAX_ALLOCATIONS, MAX_ALLOCATIONS + 2)):
        for first, limit in ((0, 2), (1, 2), (3, 4), (count - 1, 10), (count, 1), (count + 1, 5), (2**256 - 1, 5), (1, 0), (1, 2**256 - 1), (3, most)):
            start = max(first, 1)
            expected = [plain(single(number)) for number in range(start, min(start + min(limit, most), count + 1))]
            assert [plain(row) for row in getattr(pools, name)(first, limit)] == expected, (name, first, limit)


def test_pages__largest__below_a_million_gas(crowd):
    for name, most in (("pools", MAX_POOLS), ("allocations", MAX_ALLOCATIONS)):
        assert len(getattr(crowd.pools, name)(1, most)) == most
        assert 100_000 < gas_of(crowd.pools, name, 1, most) < MILLION


def test_pool__unknown__refused(scene):
    scene.pool()
    for number in (0, 2, 2**256 - 1):
        with refuses("pools: unknown pool"):
            scene.pools_twin.call("pool", None, number)
        assert scene.pools.is_open(number) is False
    assert scene.pools.is_open(1) is True
