"""Long random lives of the fee desk on contract and model, steered so that every call goes through many times, and refuses too."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import boa

from mdt.addresses import ZERO_ADDRESS
from mdt.errors import Refusal
from mdt.model.desk import FeeTerms
from mdt.model.reasons import Fee
from tests.support.desk import DeskScene
from tests.support.pools import PURSE
from tests.support.profiles import examples

STEPS = 120


def random_amount(rng: random.Random) -> int:
    """Often next to a multiple of 10,000, where rounding changes, and sometimes too much."""
    near = 10_000 * rng.randrange(10 ** rng.randrange(1, 14)) + rng.choice([-1, 0, 1, 2, 3])
    return rng.choice([max(0, near), rng.randrange(1, 20_000), rng.randrange(1, 10**18), rng.randrange(1, PURSE // 40), rng.choice([0, 2 * PURSE, 2**104])])


class Life:
    """Three payers, an owner who changes its mind, and governance that takes rights away and gives them back."""

    def __init__(self, rng: random.Random) -> None:
        kinds = [FeeTerms(rng.randrange(10_001), rng.choice([0, 1, 10_000]), rng.random() < 0.5) for _ in range(2)]
        self.rng, self.seen = rng, Counter[str]()
        self.scene = DeskScene([*kinds, FeeTerms(rng.randrange(1_001))], sale_burn_bps=rng.randrange(10_000), fee_burn_bps=rng.randrange(10_001))
        self.scene.put_in_force()

    def attempt(self, name: str, caller: str | None, *arguments: Any) -> None:
        """The same on both; what came of it is counted."""
        try:
            self.scene.desk_twin.call(name, caller, *arguments)
            self.seen[name] += 1
        except Refusal as refusal:
            self.seen[str(refusal)] += 1

    def terms(self, kind: int) -> FeeTerms:
        """Mostly good ones; now and then those there are."""
        rng, most = self.rng, 1_000 if kind == Fee.TRANSFER else 10_000
        row = self.scene.model.terms(kind)
        if rng.random() < 0.1:
            return FeeTerms(row.burn_bps, row.least, kind != Fee.TRANSFER and row.rest_to == self.scene.treasury)
        burn_bps = rng.choice([0, most, rng.randrange(most + 1), rng.randrange(most + 1), most + 1])
        least = rng.choice([0, 1, 99, rng.randrange(10**9), self.scene.model.max_least + rng.choice([-10, 1])])
        return FeeTerms(burn_bps, least, rng.random() < (0.1 if kind == Fee.TRANSFER else 0.5))

    def step(self) -> None:
        """One call."""
        rng, scene = self.rng, self.scene
        payer, other = rng.sample(scene.holders, 2)
        amount = random_amount(rng)
        kind = rng.choice([3, 3, 3, 4, 4, 4, 5, 2])
        account = rng.choice([other] * 9 + [ZERO_ADDRESS])
        payee = rng.choice([other] * 8 + [ZERO_ADDRESS, scene.model.address, payer])
        least = amount - amount * scene.model.terms(Fee.TRANSFER).burn_bps // 10_000 + rng.choice([0, 0, 0, 1])
        allowance = rng.choice([2**256 - 1] * 4 + [amount, max(0, amount - 1), amount // 10])
        caller = rng.choice([scene.owner] * 5 + [scene.attacker])
        changed = rng.choice([3, 4, 5, 5, 1])
        acts: list[tuple[int, Callable[[], None]]] = [
            (8, lambda: self.attempt("deposit", payer, kind, account, amount)),
            (8, lambda: self.attempt("pay", payer, payee, amount, least)),
            (2, lambda: self.attempt("sweep", None)),
            (4, lambda: self.attempt("set_terms", caller, changed, self.terms(changed) if changed > 2 else FeeTerms(1))),
            (2, lambda: scene.allow(payer, scene.desk, allowance)),
            (3, lambda: scene.give(scene.model.address, rng.randrange(1, 100), payer) if scene.twin.balances[payer] > 100 else None),
            (1, lambda: scene.pool_twin.call("deposit_fees", payer, rng.randrange(1, 10**6)) if scene.twin.balances[payer] > 10**6 else None),
        ]
        rng.choices([act for _, act in acts], [weight for weight, _ in acts])[0]()


EVERYTHING = {
    *("deposit", "pay", "sweep", "set_terms"),
    *("desk: not deposited", "desk: zero account", "desk: amount out of bounds", "desk: below the least", "desk: bad payee", "desk: too little received"),
    *("desk: nothing to sweep", "desk: not taken here", "desk: rest is the payee's", "desk: burn out of bounds", "desk: least out of bounds"),
    *("desk: nothing changes", "ownable: caller is not the owner", "mdt: allowance too low", "mdt: balance too low"),
}


def test_life__random_calls__contract_equals_model():
    rng, seen = random.Random(20_250_511), Counter[str]()
    for _ in range(examples(quick=3, ci=8, deep=900)):
        with boa.env.anchor():
            life = Life(rng)
            for step in range(STEPS):
                life.step()
                if step % 20 == 0:
                    life.scene.agree()
            life.scene.agree()
            seen += life.seen
    assert set(seen) >= EVERYTHING, EVERYTHING - set(seen)
    for name, least in (("deposit", 30), ("pay", 30), ("set_terms", 10), ("sweep", 5)):
        assert seen[name] > least, (name, seen)


def test_quote__random_terms_and_amounts__contract_equals_model():
    rng = random.Random(20_250_512)
    for _ in range(4):
        with boa.env.anchor():
            scene = Life(rng).scene
            for _ in range(examples(quick=25, ci=150, deep=30_000)):
                kind = rng.randrange(6)
                amount = min(max(1, random_amount(rng)), 2**104 - 1)
                assert scene.desk.quote(kind, amount) == scene.model.quote(kind, amount)
