"""What the timelock is told of a proposal: a batch that begins with the governor's own confirmation, or a canceller's removal as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from mdt.model.timelock import CANCELLER_ROLE, NONE, REVOKE, TimelockCall, batch_id, operation_id

CodeHash = Callable[[str], bytes]
"""An address's code hash; empty where there is no code."""

CONFIRM = keccak(text="confirm(uint256,address[],bytes32)")[:4]
REMOVAL_BYTES = 68


@dataclass(frozen=True)
class Action:
    """One call of a proposal."""

    target: str
    payload: bytes
    value: int = 0


@dataclass(frozen=True)
class Operation:
    """What the timelock is told: the calls, and a salt."""

    calls: tuple[TimelockCall, ...]
    salt: bytes
    is_removal: bool = False

    @property
    def id(self) -> bytes:
        """As the timelock knows it."""
        return operation_id(self.calls[0]) if self.is_removal else batch_id(self.calls, salt=self.salt)


def code_digest(targets: Sequence[str], code_hash: CodeHash) -> bytes:
    """Of the targets' code hashes, each hashed onto the digest of those before."""
    digest = NONE
    for target in targets:
        digest = keccak(digest + code_hash(target))
    return digest


def operation(governor: str, timelock: str, proposal_id: int, actions: Sequence[Action], text_hash: bytes, code_hash: CodeHash) -> Operation:
    """The operation of a proposal, with the code that its targets have now."""
    calls = tuple(TimelockCall(action.target, action.payload) for action in actions)
    first = actions[0]
    if len(actions) == 1 and first.target == timelock and len(first.payload) == REMOVAL_BYTES and first.payload.startswith(REVOKE + CANCELLER_ROLE):
        return Operation(calls, NONE, is_removal=True)
    targets = [action.target for action in actions]
    confirmation = CONFIRM + encode(("uint256", "address[]", "bytes32"), (proposal_id, targets, code_digest(targets, code_hash)))
    return Operation((TimelockCall(governor, confirmation), *calls), text_hash)
