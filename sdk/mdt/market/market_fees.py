"""What a market asks: the protocol's part, and fees that the owner announces and anyone applies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mdt.errors import MarketError
from mdt.market.exchange import SHARES, Market
from mdt.model.liquidity_pool import MAX_FEE_BPS, MAX_PROTOCOL_BPS, MIN_FEE_BPS, Fees
from mdt.model.reasons import Burn
from mdt.suite.calls import Call
from mdt.suite.directory import Directory
from mdt.units import format_bps, format_seconds, when


@dataclass(frozen=True)
class Desk:
    """The fees of a market."""

    market: Market

    # --- anyone ---

    def collect(self) -> list[Call]:
        """Redeem the protocol's shares.

        Raises:
            MarketError: there are none, or the token does not let the market burn.
        """
        market, shares = self.market, int(self.market.contract.call("protocol_shares"))
        if not shares:
            raise MarketError(f"market {market.name} has nothing to collect: the protocol's part of its fees is {format_bps(self._fees().protocol_bps)}")
        is_burned = self._fees().is_burned
        if is_burned and not self.may_burn():
            grant = f"mdt governance schedule MDT set_burner {market.contract.name} transaction_fee"
            raise MarketError(f"the token does not let market {market.name} burn, and its fees say so: a vote lets it (`{grant}`)")
        tokens, paired = (int(one) for one in market.contract.call("quote_remove", shares))
        treasury = Directory(market.suite).name(str(market.contract.call("TREASURY")))
        where = (
            f"burn {market.show(0, tokens)} and send {market.show(1, paired)} to {treasury}"
            if is_burned
            else f"send {market.both(tokens, paired)} to {treasury}"
        )
        return [Call(market.contract, "collect", (), f"redeem {SHARES.format(shares)} of the protocol in market {market.name}", forecast=f": {where}")]

    def apply(self) -> list[Call]:
        """Put announced fees into force.

        Raises:
            MarketError: nothing is announced, or it still waits.
        """
        waiting = self._waiting()
        now = self.market.now()
        if now < waiting.effective_at:
            raise MarketError(f"the fees of market {self.market.name} can be applied from {when(waiting.effective_at)} on: wait until then")
        return [
            Call(
                self.market.contract, "apply_fees", (), f"put into force in market {self.market.name}: {fee_words(waiting.fees, self.market.tokens[0].symbol)}"
            )
        ]

    # --- the owner ---

    def announce(self, fee_bps: int | None, protocol_bps: int | None, is_burned: bool | None) -> list[Call]:
        """Announce fees; what is not said stays as it is in force. The token lets the market burn in the same operation, where that is new.

        Raises:
            MarketError: out of bounds, or nothing changes.
        """
        market, now, waiting = self.market, self._fees(), self.market.contract.call("announced_fees")
        given = (fee_bps, protocol_bps, is_burned)
        fees = Fees(*(old if new is None else new for old, new in zip(_plain(now), given, strict=True)))  # type: ignore[arg-type]
        if not MIN_FEE_BPS <= fees.fee_bps <= MAX_FEE_BPS:
            raise MarketError(f"the fee of a swap is {format_bps(MIN_FEE_BPS)} to {format_bps(MAX_FEE_BPS)}, not {format_bps(fees.fee_bps)} (--fee)")
        if fees.protocol_bps > MAX_PROTOCOL_BPS:
            raise MarketError(f"the protocol's part is at most {format_bps(MAX_PROTOCOL_BPS)} of the fee, not {format_bps(fees.protocol_bps)} (--protocol)")
        if _plain(waiting.fees if waiting.effective_at else now) == _plain(fees):
            raise MarketError(f"market {market.name}: these fees are {'announced' if waiting.effective_at else 'in force'} already")
        delay = format_seconds(int(market.contract.call("FEE_DELAY")))
        calls = [
            Call(
                market.contract,
                "announce_fees",
                (fees,),
                f"announce for market {market.name}: {fee_words(fees, market.tokens[0].symbol)}; anyone can apply it {delay} later",
            )
        ]
        return calls if not fees.is_burned or self.may_burn() else [self._grant(), *calls]

    def withdraw(self) -> list[Call]:
        """Take an announcement back.

        Raises:
            MarketError: nothing is announced.
        """
        waiting = self._waiting()
        return [
            Call(
                self.market.contract,
                "withdraw_fees",
                (),
                f"take back what is announced for market {self.market.name}: {fee_words(waiting.fees, self.market.tokens[0].symbol)}",
            )
        ]

    def sweep(self, side: int) -> list[Call]:
        """Send the treasury what is held of a token beyond its reserve.

        Raises:
            MarketError: there is nothing beyond it.
        """
        market, token = self.market, self.market.tokens[side]
        surplus = int(token.contract.call("balanceOf", market.contract.address)) - market.state().reserves[side]
        if surplus <= 0:
            raise MarketError(f"market {market.name} holds no {token.symbol} beyond its reserve: there is nothing to sweep")
        words = f"send {token.show(surplus)} that belong to nobody from market {market.name} to the treasury"
        return [Call(market.contract, "sweep", (token.contract.address,), words)]

    # --- internal ---

    def may_burn(self) -> bool:
        """Whether the token lets the market burn what it holds."""
        return bool(self._reasons() >> int(Burn.TRANSACTION_FEE) & 1)

    def _grant(self) -> Call:
        market = self.market
        reasons = self._reasons() | 1 << int(Burn.TRANSACTION_FEE)
        return Call(market.suite["MDT"], "set_burner", (market.contract.address, reasons), f"let market {market.name} burn what it holds as transaction fees")

    def _reasons(self) -> int:
        return int(self.market.suite["MDT"].call("burner_reasons", self.market.contract.address))

    def _fees(self) -> Fees:
        return Fees(*_plain(self.market.contract.call("fees")))

    def _waiting(self) -> Any:
        found = self.market.contract.call("announced_fees")
        if not found.effective_at:
            raise MarketError(f"nothing is announced for market {self.market.name}")
        return found


def fee_words(fees: Fees, symbol: str) -> str:
    """Fees in a sentence.

    Args:
        fees: In force or announced.
        symbol: What our token is called.
    """
    part = f"{format_bps(fees.protocol_bps)} of it is the protocol's, of which {symbol} {'is burned' if fees.is_burned else 'goes to the treasury'}"
    return f"a fee of {format_bps(fees.fee_bps)}, {part if fees.protocol_bps else 'all of it goes to the holders of the shares'}"


def _plain(fees: Fees) -> tuple[int, int, bool]:
    return int(fees.fee_bps), int(fees.protocol_bps), bool(fees.is_burned)
