"""Vesting.revoke: what is vested is paid at once, the rest goes to the treasury, and nothing is stranded (E1, E5)."""

from __future__ import annotations

import pytest

from mdt.units import DAY, WAD
from tests.support.boa_clock import now

AMOUNT = 1_200 * WAD
DAYS = 120


@pytest.fixture
def running(pair, member):
    """A revocable schedule of 1,200 over 120 days."""
    pair.create(member, AMOUNT, cliff_seconds=30 * DAY, is_revocable=True)
    return pair


@pytest.mark.parametrize("days", [0, 29, 30, 31, 60, 119])
@pytest.mark.parametrize("is_claimed", [False, True])
def test_revoke__at_any_time__sum_is_exact(running, owner, member, treasury, days, is_claimed):
    """E1: vested and unclaimed is paid, unvested leaves, and both together are what was left."""
    running.travel(days * DAY)
    vested = AMOUNT * days // DAYS if days >= 30 else 0
    if is_claimed and vested:
        running.call("claim", member, member, 0, vested // 3)
    running.call("revoke", owner, member, 0)
    token = running.token
    assert (token.balanceOf(member), token.balanceOf(treasury), token.balanceOf(running.contract)) == (vested, AMOUNT - vested, 0)
    running.agree(member)


def test_revoke__success__event(running, owner, member):
    running.travel(60 * DAY)
    running.call("claim", member, member, 0, 100 * WAD)
    running.call("revoke", owner, member, 0)
    event = running.event("ScheduleEnded")
    assert (event.beneficiary, event.index, event.ended_by, event.paid, event.returned) == (member, 0, owner, 500 * WAD, 600 * WAD)


def test_revoke__afterwards__nothing_is_locked_nor_claimable(running, owner, member):
    """E5: what the views say is what the contract holds, now and later."""
    running.travel(60 * DAY)
    running.call("revoke", owner, member, 0)
    for _ in range(2):
        contract = running.contract
        assert (contract.locked(member, 0), contract.claimable(member, 0), contract.vested_at(member, 0, now())) == (0, 0, AMOUNT // 2)
        shown = contract.schedule(member, 0)
        assert (shown.amount, shown.claimed, shown.vested, shown.is_ended, shown.is_revocable) == (AMOUNT // 2, AMOUNT // 2, AMOUNT // 2, True, True)
        running.refused("vesting: nothing to claim", "claim", member, member, 0)
        running.agree(member)
        running.travel(600 * DAY)
    assert running.contract.vested_at(member, 0, 0) == AMOUNT // 2


def test_revoke__others__keep_all(running, owner, member, other):
    running.create(member, 7 * WAD)
    running.create(other, 9 * WAD)
    running.travel(10 * DAY)
    running.call("revoke", owner, member, 0)
    running.travel(110 * DAY)
    assert running.call("claim", member, member, 1) == 7 * WAD
    assert running.call("claim", other, other, 0) == 9 * WAD
    running.agree(member, other)


@pytest.mark.parametrize("role", ["creator", "member", "attacker", "treasury"])
def test_revoke__not_the_owner__refused(running, people, member, role):
    running.refused("ownable: caller is not the owner", "revoke", people[role], member, 0)


def test_revoke__no_such_schedule__refused(running, owner, member):
    running.refused("vesting: no schedule", "revoke", owner, member, 1)


def test_revoke__terms_without_revocation__refused(pair, owner, member):
    pair.create(member)
    pair.refused("vesting: not revocable", "revoke", owner, member, 0)


def test_revoke__twice__refused(running, owner, member):
    running.call("revoke", owner, member, 0)
    running.refused("vesting: already ended", "revoke", owner, member, 0)
    running.refused("vesting: already ended", "renounce_revocation", owner, member, 0)


def test_revoke__fully_vested__refused(running, owner, member):
    running.travel(DAYS * DAY - 1)
    assert running.contract.locked(member, 0) > 0
    running.travel(1)
    running.refused("vesting: fully vested", "revoke", owner, member, 0)
    assert running.call("claim", member, member, 0) == AMOUNT


def test_revoke__after_a_change_of_owner__by_the_new_one_only(running, owner, other, member):
    """E3: ownership moves in two steps and is never given away to nobody."""
    for name, sender, arguments in (("transfer_ownership", owner, (other,)), ("accept_ownership", other, ())):
        running.call(name, sender, *arguments)
    running.refused("ownable: caller is not the owner", "revoke", owner, member, 0)
    running.call("revoke", other, member, 0)
    running.agree(member, owner, other)
    assert not hasattr(running.contract, "renounce_ownership")
    assert not hasattr(running.contract, "initialize")
