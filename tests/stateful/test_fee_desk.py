"""The fee desk on the real token, with the recycling pool and the reserve pools beside it: everything by everybody in any order."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mdt.model.desk import BURN_REASONS, OWN, FeeTerms
from mdt.model.reasons import Burn, Fee
from tests.support.desk import DeskScene
from tests.support.pools import PURSE
from tests.support.profiles import examples
from tests.support.replay import DeskReplay

amounts = st.one_of(st.integers(0, 3), st.sampled_from([99, 100, 101, 10_000]), st.integers(0, 10**6), st.integers(0, PURSE // 10), st.just(PURSE))
holders = st.integers(0, 2)
kinds = st.sampled_from([3, 3, 4, 4, 4, 5])
parts = st.sampled_from([0, 1, 100, 1_000, 1_001, 3_333, 10_000, 10_001])


class FeeDeskActions(RuleBasedStateMachine):
    """Calls made on contract and model: both do the same, or both refuse for the same reason. What went through is kept in own books."""

    def setup(self, terms: list[FeeTerms]) -> None:
        self.scene = DeskScene(terms, sale_burn_bps=100, fee_burn_bps=5_000)
        self.replay = DeskReplay()
        self.taken = dict.fromkeys(OWN, 0)
        self.burned = dict.fromkeys(Fee, 0)
        self.paid: dict[tuple[int, str], int] = {}
        self.gifts = self.swept = self.to_pool = self.to_treasury = self.to_payees = 0

    def attempt(self, name: str, caller: str | None, *arguments: Any) -> Any:
        """What both returned, or None when both refused."""
        return self.scene.desk_twin.attempt(name, caller, *arguments).answer

    def act_deposit(self, payer: str, kind: int, account: str, amount: int) -> None:
        to_treasury = self.scene.model.terms(kind).rest_to == self.scene.treasury
        burned = self.attempt("deposit", payer, kind, account, amount)
        if burned is None:
            return
        self.taken[Fee(kind)] += amount
        self.burned[Fee(kind)] += burned
        self.paid[kind, account] = self.paid.get((kind, account), 0) + amount
        if to_treasury:
            self.to_treasury += amount - burned
        else:
            self.to_pool += amount - burned

    def act_give(self, giver: str, amount: int) -> None:
        """A plain transfer to the desk."""
        if self.scene.twin.balances[giver] >= amount:
            self.scene.give(self.scene.model.address, amount, giver)
            self.gifts += amount

    def act_pay(self, payer: str, payee: str, amount: int, least: int) -> None:
        received = self.attempt("pay", payer, payee, amount, least)
        if received is not None:
            assert received >= least
            self.taken[Fee.TRANSFER] += amount
            self.burned[Fee.TRANSFER] += amount - received
            self.to_payees += received


class FeeDeskMachine(FeeDeskActions):
    """Random orders, with the promises checked after each step."""

    @initialize(registration=st.sampled_from([0, 1, 2_500, 10_000]), quota=st.sampled_from([0, 9_999, 10_000]), transfer=st.sampled_from([0, 1, 100, 1_000]))
    def begin(self, registration, quota, transfer):
        self.setup([FeeTerms(registration, 3, False), FeeTerms(quota, 0, True), FeeTerms(transfer)])
        self.act_give(self.scene.payer, 77)  # beside which everything else happens, until it is swept

    @rule(payer=holders, account=holders, kind=kinds, amount=amounts)
    def deposit(self, payer, account, kind, amount):
        self.act_deposit(self.scene.holders[payer], kind, self.scene.holders[account], amount)

    @rule(payer=holders, kind=st.integers(3, 4), amount=st.integers(200, 10**6), gift=st.integers(0, 100))
    def deposit_in_earnest(self, payer, kind, amount, gift):
        """As clients do all day, beside what somebody sent to the desk by mistake."""
        self.act_give(self.scene.payer, gift)
        self.act_deposit(self.scene.holders[payer], kind, self.scene.payee, amount)

    @rule(payer=holders, payee=holders, amount=amounts, slack=st.integers(-1, 1))
    def pay(self, payer, payee, amount, slack):
        burned = amount * self.scene.model.terms(Fee.TRANSFER).burn_bps // 10_000
        self.act_pay(self.scene.holders[payer], self.scene.holders[payee], amount, max(0, amount - burned + slack))

    @rule(kind=kinds, burn_bps=parts, least=st.integers(0, 200), is_to_treasury=st.booleans(), is_owner=st.sampled_from([True, True, True, False]))
    def set_terms(self, kind, burn_bps, least, is_to_treasury, is_owner):
        terms = FeeTerms(burn_bps, least, is_to_treasury and kind != Fee.TRANSFER)
        self.attempt("set_terms", self.scene.owner if is_owner else self.scene.attacker, kind, terms)

    @rule(giver=holders, amount=st.integers(1, 10**6))
    def give(self, giver, amount):
        self.act_give(self.scene.holders[giver], amount)

    @rule()
    def sweep(self):
        self.swept += self.attempt("sweep", None) or 0

    @rule(amount=st.integers(1, 10**6))
    def gas_fees(self, amount):
        """At the recycling pool, which burns with the same reason as payments."""
        if self.scene.twin.balances[self.scene.payer] >= amount:
            self.burned[Fee.GAS] += self.scene.pool_twin.call("deposit_fees", self.scene.payer, amount)
            self.to_pool += amount - amount // 2

    @rule(amount=st.integers(1, 10**6))
    def sale(self, amount):
        """At the reserve pools, also with the same reason."""
        if self.scene.twin.balances[self.scene.payer] >= amount:
            self.scene.sell(amount)
            self.burned[Fee.SALE] += amount // 100

    @rule(is_entitled=st.sampled_from([True, True, False]))
    def right_to_burn(self, is_entitled):
        """Governance takes the desk's reasons away, or gives them back."""
        reasons = 0b10011 if is_entitled else 0
        if self.scene.twin.burner_reasons[self.scene.model.address] != reasons:
            self.scene.entitle(self.scene.desk, reasons)

    @rule(amount=amounts, kind=kinds)
    def attack(self, amount, kind):
        """An account without tokens gets nothing out of any call."""
        attacker = self.scene.attacker
        for name, arguments in (("deposit", (kind, attacker, amount)), ("pay", (attacker, amount, 0)), ("set_terms", (kind, FeeTerms()))):
            assert self.attempt(name, attacker, *arguments) is None
        assert self.scene.token.balanceOf(attacker) == 0

    @invariant()
    def invariant_FEE1_taken_is_burned_and_passed_on(self):
        """A15: of each kind and in sum; what was passed on is where the terms of the time sent it."""
        totals = {kind: self.scene.desk.totals(kind) for kind in OWN}
        for kind, one in totals.items():
            assert one.taken == one.burned + one.passed_on == self.taken[kind]
            assert one.burned == self.burned[kind]
        assert self.scene.token.balanceOf(self.scene.treasury) == self.to_treasury
        assert self.scene.token.balanceOf(self.scene.pool) == self.to_pool + self.swept
        assert totals[Fee.TRANSFER].passed_on == self.to_payees

    @invariant()
    def invariant_FEE2_desk_holds_nothing_but_gifts(self):
        assert self.scene.token.balanceOf(self.scene.desk) == self.gifts - self.swept
        assert self.scene.token.allowance(self.scene.desk, self.scene.pool) == 0

    @invariant()
    def invariant_FEE3_burned_here_and_elsewhere_is_burned_on_the_token_by_reason(self):
        """A2: and supply + burned = minted."""
        token = self.scene.token
        for reason in Burn:
            assert token.burned_by_reason(reason) == sum(self.burned[kind] for kind in Fee if BURN_REASONS[kind] == reason)
        assert token.totalSupply() + sum(self.burned.values()) == token.total_minted() == 3 * PURSE

    @invariant()
    def invariant_FEE4_deposits_of_accounts_add_up_to_what_was_taken(self):
        for kind in (Fee.REGISTRATION, Fee.UNMET_QUOTA):
            paid = [self.scene.desk.paid_by(kind, account) for account in self.scene.holders]
            assert paid == [self.paid.get((kind, account), 0) for account in self.scene.holders]
            assert sum(paid) == self.scene.desk.totals(kind).taken

    @invariant()
    def invariant_FEE5_contract_equals_model(self):
        """And no term is ever outside its bounds."""
        self.scene.agree()
        for kind in OWN:
            row = self.scene.desk.terms(kind)
            assert row.burn_bps <= (1_000 if kind == Fee.TRANSFER else 10_000)
            assert row.least <= self.scene.desk.MAX_LEAST()

    @invariant()
    def invariant_FEE6_state_is_what_the_events_tell(self):
        """F13."""
        self.replay.read(self.scene.logs)
        self.scene.logs.clear()
        for kind in OWN:
            row = self.scene.desk.terms(kind)
            assert self.replay.terms[kind] == (row.burn_bps, row.least, row.rest_to == self.scene.treasury)
            assert self.replay.totals[kind] == tuple(self.scene.desk.totals(kind))
            for account in self.scene.holders:
                assert self.replay.paid_by[kind, account] == self.scene.desk.paid_by(kind, account)
        assert self.replay.swept == self.swept


TestFeeDesk = FeeDeskMachine.TestCase
TestFeeDesk.settings = settings(max_examples=examples(quick=6, ci=10, deep=1_000), stateful_step_count=30, deadline=None)
