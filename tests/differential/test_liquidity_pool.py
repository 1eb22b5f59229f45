"""Long random lives of a liquidity pool on contract and model, of every size of amount, with the fee's part on and off; and each quote against its action."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import boa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdt.errors import Refusal
from mdt.model.liquidity_pool import MAX_RESERVE, Fees
from mdt.model.liquidity_pool.curve import amount_in, amount_out, part_to_swap, protocol_part
from mdt.model.liquidity_pool.prices import MAX_LOG, exp2, log2_ratio
from mdt.model.token import UNLIMITED
from tests.support.boa_clock import mine
from tests.support.deployers import ROOT
from tests.support.liquidity import FEE_DELAY, MarketScene
from tests.support.pools import PURSE, UNIT
from tests.support.profiles import examples
from tests.support.twins import plain

STEPS = 120
RESERVES = st.one_of(st.integers(1, MAX_RESERVE), st.integers(1, 10**6), st.sampled_from([1, MAX_RESERVE]))


class Life:
    """One pool, and everybody busy."""

    def __init__(self, rng: random.Random) -> None:
        self.rng, self.seen = rng, Counter[str]()
        part = rng.choice([0, 1_667, 2_500])
        self.scene = MarketScene(Fees(rng.choice([1, 30, 100]), part, rng.random() < 0.5))
        self.scene.add(*rng.choice([(100 * UNIT, 150 * UNIT), (1_001, 1_001), (10**6, 50_000 * UNIT)]))
        self.readings: list[tuple[int, int]] = []

    def amount(self) -> int:
        rng = self.rng
        return rng.choice([0, 1, 2, 1_000, rng.randrange(1, 10**6), rng.randrange(1, UNIT), rng.randrange(1, 50 * UNIT), rng.randrange(1, PURSE)])

    def attempt(self, name: str, caller: str | None, *arguments: Any) -> None:
        """The same on both; what came of it is counted."""
        try:
            self.scene.twin.call(name, caller, *arguments)
            self.seen[name] += 1
        except Refusal as refusal:
            self.seen[str(refusal)] += 1

    def quoted(self, name: str, quote: str, arguments: tuple[Any, ...], rest: tuple[Any, ...], caller: str) -> None:
        """A quote, then its action, in the same state: both answer the same, or both refuse for the same reason."""
        scene = self.scene
        try:
            expected = plain(getattr(scene.model, quote)(*arguments))
        except Refusal as refusal:
            with boa.reverts(str(refusal)):
                getattr(scene.pool, quote)(*arguments)
            self.seen[str(refusal)] += 1
            return
        assert plain(getattr(scene.pool, quote)(*arguments)) == expected
        try:
            found = plain(scene.twin.call(name, caller, *arguments, *rest))
            assert found == (expected[0] if name == "add_one_sided" else expected)
            self.seen[name] += 1
        except Refusal as refusal:
            self.seen[str(refusal)] += 1

    def step(self) -> None:
        """One call, or some time."""
        rng, scene = self.rng, self.scene
        who, side = rng.choice(scene.holders), rng.randrange(2)
        token, late = scene.addresses[side], scene.deadline
        most = rng.choice([UNLIMITED, self.amount()])
        held = scene.model.balances[who]
        shares = rng.choice([self.amount(), held, held // 2, held // 1_000])
        acts: list[tuple[int, Callable[[], None]]] = [
            (6, lambda: self.quoted("swap_exact_in", "quote_exact_in", (token, self.amount()), (0, who, late), who)),
            (4, lambda: self.quoted("swap_exact_out", "quote_exact_out", (token, self.amount()), (PURSE, who, late), who)),
            (4, lambda: self.quoted("add", "quote_add", (self.amount(), most), (0, who, late), who)),
            (4, lambda: self.quoted("add_one_sided", "quote_add_one_sided", (token, self.amount()), (0, who, late), who)),
            (5, lambda: self.quoted("remove", "quote_remove", (shares,), (0, 0, who, late), who)),
            (2, lambda: self.attempt("transfer", who, rng.choice(scene.holders), shares)),
            (1, lambda: self.attempt("collect", None)),
            (1, lambda: scene.give(side, rng.randrange(1, 10**6))),
            (1, lambda: self.attempt("sweep", scene.owner, token)),
            (1, lambda: self.announce()),
            (2, lambda: self.attempt("apply_fees", None)),
            (4, lambda: mine(1, rng.choice([3, 3, 60, 1_800, FEE_DELAY]))),
            (1, lambda: self.readings.append(scene.model.price_cumulative())),
            (2, self.look_back),
        ]
        weights, calls = zip(*acts, strict=True)
        rng.choices(calls, weights)[0]()

    def announce(self) -> None:
        changed = replace(self.scene.model.fees, protocol_bps=self.rng.choice([0, 1_667, 2_500]), fee_bps=self.rng.choice([1, 30, 100]))
        self.attempt("announce_fees", self.scene.owner, changed)

    def look_back(self) -> None:
        """The mean since a reading."""
        if not self.readings:
            return
        reading = self.rng.choice(self.readings)
        try:
            expected = self.scene.model.mean_price(*reading)
        except Refusal as refusal:
            with boa.reverts(str(refusal)):
                self.scene.pool.mean_price(*reading)
            return
        assert self.scene.pool.mean_price(*reading) == expected
        self.seen["mean_price"] += 1


def test_lives__random__contract_equals_model():
    seen = Counter[str]()
    for seed in range(examples(3, 10, 60)):
        with boa.env.anchor():
            life = Life(random.Random(seed))
            for _ in range(STEPS):
                life.step()
                life.scene.agree()
            seen += life.seen
    done = ("swap_exact_in", "swap_exact_out", "add", "add_one_sided", "remove", "transfer", "collect", "sweep", "announce_fees", "apply_fees", "mean_price")
    assert all(seen[name] > 0 for name in done), seen
    assert {"market: nothing comes out", "market: not enough in reserve", "mdt: balance too low"} <= set(seen)


@pytest.fixture(scope="module")
def internals():
    """The modules' own functions, asked directly."""
    folder = ROOT / "contracts/pools/modules"
    return boa.load(str(folder / "market_curve.vy")), boa.load(str(folder / "market_prices.vy"))


