"""The records of a replacement: what is made stands beside what it replaces, until one takes the other's place."""

from __future__ import annotations

from collections.abc import Sequence

from mdt.governance.operations import Operation, hex_id
from mdt.replacing.outcomes import Outcome
from mdt.replacing.table import Replacement
from mdt.suite.opened import Suite
from mdt.suite.records import ContractRecord, Folder, NetworkRecord


class Overlay(Folder):
    """The records with what a replacement makes in the place of what it replaces."""

    def __init__(self, folder: Folder, makes: Sequence[str]) -> None:
        super().__init__(folder.path)
        object.__setattr__(self, "makes", tuple(makes))

    def find(self, name: str) -> ContractRecord | None:
        """The new one where there is to be one, made or not."""
        return self.made.find(name) if name in self.makes else super().find(name)  # type: ignore[attr-defined]

    def save(self, record: ContractRecord) -> None:
        """Among what was made."""
        self.made.save(record)


def note_replaced(folder: Folder, record: NetworkRecord, row: Replacement, suite: Suite, operations: Sequence[Operation]) -> None:
    """Write down in one go what replaced what, and by which executed operations: from here on only files are moved."""
    state = record.replacing
    assert state is not None
    for name in row.makes:
        old, new = folder.find(name), folder.made.find(name)
        assert old is not None
        assert new is not None
        step = state["steps"][name]
        folder.keep_replaced(old, len(record.replacements_of(name)) + 1)
        record.replaced.append(
            {
                "contract": name,
                "address": str(suite[name].address),
                "by": new.address,
                "creator": step["creator"],
                "nonce": step["nonce"],
                "arguments": new.constructor_encoded,
                "operations": [hex_id(one.id) for one in operations if is_about(one, new.address)],
            }
        )
    state["replaced"] = True
    folder.save_network(record)


def finish(folder: Folder, row: Replacement) -> Outcome:
    """Put the records of the new contracts in the place of the old ones. That it is over is forgotten only once it is told (`Replacing.told`)."""
    for name in row.makes:
        if (new := folder.made.find(name)) is not None:
            folder.save(new)
    for name in row.makes:
        (folder.made.path / f"{name}.json").unlink(missing_ok=True)
    if folder.made.path.is_dir() and not any(folder.made.path.iterdir()):
        folder.made.path.rmdir()
    new = folder.find(row.contract)
    assert new is not None
    return Outcome("records", "replaced", f"{row.contract} is {new.address} now; what stays with the old one: {row.behind}")


def is_about(operation: Operation, address: str) -> bool:
    """Whether an operation calls a contract, or names it in a call."""
    number = bytes.fromhex(address[2:])
    return any(bytes.fromhex(str(call.target)[2:]) == number or number in call.data for call in operation.calls)
