"""RecyclingPool.recycle and plain transfers: all of it is there to be drawn."""

from __future__ import annotations

import boa
import pytest

from mdt.model.reasons import Recycle
from tests.support.block_reward import events
from tests.support.refusals import refuses
from tests.unit.recycling_pool.conftest import PAID_IN, assert_same


@pytest.mark.parametrize("reason", list(Recycle))
def test_recycle__every_reason__kept_whole_and_nothing_burned(pool, model, token, payer, reason):
    """A15: a share without recipients ends up here, with its reason, to the wei."""
    pool.recycle(99, reason, sender=payer)
    (event,) = events(pool, "Recycled")
    assert (event.source, event.reason, event.amount) == (payer, reason, 99)
    model.recycle(payer, 99, reason)
    assert_same(pool, model, token)
    assert pool.available() == 99


def test_recycle__zero_amount_or_unknown_reason__refused(pool, model, token, payer):
    large = [(amount, 0, "pool: amount out of bounds") for amount in (2**128, 2**256 - 1)]
    unknown = [(1, reason, "pool: unknown reason") for reason in (len(Recycle), 2**256 - 1)]
    for amount, reason, refused in ((0, 0, "pool: zero amount"), *large, *unknown):
        with boa.reverts(refused):
            pool.recycle(amount, reason, sender=payer)
        with refuses(refused):
            model.recycle(payer, amount, reason)
    assert_same(pool, model, token)


def test_recycle__no_allowance_or_balance__reverts_and_nothing_counted(pool, model, token, payer, attacker):
    for caller, amount, reason in ((attacker, 1, "mdt: allowance too low"), (payer, PAID_IN + 1, "mdt: balance too low")):
        with boa.reverts(reason):
            pool.recycle(amount, 0, sender=caller)
        with refuses(reason):
            model.recycle(caller, amount, 0)
    assert_same(pool, model, token)


def test_transfer__plain_token_transfer__is_available_and_in_no_total(pool, model, token, payer):
    token.transfer(pool, 5, sender=payer)
    model.token.transfer(payer, pool.address, 5)
    assert_same(pool, model, token)
    assert (pool.available(), pool.total_recycled()) == (5, 0)


def test_recycle__against_burn__budget_changes_by_the_amount_or_not_at_all(pool, token, payer):
    """A2: recycled X is available to be spent again; burned X is not, and reopens no room under the cap."""
    room = token.cap() - token.total_minted()
    pool.recycle(1_000, Recycle.DONATION, sender=payer)
    assert (pool.available(), token.cap() - token.total_minted()) == (1_000, room)
    token.burn(1_000, sender=payer)
    assert (pool.available(), token.cap() - token.total_minted()) == (1_000, room)
    assert token.totalSupply() + token.total_burned() + room == token.cap()
