"""RecyclingPool.set_drawer and burn_surplus."""

from __future__ import annotations

import boa

from mdt.addresses import ZERO_ADDRESS
from mdt.model.reasons import Burn
from tests.support.block_reward import events
from tests.support.refusals import refuses
from tests.unit.recycling_pool.conftest import assert_same


def test_set_drawer__owner__the_old_one_loses_the_right_at_once(pool, model, token, owner, payer, drawer):
    successor = boa.env.generate_address("successor")
    pool.recycle(300, 0, sender=payer)
    model.recycle(payer, 300, 0)
    pool.set_drawer(successor, sender=owner)
    (event,) = events(pool, "DrawerSet")
    assert (event.old_drawer, event.new_drawer) == (drawer, successor)
    model.set_drawer(owner, successor)
    with boa.reverts("pool: caller is not the drawer"):
        pool.draw(1, sender=drawer)
    assert pool.draw(1, sender=successor) == model.draw(successor, 1) == 1
    assert_same(pool, model, token)


def test_set_drawer__bad_call__refused(pool, model, owner, drawer, attacker):
    for caller, named, reason in (
        (attacker, attacker, "ownable: caller is not the owner"),
        (drawer, attacker, "ownable: caller is not the owner"),
        (owner, ZERO_ADDRESS, "pool: zero drawer"),
        (owner, drawer, "pool: same drawer"),
    ):
        with boa.reverts(reason):
            pool.set_drawer(named, sender=caller)
        with refuses(reason):
            model.set_drawer(caller, named)
    assert pool.drawer() == model.drawer == drawer


def test_burn_surplus__owner__burned_as_deflation(pool, model, token, owner, payer):
    pool.recycle(300, 0, sender=payer)
    model.recycle(payer, 300, 0)
    for amount in (100, 200):
        pool.burn_surplus(amount, sender=owner)
        (event,) = events(pool, "SurplusBurned")
        assert event.amount == amount
        model.burn_surplus(owner, amount)
        assert_same(pool, model, token)
    assert token.burned_by_reason(Burn.DEFLATION) == 300
    assert pool.available() == 0


def test_burn_surplus__bad_call__refused(pool, model, token, owner, payer, drawer, attacker):
    pool.recycle(300, 0, sender=payer)
    model.recycle(payer, 300, 0)
    for caller, amount, reason in (
        (attacker, 1, "ownable: caller is not the owner"),
        (drawer, 1, "ownable: caller is not the owner"),
        (owner, 0, "pool: zero amount"),
        (owner, 301, "pool: amount above balance"),
    ):
        with boa.reverts(reason):
            pool.burn_surplus(amount, sender=caller)
        with refuses(reason):
            model.burn_surplus(caller, amount)
    assert_same(pool, model, token)
