"""MDT against its model: transfers, permits, minters, budgets, burns and time in any order."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

import boa
from eth_account import Account
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mdt.addresses import ZERO_ADDRESS
from mdt.model.clock import Clock
from mdt.model.reasons import Burn, Mint
from mdt.model.token import BUCKET_COUNT, EMPTY_DIGEST, GRANT_PERIOD, MAX_AMOUNT, MAX_SUSPENSION, MDT, RING_SIZE, UNLIMITED, SupplyRecord, digest_of
from mdt.units import DAY, HOUR
from tests.support.permits import give_permit
from tests.support.profiles import examples
from tests.support.token import TOKEN, deploy_token
from tests.support.twins import Twin

SIGNERS = [Account.from_key(bytes([7]) * 31 + bytes([index + 1])) for index in range(3)]
# small enough that every limit is met often, with an empty bucket; and the largest the packing holds
CAP_SETS = [[1_000, 400, 300, 0, 50], [60, 60, 60, 60, 60], [MAX_AMOUNT - 10**30, 10**30, 0, 0, 0]]
# mostly amounts a holder can have, so that most calls go through; parts of its balance in 8ths; and too much
SMALL = st.integers(0, 12)
AMOUNT = st.one_of(st.integers(0, 60), st.integers(0, 1_100), st.sampled_from([10**29, 10**30, MAX_AMOUNT, 2**128, UNLIMITED]))
HOLDER = st.integers(0, 4)
MINTER = st.integers(0, 2)
NAMES = {"transferFrom": "transfer_from", "burnFrom": "burn_from"}


class TokenActions(RuleBasedStateMachine):
    """Calls made on the contract and on the model: both do the same, or both refuse for the same reason."""

    def setup(self, caps: list[int]) -> None:
        self.owner, self.guardian, self.attacker, *self.minters = (
            boa.env.generate_address(role) for role in ("owner", "guardian", "attacker", "minter 0", "minter 1", "minter 2")
        )
        self.token = deploy_token(self.owner, self.guardian, bucket_caps=caps)
        self.clock = Clock(boa.env.evm.patch.block_number, boa.env.timestamp)
        self.model = MDT(caps, TOKEN.grant_delay, self.owner, self.guardian, self.clock)
        self.twin = Twin(self.token, self.model, names=NAMES)
        # the token is a recipient like any other; the zero address is not
        self.holders = [*(signer.address for signer in SIGNERS), self.token.address, ZERO_ADDRESS]
        self.wallets = self.holders[:3]
        self.spenders = [self.holders[0], self.minters[0], self.attacker]
        self.minted_per_minter = dict.fromkeys(self.minters, 0)
        # what somebody keeps who reads the newest record after every call
        self.kept: dict[str, list[SupplyRecord]] = {"mint": [], "burn": []}

    def both(self, name: str, caller: str, *arguments: Any) -> bool:
        """The same call on both; whether it went through."""
        is_done = self.twin.attempt(name, caller, *arguments).is_done
        for side, kept in self.kept.items():
            if getattr(self.token, f"{side}_record_count")() > len(kept):
                kept.append(SupplyRecord(*getattr(self.token, f"{side}_records")(0, 1)[0]))
        return is_done

    def act_wait(self, seconds: int, blocks: int) -> None:
        """Time passes for both."""
        self.clock.advance(blocks, seconds)
        boa.env.evm.patch.block_number, boa.env.evm.patch.timestamp = self.clock.block_number, self.clock.timestamp

    def act_mint(self, minter: str, to: str, amount: int, reason: int) -> None:
        """A mint, which `mintable` has foretold."""
        foretold = self.token.mintable(minter)
        if self.both("mint", minter, to, amount, reason):
            assert amount <= foretold
            self.minted_per_minter[minter] += amount

    def compare_everything(self) -> None:
        """Every view of the contract against the model."""
        token, model = self.token, self.model
        for minter in self.minters:
            assert tuple(token.minter(minter)) == astuple(model.minter(minter))
            assert tuple(token.proposal(minter)) == astuple(model.proposal(minter))
            assert token.lifetime_room(minter) == model.lifetime_room(minter)
            assert token.mintable(minter) == model.mintable(minter)
            assert (token.is_minter(minter), token.suspended_until(minter)) == (model.is_minter(minter), model.suspended_until(minter))
            assert token.burner_reasons(minter) == model.burner_reasons[minter]
        for holder in self.holders:
            for spender in self.spenders:
                assert token.allowance(holder, spender) == model.allowances[holder, spender]
        for offset, limit in ((0, RING_SIZE), (1, 2), (63, 5), (RING_SIZE, 1), (0, 0), (UNLIMITED, UNLIMITED)):
            assert [tuple(record) for record in token.mint_records(offset, limit)] == [astuple(record) for record in model.mint_records(offset, limit)]
            assert [tuple(record) for record in token.burn_records(offset, limit)] == [astuple(record) for record in model.burn_records(offset, limit)]
        counts = (token.minter_count(), token.proposal_count(), token.burner_count())
        assert counts == (model.minter_count, model.proposal_count, model.burner_count)
        assert (token.mint_record_count(), token.burn_record_count()) == (model.mint_record_count, model.burn_record_count)
        assert (token.mint_digest(), token.burn_digest()) == (model.mint_digest, model.burn_digest)
        assert (token.guardian(), token.owner(), token.is_setup_finished()) == (model.guardian, model.owner, model.is_setup_finished)


class TokenMachine(TokenActions):
    """Random orders of everything by everybody, with the promises checked after each step."""

    @initialize(caps=st.sampled_from(CAP_SETS), whole_bucket=st.booleans())
    def begin(self, caps, whole_bucket):
        """A minter of the first bucket, holders with tokens and allowances for each other's spenders, a burner."""
        self.setup(caps)
        cap = caps[0] if whole_bucket else caps[0] // 2
        self.both("propose_minter", self.owner, self.minters[0], 0, 0xFF, cap, max(cap // 2, 1), HOUR)
        self.both("grant_minter", self.owner, self.minters[0])
        for wallet, spender in zip(self.wallets, self.spenders, strict=True):
            self.act_mint(self.minters[0], wallet, cap // 12, Mint.GENESIS)
            self.both("approve", wallet, spender, cap // 6)
        self.both("set_burner", self.owner, self.wallets[0], 0b11111)
        assert self.token.totalSupply() == 3 * (cap // 12) > 0

    def part_of(self, holder: str, eighths: int) -> int:
        """So many eighths of a balance, and more than all of it from 9 on."""
        balance = self.model.balances[holder]
        return balance * eighths // 8 if eighths <= 8 else balance + eighths - 8

    # --- ERC-20 ---

    @rule(sender=st.integers(0, 2), to=HOLDER, eighths=SMALL)
    def transfer(self, sender, to, eighths):
        self.both("transfer", self.wallets[sender], self.holders[to], self.part_of(self.wallets[sender], eighths))

    @rule(sender=st.integers(0, 2), to=HOLDER, amount=AMOUNT)
    def transfer_anything(self, sender, to, amount):
        self.both("transfer", self.wallets[sender], self.holders[to], amount)

    @rule(holder=st.integers(0, 2), spender=st.integers(0, 2), amount=AMOUNT)
    def approve(self, holder, spender, amount):
        self.both("approve", self.wallets[holder], self.spenders[spender], amount)

    @rule(holder=st.integers(0, 2), spender=st.integers(0, 2), amount=AMOUNT)
    def permit(self, holder, spender, amount):
        give_permit(self.token, SIGNERS[holder], self.spenders[spender], amount)
        self.model.approve(self.wallets[holder], self.spenders[spender], amount)

    @rule(holder=st.integers(0, 2), spender=st.integers(0, 2), to=HOLDER, eighths=SMALL, is_own=st.integers(0, 3))
    def transfer_from(self, holder, spender, to, eighths, is_own):
        """By the spender approved at the start, or by another."""
        caller = self.spenders[holder if is_own else spender]
        self.both("transferFrom", caller, self.wallets[holder], self.holders[to], self.part_of(self.wallets[holder], eighths))

    # --- mint and burn ---

    @rule(minter=MINTER, to=HOLDER, amount=AMOUNT, reason=st.sampled_from([*Mint, 8, 255, UNLIMITED]))
    def mint_anything(self, minter, to, amount, reason):
        self.act_mint(self.minters[minter], self.holders[to], amount, reason)

    @rule(minter=MINTER, to=st.integers(0, 3), eighths=SMALL, reason=st.sampled_from(Mint))
    def mint(self, minter, to, eighths, reason):
        room = self.model.mintable(self.minters[minter])
        self.act_mint(self.minters[minter], self.holders[to], room * eighths // 8, reason)

    @rule(minter=MINTER, to=st.integers(0, 2), extra=st.integers(-1, 1))
    def mint_around_the_limit(self, minter, to, extra):
        """Exactly what is left, one less and one more (A8)."""
        amount = self.token.mintable(self.minters[minter]) + extra
        if amount >= 0:
            self.act_mint(self.minters[minter], self.wallets[to], amount, Mint.AIRDROP)

    @rule(holder=st.integers(0, 2), eighths=SMALL, reason=st.sampled_from([*Burn, 5, 256, UNLIMITED]))
    def burn(self, holder, eighths, reason):
        self.both("burn", self.wallets[holder], self.part_of(self.wallets[holder], eighths), reason)

    @rule(holder=st.integers(0, 2), eighths=SMALL)
    def burn_voluntarily(self, holder, eighths):
        self.both("burn", self.wallets[holder], self.part_of(self.wallets[holder], eighths))

    @rule(holder=st.integers(0, 2), spender=st.integers(0, 2), eighths=SMALL, reason=st.sampled_from([Burn.VOLUNTARY, *Burn, 5, UNLIMITED]))
    def burn_from(self, holder, spender, eighths, reason):
        self.both("burnFrom", self.spenders[spender], self.wallets[holder], self.part_of(self.wallets[holder], eighths), reason)

    # --- governance and time ---

    @rule(
        minter=MINTER,
        bucket=st.integers(0, BUCKET_COUNT),
        reasons=st.sampled_from([0xFF, 0x21, 0x20, 0, 0x100, UNLIMITED]),
        cap=AMOUNT,
        window_cap=AMOUNT,
        window=st.sampled_from([59, 60, HOUR, DAY, 365 * DAY, 365 * DAY + 1, UNLIMITED]),
        by_owner=st.integers(0, 9),
    )
    def propose_minter(self, minter, bucket, reasons, cap, window_cap, window, by_owner):
        self.both("propose_minter", self.owner if by_owner else self.attacker, self.minters[minter], bucket, reasons, cap, window_cap, window)

    @rule(minter=MINTER, bucket=st.integers(0, BUCKET_COUNT - 1), share=st.integers(1, 3), window=st.sampled_from([60, HOUR, DAY]))
    def put_in_force(self, minter, bucket, share, window):
        """Proposed, waited for, granted: every time a minter can be, whatever happened before."""
        cap = self.model.minter(self.minters[minter]).minted + self.model.bucket_caps[bucket] // share
        self.both("propose_minter", self.owner, self.minters[minter], bucket, 0xFF, cap, (cap + 1) // share, window)
        if self.model.is_setup_finished:
            self.act_wait(TOKEN.grant_delay, 1)
        self.both("grant_minter", self.owner, self.minters[minter])

    @rule(minter=MINTER, by_owner=st.integers(0, 9))
    def grant_minter(self, minter, by_owner):
        self.both("grant_minter", self.owner if by_owner else self.guardian, self.minters[minter])

    @rule(minter=MINTER, by=st.integers(0, 3))
    def revoke_minter(self, minter, by):
        caller = (self.owner, self.guardian, self.attacker, self.minters[minter])[by]
        self.both("revoke_minter", caller, self.minters[minter])

    @rule(
        minter=MINTER, seconds=st.sampled_from([0, 1, HOUR, MAX_SUSPENSION, MAX_SUSPENSION, MAX_SUSPENSION + 1, UNLIMITED]), by=st.sampled_from([0, 0, 0, 1, 2])
    )
    def suspend_minter(self, minter, seconds, by):
        account, caller = self.minters[minter], (self.guardian, self.owner, self.attacker)[by]
        room = self.model.lifetime_room(account)
        if self.both("suspend_minter", caller, account, seconds):
            assert (self.token.mintable(account), self.token.lifetime_room(account)) == (0, room)

    @rule(minter=MINTER, by=st.integers(0, 2))
    def resume_minter(self, minter, by):
        self.both("resume_minter", (self.guardian, self.owner, self.attacker)[by], self.minters[minter])

    @rule(minter=MINTER, by=st.integers(0, 2))
    def withdraw_proposal(self, minter, by):
        self.both("withdraw_proposal", (self.guardian, self.owner, self.attacker)[by], self.minters[minter])

    @rule(minter=MINTER, offset=st.integers(-1, 1))
    def mint_at_the_end_of_a_suspension(self, minter, offset):
        account = self.minters[minter]
        if self.model.suspended_until(account) > self.clock.timestamp:
            self.act_wait(max(self.model.suspended_until(account) + offset - self.clock.timestamp, 0), 1)
            assert self.token.mintable(account) == self.model.mintable(account)
            self.act_mint(account, self.wallets[0], 1, Mint.AIRDROP)

    @rule(minter=MINTER, reasons=st.sampled_from([0, 0b11111, 0b00101, 0b100000]), by_owner=st.integers(0, 9))
    def set_burner(self, minter, reasons, by_owner):
        self.both("set_burner", self.owner if by_owner else self.attacker, self.minters[minter], reasons)

    @rule(what=st.sampled_from(["guardian", "guardian back", "finish", "stranger finishes"]))
    def govern(self, what):
        """Calls that matter once or seldom."""
        if what.startswith("guardian"):
            self.both("set_guardian", self.owner, self.guardian if what.endswith("back") else self.attacker)
        else:
            self.both("finish_setup", self.owner if what == "finish" else self.attacker)

    @rule(seconds=st.one_of(st.integers(1, 7_200), st.sampled_from([DAY, 14 * DAY, GRANT_PERIOD, GRANT_PERIOD + 1])), blocks=st.integers(1, 1_000))
    def wait(self, seconds, blocks):
        self.act_wait(seconds, blocks)

    @rule(minter=MINTER, offset=st.integers(-1, 1), eighths=SMALL)
    def mint_at_the_edge_of_a_window(self, minter, offset, eighths):
        """Use up the window, wait for its last or first second, and mint again (A10, A11)."""
        account = self.minters[minter]
        state = self.model.minter(account)
        if state.is_active:
            self.act_mint(account, self.wallets[minter], self.model.mintable(account), state.reasons.bit_length() - 1)
            self.act_wait(max(state.window_start + state.window_seconds + offset - self.clock.timestamp, 0), 1)
            assert tuple(self.token.minter(account)) == astuple(self.model.minter(account))
            self.act_mint(account, self.wallets[minter], self.part_of_window(account, eighths), state.reasons.bit_length() - 1)

    def part_of_window(self, minter: str, eighths: int) -> int:
        """So many eighths of the window cap, from nothing to too much."""
        return self.model.minter(minter).window_cap * eighths // 8

    # --- promises ---

    @invariant()
    def invariant_TOK1_supply_is_the_sum_of_balances_and_minted_minus_burned(self):
        """A3."""
        balances = [self.token.balanceOf(holder) for holder in self.holders]
        assert balances == [self.model.balances[holder] for holder in self.holders]
        assert sum(balances) == self.token.totalSupply() == self.token.total_minted() - self.token.total_burned()

    @invariant()
    def invariant_TOK2_buckets_sum_to_minted_and_none_is_over_its_cap(self):
        """A1, A22: a burn never reopens room, and there is one path to mint."""
        buckets = [self.token.minted_by_bucket(bucket) for bucket in range(BUCKET_COUNT)]
        assert buckets == self.model.minted_by_bucket
        assert sum(buckets) == self.token.total_minted() <= self.token.cap()
        assert all(minted <= cap for minted, cap in zip(buckets, self.model.bucket_caps, strict=True))

    @invariant()
    def invariant_TOK3_reasons_sum_to_the_totals(self):
        minted = [self.token.minted_by_reason(reason) for reason in Mint]
        burned = [self.token.burned_by_reason(reason) for reason in Burn]
        assert minted == [self.model.minted_by_reason(reason) for reason in Mint]
        assert burned == [self.model.burned_by_reason(reason) for reason in Burn]
        assert (sum(minted), sum(burned)) == (self.token.total_minted(), self.token.total_burned())

    @invariant()
    def invariant_TOK4_minters_sum_to_minted_and_stay_inside_life_and_window(self):
        minters = [self.token.minter(minter) for minter in self.minters]
        assert [minter[4] for minter in minters] == list(self.minted_per_minter.values())
        assert sum(self.minted_per_minter.values()) == self.token.total_minted()
        for is_active, _, _, lifetime_cap, minted, window_cap, _, _, in_window in minters:
            assert not is_active or (minted <= lifetime_cap and in_window <= window_cap)

    @invariant()
    def invariant_TOK5_a_minter_mints_what_mintable_says_and_not_while_suspended(self):
        """X6: a suspension ends by itself; no minter is stopped for longer than the longest."""
        for minter in self.minters:
            until = self.token.suspended_until(minter)
            assert until <= self.clock.timestamp + MAX_SUSPENSION
            assert self.clock.timestamp >= until or self.token.mintable(minter) == 0

    @invariant()
    def invariant_TOK6_the_digests_prove_whatever_was_kept_complete(self):
        """X10: also when the rings have forgotten it."""
        assert self.token.mint_digest() == digest_of(self.kept["mint"])
        assert self.token.burn_digest() == digest_of(self.kept["burn"])
        assert self.kept["burn"] or self.token.burn_digest() == EMPTY_DIGEST

    def teardown(self):
        if hasattr(self, "token"):
            self.compare_everything()


TestToken = TokenMachine.TestCase
TestToken.settings = settings(max_examples=examples(quick=5, ci=20, deep=2_000), stateful_step_count=40, deadline=None)
