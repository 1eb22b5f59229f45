"""Vesting.create: who may, with what terms, and that it is paid for at once."""

from __future__ import annotations

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.vesting import MAX_CLIFF, MAX_DURATION, MAX_SCHEDULES, MAX_START, MAX_START_AHEAD
from mdt.units import DAY, HOUR, WAD, YEAR
from tests.support.boa_clock import now
from tests.support.vesting import PURSE, VestingTwin

AMOUNT = 1_000 * WAD


def test_create__by_a_creator__funded_at_once(pair, creator, member):
    """E7: the tokens are there before the schedule is."""
    assert pair.create(member, AMOUNT) == 0
    assert (pair.token.balanceOf(pair.contract), pair.token.balanceOf(creator)) == (AMOUNT, PURSE - AMOUNT)
    pair.agree(member, creator)


def test_create__by_the_owner__needs_no_grant(pair, owner, member):
    pair.give(owner, AMOUNT)
    assert pair.call("create", owner, pair.terms(member, AMOUNT)) == 0
    assert pair.token.balanceOf(owner) == 0
    pair.agree(member, owner)


def test_create__success__event(pair, creator, member):
    terms = pair.terms(member, AMOUNT, start=now() + DAY, at_start_bps=2_500, is_from_cliff=True)
    pair.call("create", creator, terms)
    event = pair.event("ScheduleCreated")
    assert (event.beneficiary, event.index, event.creator, event.amount) == (member, 0, creator, AMOUNT)
    assert (event.start, event.cliff_ends_at, event.ends_at) == (terms.start, terms.start + 30 * DAY, terms.start + 120 * DAY)
    assert (event.at_start_bps, event.is_from_cliff, event.is_revocable) == (2_500, True, False)
    pair.call("create", creator, pair.terms(member, is_revocable=True))
    event = pair.event("ScheduleCreated")
    assert (event.index, event.at_start_bps, event.is_from_cliff, event.is_revocable) == (1, 0, False, True)


def test_create__equal_terms_twice__two_schedules(pair, member):
    """E8."""
    assert [pair.create(member) for _ in range(3)] == [0, 1, 2]
    pair.travel(120 * DAY)
    for index in range(3):
        assert pair.call("claim", member, member, index) == 1_000 * WAD
    pair.agree(member)


def test_create__not_a_creator__refused(pair, attacker, member):
    pair.give(attacker, AMOUNT)
    pair.refused("vesting: not a creator", "create", attacker, pair.terms(attacker, AMOUNT))
    pair.agree(attacker, member)


def test_create__not_enough_tokens_or_allowance__refused_and_nothing_made(pair, creator, member):
    """E7."""
    with boa.reverts("mdt: balance too low"):
        pair.contract.create((member, PURSE + 1, now(), 0, HOUR, 0, False, False), sender=creator)
    pair.token.approve(pair.contract, AMOUNT - 1, sender=creator)
    with boa.reverts("mdt: allowance too low"):
        pair.contract.create((member, AMOUNT, now(), 0, HOUR, 0, False, False), sender=creator)
    assert pair.contract.schedule(member, 0).amount == 0
    pair.agree(member)


FAR = 2**256 - 1
REFUSED = [
    ({"beneficiary": ZERO_ADDRESS}, "vesting: zero beneficiary"),
    ({"beneficiary": "vesting"}, "vesting: bad beneficiary"),
    ({"beneficiary": "token"}, "vesting: bad beneficiary"),
    ({"amount": 0}, "vesting: zero amount"),
    ({"amount": 2**86}, "vesting: amount out of bounds"),
    ({"amount": 2**128 - 1}, "vesting: amount out of bounds"),
    ({"amount": FAR}, "vesting: amount out of bounds"),
    ({"start": 0}, "vesting: start in the past"),
    ({"start": "now - 1"}, "vesting: start in the past"),
    ({"start": "now + 10 years + 1"}, "vesting: start out of bounds"),
    ({"start": MAX_START + 1}, "vesting: start out of bounds"),
    ({"start": FAR}, "vesting: start out of bounds"),
    ({"duration_seconds": 0, "cliff_seconds": 0}, "vesting: duration out of bounds"),
    ({"duration_seconds": MAX_DURATION + 1}, "vesting: duration out of bounds"),
    ({"duration_seconds": 2**64 - 1}, "vesting: duration out of bounds"),
    ({"duration_seconds": FAR}, "vesting: duration out of bounds"),
    ({"cliff_seconds": 120 * DAY + 1}, "vesting: cliff after the end"),
    ({"cliff_seconds": FAR}, "vesting: cliff after the end"),
    ({"cliff_seconds": MAX_CLIFF + 1, "duration_seconds": MAX_DURATION}, "vesting: cliff out of bounds"),
    ({"cliff_seconds": 30 * DAY + 1}, "vesting: not whole hours"),
    ({"duration_seconds": 120 * DAY - 1}, "vesting: not whole hours"),
    ({"at_start_bps": 10_001}, "vesting: share above the whole"),
    ({"at_start_bps": FAR}, "vesting: share above the whole"),
]


