"""A liquidity pool on real tokens: everything by everybody in any order, against the model after every step."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import boa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mdt.model.liquidity_pool import LOCKED_HOLDER, LOCKED_SHARES, Fees
from mdt.model.token import UNLIMITED
from tests.support.boa_clock import mine
from tests.support.liquidity import FEE_DELAY, MarketScene, value_per_share
from tests.support.pools import PURSE, UNIT
from tests.support.profiles import examples
from tests.support.twins import plain

amounts = st.one_of(st.integers(0, 3), st.integers(0, 10**6), st.integers(UNIT // 100, 30 * UNIT), st.integers(0, 2_000 * UNIT))
earnest = st.integers(UNIT // 100, 60 * UNIT)
sides = st.integers(0, 1)
roles = st.sampled_from(["provider", "trader", "other"])
owners = st.sampled_from(["owner"] * 7 + ["other"])
all_fees = st.builds(Fees, st.sampled_from([1, 30, 30, 100, 101]), st.sampled_from([0, 1_667, 2_500, 2_501]), st.booleans())


class MarketActions(RuleBasedStateMachine):
    """Calls made on contract and model: both do the same, or both refuse for the same reason."""

    def setup(self, fees: Fees, tokens: int, paired: int) -> None:
        self.scene = MarketScene(fees)
        self.scene.add(tokens, paired)
        self.gifts = [0, 0]
        self.worth = value_per_share(self.scene.model)
        self.settled = self.scene.model.last_root, 0
        self.product = self.scene.model.reserves[0] * self.scene.model.reserves[1]
        self.last_product = self.product
        self.is_swap = False
        self.quotes: list[tuple[Any, Any]] = []  # what was quoted, and what then came of it

    def account(self, role: str) -> str:
        return str(getattr(self.scene, role))

    def act(self, name: str, role: str, *arguments: Any) -> Any:
        """A call with a receiver and a deadline; its quote, if it has one, said the same just before."""
        who = self.account(role)
        self.last_product, self.is_swap = self.product, name.startswith("swap")
        outcome = self.scene.attempt(name, who, *arguments, who, self.scene.deadline)
        self.note()
        return outcome

    def note(self) -> None:
        self.product = self.scene.model.reserves[0] * self.scene.model.reserves[1]

    def quoted(self, quote: str, *arguments: Any) -> Any:
        """What the contract quotes, or None where it refuses."""
        try:
            return plain(getattr(self.scene.pool, quote)(*arguments))
        except boa.BoaError:  # whatever it refuses for, the action must refuse too
            return None

    def check_quote(self, quoted: Any, outcome: Any, answer: Any) -> None:
        if outcome.is_done:
            self.quotes.append((quoted, answer(outcome.answer)))


class MarketMachine(MarketActions):
    """Random orders, with the promises checked after each step."""

    @initialize(fees=st.sampled_from([Fees(30, 0, False), Fees(30, 2_500, True), Fees(100, 1_667, False)]), first=st.sampled_from([100 * UNIT, 5_000, 10**6]))
    def begin(self, fees, first):
        self.setup(fees, first, first * 3 // 2)

    @rule(role=roles, side=sides, amount=amounts)
    def swap_exact_in(self, role, side, amount):
        token = self.scene.addresses[side]
        quoted = self.quoted("quote_exact_in", token, amount)
        self.check_quote(quoted, self.act("swap_exact_in", role, token, amount, 0), lambda bought: bought)

    @rule(role=roles, side=sides, amount=amounts)
    def swap_exact_out(self, role, side, amount):
        token = self.scene.addresses[side]
        quoted = self.quoted("quote_exact_out", token, amount)
        self.check_quote(quoted, self.act("swap_exact_out", role, token, amount, PURSE), lambda paid: paid)

    @rule(role=roles, tokens=earnest, paired=st.one_of(earnest, st.just(UNLIMITED)))
    def add(self, role, tokens, paired):
        quoted = self.quoted("quote_add", tokens, paired)
        self.check_quote(quoted, self.act("add", role, tokens, paired, 0), plain)

    @rule(role=roles, side=sides, amount=amounts)
    def add_one_sided(self, role, side, amount):
        token = self.scene.addresses[side]
        quoted = self.quoted("quote_add_one_sided", token, amount)
        self.check_quote(quoted and quoted[0], self.act("add_one_sided", role, token, amount, 0), lambda shares: shares)

    @rule(role=roles, part=st.sampled_from([1, 2, 10, 10**9]), more=st.integers(0, 1))
    def remove(self, role, part, more):
        shares = self.scene.model.balances[self.account(role)] // part + more
        quoted = self.quoted("quote_remove", shares)
        self.check_quote(quoted, self.act("remove", role, shares, 0, 0), lambda paid: paid)

    @rule(role=roles, to=roles, amount=amounts)
    def transfer(self, role, to, amount):
        self.scene.attempt("transfer", self.account(role), self.account(to), amount)

    @rule(side=sides, amount=st.integers(1, 10 * UNIT))
    def give(self, side, amount):
        self.scene.give(side, amount)
        self.gifts[side] += amount

    @rule(caller=owners, side=sides)
    def sweep(self, caller, side):
        outcome = self.scene.attempt("sweep", self.account(caller), self.scene.addresses[side])
        if outcome.is_done:
            assert outcome.answer == self.gifts[side]
            self.gifts[side] = 0

    @rule(caller=owners, fees=all_fees)
    def announce_fees(self, caller, fees):
        self.scene.attempt("announce_fees", self.account(caller), fees)

    @rule(caller=owners)
    def withdraw_fees(self, caller):
        self.scene.attempt("withdraw_fees", self.account(caller))

    @rule()
    def apply_fees(self):
        self.scene.attempt("apply_fees", None)

    @rule()
    def collect(self):
        self.scene.attempt("collect", None)
        self.note()

    @rule(seconds=st.sampled_from([3, 3, 60, 1_800, FEE_DELAY]))
    def wait(self, seconds):
        mine(1, seconds)

    # --- promises ---

    @invariant()
    def invariant_LIQ1_contract_equals_model(self):
        self.scene.agree()

    @invariant()
    def invariant_LIQ2_the_worth_of_a_share_never_falls_below_what_it_was_when_the_part_was_settled(self):
        """With the shares that the protocol is due counted: its part is of what the root grew by since, rounded down, so the rest never falls below.

        In between it can fall by the part of one unit of the root, which a growth of less than a unit can complete. Without a part each step settles.
        """
        model = self.scene.model
        due = model.protocol_shares() - model.balances[self.scene.address]
        after_part = value_per_share(model) * Fraction(model.total_supply, model.total_supply + due) ** 2
        assert after_part >= self.worth
        settled = model.last_root, model.balances[self.scene.address]
        if model.fees.protocol_bps == 0 or settled != self.settled:
            self.worth, self.settled = after_part, settled

    @invariant()
    def invariant_LIQ3_the_product_never_falls_by_a_swap(self):
        if self.is_swap:
            assert self.product >= self.last_product
        self.is_swap = False

    @invariant()
    def invariant_LIQ4_what_was_done_is_what_was_quoted(self):
        assert all(quoted == done for quoted, done in self.quotes)
        self.quotes.clear()

    @invariant()
    def invariant_LIQ5_reserves_and_gifts_are_what_is_held(self):
        for (coin, _), reserve, gifts in zip(self.scene.coins, self.scene.model.reserves, self.gifts, strict=True):
            assert coin.balanceOf(self.scene.address) == reserve + gifts

    @invariant()
    def invariant_LIQ6_shares_are_the_sum_of_balances_and_the_locked_ones_stay(self):
        pool = self.scene.pool
        holders = {*self.scene.holders, self.scene.address, LOCKED_HOLDER}
        assert sum(pool.balanceOf(holder) for holder in holders) == pool.totalSupply()
        assert pool.balanceOf(LOCKED_HOLDER) == LOCKED_SHARES
        assert pool.totalSupply() ** 2 <= self.product

    @invariant()
    def invariant_LIQ7_fees_stay_inside_their_bounds(self):
        fees = self.scene.pool.fees()
        assert 1 <= fees.fee_bps <= 100
        assert fees.protocol_bps <= 2_500


MarketMachine.TestCase.settings = settings(max_examples=examples(4, 12, 150), stateful_step_count=examples(20, 40, 80), deadline=None)
TestMarket = MarketMachine.TestCase
