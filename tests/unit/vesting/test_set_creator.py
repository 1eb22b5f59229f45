"""Vesting.set_creator: the owner names and dismisses who may create; a creator has no other power."""

from __future__ import annotations

import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.units import DAY


def test_set_creator__named_and_dismissed__event_and_view(pair, owner, other, member):
    for is_creator in (True, False):
        pair.call("set_creator", owner, other, is_creator)
        event = pair.event("CreatorSet")
        assert (event.creator, event.is_creator) == (other, is_creator)
        assert pair.contract.is_creator(other) is is_creator
        assert pair.contract.creator_count() == pair.model.creator_count == 1 + is_creator
    pair.refused("vesting: not a creator", "create", other, pair.terms(member))
    pair.agree(other, owner)


def test_set_creator__dismissed__schedules_it_made_run_on(pair, owner, creator, member):
    pair.create(member)
    pair.call("set_creator", owner, creator, False)
    pair.travel(120 * DAY)
    assert pair.call("claim", member, member, 0) == pair.model.schedule(member, 0).amount


def test_set_creator__the_owner__is_one_without_being_named(pair, owner, other):
    assert pair.contract.is_creator(owner)
    pair.call("transfer_ownership", owner, other)
    pair.call("accept_ownership", other)
    assert (pair.contract.is_creator(owner), pair.contract.is_creator(other)) == (False, True)
    pair.agree(owner, other)


def test_set_creator__no_change__refused(pair, owner, creator, other):
    pair.refused("vesting: nothing changes", "set_creator", owner, creator, True)
    pair.refused("vesting: nothing changes", "set_creator", owner, other, False)


def test_set_creator__zero_address__refused(pair, owner):
    pair.refused("vesting: zero address", "set_creator", owner, ZERO_ADDRESS, True)


@pytest.mark.parametrize("role", ["creator", "member", "attacker"])
def test_set_creator__not_the_owner__refused(pair, people, attacker, role):
    pair.refused("ownable: caller is not the owner", "set_creator", people[role], attacker, True)
