"""Calls that are ready to be shown, tried or sent, and the approval that has to come first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mdt.chain.contract import Contract
from mdt.chain.signers import Signer
from mdt.chain.transactions import Receipt
from mdt.errors import RevertError, StakingError
from mdt.suite.advice import advised
from mdt.suite.opened import Suite
from mdt.units import format_amount


@dataclass(frozen=True)
class Call:
    """One transaction: contract, function, arguments, and what it does in a few words that follow 'would'."""

    contract: Contract
    function: str
    arguments: tuple[Any, ...]
    words: str

    def simulate(self, sender: str) -> Any:
        """What it would return now.

        Raises:
            RevertError: refused, with what to do.
        """
        try:
            return self.contract.simulate(sender, self.function, *self.arguments)
        except RevertError as error:
            raise advised(error) from error

    def send(self, signer: Signer) -> Receipt:
        """Send it.

        Raises:
            RevertError: refused, with what to do.
        """
        try:
            return self.contract.send(signer, self.function, *self.arguments)
        except RevertError as error:
            raise advised(error) from error


def approvals(suite: Suite, owner: str, amount: int, spender: str = "Staking") -> list[Call]:
    """The approval of exactly `amount` wei to Staking or another contract, unless what stands is enough.

    Raises:
        StakingError: the owner does not hold that much.
    """
    token, taker = suite["MDT"], suite[spender].address
    held = int(token.call("balanceOf", owner))
    if held < amount:
        raise StakingError(f"{owner} holds {format_amount(held)}, not {format_amount(amount)}: take less, or send it some first")
    if int(token.call("allowance", owner, taker)) >= amount:
        return []
    return [Call(token, "approve", (taker, amount), f"approve exactly {format_amount(amount)} to {spender}")]
