"""Operations of the timelock, and the ids it knows them by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eth_typing import ChecksumAddress

from mdt.addresses import parse_address
from mdt.chain.abi import Event
from mdt.errors import GovernanceError
from mdt.model import timelock as model
from mdt.model.timelock import MAX_CALLS, NONE
from mdt.suite.calls import Payload


@dataclass(frozen=True)
class Operation:
    """Calls that are made together, in order, once their delay is over.

    Attributes:
        calls: What is called.
        predecessor: The id of an operation that has to be done before; NONE for none.
        salt: Tells operations with the same calls apart; NONE for none.
        is_batch: Whether it goes through `schedule_batch`; one call can, several have to.
    """

    calls: tuple[Payload, ...]
    predecessor: bytes = NONE
    salt: bytes = NONE
    is_batch: bool = False

    def __post_init__(self) -> None:
        if not 1 <= len(self.calls) <= MAX_CALLS:
            raise GovernanceError(f"an operation has 1 to {MAX_CALLS} calls, got {len(self.calls)}")
        if len(self.predecessor) != 32 or len(self.salt) != 32:
            raise GovernanceError("predecessor and salt are 32 bytes each")
        if len(self.calls) > 1 and not self.is_batch:
            raise GovernanceError(f"{len(self.calls)} calls make a batch")

    @property
    def id(self) -> bytes:
        """The timelock's `hash_operation`, for a batch `hash_operation_batch`."""
        calls = [model.TimelockCall(one.target, one.data) for one in self.calls]
        if self.is_batch:
            return model.batch_id(calls, self.predecessor, self.salt)
        return model.operation_id(calls[0], self.predecessor, self.salt)

    def columns(self) -> tuple[list[ChecksumAddress], list[int], list[bytes]]:
        """Targets, amounts of native coin (none) and payloads, as a batch takes them."""
        return [one.target for one in self.calls], [0] * len(self.calls), [one.data for one in self.calls]


def operation_of(calls: Sequence[Payload], predecessor: bytes = NONE, salt: bytes = NONE) -> Operation:
    """One call as it is, several as a batch."""
    return Operation(tuple(calls), predecessor, salt, is_batch=len(calls) > 1)


def hex_id(one: bytes) -> str:
    """An id as people see it."""
    return "0x" + one.hex()


def scheduled_in(events: Iterable[Event]) -> list[Operation]:
    """The operations that a transaction has scheduled, from the timelock's events in its receipt.

    Raises:
        GovernanceError: events that make no operation of ours, such as one that sends native coin.
    """
    rows: dict[bytes, list[Event]] = {}
    salts: dict[bytes, bytes] = {}
    for event in events:
        if event.name == "CallScheduled":
            rows.setdefault(event.id, []).append(event)
        elif event.name == "CallSalt":
            salts[event.id] = event.salt
    return [_rebuilt(id_, found, salts.get(id_, NONE)) for id_, found in rows.items()]


def _rebuilt(id_: bytes, rows: list[Event], salt: bytes) -> Operation:
    if any(row.amount for row in rows):
        raise GovernanceError(f"operation {hex_id(id_)} sends native coin along, which these tools do not: execute it by hand")
    rows = sorted(rows, key=lambda row: int(row.index))
    calls = tuple(Payload(parse_address(row.target), row.payload) for row in rows)
    for is_batch in (False, True):
        if len(calls) == 1 or is_batch:
            made = Operation(calls, rows[0].predecessor, salt, is_batch)
            if made.id == id_:
                return made
    raise GovernanceError(f"the events of operation {hex_id(id_)} do not hash to its id: it was not scheduled by this timelock")
