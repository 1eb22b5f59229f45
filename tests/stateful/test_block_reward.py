"""BlockReward on the real token under random blocks, stops, limits and recipients, against the model after every step."""

from __future__ import annotations

from typing import Any

import boa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mdt.addresses import ZERO_ADDRESS
from mdt.model.halving import HalvingSchedule
from mdt.model.reasons import Mint, mask
from mdt.units import DAY
from tests.support.block_reward import BLOCK_BUCKET, advance, deploy_block_reward, model_of
from tests.support.naive_halving import naive_cumulative
from tests.support.profiles import examples
from tests.support.token import deploy_token
from tests.support.twins import Twin

# Short eras, so that runs cross many of them and can be counted block by block.
SHORT = HalvingSchedule(initial=10**18 << 6, interval=7, halvings=6)


class BlockRewardActions(RuleBasedStateMachine):
    """What can happen to a block reward; the contract and the model do the same and must answer the same."""

    schedule = SHORT

    def setup(self, start_delay: int) -> None:
        """Token, contract and model; three accounts that can be recipients."""
        self.owner, self.guardian = boa.env.generate_address("owner"), boa.env.generate_address("guardian")
        self.accounts = [boa.env.generate_address(f"recipient {index}") for index in range(3)]
        self.token = deploy_token(self.owner, self.guardian)
        self.contract = deploy_block_reward(self.token, self.owner, self.schedule, start_delay)
        self.model = model_of(self.contract, self.token)
        self.twin = Twin(self.contract, self.model, silent={"release"})
        self.token_twin = Twin(self.token, self.model.token)
        # recipient => wei that its blocks earned, up to the last change
        self.tenures = dict.fromkeys(self.accounts, 0)
        self.tenure_start = 0
        # predecessors, and their models
        self.before: list[tuple[Any, Any]] = []

    def act_advance(self, blocks: int) -> None:
        """Let blocks pass."""
        advance(blocks)

    def act_grant(self, cap_blocks: int, window_blocks: int, window: int) -> None:
        """New limits, in rewards of era 0; what was minted in earlier grants counts against the cap."""
        cap = self.model.token.minter(self.model.address).minted + cap_blocks * self.schedule.initial
        limits = (cap, min(cap, window_blocks * self.schedule.initial), window)
        reasons = mask(Mint.BLOCK_REWARD)
        self.token_twin.call("propose_minter", self.owner, self.model.address, BLOCK_BUCKET, reasons, *limits)
        self.token_twin.call("grant_minter", self.owner, self.model.address)

    def act_revoke(self) -> None:
        """The owner ends the minter."""
        self.token_twin.call("revoke_minter", self.owner, self.model.address)

    def act_suspend(self, seconds: int) -> None:
        """The guardian stops the minter for a while."""
        self.token_twin.attempt("suspend_minter", self.guardian, self.model.address, seconds)

    def act_replace(self, is_released: bool) -> None:
        """A successor takes over, with the arrears that its predecessor could not mint; the recipient stays."""
        if is_released and self.model.recipient != ZERO_ADDRESS:
            self.twin.call("release", self.accounts[0])
        old, old_model, recipient = self.contract, self.model, self.model.recipient
        rules = old_model.token.minter(old_model.address)
        self.contract = deploy_block_reward(self.token, self.owner, self.schedule, predecessor=old)
        self.model = model_of(self.contract, self.token, old_model)
        self.twin = Twin(self.contract, self.model, silent={"release"})
        self.before.append((old, old_model))
        assert (self.contract.owed(), self.contract.releasable(), self.contract.is_open()) == (0, 0, False)
        if recipient != ZERO_ADDRESS:
            self.twin.call("set_recipient", self.owner, recipient)
            assert self.contract.release() == self.model.release() == 0
        if rules.is_active:
            self.twin.refused("reward: predecessor mints", "take_over", self.owner)
            self.token_twin.call("revoke_minter", self.owner, old_model.address)
        self.twin.call("take_over", self.owner)
        self.twin.refused("reward: nothing to take over", "take_over", self.owner)
        if rules.is_active:
            limits = (rules.lifetime_cap, rules.window_cap, rules.window_seconds)
            self.token_twin.call("propose_minter", self.owner, self.model.address, BLOCK_BUCKET, mask(Mint.BLOCK_REWARD), *limits)
            self.token_twin.call("grant_minter", self.owner, self.model.address)

    def act_release(self, caller: str) -> None:
        """Anybody releases; with a recipient it never reverts."""
        if self.model.recipient == ZERO_ADDRESS:
            self.twin.refused("reward: no recipient", "release", caller)
            return
        self.twin.call("release", caller)
        assert self.contract.release(sender=caller) == 0, "A10: the second release in a block"

    def act_set_recipient(self, recipient: str) -> None:
        """The owner changes the recipient, or is refused for the model's reason."""
        old_recipient, block = self.model.recipient, boa.env.evm.patch.block_number
        if recipient == old_recipient:
            refusal = "reward: same recipient"
        elif old_recipient != ZERO_ADDRESS and self.model.releasable() < self.model.owed():
            refusal = "reward: arrears owed"
        else:
            self.twin.call("set_recipient", self.owner, recipient)
            if old_recipient != ZERO_ADDRESS:
                self.tenures[old_recipient] += self.earned(self.tenure_start, block)
                self.tenure_start = block
            return
        self.twin.refused(refusal, "set_recipient", self.owner, recipient)

    def released(self) -> int:
        """Wei that this contract and all before it have minted."""
        return self.contract.total_released() + sum(contract.total_released() for contract, _ in self.before)

    def earned(self, first: int, end: int) -> int:
        """Wei that blocks [first, end) earn, counted one by one."""
        start = self.contract.START_BLOCK()
        counted = [naive_cumulative(*self.arguments, max(0, block - start)) for block in (first, end)]
        return counted[1] - counted[0]

    @property
    def arguments(self) -> tuple[int, int, int]:
        return self.schedule.initial, self.schedule.interval, self.schedule.halvings


