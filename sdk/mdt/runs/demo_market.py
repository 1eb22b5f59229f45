"""What happens to tokens for sale and to fees in the demo.

A vote puts 20,000 MDT out of the treasury into a pool for digital goods, lets a schedule refill it, and has payments through the fee desk burn
1%. The timelock makes it wait a day; anyone executes it. Then the pool's seller sets tokens aside for four buyers: one sale is completed, one
called off, one left to expire, one stays open. A donor funds the schedule, the keeper has it pay until it runs dry, a buyer pays a seller
through the desk, and a new miner's registration is burned.
"""

from __future__ import annotations

from typing import Any

from mdt.errors import MDTError, RevertError
from mdt.governance.owner import as_operation
from mdt.governance.timelock import Timelock
from mdt.model.reasons import Burn, Fee
from mdt.model.schedules import Kind
from mdt.model.timelock import NONE
from mdt.preset.genesis import Allocation
from mdt.runs.accounting import Line
from mdt.runs.network import Network, Say, actors
from mdt.suite.calls import Call

MDT = 10**18
DAY = 86_400
VOTED_DAY, SALES_DAY, EXPIRED_DAY, REFILL_DAY = 2, 3, 6, 8
POOL, SCHEDULE = 1, 1
IN_POOL, REFILL, FUNDED = 20_000 * MDT, 500 * MDT, 2_100 * MDT
SOLD, CALLED_OFF, LEFT, KEPT = 500 * MDT, 300 * MDT, 200 * MDT, 100 * MDT
PAYMENT, REGISTRATION = 1_000 * MDT, 5 * MDT


