"""Vesting.accept_beneficiary: a schedule moves whole, once, to whoever was offered it; revocable ones not before their owner could act."""

from __future__ import annotations

from mdt.addresses import ZERO_ADDRESS
from mdt.model.vesting import MAX_MOVES, MAX_SCHEDULES, MOVE_DELAY
from mdt.units import DAY, WAD, YEAR

AMOUNT = 1_200 * WAD


def offered(pair, member, other, **changed):
    """A schedule a third of which is claimed, on offer."""
    index = pair.create(member, AMOUNT, **changed)
    pair.travel(40 * DAY)
    pair.call("claim", member, member, index)
    pair.call("propose_beneficiary", member, index, other)


def moved_to(pair, beneficiary, index):
    """What contract and model say."""
    found = tuple(pair.contract.moved_to(beneficiary, index))
    assert found == pair.model.moved_to(beneficiary, index)
    return found


def test_accept_beneficiary__proposed_account__all_that_is_left_moves(pair, member, other):
    pair.create(other, 5)
    offered(pair, member, other, at_start_bps=1_000)
    before = pair.contract.schedule(member, 0)
    assert pair.call("accept_beneficiary", other, member, 0) == 1
    event = pair.event("BeneficiaryChanged")
    assert (event.old_beneficiary, event.new_beneficiary, event.old_index, event.new_index) == (member, other, 0, 1)
    after = pair.contract.schedule(other, 1)
    assert (after.amount, after.claimed, after.vested, after.start, after.ends_at) == (
        before.amount,
        before.claimed,
        before.vested,
        before.start,
        before.ends_at,
    )
    assert (after.proposed_beneficiary, after.acceptable_at) == (ZERO_ADDRESS, 0)
    pair.agree(member, other)
    pair.travel(80 * DAY)
    assert pair.call("claim", other, other, 1) == AMOUNT - before.claimed
    assert pair.token.balanceOf(member) == before.claimed


def test_accept_beneficiary__old_place__is_empty_for_good(pair, owner, member, other):
    """A call somebody has announced for a place never meets another schedule there."""
    offered(pair, member, other)
    pair.call("accept_beneficiary", other, member, 0)
    assert pair.contract.schedule(member, 0) == pair.contract.schedule(member, 63)
    assert [pair.contract.claimable(member, 0), pair.contract.locked(member, 0), pair.contract.vested_at(member, 0, 2**40)] == [0, 0, 0]
    for sender, name, *arguments in (
        (member, "claim", member, 0),
        (member, "propose_beneficiary", 0, other),
        (other, "accept_beneficiary", member, 0),
        (member, "renounce", 0),
    ):
        pair.refused("vesting: no schedule", name, sender, *arguments)
    for name in ("revoke", "renounce_revocation"):  # they follow, and this one cannot be revoked
        pair.refused("vesting: not revocable", name, owner, member, 0)
    assert moved_to(pair, member, 0) == (other, 0)
    assert pair.create(member) == 1
    pair.agree(member, other)


def test_accept_beneficiary__stale_offer__does_not_reach_a_later_schedule(pair, member, other):
    offered(pair, member, other)
    pair.call("accept_beneficiary", other, member, 0)
    index = pair.create(member)
    pair.refused("vesting: not proposed", "accept_beneficiary", other, member, index)
    pair.refused("vesting: not proposed", "accept_beneficiary", member, other, 0)


def test_accept_beneficiary__wrong_account__refused(pair, owner, member, other, attacker):
    offered(pair, member, other)
    for account in (attacker, owner, member):
        pair.refused("vesting: not proposed", "accept_beneficiary", account, member, 0)
    pair.refused("vesting: no schedule", "accept_beneficiary", other, member, 1)
    pair.refused("vesting: no schedule", "accept_beneficiary", attacker, attacker, 0)


def test_accept_beneficiary__nothing_offered__refused(pair, member, other):
    pair.create(member)
    pair.refused("vesting: not proposed", "accept_beneficiary", other, member, 0)


def test_accept_beneficiary__full_account__refused_until_it_has_room_elsewhere(pair, creator, member, other):
    pair.call("create_batch", creator, [pair.terms(other, 1) for _ in range(MAX_SCHEDULES)])
    offered(pair, member, other)
    pair.refused("vesting: too many schedules", "accept_beneficiary", other, member, 0)
    pair.travel(80 * DAY)
    assert pair.call("claim", member, member, 0) > 0
    pair.agree(member)


def test_accept_beneficiary__revocable__not_before_the_delay(pair, member, other):
    offered(pair, member, other, is_revocable=True)
    pair.travel(MOVE_DELAY - 1)
    pair.refused("vesting: too early to accept", "accept_beneficiary", other, member, 0)
    pair.travel(1)
    assert pair.call("accept_beneficiary", other, member, 0) == 0
    assert pair.contract.schedule(other, 0).is_revocable
    pair.agree(member, other)


