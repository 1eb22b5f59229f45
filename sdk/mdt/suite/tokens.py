"""Tokens of other contracts, in units of their own."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mdt.addresses import parse_address
from mdt.chain.abi import Abi, AbiEntry
from mdt.chain.contract import Contract
from mdt.errors import ChainError, GovernanceError
from mdt.escapes import quoted
from mdt.suite.opened import Suite
from mdt.units import Denomination

LONGEST_SYMBOL = 16
ERC20 = "ERC20"
"""How a token that is somebody else's is called before its address: `ERC20@0x...`."""


def _entry(name: str, inputs: tuple[str, ...], output: str = "") -> AbiEntry:
    is_view = bool(output)
    return {
        "type": "function",
        "name": name,
        "stateMutability": "view" if is_view else "nonpayable",
        "inputs": [{"name": one.partition(" ")[2], "type": one.partition(" ")[0]} for one in inputs],
        "outputs": [{"name": "", "type": output}] if is_view else [],
    }


ERC20_ABI: Abi = [
    _entry("symbol", (), "string"),
    _entry("decimals", (), "uint8"),
    _entry("balanceOf", ("address account",), "uint256"),
    _entry("allowance", ("address owner", "address spender"), "uint256"),
    _entry("approve", ("address spender", "uint256 amount")),
    _entry("transfer", ("address to", "uint256 amount")),
]
"""As much of it as is called here. Nothing is expected back of what sends: some tokens return nothing, and the effect is what counts."""
PAIRED = "paired"
"""The unit that always means the paired token of a market."""
_WRITABLE = re.compile(rf"[A-Za-z]{{1,{LONGEST_SYMBOL}}}")
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


def paired_token(suite: Suite, market: Contract) -> Token:
    """The token that a market pairs with ours. Where its symbol cannot stand behind a number, or is ours, amounts of it are written as `25 paired`.

    Raises:
        GovernanceError: it does not say how it is counted.
    """
    address = parse_address(str(market.call("PAIRED")))
    found = Contract(market.chain, address, ERC20_ABI, f"{ERC20}@{address}")
    try:
        symbol, decimals = str(found.call("symbol")), int(found.call("decimals"))
    except ChainError as error:
        raise GovernanceError(f"{market.name}: the paired token at {found.address} does not say how it is counted ({error})") from error
    is_writable = _WRITABLE.fullmatch(symbol) and symbol not in (suite.unit.symbol, "wei", "shares")
    return Token(found, Denomination(symbol if is_writable else PAIRED, decimals))


def _symbol(text: str) -> str:
    """A symbol of letters, digits and currency signs as it is; another one in quotes, so that it does not read as a part of the sentence."""
    return text if _PLAIN.fullmatch(text) else quoted(text, LONGEST_SYMBOL)
