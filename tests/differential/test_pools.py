"""Long random lives of reserve pools on contract and model, steered so that every call goes through many times, and refuses too."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import boa

from mdt.errors import Refusal
from mdt.model.pools import Refill, SaleTerms
from mdt.model.schedules import Kind
from mdt.units import DAY, HOUR
from tests.support.pools import UNIT, PoolsScene, pass_time
from tests.support.profiles import examples

STEPS = 150


class Life:
    """Two or three pools, one of them filled by a schedule, and everybody busy."""

    def __init__(self, rng: random.Random) -> None:
        self.rng, self.scene, self.seen = rng, PoolsScene(rng.choice([0, 100, 3_333])), Counter[str]()
        for name in ("first", "second"):
            self.scene.pool(1_000 * UNIT, name)
        self.schedule_id = self.scene.scheduled(Kind.POOL, self.scene.model.address, 50 * UNIT, 7, pool_id=1)
        self.scene.schedules_twin.call("fund", self.scene.donor, self.schedule_id, 2_000 * UNIT)
        self.scene.pools_twin.call("set_refill", self.scene.owner, 1, Refill(1_000 * UNIT, self.scene.planned.address, self.schedule_id))

    def attempt(self, name: str, caller: str | None, *arguments: Any) -> None:
        """The same on both; what came of it is counted."""
        try:
            self.scene.pools_twin.call(name, caller, *arguments)
            self.seen[name] += 1
        except Refusal as refusal:
            self.seen[str(refusal)] += 1

    def amount(self) -> int:
        return self.rng.choice([0, 1, 99, 100, self.rng.randrange(1, 10**6), self.rng.randrange(1, 300 * UNIT), self.rng.randrange(1, 1_200 * UNIT)])

    def step(self) -> None:
        """One call, or some time."""
        rng, scene = self.rng, self.scene
        pool_id = rng.choice([1, 1, 1, 2, 2, 3])
        operator = rng.choice([scene.operator] * 5 + [scene.other])
        buyer = rng.choice([scene.buyer, scene.other])
        recent = max(0, scene.model.allocation_count - rng.choice([0, 0, 1, 1, 2, 3, 5]))
        acts: list[tuple[int, Callable[[], None]]] = [
            (4, lambda: self.attempt("allocate", operator, pool_id, buyer, self.amount(), rng.choice([HOUR, 2 * HOUR, DAY, 1]))),
            (3, lambda: self.attempt("release", operator, recent)),
            (1, lambda: self.attempt("cancel", operator, recent)),
            (2, lambda: self.attempt("expire", None, recent)),
            (4, lambda: self.attempt("buy", buyer, pool_id, self.amount(), str(scene.cash.address), rng.choice([10**30, 10**30, 5]))),
            (2, lambda: self.attempt("replenish", scene.donor, pool_id, self.amount())),
            (2, lambda: self.attempt("absorb", scene.owner, pool_id, rng.choice([1, 30, 10**6]))),
            (1, lambda: scene.give(scene.model.address, rng.randrange(1, 100))),
            (2, lambda: self.attempt("set_price", operator, pool_id, rng.choice([0, 1, UNIT // 2, UNIT, 2 * UNIT]))),
            (2, lambda: self.attempt("set_sale", scene.owner, pool_id, rng.choice([scene.terms(), scene.terms(max_per_day=self.amount()), SaleTerms()]), UNIT)),
            (1, lambda: self.attempt("set_sale", scene.owner, pool_id, SaleTerms(), 0)),
            (1, lambda: self.attempt("set_operator", scene.owner, pool_id, rng.choice([scene.operator, scene.other]))),
            (3, lambda: self.attempt("top_up", None, pool_id)),
            (3, lambda: pass_time(rng.choice([60, HOUR, DAY]), rng.randrange(1, 9))),
        ]
        if rng.random() < 0.03:
            acts = [(1, lambda: self.attempt("create_pool", scene.owner, "another", scene.operator))]
        if rng.random() < 0.03:
            acts = [(1, lambda: self.attempt("close_pool", scene.owner, rng.choice([2, 3, 4, 5])))]
        rng.choices([act for _, act in acts], [weight for weight, _ in acts])[0]()

    def leave(self) -> None:
        """Everything ends, and what is left is where it belongs."""
        scene = self.scene
        pass_time(90 * DAY)
        for allocation_id in range(1, scene.model.allocation_count + 1):
            scene.pools_twin.attempt("expire", None, allocation_id)
        for pool_id in range(1, scene.model.pool_count + 1):
            scene.pools_twin.attempt("close_pool", scene.owner, pool_id)
        assert scene.pools.total_held() == 0
        assert scene.token.balanceOf(scene.pools) == scene.pools.unassigned()


def test_pools__long_random_lives__contract_equals_model_and_everything_gets_out():
    """F1, F2."""
    rng = random.Random(20_250_105)
    seen = Counter[str]()
    for _ in range(examples(quick=3, ci=10, deep=300)):
        with boa.env.anchor():
            life = Life(rng)
            for index in range(STEPS):
                life.step()
                if index % 10 == 0:
                    life.scene.agree()
            life.scene.agree()
            life.leave()
            life.scene.agree()
            seen += life.seen
    # the lives get everywhere
    calls = ("allocate", "release", "cancel", "expire", "buy", "replenish", "absorb", "set_price", "set_sale", "set_operator", "top_up", "close_pool")
    reasons = ("allocation is not open", "allocation expired", "not expired yet", "not for sale", "not the operator", "price moved", "not enough available")
    assert {*calls, *(f"pools: {reason}" for reason in reasons)} <= set(seen), seen
