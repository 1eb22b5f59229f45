"""The treasury: what it holds and may spend, and the owner's calls."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from mdt.chain.contract import Contract
from mdt.errors import GovernanceError
from mdt.model.vesting import VestingTerms
from mdt.suite.calls import Call
from mdt.suite.opened import Suite
from mdt.suite.tokens import Token
from mdt.treasury.vesting import Schedules, words_of


@dataclass(frozen=True)
class Purse:
    """The treasury of a deployment."""

    suite: Suite

    @property
    def contract(self) -> Contract:
        """The contract."""
        return self.suite["Treasury"]

    def budget(self, token: Token) -> Any:
        """What may leave in a period, and has."""
        return self.contract.call("budget", token.contract.address)

    # --- the owner ---

    def spend(self, token: Token, recipient: str, amount: int, purpose: bytes) -> list[Call]:
        """Send tokens."""
        words = f"send {token.show(amount)} from the treasury to {recipient}"
        return [Call(self.contract, "spend", (token.contract.address, recipient, amount, purpose), words)]

    def vest(self, terms: VestingTerms, purpose: bytes) -> list[Call]:
        """Grant MDT by a schedule.

        Raises:
            GovernanceError: terms that vesting would refuse.
        """
        Schedules(self.suite).check(terms)
        return [Call(self.contract, "vest", (asdict(terms), purpose), f"grant from the treasury {words_of(terms, self.suite.unit)}")]

    def set_budget(self, token: Token, amount: int) -> list[Call]:
        """Change what may leave in a period: less at once, more from the period after the next.

        Raises:
            GovernanceError: nothing would change.
        """
        now = self.budget(token)
        if amount == (now.next_amount if now.next_at else now.amount):
            raise GovernanceError(f"{token.show(amount)} a period is {'waiting' if now.next_at else 'in force'} already")
        return [Call(self.contract, "set_budget", (token.contract.address, amount), f"set the budget of a period to {token.show(amount)}")]
