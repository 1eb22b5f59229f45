"""Long random lives of liquid staking on contract and model, slashes and all; what flows, on random amounts and times; and the properties of ERC-4626."""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdt.errors import Refusal
from mdt.model.liquid_staking import Flow
from mdt.model.staking import Status
from tests.support.boa_clock import block_number, mine
from tests.support.liquid import TERMS, UNIT, LiquidScene
from tests.support.profiles import examples
from tests.support.staking import UNBONDING, UNBONDING_BLOCKS

STEPS = 250
MUST_HAPPEN = (
    "deposit",
    "mint",
    "requestRedeem",
    "redeem",
    "withdraw",
    "sync",
    "allocate",
    "close_cycle",
    "collect",
    "price_batch",
    "harvest",
    "take_restitution",
    "set_weight",
    "lst: slash undecided",
    "lst: not claimable",
    "lst: cycle not over",
    "lst: still unbonding",
)


class Life:
    """One vault, and everybody busy."""

    def __init__(self, seed: int) -> None:
        self.rng, self.seen = random.Random(seed), Counter[str]()
        self.scene = LiquidScene(4, weights=(4_000, 3_000, 2_000, 1_000))
        self.scene.deposit(self.rng.choice([1_000 * UNIT, 5 * 10**12, 77 * UNIT + 1]))

    def attempt(self, name: str, caller: str | None, *arguments: Any) -> None:
        try:
            self.scene.twin.call(name, caller, *arguments)
            self.seen[name] += 1
        except Refusal as refusal:
            self.seen[str(refusal)] += 1

    def step(self) -> None:
        rng, scene = self.rng, self.scene
        who, number = rng.choice(scene.holders), rng.choice(scene.ids)
        amount = rng.choice([0, 1, rng.randrange(1, 10**7), rng.randrange(1, 300 * UNIT), rng.randrange(UNIT, 100 * UNIT)])
        part = rng.choice([1, 2, 3, 7])
        shares, wei = scene.model.claimable(who)
        held = scene.model.balances[who]
        pool = scene.model.staking.pool(number)
        open_ones = [index for index, slash in enumerate(scene.slasher_twin.slashes) if slash.status == 1]
        offence = rng.randrange(3)
        choices = [
            *[lambda: self.attempt(rng.choice(["deposit", "mint"]), who, amount, who)] * 4,
            *[lambda: self.attempt("requestRedeem", who, held // part, who, who)] * 4,
            lambda: self.attempt("redeem", who, shares // part + rng.randrange(2), who, who),
            lambda: self.attempt("withdraw", who, wei // part + rng.randrange(2), who, who),
            *[lambda: self.attempt(rng.choice(["allocate", "close_cycle", "collect", "price_batch", "harvest", "sync"]), None)] * 14,
            lambda: self.attempt("drop_validator", None, number),
            lambda: self.attempt("take_restitution", None, rng.randrange(max(len(scene.slasher_twin.slashes), 1))),
            lambda: self.attempt("set_weight", scene.owner, number, rng.choice([0, 1, 3_000, 9_999])),
            lambda: scene.give(rng.randrange(1, 5 * UNIT), scene.anyone),
            *([lambda: scene.reward(rng.randrange(1, 10 * UNIT))] if scene.token.balanceOf(scene.suite.notifier) > 100 * UNIT else []),
            *(
                [lambda: scene.slash(number, rng.choice([1, 500, 3_000]), offence, block_number() - rng.randrange(30))]
                if not pool.pending >> offence & 1
                else []
            ),
            *[lambda: scene.decide(open_ones[0], rng.random() < 0.5)] * (3 if open_ones else 0),
            scene.answer_all,
            *([lambda: scene.set_bars(number, Status.JAILED, False)] if pool.status & Status.JAILED and not pool.pending else []),
            *[lambda: mine(rng.randrange(1, 9), rng.choice([3, TERMS.cycle_seconds, 2 * TERMS.cycle_seconds]))] * 4,
            lambda: mine(UNBONDING_BLOCKS, UNBONDING),
        ]
        rng.choice(choices)()


def test_lives__random__contract_equals_model():
    seen = Counter[str]()
    for seed in range(examples(1, 3, 40)):
        life = Life(seed)
        for step in range(STEPS):
            life.step()
            if step % 5 == 0:
                life.scene.agree()
        life.scene.agree()
        seen += life.seen
    assert [name for name in MUST_HAPPEN if not seen[name]] == []


JOINS = st.lists(st.tuples(st.integers(1, 10**26), st.integers(0, 40 * 86_400)), min_size=1, max_size=8)


@settings(max_examples=examples(30, 150, 2_000), deadline=None)
@given(JOINS, st.integers(86_400, 30 * 86_400), st.integers(1, 10**7))
def test_flow__joined__never_faster_than_each_by_itself(joins, seconds, later):
    """What counts at any time is no more than if each had flowed alone, but for what was rounded: a second of each joining."""
    flow, now, alone = Flow(seconds), 0, []
    for amount, wait in joins:
        now += wait
        rate = Fraction(flow.locked(now), max(flow.until - now, 1)) if now < flow.until else Fraction(0)
        flow.join(amount, now)
        alone.append((amount, now))
        joined = Fraction(flow.amount, flow.until - flow.since)
        assert joined <= rate + Fraction(amount, seconds)
        assert flow.locked(now) == flow.amount
    assert flow.locked(now + later) <= flow.amount
    assert flow.locked(flow.until) == 0
    assert sum(amount for amount, _ in alone) >= flow.amount


@settings(max_examples=examples(30, 150, 2_000), deadline=None)
@given(st.integers(1, 10**26), st.integers(86_400, 30 * 86_400), st.integers(0, 30 * 86_400), st.integers(1, 10**27), st.integers(0, 10**27))
def test_flow__after_a_loss__is_never_more_than_its_part(amount, seconds, now, before, after):
    flow = Flow(seconds)
    flow.join(amount, 0)
    left = flow.left_of(before, after)
    assert left == amount if after >= before else left * before <= amount * after < (left + 1) * before
    assert flow.locked(now, left) <= flow.locked(now)
    assert flow.locked(now) * seconds >= amount * (seconds - min(now, seconds)) > (flow.locked(now) - 1) * seconds


class Standard:
    """A vault somewhere in its life, for the properties that ERC-4626's suites ask of every vault (a16z's, by their names)."""

    def __init__(self, seed: int) -> None:
        life = Life(seed)
        for _ in range(60):
            life.step()
        self.scene, self.rng = life.scene, life.rng
        for slash in [index for index, one in enumerate(self.scene.slasher_twin.slashes) if one.status == 1]:
            self.scene.decide(slash, False)
        self.scene.answer_all()
        self.scene.do("sync")

    @property
    def amount(self) -> int:
        return self.rng.choice([1, 10**6 + 1, 3 * UNIT, self.rng.randrange(1, 50 * UNIT)])


@pytest.fixture(params=range(4))
def standard(request):
    return Standard(request.param)


def test_erc4626__asset_and_total_assets__never_revert(standard):
    vault = standard.scene.vault
    assert vault.asset() == standard.scene.token.address
    assert vault.totalAssets() >= 0


def test_erc4626__conversions__do_not_depend_on_who_asks_and_round_down(standard):
    scene, amount = standard.scene, standard.amount
    vault = scene.vault
    answers = {(vault.convertToShares(amount, sender=who), vault.convertToAssets(amount, sender=who)) for who in scene.holders}
    assert len(answers) == 1
    assert vault.convertToAssets(vault.convertToShares(amount)) <= amount
    assert vault.convertToShares(vault.convertToAssets(amount)) <= amount


def test_erc4626__previews__are_no_better_than_what_is_done(standard):
    scene, amount = standard.scene, standard.amount
    preview = scene.vault.previewMint(amount)
    outcome = scene.attempt("mint", scene.other, amount, scene.other)
    if outcome.is_done:
        assert outcome.answer <= preview
    before = scene.model.state()
    shares = amount * before.shares // before.priced
    if shares and scene.vault.maxDeposit(scene.other) >= amount:
        assert scene.vault.previewDeposit(amount) <= scene.deposit(amount, scene.other)


def test_erc4626__limits__can_be_used_in_full(standard):
    scene = standard.scene
    most = scene.vault.maxDeposit(scene.holder)
    scene.twin.call("set_deposit_limit", scene.owner, (scene.model.pooled + 2 * UNIT) // UNIT)
    most = scene.vault.maxDeposit(scene.holder)
    if most:
        assert scene.vault.convertToShares(most) == scene.vault.maxMint(scene.holder)
        assert scene.twin.call("mint", scene.holder, scene.vault.maxMint(scene.holder), scene.holder) <= most
    shares, wei = scene.vault.maxRedeem(scene.holder), scene.vault.maxWithdraw(scene.holder)
    if wei:
        assert scene.redeem(shares) == wei
        assert scene.vault.maxRedeem(scene.holder) < shares


def test_erc4626__there_and_back__gains_nothing(standard):
    """RT_deposit_redeem, RT_mint_withdraw and the like, through a batch that is closed at once."""
    scene, amount = standard.scene, 10 * UNIT + standard.amount
    mine(1, TERMS.cycle_seconds)
    before = scene.token.balanceOf(scene.attacker)
    old = scene.model.balances[scene.attacker]
    if not scene.attempt("deposit", scene.attacker, amount, scene.attacker).is_done:
        return
    shares = scene.model.balances[scene.attacker] - old
    batch = scene.ask(shares, scene.attacker)
    scene.do("close_cycle")
    for _ in range(4):
        mine(UNBONDING_BLOCKS, UNBONDING)
        scene.attempt("collect", None)
        while scene.attempt("price_batch", None).is_done:
            pass
        scene.attempt("close_cycle", None)
    assert scene.vault.claimableRedeemRequest(batch, scene.attacker) >= shares
    worth = scene.vault.batch(batch)
    assert worth.tokens * shares // worth.shares <= amount
    assert scene.token.balanceOf(scene.attacker) <= before


def test_erc4626__calls_by_whom__need_tokens_and_leave_others_alone(standard):
    scene, amount = standard.scene, standard.amount
    others = {who: (scene.vault.balanceOf(who), scene.token.balanceOf(who)) for who in (scene.holder, scene.attacker)}
    scene.attempt("deposit", scene.other, amount, scene.other)
    scene.attempt("requestRedeem", scene.other, scene.model.balances[scene.other] // 2, scene.other, scene.other)
    assert others == {who: (scene.vault.balanceOf(who), scene.token.balanceOf(who)) for who in (scene.holder, scene.attacker)}
