"""Distribution schedules of every kind, prefunded and minted, beside a pool: everything in any order, against model, simulation and events."""

from __future__ import annotations

from typing import Any

import boa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mdt.model.schedules import REASONS, Kind
from tests.support.naive_schedule import NaiveSchedule
from tests.support.pools import PURSE, PoolsScene, pass_time
from tests.support.profiles import examples
from tests.support.replay import SchedulesReplay

CAP, WINDOW_CAP, WINDOW = 3_000, 200, 600
MOST = 6
numbers = st.sampled_from([1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 0])
amounts = st.sampled_from([1, 2, 5, 50])
intervals = st.sampled_from([1, 3, 10])


class SchedulesActions(RuleBasedStateMachine):
    """Calls made on contract and model: both do the same, or both refuse for the same reason."""

    def setup(self) -> None:
        self.scene = PoolsScene()
        self.scene.grant_budget(CAP, WINDOW_CAP, WINDOW)
        self.pool_id = self.scene.pool()
        self.replay = SchedulesReplay()
        self.naive: dict[int, NaiveSchedule] = {}
        self.cancelled: set[int] = set()
        self.gifts = 0

    def act_create(self, kind: Kind, is_minted: bool, amount: int, interval: int, delay: int, duration: int) -> None:
        now = boa.env.evm.patch.block_number
        recipient, pool_id = (self.scene.model.address, self.pool_id) if kind == Kind.POOL else (self.scene.other, 0)
        start = now + delay
        is_made, schedule_id = self.scene.schedules_twin.attempt(
            "create", self.scene.owner, kind, recipient, pool_id, is_minted, amount, interval, start, duration
        )
        if is_made:
            self.naive[schedule_id] = NaiveSchedule(amount, interval, start, start + duration if duration else None, now)

    def act_on_both(self, name: str, schedule_id: int, *arguments: Any) -> None:
        """A call of the owner that the simulation knows too."""
        if self.scene.schedules_twin.attempt(name, self.scene.owner, schedule_id, *arguments).is_done:
            getattr(self.naive[schedule_id], name)(*arguments)

    def funds(self, schedule_id: int) -> int:
        """What there is for it now."""
        shown = self.scene.schedules.schedule(schedule_id)
        return self.scene.token.mintable(self.scene.schedules) if shown.is_minted else shown.funded - shown.paid