@pytest.mark.parametrize(("changed", "reason"), REFUSED)
def test_create__terms_nobody_can_want__refused(pair, creator, member, changed, reason):
    """E9, E10, E12."""
    named = {
        "vesting": str(pair.contract.address),
        "token": str(pair.token.address),
        "now - 1": now() - 1,
        "now + 10 years + 1": now() + MAX_START_AHEAD + 1,
    }
    changed = {field: named.get(value, value) for field, value in changed.items()}
    pair.refused(reason, "create", creator, pair.terms(**({"beneficiary": member} | changed)))
    assert pair.model.records == {}
    assert pair.token.balanceOf(pair.contract) == 0


ALLOWED = [
    {"amount": 1},
    {"amount": PURSE},
    {"start": MAX_START_AHEAD},
    {"cliff_seconds": 0, "duration_seconds": HOUR},
    {"cliff_seconds": MAX_CLIFF, "duration_seconds": MAX_DURATION},
    {"cliff_seconds": 120 * DAY, "is_from_cliff": True},
    {"cliff_seconds": 120 * DAY},
    {"at_start_bps": 10_000},
]


@pytest.mark.parametrize("changed", ALLOWED)
@pytest.mark.parametrize("share", [0, 9_999])
def test_create__terms_at_their_bounds__kept_exactly(pair, creator, member, changed, share):
    changed = changed | ({"start": now() + changed["start"]} if "start" in changed else {})
    terms = pair.terms(member, **({"at_start_bps": share} | changed))
    pair.call("create", creator, terms)
    shown = pair.contract.schedule(member, 0)
    assert (shown.amount, shown.start, shown.at_start_bps) == (terms.amount, terms.start, terms.at_start_bps)
    assert (shown.cliff_ends_at - shown.start, shown.ends_at - shown.start) == (terms.cliff_seconds, terms.duration_seconds)
    assert (shown.is_from_cliff, shown.is_revocable, shown.is_ended) == (terms.is_from_cliff, False, False)
    for when in (terms.start, terms.start + terms.cliff_seconds - 1, terms.start + terms.cliff_seconds, terms.start + terms.duration_seconds):
        assert pair.contract.vested_at(member, 0, when) == pair.model.vested_at(member, 0, when)
    pair.agree(member)


def test_create__start_at_the_last_second_of_the_field__refused_after_and_kept_before(pair, creator, member):
    """The 32 bits end in 2106: ten years ahead may lie behind them."""
    pair.travel(MAX_START - 5 * YEAR - now())
    pair.refused("vesting: start out of bounds", "create", creator, pair.terms(member, start=MAX_START + 1))
    pair.create(member, start=MAX_START)
    pair.travel(6 * YEAR)
    assert pair.call("claim", member, member, 0) == 1_000 * WAD


def test_create__full_account__refused_and_others_unharmed(pair, creator, member, other):
    """E14: spam has an end, and costs the creator, not whoever claims."""
    pair.call("create_batch", creator, [pair.terms(member, 1) for _ in range(MAX_SCHEDULES)])
    pair.refused("vesting: too many schedules", "create", creator, pair.terms(member, 1))
    pair.create(other)
    assert pair.contract.schedule(member, MAX_SCHEDULES - 1).amount == 1
    pair.travel(120 * DAY)
    assert pair.call("claim", other, member, MAX_SCHEDULES - 1) == 1


def test_create__token_of_a_huge_cap__whole_units_only(owner, creator, treasury, member):
    pair = VestingTwin(owner, creator, treasury, bucket_caps=[10**12 * WAD // 5] * 5)
    unit = pair.contract.UNIT()
    assert unit == 10**5
    pair.refused("vesting: not whole units", "create", creator, pair.terms(member, unit + 1))
    pair.refused("vesting: not whole units", "create", creator, pair.terms(member, unit - 1))
    pair.refused("vesting: amount out of bounds", "create", creator, pair.terms(member, unit << 86))
    pair.create(member, 10 * unit)
    pair.travel(40 * DAY)
    assert pair.contract.claimable(member, 0) == 3 * unit
    pair.refused("vesting: nothing to claim", "claim", member, member, 0, unit - 1)
    assert pair.call("claim", member, member, 0, 2 * unit - 1) == unit
    pair.travel(80 * DAY)
    assert pair.call("claim", member, member, 0) == 9 * unit
    pair.agree(member)
