"""Liquidity of a market: deposits of both tokens or of one, withdrawals, and the same out of the treasury by a vote."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isqrt
from typing import Any

from mdt.errors import MarketError
from mdt.market.exchange import SHARES, Market, State
from mdt.market.swaps import Limits, approved, require_receiver
from mdt.model.liquidity_pool import LOCKED_SHARES
from mdt.model.liquidity_pool.curve import ceil_div
from mdt.suite.calls import Call
from mdt.suite.tokens import Token
from mdt.treasury.purse import Purse
from mdt.units import BPS, format_amount, format_bps, parse_bps, when
from mdt.written.characters import shown

ALL = "all"


@dataclass(frozen=True)
class Provider:
    """Somebody who deposits in a market and withdraws from it.

    Attributes:
        until: The last second that calls are good for; what the limits say when None.
    """

    market: Market
    account: str
    limits: Limits = field(default_factory=Limits)
    until: int | None = None

    def add(self, tokens: int | None, paired: int | None, receiver: str) -> tuple[Any, list[Call]]:
        """Deposit both tokens, at most so much of each; of which only one is said, the other follows from the reserves.

        Raises:
            MarketError: nobody has deposited and one is not said, too little, or the account does not hold that much.
        """
        market, state = self.market, self.market.state()
        most = self._both(state, tokens, paired)
        require_receiver(market, receiver)
        if not state.is_open and isqrt(most[0] * most[1]) <= LOCKED_SHARES:
            raise MarketError(f"{market.both(*most)} are too little to open market {market.name} with: {LOCKED_SHARES:,} of its smallest shares stay in it")
        found = market.contract.call("quote_add", *most)
        least = found.shares if not state.is_open else self.limits.least(int(found.shares))
        calls = [one for side in (0, 1) for one in approved(market, side, self.account, int((found.tokens, found.paired)[side]), most[side])]
        return found, [*calls, self._added(most, int(found.shares), least, receiver, found)]

    def add_one(self, side: int, amount: int, receiver: str) -> tuple[Any, list[Call]]:
        """Deposit one token, a part of which is swapped in the market itself.

        Raises:
            MarketError: nobody has deposited yet, too little, the price would move too far, or the account does not hold that much.
        """
        market, state = self.market, self.market.state()
        market.require_open(state)
        require_receiver(market, receiver)
        found = market.contract.call("quote_add_one_sided", market.address(side), amount)
        if found.impact_bps > self.limits.impact_bps:
            raise MarketError(
                f"{market.show(side, amount)} of one token move the price of market {market.name} by {format_bps(found.impact_bps)},"
                f" above {format_bps(self.limits.impact_bps)}: deposit less at once or both tokens, or allow more (--max-impact)"
            )
        least, until = max(self.limits.least(int(found.shares)), 1), self._until()
        swapped = f"{market.show(side, found.swapped)} of it are swapped for {market.show(1 - side, found.bought)}, which moves the price"
        words = (
            f"deposit {market.show(side, amount)} alone in market {market.name} for {SHARES.format(found.shares)}, at least {SHARES.format(least)};"
            f" {swapped} by {format_bps(found.impact_bps)}; until {when(until)}"
        )
        call = Call(market.contract, "add_one_sided", (market.address(side), amount, least, receiver, until), words)
        return found, [*approved(market, side, self.account, amount, amount), call]

    def remove(self, shares: int, receiver: str) -> tuple[tuple[int, int], list[Call]]:
        """Give shares back for their part of both reserves.

        Raises:
            MarketError: the account does not hold that many, or nothing would come out.
        """
        held = self.shares()
        if shares > held:
            raise MarketError(f"{self.account} holds {SHARES.format(held)} of market {self.market.name}, not {SHARES.format(shares)}: withdraw less")
        return self._removed(shares, receiver)

    def shares(self, account: str | None = None) -> int:
        """How many the account has."""
        return int(self.market.contract.call("balanceOf", account or self.account))

    def part(self, text: str, held: int) -> int:
        """Shares that a person means: `all`, `25%` of what is held, `0.5 shares` or `5 wei`.

        Raises:
            MarketError: none of them, or nothing.
        """
        if text == ALL:
            shares = held
        elif text.rstrip().endswith("%"):
            shares = held * parse_bps(text) // BPS
        else:
            shares = SHARES.parse(text)
        if shares == 0:
            raise MarketError(f"{shown(text)} of {SHARES.format(held)} is nothing: give a part such as '50%', all, or '0.5 shares'")
        return shares

    # --- the treasury, by a vote ---

    def add_from_treasury(self, tokens: int | None, paired: int | None, purpose: bytes) -> list[Call]:
        """Have the treasury's tokens deposited by the account, its owner. The treasury gets the shares; what the price leaves over stays with the owner.

        Raises:
            MarketError: as `add`; the treasury does not hold that much.
        """
        market, state, treasury = self.market, self.market.state(), str(self.market.suite["Treasury"].address)
        most = self._both(state, tokens, paired)
        found = market.contract.call("quote_add", *most)
        least = found.shares if not state.is_open else self.limits.least(int(found.shares))
        calls = [one for side in (0, 1) for one in self._spent(market.tokens[side], most[side], purpose)]
        for side in (0, 1):
            words = f"approve exactly {market.show(side, most[side])} to {market.contract.name}"
            calls.append(Call(market.tokens[side].contract, "approve", (market.contract.address, most[side]), words))
        return [*calls, self._added(most, int(found.shares), least, treasury, found)]

    def remove_from_treasury(self, shares: int, purpose: bytes) -> list[Call]:
        """Have shares of the treasury given back by the account, its owner; the treasury gets both tokens.

        Raises:
            MarketError: nothing would come out.
        """
        treasury = str(self.market.suite["Treasury"].address)
        return [*self._spent(Token(self.market.contract, SHARES), shares, purpose), *self._removed(shares, treasury)[1]]

    def _spent(self, token: Token, amount: int, purpose: bytes) -> list[Call]:
        suite = self.market.suite
        held = int(token.contract.call("balanceOf", suite["Treasury"].address))
        if held < amount:
            raise MarketError(f"the treasury holds {token.show(held)}, not {token.show(amount)}")
        left = int(Purse(suite).budget(token).left)
        if left < amount:
            raise MarketError(
                f"the treasury may spend {token.show(left)} now, not {token.show(amount)}: a vote sets its budget of this token first"
                f" (`mdt treasury budget {format_amount(amount, '', token.unit.decimals)} --token {token.contract.address}`)"
            )
        return Purse(suite).spend(token, self.account, amount, purpose)

    # --- internal ---

    def _both(self, state: State, tokens: int | None, paired: int | None) -> tuple[int, int]:
        """At most so much of each. One that is not said is what the other takes of it as the reserves are."""
        if tokens is not None and paired is not None:
            return tokens, paired
        self.market.require_open(state)
        side, said = (0, tokens) if tokens is not None else (1, paired)
        if said is None:
            raise MarketError("say how much of either token to deposit")
        other = ceil_div(said * state.reserves[1 - side], state.reserves[side])
        return (said, other) if side == 0 else (other, said)

    def _added(self, most: tuple[int, int], shares: int, least: int, receiver: str, found: Any) -> Call:
        market, until = self.market, self._until()
        words = (
            f"deposit {market.both(found.tokens, found.paired)} in market {market.name} for {SHARES.format(shares)}, at least {SHARES.format(least)},"
            f" until {when(until)}"
        )
        return Call(market.contract, "add", (*most, least, receiver, until), words)

    def _removed(self, shares: int, receiver: str) -> tuple[tuple[int, int], list[Call]]:
        market, until = self.market, self._until()
        require_receiver(market, receiver)
        tokens, paired = (int(one) for one in market.contract.call("quote_remove", shares))
        least = self.limits.least(tokens), self.limits.least(paired)
        words = (
            f"give {SHARES.format(shares)} of market {market.name} back for {market.both(tokens, paired)}, at least {market.both(*least)}, until {when(until)}"
        )
        return (tokens, paired), [Call(market.contract, "remove", (shares, *least, receiver, until), words)]

    def _until(self) -> int:
        return self.until if self.until is not None else self.limits.until(self.market.now())
