"""What only the owner may do: through the timelock where that is the owner, at once where the signer still is."""

from __future__ import annotations

from collections.abc import Sequence

from mdt.chain.contract import Contract
from mdt.errors import AccountError
from mdt.governance.operations import Operation, operation_of
from mdt.names import TIMELOCK
from mdt.suite.calls import Call, Payload
from mdt.suite.opened import Suite


def owner_of(contract: Contract) -> str:
    """Who may call what is the owner's; the timelock owns itself."""
    return str(contract.address if contract.name == TIMELOCK else contract.call("owner"))


def is_through_timelock(suite: Suite, contract: Contract, signer: str) -> bool:
    """Whether an owner's call has to be scheduled.

    Raises:
        AccountError: the signer is not the owner, and neither is the timelock.
    """
    owner = owner_of(contract)
    if owner == signer:
        return False
    if TIMELOCK in suite.contracts and owner == suite[TIMELOCK].address:
        return True
    raise AccountError(f"{contract.name} is owned by {owner}, which is neither {signer} nor the timelock: use the owner's account (--account)")


def as_operation(calls: Sequence[Call], predecessor: bytes, salt: bytes) -> Operation:
    """The operation that makes these calls."""
    return operation_of([Payload.of(one) for one in calls], predecessor, salt)
