"""RecyclingPool on the real token: fees, recycling, gifts, draws and burns in any order, against the model after every step."""

from __future__ import annotations

from typing import Any

import boa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mdt.model.reasons import Burn, Recycle
from mdt.model.token import UNLIMITED
from tests.support.profiles import examples
from tests.support.token import deploy_token, issue
from tests.support.twins import Twin
from tests.unit.recycling_pool.conftest import PAID_IN, assert_same, pool_and_model, successor_of

amounts = st.one_of(st.integers(0, 3), st.integers(0, 10**6), st.integers(0, PAID_IN), st.just(PAID_IN + 1))


class RecyclingPoolActions(RuleBasedStateMachine):
    """Calls made on the contract and on the model: both do the same, or both refuse for the same reason."""

    def setup(self, fee_burn_bps: int) -> None:
        self.owner, self.payer, self.attacker = (boa.env.generate_address(role) for role in ("owner", "payer", "attacker"))
        self.drawers = [boa.env.generate_address(f"drawer {index}") for index in range(2)]
        self.token = deploy_token(self.owner, boa.env.generate_address("guardian"))
        issue(self.token, self.payer, PAID_IN)
        self.pool, self.model = pool_and_model(self.token, self.owner, self.payer, fee_burn_bps)
        for account in (self.attacker, *self.drawers):
            self.token.approve(self.pool, UNLIMITED, sender=account)
            self.model.token.approve(account, self.pool.address, UNLIMITED)
        self.twin = Twin(self.pool, self.model, silent={"draw", "absorb"})
        # predecessors, with their models and the plain transfers to each
        self.before: list[tuple[Any, Any, int]] = []
        self.fee_burn_bps = fee_burn_bps
        self.gifts = 0
        self.fee_burns = 0

    def both(self, name: str, caller: str, *arguments: int | str) -> int | None:
        """The same call on both; what it returned, or None when both refused."""
        return self.twin.attempt(name, caller, *arguments).answer

    def act_give(self, giver: str, amount: int) -> None:
        """A plain transfer to the pool."""
        if amount <= self.token.balanceOf(giver):
            self.token.transfer(self.pool, amount, sender=giver)
            self.model.token.transfer(giver, self.pool.address, amount)
            self.gifts += amount

    def act_replace(self) -> None:
        """Another pool takes the place of this one, and its drawers draw there."""
        self.before.append((self.pool, self.model, self.gifts))
        self.pool, self.model = successor_of(self.pool, self.model, self.token, self.owner)
        self.twin = Twin(self.pool, self.model, silent={"draw", "absorb"})
        self.gifts = 0
        for account in (self.payer, self.attacker, *self.drawers):
            self.token.approve(self.pool, UNLIMITED, sender=account)
            self.model.token.approve(account, self.pool.address, UNLIMITED)
        self.both("set_drawer", self.owner, self.drawers[0])


class RecyclingPoolMachine(RecyclingPoolActions):
    """Random orders of everything by everybody, with the promises checked after each step."""

    @initialize(fee_burn_bps=st.sampled_from([0, 1, 5_000, 9_999, 10_000]))
    def begin(self, fee_burn_bps):
        self.setup(fee_burn_bps)
        self.both("set_drawer", self.owner, self.drawers[0])

    @rule(amount=amounts)
    def deposit_fees(self, amount):
        self.fee_burns += self.both("deposit_fees", self.payer, amount) or 0

    @rule(amount=amounts, reason=st.integers(0, len(Recycle)))
    def recycle(self, amount, reason):
        self.both("recycle", self.payer, amount, reason)

    @rule(amount=amounts, drawer=st.integers(0, 1))
    def draw(self, amount, drawer):
        self.both("draw", self.drawers[drawer], amount)

    @rule(amount=amounts, drawer=st.integers(0, 1))
    def drawer_recycles_what_it_drew(self, amount, drawer):
        self.both("recycle", self.drawers[drawer], amount, Recycle.NO_MINERS)

    @rule(drawer=st.integers(0, 1))
    def set_drawer(self, drawer):
        self.both("set_drawer", self.owner, self.drawers[drawer])

    @rule(amount=amounts)
    def burn_surplus(self, amount):
        self.both("burn_surplus", self.owner, amount)

    @rule(amount=st.integers(0, 10**6))
    def give(self, amount):
        self.act_give(self.payer, amount)

    @precondition(lambda self: len(self.before) < 2)
    @rule()
    def replace(self):
        self.act_replace()

    @rule()
    def absorb(self):
        assert (self.both("absorb", self.attacker) is not None) == bool(self.before)

    @precondition(lambda self: self.before)
    @rule(amount=amounts, index=st.integers(0, 1))
    def recycle_at_an_old_one(self, amount, index):
        """As a contract does that knows it for good."""
        pool, model, _ = self.before[index % len(self.before)]
        Twin(pool, model).attempt("recycle", self.payer, amount, 0)

    @rule(amount=amounts)
    def attack(self, amount):
        """An account without tokens or rights gets nothing out of any call."""
        for name, arguments in (
            ("draw", (amount,)),
            ("burn_surplus", (amount,)),
            ("set_drawer", (self.attacker,)),
            ("deposit_fees", (amount,)),
            ("recycle", (amount, 0)),
        ):
            assert self.both(name, self.attacker, *arguments) is None
        assert self.token.balanceOf(self.attacker) == 0

    @invariant()
    def invariant_POOL1_balance_is_in_minus_out(self):
        chain = [*self.before, (self.pool, self.model, self.gifts)]
        for pool, _, gifts in chain:
            into = pool.total_fees() + pool.total_recycled() + pool.total_absorbed() + gifts
            assert pool.available() == into - pool.total_burned() - pool.total_drawn()

    @invariant()
    def invariant_POOL2_burned_here_is_burned_on_the_token_by_reason(self):
        """A2: what is burned reopens no room: supply + burned = minted."""
        assert self.token.burned_by_reason(Burn.TRANSACTION_FEE) == self.fee_burns
        burned = self.pool.total_burned() + sum(pool.total_burned() for pool, _, _ in self.before)
        assert self.token.burned_by_reason(Burn.DEFLATION) == burned - self.fee_burns
        assert self.token.totalSupply() + burned == self.token.total_minted() == PAID_IN

    @invariant()
    def invariant_POOL3_fee_burns_round_down(self):
        """Never more than the fixed part of all fees together."""
        fees = self.pool.total_fees() + sum(pool.total_fees() for pool, _, _ in self.before)
        assert self.fee_burns <= fees * self.fee_burn_bps // 10_000

    @invariant()
    def invariant_POOL4_contract_equals_model(self):
        for pool, model in ((self.pool, self.model), *((pool, model) for pool, model, _ in self.before)):
            assert_same(pool, model, self.token)
        for account in (self.payer, *self.drawers):
            assert self.token.balanceOf(account) == self.model.token.balances[account]


TestRecyclingPool = RecyclingPoolMachine.TestCase
TestRecyclingPool.settings = settings(max_examples=examples(quick=5, ci=20, deep=1_500), stateful_step_count=30, deadline=None)
