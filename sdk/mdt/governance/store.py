"""Operations on disk: `deployments/<network>/operations/<id>.json`, to be kept in version control.

A file is believed because of its name: what it holds has to hash to that. What it says beyond that (when it was scheduled) is for people only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mdt.addresses import parse_address
from mdt.errors import GovernanceError, MDTError
from mdt.files import DRAFT, read_json, write_json
from mdt.governance.operations import Operation, hex_id
from mdt.suite.calls import Payload
from mdt.suite.records import Folder
from mdt.written.hexadecimal import parse_hex

FORMAT = 1
_ID = re.compile(r"0x[0-9a-f]{64}")
SHORTEST = 6
"""Hex digits of an id that are enough when only one operation begins with them."""


@dataclass(frozen=True)
class Kept:
    """An operation and what was noted with it.

    Attributes:
        tx_hash: The transaction that scheduled it; None when it was written down and never seen to be mined.
    """

    operation: Operation
    tx_hash: str | None = None
    block_number: int | None = None


@dataclass(frozen=True)
class Store:
    """The operations of one network."""

    path: Path

    @classmethod
    def of(cls, folder: Folder) -> Store:
        """Those of a deployment."""
        return cls(folder.path / "operations")

    def save(self, kept: Kept) -> Path:
        """Write an operation atomically; returns its file."""
        operation = kept.operation
        content = {
            "format": FORMAT,
            "id": hex_id(operation.id),
            "is_batch": operation.is_batch,
            "calls": [{"target": one.target, "payload": hex_id(one.data)} for one in operation.calls],
            "predecessor": hex_id(operation.predecessor),
            "salt": hex_id(operation.salt),
            "scheduled": {"tx": kept.tx_hash, "block": kept.block_number},
        }
        target = self.path / f"{hex_id(operation.id)}.json"
        write_json(target, content)
        return target

    def ids(self) -> list[str]:
        """All there are: files that are called as an operation is."""
        return sorted(one.stem for one in self.path.glob("0x*.json") if _ID.fullmatch(one.stem))

    def strays(self) -> list[str]:
        """A line for each file that is none of an operation: copies, and what file systems leave behind."""
        files = sorted(self.path.iterdir()) if self.path.is_dir() else []
        return [f"{one}: not the name of an operation, which is its id and .json" for one in files if not (_ID.fullmatch(one.stem) or one.name.endswith(DRAFT))]

    def find(self, text: str) -> Kept:
        """The operation whose id begins with a text.

        Raises:
            GovernanceError: none, several, or one whose file is not what its name says.
        """
        wanted = text.lower()
        if not wanted.startswith("0x") or len(wanted) < 2 + SHORTEST:
            raise GovernanceError(f"{text!r} is no id: give 0x and at least {SHORTEST} hex digits (`mdt governance pending` shows them)")
        found = [one for one in self.ids() if one.startswith(wanted)]
        if not found:
            raise GovernanceError(f"no operation {text} in {self.path}: import it with `mdt governance note TX`, TX being the transaction that scheduled it")
        if len(found) > 1:
            raise GovernanceError(f"{len(found)} operations begin with {text}: give more digits of {', '.join(found)}")
        return self.load(found[0])

    def load(self, name: str) -> Kept:
        """The operation of exactly that id.

        Raises:
            GovernanceError: its file does not hold it.
        """
        source = self.path / f"{name}.json"
        content = read_json(source)
        if content.get("format") != FORMAT:
            raise GovernanceError(f"{source} has format {content.get('format')!r}, this version reads {FORMAT}: use the version that wrote it")
        try:
            operation = _operation(content)
            scheduled = content["scheduled"]
            kept = Kept(operation, scheduled["tx"], scheduled["block"])
        except (KeyError, TypeError, ValueError, AttributeError, MDTError) as error:
            raise GovernanceError(f"{source} holds no operation ({error}): restore it, or import it again with `mdt governance note TX`") from error
        if hex_id(operation.id) != name:
            raise GovernanceError(f"{source} holds operation {hex_id(operation.id)}: it was changed; restore it, or import it again")
        return kept


def _operation(content: dict[str, Any]) -> Operation:
    calls = tuple(Payload(parse_address(one["target"]), parse_hex(one["payload"])) for one in content["calls"])
    return Operation(calls, parse_hex(content["predecessor"]), parse_hex(content["salt"]), bool(content["is_batch"]))
