"""A report as the controller takes it, and its JSON."""

from __future__ import annotations

import json
from dataclasses import astuple, dataclass, fields
from typing import Any

from mdt.errors import BundleError
from mdt.files import canonical_json
from mdt.model.controller import Report as ReportModel
from mdt.units import WAD

UINT256 = 2**256 - 1


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
    def from_json(cls, text: str) -> Report:
        """Read what `to_json` wrote.

        Raises:
            BundleError: not JSON, a field missing or unknown, or a value of another form.
        """
        try:
            data = json.loads(text)
            if not isinstance(data, dict) or set(data) != {field.name for field in fields(cls)}:
                raise BundleError(f"report: the fields must be {', '.join(field.name for field in fields(cls))}")
            values: list[Any] = [_parse(data[field.name], str(field.type)) for field in fields(cls)]
            return cls(*values)
        except (ValueError, TypeError, AttributeError) as error:
            if isinstance(error, BundleError):
                raise
            raise BundleError(f"report: not readable: {error}") from error


def _plain(value: int | bytes) -> str:
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)


def _parse(value: str, kind: str) -> int | bytes:
    if kind == "bytes":
        return bytes.fromhex(value.removeprefix("0x"))
    if not (value.isascii() and value.isdigit()):
        raise ValueError(f"{value!r} is not a whole number")
    return int(value)
