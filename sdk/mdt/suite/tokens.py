"""Tokens of other contracts, in units of their own."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mdt.addresses import parse_address
from mdt.chain.contract import Contract
from mdt.errors import ChainError, GovernanceError
from mdt.escapes import quoted
from mdt.suite.opened import Suite
from mdt.units import Denomination

LONGEST_SYMBOL = 16
_PLAIN = re.compile(rf"[A-Za-z0-9$.+_-]{{1,{LONGEST_SYMBOL}}}")


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
        return Token(asked, Denomination(_symbol(str(asked.call("symbol"))), int(asked.call("decimals"))))
    except ChainError as error:
        raise GovernanceError(f"there is no token at {asked.address} ({error}): name the address of an ERC-20 on this network") from error


def _symbol(text: str) -> str:
    """A symbol of letters, digits and currency signs as it is; another one in quotes, so that it does not read as a part of the sentence."""
    return text if _PLAIN.fullmatch(text) else quoted(text, LONGEST_SYMBOL)
