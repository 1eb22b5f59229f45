"""The burned part of fees: random amounts and parts through the real contract, against the model."""

from __future__ import annotations

import random

import boa

from tests.support.profiles import examples
from tests.support.token import deploy_token, issue
from tests.support.twins import Twin
from tests.unit.recycling_pool.conftest import PAID_IN, assert_same, pool_and_model

POOLS = 10


def random_amount(rng: random.Random) -> int:
    """Often next to a multiple of 10,000, where rounding changes."""
    near = 10_000 * rng.randrange(10 ** rng.randrange(1, 14)) + rng.choice([-1, 0, 1, 2, 3])
    return max(1, rng.choice([near, rng.randrange(1, 20_000), rng.randrange(1, 10**18)]))


def test_deposit_fees__random_amounts_and_parts__contract_equals_model():
    owner, payer = boa.env.generate_address("owner"), boa.env.generate_address("payer")
    rng = random.Random(20_250_102)
    for index in range(POOLS):
        bps = [0, 1, 5_000, 9_999, 10_000][index] if index < 5 else rng.randrange(10_001)
        with boa.env.anchor():
            token = deploy_token(owner, boa.env.generate_address("guardian"))
            issue(token, payer, PAID_IN)
            pool, model = pool_and_model(token, owner, payer, bps)
            twin = Twin(pool, model)
            for _ in range(examples(quick=5, ci=30, deep=10_000)):
                amount = random_amount(rng)
                twin.call("deposit_fees", payer, amount)
            assert_same(pool, model, token)
