"""Tokens of other contracts, in units of their own."""

from __future__ import annotations

from dataclasses import dataclass

from mdt.addresses import parse_address
from mdt.chain.contract import Contract
from mdt.errors import ChainError, GovernanceError
from mdt.suite.opened import Suite
from mdt.units import Denomination


@dataclass(frozen=True)
class Token:
    """A token, and how its amounts are written."""

    contract: Contract
    unit: Denomination

    @property
    def symbol(self) -> str:
        """How it is called."""
        return self.unit.symbol

    def parse(self, text: str) -> int:
        """Its smallest unit, of what a person wrote.

        Raises:
            UnitError: not an amount of it.
        """
        return self.unit.parse(text)

    def show(self, amount: int) -> str:
        """An amount as people read it."""
        return self.unit.format(amount)


def token_at(suite: Suite, address: str | None) -> Token:
    """MDT, or the token at an address.

    Raises:
        GovernanceError: no token there.
    """
    mdt = suite["MDT"]
    asked = mdt if address is None else Contract(mdt.chain, parse_address(address), mdt.abi, "token")
    try:
        return Token(asked, Denomination(str(asked.call("symbol")), int(asked.call("decimals"))))
    except ChainError as error:
        raise GovernanceError(f"there is no token at {asked.address}: {error}") from error
