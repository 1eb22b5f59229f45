"""Swaps in a market: what a trader sends, with a limit and a deadline that nobody has to think of."""

from __future__ import annotations

from dataclasses import dataclass, field

from mdt.addresses import ZERO_ADDRESS
from mdt.errors import MarketError
from mdt.market.exchange import Market, Swap
from mdt.model.liquidity_pool.curve import ceil_div
from mdt.suite.calls import Call
from mdt.suite.directory import Directory
from mdt.units import BPS, DAY, MINUTE, format_bps, format_seconds, when

SLIPPAGE, DEADLINE, IMPACT = 50, 20 * MINUTE, 500
"""Where nobody says otherwise: half a percent, twenty minutes, five percent."""
MOST_SLIPPAGE = BPS // 2
SHORTEST, LONGEST = MINUTE, 30 * DAY
STEP = 10 * MINUTE
"""A deadline is rounded up to the next such moment: the same command again, a minute later, is the same transaction."""


@dataclass(frozen=True)
class Limits:
    """How far from the quote a transaction may end, and until when it is good.

    Attributes:
        slippage_bps: What may be lost beside the quote: others may trade first.
        seconds: From now.
        impact_bps: How far the own swap may move the price.
        at: The last second, in unix seconds, in the place of `seconds`.
    """

    slippage_bps: int = SLIPPAGE
    seconds: int = DEADLINE
    impact_bps: int = IMPACT
    at: int | None = None

    def __post_init__(self) -> None:
        if self.slippage_bps > MOST_SLIPPAGE:
            raise MarketError(f"a slippage of {format_bps(self.slippage_bps)} gives away half of what is traded: at most {format_bps(MOST_SLIPPAGE)}")
        if not SHORTEST <= self.seconds <= LONGEST:
            raise MarketError(f"a deadline is {format_seconds(SHORTEST)} to {format_seconds(LONGEST)} from now, not {format_seconds(self.seconds)}")

    def least(self, amount: int) -> int:
        """What must come out at least, where so much is expected."""
        return amount * (BPS - self.slippage_bps) // BPS

    def most(self, amount: int) -> int:
        """What may go in at most."""
        return ceil_div(amount * (BPS + self.slippage_bps), BPS)

    def until(self, now: int) -> int:
        """The last second.

        Raises:
            MarketError: it has passed, or lies too far ahead.
        """
        if self.at is None:
            return ceil_div(now + self.seconds, STEP) * STEP
        if not now < self.at <= now + LONGEST:
            raise MarketError(f"the deadline {when(self.at)} must lie after {when(now)}, and at most {format_seconds(LONGEST)} after that (--deadline)")
        return self.at


@dataclass(frozen=True)
class Trader:
    """Somebody who swaps in a market."""

    market: Market
    account: str
    limits: Limits = field(default_factory=Limits)

    def swap(self, side: int, amount: int, receiver: str, *, is_bought: bool, limit: int | None = None) -> tuple[Swap, list[Call]]:
        """Pay exactly, or buy exactly: what it comes to now, and the calls; approved is exactly what may be paid.

        Args:
            side: Which token is paid.
            amount: Paid, or bought.
            receiver: Who gets what comes out.
            is_bought: Which of the two `amount` is.
            limit: The least that must come out, or the most that may be paid; what slippage leaves of the quote when None.

        Raises:
            MarketError: empty, too much, too little, the price would move too far, the quote is beyond the limit, or the account does not hold that much.
        """
        market, found = self.market, self.market.quote(side, amount, is_bought=is_bought)
        self._require_gentle(found)
        require_receiver(market, receiver)
        until = self.limits.until(market.now())
        if is_bought:
            most = self.limits.most(found.paid) if limit is None else limit
            if found.paid > most:
                raise MarketError(f"{market.show(1 - side, amount)} cost {market.show(side, found.paid)}, above --max-paid {market.show(side, most)}")
            words = f"buy exactly {market.show(1 - side, amount)} for {market.show(side, found.paid)}, at most {market.show(side, most)}"
            function, arguments, spent = "swap_exact_out", (market.address(side), amount, most, receiver, until), most
        else:
            least = max(self.limits.least(found.bought), 1) if limit is None else limit
            if found.bought < least:
                raise MarketError(f"{market.show(side, amount)} buy {market.show(1 - side, found.bought)}, below --min-received {market.show(1 - side, least)}")
            words = f"swap {market.show(side, amount)} for {market.show(1 - side, found.bought)}, at least {market.show(1 - side, least)}"
            function, arguments, spent = "swap_exact_in", (market.address(side), amount, least, receiver, until), amount
        to = "" if receiver == self.account else f", to {receiver}"
        call = Call(market.contract, function, arguments, f"{words}, in market {market.name}{to}, until {when(until)}")
        return found, [*approved(market, side, self.account, found.paid, spent), call]

    def _require_gentle(self, swap: Swap) -> None:
        if swap.impact_bps > self.limits.impact_bps:
            raise MarketError(
                f"{self.market.show(swap.side, swap.paid)} would be traded {format_bps(swap.impact_bps)} worse than the price of market {self.market.name},"
                f" more than {format_bps(self.limits.impact_bps)}: trade less at once, or allow more (--max-impact)"
            )


def require_receiver(market: Market, receiver: str) -> None:
    """Refuse who could not use what comes out.

    Raises:
        MarketError: nobody, the market, or one of its tokens.
    """
    if receiver in (ZERO_ADDRESS, str(market.contract.address), market.address(0), market.address(1)):
        raise MarketError(f"{Directory(market.suite).name(receiver)} cannot receive what comes out of market {market.name}: name an account (--to)")


def approved(market: Market, side: int, owner: str, needed: int, amount: int) -> list[Call]:
    """The approval of exactly so much of either token to the market, unless what stands is enough.

    Args:
        market: The market.
        side: Which token.
        owner: Who pays.
        needed: What it takes now.
        amount: What it may take at most.

    Raises:
        MarketError: the owner does not hold what it takes now.
    """
    token, taker = market.tokens[side].contract, market.contract.address
    held = int(token.call("balanceOf", owner))
    if held < needed:
        raise MarketError(f"{owner} holds {market.show(side, held)}, not {market.show(side, needed)}: take less, or send it some first")

    def is_there() -> bool:
        return int(token.call("allowance", owner, taker)) >= amount

    if is_there():
        return []
    words = f"approve exactly {market.show(side, amount)} to {market.contract.name}"
    return [Call(token, "approve", (taker, amount), words, is_bounded=True, is_there=is_there)]
