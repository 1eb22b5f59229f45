"""RecyclingPool.absorb: a pool in the place of another one has what lies there."""

from __future__ import annotations

import boa

from tests.support.block_reward import events
from tests.support.refusals import refuses
from tests.unit.recycling_pool.conftest import assert_same, successor_of


def test_absorb__predecessor_names_it_drawer__all_of_it_comes_for_anybody(pool, model, token, owner, payer, attacker):
    pool.recycle(300, 0, sender=payer)
    model.recycle(payer, 300, 0)
    new, new_model = successor_of(pool, model, token, owner)
    absorbed = new.absorb(sender=attacker)
    (event,) = events(new, "Absorbed")
    assert (event.predecessor, event.amount) == (pool.address, 300)
    assert absorbed == new_model.absorb() == new.total_absorbed() == 300
    assert (pool.available(), new.available(), pool.total_drawn()) == (0, 300, 300)
    for one, its_model in ((pool, model), (new, new_model)):
        assert_same(one, its_model, token)


def test_absorb__later_arrivals__come_too(pool, model, token, owner, payer, drawer):
    """X5: whoever knows the old pool for good goes on paying there."""
    new, _ = successor_of(pool, model, token, owner)
    new.set_drawer(drawer, sender=owner)
    for amount in (5, 7):
        pool.recycle(amount, 0, sender=payer)
        assert new.absorb() == amount
    assert (new.total_absorbed(), new.draw(100, sender=drawer)) == (12, 12)


def test_absorb__through_a_chain__reaches_the_newest(pool, model, token, owner, payer):
    second, second_model = successor_of(pool, model, token, owner)
    third, _ = successor_of(second, second_model, token, owner)
    pool.recycle(9, 0, sender=payer)
    assert third.absorb() == 0
    assert second.absorb() == third.absorb() == third.available() == 9


def test_absorb__nothing_there__zero_without_an_event(pool, model, token, owner):
    new, new_model = successor_of(pool, model, token, owner)
    assert new.absorb() == new_model.absorb() == 0
    assert new.get_logs() == []


def test_absorb__no_predecessor__refused(pool, model):
    with boa.reverts("pool: no predecessor"):
        pool.absorb()
    with refuses("pool: no predecessor"):
        model.absorb()


def test_absorb__predecessor_names_another_drawer__refused(pool, model, token, owner, drawer, payer):
    pool.recycle(300, 0, sender=payer)
    new, new_model = successor_of(pool, model, token, owner)
    pool.set_drawer(drawer, sender=owner)
    model.set_drawer(owner, drawer)
    with boa.reverts("pool: caller is not the drawer"):
        new.absorb()
    with refuses("pool: caller is not the drawer"):
        new_model.absorb()
    assert pool.available() == 300
