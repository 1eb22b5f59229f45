"""What pools sell for: quotes, purchases with the payment token's own units, and the terms of a sale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mdt.addresses import ZERO_ADDRESS
from mdt.chain.contract import Contract
from mdt.errors import MarketError
from mdt.market.pools import CONTRACT, PoolRow, Pools
from mdt.model.pools import MAX_PRICE
from mdt.suite.calls import Call
from mdt.suite.opened import Suite
from mdt.suite.tokens import Token, token_at
from mdt.units import WAD, Denomination

NO_TERMS = {"payment_token": ZERO_ADDRESS, "min_price": 0, "max_price": 0, "max_per_purchase": 0, "max_per_day": 0}


@dataclass(frozen=True)
class Offer:
    """What an amount of a pool costs now."""

    row: PoolRow
    token: Token
    amount: int
    payment: int
    burned: int
    received: int
    unit: Denomination

    @property
    def words(self) -> str:
        """In a sentence."""
        burned = f", {self.unit.format(self.burned)} burned" if self.burned else ""
        return f"{self.unit.format(self.amount)} of {self.row.words} cost {self.token.show(self.payment)}: {self.unit.format(self.received)} received{burned}"

    def document(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "pool_id": self.row.id,
            "amount": str(self.amount),
            "payment_token": str(self.token.contract.address),
            "payment_symbol": self.token.symbol,
            "payment": str(self.payment),
            "burned": str(self.burned),
            "received": str(self.received),
        }


@dataclass(frozen=True)
class Bounds:
    """Terms of a sale as people write them; prices are payment for one whole token."""

    price: str
    min_price: str | None
    max_price: str | None
    max_per_purchase: int
    max_per_day: int


@dataclass(frozen=True)
class Sales:
    """What the pools of a deployment sell for."""

    suite: Suite

    @property
    def contract(self) -> Contract:
        """The contract."""
        return self.suite[CONTRACT]

    @property
    def pools(self) -> Pools:
        """Their books."""
        return Pools(self.suite)

    def token(self, address: str) -> Token:
        """The token at an address.

        Raises:
            GovernanceError: no token there.
        """
        return token_at(self.suite, address)

    def show_price(self, token: Token, price: int) -> str:
        """A price for one whole token of ours, exactly."""
        for_one, rest = divmod(price * 10 ** self._decimals(), WAD)
        return f"{token.show(price)} for 10^18 wei" if rest else token.show(for_one)

    def quote(self, pool_id: int, amount: int) -> Offer:
        """What an amount costs now.

        Raises:
            MarketError: no such pool, a closed one, or one that is not for sale.
        """
        row = self.pools.open(pool_id)
        sale = self.contract.call("sale", pool_id)
        if sale.price == 0:
            why = "the owner has set no terms (`mdt token set-sale`)" if sale.terms.payment_token == ZERO_ADDRESS else "its operator has stopped selling"
            raise MarketError(f"{row.words} is not for sale: {why}")
        found = self.contract.call("quote", pool_id, amount)
        return Offer(row, self.token(found.payment_token), amount, int(found.payment), int(found.burned), int(found.received), self.suite.unit)

    def buy(self, buyer: str, pool_id: int, amount: int, most: str | None) -> tuple[Offer, list[Call]]:
        """Buy at the pool's price: what it costs, and the calls; approved is exactly the most it may cost.

        Raises:
            MarketError: not for sale, above a limit, more than is available, or dearer than the buyer means to pay.
        """
        offer = self.quote(pool_id, amount)
        self._require_within_limits(offer, buyer)
        self.pools.require_available(offer.row, amount)
        limit = offer.payment if most is None else offer.token.parse(most)
        if offer.payment > limit:
            raise MarketError(f"{offer.words}, above --max-payment {offer.token.show(limit)}: take less, or give more")
        words = f"buy {self.suite.show(amount)} of {offer.row.words} for {offer.token.show(offer.payment)}, at most {offer.token.show(limit)}"
        purchase = Call(self.contract, "buy", (pool_id, amount, offer.token.contract.address, limit), words)
        return offer, [*self._approvals(offer, buyer, limit), purchase]

    # --- the operator ---

    def set_price(self, operator: str, pool_id: int, price: str) -> list[Call]:
        """Move the price inside the owner's bounds; 0 stops.

        Raises:
            MarketError: not the operator, no terms, the same price, or one out of bounds.
        """
        row, sale = self.pools.open(pool_id), self.contract.call("sale", pool_id)
        self.pools.require_operator(row, operator)
        if sale.terms.payment_token == ZERO_ADDRESS:
            raise MarketError(f"{row.words} has no terms of sale: the owner sets them first (`mdt token set-sale`)")
        stop = Call(self.contract, "set_price", (pool_id, 0), f"stop selling {row.words}")
        if price.strip() == "0" and sale.price:
            return [stop]  # without asking the payment token anything: it may be why
        token = self.token(sale.terms.payment_token)
        wanted = self._price(token, price)
        low, high = sale.terms.min_price, sale.terms.max_price
        if wanted and not low <= wanted <= high:
            raise MarketError(
                f"the price of {row.words} is {self.show_price(token, low)} to {self.show_price(token, high)}, or 0 to stop selling;"
                f" not {self.show_price(token, wanted)}"
            )
        if wanted == sale.price:
            raise MarketError(f"the price of {row.words} is {self.show_price(token, wanted)} already")
        if not wanted:
            return [stop]
        return [Call(self.contract, "set_price", (pool_id, wanted), f"sell {row.words} at {self.show_price(token, wanted)}")]

    # --- the owner ---

    def set_sale(self, pool_id: int, payment_token: str, bounds: Bounds) -> list[Call]:
        """Offer a pool at a price.

        Raises:
            MarketError: our own token, bounds that contradict each other, no limits, or nothing changes.
        """
        row, token = self.pools.open(pool_id), self.token(payment_token)
        if payment_token == self.suite["MDT"].address:
            raise MarketError(f"{token.symbol} is what is sold: name another token to pay with (--payment-token)")
        price = self._price(token, bounds.price)
        low, high = (self._price(token, one) if one is not None else price for one in (bounds.min_price, bounds.max_price))
        if not 0 < low <= high <= MAX_PRICE or (price and not low <= price <= high):
            shown = [self.show_price(token, one) for one in (low, price, high)]
            raise MarketError(f"the price has to lie between bounds above zero, got {shown[0]} <= {shown[1]} <= {shown[2]} (--min-price, --price, --max-price)")
        if bounds.max_per_purchase == 0 or bounds.max_per_day == 0:
            raise MarketError("the limits of a buyer have to be above zero (--max-per-purchase, --max-per-day)")
        terms = {
            "payment_token": token.contract.address,
            "min_price": low,
            "max_price": high,
            "max_per_purchase": bounds.max_per_purchase,
            "max_per_day": bounds.max_per_day,
        }
        self._require_change(row, terms, price)
        words = f"sell {row.words} at {self.show_price(token, price)} ({self.show_price(token, low)} to {self.show_price(token, high)})"
        return [Call(self.contract, "set_sale", (pool_id, terms, price), words)]

    def end_sale(self, pool_id: int) -> list[Call]:
        """Take a pool off sale and forget the terms.

        Raises:
            MarketError: it has none.
        """
        row = self.pools.open(pool_id)
        self._require_change(row, NO_TERMS, 0)
        return [Call(self.contract, "set_sale", (pool_id, NO_TERMS, 0), f"end the sale of {row.words}")]

    # --- internal ---

    def _require_change(self, row: PoolRow, terms: dict[str, Any], price: int) -> None:
        sale = self.contract.call("sale", row.id)
        if price == sale.price and all(getattr(sale.terms, name) == value for name, value in terms.items()):
            raise MarketError(f"{row.words}: {'it is not for sale anyway' if not price else 'these terms are in force already'}")

    def _require_within_limits(self, offer: Offer, buyer: str) -> None:
        terms = self.contract.call("sale", offer.row.id).terms
        if offer.amount > terms.max_per_purchase:
            raise MarketError(f"{offer.row.words} sells at most {self.suite.show(terms.max_per_purchase)} at once, not {self.suite.show(offer.amount)}")
        bought = int(self.contract.call("bought_today", offer.row.id, buyer))
        if bought + offer.amount > terms.max_per_day:
            left = self.suite.show(max(0, terms.max_per_day - bought))
            raise MarketError(
                f"{buyer} may buy {left} more of {offer.row.words} today (UTC), not {self.suite.show(offer.amount)}: take less, or wait until tomorrow"
            )

    def _approvals(self, offer: Offer, buyer: str, limit: int) -> list[Call]:
        contract, token = offer.token.contract, offer.token
        held = int(contract.call("balanceOf", buyer))
        if held < offer.payment:
            raise MarketError(f"{buyer} holds {token.show(held)}, not {token.show(offer.payment)}: take less, or send it some first")

        def is_there() -> bool:
            return int(contract.call("allowance", buyer, self.contract.address)) >= limit

        if is_there():
            return []
        words = f"approve exactly {token.show(limit)} to {CONTRACT}"
        return [Call(contract, "approve", (self.contract.address, limit), words, is_bounded=True, is_there=is_there)]

    def _price(self, token: Token, text: str) -> int:
        """Units of the payment token for 10^18 wei, of a price for one whole token."""
        price, rest = divmod(token.parse(text) * WAD, 10 ** self._decimals())
        if rest:
            raise MarketError(f"the price {text!r} is finer than the contract can count: round it")
        return int(price)

    def _decimals(self) -> int:
        return int(self.suite["MDT"].call("decimals"))
