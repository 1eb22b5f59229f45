"""Our amounts beside those of Uniswap v2's published bytecode, at the same fee and in the same state: tests/vectors/uniswap_v2.json.

`python -m bench.peers.uniswap` made the vectors. For whoever acts: a swap by what is paid gives the same to the unit; one by what is bought costs the same
or one unit less; a withdrawal pays the same; a deposit gives as many shares or more, and takes at most one unit more of one token.
"""

from __future__ import annotations

import json
from collections import Counter

import boa
import pytest

from mdt.model.liquidity_pool import LOCKED_SHARES
from mdt.model.liquidity_pool.curve import amount_in, amount_out
from tests.support.boa_clock import now
from tests.support.deployers import ROOT
from tests.support.liquidity import MarketScene

RECORDED = json.loads((ROOT / "tests/vectors/uniswap_v2.json").read_text(encoding="utf-8"))
VECTORS = RECORDED["vectors"]


class Beside:
    """Our pool, put into any state."""

    def __init__(self) -> None:
        self.scene = MarketScene()
        layout = self.scene.pool.compiler_data.storage_layout["storage_layout"]["market_books"]
        self.slots = [int(layout[name]["slot"]) for name in ("_reserves", "_books")]
        self.books = boa.env.get_storage(self.scene.address, self.slots[1])

    def at(self, first: int, second: int, shares: int):
        """The pool with these reserves and shares."""
        word = first | second << 112 | (now() % 2**32) << 224 if shares else 0
        boa.env.set_storage(self.scene.address, self.slots[0], word)
        boa.env.set_storage(self.scene.address, self.slots[1], self.books | shares)
        return self.scene.pool


@pytest.fixture(scope="module")
def beside():
    return Beside()


def test_vectors__every_action__is_there_many_times():
    counted = Counter(one["action"] for one in VECTORS)
    assert min(counted[action] for action in ("add", "remove", "swap", "swap_out")) >= 15
    assert sum(one["before"][2] == 0 for one in VECTORS) == 3


@pytest.mark.parametrize("index", [index for index, one in enumerate(VECTORS) if one["action"] == "swap"])
def test_swap_exact_in__beside_uniswap__the_same_to_the_unit(beside, index):
    one = VECTORS[index]
    side, paid = one["arguments"]
    pool = beside.at(*one["before"])
    assert pool.quote_exact_in(beside.scene.addresses[side], paid) == one["changed"][1 - side]
    assert amount_out(paid, one["before"][side], one["before"][1 - side], 30) == one["changed"][1 - side]


@pytest.mark.parametrize("index", [index for index, one in enumerate(VECTORS) if one["action"] == "swap_out"])
def test_swap_exact_out__beside_uniswap__the_same_or_one_unit_less(beside, index):
    """Uniswap adds one to every quotient, ours only where something was cut off."""
    one = VECTORS[index]
    side, bought = one["arguments"]
    theirs = -one["changed"][side]
    ours = beside.at(*one["before"]).quote_exact_out(beside.scene.addresses[side], bought)
    assert theirs - ours in (0, 1)
    assert ours == amount_in(bought, one["before"][side], one["before"][1 - side], 30)
    exact = one["before"][side] * bought * 10_000 % ((one["before"][1 - side] - bought) * 9_970) == 0
    assert (theirs - ours == 1) == exact


@pytest.mark.parametrize("index", [index for index, one in enumerate(VECTORS) if one["action"] == "add"])
def test_add__beside_uniswap__as_many_shares_or_more_for_a_unit_at_most(beside, index):
    one = VECTORS[index]
    ours = beside.at(*one["before"]).quote_add(*one["arguments"])
    first, second, shares = -one["changed"][0], -one["changed"][1], one["changed"][2]
    assert ours.shares >= shares
    if one["before"][2] == 0:
        assert (ours.tokens, ours.paired, ours.shares) == (first, second, shares)
        assert LOCKED_SHARES == 1_000
    else:
        # for the same shares ours never takes more than a unit beyond theirs, of either token
        needed = [-(-shares * reserve // one["before"][2]) for reserve in one["before"][:2]]
        assert needed[0] <= first + 1
        assert needed[1] <= second + 1
        assert ours.tokens <= one["arguments"][0]
        assert ours.paired <= one["arguments"][1]


@pytest.mark.parametrize("index", [index for index, one in enumerate(VECTORS) if one["action"] == "remove"])
def test_remove__beside_uniswap__the_same_to_the_unit(beside, index):
    one = VECTORS[index]
    (shares,) = one["arguments"]
    pool = beside.at(*one["before"])
    coin = beside.scene.paired
    held = coin.balanceOf(pool)
    missing = max(0, one["before"][1] - held)
    with boa.env.anchor():
        if missing:
            coin.transfer(pool, missing, sender=beside.scene.provider)
        assert list(pool.quote_remove(shares)) == one["changed"][:2]
