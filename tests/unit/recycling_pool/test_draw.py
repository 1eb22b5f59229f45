"""RecyclingPool.draw: the drawer takes at most what is there."""

from __future__ import annotations

import boa

from mdt.addresses import ZERO_ADDRESS
from mdt.model.recycling import RecyclingPool
from tests.support.block_reward import events
from tests.support.deployers import deploy
from tests.support.refusals import refuses
from tests.unit.recycling_pool.conftest import assert_same


def test_draw__less_than_there_is__sends_the_amount(pool, model, token, payer, drawer):
    pool.recycle(300, 0, sender=payer)
    model.recycle(payer, 300, 0)
    sent = pool.draw(120, sender=drawer)
    (event,) = events(pool, "Drawn")
    assert (event.drawer, event.amount) == (drawer, 120)
    assert sent == model.draw(drawer, 120) == 120
    assert token.balanceOf(drawer) == 120
    assert_same(pool, model, token)


def test_draw__more_than_there_is__sends_all_of_it(pool, model, token, payer, drawer):
    """parameters.md section 9: pool 300, need 1000 -> 300 from the pool."""
    pool.recycle(300, 0, sender=payer)
    model.recycle(payer, 300, 0)
    assert pool.draw(1_000, sender=drawer) == model.draw(drawer, 1_000) == 300
    assert token.balanceOf(drawer) == 300
    assert_same(pool, model, token)
    assert pool.draw(2**256 - 1, sender=drawer) == model.draw(drawer, 2**256 - 1) == 0


def test_draw__zero_or_empty_pool__zero_without_an_event(pool, model, payer, drawer):
    assert pool.draw(5, sender=drawer) == model.draw(drawer, 5) == 0
    assert pool.get_logs() == []
    pool.recycle(300, 0, sender=payer)
    model.recycle(payer, 300, 0)
    assert pool.draw(0, sender=drawer) == model.draw(drawer, 0) == 0
    assert pool.get_logs() == []
    assert pool.available() == 300


def test_draw__anybody_else__refused(pool, model, token, owner, payer, attacker):
    pool.recycle(300, 0, sender=payer)
    for caller in (attacker, owner, payer):
        for amount in (0, 300):
            with boa.reverts("pool: caller is not the drawer"):
                pool.draw(amount, sender=caller)
            with refuses("pool: caller is not the drawer"):
                model.draw(caller, amount)
    assert pool.available() == 300


def test_draw__no_drawer_yet__refused(model, token, owner, attacker):
    pool = deploy("RecyclingPool", token=token, fee_burn_bps=0, owner=owner)
    with boa.reverts("pool: caller is not the drawer"):
        pool.draw(0, sender=attacker)
    with refuses("pool: caller is not the drawer"):
        RecyclingPool(pool.address, model.token, 0, owner).draw(ZERO_ADDRESS, 0)
