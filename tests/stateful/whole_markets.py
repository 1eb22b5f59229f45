"""What can happen to reserve pools and distribution schedules in a life of the whole suite."""

from __future__ import annotations

from mdt.model.schedules import Kind
from mdt.units import BPS
from tests.stateful.whole_actions import AMOUNTS, ANY, PERSON, RARELY, Life, act
from tests.support.naive_schedule import NaiveSchedule
from tests.support.whole import DAY, HOUR, MDT, SALE_BURN_BPS

MOST_POOLS, MOST_SCHEDULES = 5, 10
POOL = [1, 1, 2, 2, 3, 4, 5, 6]
SCHEDULE = range(1, MOST_SCHEDULES + 1)


class MarketActions(Life):
    """ReservePools and DistributionSchedules."""

    # --- pools ---

    @act(who=PERSON, pool_id=POOL, amount=AMOUNTS)
    def replenish(self, who: int, pool_id: int, amount: int) -> bool:
        payer = self.world.people[who]
        if self.do("ReservePools", "replenish", pool_id, amount, sender=payer) is None:
            return False
        self.move(amount, payer)
        return True

    @act(pool_id=POOL, part=[1, 2, 3])
    def absorb(self, pool_id: int, part: int) -> bool:
        amount = self.sheet.pool_totals[1] // part
        if self.do("ReservePools", "absorb", pool_id, amount, sender=self.world.owner) is None:
            return False
        self.books.absorbed += amount
        return True

    @act(pool_id=POOL, who=PERSON, amount=AMOUNTS, seconds=[HOUR, DAY, 30 * DAY])
    def allocate(self, pool_id: int, who: int, amount: int, seconds: int) -> bool:
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

    @act(who=PERSON, pool_id=POOL, amount=AMOUNTS)
    def buy(self, who: int, pool_id: int, amount: int) -> bool:
        buyer, cash = self.world.people[who], self.world.cash
        payment = self.do("ReservePools", "buy", pool_id, amount, cash, 2**200, sender=buyer)
        if payment is None:
            return False
        self.books.payments += payment
        assert cash.balanceOf(self.world["Treasury"]) == self.books.payments
        assert payment * MDT >= amount * self.world["ReservePools"].sale(pool_id).price
        self.hand_over(pool_id, buyer, amount)
        return True

    @act(pool_id=POOL, price=[MDT // 2, MDT, 2 * MDT - 1, 0])
    def set_price(self, pool_id: int, price: int) -> bool:
        return self.do("ReservePools", "set_price", pool_id, price, sender=self.world.market) is not None

    @act()
    def create_pool(self) -> bool:
        if self.pool_count >= MOST_POOLS:
            return False
        number = self.do("ReservePools", "create_pool", "one more", self.world.market, sender=self.world.owner)
        assert number is not None
        self.pool_count = number
        self.open_pools.append(number)
        terms = (str(self.world.cash.address), 1, 3 * MDT, 100 * MDT, 200 * MDT)
        return self.do("ReservePools", "set_sale", number, terms, MDT // 3, sender=self.world.owner) is not None

    @act(pool_id=[1, 2, 3, 3, 3, 4, 4, 5], is_meant=RARELY)
    def close_pool(self, pool_id: int, is_meant: bool) -> bool:
        if not is_meant or self.do("ReservePools", "close_pool", pool_id, sender=self.world.owner) is None:
            return False
        self.open_pools.remove(pool_id)
        return True

    @act(pool_id=POOL, threshold=[MDT, 5_000 * MDT], index=ANY)
    def set_refill(self, pool_id: int, threshold: int, index: int) -> bool:
        schedule_id = self.pick([number for number, (_, to) in self.kinds.items() if to == pool_id], index) or 1
        refill = (threshold, self.world.address("DistributionSchedules"), schedule_id)
        return self.do("ReservePools", "set_refill", pool_id, refill, sender=self.world.owner) is not None

    @act(pool_id=POOL)
    def top_up(self, pool_id: int) -> bool:
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

    @act(kind=Kind, is_minted=[True, False], amount=AMOUNTS[3:6], interval=[1, 6, 17], duration=[0, 60, 200], pool_id=POOL)
    def create_schedule(self, kind: Kind, is_minted: bool, amount: int, interval: int, duration: int, pool_id: int) -> bool:
        if len(self.kinds) >= MOST_SCHEDULES:
            return False
        to, recipient = (pool_id if kind == Kind.POOL else 0), self.world.recipient(kind)
        start = self.block + 2
        number = self.do(
            "DistributionSchedules", "create", kind, recipient, to, is_minted, amount, interval, start, duration, sender=self.world.owner
        )
        if number is None:
            return False
        self.naive[number] = NaiveSchedule(amount, interval, start, start + duration if duration else None, self.block)
        self.kinds[number] = kind, to
        return True

    @act(who=PERSON, schedule_id=SCHEDULE, amount=AMOUNTS)
    def fund_schedule(self, who: int, schedule_id: int, amount: int) -> bool:
        payer = self.world.people[who]
        if self.do("DistributionSchedules", "fund", schedule_id, amount, sender=payer) is None:
            return False
        self.move(amount, payer)
        return True

    @act(schedule_id=SCHEDULE, blocks=[0, 5, 30])
    def process(self, schedule_id: int, blocks: int) -> bool:
        self.advance(blocks)
        funds = self.funds(schedule_id)
        paid = self.do("DistributionSchedules", "process", schedule_id)
        if paid is None:
            return False
        assert self.naive[schedule_id].process(funds) == paid
        kind, _ = self.kinds[schedule_id]
        self.move(paid, payee=self.world.recipient(kind))
        self.books.to_treasury += paid if kind == Kind.TREASURY else 0
        return True

    @act(schedule_id=SCHEDULE, amount=AMOUNTS[2:6], interval=[1, 4, 25])
    def change_schedule(self, schedule_id: int, amount: int, interval: int) -> bool:
        return self.steer(schedule_id, "change", amount, interval)

    @act(schedule_id=SCHEDULE, name=["pause", "resume", "resume"])
    def pause_schedule(self, schedule_id: int, name: str) -> bool:
        return self.steer(schedule_id, name)

    def steer(self, schedule_id: int, name: str, *arguments: int) -> bool:
        """A call of the owner that the simulation knows too."""
        if self.do("DistributionSchedules", name, schedule_id, *arguments, sender=self.world.owner) is None:
            return False
        getattr(self.naive[schedule_id], name)(*arguments)
        return True

    @act(schedule_id=SCHEDULE, is_meant=RARELY)
    def cancel_schedule(self, schedule_id: int, is_meant: bool) -> bool:
        if not is_meant or self.do("DistributionSchedules", "cancel", schedule_id, sender=self.world.owner) is None:
            return False
        self.cancelled.add(schedule_id)
        return True
