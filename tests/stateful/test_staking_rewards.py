"""Staking on the real token, block reward and pool: validators, rewards and time in any order, against the model after every step."""

from __future__ import annotations

from fractions import Fraction

import boa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mdt.errors import Refusal
from mdt.model.halving import Schedule
from mdt.model.stream import SCALE
from tests.support.profiles import examples
from tests.support.staking import BURSE, MINIMUM, UNBONDING, UNIT, deploy_suite, mine

# Eras short enough that runs cross some of them and reach the end of the schedule.
SHORT = Schedule(initial=2 * UNIT, interval=60, halvings=4)
STREAM_BLOCKS = 32
VALIDATORS = 4


class StakingActions(RuleBasedStateMachine):
    """What can happen to staking; the contract and the model do the same and must answer the same."""

    def setup(self, start_delay: int, window_cap: int | None) -> None:
        """Contracts, model, accounts, and the books the invariants are checked against."""
        self.suite = deploy_suite(start_delay=start_delay, schedule=SHORT, window_cap=window_cap, _stream_blocks=STREAM_BLOCKS)
        self.staking, self.token, self.model = self.suite.staking, self.suite.token, self.suite.model()
        self.accounts = [self.suite.actor(f"validator {index}") for index in range(VALIDATORS)]
        self.donated = 0
        # account => wei it put in as stake less wei it took out; and wei it was paid as rewards
        self.principal = dict.fromkeys(self.accounts, 0)
        self.paid = dict.fromkeys(self.accounts, 0)
        # account => its exact share of every block so far, in scaled wei; and what the carry can have moved
        self.ideal = dict.fromkeys(self.accounts, Fraction(0))
        self.bound = Fraction(0)

    def both(self, contract_call, model_call):
        """Do it in both; they answer the same, or refuse for the same reason. None if refused."""
        self.bound += self.model.ledger.weight + self.model.stream_blocks
        try:
            expected = model_call()
        except Refusal as refusal:
            with boa.reverts(str(refusal)):
                contract_call()
            return None
        answer = contract_call()
        assert answer is None or answer == expected
        return expected if answer is None else answer

    def act_mine(self, blocks: int, seconds: int) -> None:
        """Let blocks pass; every one of them is shared out exactly in the books beside."""
        ledger = self.model.ledger
        for block in range(self.model.clock.block_number, self.model.clock.block_number + blocks):
            flow = ledger.epoch_stream.flow(block, block + 1) + ledger.block_stream.flow(block, block + 1)
            if flow == 0:
                continue
            for account, record in ledger.validators.items():
                if record.tokens:
                    self.ideal[account] += Fraction(flow * record.tokens, ledger.weight)
        mine(blocks, seconds)

    def act_register(self, account: str, amount: int) -> None:
        """Become a validator."""
        fits = self.token.balanceOf(account) >= amount
        if fits and self.both(lambda: self.staking.register(amount, sender=account), lambda: (self.model.register(account, amount), amount)[1]):
            self.principal[account] += amount

    def act_stake(self, account: str, amount: int) -> None:
        """Add stake."""
        fits = self.token.balanceOf(account) >= amount
        if fits and self.both(lambda: self.staking.stake(amount, sender=account), lambda: self.model.stake(account, amount)):
            self.principal[account] += amount

    def act_unstake(self, account: str, amount: int) -> None:
        """Ask for stake back."""
        self.both(lambda: self.staking.unstake(amount, sender=account), lambda: self.model.unstake(account, amount))

    def act_withdraw(self, account: str, request_id: int) -> None:
        """Take out a request."""
        before = self.token.balanceOf(account)
        amount = self.both(lambda: self.staking.withdraw(request_id, sender=account), lambda: self.model.withdraw(account, request_id))
        assert self.token.balanceOf(account) == before + (amount or 0)
        self.principal[account] -= amount or 0

    def act_claim(self, account: str, caller: str) -> None:
        """Anybody claims for anybody."""
        before = self.token.balanceOf(account)
        amount = self.both(lambda: self.staking.claim(account, sender=caller), lambda: self.model.claim(account))
        assert self.token.balanceOf(account) == before + (amount or 0)
        self.paid[account] += amount or 0

    def act_notify(self, amount: int) -> None:
        """An epoch's rewards come in."""
        if self.token.balanceOf(self.suite.notifier) >= amount:
            self.both(
                lambda: self.staking.notify_reward(amount, sender=self.suite.notifier),
                lambda: self.model.notify_reward(self.suite.notifier, amount),
            )

    def act_pull(self, caller: str) -> None:
        """Anybody pulls block rewards."""
        since = self.model.pulled_through
        amount = self.staking.pull_block_rewards(sender=caller)
        released, reward = self.suite.reward.released_to(self.staking), self.suite.reward.reward_at(since)
        self.bound += self.model.ledger.weight + SHORT.lifetime_total // SHORT.initial
        assert self.model.pull_block_rewards(released, reward) == amount

    def act_recycle(self) -> None:
        """Anybody sends idle rewards to the pool."""
        before = self.suite.pool.available()
        amount = self.both(self.staking.recycle_idle_rewards, self.model.recycle_idle_rewards)
        assert self.suite.pool.available() == before + (amount or 0)

    def act_donate(self, account: str, amount: int) -> None:
        """A plain transfer in."""
        self.token.transfer(self.staking, amount, sender=account)
        self.donated += amount


