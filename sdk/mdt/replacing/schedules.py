"""Replacing `DistributionSchedules`: schedules are paused, what is due and falls due meanwhile is worked out, and each goes on in the new contract.

Paused is a standstill: nobody can have anything paid, so that an operation that waits for days can say the amounts beforehand. For a schedule whose
intervals end at b, b + n, ..., `turn` is one of those ends, late enough for the vote. Everything due up to `turn`, arrears included, is paid by schedules
of one block an interval that end at `turn` (`bridges`); from there on the schedule goes on in its own intervals. So each interval is paid once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mdt.chain.contract import Contract
from mdt.model.schedules import Kind
from mdt.model.schedules.terms import PaymentTerms
from mdt.model.timelock import MAX_CALLS
from mdt.names import TIMELOCK
from mdt.replacing.entitlements import grant_calls, granted_at, is_minter, is_minting, proposal, revoke_calls
from mdt.replacing.stages import Move, Settling, Stage, Voting, now
from mdt.suite.calls import Call
from mdt.units import DAY, format_seconds, when

NAME = "DistributionSchedules"
PURPOSE = b"to the new schedules".ljust(32, b"\0")
PAUSING = "pause schedules"
PATIENCE = 3 * DAY
"""Seconds after the timelock's delay in which the move should be executed: later, its start has passed, and it is voted again."""
ROOM = 1_000
"""Blocks before the turn: into as many payments what falls due meanwhile is cut at most."""


@dataclass(frozen=True)
class Payments:
    """A schedule of intervals of one block that are over at the turn: so many payments of so much."""

    amount: int
    count: int


@dataclass(frozen=True)
class Plan:
    """How one schedule goes on.

    Attributes:
        turn: The block from which the new schedule counts.
        before: What is paid up to it.
        amount: For each interval after it; 0 where the schedule is over by then.
        length: Blocks that it then has left; 0 for ever.
    """

    turn: int
    before: tuple[Payments, ...]
    amount: int
    interval: int
    length: int

    @property
    def arrears(self) -> int:
        """Wei that are paid up to the turn."""
        return sum(one.amount * one.count for one in self.before)


