"""Reserve pools and distribution schedules that are replaced in a life of the whole suite, by the calls of the runbook's batches."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy

from mdt.addresses import ZERO_ADDRESS
from mdt.model.schedules import Kind
from mdt.replacing.schedules import Plan, bridged, plan_of
from tests.stateful.whole_actions import RARELY, act
from tests.stateful.whole_markets import MarketActions
from tests.stateful.whole_replacing import ReplacingActions
from tests.support.naive_schedule import NaiveSchedule
from tests.support.whole import UNLIMITED

NO_SALE = (ZERO_ADDRESS, 0, 0, 0, 0)


def check_plan(plan: Plan, naive: NaiveSchedule, *, is_stopped: bool) -> None:
    """What is paid up to the turn and then is what the schedule would have paid had nobody touched it."""
    untouched = deepcopy(naive)
    untouched.is_paused = is_stopped
    untouched.to(plan.turn)
    assert plan.arrears == untouched.owed
    assert bool(plan.amount) == (untouched.end is None or untouched.due_at <= untouched.end)
    if plan.amount:
        assert (plan.amount, plan.interval, plan.turn + plan.interval) == (untouched.amount, untouched.interval, untouched.due_at)
        assert (plan.turn + plan.length if plan.length else None) == untouched.end


class ReplacingMarketActions(ReplacingActions, MarketActions):
    """Batches of the owner."""

    # --- pools ---

    @act(is_meant=RARELY)
    def replace_pools(self, is_meant: bool) -> bool:
        """Nothing pays in, nothing is set aside; then each is closed and opened with what it had, by way of the treasury. Refills are made anew."""
        if not is_meant or not self.may_replace("ReservePools"):
            return False
        self.nothing_moves_in_pools()
        self.may_spend_everything()
        new = self.world.made_like("ReservePools", {})
        self.move_burning("ReservePools", new)
        before, pools = self.take_the_place("ReservePools", new), self.open_pools
        self.allow(new)
        for person in self.world.people:
            self.world.cash.approve(new, UNLIMITED, sender=person)
        self.open_pools, self.pool_count, self.released = [], 0, Counter()
        for number in pools:
            self.reopen(before, number)
        return True

    def nothing_moves_in_pools(self) -> None:
        """Schedules name the pool that they pay for good, so they end."""
        for number in list(self.allocations):
            self.must("ReservePools", "cancel", number, sender=self.world.market)
        self.allocations.clear()
        for number, (kind, _) in self.kinds.items():
            if kind == Kind.POOL and number not in self.cancelled:
                self.act_process(number)
                self.by_owner("DistributionSchedules", "cancel", number)
                self.cancelled.add(number)

    def reopen(self, before: str, number: int) -> None:
        """One pool: closed, paid for, opened, and offered as it was."""
        old, row = self.world[before], self.world[before].pools(number, 1)[0]
        sale = old.sale(number)
        if sale.terms.payment_token != ZERO_ADDRESS:
            self.by_owner(before, "set_sale", number, NO_SALE, 0)
        self.by_owner(before, "close_pool", number)
        self.fetch(row.available, self.world["ReservePools"])
        made = self.by_owner("ReservePools", "create_pool", row.name, row.operator, row.available)
        if sale.terms.payment_token != ZERO_ADDRESS:
            self.by_owner("ReservePools", "set_sale", made, sale.terms, sale.price)
        self.open_pools.append(made)
        self.pool_count = made

    # --- schedules ---

    @act(is_meant=RARELY)
    def replace_schedules(self, is_meant: bool) -> bool:
        """All stand still, then each ends and goes on in the new contract, by the plan that the command makes."""
        name = "DistributionSchedules"
        if not is_meant or not self.may_replace(name):
            return False
        self.may_spend_everything()
        new = self.world.made_like(name, {})
        if not self.propose_successor(name, new):
            return False
        self.revoke(name)
        active = [number for number in self.kinds if number not in self.cancelled]
        stopped = [number for number in active if self.world[name].schedule(number).paused_at]
        for number in active:
            assert number in stopped or self.steer(number, "pause")
        before, kinds = self.take_the_place(name, new), self.kinds
        self.by_owner("MDT", "grant_minter", new)
        self.by_owner("Staking", "set_schedules", new)
        self.allow(new)
        simulated = self.naive
        self.old_naive += [simulated[number] for number in sorted(kinds)]
        self.naive, self.kinds, self.cancelled = {}, {}, set()
        for number in active:
            self.go_on(before, number, kinds[number], simulated[number], is_stopped=number in stopped)
        return True

    def go_on(self, before: str, number: int, what: tuple[Kind, int], naive: NaiveSchedule, *, is_stopped: bool) -> None:
        """One schedule: ended, what is due until the turn, and what follows, each with its part of what was handed in."""
        row = self.world[before].schedule(number)
        plan = plan_of(row, self.block + 2, is_stopped=is_stopped)
        check_plan(plan, naive, is_stopped=is_stopped)
        left = 0 if row.is_minted else row.funded - row.paid
        self.by_owner(before, "cancel", number)
        streams = self.world["Staking"].terms().stream_blocks
        payments = bridged(plan, is_streamed=row.kind == Kind.VALIDATORS, longest=streams)
        if plan.amount:
            payments.append((plan.amount, plan.interval, plan.turn, plan.length))
        kind, pool_id = what
        if not payments or (kind == Kind.POOL and pool_id not in self.open_pools):
            return
        self.fetch(left, self.world.owner)
        self.move(left, payee=self.world.owner)
        for place, (amount, interval, start, length) in enumerate(payments, 1):
            made = self.by_owner("DistributionSchedules", "create", row.kind, row.recipient, row.pool_id, row.is_minted, amount, interval, start, length)
            self.naive[made] = NaiveSchedule(amount, interval, start, start + length if length else None, self.block)
            self.kinds[made] = what
            part = left if place == len(payments) else min(left, amount * (length // interval))
            if part:
                self.by_owner("DistributionSchedules", "fund", made, part)
                self.move(part, self.world.owner)
                left -= part
        if is_stopped and plan.amount:
            assert self.steer(made, "pause")
