"""Liquid staking on the real Staking: everything by everybody in any order, against the models after every step."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mdt.model.liquid_staking import LOCKED_HOLDER, LOCKED_SHARES, MAX_PIECES, MAX_VALIDATORS
from mdt.model.staking import Status
from mdt.model.token import UNLIMITED
from tests.support.boa_clock import block_number, mine
from tests.support.liquid import TERMS, UNIT, LiquidScene
from tests.support.profiles import examples
from tests.support.staking import UNBONDING, UNBONDING_BLOCKS
from tests.support.twins import Outcome

VALIDATORS = 4
amounts = st.one_of(st.integers(0, 3), st.integers(0, 10**7), st.integers(UNIT // 100, 300 * UNIT))
earnest = st.integers(UNIT // 100, 500 * UNIT)
roles = st.sampled_from(["holder", "other", "attacker"])
owners = st.sampled_from(["owner"] * 7 + ["other"])
numbers = st.integers(1, VALIDATORS)
parts = st.sampled_from([1, 1, 2, 3, 10, 10**9])


class LiquidActions(RuleBasedStateMachine):
    """Calls made on contracts and models: both do the same, or both refuse for the same reason."""

    def setup(self, first: int) -> None:
        self.scene = LiquidScene(VALIDATORS)
        self.scene.deposit(first)
        self.put_in, self.paid_out = first, 0
        self.came = 0  # to the vault, by whatever way, beyond deposits
        self.touched = 0  # stake that moved since the last step: each move can cost two wei
        self.may_fall = False
        self.note()

    def note(self) -> None:
        state = self.scene.model.state()
        self.worth = state.priced, state.shares

    def account(self, role: str) -> str:
        return str(getattr(self.scene, role))

    def act(self, name: str, role: str | None, *arguments: Any) -> Outcome:
        return self.scene.attempt(name, None if role is None else self.account(role), *arguments)


class LiquidMachine(LiquidActions):
    """Random orders, with the promises checked after each step."""

    @initialize(first=st.sampled_from([1_000 * UNIT, 10**12 + 10**7, 50 * UNIT]))
    def begin(self, first):
        self.setup(first)

    # --- holders ---

    @rule(role=roles, amount=st.one_of(amounts, earnest))
    def deposit(self, role, amount):
        if self.act("deposit", role, amount, self.account(role)).is_done:
            self.put_in += amount

    @rule(role=roles, amount=amounts)
    def mint(self, role, amount):
        outcome = self.act("mint", role, amount, self.account(role))
        if outcome.is_done:
            self.put_in += outcome.answer

    @rule(role=roles, part=parts)
    def request(self, role, part):
        who = self.account(role)
        self.act("requestRedeem", role, self.scene.model.balances[who] // part, who, who)

    @rule(role=roles, part=parts, more=st.integers(0, 1))
    def redeem(self, role, part, more):
        who = self.account(role)
        outcome = self.act("redeem", role, self.scene.model.claimable(who)[0] // part + more, who, who)
        self.paid_out += outcome.answer if outcome.is_done else 0

    @rule(role=roles, part=parts, more=st.integers(0, 1))
    def withdraw(self, role, part, more):
        who = self.account(role)
        amount = self.scene.model.claimable(who)[1] // part + more
        self.paid_out += amount if self.act("withdraw", role, amount, who, who).is_done else 0

    @rule(role=roles, to=roles, amount=amounts)
    def transfer(self, role, to, amount):
        self.act("transfer", role, self.account(to), amount)

    # --- anyone ---

    @rule(call=st.sampled_from(["sync", "allocate", "allocate", "close_cycle", "close_cycle", "collect", "price_batch", "harvest"]))
    def anyone(self, call):
        self.act(call, None)
        self.touched += MAX_VALIDATORS

    @rule(number=numbers)
    def drop_validator(self, number):
        self.act("drop_validator", None, number)

    @rule(amount=st.integers(1, 20 * UNIT))
    def give(self, amount):
        self.scene.give(amount, self.scene.anyone)
        self.came += amount

    @rule(number=numbers)
    def claim_for(self, number):
        if self.scene.model.staking.held(self.scene.address, number).pending_reward:
            self.scene.claim_for(number)

    @rule(amount=st.integers(10**6, 40 * UNIT))
    def reward(self, amount):
        if self.scene.token.balanceOf(self.scene.suite.notifier) >= amount:
            self.scene.reward(amount)

    # --- the slasher, the operators ---

    @rule(number=numbers, bps=st.sampled_from([1, 100, 1_000, 5_000]), offence=st.integers(0, 2), age=st.sampled_from([0, 1, 15]))
    def slash(self, number, bps, offence, age):
        if self.scene.model.staking.pool(number).pending >> offence & 1 == 0:
            self.scene.slash(number, bps, offence, max(block_number() - age, 0))
            self.may_fall = True

    @rule(is_overturned=st.booleans())
    def decide(self, is_overturned):
        open_ones = [number for number, slash in enumerate(self.scene.slasher_twin.slashes) if slash.status == 1]
        if open_ones:
            self.scene.decide(open_ones[0], is_overturned)

    @rule()
    def answer(self):
        self.scene.answer_all()
        self.may_fall = True

    @rule(number=st.integers(0, 5))
    def take_restitution(self, number):
        self.act("take_restitution", None, number)

    @rule(number=numbers, bars=st.sampled_from([Status.EXITED, Status.JAILED, Status.TOMBSTONED]), is_barred=st.booleans())
    def bar(self, number, bars, is_barred):
        if bool(self.scene.model.staking.pool(number).status & bars) != is_barred:
            self.scene.set_bars(number, bars, is_barred)

    @rule(number=numbers, bps=st.sampled_from([0, 500, 1_500, 2_000]))
    def commission(self, number, bps):
        if self.scene.model.staking.pool(number).commission_bps != bps:
            self.scene.set_commission(number, bps)

    # --- the owner ---

    @rule(caller=owners, number=numbers, weight=st.sampled_from([0, 1, 2_000, 10_000, 10_001]))
    def set_weight(self, caller, number, weight):
        self.act("set_weight", caller, number, weight)

    @rule(caller=owners, bps=st.sampled_from([0, 500, 1_000, 1_001]))
    def set_fee(self, caller, bps):
        self.act("set_fee", caller, bps)

    @rule(caller=owners, bps=st.sampled_from([499, 1_500, 2_000, 10_001]))
    def set_commission_limit(self, caller, bps):
        self.act("set_commission_limit", caller, bps)

    @rule(caller=owners, limit=st.sampled_from([0, 2_000, 1_000_000, 2**40]))
    def set_deposit_limit(self, caller, limit):
        self.act("set_deposit_limit", caller, limit)

    @rule(seconds=st.sampled_from([3, 3_600, TERMS.cycle_seconds, TERMS.cycle_seconds, TERMS.flow_seconds, TERMS.wait_seconds]))
    def wait(self, seconds):
        mine(3, seconds)

    @rule()
    def unbond(self):
        mine(UNBONDING_BLOCKS, UNBONDING)

    # --- promises ---

    @invariant()
    def invariant_LST1_contract_equals_model(self):
        self.scene.agree()

    @invariant()
    def invariant_LST2_every_wei_of_the_holders_is_in_one_place(self):
        books = self.scene.vault.books()
        assert books.pooled == books.liquid + books.staked + books.unbonding
        assert books.locked <= books.pooled + self.touched

    @invariant()
    def invariant_LST3_what_is_written_is_held_and_more_only_by_what_came_in(self):
        scene, books = self.scene, self.scene.vault.books()
        assert scene.token.balanceOf(scene.vault) >= books.liquid + books.reserved
        if scene.model.digest == scene.model.staking.digest():
            held = sum(scene.staking.position(one.validator_id, scene.vault, 0).tokens for one in scene.model.members)
            assert held == books.staked
            assert sum(piece.tokens for piece in scene.vault.pieces()) == books.unbonding

    @invariant()
    def invariant_LST4_the_worth_of_a_share_falls_by_slashes_alone(self):
        """And by the two wei that each pool's rounding can take when stake moves."""
        priced, shares = self.worth
        self.note()
        if not self.may_fall:
            now, all_shares = self.worth
            assert (now + 2 * self.touched + 1) * shares >= priced * all_shares
        self.may_fall, self.touched = False, 0

    @invariant()
    def invariant_LST5_what_was_set_aside_is_what_claims_add_up_to(self):
        vault, model = self.scene.vault, self.scene.model
        priced = [vault.batch(number) for number in range(1, model.next_priced)]
        assert vault.books().reserved == sum(batch.tokens for batch in priced)
        for number in range(1, model.open_batch + 1):
            asked = sum(vault.pendingRedeemRequest(number, holder) + vault.claimableRedeemRequest(number, holder) for holder in self.scene.holders)
            assert asked == vault.batch(number).shares
            assert vault.batch(number).shares > 0 or vault.batch(number).tokens == 0

    @invariant()
    def invariant_LST6_shares_that_wait_are_the_vaults_and_the_locked_ones_stay(self):
        vault, model = self.scene.vault, self.scene.model
        waiting = sum(vault.batch(number).shares for number in range(model.next_priced, model.open_batch + 1))
        assert vault.balanceOf(vault) == waiting
        assert vault.balanceOf(LOCKED_HOLDER) == LOCKED_SHARES
        owed = sum(vault.batch(number).tokens for number in range(model.next_priced, model.open_batch))
        assert vault.books().owed == owed

    @invariant()
    def invariant_LST7_work_is_bounded(self):
        assert len(self.scene.vault.pieces()) <= MAX_PIECES
        assert len(self.scene.vault.backing()) <= MAX_VALIDATORS

    @invariant()
    def invariant_LST8_nobody_is_paid_what_did_not_come_in(self):
        """What was paid and what is here is no more than what was put in, given, and earned at Staking."""
        scene = self.scene
        earned = scene.staking_model.rewards_paid
        books = scene.vault.books()
        assert self.paid_out + books.reserved + books.pooled <= self.put_in + self.came + earned + 2 * VALIDATORS
        assert scene.token.allowance(scene.vault, scene.staking) == UNLIMITED


LiquidMachine.TestCase.settings = settings(max_examples=examples(3, 12, 150), stateful_step_count=examples(20, 45, 90), deadline=None)
TestLiquidStaking = LiquidMachine.TestCase
