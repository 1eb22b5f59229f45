"""What can happen to reserve pools and distribution schedules in a life of the whole suite."""

from __future__ import annotations

from mdt.model.schedules import Kind
from mdt.units import BPS, DAY, HOUR
from tests.stateful.whole_actions import AMOUNTS, ANY, PERSON, RARELY, Life, act
from tests.support.naive_schedule import NaiveSchedule
from tests.support.whole import MDT, SALE_BURN_BPS

MOST_POOLS, MOST_SCHEDULES = 5, 10
FEW = range(12)  # one that is open, but for the last two


class MarketActions(Life):
    """ReservePools and DistributionSchedules."""

    def some_pool(self, index: int) -> int:
        """Mostly an open one; else one that is not there, or closed."""
        closed = [number for number in range(1, self.pool_count + 1) if number not in self.open_pools]
        return self.pick(self.open_pools if index < FEW[-2] else [self.pool_count + 1, *closed], index) or 0

    def some_schedule(self, index: int) -> int:
        """Mostly one that goes on; else one that is not there, or cancelled."""
        live = [number for number in self.kinds if number not in self.cancelled]
        return self.pick(live if index < FEW[-2] else [len(self.kinds) + 1, *self.cancelled], index) or 0

    # --- pools ---

    @act(who=PERSON, pool=FEW, amount=AMOUNTS)
    def replenish(self, who: int, pool: int, amount: int) -> bool:
        pool_id = self.some_pool(pool)
        payer = self.world.people[who]
        if self.do("ReservePools", "replenish", pool_id, amount, sender=payer) is None:
            return False
        self.move(amount, payer)
        return True

    @act(pool=FEW, part=[1, 2, 3])
    def absorb(self, pool: int, part: int) -> bool:
        pool_id = self.some_pool(pool)
        return self.act_absorb(pool_id, self.sheet.pool_totals[1] // part)

    def act_absorb(self, pool_id: int, amount: int) -> bool:
        """What was only sent there goes into a pool."""
        if self.do("ReservePools", "absorb", pool_id, amount, sender=self.world.owner) is None:
            return False
        self.books.absorbed["ReservePools"] += amount
        return True

    @act(pool=FEW, who=PERSON, amount=AMOUNTS, seconds=[HOUR, 30 * DAY, 90 * DAY])
    def allocate(self, pool: int, who: int, amount: int, seconds: int) -> bool:
        pool_id = self.some_pool(pool)
        buyer = self.world.people[who]
        number = self.do("ReservePools", "allocate", pool_id, buyer, amount, seconds, sender=self.world.market)
        if number is None:
            return False
        self.allocations[number] = pool_id, buyer, amount
        return True

    @act(index=ANY)
    def release(self, index: int) -> bool:
        number = self.pick(self.allocations, index) or 0
        if self.do("ReservePools", "release", number, sender=self.world.market) is None:
            return False
        pool_id, buyer, amount = self.allocations.pop(number)
        self.hand_over(pool_id, buyer, amount)
        return True

    def hand_over(self, pool_id: int, buyer: str, amount: int) -> None:
        """A sale: a part is burned, rounded down."""
        received = amount - amount * SALE_BURN_BPS // BPS
        self.move(received, payee=buyer)
        self.released[pool_id] += received

    @act(index=ANY, name=["cancel", "expire", "expire"], is_patient=[True, False])
    def take_back(self, index: int, name: str, is_patient: bool) -> bool:
        number = self.pick(self.allocations, index) or 0
        if is_patient and name == "expire":
            self.advance(1, max(0, self.world["ReservePools"].allocation(number).expires_at - self.now))
        if self.do("ReservePools", name, number, sender=self.world.market) is None:
            return False
        del self.allocations[number]
        return True

    @act(who=PERSON, pool=FEW, amount=AMOUNTS)
    def buy(self, who: int, pool: int, amount: int) -> bool:
        pool_id = self.some_pool(pool)
        buyer, cash = self.world.people[who], self.world.cash
        payment = self.do("ReservePools", "buy", pool_id, amount, cash, 2**200, sender=buyer)
        if payment is None:
            return False
        treasury = str(self.world["ReservePools"].TREASURY())
        self.books.payments[treasury] += payment
        assert cash.balanceOf(treasury) == self.books.payments[treasury]
        assert payment * MDT >= amount * self.world["ReservePools"].sale(pool_id).price
        self.hand_over(pool_id, buyer, amount)
        return True

    @act(pool=FEW, price=[MDT // 2, MDT, 2 * MDT - 1, 0])
    def set_price(self, pool: int, price: int) -> bool:
        pool_id = self.some_pool(pool)
        return self.do("ReservePools", "set_price", pool_id, price, sender=self.world.market) is not None

    @act()
    def create_pool(self) -> bool:
        return self.pool_count < MOST_POOLS and self.act_create_pool()

    def act_create_pool(self) -> bool:
        """One more, for sale."""
        number = self.do("ReservePools", "create_pool", "one more", self.world.market, sender=self.world.owner)
        assert number is not None
        self.pool_count = number
        self.open_pools.append(number)
        terms = (str(self.world.cash.address), 1, 3 * MDT, 100 * MDT, 200 * MDT)
        return self.do("ReservePools", "set_sale", number, terms, MDT // 3, sender=self.world.owner) is not None

    @act(pool=FEW, is_meant=RARELY)
    def close_pool(self, pool: int, is_meant: bool) -> bool:
        pool_id = self.some_pool(pool)
        if not is_meant or self.do("ReservePools", "close_pool", pool_id, sender=self.world.owner) is None:
            return False
        self.open_pools.remove(pool_id)
        return True

    @act(pool=FEW, threshold=[MDT, 5_000 * MDT], index=ANY)
    def set_refill(self, pool: int, threshold: int, index: int) -> bool:
        pool_id = self.some_pool(pool)
        schedule_id = self.pick([number for number, (_, to) in self.kinds.items() if to == pool_id], index) or 1
        refill = (threshold, self.world.address("DistributionSchedules"), schedule_id)
        return self.do("ReservePools", "set_refill", pool_id, refill, sender=self.world.owner) is not None

    @act(pool=FEW)
    def top_up(self, pool: int) -> bool:
        pool_id = self.some_pool(pool)
        if pool_id not in self.open_pools:
            return self.do("ReservePools", "top_up", pool_id) is not None
        schedule_id = self.world["ReservePools"].refill(pool_id).schedule_id
        funds = self.funds(schedule_id)
        paid = self.do("ReservePools", "top_up", pool_id)
        if paid is None:
            return False
        assert self.naive[schedule_id].process(funds) == paid
        return True

    # --- schedules ---

    def funds(self, schedule_id: int) -> int:
        """What there is for a schedule now."""
        if schedule_id not in self.naive:
            return 0
        schedules = self.world["DistributionSchedules"]
        row = schedules.schedule(schedule_id)
        return int(self.world["MDT"].mintable(schedules) if row.is_minted else row.funded - row.paid)

    @act(kind=list(Kind), is_minted=[True, False], amount=AMOUNTS[3:6], interval=[1, 6, 17], duration=[0, 60, 200], pool=FEW)
    def create_schedule(self, kind: Kind, is_minted: bool, amount: int, interval: int, duration: int, pool: int) -> bool:
        pool_id = self.some_pool(pool)
        if len(self.kinds) >= MOST_SCHEDULES:
            return False
        to, recipient = (pool_id if kind == Kind.POOL else 0), self.world.recipient(kind)
        start = self.block + 2
        number = self.do("DistributionSchedules", "create", kind, recipient, to, is_minted, amount, interval, start, duration, sender=self.world.owner)
        if number is None:
            return False
        self.naive[number] = NaiveSchedule(amount, interval, start, start + duration if duration else None, self.block)
        self.kinds[number] = kind, to
        return True

    @act(who=PERSON, schedule=FEW, amount=AMOUNTS)
    def fund_schedule(self, who: int, schedule: int, amount: int) -> bool:
        schedule_id = self.some_schedule(schedule)
        payer = self.world.people[who]
        prefunded = [number for number, row in enumerate(self.sheet.schedules, 1) if not row.is_minted and number not in self.cancelled]
        if schedule_id in self.kinds:
            schedule_id = self.pick(prefunded, schedule) or schedule_id
        if self.do("DistributionSchedules", "fund", schedule_id, amount, sender=payer) is None:
            return False
        self.move(amount, payer)
        return True

    @act(schedule=FEW, blocks=[0, 5, 30])
    def process(self, schedule: int, blocks: int) -> bool:
        schedule_id = self.some_schedule(schedule)
        self.advance(blocks)
        return self.act_process(schedule_id)

    def act_process(self, schedule_id: int) -> bool:
        """What is due, as far as the funds go."""
        funds = self.funds(schedule_id)
        paid = self.do("DistributionSchedules", "process", schedule_id)
        if paid is None:
            return False
        assert self.naive[schedule_id].process(funds) == paid
        kind, _ = self.kinds[schedule_id]
        self.move(paid, payee=self.world.recipient(kind))
        self.books.to_treasury += paid if kind == Kind.TREASURY else 0
        self.books.scheduled += paid if kind == Kind.VALIDATORS else 0
        return True

    @act(schedule=FEW, amount=AMOUNTS[2:6], interval=[1, 4, 25])
    def change_schedule(self, schedule: int, amount: int, interval: int) -> bool:
        schedule_id = self.some_schedule(schedule)
        return self.steer(schedule_id, "change", amount, interval)

    @act(schedule=FEW, name=["pause", "resume", "resume"])
    def pause_schedule(self, schedule: int, name: str) -> bool:
        schedule_id = self.some_schedule(schedule)
        return self.steer(schedule_id, name)

    def steer(self, schedule_id: int, name: str, *arguments: int) -> bool:
        """A call of the owner that the simulation knows too."""
        if self.do("DistributionSchedules", name, schedule_id, *arguments, sender=self.world.owner) is None:
            return False
        getattr(self.naive[schedule_id], name)(*arguments)
        return True

    @act(schedule=FEW, is_meant=[True, False])
    def cancel_schedule(self, schedule: int, is_meant: bool) -> bool:
        schedule_id = self.some_schedule(schedule)
        if not is_meant or self.do("DistributionSchedules", "cancel", schedule_id, sender=self.world.owner) is None:
            return False
        self.cancelled.add(schedule_id)
        return True