class BlockRewardMachine(BlockRewardActions):
    """Random orders of everything, with the promises checked after each step."""

    @initialize(start_delay=st.sampled_from([0, 1, 10]))
    def begin(self, start_delay):
        self.setup(start_delay)

    @rule(blocks=st.one_of(st.just(1), st.integers(1, 25)))
    def advance(self, blocks):
        self.act_advance(blocks)

    @rule(cap_blocks=st.integers(1, 40), window_blocks=st.integers(1, 40), window=st.integers(60, 200))
    def grant(self, cap_blocks, window_blocks, window):
        self.act_grant(cap_blocks, window_blocks, window)

    @rule()
    def grant_without_limits(self):
        self.act_grant(1_000, 1_000, DAY)

    @precondition(lambda self: self.model.token.minter(self.model.address).is_active)
    @rule()
    def revoke(self):
        self.act_revoke()

    @rule(seconds=st.sampled_from([1, 60, DAY]))
    def suspend(self, seconds):
        self.act_suspend(seconds)

    @precondition(lambda self: len(self.before) < 3)
    @rule(is_released=st.booleans())
    def replace(self, is_released):
        self.act_replace(is_released)

    @rule(caller=st.integers(0, 2))
    def release(self, caller):
        self.act_release(self.accounts[caller])

    @rule(recipient=st.integers(0, 2))
    def set_recipient(self, recipient):
        self.act_set_recipient(self.accounts[recipient])

    @invariant()
    def invariant_BR1_released_never_passes_the_schedule(self):
        released, block = self.released(), boa.env.evm.patch.block_number
        assert released <= self.contract.scheduled_through(block) <= self.contract.LIFETIME_TOTAL() == self.schedule.lifetime_total

    @invariant()
    def invariant_BR2_released_is_minted_is_held(self):
        released = self.released()
        assert released == self.token.minted_by_reason(Mint.BLOCK_REWARD) == self.token.totalSupply()
        assert released == self.contract.released_before() + self.contract.total_released()
        chain = [self.contract, *(contract for contract, _ in self.before)]
        received = {account: sum(contract.released_to(account) for contract in chain) for account in self.accounts}
        assert released == sum(received.values())
        assert all(received[account] == self.token.balanceOf(account) for account in self.accounts)

    @invariant()
    def invariant_BR3_released_and_owed_is_what_the_blocks_earned(self):
        """X5: over all predecessors, whatever each could mint."""
        assert self.released() + self.contract.owed() == self.earned(0, boa.env.evm.patch.block_number)

    @invariant()
    def invariant_BR4_each_recipient_gets_what_its_blocks_earned(self):
        current = self.contract.recipient()
        for account, earned in self.tenures.items():
            if account == current:
                earned += self.earned(self.tenure_start, boa.env.evm.patch.block_number) - self.contract.owed()
            assert self.token.balanceOf(account) == earned

    @invariant()
    def invariant_BR5_releasable_is_what_the_token_allows(self):
        assert self.contract.releasable() == min(self.contract.owed(), self.token.mintable(self.contract))

    @invariant()
    def invariant_BR6_contract_equals_model(self):
        assert self.contract.total_released() == self.model.total_released
        assert (self.contract.released_before(), self.contract.is_open()) == (self.model.released_before, self.model.is_open)
        assert self.contract.owed() == self.model.owed()
        assert self.contract.releasable() == self.model.releasable()
        assert self.contract.recipient() == self.model.recipient
        assert {account: self.contract.released_to(account) for account in self.accounts} == {
            account: self.model.released_to[account] for account in self.accounts
        }


TestBlockReward = BlockRewardMachine.TestCase
TestBlockReward.settings = settings(max_examples=examples(quick=5, ci=20, deep=1_500), stateful_step_count=30, deadline=None)
