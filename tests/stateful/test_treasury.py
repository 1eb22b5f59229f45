"""Treasury with MDT, a foreign token and the real vesting contract: spending, grants and budgets in any order, against the model after every step."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import astuple

import boa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mdt.model.treasury import MAX_BUDGET
from mdt.model.vesting import VestingTerms
from mdt.units import DAY
from tests.support.deployers import deploy
from tests.support.harness import harness
from tests.support.profiles import examples
from tests.support.token import deploy_token, issue
from tests.support.treasury import BUDGET, PERIOD, deploy_treasury, twin
from tests.support.twins import Twin, outcome

PURPOSE = b"purpose".ljust(32, b"\0")
FUNDS = 20 * BUDGET

which = st.integers(0, 1)
amounts = st.one_of(st.integers(0, 3), st.integers(1, BUDGET), st.sampled_from([BUDGET - 1, BUDGET, BUDGET + 1]))
budgets = st.one_of(st.sampled_from([0, 1, BUDGET - 1, BUDGET, BUDGET + 1, 2 * BUDGET, MAX_BUDGET, MAX_BUDGET + 1]), st.integers(0, 3 * BUDGET))
pauses = st.one_of(st.integers(0, PERIOD), st.sampled_from([PERIOD - 1, PERIOD, PERIOD + 1, 2 * PERIOD - 1, 2 * PERIOD, 7 * PERIOD]))


class TreasuryActions(RuleBasedStateMachine):
    """Calls made on contract and model, and a ledger of its own of what left and of what was asked for when."""

    def setup(self, budget: int, elapsed: int) -> None:
        self.owner, self.grantee, self.attacker = (str(boa.env.generate_address(role)) for role in ("owner", "grantee", "attacker"))
        mdt = deploy_token(self.owner, self.owner)
        self.started_at = boa.env.timestamp
        self.treasury = deploy_treasury(mdt, self.owner, budget)
        self.model = twin(self.treasury, budget)
        self.twin = Twin(self.treasury, self.model)
        self.vesting = deploy("Vesting", token=mdt, treasury=self.treasury, owner=self.owner)
        self.vesting.set_creator(self.treasury, True, sender=self.owner)
        self.treasury.set_vesting(self.vesting, sender=self.owner)
        self.model.set_vesting(self.owner, str(self.vesting.address))
        foreign = harness("ForeignToken").deploy()
        self.tokens = [mdt, foreign]
        issue(mdt, self.treasury.address, FUNDS)
        foreign.set_balance(self.treasury, FUNDS)
        self.funded = {token.address: FUNDS for token in self.tokens}
        self.left: defaultdict[tuple[str, int], int] = defaultdict(int)  # token, period => units
        self.highest: defaultdict[tuple[str, int], int] = defaultdict(int)  # token, period => largest budget in force
        self.in_force = {token.address: self.treasury.budget(token).amount for token in self.tokens}
        self.asked: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)  # token => (time, amount) of each change of its budget
        self.grants = 0
        boa.env.timestamp += elapsed

    @property
    def period(self) -> int:
        return (boa.env.timestamp - self.started_at) // PERIOD

    def look(self) -> None:
        """Note the budgets in force now, before something changes them."""
        for token in self.tokens:
            key = (token.address, self.period)
            self.highest[key] = max(self.highest[key], self.treasury.budget(token).amount)

    def both(self, of_model, of_contract) -> bool:
        """The same on both; False when both refused."""
        self.look()
        done = outcome(lambda: self.twin.both(of_model, of_contract)).is_done
        if done:
            self.look()
        return done

    def act_spend(self, index: int, amount: int) -> None:
        token = self.tokens[index]
        if amount > token.balanceOf(self.treasury):
            return
        address = token.address
        if self.both(
            lambda: self.model.spend(self.owner, address, self.grantee, amount),
            lambda: self.treasury.spend(token, self.grantee, amount, PURPOSE, sender=self.owner),
        ):
            self.left[address, self.period] += amount

    def act_vest(self, amount: int, is_revocable: bool) -> None:
        mdt = self.tokens[0]
        if not 0 < amount <= mdt.balanceOf(self.treasury) or self.grants == 64:
            return
        terms = VestingTerms(self.grantee, amount, boa.env.timestamp, 0, 30 * DAY, is_revocable=is_revocable)
        if self.both(lambda: self.model.vest(self.owner, amount), lambda: self.treasury.vest(astuple(terms), PURPOSE, sender=self.owner)):
            self.left[mdt.address, self.period] += amount
            self.grants += 1

    def act_set_budget(self, index: int, amount: int) -> None:
        token = self.tokens[index]
        if self.both(lambda: self.model.set_budget(self.owner, token.address, amount), lambda: self.treasury.set_budget(token, amount, sender=self.owner)):
            self.asked[token.address].append((boa.env.timestamp, amount))


class TreasuryMachine(TreasuryActions):
    """Random orders of everything by everybody, with the promises checked after each step."""

    @initialize(budget=st.sampled_from([0, 1, BUDGET]), elapsed=st.integers(0, PERIOD))
    def begin(self, budget, elapsed):
        self.setup(budget, elapsed)

    @rule(index=which, amount=amounts)
    def spend(self, index, amount):
        self.act_spend(index, amount)

    @rule(index=which)
    def spend_all_that_is_left(self, index):
        self.act_spend(index, self.treasury.budget(self.tokens[index]).left)

    @rule(amount=amounts, is_revocable=st.booleans())
    def vest(self, amount, is_revocable):
        self.act_vest(amount, is_revocable)

    @rule(index=st.integers(0, 3))
    def revoke(self, index):
        """What is not vested comes back."""
        mdt = self.tokens[0]
        before = mdt.balanceOf(self.treasury)
        if index < self.grants:
            try:
                self.vesting.revoke(self.grantee, index, sender=self.owner)
            except boa.BoaError:
                return
            self.funded[mdt.address] += mdt.balanceOf(self.treasury) - before

    @rule(index=which, amount=budgets)
    def set_budget(self, index, amount):
        self.act_set_budget(index, amount)

    @rule(index=which, amount=st.integers(BUDGET, 3 * BUDGET))
    def raise_and_spend_more_than_was_in_force(self, index, amount):
        """What a captured owner would do."""
        left = self.treasury.budget(self.tokens[index]).left
        self.act_set_budget(index, amount)
        self.act_spend(index, left + 1)

    @rule(seconds=pauses)
    def wait(self, seconds):
        boa.env.timestamp += seconds

    @rule(index=which, amount=st.integers(1, BUDGET))
    def fund(self, index, amount):
        token = self.tokens[index]
        if index == 0:
            issue(token, self.treasury.address, amount)
        else:
            token.set_balance(self.treasury, token.balanceOf(self.treasury) + amount)
        self.funded[token.address] += amount

    @rule(index=which, amount=amounts)
    def attack(self, index, amount):
        token, reason = self.tokens[index], "ownable: caller is not the owner"
        for call in (
            lambda: self.treasury.spend(token, self.attacker, amount, PURPOSE, sender=self.attacker),
            lambda: self.treasury.set_budget(token, amount, sender=self.attacker),
            lambda: self.treasury.set_vesting(token, sender=self.attacker),
            lambda: self.treasury.vest(astuple(VestingTerms(self.attacker, amount, boa.env.timestamp, 0, DAY)), PURPOSE, sender=self.attacker),
        ):
            with boa.reverts(reason):
                call()

    @invariant()
    def invariant_TRE1_what_leaves_in_a_period_is_within_a_budget_that_was_in_force_in_it(self):
        self.look()
        for key, amount in self.left.items():
            assert amount <= self.highest[key]

    @invariant()
    def invariant_TRE2_a_raise_comes_into_force_a_whole_period_after_it_was_asked_for(self):
        for token in self.tokens:
            address, now, before = token.address, self.treasury.budget(token).amount, self.in_force[token.address]
            if now > before:
                asked_at, amount = self.asked[address][-1]
                assert now == amount
                assert boa.env.timestamp - asked_at > PERIOD
            self.in_force[address] = now

    @invariant()
    def invariant_TRE3_held_is_what_came_in_less_what_was_counted_as_spent(self):
        for token in self.tokens:
            left = sum(amount for (address, _), amount in self.left.items() if address == token.address)
            assert self.treasury.total_spent(token) == left
            assert token.balanceOf(self.treasury) == self.funded[token.address] - left
            assert self.treasury.budget(token).spent == self.left[token.address, self.period]

    @invariant()
    def invariant_TRE4_no_allowance_stays(self):
        assert self.tokens[0].allowance(self.treasury, self.vesting) == 0

    @invariant()
    def invariant_TRE5_contract_equals_model(self):
        for token in self.tokens:
            assert self.treasury.budget(token) == astuple(self.model.budget(token.address))
            assert self.treasury.total_spent(token) == self.model.total_spent[token.address]


TestTreasury = TreasuryMachine.TestCase
TestTreasury.settings = settings(max_examples=examples(quick=5, ci=20, deep=1_500), stateful_step_count=30, deadline=None)