class StakingMachine(StakingActions):
    """Random orders of everything, with the promises checked after each step."""

    @initialize(start_delay=st.sampled_from([0, 5, 50]), window_cap=st.sampled_from([None, 20 * UNIT]))
    def begin(self, start_delay, window_cap):
        self.setup(start_delay, window_cap)

    @rule(blocks=st.one_of(st.just(1), st.integers(1, 20), st.integers(1, 120)), block_time=st.sampled_from([1, 3, 12]))
    def mine(self, blocks, block_time):
        self.act_mine(blocks, blocks * block_time)

    @rule(seconds=st.sampled_from([UNBONDING - 100, UNBONDING]))
    def wait_for_unbonding(self, seconds):
        self.act_mine(1, seconds)

    @rule(who=st.integers(0, VALIDATORS - 1), amount=st.sampled_from([MINIMUM - 1, MINIMUM, 3 * MINIMUM + 7]))
    def register(self, who, amount):
        self.act_register(self.accounts[who], amount)

    @rule(who=st.integers(0, VALIDATORS - 1), amount=st.one_of(st.sampled_from([0, 1, MINIMUM]), st.integers(1, 10 * MINIMUM)))
    def stake(self, who, amount):
        self.act_stake(self.accounts[who], amount)

    @rule(who=st.integers(0, VALIDATORS - 1), amount=st.one_of(st.sampled_from([0, 1, MINIMUM]), st.integers(1, 5 * MINIMUM)))
    def unstake(self, who, amount):
        self.act_unstake(self.accounts[who], amount)

    @rule(who=st.integers(0, VALIDATORS - 1))
    def unstake_everything(self, who):
        account = self.accounts[who]
        self.act_unstake(account, self.model.tokens(account))

    @rule(who=st.integers(0, VALIDATORS - 1), request_id=st.integers(0, 4))
    def withdraw(self, who, request_id):
        self.act_withdraw(self.accounts[who], request_id)

    @rule(who=st.integers(0, VALIDATORS - 1), caller=st.integers(0, VALIDATORS - 1))
    def claim(self, who, caller):
        self.act_claim(self.accounts[who], self.accounts[caller])

    @rule(amount=st.one_of(st.sampled_from([0, 1, 400 * UNIT]), st.integers(1, 500 * UNIT)))
    def notify(self, amount):
        self.act_notify(amount)

    @rule(caller=st.integers(0, VALIDATORS - 1))
    def pull(self, caller):
        self.act_pull(self.accounts[caller])

    @rule()
    def release_by_another(self):
        self.suite.reward.release()

    @rule()
    def recycle(self):
        self.act_recycle()

    @precondition(lambda self: self.donated == 0)
    @rule(who=st.integers(0, VALIDATORS - 1), amount=st.integers(1, UNIT))
    def donate(self, who, amount):
        self.act_donate(self.accounts[who], amount)

    @invariant()
    def invariant_STK1_balance_is_principal_and_rewards_and_donations(self):
        """What arrived by BlockReward and was not pulled yet is on its way into the rewards."""
        unpulled = self.suite.reward.released_to(self.staking) - self.model.block_rewards_received
        assert self.token.balanceOf(self.staking) == self.suite.holdings() + unpulled + self.donated

    @invariant()
    def invariant_STK2_rewards_are_conserved_to_the_scaled_wei(self):
        model = self.model
        left = model.rewards_received - model.rewards_paid - model.rewards_recycled
        assert model.ledger.scaled_total() == left * SCALE

    @invariant()
    def invariant_STK3_contract_equals_model(self):
        model, ledger, net = self.model, self.model.ledger, self.staking.network()
        ledger.settle()
        assert (net.total_weight, net.total_staked, net.total_unbonding) == (ledger.weight, model.total_staked, model.total_unbonding)
        assert (net.rewards_received, net.rewards_paid, net.rewards_recycled) == (model.rewards_received, model.rewards_paid, model.rewards_recycled)
        assert (net.rewards_idle, net.pulled_through, net.validator_count) == (ledger.idle_wei(), model.pulled_through, len(ledger.validators))
        assert (net.epoch_stream_rate, net.epoch_stream_end) == (ledger.epoch_stream.rate // SCALE, ledger.epoch_stream.end)
        assert (net.block_stream_rate, net.block_stream_end) == (ledger.block_stream.rate // SCALE, ledger.block_stream.end)
        assert self.staking.validators(0, 100) == list(ledger.validators)
        for account, record in ledger.validators.items():
            position = self.staking.position(account)
            expected = (record.tokens, model.pending_reward(account), record.unbonding, len(record.requests))
            assert (position.tokens, position.pending_reward, position.unbonding, position.request_count) == expected

    @invariant()
    def invariant_STK4_nobody_is_owed_more_than_its_share_of_every_block(self):
        """Nor less: but for the carry, that of every change of weight and the one that waits now."""
        bound = self.bound + self.model.ledger.weight
        for account, record in self.model.ledger.validators.items():
            got = self.paid[account] * SCALE + self.model.ledger.settled(account).owed
            assert abs(got - self.ideal[account]) <= bound
            assert record.tokens + record.unbonding == self.principal[account]

    @invariant()
    def invariant_STK5_what_waits_undivided_is_dust(self):
        """Less than a scaled wei per wei of weight, and what the last top-ups' rates did not divide."""
        ledger = self.model.ledger
        ledger.settle()
        assert ledger.carry < max(ledger.weight, 1) + 20_000

    @invariant()
    def invariant_STK6_block_rewards_never_flow_faster_than_scheduled(self):
        """No timing of pulls makes a block of staking pay more than a block's reward, and none loses a block's reward."""
        reward, now = self.suite.reward, boa.env.evm.patch.block_number
        assert self.model.ledger.block_stream.rate <= SHORT.initial * SCALE
        unpulled = reward.released_to(self.staking) - self.model.block_rewards_received
        assert self.model.block_rewards_received + unpulled + reward.owed() == reward.scheduled_through(now)

    def teardown(self):
        """STK7: whatever happened, everybody gets out with all its stake and all its rewards."""
        if not hasattr(self, "accounts"):
            return
        for account in self.model.ledger.validators:
            if self.model.tokens(account):
                self.act_unstake(account, self.model.tokens(account))
        self.act_mine(STREAM_BLOCKS * 40 + 400, UNBONDING)
        for account, record in self.model.ledger.validators.items():
            for index, request in enumerate(record.requests):
                if not request.is_withdrawn:
                    self.act_withdraw(account, index)
            if self.model.pending_reward(account):
                self.act_claim(account, account)
            assert self.principal[account] == 0
        if self.model.ledger.idle_wei():
            self.act_recycle()
        net, ledger = self.staking.network(), self.model.ledger
        assert net.total_staked == net.total_unbonding == 0
        left = net.rewards_received - net.rewards_paid - net.rewards_recycled
        streams = ledger.epoch_stream.left(self.model.clock.block_number) + ledger.block_stream.left(self.model.clock.block_number)
        assert left - streams // SCALE <= VALIDATORS + 2, "a fraction of a wei per position, of the idle rewards and of the streams"
        held = sum(self.token.balanceOf(account) for account in self.accounts)
        assert held == VALIDATORS * BURSE - self.donated + sum(self.paid.values())
        for account in self.accounts:
            given = BURSE + self.paid[account] - self.token.balanceOf(account)
            assert given in (0, self.donated)


TestStaking = StakingMachine.TestCase
TestStaking.settings = settings(max_examples=examples(quick=5, ci=20, deep=1_500), stateful_step_count=40, deadline=None)
