"""A report as the controller takes it, and its JSON."""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass, fields
from typing import Any

from mdt.errors import BundleError
from mdt.files import canonical_json
from mdt.model.controller import Report as ReportModel
from mdt.units import WAD
from mdt.written.characters import shown
from mdt.written.hexadecimal import parse_hex
from mdt.written.item import Item, Source
from mdt.written.json import parse_json

UINT256 = 2**256 - 1
_DIGITS = re.compile(r"[0-9]{1,78}")


@dataclass(frozen=True)
class Report(ReportModel):
    """The fields of `IEmissionController.Report`, in its order, within what the chain's types and bounds hold.

    Attributes:
        epoch: number of the epoch.
        attempt: the controller's `attempt()`; a discarded report raises it, and older signatures are void.
        tasks: tasks done, a count.
        difficulty: WAD, at most 1.
        participation: WAD, at most 1.
        root: cumulative miner root after this epoch, 32 bytes.
        audit_root: root of its audit tree (`mdt.crypto.merkle.audit`); 32 zero bytes exactly when the root is the previous one.
        cumulative_total: wei promised to miners so far, this epoch included.
        data_hash: hash of the bundle, 32 bytes.
    """

    def __post_init__(self) -> None:
        """Refuse values that the chain's types or bounds refuse."""
        for field in fields(self):
            value = getattr(self, field.name)
            if field.type == "bytes" and (not isinstance(value, bytes) or len(value) != 32):
                raise BundleError(f"report: {field.name} must be 32 bytes")
            if field.type == "int" and (not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= UINT256):
                raise BundleError(f"report: {field.name} is {value!r}, allowed is a whole number from 0 to 2^256 - 1")
        for name in ("difficulty", "participation"):
            if getattr(self, name) > WAD:
                raise BundleError(f"report: {name} is {getattr(self, name)}, allowed is 0 to 1e18 (1 in WAD)")

    def as_tuple(self) -> tuple[Any, ...]:
        """The argument of `submit_report` and `report_digest`."""
        return astuple(self)

    def to_json(self) -> str:
        """Canonical text: sorted keys, quantities as decimal strings, hashes as 0x hex."""
        return canonical_json({field.name: _plain(getattr(self, field.name)) for field in fields(self)})

    @classmethod
    def from_json(cls, text: str, name: str = "report") -> Report:
        """Read what `to_json` wrote.

        Args:
            text: The JSON.
            name: What errors call it.

        Raises:
            BundleError: not JSON, a field missing, unknown or given twice, or a value of another form; names the place.
        """
        found = parse_json(text, Source(name, BundleError)).record("not a report", [field.name for field in fields(cls)])
        values: list[Any] = [_parsed(found[field.name], str(field.type)) for field in fields(cls)]
        return cls(*values)


def _plain(value: int | bytes) -> str:
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)


def _parsed(item: Item, kind: str) -> int | bytes:
    if item.is_bare:
        raise item.fault(f"is {item.shown}: quantities and hashes are text")
    return item.read(parse_hex) if kind == "bytes" else item.read(_whole)


def _whole(text: str) -> int:
    """Digits alone: the form is canonical, so that one report has one text."""
    if not _DIGITS.fullmatch(text):
        raise ValueError(f"{shown(text)} is not a whole number")
    return int(text)
