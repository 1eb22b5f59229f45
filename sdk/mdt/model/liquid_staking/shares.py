"""Shares of the liquid staking contract as an ERC-20 (`contracts/staking/liquid/modules/liquid_shares.vy`)."""

from __future__ import annotations

from collections import defaultdict

from mdt.addresses import ZERO_ADDRESS
from mdt.model.refusals import refusals
from mdt.model.token import UNLIMITED

require = refusals("lst")


class Shares:
    """Balances and allowances; the contract's own address holds those that wait for an exit."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.total_supply = 0
        self.balances: defaultdict[str, int] = defaultdict(int)
        self.allowances: defaultdict[tuple[str, str], int] = defaultdict(int)

    def transfer(self, caller: str, to: str, amount: int) -> bool:
        """Move shares of the caller."""
        self._check_receiver(to)
        self._move(caller, to, amount)
        return True

    def approve(self, caller: str, spender: str, amount: int) -> bool:
        """Set what somebody may spend."""
        require(spender != ZERO_ADDRESS, "zero spender")
        self.allowances[caller, spender] = amount
        return True

    def transfer_from(self, caller: str, holder: str, to: str, amount: int) -> bool:
        """Move shares by an allowance."""
        self._check_receiver(to)
        allowed = self._allowed(caller, holder, amount)
        self._move(holder, to, amount)
        self.allowances[holder, caller] = allowed
        return True

    # --- internals ---

    def _check_receiver(self, receiver: str) -> None:
        require(receiver not in (ZERO_ADDRESS, self.address), "bad receiver")

    def _allowed(self, spender: str, holder: str, amount: int) -> int:
        """What is left of an allowance afterwards."""
        allowed = self.allowances[holder, spender]
        require(allowed >= amount, "allowance too low")
        return allowed if allowed == UNLIMITED else allowed - amount

    def _move(self, holder: str, to: str, amount: int) -> None:
        require(self.balances[holder] >= amount, "balance too low")
        self.balances[holder] -= amount
        self.balances[to] += amount

    def _issue(self, holder: str, amount: int) -> None:
        self.total_supply += amount
        self.balances[holder] += amount

    def _destroy(self, amount: int) -> None:
        self.total_supply -= amount
        self.balances[self.address] -= amount
