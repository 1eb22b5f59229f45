"""Markets that a deployment begins with, as a preset states them: one liquidity pool each, for the token and one other.

The other token is somebody else's. A preset therefore says its symbol and decimals beside its address, and a deployment asks the chain for both before
it sends anything. What a market is opened with makes its first price: the genesis mints the one side, the deployer brings the other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from math import isqrt
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from mdt.addresses import parse_recipient
from mdt.errors import MDTError
from mdt.model.liquidity_pool import LOCKED_SHARES, MAX_FEE_BPS, MAX_FEE_DELAY, MAX_PROTOCOL_BPS, MAX_RESERVE, MIN_FEE_BPS, MIN_FEE_DELAY, Fees
from mdt.names import MARKET, MARKET_NAME, market_named
from mdt.preset.quantities import BasisPoints, Count, Duration, PositiveWei, Section
from mdt.units import Denomination

TEST = "test"
"""In the place of a token's address: a token that a deployment to a local network makes for itself."""
PAIRED = "paired"
"""The unit that always means the paired token, whatever that calls itself."""
TREASURY = "Treasury"
MOST_MARKETS = 20
LONGEST_NAME, LONGEST_SYMBOL = 50, 32
"""Of the shares: contracts/pools/modules/market_shares.vy."""
LONGEST_PAIRED = 16
DECIMALS = Count(6, 18)


def _name(text: str) -> str:
    if not MARKET_NAME.fullmatch(text):
        raise ValueError(f"is {text!r}, must be a short name: lower case letters, digits and -, at most 24, a letter first")
    return text


def _token(text: str) -> str:
    return text if text == TEST else _account(text)


def _account(text: str) -> str:
    try:
        return str(parse_recipient(text))
    except MDTError as error:
        raise ValueError(str(error)) from error


def _holder(text: str) -> str:
    return text if text == TREASURY else _account(text)


def _unit(symbol: str) -> str:
    if not re.fullmatch("[A-Za-z]+", symbol) or symbol in ("wei", "shares", PAIRED):
        raise ValueError(f"is {symbol!r}, must be letters only and none of wei, shares and {PAIRED}, so that amounts can be written in it")
    return symbol


class Paired(Section):
    """The other token: its address, or `test` on local networks, and what it has to say of itself."""

    token: Annotated[str, AfterValidator(_token)]
    symbol: Annotated[str, Field(min_length=1, max_length=LONGEST_PAIRED), AfterValidator(_unit)]
    decimals: Annotated[int, DECIMALS]

    @property
    def is_test(self) -> bool:
        """Whether the deployment makes it."""
        return self.token == TEST

    @property
    def unit(self) -> Denomination:
        """How its amounts are written."""
        return Denomination(self.symbol, self.decimals)


class Seed(Section):
    """What a market is opened with: `tokens` out of the genesis, `paired` from the deployer, and who gets the shares."""

    tokens: PositiveWei
    paired: str
    shares_to: Annotated[str, AfterValidator(_holder)]


