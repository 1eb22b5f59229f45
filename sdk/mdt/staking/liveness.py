"""Liveness reports as EIP-712 typed data: what validators missed in an epoch, signed by reporters, a page of at most 100 validators at a time.

A report file is JSON: {"epoch": 7, "entries": [{"validator_id": 1, "missed_blocks": 120, "missed_reveals": 0}, ...]}, validators ascending.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from itertools import pairwise
from pathlib import Path

from eth_account.messages import SignableMessage
from eth_account.signers.base import BaseAccount

from mdt.crypto import typed_data as eip712
from mdt.crypto.signatures import Counted, Filed, Signature, count_over, recover
from mdt.errors import EvidenceError
from mdt.files import canonical_json
from mdt.staking.votes import SlasherDomain
from mdt.suite.words import counted as counting
from mdt.units import parse_whole
from mdt.written.item import Item
from mdt.written.read import read

MAX_ENTRIES = 100
FIELDS = ("validator_id", "missed_blocks", "missed_reveals")
SIGNED_FIELDS = ("validatorId", "missedBlocks", "missedReveals")
TYPES = {
    "LivenessReport": eip712.fields(epoch="uint256", entries="Liveness[]"),
    "Liveness": eip712.fields(**dict.fromkeys(SIGNED_FIELDS, "uint256")),
}


@dataclass(frozen=True)
class Entry:
    """What a validator missed, as `ISlasher.Liveness`."""

    validator_id: int
    missed_blocks: int
    missed_reveals: int


@dataclass(frozen=True)
class LivenessReport:
    """One page of an epoch."""

    epoch: int
    entries: tuple[Entry, ...]

    def __post_init__(self) -> None:
        """Refuse what the slasher would."""
        numbers = [self.epoch, *(value for entry in self.entries for value in astuple(entry))]
        if any(not isinstance(value, int) or isinstance(value, bool) or value < 0 for value in numbers):
            raise EvidenceError("epoch, validator_id, missed_blocks and missed_reveals are whole numbers")
        if not 1 <= len(self.entries) <= MAX_ENTRIES:
            raise EvidenceError(f"{counting(len(self.entries), 'entry', 'entries')}; a page has 1 to {MAX_ENTRIES}: make several of them")
        ids = [0, *(entry.validator_id for entry in self.entries)]
        wrong = [after for before, after in pairwise(ids) if after <= before]
        if wrong:
            raise EvidenceError(f"validator {wrong[0]} is out of place: sort the entries by validator_id, each once, from 1")

    def as_arguments(self) -> tuple[int, list[tuple[int, int, int]]]:
        """The first arguments of `report_liveness` and `liveness_digest`."""
        return self.epoch, [(one.validator_id, one.missed_blocks, one.missed_reveals) for one in self.entries]

    def to_json(self) -> str:
        """Canonical text of a report file."""
        return canonical_json({"epoch": self.epoch, "entries": [vars(entry) for entry in self.entries]})


def message(report: LivenessReport) -> eip712.Message:
    """The report as the struct that is signed."""
    entries = [dict(zip(SIGNED_FIELDS, astuple(entry), strict=True)) for entry in report.entries]
    return eip712.Message("LivenessReport", TYPES, {"epoch": report.epoch, "entries": entries})


def digest(report: LivenessReport, domain: SlasherDomain) -> bytes:
    """The 32 bytes a reporter signs; equals the slasher's `liveness_digest`."""
    return domain.typed.digest(message(report))


def signable(report: LivenessReport, domain: SlasherDomain) -> SignableMessage:
    """The report as `sign_message` of eth-account and ape accounts takes it."""
    return domain.typed.signable(message(report))


def sign(report: LivenessReport, domain: SlasherDomain, account: BaseAccount | str | bytes) -> Signature:
    """Sign with an eth-account account or a private key."""
    return recovered(report, domain, domain.typed.sign(message(report), account))


def recovered(report: LivenessReport, domain: SlasherDomain, signature: bytes) -> Signature:
    """A signature made elsewhere, with the signer it recovers to.

    Raises:
        AttestationError: not 65 bytes r, s, v of the form the chain accepts.
    """
    wanted = digest(report, domain)
    return Signature(recover(wanted, signature), wanted, signature)


def counted(report: LivenessReport, domain: SlasherDomain, signatures: Iterable[Signature] | Filed, reporters: Sequence[str]) -> Counted:
    """The signatures that count for a report, and why the others do not."""
    return count_over(digest(report, domain), signatures, reporters, f"another file, chain or slasher than {domain.slasher}. Compare the files")


def merge(report: LivenessReport, domain: SlasherDomain, signatures: Iterable[Signature], reporters: Sequence[str], quorum: int) -> list[bytes]:
    """Exactly a quorum of signatures, sorted by ascending signer: the last argument of `report_liveness`. Those that do not count are set aside.

    Raises:
        AttestationError: too few that count; says why the others do not.
    """
    return counted(report, domain, signatures, reporters).of_quorum(quorum)


def read_report(path: str | Path) -> LivenessReport:
    """Read a report file.

    Raises:
        EvidenceError: the file is not one.
    """
    how = f"not a liveness report: it is JSON with epoch and entries of {', '.join(FIELDS)}"
    top = read(path, EvidenceError, is_json=True)
    fields = top.record(how, ("epoch", "entries"))
    rows = [one.record(how, FIELDS) for one in fields["entries"].items(how)]
    try:
        return LivenessReport(_whole(fields["epoch"]), tuple(Entry(*[_whole(row[name]) for name in FIELDS]) for row in rows))
    except EvidenceError as error:
        raise (error if str(path) in str(error) else top.fault(str(error))) from error


def _whole(item: Item) -> int:
    if not item.is_bare or item.value in ("true", "false", "null"):
        raise item.fault(f"is {item.shown}: epoch, {', '.join(FIELDS)} are whole numbers without quotes")
    return item.read(parse_whole)
