"""Vesting.claim: anyone, for the beneficiary, all or a part, never more than is vested."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdt.model.clock import Clock
from mdt.model.vesting import MAX_SCHEDULES, Vesting, VestingTerms
from mdt.units import DAY, HOUR, WAD
from tests.support.boa_clock import now
from tests.support.profiles import examples

AMOUNT = 1_200 * WAD


@pytest.fixture
def running(pair, member):
    """A schedule of 1,200 over 120 days, half of them past."""
    pair.create(member, AMOUNT)
    pair.travel(60 * DAY)
    return pair


def test_claim__by_the_beneficiary__what_is_vested(running, member):
    assert running.call("claim", member, member, 0) == AMOUNT // 2
    assert running.token.balanceOf(member) == AMOUNT // 2
    running.refused("vesting: nothing to claim", "claim", member, member, 0)
    running.agree(member)
    running.travel(600 * DAY)
    assert running.call("claim", member, member, 0) == AMOUNT // 2
    assert running.token.balanceOf(running.contract) == 0
    running.refused("vesting: nothing to claim", "claim", member, member, 0)
    running.agree(member)


def test_claim__success__event(running, member, attacker):
    running.call("claim", attacker, member, 0, 5)
    event = running.event("Claimed")
    assert (event.beneficiary, event.index, event.claimed_by, event.amount) == (member, 0, attacker, 5)


def test_claim__by_anyone__goes_to_the_beneficiary_only(running, member, attacker):
    assert running.call("claim", attacker, member, 0) == AMOUNT // 2
    assert (running.token.balanceOf(member), running.token.balanceOf(attacker)) == (AMOUNT // 2, 0)
    running.agree(member, attacker)


def test_claim__part__the_rest_stays(running, member):
    assert running.call("claim", member, member, 0, 1) == 1
    assert running.call("claim", member, member, 0, AMOUNT // 2 - 2) == AMOUNT // 2 - 2
    assert running.contract.claimable(member, 0) == 1
    assert running.call("claim", member, member, 0, AMOUNT) == 1
    running.agree(member)


def test_claim__zero__refused(running, member):
    running.refused("vesting: nothing to claim", "claim", member, member, 0, 0)


def test_claim__before_start_and_before_cliff__refused(pair, member):
    pair.create(member, start=now() + DAY)
    pair.refused("vesting: nothing to claim", "claim", member, member, 0)
    pair.travel(31 * DAY - 1)
    pair.refused("vesting: nothing to claim", "claim", member, member, 0)
    pair.travel(1)
    assert pair.call("claim", member, member, 0) == 250 * WAD


@pytest.mark.parametrize("index", [1, 2, MAX_SCHEDULES, 2**96, 2**256 - 1])
def test_claim__no_such_schedule__refused(running, member, index):
    running.refused("vesting: no schedule", "claim", member, member, index)


def test_claim__of_somebody_without_schedules__refused(running, other):
    running.refused("vesting: no schedule", "claim", other, other, 0)


def test_claim__two_schedules__kept_apart(running, member):
    """E8: what one pays is not the other's."""
    running.create(member, 10 * WAD)
    running.travel(30 * DAY)
    assert running.call("claim", member, member, 1) == 10 * WAD // 4
    assert running.contract.schedule(member, 0).claimed == 0
    assert running.call("claim", member, member, 0) == AMOUNT * 3 // 4
    running.agree(member)


@given(data=st.data())
@settings(max_examples=examples(quick=100, ci=500, deep=20_000), deadline=None)
def test_claim__any_partition__sums_to_one_claim(data):
    """E11: claims at any times, of any parts, then the rest: together what one claim at that time pays."""
    clock = Clock()
    model = Vesting(clock, "vesting", "token", 2**85, "treasury", "owner")
    duration = data.draw(st.integers(1, 1_000)) * HOUR
    cliff = data.draw(st.integers(0, duration // HOUR)) * HOUR
    shares = (data.draw(st.integers(0, 10_000)), data.draw(st.booleans()))
    terms = VestingTerms("member", data.draw(st.integers(1, 2**85)), clock.timestamp, cliff, duration, *shares)
    model.create("owner", terms)
    times = sorted(data.draw(st.lists(st.integers(0, duration + 10), min_size=1, max_size=12)))
    paid, start = 0, clock.timestamp
    for time in times:
        clock.timestamp = start + time
        due = model.claimable("member", 0)
        if due:
            paid += model.claim("member", 0, data.draw(st.integers(1, due)))
    if model.claimable("member", 0):
        paid += model.claim("member", 0)
    assert paid == model.vested_at("member", 0, start + times[-1])
    clock.timestamp = start + duration
    assert paid + (model.claim("member", 0) if model.claimable("member", 0) else 0) == terms.amount
    assert model.held == 0


@given(parts=st.lists(st.integers(1, 400), min_size=1, max_size=8))
@settings(max_examples=examples(quick=5, ci=30, deep=1_000), deadline=None)
def test_claim__parts_on_chain__sum_to_one_claim(parts):
    """E11, of the contract: two equal schedules, one claimed in parts and one at once."""
    import boa

    from tests.support.vesting import VestingTwin

    with boa.env.anchor():
        owner, creator, treasury, member = (str(boa.env.generate_address(name)) for name in ("owner", "creator", "treasury", "member"))
        pair = VestingTwin(owner, creator, treasury)
        for _ in range(2):
            pair.create(member, 1_234_567, cliff_seconds=0, at_start_bps=777)
        paid = 0
        for part in parts:
            pair.travel(5 * DAY + part)
            paid += pair.call("claim", member, member, 0, part)
        paid += pair.call("claim", member, member, 0)
        assert paid == pair.call("claim", member, member, 1)
        pair.agree(member)
