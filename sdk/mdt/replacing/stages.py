"""What a replacement consists of: contracts that are made, transactions that anyone may send, operations that wait, each read from the chain when asked.

A stage never remembers that it was done. Where it stands follows from the chain, so that a run that died, somebody else who was quicker, and a vote
that undid something are all seen for what they are.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mdt.chain import abi as abilib
from mdt.chain.contract import Contract
from mdt.governance.operations import Operation, hex_id
from mdt.preset.settings import Settings
from mdt.suite.calls import Call, Payload
from mdt.suite.directory import Directory
from mdt.suite.opened import Suite
from mdt.suite.readable import describe, read_call

RIGHTS = ("set_burner", "set_slasher_role")
"""Calls by which an operation hands on what the old contract, or its accounts, may do when it is scheduled."""


def nothing() -> list[str]:
    """Nothing is missing."""
    return []


def at_once() -> int:
    """No time to wait for."""
    return 0


@dataclass(frozen=True)
class Making:
    """A new contract.

    Attributes:
        contract: Its name.
    """

    contract: str

    @property
    def name(self) -> str:
        """What it is called in records and in what is said."""
        return f"make {self.contract}"


@dataclass(frozen=True)
class Settling:
    """What anyone may do, and what others have to do, before the replacement goes on.

    Attributes:
        name: Stable.
        words: What it is about.
        is_done: Read from the chain.
        due: What can be sent now.
        missing: What is in the way and cannot be sent by whoever runs this, a line each.
    """

    name: str
    words: str
    is_done: Callable[[], bool]
    due: Callable[[], Sequence[Call]] = field(default=lambda: ())
    missing: Callable[[], list[str]] = nothing


@dataclass(frozen=True)
class Voting:
    """An operation of the timelock, or several where the calls do not fit into one.

    Attributes:
        name: Stable.
        words: What it does.
        is_done: Read from the chain: whether nothing of it is left.
        calls: What is left of it, as much as one operation takes.
        missing: Why it cannot be scheduled or executed now, a line each.
        not_before: The time, in Unix seconds, before which the calls would be refused.
    """

    name: str
    words: str
    is_done: Callable[[], bool]
    calls: Callable[[], Sequence[Call]]
    missing: Callable[[], list[str]] = nothing
    not_before: Callable[[], int] = at_once


Stage = Making | Settling | Voting


@dataclass(frozen=True)
class Move:
    """A replacement as its stages see it.

    Attributes:
        suite: The deployment, with the old contracts in force and the new ones as `coming`.
        settings: Its preset.
        kept: What had to be noted before it was overwritten; whoever changes it saves it.
        executed: The operations of a stage that were executed, by the stage's name.
        may_leave: Whether what nobody claimed may stay behind.
        seconds_per_block: As measured.
    """

    suite: Suite
    settings: Settings
    kept: MutableMapping[str, Any]
    executed: Callable[[str], Sequence[Operation]]
    may_leave: bool = False
    seconds_per_block: Callable[[], Any] = lambda: 3

    def old(self, name: str) -> Contract:
        """The contract that is in force until the replacement is over."""
        return self.suite[name]

    def new(self, name: str) -> Contract:
        """The contract that was made for its place.

        Raises:
            LookupError: it is not made yet.
        """
        found = self.find_new(name)
        if found is None:
            raise LookupError(name)
        return found

    def find_new(self, name: str) -> Contract | None:
        """The same, or None."""
        return next((one for one in self.suite.coming if one.name.partition("@")[0] == name), None)

    def newest(self, name: str) -> Contract:
        """The new one where the replacement makes one, else the one in force."""
        return self.find_new(name) or self.suite[name]

    def treasury_of(self, name: str) -> Contract:
        """The treasury that the old contract pays, which it has for good: one that was replaced, perhaps."""
        address = self.suite[name].call("TREASURY")
        found = Directory(self.suite).at(address)
        assert found is not None
        return found

    @property
    def token(self) -> Contract:
        """MDT."""
        return self.suite["MDT"]

    def called(self, stage: str, contract: Contract, function: str, count: int) -> list[list[Any]]:
        """The arguments of every call of a function of so many arguments that executed operations of a stage have made."""
        entry = abilib.find_function(contract.abi, function, count)
        calls = [one for operation in self.executed(stage) for one in operation.calls if one.target == contract.address]
        return [abilib.decode(entry["inputs"], one.data[4:], function) for one in calls if one.data[:4] == abilib.selector(entry)]

    def call(self, contract: Contract, function: str, *arguments: Any) -> Call:
        """A call, said by name and arguments."""
        inputs = abilib.find_function(contract.abi, function, len(arguments))["inputs"]
        return Call(contract, function, arguments, f"call {contract.name}.{describe(function, inputs, arguments, Directory(self.suite))}")


def outdated(suite: Suite, operation: Operation, wanted: Sequence[Call]) -> list[str]:
    """What an operation that is scheduled would give, though a vote has taken it since, a line each: whoever executes it undoes that vote."""
    still, book = {Payload.of(one) for one in wanted}, Directory(suite)
    reads = [read_call(one, book) for one in operation.calls if one not in still]
    return [
        f"{one.words} gives what a vote has changed since: cancel the operation (`mdt governance cancel {hex_id(operation.id)[:10]}`), then run this again"
        for one in reads
        if one.function in RIGHTS
    ]


def now(move: Move) -> int:
    """The time as a contract that is called now sees it: not every node tells the newest block's."""
    return int(move.suite["EmissionController"].call("status").timestamp)