def test_accept_beneficiary__running_from_an_announced_revocation__followed(pair, owner, member, other, attacker, treasury):
    """Z7: an offer that has waited for 40 days dodged an announced revocation; the call names the old place, and finds the new one."""
    offered(pair, member, other, is_revocable=True, duration_seconds=600 * DAY)
    pair.travel(MOVE_DELAY)
    pair.call("accept_beneficiary", other, member, 0)
    pair.call("propose_beneficiary", other, 0, attacker)
    pair.travel(30 * DAY)  # the longest a timelock may take
    pair.refused("vesting: too early to accept", "accept_beneficiary", attacker, other, 0)
    before = pair.token.balanceOf(other), pair.token.balanceOf(member)
    paid, returned = pair.model.schedule(other, 0).vested - pair.model.schedule(other, 0).claimed, pair.model.locked(other, 0)
    pair.call("revoke", owner, member, 0)
    event = pair.event("ScheduleEnded")
    assert (event.beneficiary, event.index, event.paid, event.returned) == (other, 0, paid, returned)
    assert (pair.token.balanceOf(other), pair.token.balanceOf(member)) == (before[0] + paid, before[1])
    assert pair.token.balanceOf(treasury) == returned > 0
    pair.refused("vesting: no schedule", "accept_beneficiary", attacker, member, 0)
    pair.refused("vesting: already ended", "revoke", owner, member, 0)
    pair.agree(member, other, attacker)


def test_accept_beneficiary__moved_on_and_back__followed_to_where_it_is(pair, owner, member, other, attacker):
    pair.create(member, AMOUNT, is_revocable=True, duration_seconds=600 * DAY)
    places = [(member, 0)]
    for to in (other, attacker, member):
        holder, index = places[-1]
        pair.call("propose_beneficiary", holder, index, to)
        pair.travel(MOVE_DELAY)
        places.append((to, pair.call("accept_beneficiary", to, holder, index)))
    assert places[-1] == (member, 1)
    assert [moved_to(pair, *place) for place in places] == [*places[1:], (ZERO_ADDRESS, 0)]
    pair.call("renounce_revocation", owner, *places[0])
    event = pair.event("RevocationRenounced")
    assert (event.beneficiary, event.index) == (member, 1)
    for place in places:
        pair.refused("vesting: not revocable", "revoke", owner, *place)
    pair.agree(member, other, attacker)


def test_revoke__moved_more_often_than_is_followed__refused_until_a_later_place_is_named(pair, owner, member, other):
    """A call that was announced with the right place meets two moves at most; this is about old places."""
    pair.create(member, AMOUNT, is_revocable=True, duration_seconds=5 * YEAR)
    places = [(member, 0)]
    for step in range(MAX_MOVES + 1):
        holder, index = places[-1]
        to = other if step % 2 == 0 else member
        pair.call("propose_beneficiary", holder, index, to)
        pair.travel(MOVE_DELAY)
        places.append((to, pair.call("accept_beneficiary", to, holder, index)))
    for name in ("revoke", "renounce_revocation"):
        pair.refused("vesting: moved too often", name, owner, *places[0])
    pair.call("revoke", owner, *places[1])
    pair.agree(member, other)


def test_moved_to__nothing_there_or_not_moved__nobody(pair, member, other):
    pair.create(member)
    for place in ((member, 0), (member, 1), (other, 0), (member, 2**256 - 1)):
        assert moved_to(pair, *place) == (ZERO_ADDRESS, 0)


def test_accept_beneficiary__right_to_revoke_given_up__at_once(pair, owner, member, other):
    offered(pair, member, other, is_revocable=True)
    pair.call("renounce_revocation", owner, member, 0)
    pair.call("accept_beneficiary", other, member, 0)
    pair.refused("vesting: not revocable", "revoke", owner, other, 0)
    pair.agree(member, other)


def test_accept_beneficiary__schedule_revoked_or_renounced_meanwhile__offer_lapsed(pair, owner, member, other):
    offered(pair, member, other, is_revocable=True)
    offered(pair, member, other, is_revocable=True)
    pair.call("revoke", owner, member, 0)
    pair.call("renounce", member, 1)
    pair.travel(MOVE_DELAY)
    for index in (0, 1):
        assert pair.contract.schedule(member, index).proposed_beneficiary == ZERO_ADDRESS
        pair.refused("vesting: not proposed", "accept_beneficiary", other, member, index)
    pair.agree(member, other)


def test_accept_beneficiary__ended_schedule__moves_as_a_record_without_value(pair, owner, member, other):
    pair.create(member, AMOUNT, is_revocable=True)
    pair.travel(60 * DAY)
    pair.call("revoke", owner, member, 0)
    pair.call("propose_beneficiary", member, 0, other)
    pair.call("accept_beneficiary", other, member, 0)
    pair.refused("vesting: nothing to claim", "claim", other, other, 0)
    pair.refused("vesting: already ended", "revoke", owner, other, 0)
    pair.agree(member, other)


def test_accept_beneficiary__there_and_back__a_new_index(pair, member, other):
    offered(pair, member, other)
    pair.call("accept_beneficiary", other, member, 0)
    pair.call("propose_beneficiary", other, 0, member)
    assert pair.call("accept_beneficiary", member, other, 0) == 1
    pair.agree(member, other)
