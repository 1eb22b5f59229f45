"""Calls that are ready to be shown, tried or sent, and the approval that has to come first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from eth_typing import ChecksumAddress

from mdt.chain.contract import Contract
from mdt.chain.signers import Signer
from mdt.chain.transactions import Intent, Receipt
from mdt.errors import GovernanceError, RevertError, StakingError
from mdt.model.timelock import MAX_PAYLOAD
from mdt.suite.advice import advised
from mdt.suite.opened import Suite


@dataclass(frozen=True)
class Call:
    """One transaction: contract, function, arguments, and what it does in a few words that follow 'would'.

    Attributes:
        forecast: What it comes to as things stand, said after the words before it is sent: by the time it is mined it may be something else.
        is_bounded: Whether the contract keeps count itself, so that the same function with other arguments never does the same thing twice.
        is_there: Of an approval: whether the allowance is there now. One that an earlier run has sent may be used up by now.
    """

    contract: Contract
    function: str
    arguments: tuple[Any, ...]
    words: str
    forecast: str = field(default="", kw_only=True)
    is_bounded: bool = False
    is_there: Callable[[], bool] | None = field(default=None, compare=False, repr=False)

    @property
    def intent(self) -> Intent:
        """What the transaction does, whatever its nonce and price."""
        return Intent(str(self.contract.address), self.contract.encode(self.function, *self.arguments))

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


@dataclass(frozen=True)
class Payload:
    """The same as the timelock keeps it: bytes for an address. It never sends native coin along.

    Attributes:
        target: The contract.
        data: The calldata, selector first.
    """

    target: ChecksumAddress
    data: bytes

    def __post_init__(self) -> None:
        if len(self.data) > MAX_PAYLOAD:
            raise GovernanceError(f"a call to {self.target} has {len(self.data)} bytes, the timelock takes {MAX_PAYLOAD}: split it")

    @classmethod
    def of(cls, call: Call) -> Payload:
        """A call of ours."""
        return cls(call.contract.address, call.contract.encode(call.function, *call.arguments))


def approvals(suite: Suite, owner: str, amount: int, spender: str = "Staking") -> list[Call]:
    """The approval of exactly `amount` wei to Staking or another contract, unless what stands is enough.

    Raises:
        StakingError: the owner does not hold that much.
    """
    token, taker = suite["MDT"], suite[spender].address
    held = int(token.call("balanceOf", owner))
    if held < amount:
        raise StakingError(f"{owner} holds {suite.show(held)}, not {suite.show(amount)}: take less, or send it some first")

    def is_there() -> bool:
        return int(token.call("allowance", owner, taker)) >= amount

    if is_there():
        return []
    return [Call(token, "approve", (taker, amount), f"approve exactly {suite.show(amount)} to {spender}", is_bounded=True, is_there=is_there)]
