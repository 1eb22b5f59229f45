"""G11: a token that calls back from within a transfer finds every function of the pool closed, views included."""

from __future__ import annotations

from fractions import Fraction

import boa
import pytest

from tests.support.boa_clock import mine, now
from tests.support.liquidity import FEE_DELAY, LATER, WITH_PART, HostileMarket
from tests.support.pools import UNIT
from tests.support.unlocked import unlocked
from tools import contracts

FIXED = {"TOKEN", "PAIRED", "TREASURY", "FEE_DELAY", "name", "symbol", "decimals"}
"""Never change: the compiler locks getters of storage only."""
BORROWED = {"owner", "pending_owner", "transfer_ownership", "accept_ownership", "eip712Domain"}
"""Of snekmate's files, which have no lock: they show and move nothing of the pool's."""


class Stage(HostileMarket):
    """The token is owner, holder, trader and provider: every call there is can be made from within its transfer."""

    def __init__(self, is_locked: bool) -> None:
        super().__init__(WITH_PART, build=None if is_locked else unlocked("LiquidityPool"), is_owned=True)
        self.me = str(self.hostile.address)
        self.act("add", 50 * UNIT, 50 * UNIT, 1, self.trader, self.late)
        self.pool.transfer(self.me, 5 * UNIT, sender=self.provider)
        self.pool.approve(self.me, 10**30, sender=self.provider)
        self.sell(20 * UNIT)
        reading = tuple(self.pool.price_cumulative())
        self.act("announce_fees", (40, 1_000, False))
        mine(1, FEE_DELAY)
        for coin in (self.token, self.hostile):
            coin.transfer(self.pool, 7, sender=self.trader)
        self.writers = {
            "add": (UNIT, UNIT, 0, self.trader, self.late),
            "add_one_sided": (self.hostile, UNIT, 0, self.trader, self.late),
            "remove": (UNIT, 0, 0, self.trader, self.late),
            "swap_exact_in": (self.hostile, UNIT, 0, self.trader, self.late),
            "swap_exact_out": (self.hostile, UNIT, 9 * UNIT, self.trader, self.late),
            "collect": (),
            "apply_fees": (),
            "announce_fees": ((50, 0, False),),
            "withdraw_fees": (),
            "sweep": (self.hostile,),
            "transfer": (self.provider, UNIT),
            "approve": (self.provider, UNIT),
            "transferFrom": (self.provider, self.me, UNIT),
        }

        self.readers = {
            "quote_add": (UNIT, UNIT),
            "quote_add_one_sided": (self.hostile, UNIT),
            "quote_exact_in": (self.hostile, UNIT),
            "quote_exact_out": (self.hostile, UNIT),
            "mean_price": reading,
        }

    def arguments(self, entry) -> tuple:
        """Of a function, such that it goes through by itself."""
        values = {"address": self.me, "uint256": 1, "int256": 0, "uint8": 27, "bytes32": b"\0" * 32}
        known = self.writers | self.readers
        return known[entry["name"]] if entry["name"] in known else tuple(values[item["type"]] for item in entry["inputs"])

    @property
    def late(self) -> int:
        return now() + LATER + 2 * FEE_DELAY

    def act(self, name: str, *arguments) -> None:
        """A call of the token."""
        self.hostile.execute(self.pool, getattr(self.pool, name).prepare_calldata(*arguments))

    def worth(self) -> Fraction:
        """Product of the reserves over the square of the shares, those due to the protocol counted."""
        tokens, paired, _ = self.pool.reserves()
        supply = self.pool.totalSupply() + self.pool.protocol_shares() - self.pool.balanceOf(self.pool)
        return Fraction(tokens * paired, supply**2)

    def check(self) -> None:
        reserves = self.pool.reserves()
        assert reserves.tokens <= self.token.balanceOf(self.pool)
        assert reserves.paired <= self.hostile.balanceOf(self.pool)


def functions() -> list[dict]:
    """Every function there is."""
    return [entry for entry in contracts.abi("pools/LiquidityPool") if entry["type"] == "function"]


OUTER = ("add", "add_one_sided", "remove", "swap_exact_in", "swap_exact_out", "collect", "sweep")


@pytest.fixture(scope="module")
def locked():
    return Stage(is_locked=True)


def test_stage__every_call__goes_through_by_itself(locked):
    for entry in functions():
        if entry["name"] in {"permit", "accept_ownership"}:
            continue  # nobody signed, nobody is to follow
        with boa.env.anchor():
            locked.act(entry["name"], *locked.arguments(entry))
            locked.check()


@pytest.mark.parametrize("outer", OUTER)
def test_any_call__from_within_a_transfer__is_refused(locked, outer):
    """Every function there is: none is forgotten."""
    tried, succeeded = 0, set()
    for entry in functions():
        name = entry["name"]
        with boa.env.anchor():
            locked.hostile.arm(locked.pool, getattr(locked.pool, name).prepare_calldata(*locked.arguments(entry)))
            locked.act(outer, *locked.writers[outer])
            assert locked.hostile.call_backs() == 1
            succeeded |= {name} if locked.hostile.has_succeeded() else set()
        tried += 1
    assert tried == 42
    assert succeeded <= FIXED | BORROWED


def test_sources__no_function__is_let_out_of_the_lock():
    """G11: no `@reentrant` in the pool and its modules."""
    for path in [contracts.CONTRACTS / "pools/LiquidityPool.vy", *contracts.CONTRACTS.glob("pools/modules/market_*.vy")]:
        assert "@reentrant" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("outer", OUTER)
def test_any_call__from_within_a_build_without_the_lock__gains_nothing(outer):
    """The order of events alone: books first. No share is worth less, and what is on the books is there."""
    stage = Stage(is_locked=False)
    for name, arguments in stage.writers.items():
        if name == "sweep":
            continue  # what is on its way out is off the books and would look like a surplus: the lock is needed there
        with boa.env.anchor():
            worth = stage.worth()
            stage.hostile.arm(stage.pool, getattr(stage.pool, name).prepare_calldata(*arguments))
            try:
                stage.act(outer, *stage.writers[outer])
            except boa.BoaError:
                continue  # refused as a whole, such as shares that were given back twice
            assert stage.hostile.call_backs() == 1
            assert stage.worth() >= worth, name
            stage.check()
