"""How schedules go on in another contract: every interval is paid once, whatever its length, its arrears and its end."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import example, given
from hypothesis import strategies as st

from mdt.model.schedules.terms import PaymentTerms
from mdt.replacing.schedules import ROOM, Payments, Plan, bridged, bridges, plan_of

ENDLESS = 2**256 - 1


@dataclass(frozen=True)
class Schedule:
    """As the contract answers."""

    terms: PaymentTerms
    last_block: int
    paused_at: int
    next_terms: PaymentTerms = field(default_factory=PaymentTerms)


def owed(schedule: Schedule, through: int) -> int:
    """Wei of the intervals that are over by a block and not done."""
    terms, following, last = schedule.terms, schedule.next_terms, schedule.last_block
    turn = following.from_block if following.amount else last
    old = terms.due(min(through, turn)) - terms.done
    new = following.due(min(through, last)) - following.done
    return old * terms.amount + new * following.amount


@given(amount=st.integers(1, 10**30), intervals=st.integers(0, 10**9), room=st.integers(1, 5_000))
def test_bridges__any_number_of_intervals__all_of_them_in_the_room_there_is(amount, intervals, room):
    found = bridges(amount, intervals, room)
    assert sum(one.amount * one.count for one in found) == amount * intervals
    assert all(one.count <= room and one.amount % amount == 0 for one in found)
    assert len(found) <= 2


def test_bridged__what_staking_streams__one_payment_for_many_blocks():
    """Eleven due days of a daily schedule were eleven blocks, and flowed within 96 seconds."""
    plan = Plan(50_000, (Payments(7, 11), Payments(3, 1)), 5, 28_800, 0)
    assert bridged(plan, is_streamed=True, longest=28_800) == [(80, ROOM, 50_000 - ROOM, ROOM)]
    assert bridged(plan, is_streamed=True, longest=480) == [(80, 480, 50_000 - 480, 480)]
    assert bridged(plan, is_streamed=False, longest=480) == [(7, 1, 50_000 - 11, 11), (3, 1, 50_000 - 1, 1)]
    assert bridged(Plan(50_000, (), 5, 28_800, 0), is_streamed=True, longest=480) == []


@given(
    amount=st.integers(1, 10**24),
    interval=st.one_of(st.integers(1, 50), st.integers(1, 10_000_000)),
    start=st.integers(0, 10**6),
    passed=st.integers(0, 10**6),
    unpaid=st.integers(0, 20),
    length=st.one_of(st.none(), st.integers(1, 10**8)),
    is_whole=st.booleans(),
    change=st.one_of(st.none(), st.tuples(st.integers(1, 10**24), st.integers(1, 1_000_000))),
    delay=st.integers(1, 200_000),
)
@example(amount=1, interval=1, start=0, passed=1, unpaid=0, length=20, is_whole=False, change=(1, 2), delay=1_000)  # over before it can go on
def test_plan__any_schedule_paused_for_the_move__pays_what_it_would_have_paid(amount, interval, start, passed, unpaid, length, is_whole, change, delay):
    """Up to any later block the new schedules are due exactly what the old one would have been: the sum of what was owed, and nothing twice."""
    paused_at = start + passed
    first = PaymentTerms(amount, interval, start)
    if length is not None and is_whole:  # its last interval ends with it: the boundary between one more turn and none
        length = (passed + delay + ROOM) // interval * interval + (1 + length % 3) * (change[1] if change else interval)
    last = ENDLESS if length is None else start + max(length, interval)
    done = max(first.due(min(paused_at, last)) - unpaid, 0)
    following = PaymentTerms()
    if change is not None and first.next_boundary(paused_at) + change[1] <= last:
        following = PaymentTerms(*change, first.next_boundary(paused_at))
    schedule = Schedule(PaymentTerms(amount, interval, start, done), last, paused_at, following)
    earliest = paused_at + delay
    plan = plan_of(schedule, earliest, is_stopped=False)
    assert plan.arrears == owed(schedule, plan.turn)
    assert all(plan.turn - one.count >= earliest for one in plan.before)
    if not plan.amount:
        assert owed(schedule, ENDLESS if length is None else last) == plan.arrears
        return
    later = PaymentTerms(plan.amount, plan.interval, plan.turn)
    for block in (plan.turn + 1, plan.turn + plan.interval, plan.turn + 7 * plan.interval + 3):
        until = min(block, last)
        assert plan.arrears + later.due(until) * plan.amount == owed(schedule, until)
    assert plan.length == (0 if length is None else last - plan.turn)


@given(interval=st.integers(1, 1_000), passed=st.integers(0, 10**5), delay=st.integers(1, 10**5))
def test_plan__stopped_by_a_vote_before__owes_what_was_due_then_and_stays_stopped(interval, passed, delay):
    schedule = Schedule(PaymentTerms(5, interval, 100), ENDLESS, 100 + passed)
    plan = plan_of(schedule, 100 + passed + delay, is_stopped=True)
    assert plan.arrears == passed // interval * 5
    assert plan.amount == 5
    assert (plan.turn - 100) % interval == 0
    assert plan.turn >= 100 + passed + delay + ROOM
