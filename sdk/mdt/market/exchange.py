"""Markets: liquidity pools for the token and one other, what they hold, what they quote, and how amounts of both are written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context
from fractions import Fraction
from functools import cached_property
from typing import Any

from mdt.chain.contract import Contract
from mdt.errors import MarketError
from mdt.model.liquidity_pool import MIN_WINDOW
from mdt.model.liquidity_pool.curve import amount_out, ceil_div
from mdt.names import market_named
from mdt.suite.opened import Suite
from mdt.suite.tokens import PAIRED, Token, paired_token, token_at
from mdt.units import BPS, Denomination, format_bps, format_seconds, when
from mdt.written.characters import nearest, shown

SHARES = Denomination("shares", 18)
DIGITS = 10
"""Of a price in words; reserves say it exactly."""
PRICE_BITS = 128


@dataclass(frozen=True)
class Swap:
    """What a swap comes to now.

    Attributes:
        side: Which token is paid: 0 is ours, 1 the paired one.
        paid: Its smallest unit, the fee included.
        bought: Smallest unit of the other.
        impact: How much worse than the price it is, beside the fee: a part of one, exact.
    """

    side: int
    paid: int
    bought: int
    impact: Fraction

    @property
    def impact_bps(self) -> int:
        """The same in basis points, rounded up."""
        return ceil_div(self.impact.numerator * BPS, self.impact.denominator)


@dataclass(frozen=True)
class State:
    """A market as it is.

    Attributes:
        reserves: Of our token, and of the paired one.
        supply: All shares.
        protocol: Shares that `collect` would redeem.
        fees: In force.
        announced: What waits; `effective_at` is 0 where nothing does.
        cumulative: Sum of log2 of the price over seconds, for `mean`.
        now: The time as a contract that is called now sees it.
    """

    reserves: tuple[int, int]
    updated_at: int
    supply: int
    protocol: int
    fees: Any
    announced: Any
    cumulative: int
    now: int

    @property
    def is_open(self) -> bool:
        """Whether anybody has deposited."""
        return self.supply > 0


@dataclass(frozen=True)
class Market:
    """One market of a deployment."""

    suite: Suite
    contract: Contract

    @property
    def name(self) -> str:
        """What commands call it."""
        return self.contract.name.partition(":")[2]

    @cached_property
    def tokens(self) -> tuple[Token, Token]:
        """Ours, and the paired one.

        Raises:
            GovernanceError: the paired one does not say how it is counted.
        """
        return token_at(self.suite, None), paired_token(self.suite, self.contract)

    def state(self) -> State:
        """What it holds and asks."""
        call = self.contract.call
        reserves, (cumulative, now) = call("reserves"), call("price_cumulative")
        held = (int(reserves.tokens), int(reserves.paired))
        fees, announced = call("fees"), call("announced_fees")
        return State(held, int(reserves.updated_at), int(call("totalSupply")), int(call("protocol_shares")), fees, announced, int(cumulative), int(now))

    def now(self) -> int:
        """The time as a contract that is called now sees it."""
        return int(self.contract.call("price_cumulative")[1])

    # --- amounts ---

    def amount(self, text: str) -> tuple[int, int]:
        """Which token an amount is of, and its smallest unit: `10 MDT`, `25 USDX`, or `25 paired` whatever the other calls itself.

        Raises:
            MarketError: the unit is neither token's, or the amount is nothing.
        """
        ours, other = self.tokens
        found = re.search(r"[A-Za-z]*$", text.rstrip())
        unit = found[0] if found else ""
        if unit == PAIRED:
            units = Denomination(PAIRED, other.unit.decimals).parse(text)
        elif unit in (ours.symbol, other.symbol):
            units = (ours if unit == ours.symbol else other).parse(text)
        else:
            raise MarketError(f"{shown(text)} is an amount of neither token of market {self.name}: write '10 {ours.symbol}' or '10 {self.unit}'")
        if units == 0:
            raise MarketError(f"{shown(text)} is nothing: give an amount above zero")
        return (0 if unit == ours.symbol else 1), units

    def of(self, side: int, text: str) -> int:
        """An amount that has to be of one token.

        Raises:
            MarketError: it is of the other one.
        """
        found, units = self.amount(text)
        if found != side:
            raise MarketError(f"{shown(text)} is an amount of the other token: this one is counted in {(self.tokens[0].symbol, self.unit)[side]}")
        return units

    @property
    def unit(self) -> str:
        """How amounts of the paired token are written."""
        return self.tokens[1].symbol

    def show(self, side: int, units: int) -> str:
        """An amount of either token as people read it."""
        return self.tokens[side].show(units)

    def both(self, tokens: int, paired: int) -> str:
        """Amounts of both."""
        return f"{self.show(0, tokens)} and {self.show(1, paired)}"

    def address(self, side: int) -> str:
        """Of either token."""
        return str(self.tokens[side].contract.address)

    # --- prices ---

    def price(self, state: State) -> Fraction:
        """What one whole token of ours is worth in whole paired ones.

        Raises:
            MarketError: nobody has deposited yet.
        """
        self.require_open(state)
        ours, other = (token.unit.decimals for token in self.tokens)
        return Fraction(state.reserves[1] * 10**ours, state.reserves[0] * 10**other)

    def mean(self, cumulative: int, since: int) -> Fraction:
        """The geometric mean of the price since an earlier reading of `state()`: half an hour ago or longer.

        Raises:
            MarketError: not that long ago.
        """
        now = self.now()
        if now - since < MIN_WINDOW:
            raise MarketError(f"a mean is of {format_seconds(MIN_WINDOW)} or more: the reading of {when(since)} is {format_seconds(max(now - since, 0))} old")
        found, (ours, other) = int(self.contract.call("mean_price", cumulative, since)), (token.unit.decimals for token in self.tokens)
        return Fraction(found * 10**ours, 10**other << PRICE_BITS)

    def price_words(self, price: Fraction) -> tuple[str, str]:
        """A price both ways: `1 MDT = 0.25 USDX`, `1 USDX = 4 MDT`."""
        ours, other = self.tokens[0].symbol, self.unit
        return f"1 {ours} = {significant(price)} {other}", f"1 {other} = {significant(1 / price) if price else 'any number of'} {ours}"

    # --- quotes ---

    def quote(self, side: int, amount: int, *, is_bought: bool) -> Swap:
        """What paying so much of one token brings, or what buying so much with it costs.

        Args:
            side: Which token is paid.
            amount: Paid, or where it says so bought.
            is_bought: Which of the two.

        Raises:
            MarketError: nobody has deposited, more than there is, or so little that nothing comes out.
        """
        state = self.state()
        self.require_open(state)
        reserve_in, reserve_out = state.reserves[side], state.reserves[1 - side]
        if is_bought and amount >= reserve_out:
            raise MarketError(f"market {self.name} has {self.show(1 - side, reserve_out)}: buy less than that, not {self.show(1 - side, amount)}")
        fee, token = int(state.fees.fee_bps), self.address(side)
        if not is_bought and not amount_out(amount, reserve_in, reserve_out, fee):
            raise MarketError(f"{self.show(side, amount)} are too little to buy anything in market {self.name}")
        found = int(self.contract.call("quote_exact_out" if is_bought else "quote_exact_in", token, amount))
        paid, bought = (found, amount) if is_bought else (amount, found)
        ideal = Fraction(paid * (BPS - fee) * reserve_out, reserve_in * BPS)
        return Swap(side, paid, bought, max(1 - bought / ideal, Fraction(0)))

    def quote_words(self, swap: Swap, fee_bps: int) -> str:
        """A swap in a sentence."""
        rate = Fraction(swap.bought * 10 ** self.tokens[swap.side].unit.decimals, swap.paid * 10 ** self.tokens[1 - swap.side].unit.decimals)
        each = f"1 {self.tokens[swap.side].symbol} brings {significant(rate)} {self.tokens[1 - swap.side].symbol}"
        cost = f"the fee is {format_bps(fee_bps)}, the price impact {format_bps(swap.impact_bps)}"
        return f"{self.show(swap.side, swap.paid)} buy {self.show(1 - swap.side, swap.bought)}: {each}; {cost}"

    def require_open(self, state: State) -> None:
        """Refuse a market without a price.

        Raises:
            MarketError: nobody has deposited yet.
        """
        if not state.is_open:
            raise MarketError(f"market {self.name} is empty: whoever deposits first makes its price (`mdt market add {self.name}`)")


@dataclass(frozen=True)
class Markets:
    """The markets of a deployment."""

    suite: Suite

    def all(self) -> list[Market]:
        """Every one, by name."""
        return [Market(self.suite, one) for one in self.suite.markets.values()]

    def get(self, name: str) -> Market:
        """One by its name.

        Raises:
            MarketError: there is none of that name.
        """
        found = self.suite.markets.get(market_named(name))
        if found is None:
            names = [one.name for one in self.all()]
            known = f"there are {', '.join(names)}{nearest(name, names)}" if names else "there is none yet (`mdt market open`)"
            raise MarketError(f"there is no market {shown(name)}: {known}")
        return Market(self.suite, found)


def significant(value: Fraction, digits: int = DIGITS) -> str:
    """A price in so many digits, with thousands separators: what is behind them is rounded."""
    context = Context(prec=digits)
    found = context.divide(context.create_decimal(value.numerator), context.create_decimal(value.denominator))
    whole, _, behind = f"{found.normalize(context):,f}".partition(".")
    return f"{whole}.{behind.rstrip('0')}".rstrip(".")
