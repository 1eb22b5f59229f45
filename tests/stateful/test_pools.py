"""Reserve pools on the real token, with a schedule that fills one: everything by everybody in any order, against the model after every step."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mdt.errors import Refusal
from mdt.model.pools import Refill, SaleTerms
from mdt.model.reasons import Burn
from mdt.model.schedules import Kind
from mdt.units import DAY, HOUR
from tests.support.pools import PURSE, UNIT, PoolsScene, pass_time
from tests.support.profiles import examples
from tests.support.replay import PoolsReplay

amounts = st.one_of(st.integers(0, 3), st.sampled_from([99, 100, 101]), st.integers(0, 10**6), st.integers(0, 2_000 * UNIT))
numbers = st.sampled_from([1] * 6 + [2] * 4 + [3, 0])
prices = st.sampled_from([0, 1, UNIT // 2, UNIT, UNIT + 1, 2 * UNIT, 2 * UNIT + 1])
operators = st.sampled_from(["operator"] * 7 + ["other", "owner"])
owners = st.sampled_from(["owner"] * 7 + ["operator"])


class PoolsActions(RuleBasedStateMachine):
    """Calls made on contract and model: both do the same, or both refuse for the same reason."""

    def setup(self, sale_burn_bps: int) -> None:
        self.scene = PoolsScene(sale_burn_bps)
        self.replay = PoolsReplay()
        self.gifts = self.absorbed = self.received = self.payments = 0
        self.owed = [0, 0]  # amount * price of all purchases, and how many there were
        for name in ("first", "second"):
            self.scene.pool(1_000 * UNIT, name)
        self.scene.pools_twin.call("set_sale", self.scene.owner, 1, self.scene.terms(), UNIT)
        self.schedule_id = self.scene.scheduled(Kind.POOL, self.scene.model.address, 50 * UNIT, 7, pool_id=1)
        self.scene.schedules_twin.call("fund", self.scene.donor, self.schedule_id, 400 * UNIT)

    def account(self, role: str) -> str:
        return str(getattr(self.scene, role))

    def attempt(self, name: str, caller: str | None, *arguments: Any) -> Any:
        """What both returned, or None when both refused."""
        return self.scene.pools_twin.attempt(name, caller, *arguments).answer

    def recent(self, back: int) -> int:
        """The number of a recent allocation, or of one there is not."""
        return max(0, self.scene.model.allocation_count - back)

    def holdings(self) -> int:
        """What the buyers hold."""
        return sum(self.scene.token.balanceOf(self.account(role)) for role in ("buyer", "other"))


class PoolsMachine(PoolsActions):
    """Random orders, with the promises checked after each step."""

    @initialize(sale_burn_bps=st.sampled_from([0, 1, 100, 9_999]))
    def begin(self, sale_burn_bps):
        self.setup(sale_burn_bps)

    @rule(pool_id=numbers, amount=amounts)
    def replenish(self, pool_id, amount):
        self.attempt("replenish", self.scene.donor, pool_id, amount)

    @rule(amount=st.integers(1, 10**6))
    def give(self, amount):
        self.scene.give(self.scene.model.address, amount)
        self.gifts += amount

    @rule(pool_id=numbers, amount=amounts)
    def absorb(self, pool_id, amount):
        before = self.scene.pools.unassigned()
        self.attempt("absorb", self.scene.owner, pool_id, amount)
        self.absorbed += before - self.scene.pools.unassigned()

    @rule(caller=operators, pool_id=numbers, amount=amounts, seconds=st.sampled_from([HOUR - 1, HOUR, DAY, 90 * DAY, 90 * DAY + 1]), data=st.booleans())
    def allocate(self, caller, pool_id, amount, seconds, data):
        self.attempt("allocate", self.account(caller), pool_id, self.account("buyer" if data else "other"), amount, seconds)

    @rule(pool_id=st.integers(1, 2), amount=st.integers(1, 10**6), is_sold=st.booleans())
    def allocate_a_little(self, pool_id, amount, is_sold):
        """As the operator does all day."""
        allocation_id = self.attempt("allocate", self.scene.operator, pool_id, self.scene.buyer, amount, HOUR)
        if allocation_id is not None and is_sold:
            before = self.holdings()
            self.attempt("release", self.scene.operator, allocation_id)
            self.received += self.holdings() - before

    @rule(pool_id=st.integers(1, 2), amount=st.integers(1, 300 * UNIT), role=st.sampled_from(["buyer", "other"]))
    def buy_in_earnest(self, pool_id, amount, role):
        self.do_buy(pool_id, amount, role, 0)

    @rule(caller=operators, back=st.sampled_from([0, 0, 0, 1, 1, 2, 4, -1]))
    def release(self, caller, back):
        before = self.holdings()
        self.attempt("release", self.account(caller), self.recent(back))
        self.received += self.holdings() - before

    @rule(caller=operators, back=st.sampled_from([0, 0, 0, 1, 1, 2, 4, -1]))
    def cancel(self, caller, back):
        self.attempt("cancel", self.account(caller), self.recent(back))

    @rule(back=st.sampled_from([0, 0, 0, 1, 1, 2, 4, -1]))
    def expire(self, back):
        self.attempt("expire", None, self.recent(back))

    @rule(pool_id=st.integers(1, 2), amount=amounts, role=st.sampled_from(["buyer", "other", "attacker"]), slack=st.integers(-1, 1))
    def buy(self, pool_id, amount, role, slack):
        self.do_buy(pool_id, amount, role, slack)

    def do_buy(self, pool_id: int, amount: int, role: str, slack: int) -> None:
        sale, before = self.scene.model.sale(pool_id), self.holdings()
        most = max(0, -(-amount * sale.price // UNIT) + slack)
        payment = self.attempt("buy", self.account(role), pool_id, amount, str(self.scene.cash.address), most)
        self.received += self.holdings() - before
        if payment is not None:
            self.payments += payment
            self.owed[0] += amount * sale.price
            self.owed[1] += 1

    @rule(pool_id=numbers, price=prices, low=st.sampled_from([1, UNIT // 2, UNIT]), per_purchase=amounts, per_day=amounts)
    def set_sale(self, pool_id, price, low, per_purchase, per_day):
        terms = self.scene.terms(min_price=low, max_per_purchase=per_purchase, max_per_day=per_day)
        self.attempt("set_sale", self.scene.owner, pool_id, terms, price)

    @rule(pool_id=st.integers(1, 2), price=st.sampled_from([UNIT // 2, UNIT, 0]))
    def offer(self, pool_id, price):
        """Good terms, or the end of the sale."""
        terms = self.scene.terms() if price > 0 else SaleTerms()
        self.attempt("set_sale", self.scene.owner, pool_id, terms, price)

    @rule(caller=operators, pool_id=numbers, price=prices)
    def set_price(self, caller, pool_id, price):
        self.attempt("set_price", self.account(caller), pool_id, price)

    @rule(caller=owners, pool_id=numbers, operator=st.sampled_from(["operator", "other"]))
    def set_operator(self, caller, pool_id, operator):
        self.attempt("set_operator", self.account(caller), pool_id, self.account(operator))

    @rule(caller=owners, name=st.sampled_from(["", "third"]))
    def create_pool(self, caller, name):
        if self.scene.model.pool_count < 4:
            self.attempt("create_pool", self.account(caller), name, self.scene.operator)

    @rule(caller=owners, pool_id=st.sampled_from([2, 2, 3, 4, 1]), is_meant=st.sampled_from([True, False, False]))
    def close_pool(self, caller, pool_id, is_meant):
        if is_meant:
            self.attempt("close_pool", self.account(caller), pool_id)

    @rule(pool_id=numbers, threshold=amounts)
    def set_refill(self, pool_id, threshold):
        self.attempt("set_refill", self.scene.owner, pool_id, Refill(threshold, self.scene.planned.address, self.schedule_id))

    @rule(pool_id=st.integers(0, 2))
    def top_up(self, pool_id):
        self.attempt("top_up", None, pool_id)

    @rule()
    def process(self):
        """Anyone may have the schedule paid, whatever the pool's threshold."""
        with suppress(Refusal):
            self.scene.schedules_twin.call("process", None, self.schedule_id)

    @rule(seconds=st.sampled_from([1, 60, HOUR - 1, HOUR, DAY]), blocks=st.integers(1, 20))
    def wait(self, seconds, blocks):
        pass_time(seconds, blocks)

    @rule(which=st.integers(0, 9), pool_id=st.integers(1, 2), amount=amounts, number=st.integers(1, 5))
    def attack(self, which, pool_id, amount, number):
        """An account without rights gets nothing out of any call."""
        scene = self.scene
        name, arguments = (
            ("allocate", (pool_id, scene.attacker, amount, HOUR)),
            ("release", (number,)),
            ("cancel", (number,)),
            ("set_price", (pool_id, UNIT)),
            ("absorb", (pool_id, amount)),
            ("close_pool", (pool_id,)),
            ("set_operator", (pool_id, scene.attacker)),
            ("set_sale", (pool_id, scene.terms(max_per_day=1), UNIT)),
            ("buy", (pool_id, amount, str(scene.cash.address), 2**255)),
            ("replenish", (pool_id, amount)),
        )[which]
        assert self.attempt(name, scene.attacker, *arguments) is None
        assert scene.token.balanceOf(scene.attacker) == 0

    @invariant()
    def invariant_RSV1_available_reserved_released_burned_and_returned_is_put_in(self):
        """F1."""
        for pool in self.scene.pools.pools(1, 20):
            assert pool.available + pool.reserved + pool.released + pool.burned + pool.returned == pool.put_in

    @invariant()
    def invariant_RSV2_pools_hold_the_balance_but_for_what_was_only_sent_here(self):
        pools = self.scene.pools
        held = sum(pool.available + pool.reserved for pool in pools.pools(1, 20))
        assert held == pools.total_held() == self.scene.token.balanceOf(pools) - pools.unassigned()
        assert pools.unassigned() == self.gifts - self.absorbed

    @invariant()
    def invariant_RSV3_reserved_is_the_sum_of_open_allocations(self):
        """F2: an allocation that has ended once no longer counts."""
        rows = self.scene.pools.allocations(1, 100)
        for pool_id, pool in enumerate(self.scene.pools.pools(1, 20), 1):
            assert pool.reserved == sum(row.amount for row in rows if row.pool_id == pool_id and row.status == 1)

    @invariant()
    def invariant_RSV4_what_was_sold_was_burned_or_arrived(self):
        rows, scene = self.scene.pools.pools(1, 20), self.scene
        assert sum(pool.burned for pool in rows) == scene.token.burned_by_reason(Burn.TRANSACTION_FEE)
        assert sum(pool.released for pool in rows) == self.received
        assert sum(pool.returned for pool in rows) == scene.token.balanceOf(scene.treasury)
        assert scene.token.totalSupply() == 3 * PURSE - sum(pool.burned for pool in rows)

    @invariant()
    def invariant_RSV5_payments_reach_the_treasury_and_round_up(self):
        scene = self.scene
        assert scene.cash.balanceOf(scene.treasury) == self.payments
        assert scene.cash.balanceOf(scene.pools) == 0
        assert 0 <= self.payments * UNIT - self.owed[0] <= self.owed[1] * (UNIT - 1)

    @invariant()
    def invariant_RSV6_contract_equals_model(self):
        self.scene.agree()

    @invariant()
    def invariant_RSV7_state_is_what_the_events_tell(self):
        """F13."""
        self.replay.read(self.scene.logs)
        self.scene.logs.clear()
        self.replay.check(self.scene.pools)


TestPools = PoolsMachine.TestCase
TestPools.settings = settings(max_examples=examples(quick=6, ci=8, deep=800), stateful_step_count=30, deadline=None)