class SchedulesMachine(SchedulesActions):
    """Random orders, with the promises checked after each step."""

    @initialize()
    def begin(self):
        self.setup()
        self.act_create(Kind.TREASURY, False, 5, 3, 0, 0)
        self.act_create(Kind.POOL, True, 50, 10, 0, 100)
        self.act_create(Kind.POOL, False, 2, 1, 5, 35)
        self.act_create(Kind.RELAYS, True, 1, 1, 0, 0)
        for schedule_id in (1, 3):
            self.scene.schedules_twin.call("fund", self.scene.donor, schedule_id, 100)

    @rule(
        kind=st.sampled_from(Kind), is_minted=st.booleans(), amount=amounts, interval=intervals, delay=st.integers(0, 9), duration=st.sampled_from([0, 10, 35])
    )
    def create(self, kind, is_minted, amount, interval, delay, duration):
        if self.scene.planned.schedule_count < MOST:
            self.act_create(kind, is_minted, amount, interval, delay, duration)

    @rule(schedule_id=numbers, amount=st.integers(0, 200))
    def fund(self, schedule_id, amount):
        self.attempt("fund", self.scene.donor, schedule_id, amount)

    @rule(schedule_id=numbers)
    def process(self, schedule_id):
        self.do_process(schedule_id)

    def do_process(self, schedule_id: int) -> None:
        known = schedule_id in self.naive
        funds = self.funds(schedule_id) if known else 0
        paid, is_done = self.attempt("process", None, schedule_id)
        if is_done:
            assert self.naive[schedule_id].process(funds) == paid

    @rule(schedule_id=numbers, amount=amounts, interval=intervals)
    def change(self, schedule_id, amount, interval):
        self.act_on_both("change", schedule_id, amount, interval)

    @rule(schedule_id=numbers)
    def pause(self, schedule_id):
        self.act_on_both("pause", schedule_id)

    @rule(schedule_id=numbers)
    def resume(self, schedule_id):
        self.act_on_both("resume", schedule_id)

    @rule(schedule_id=st.integers(2, MOST), is_meant=st.sampled_from([False, False, True]))
    def cancel(self, schedule_id, is_meant):
        if not is_meant:
            return
        _, is_done = self.attempt("cancel", self.scene.owner, schedule_id)
        if is_done:
            self.cancelled.add(schedule_id)

    @rule(amount=st.integers(1, 100))
    def give(self, amount):
        self.scene.give(self.scene.planned.address, amount)
        self.gifts += amount

    @rule(schedule_id=st.integers(1, 4), blocks=st.integers(1, 12))
    def wait_and_process(self, schedule_id, blocks):
        self.do_wait(blocks, 3)
        self.do_process(schedule_id)

    @rule(blocks=st.integers(1, 30), block_time=st.sampled_from([0, 1, 3, 100]))
    def wait(self, blocks, block_time):
        self.do_wait(blocks, block_time)

    def do_wait(self, blocks: int, block_time: int) -> None:
        pass_time(blocks * block_time, blocks)
        for schedule_id, naive in self.naive.items():
            if schedule_id not in self.cancelled:
                naive.to(boa.env.evm.patch.block_number)

    @rule(which=st.integers(0, 4), schedule_id=st.integers(1, 4))
    def attack(self, which, schedule_id):
        """An account without rights or tokens changes nothing."""
        name, arguments = (("change", (1, 1)), ("pause", ()), ("resume", ()), ("cancel", ()), ("fund", (1,)))[which]
        assert self.attempt(name, self.scene.attacker, schedule_id, *arguments) == (None, False)

    def rows(self) -> list[Any]:
        return list(self.scene.schedules.schedules(1, 20))

    @invariant()
    def invariant_SCH1_what_was_handed_in_is_held_paid_or_refunded(self):
        schedules = self.scene.schedules
        held = sum(row.funded - row.paid - row.refunded for row in self.rows() if not row.is_minted)
        assert held == schedules.total_held() == self.scene.token.balanceOf(schedules) - self.gifts
        assert all(row.paid + row.refunded <= row.funded for row in self.rows() if not row.is_minted)

    @invariant()
    def invariant_SCH2_each_pays_what_a_block_by_block_simulation_does(self):
        """F3."""
        for schedule_id, row in enumerate(self.rows(), 1):
            naive = self.naive[schedule_id]
            assert (row.paid, row.intervals_paid) == (sum(naive.paid), len(naive.paid))
            if schedule_id not in self.cancelled:
                due = self.scene.schedules.due(schedule_id)
                assert (due.intervals, due.amount) == (len(naive.queue), naive.owed)

    @invariant()
    def invariant_SCH3_what_was_paid_has_arrived(self):
        token, rows = self.scene.token, self.rows()
        to_pools = sum(row.paid for row in rows if row.kind == Kind.POOL)
        assert self.scene.pools.pool(self.pool_id).put_in == token.balanceOf(self.scene.pools) == to_pools
        assert token.balanceOf(self.scene.other) - PURSE == sum(row.paid for row in rows) - to_pools
        assert token.balanceOf(self.scene.treasury) == sum(row.refunded for row in rows)

    @invariant()
    def invariant_SCH4_minted_with_the_reasons_of_the_kinds_inside_the_budget(self):
        rows, token = self.rows(), self.scene.token
        for kind in Kind:
            assert token.minted_by_reason(REASONS[kind]) == sum(row.paid for row in rows if row.is_minted and row.kind == kind)
        minter = token.minter(self.scene.schedules)
        assert minter.minted == sum(row.paid for row in rows if row.is_minted) <= CAP
        assert minter.minted_in_window <= WINDOW_CAP

    @invariant()
    def invariant_SCH5_nobody_is_left_an_allowance(self):
        assert self.scene.token.allowance(self.scene.schedules, self.scene.pools) == 0

    @invariant()
    def invariant_SCH6_contract_equals_model(self):
        self.scene.agree()

    @invariant()
    def invariant_SCH7_state_is_what_the_events_tell(self):
        """F13."""
        self.replay.read(self.scene.logs)
        self.scene.logs.clear()
        self.replay.check(self.scene.schedules)
        for schedule_id, told in self.replay.schedules.items():
            naive = self.naive[schedule_id]
            if schedule_id not in self.cancelled and not naive.is_paused:
                assert told["done"] == len(naive.paid) + naive.skipped


TestSchedules = SchedulesMachine.TestCase
TestSchedules.settings = settings(max_examples=examples(quick=6, ci=6, deep=800), stateful_step_count=30, deadline=None)
