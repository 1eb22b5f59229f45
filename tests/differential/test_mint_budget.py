"""The minters' budgets against the model: random rules, times and amounts, mostly at the edges of a limit."""

from __future__ import annotations

import random

import boa

from mdt.model.reasons import Mint
from mdt.model.token import MDT
from mdt.units import DAY
from tests.support.boa_clock import BoaClock
from tests.support.profiles import examples
from tests.support.token import ALL_REASONS, deploy_token
from tests.support.twins import Twin

CASES = examples(200, 3_000, 100_000)
MINTS_PER_GRANT = 40
CAPS = [10**27, 10**27, 10**27, 10**27, 10**27]


def _wait(rng: random.Random, window: int) -> int:
    """Seconds to the next mint: none, a few, to around the edge of a window, or many windows."""
    return rng.choice([0, 1, rng.randrange(window), window - 1, window, window + 1, rng.randrange(20 * window)])


def _amount(rng: random.Random, mintable: int, cap: int) -> int:
    """Wei to ask for: nothing, a part of what is mintable, all of it, a wei more, or whatever."""
    return rng.choice([0, 1, mintable // rng.randint(1, 9), mintable, mintable + 1, max(mintable, 1) - 1, rng.randrange(2 * cap)])


def test_mint__random_rules_times_and_amounts__contract_equals_model():
    """A8, A10, A11, A23, A24: amounts that fit are minted, all others refused for the model's reason; every room is the model's."""
    rng = random.Random(20_260_131)
    owner, holder = boa.env.generate_address("owner"), boa.env.generate_address("holder")
    with boa.env.anchor():
        token = deploy_token(owner, owner, bucket_caps=CAPS)
        model = MDT(CAPS, token.GRANT_DELAY(), owner, owner, BoaClock())
        twin = Twin(token, model)
        minter, window, cap = "", DAY, 1
        for case in range(CASES):
            if case % MINTS_PER_GRANT == 0:
                minter = boa.env.generate_address()
                cap = rng.randrange(1, 10 ** rng.randint(1, 24))
                window = rng.choice([60, 61, DAY, rng.randint(60, 365 * DAY), 365 * DAY])
                rules = (minter, rng.randrange(5), ALL_REASONS, cap, rng.randint(1, cap), window)
                twin.call("propose_minter", owner, *rules)
                twin.call("grant_minter", owner, minter)
            boa.env.time_travel(seconds=_wait(rng, window), block_delta=1)
            assert token.mintable(minter) == model.mintable(minter)
            amount = _amount(rng, model.mintable(minter), cap)
            twin.attempt("mint", minter, holder, amount, Mint.AIRDROP)
            assert token.lifetime_room(minter) == model.lifetime_room(minter)
        assert token.totalSupply() == token.balanceOf(holder) == model.total_supply > 0
