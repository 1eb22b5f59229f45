"""Shares of a pool as an ERC-20: `contracts/pools/modules/market_shares.vy`. Permits are `approve` by their owner here."""

from __future__ import annotations

from collections import defaultdict

from mdt.addresses import ZERO_ADDRESS
from mdt.model.refusals import refusals

require = refusals("market")

LOCKED_SHARES = 1_000  # of the first deposit, for good
LOCKED_HOLDER = "0x000000000000000000000000000000000000dEaD"
UNLIMITED = 2**256 - 1  # an allowance that is never counted down


class Shares:
    """Balances and allowances; the pool itself holds the protocol's shares."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.total_supply = 0
        self.balances: defaultdict[str, int] = defaultdict(int)
        self.allowances: defaultdict[tuple[str, str], int] = defaultdict(int)

    def transfer(self, caller: str, to: str, amount: int) -> bool:
        """Move shares of the caller; always True."""
        self._move(caller, to, amount)
        return True

    def approve(self, caller: str, spender: str, amount: int) -> bool:
        """Set what `spender` may move of the caller's shares; always True."""
        require(spender != ZERO_ADDRESS, "zero spender")
        self.allowances[caller, spender] = amount
        return True

    def transfer_from(self, caller: str, holder: str, to: str, amount: int) -> bool:
        """Move shares of `holder` by its allowance to the caller (`transferFrom`); always True."""
        allowance = self.allowances[holder, caller]
        require(allowance >= amount, "allowance too low")
        self._move(holder, to, amount)
        if allowance != UNLIMITED:
            self.allowances[holder, caller] = allowance - amount
        return True

    def _move(self, holder: str, to: str, amount: int) -> None:
        require(to not in (ZERO_ADDRESS, self.address), "bad receiver")
        require(self.balances[holder] >= amount, "balance too low")
        self.balances[holder] -= amount
        self.balances[to] += amount