@given(RESERVES, RESERVES)
@settings(max_examples=examples(50, 200, 5_000), deadline=None)
def test_log2_ratio__any_reserves__contract_equals_model(internals, numerator, denominator):
    assert internals[1].internal._log2_ratio(numerator, denominator) == log2_ratio(numerator, denominator)


@given(st.integers(-MAX_LOG, MAX_LOG))
@settings(max_examples=examples(50, 200, 5_000), deadline=None)
def test_exp2__any_logarithm__contract_equals_model(internals, logarithm):
    assert internals[1].internal._exp2(logarithm) == exp2(logarithm)


@given(RESERVES, RESERVES, RESERVES, st.sampled_from([1, 30, 100]))
@settings(max_examples=examples(50, 200, 5_000), deadline=None)
def test_curve__any_reserves__contract_equals_model(internals, amount, reserve_in, reserve_out, fee_bps):
    """At the edge of the reserves' width too: nothing wraps around."""
    curve = internals[0].internal
    room = min(amount, MAX_RESERVE - reserve_in)
    assert curve._amount_out(room, reserve_in, reserve_out, fee_bps) == amount_out(room, reserve_in, reserve_out, fee_bps)
    assert curve._part_to_swap(room, reserve_in, fee_bps) == part_to_swap(room, reserve_in, fee_bps) <= room
    if 0 < amount < reserve_out:
        assert curve._amount_in(amount, reserve_in, reserve_out, fee_bps) == amount_in(amount, reserve_in, reserve_out, fee_bps)


@given(RESERVES, RESERVES, RESERVES, st.integers(1, 2_500))
@settings(max_examples=examples(50, 200, 5_000), deadline=None)
def test_protocol_part__any_growth__contract_equals_model(internals, shares, root, last_root, protocol_bps):
    shares = min(shares, root)
    assert internals[0].internal._protocol_part(shares, root, last_root, protocol_bps) == protocol_part(shares, root, last_root, protocol_bps)
