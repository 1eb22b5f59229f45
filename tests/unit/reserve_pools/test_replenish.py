"""ReservePools.replenish and absorb: how tokens come in."""

from __future__ import annotations

import boa

from tests.support.block_reward import events
from tests.support.pools import PURSE, pass_time
from tests.support.refusals import refuses


def test_replenish__anyone__available_by_the_amount(scene):
    pool_id, other_id = scene.pool(), scene.pool()
    for payer, amount in ((scene.donor, 700), (scene.buyer, 300)):
        pass_time(60)
        scene.pools_twin.call("replenish", payer, pool_id, amount)
        (event,) = events(scene.pools, "Replenished")
        assert (event.pool_id, event.payer, event.amount) == (pool_id, payer, amount)
        assert scene.token.balanceOf(payer) == PURSE - amount
    pool = scene.pools.pool(pool_id)
    assert (pool.available, pool.put_in, pool.replenished_at) == (1_000, 1_000, boa.env.evm.patch.timestamp)
    assert scene.pools.pool(other_id).available == 0
    assert scene.pools.total_held() == scene.token.balanceOf(scene.pools) == 1_000
    scene.agree()


def test_replenish__bad_call__refused(scene):
    pool_id = scene.pool()
    for caller, number, amount, reason in (
        (scene.donor, pool_id, 0, "pools: zero amount"),
        (scene.donor, 0, 1, "pools: unknown pool"),
        (scene.donor, 2, 1, "pools: unknown pool"),
        (scene.donor, 2**256 - 1, 1, "pools: unknown pool"),
        (scene.donor, pool_id, PURSE + 1, "mdt: balance too low"),
        (scene.attacker, pool_id, 1, "mdt: allowance too low"),
    ):
        with refuses(reason):
            scene.pools_twin.call("replenish", caller, number, amount)
    scene.agree()


def test_absorb__tokens_sent_here__belong_to_the_pool(scene):
    pool_id = scene.pool(100)
    scene.give(scene.model.address, 500)
    assert scene.pools.unassigned() == 500
    scene.pools_twin.call("absorb", scene.owner, pool_id, 300)
    (event,) = events(scene.pools, "Absorbed")
    assert (event.pool_id, event.amount) == (pool_id, 300)
    assert events(scene.pools, "Replenished") == []
    pool = scene.pools.pool(pool_id)
    assert (pool.available, pool.put_in, scene.pools.unassigned()) == (400, 400, 200)
    scene.agree()


def test_absorb__more_than_belongs_to_nobody__refused(scene):
    """The reserve of one pool can never be given to another."""
    pool_id, other_id = scene.pool(100), scene.pool(50)
    scene.allocated(other_id, 20)
    scene.give(scene.model.address, 5)
    for caller, number, amount, reason in (
        (scene.attacker, pool_id, 5, "ownable: caller is not the owner"),
        (scene.operator, pool_id, 5, "ownable: caller is not the owner"),
        (scene.owner, 9, 5, "pools: unknown pool"),
        (scene.owner, pool_id, 0, "pools: zero amount"),
        (scene.owner, pool_id, 6, "pools: above unassigned"),
        (scene.owner, pool_id, 55, "pools: above unassigned"),
    ):
        with refuses(reason):
            scene.pools_twin.call("absorb", caller, number, amount)
    scene.pools_twin.call("absorb", scene.owner, pool_id, 5)
    with refuses("pools: above unassigned"):
        scene.pools_twin.call("absorb", scene.owner, pool_id, 1)
    scene.agree()
