"""What a pool is sold for: terms and bounds of a sale, and what an amount costs."""

from __future__ import annotations

from dataclasses import dataclass

from mdt.addresses import ZERO_ADDRESS
from mdt.model.refusals import refusals
from mdt.units import WAD

require = refusals("pools")

MAX_PRICE = 2**128 - 1


@dataclass(frozen=True)
class SaleTerms:
    """What the owner fixes of a sale: the operator's bounds, the buyers' limits."""

    payment_token: str = ZERO_ADDRESS
    min_price: int = 0
    max_price: int = 0
    max_per_purchase: int = 0
    max_per_day: int = 0

    def check(self, token_address: str) -> None:
        """Refuse terms that nobody can sell by, in the contract's order."""
        require(self.payment_token != token_address, "payment is the token")
        require(0 < self.min_price <= self.max_price <= MAX_PRICE, "bad price bounds")
        require(self.max_per_purchase > 0 and self.max_per_day > 0, "zero limit")

    def check_price(self, price: int) -> None:
        """Refuse a price out of the owner's bounds; 0 stops selling."""
        require(price == 0 or self.min_price <= price <= self.max_price, "price out of bounds")


@dataclass(frozen=True)
class Sale:
    """Terms, and payment units for 10^18 wei; 0 = not for sale."""

    terms: SaleTerms = SaleTerms()
    price: int = 0

    def payment(self, amount: int) -> int:
        """Payment units for an amount in wei, rounded up."""
        return -(-amount * self.price // WAD)


@dataclass(frozen=True)
class Quote:
    """What an amount costs, and what arrives of it."""

    payment_token: str
    payment: int
    burned: int
    received: int
