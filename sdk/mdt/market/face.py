"""Markets as the public face shows them: plain figures, in the smallest units of both tokens."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from mdt.addresses import parse_address
from mdt.errors import MarketError
from mdt.market.exchange import Market, Swap
from mdt.units import Denomination


@dataclass(frozen=True)
class MarketState:
    """A market for the token and one other, as it is.

    Attributes:
        name: What commands call it.
        address: Of its contract, which is the token of its shares as well.
        paired: Address of the other token.
        paired_unit: How amounts of it are written: `paired_unit.format(units)`.
        tokens: Reserve of our token, wei.
        paired_reserve: Reserve of the other, in its smallest unit.
        price: Whole paired tokens for a whole one of ours; None while nobody has deposited.
        fee_bps: Of each swap, in basis points.
        shares: All of them, 18 decimals.
    """

    name: str
    address: str
    paired: str
    paired_unit: Denomination
    tokens: int
    paired_reserve: int
    price: Fraction | None
    fee_bps: int
    shares: int


@dataclass(frozen=True)
class SwapQuote:
    """What a swap comes to now, in the smallest units of both tokens; `impact_bps` is how much worse than the price, beside the fee, rounded up."""

    paid: int
    bought: int
    impact_bps: int


def state_of(market: Market) -> MarketState:
    """A market's figures.

    Raises:
        GovernanceError: the paired token does not say how it is counted.
    """
    state = market.state()
    return MarketState(
        name=market.name,
        address=str(market.contract.address),
        paired=market.address(1),
        paired_unit=market.tokens[1].unit,
        tokens=state.reserves[0],
        paired_reserve=state.reserves[1],
        price=market.price(state) if state.is_open else None,
        fee_bps=int(state.fees.fee_bps),
        shares=state.supply,
    )


def quote_of(swap: Swap) -> SwapQuote:
    """A quote's figures."""
    return SwapQuote(swap.paid, swap.bought, swap.impact_bps)


def side_of(market: Market, token: str) -> int:
    """Which of a market's tokens an address is.

    Raises:
        MarketError: neither.
    """
    found, tokens = str(parse_address(token)), (market.address(0), market.address(1))
    if found not in tokens:
        raise MarketError(f"{found} is no token of market {market.name}: it has {tokens[0]} and {tokens[1]}")
    return tokens.index(found)