class MarketStory:
    """The demo's pool, its seller, a buyer and a donor."""

    def __init__(self, network: Network, say: Say) -> None:
        """Prepare the actors; nothing is sent yet."""
        self.network, self.say = network, say
        (self.seller,), (self.buyer,), (self.donor,) = actors("seller", 1), actors("buyer", 1), actors("donor", 1)
        self.operation: Any = None
        self.refilled = 0

    @property
    def people(self) -> list[Any]:
        """Who holds tokens here."""
        return [self.seller, self.buyer, self.donor]

    def genesis(self) -> list[Allocation]:
        """What they have from the start: exactly what they hand in."""
        return [Allocation(4, self.buyer.address, PAYMENT + REGISTRATION), Allocation(4, self.donor.address, FUNDED)]

    # --- the course of events ---

    def begin(self) -> None:
        """A proposer schedules the vote's decision."""
        suite, settings = self.network.suite, self.network.settings
        day = DAY // settings.halving.block_time
        first = self.network.chain.head() + VOTED_DAY * day + day
        terms = settings.fees.as_terms()[-1] | {"burn_bps": 100}
        pools, schedules = suite["ReservePools"], suite["DistributionSchedules"]
        calls = [
            Call(suite["Treasury"], "spend", (suite["MDT"].address, pools.address, IN_POOL, NONE), "fund the pools"),
            Call(pools, "create_pool", ("Digital Goods", self.seller.address), "create a pool"),
            Call(pools, "absorb", (POOL, IN_POOL), "fill it"),
            Call(schedules, "create", (int(Kind.POOL), pools.address, POOL, False, REFILL, day, first, 0), "refill it"),
            Call(suite["FeeDesk"], "set_terms", (int(Fee.TRANSFER), terms), "burn of payments"),
        ]
        self.operation = as_operation(calls, NONE, NONE)
        proposer = self.network.proposer
        Timelock(suite).schedule(self.operation, None, proposer.address).send(proposer)
        self.say(
            f"  a vote: {self.network.show(IN_POOL)} out of the treasury into a pool, a schedule that refills it, 1% of payments burned;"
            " it waits in the timelock"
        )

    def on_day(self, day: int) -> None:
        """What happens so many days into the silence."""
        happens = {VOTED_DAY: self._execute, SALES_DAY: self._sales, EXPIRED_DAY: self._expire, REFILL_DAY: self._refill}
        if day in happens:
            happens[day]()

    def _execute(self) -> None:
        keeper = self.network.keeper_account
        Timelock(self.network.suite).execute(self.operation, keeper.address).send(keeper)
        pool = self.network.suite["ReservePools"].call("pool", POOL)
        self.say(f"  the vote is executed: pool {POOL}, {pool.name}, has {self.network.show(pool.available)} for sale")

    def _sales(self) -> None:
        pools, token, desk = (self.network.suite[name] for name in ("ReservePools", "MDT", "FeeDesk"))
        for amount in (SOLD, CALLED_OFF, LEFT, KEPT):
            pools.send(self.seller, "allocate", POOL, self.buyer.address, amount, 30 * DAY if amount == KEPT else 2 * DAY)
        token.send(self.buyer, "approve", desk.address, PAYMENT + REGISTRATION)
        paid = desk.events(desk.send(self.buyer, "pay", self.seller.address, PAYMENT, PAYMENT * 99 // 100), "Paid")[0]
        self.say(f"  the buyer pays {self.network.show(paid.amount)} through the desk: {self.network.show(paid.burned)} burned, the seller gets the rest")
        released = pools.events(pools.send(self.seller, "release", 1), "Released")[0]
        bought, burned = self.network.show(released.received), self.network.show(released.burned)
        self.say(f"  {self.network.show(SOLD)} of the pool are released: {bought} to the buyer, {burned} burned")
        pools.send(self.seller, "cancel", 2)
        desk.send(self.buyer, "deposit", int(Fee.REGISTRATION), self.buyer.address, REGISTRATION)
        self.say(f"  one sale is called off; a registration of {self.network.show(REGISTRATION)} is burned")

    def _expire(self) -> None:
        pools, keeper = self.network.suite["ReservePools"], self.network.keeper_account
        pools.send(keeper, "expire", 3)
        try:
            pools.send(self.seller, "release", 3)
            raise MDTError("an expired allocation was released")
        except RevertError as refused:
            self.say(f"  one sale has expired: the keeper returns its tokens to the pool, and a release is refused: {refused.reason}")
        schedules, token = self.network.suite["DistributionSchedules"], self.network.suite["MDT"]
        token.send(self.donor, "approve", schedules.address, FUNDED)
        schedules.send(self.donor, "fund", SCHEDULE, FUNDED)

    def _refill(self) -> None:
        schedules, keeper = self.network.suite["DistributionSchedules"], self.network.keeper_account
        due = schedules.call("due", SCHEDULE)
        self.refilled = sum(one.amount * one.intervals for one in schedules.events(schedules.send(keeper, "process", SCHEDULE), "Paid"))
        left = FUNDED - self.refilled
        self.say(
            f"  the schedule refills the pool: {due.intervals} days are due, {self.network.show(self.refilled)} are paid,"
            f" {self.network.show(left)} are no whole day"
        )

    # --- the end ---

    def document(self) -> dict[str, Any]:
        """The pool, the schedule and the desk, for the summary."""
        suite = self.network.suite
        pool, schedule = suite["ReservePools"].call("pool", POOL), suite["DistributionSchedules"].call("schedule", SCHEDULE)
        fields = ("available", "reserved", "put_in", "released", "burned", "returned")
        return {
            "pool": {"name": pool.name, **{name: str(getattr(pool, name)) for name in fields}},
            "schedule": {"funded": str(schedule.funded), "paid": str(schedule.paid), "intervals_paid": schedule.intervals_paid},
        }

    def lines(self, held: dict[str, int]) -> list[Line]:
        """The market's part of the balance sheet."""
        suite = self.network.suite
        pools, schedules, desk, token = (suite[name] for name in ("ReservePools", "DistributionSchedules", "FeeDesk", "MDT"))
        pool, schedule = pools.call("pool", POOL), schedules.call("schedule", SCHEDULE)
        totals = {kind: desk.call("totals", int(kind)) for kind in (Fee.REGISTRATION, Fee.UNMET_QUOTA, Fee.TRANSFER)}
        fees = int(suite["RecyclingPool"].call("total_burned"))
        out = pool.available + pool.reserved + pool.released + pool.burned + pool.returned
        return [
            Line("pools hold = available + reserved", held["ReservePools"], pool.available + pool.reserved),
            Line("pools were given = the vote's part + refills", pool.put_in, IN_POOL + schedule.paid),
            Line("pools were given = available + reserved + released + burned + returned", pool.put_in, out),
            Line("schedules hold = funded - paid", held["DistributionSchedules"], schedule.funded - schedule.paid),
            Line("the desk holds nothing", held["FeeDesk"], 0),
            Line(
                "burned as transaction fees = gas fees + sales + payments",
                int(token.call("burned_by_reason", int(Burn.TRANSACTION_FEE))),
                fees + pool.burned + totals[Fee.TRANSFER].burned,
            ),
            Line("burned as registration = the desk's", int(token.call("burned_by_reason", int(Burn.REGISTRATION))), totals[Fee.REGISTRATION].burned),
        ]