def bridges(amount: int, intervals: int, room: int) -> list[Payments]:
    """So many intervals of an amount, as payments of which each takes a block: as many as there is room for, and none smaller than the amount.

    Args:
        amount: Wei of one interval.
        intervals: How many are to be paid.
        room: Blocks that there are for it, at least one.
    """
    if not intervals:
        return []
    together = -(-intervals // room)
    count, rest = divmod(intervals, together)
    return [Payments(together * amount, count), *([Payments(rest * amount, 1)] if rest else [])]


def plan_of(schedule: Any, earliest: int, *, is_stopped: bool) -> Plan:
    """How a paused schedule goes on in another contract.

    Args:
        schedule: As the old contract has it.
        earliest: The first block at which payments of the new contract may begin.
        is_stopped: Whether a vote had paused it before: then only what was due at that block is owed.
    """
    terms, following = (PaymentTerms(one.amount, one.interval_blocks, one.from_block, one.done) for one in (schedule.terms, schedule.next_terms))
    governing, last = following if following.amount else terms, schedule.last_block
    boundary = governing.next_boundary(earliest + ROOM)
    is_over = boundary + governing.interval_blocks > last
    turn = boundary if boundary <= last else earliest + ROOM
    through = schedule.paused_at if is_stopped else turn
    ends = following.from_block if following.amount else last
    owed = (
        (terms.amount, terms.due(min(through, ends)) - terms.done),
        (following.amount, following.due(min(through, last)) - following.done),
    )
    before = tuple(payments for amount, count in owed for payments in bridges(amount, count, ROOM))
    is_endless = schedule.last_block >= 1 << 255
    length = 0 if is_endless or is_over else schedule.last_block - turn
    return Plan(turn, before, 0 if is_over else governing.amount, governing.interval_blocks, length)


def stages(move: Move) -> Iterator[Stage]:
    """The new minter waits; the schedules stand still; each goes on in the new contract."""
    if is_minting(move, NAME):
        yield proposal(move, NAME)
        yield Settling("wait to grant", "the token's wait for the new minter is almost over", lambda: _can_pause(move), missing=lambda: _until(move))
    yield Voting(PAUSING, "every schedule stands still", lambda: not _running(move), lambda: _pausing(move))
    yield Voting(
        "move schedules",
        "each schedule ends in the old contract and goes on in the new one; where the old one minted or paid stakers, the new one does",
        lambda: not _active(move) and not is_minter(move, NAME) and not _is_named(move),
        lambda: _moving(move),
        not_before=lambda: granted_at(move, NAME),
    )


def _can_pause(move: Move) -> bool:
    """Whether the rest takes no longer than the operations of the rest wait: until then everybody is paid as ever."""
    return granted_at(move, NAME) - now(move) <= 2 * _delay(move)


def _until(move: Move) -> list[str]:
    at = granted_at(move, NAME)
    return [f"the new minter can be granted at {when(at)}: the schedules are paused {format_seconds(2 * _delay(move))} before, and paid until then"]


def _delay(move: Move) -> int:
    return int(move.suite[TIMELOCK].call("get_minimum_delay"))


def _active(move: Move) -> list[tuple[int, Any]]:
    """The schedules that were not cancelled, by number."""
    old = move.old(NAME)
    found = ((number, old.call("schedule", number)) for number in range(1, int(old.call("schedule_count")) + 1))
    return [(number, one) for number, one in found if not one.is_cancelled]


def _running(move: Move) -> list[int]:
    """Those that still pay. What was paused by a vote of its own stays as it is."""
    return [number for number, one in _active(move) if not one.paused_at]


def _pausing(move: Move) -> list[Call]:
    return [move.call(move.old(NAME), "pause", number) for number in _running(move)][:MAX_CALLS]


def _paused_here(move: Move) -> set[int]:
    """The schedules that the replacement itself has paused, by what it had executed."""
    return {int(number) for (number,) in move.called(PAUSING, move.old(NAME), "pause", 1)}


def _moving(move: Move) -> list[Call]:
    """The minter and whom Staking takes rewards from first, then as many schedules as fit."""
    calls = [*revoke_calls(move, NAME), *grant_calls(move, NAME)] if is_minter(move, NAME) else []
    if _is_named(move):
        calls.append(move.call(move.suite["Staking"], "set_schedules", move.new(NAME).address))
    ours, number = _paused_here(move), int(move.new(NAME).call("schedule_count"))
    earliest = move.suite.chain.head() + int((_delay(move) + PATIENCE) / move.seconds_per_block())
    for old_number, one in _active(move):
        plan = plan_of(one, earliest, is_stopped=old_number not in ours)
        made = _moved(move, old_number, one, plan, number, is_stopped=old_number not in ours)
        if len(calls) + len(made) > MAX_CALLS:
            break
        calls += made
        number += sum(call.function == "create" for call in made)
    return calls


def _is_named(move: Move) -> bool:
    """Whether Staking still takes rewards from the old contract."""
    return bool(move.suite["Staking"].call("schedules") == move.old(NAME).address)


def _pays_nobody(move: Move, schedule: Any) -> bool:
    """Whether it fills a pool that is closed for good: nothing of it can be paid, and no contract takes it. What was handed in is the treasury's."""
    if schedule.kind != Kind.POOL:
        return False
    pools = Contract(move.suite.chain, schedule.recipient, move.suite["ReservePools"].abi, "ReservePools")
    return not pools.call("is_open", schedule.pool_id)


def _longest(move: Move) -> int:
    """Blocks that Staking streams a payment over at most."""
    return int(move.suite["Staking"].call("terms").stream_blocks)


def bridged(plan: Plan, *, is_streamed: bool, longest: int) -> list[tuple[int, int, int, int]]:
    """The schedules that pay what is due until the turn: amount, interval, start, duration.

    What Staking streams is paid at once for many blocks: it flows over as many as an interval has, and a lump would be for who is there.
    """
    if not is_streamed:
        return [(one.amount, 1, plan.turn - one.count, one.count) for one in plan.before]
    length = min(ROOM, longest)
    return [(plan.arrears, length, plan.turn - length, length)] if plan.arrears else []


def _moved(move: Move, old_number: int, schedule: Any, plan: Plan, last_number: int, *, is_stopped: bool) -> list[Call]:
    """One schedule: ended, what is due until the turn, and what follows, each with its part of what was handed in."""
    old, new, number = move.old(NAME), move.new(NAME), last_number
    calls, left = [move.call(old, "cancel", old_number)], 0 if schedule.is_minted else int(schedule.funded - schedule.paid)
    payments = bridged(plan, is_streamed=schedule.recipient == move.suite["Staking"].address, longest=_longest(move))
    if plan.amount:
        payments.append((plan.amount, plan.interval, plan.turn, plan.length))
    if _pays_nobody(move, schedule):
        return calls
    if left and payments:
        timelock = str(move.suite[TIMELOCK].address)
        calls.append(move.call(move.treasury_of(NAME), "spend", move.token.address, timelock, left, PURPOSE))
        calls.append(move.call(move.token, "approve", new.address, left))
    for place, (amount, interval, start, length) in enumerate(payments, 1):
        number += 1
        shared = (schedule.kind, schedule.recipient, schedule.pool_id, schedule.is_minted)
        calls.append(move.call(new, "create", *shared, amount, interval, start, length))
        part = left if place == len(payments) else min(left, amount * (length // interval))
        if part:
            calls.append(move.call(new, "fund", number, part))
            left -= part
    if is_stopped and plan.amount:
        calls.append(move.call(new, "pause", number))
    return calls
