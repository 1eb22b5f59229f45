"""A liquidity pool on two real tokens, with its model on models of them, moved together."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import boa

from mdt.model.liquidity_pool import LOCKED_HOLDER, Fees, LiquidityPool
from mdt.model.reasons import Burn, mask
from mdt.model.token import UNLIMITED
from mdt.units import DAY
from tests.support.boa_clock import BoaClock, mine, now
from tests.support.deployers import deploy
from tests.support.harness import harness
from tests.support.pools import PURSE, UNIT, both_tokens
from tests.support.twins import Outcome, Twin, plain

FEES = Fees(fee_bps=30, protocol_bps=0, is_burned=False)
WITH_PART = Fees(fee_bps=30, protocol_bps=2_500, is_burned=False)
FEE_DELAY = 7 * DAY
LATER = 1_000  # seconds until the deadline of calls that have one


class MarketScene:
    """Contracts and models of one pool, and who uses it."""

    def __init__(self, fees: Fees = FEES) -> None:
        roles = ("owner", "treasury", "provider", "trader", "other")
        self.owner, self.treasury, self.provider, self.trader, self.other = (str(boa.env.generate_address(role)) for role in roles)
        self.holders = [self.provider, self.trader, self.other]
        self.token, self.token_twin = both_tokens(self.owner, self.holders, [])
        self.paired, self.paired_twin = both_tokens(self.owner, self.holders, [])
        self.addresses = (str(self.token.address), str(self.paired.address))
        around = {"MDT": self.token, "Treasury": self.treasury}
        self.pool = deploy("LiquidityPool", around, paired=self.paired, fees=fees, fee_delay=FEE_DELAY, owner=self.owner)
        self.address = str(self.pool.address)
        self.model = LiquidityPool(self.address, (self.token_twin, self.paired_twin), self.addresses, self.treasury, fees, FEE_DELAY, self.owner, BoaClock())
        for holder in self.holders:
            for coin, twin in self.coins:
                coin.approve(self.pool, UNLIMITED, sender=holder)
                twin.approve(holder, self.address, UNLIMITED)
        self.token.set_burner(self.pool, mask(Burn.TRANSACTION_FEE), sender=self.owner)
        self.token_twin.set_burner(self.owner, self.address, mask(Burn.TRANSACTION_FEE))
        self.logs: list[Any] = []
        self.twin = Twin(self.pool, self.model, names={"transferFrom": "transfer_from"}, logs=self.logs)

    @property
    def coins(self) -> tuple[tuple[Any, Any], ...]:
        """Both tokens, each with its model."""
        return (self.token, self.token_twin), (self.paired, self.paired_twin)

    @property
    def deadline(self) -> int:
        """Of a call that is not late."""
        return now() + LATER

    # --- calls ---

    def add(self, tokens: int, paired: int, provider: str | None = None, min_shares: int = 0, receiver: str | None = None) -> Any:
        """Deposit on both sides."""
        provider = provider or self.provider
        return self.twin.call("add", provider, tokens, paired, min_shares, receiver or provider, self.deadline)

    def add_one(self, side: int, amount: int, provider: str | None = None, min_shares: int = 0) -> int:
        """Deposit on one side."""
        provider = provider or self.provider
        return int(self.twin.call("add_one_sided", provider, self.addresses[side], amount, min_shares, provider, self.deadline))

    def remove(self, shares: int, provider: str | None = None, receiver: str | None = None) -> tuple[int, int]:
        """Withdraw."""
        provider = provider or self.provider
        paid: tuple[int, int] = self.twin.call("remove", provider, shares, 0, 0, receiver or provider, self.deadline)
        return paid

    def swap(self, side: int, amount: int, trader: str | None = None) -> int:
        """Pay so much of one side."""
        trader = trader or self.trader
        return int(self.twin.call("swap_exact_in", trader, self.addresses[side], amount, 0, trader, self.deadline))

    def swap_out(self, side: int, amount: int, trader: str | None = None) -> int:
        """Buy so much with one side."""
        trader = trader or self.trader
        return int(self.twin.call("swap_exact_out", trader, self.addresses[side], amount, PURSE, trader, self.deadline))

    def attempt(self, function: str, caller: str | None, *arguments: Any) -> Outcome:
        """A call that both may refuse."""
        return self.twin.attempt(function, caller, *arguments)

    def give(self, side: int, amount: int, holder: str | None = None) -> None:
        """A gift to the pool."""
        coin, twin = self.coins[side]
        coin.transfer(self.pool, amount, sender=holder or self.other)
        twin.transfer(holder or self.other, self.address, amount)

    def change_fees(self, fees: Fees) -> None:
        """Announced, waited for, applied."""
        self.twin.call("announce_fees", self.owner, fees)
        mine(1, FEE_DELAY)
        self.twin.call("apply_fees", None)

    # --- agreement ---

    def agree(self) -> None:
        """Contract, tokens and models show the same."""
        pool, model = self.pool, self.model
        assert tuple(pool.reserves()) == (*model.reserves, model.updated_at)
        assert pool.totalSupply() == model.total_supply
        assert pool.protocol_shares() == model.protocol_shares()
        assert tuple(pool.price_cumulative()) == (signed(model.price_cumulative()[0]), now())
        assert plain(pool.fees()) == plain(model.fees)
        waits = (plain(model.announced), model.effective_at) if model.announced else ((0, 0, False), 0)
        assert plain(pool.announced_fees()) == waits
        assert pool.owner() == model.owner
        accounts = (*self.holders, self.owner, self.treasury, self.address, LOCKED_HOLDER)
        for account in accounts:
            assert pool.balanceOf(account) == model.balances[account]
            for coin, twin in self.coins:
                assert coin.balanceOf(account) == twin.balances[account]
        assert sum(model.balances.values()) == model.total_supply
        assert all(pool.allowance(*pair) == allowed for pair, allowed in model.allowances.items())
        assert self.token.totalSupply() == self.token_twin.total_supply

    def events(self, name: str) -> list[Any]:
        """The pool's events of a kind in its last call."""
        return [event for event in self.pool.get_logs() if type(event).__name__ == name and str(event.address) == self.address]


