"""Vesting.renounce: a beneficiary gives up what is not vested, whatever the terms say."""

from __future__ import annotations

import pytest

from mdt.units import DAY, WAD
from tests.support.boa_clock import now

AMOUNT = 1_200 * WAD


@pytest.mark.parametrize("is_revocable", [False, True])
@pytest.mark.parametrize("days", [0, 30, 90])
def test_renounce__by_the_beneficiary__vested_is_paid_and_the_rest_returned(pair, member, treasury, is_revocable, days):
    pair.create(member, AMOUNT, is_revocable=is_revocable)
    pair.travel(days * DAY)
    pair.call("renounce", member, 0)
    token = pair.token
    assert (token.balanceOf(member), token.balanceOf(treasury), token.balanceOf(pair.contract)) == (AMOUNT * days // 120, AMOUNT * (120 - days) // 120, 0)
    pair.agree(member)


def test_renounce__success__event(pair, member):
    pair.create(member, AMOUNT)
    pair.travel(30 * DAY)
    pair.call("claim", member, member, 0, 1)
    pair.call("renounce", member, 0)
    event = pair.event("ScheduleEnded")
    assert (event.beneficiary, event.index, event.ended_by, event.paid, event.returned) == (member, 0, member, AMOUNT // 4 - 1, AMOUNT * 3 // 4)


def test_renounce__everybody_else__has_no_such_schedule(pair, member, owner, creator, attacker):
    pair.create(member, AMOUNT, is_revocable=True)
    for account in (owner, creator, attacker):
        pair.refused("vesting: no schedule", "renounce", account, 0)


def test_renounce__ended_or_fully_vested__refused(pair, owner, member):
    for _ in range(2):
        pair.create(member, AMOUNT, is_revocable=True)
    pair.call("renounce", member, 0)
    pair.refused("vesting: already ended", "renounce", member, 0)
    pair.refused("vesting: already ended", "revoke", owner, member, 0)
    pair.travel(120 * DAY)
    pair.refused("vesting: fully vested", "renounce", member, 1)


def test_renounce__at_the_very_start__nothing_paid_and_the_place_stays_taken(pair, member, treasury):
    """An ended schedule of zero is still there: its index is not given to another."""
    pair.create(member, AMOUNT, start=now() + DAY)
    pair.call("renounce", member, 0)
    assert (pair.token.balanceOf(member), pair.token.balanceOf(treasury)) == (0, AMOUNT)
    shown = pair.contract.schedule(member, 0)
    assert (shown.amount, shown.claimed, shown.vested, shown.is_ended) == (0, 0, 0, True)
    assert pair.create(member) == 1
    pair.agree(member)
