"""ReservePools.set_refill and top_up: a pool that asks its schedule."""

from __future__ import annotations

from dataclasses import astuple

import boa
import pytest

from mdt.model.pools import Refill
from mdt.model.schedules import Kind
from tests.support.block_reward import events
from tests.support.harness import harness
from tests.support.pools import UNIT, pass_blocks
from tests.support.refusals import refuses


@pytest.fixture
def filled(scene):
    """A pool with 100, below its threshold of 150, and a schedule of 60 every ten blocks with funds for two intervals."""
    pool_id = scene.pool(100)
    schedule_id = scene.scheduled(Kind.POOL, scene.model.address, 60, 10, pool_id=pool_id)
    scene.schedules_twin.call("fund", scene.donor, schedule_id, 120)
    return pool_id, schedule_id


def test_set_refill__owner__shown_and_ended_with_all_zero(scene, filled):
    pool_id, schedule_id = filled
    refill = Refill(150, scene.planned.address, schedule_id)
    for old, new in (
        (Refill(), refill),
        (refill, Refill(151, scene.planned.address, schedule_id)),
        (Refill(151, scene.planned.address, schedule_id), Refill()),
    ):
        scene.pools_twin.call("set_refill", scene.owner, pool_id, new)
        (event,) = events(scene.pools, "RefillSet")
        assert (event.pool_id, tuple(event.old_refill), tuple(event.new_refill)) == (pool_id, astuple(old), astuple(new))
    scene.agree()


def test_set_refill__bad_call__refused(scene, filled):
    pool_id, schedule_id = filled
    other_id = scene.pool()
    elsewhere = scene.scheduled()
    for caller, number, refill, reason in (
        (scene.operator, pool_id, (1, schedule_id), "ownable: caller is not the owner"),
        (scene.owner, 3, (1, schedule_id), "pools: unknown pool"),
        (scene.owner, pool_id, (0, schedule_id), "pools: zero threshold"),
        (scene.owner, pool_id, (1, 99), "schedules: unknown schedule"),
        (scene.owner, pool_id, (1, elsewhere), "pools: schedule pays another"),
        (scene.owner, other_id, (1, schedule_id), "pools: schedule pays another"),
    ):
        with refuses(reason):
            scene.pools_twin.call("set_refill", caller, number, Refill(refill[0], scene.planned.address, refill[1]))
    with refuses("pools: nothing changes"):
        scene.pools_twin.call("set_refill", scene.owner, pool_id, Refill())
    with boa.reverts("pools: schedules have no code"):
        scene.pools.set_refill(pool_id, (1, scene.other, 1), sender=scene.owner)
    scene.pools_twin.call("close_pool", scene.owner, pool_id)
    with refuses("pools: pool is closed"):
        scene.pools_twin.call("set_refill", scene.owner, pool_id, Refill(1, scene.planned.address, schedule_id))
    scene.agree()


def test_top_up__below_the_threshold__schedule_pays_what_is_due(scene, filled):
    pool_id, schedule_id = filled
    scene.pools_twin.call("set_refill", scene.owner, pool_id, Refill(150, scene.planned.address, schedule_id))
    with refuses("schedules: nothing due"):
        scene.pools_twin.call("top_up", None, pool_id)
    pass_blocks(10)
    assert scene.pools_twin.call("top_up", None, pool_id) == 60
    (event,) = events(scene.pools, "ToppedUp")
    assert (event.pool_id, event.schedule_id, event.amount) == (pool_id, schedule_id, 60)
    (event,) = events(scene.pools, "Replenished")
    assert (event.pool_id, event.payer, event.amount) == (pool_id, scene.planned.address, 60)
    assert scene.pools.pool(pool_id).available == 160
    pass_blocks(10)
    with refuses("pools: enough available"):
        scene.pools_twin.call("top_up", None, pool_id)
    scene.allocated(pool_id, 10)
    with refuses("pools: enough available"):  # the threshold itself is enough
        scene.pools_twin.call("top_up", None, pool_id)
    scene.allocated(pool_id, 1)
    assert scene.pools_twin.call("top_up", None, pool_id) == 60
    scene.allocated(pool_id, 100)
    pass_blocks(10)
    with refuses("schedules: out of funds"):
        scene.pools_twin.call("top_up", None, pool_id)
    scene.agree()


def test_top_up__no_refill_or_closed__refused(scene, filled):
    pool_id, schedule_id = filled
    for number in (pool_id, 0, 99):
        with refuses("pools: no refill"):
            scene.pools_twin.call("top_up", None, number)
    scene.pools_twin.call("set_refill", scene.owner, pool_id, Refill(150, scene.planned.address, schedule_id))
    scene.pools_twin.call("close_pool", scene.owner, pool_id)
    pass_blocks(10)
    with refuses("pools: no refill"):
        scene.pools_twin.call("top_up", None, pool_id)
    with refuses("pools: pool is closed"):  # nor does the schedule pay it
        scene.schedules_twin.call("process", None, schedule_id)
    scene.agree()


def test_top_up__schedules_that_pay_nothing__refused(scene):
    """It believes its own books, not the other side's answer."""
    partner, pool_id = harness("HostilePartner").deploy(scene.token), scene.pool(100)
    partner.show(scene.pools, pool_id)
    scene.pools.set_refill(pool_id, (150, partner, 1), sender=scene.owner)
    with boa.reverts("pools: nothing came in"):
        scene.pools.top_up(pool_id)
    scene.agree_on_schedules()
    assert scene.pools.pool(pool_id).available == 100


def test_top_up__schedules_call_back__only_into_what_anybody_may_do(scene):
    """There is no lock here on purpose: nothing is written, and what comes back in is locked itself."""
    partner, pool_id = harness("HostilePartner").deploy(scene.token), scene.for_sale(100 * UNIT)
    partner.show(scene.pools, pool_id)
    scene.pools.set_refill(pool_id, (150 * UNIT, partner, 1), sender=scene.owner)
    for name, arguments in (
        ("absorb", (pool_id, 1)),
        ("release", (1,)),
        ("close_pool", (pool_id,)),
        ("top_up", (pool_id,)),
    ):
        partner.arm(scene.pools, getattr(scene.pools, name).prepare_calldata(*arguments))
        with boa.reverts("pools: nothing came in"):
            scene.pools.top_up(pool_id)
    assert partner.call_backs_succeeded() == 0
    partner.arm(scene.pools, scene.pools.replenish.prepare_calldata(pool_id, 7))
    scene.token.transfer(partner, 7, sender=scene.donor)
    partner.execute(scene.token, scene.token.approve.prepare_calldata(scene.pools, 7))
    assert scene.pools.top_up(pool_id) == 7  # tokens, whosever they are
    assert partner.call_backs_succeeded() == 1
    assert scene.pools.total_held() == scene.token.balanceOf(scene.pools) == 100 * UNIT + 7


def test_top_up__schedule_dearer_than_its_threshold__pays_all_that_is_due(scene, filled):
    pool_id, schedule_id = filled
    scene.pools_twin.call("set_refill", scene.owner, pool_id, Refill(101, scene.planned.address, schedule_id))
    pass_blocks(25)
    assert scene.pools_twin.call("top_up", None, pool_id) == 120
    scene.agree()