def signed(field: int) -> int:
    """A field of 88 bits with its sign, as the contract answers."""
    return field - (1 << 88) if field >> 87 else field


def value_per_share(model: LiquidityPool) -> Fraction:
    """Product of the reserves over the square of all shares, the protocol's part of the growth counted: exact, without a root."""
    supply = model.total_supply
    return Fraction(model.reserves[0] * model.reserves[1], supply * supply)


class HostileMarket:
    """A pool of MDT and a token that does as it is told, without a model: the provider has deposited 100 of each."""

    def __init__(self, fees: Fees = FEES, *, decimals: int = 18, build: Any = None, is_owned: bool = False) -> None:
        self.hostile = harness("MarketToken").deploy(decimals)
        self.first_owner, self.treasury, self.provider, self.trader = (
            str(boa.env.generate_address(role)) for role in ("owner", "treasury", "provider", "trader")
        )
        people = [self.provider, self.trader, str(self.hostile.address)]
        self.token, _ = both_tokens(self.first_owner, people, [])
        self.owner = str(self.hostile.address) if is_owned else self.first_owner
        around = {"MDT": self.token, "Treasury": self.treasury}
        self.pool = deploy("LiquidityPool", around, build=build, paired=self.hostile, fees=fees, fee_delay=FEE_DELAY, owner=self.owner)
        self.token.set_burner(self.pool, mask(Burn.TRANSACTION_FEE), sender=self.first_owner)
        for account in people:
            self.hostile.mint(account, PURSE)
        for account in (self.provider, self.trader):
            self.token.approve(self.pool, UNLIMITED, sender=account)
        self.hostile.execute(self.token, self.token.approve.prepare_calldata(self.pool, UNLIMITED))
        self.pool.add(100 * UNIT, 100 * UNIT, 1, self.provider, self.deadline, sender=self.provider)

    @property
    def deadline(self) -> int:
        """Of a call that is not late."""
        return now() + LATER

    def sell(self, amount: int, **by: Any) -> int:
        """Pay MDT."""
        return int(self.pool.swap_exact_in(self.token, amount, 1, self.trader, self.deadline, sender=self.trader, **by))

    def buy(self, amount: int, **by: Any) -> int:
        """Pay the other token."""
        return int(self.pool.swap_exact_in(self.hostile, amount, 1, self.trader, self.deadline, sender=self.trader, **by))

    def books(self) -> list[Any]:
        """All that is written of the pool."""
        pool = self.pool
        return [plain(pool.reserves()), pool.totalSupply(), pool.protocol_shares(), pool.price_cumulative(), plain(pool.fees()), plain(pool.announced_fees())]