class Market(Section):
    """A liquidity pool. Of the fee of each swap `protocol_bps` are the protocol's, burned or the treasury's; governance changes them after `fee_delay`."""

    name: Annotated[str, AfterValidator(_name)]
    paired: Paired
    fee_bps: Annotated[int, BasisPoints(MIN_FEE_BPS, MAX_FEE_BPS)]
    protocol_bps: Annotated[int, BasisPoints(0, MAX_PROTOCOL_BPS)]
    protocol_to: Literal["treasury", "burn"]
    fee_delay: Annotated[int, Duration(MIN_FEE_DELAY, MAX_FEE_DELAY)]
    seed: Seed | None = None

    @property
    def contract(self) -> str:
        """What its contract is called in plans and records."""
        return market_named(self.name)

    @property
    def fees(self) -> Fees:
        """Those it begins with."""
        return Fees(self.fee_bps, self.protocol_bps, self.protocol_to == "burn")

    @property
    def burns(self) -> bool:
        """Whether the token has to let it burn from the start."""
        return self.protocol_to == "burn"

    @property
    def seed_paired(self) -> int:
        """Units of the paired token that it is opened with; 0 without a seed."""
        return 0 if self.seed is None else self.paired.unit.parse_with_unit(self.seed.paired)

    @property
    def seed_shares(self) -> int:
        """Shares that the first deposit gives: all but the locked ones. Any other price gives fewer."""
        return 0 if self.seed is None else isqrt(self.seed.tokens * self.seed_paired) - LOCKED_SHARES

    def words(self, unit: Denomination) -> str:
        """What a deployment makes of it, in a sentence.

        Args:
            unit: How amounts of the token itself are written.
        """
        with_what = f"a token made for tests, {self.paired.symbol}" if self.paired.is_test else f"{self.paired.symbol} at {self.paired.token}"
        if self.seed is None:
            return f"market {self.name} with {with_what}: empty, whoever deposits first makes its price"
        both = f"{unit.format(self.seed.tokens)} and {self.paired.unit.format(self.seed_paired)} of the deployer"
        return f"market {self.name} with {with_what}: opened with {both}, shares to {self.seed.shares_to}"

    def share_name(self, symbol: str) -> str:
        """What its shares are called, where the token has this symbol."""
        return f"{symbol}/{self.paired.symbol} liquidity"

    def share_symbol(self, symbol: str) -> str:
        """Their symbol."""
        return f"{symbol}-{self.paired.symbol}-LP"

    @model_validator(mode="after")
    def _seed_opens_it(self) -> Self:
        if self.seed is None:
            return self
        paired, amount = self.seed_paired, self.paired.unit.format
        if not 0 < paired <= MAX_RESERVE or self.seed.tokens > MAX_RESERVE:
            raise ValueError(f"seed.paired is {amount(paired)}, both sides of a seed must be above zero and at most {MAX_RESERVE:,} of their smallest unit")
        if self.seed_shares <= 0:
            raise ValueError(f"seed is too small: the root of {self.seed.tokens:,} x {paired:,} smallest units must be above {LOCKED_SHARES:,}")
        return self


MarketList = Annotated[list[Market], Field(max_length=MOST_MARKETS)]


def check_markets(markets: Sequence[Market], minted: Sequence[tuple[str, int]], unit: Denomination) -> None:
    """Refuse markets that could not be told apart or opened.

    Args:
        markets: In order.
        minted: Bucket and wei of each allotment that the genesis makes to markets.
        unit: How amounts of the token are written.

    Raises:
        ValueError: names the entry and what is allowed.
    """
    for name, times in Counter(one.name for one in markets).items():
        if times > 1:
            raise ValueError(f"markets: {name!r} stands {times} times, each market needs a name of its own")
    for number, one in enumerate(markets):
        if one.paired.symbol == unit.symbol:
            raise ValueError(f"markets.{number}: the paired token is called {unit.symbol} as the token itself is: nobody could tell their amounts apart")
        if len(one.share_name(unit.symbol)) > LONGEST_NAME or len(one.share_symbol(unit.symbol)) > LONGEST_SYMBOL:
            raise ValueError(
                f"markets.{number}: its shares would be called {one.share_symbol(unit.symbol)!r}, allowed are {LONGEST_SYMBOL} characters,"
                f" and {LONGEST_NAME} of {one.share_name(unit.symbol)!r}"
            )
    wanted, amount = sum(one.seed.tokens for one in markets if one.seed is not None), sum(one for _, one in minted)
    if wanted != amount:
        raise ValueError(f"markets are opened with {unit.format(wanted)} together, genesis mints {unit.format(amount)} to {MARKET}: they must be equal")
    buckets = sorted({bucket for bucket, _ in minted})
    if len(buckets) > 1:
        raise ValueError(f"genesis mints to {MARKET} out of {', '.join(buckets)}: take one bucket, so that markets are open before anybody else has tokens")
