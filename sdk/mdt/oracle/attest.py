"""EIP-712 signatures over a report, or over the void of an attempt: making them, and merging a quorum in the order the controller demands.

Domain: name "ModernTensor EmissionController", version "1", the chain id and the controller's address. A signature is therefore worth
nothing on another chain, at another controller, or for another attempt of the same epoch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from eth_account.messages import SignableMessage
from eth_account.signers.base import BaseAccount

from mdt.crypto import typed_data as eip712
from mdt.crypto.signatures import Approved, Counted, Filed, Signature, contract_entry, count_over, no_contracts, recover, required_address
from mdt.errors import AttestationError
from mdt.oracle.report import Report

NAME = "ModernTensor EmissionController"
VERSION = "1"

VOID_FIELDS = eip712.fields(epoch="uint256", attempt="uint256")
REPORT_FIELDS = eip712.fields(
    epoch="uint256",
    attempt="uint256",
    tasks="uint256",
    difficulty="uint256",
    participation="uint256",
    root="bytes32",
    auditRoot="bytes32",
    cumulativeTotal="uint256",
    dataHash="bytes32",
)


@dataclass(frozen=True)
class Void:
    """What reporters sign to retract whatever they signed for an attempt: none of it can be submitted any more, and what is pending is discarded.

    Attributes:
        epoch: number of the epoch, the next one.
        attempt: the controller's `attempt()`.
    """

    epoch: int
    attempt: int


Signed = Report | Void
"""What reporters put their names to."""


@dataclass(frozen=True)
class Domain:
    """Where a signature counts: one controller on one chain."""

    chain_id: int
    controller: str

    def __post_init__(self) -> None:
        """Refuse what cannot be a deployed controller."""
        if self.chain_id <= 0:
            raise AttestationError(f"chain id is {self.chain_id}; give the id of the chain the controller is on")
        object.__setattr__(self, "controller", required_address(self.controller, "controller"))

    @property
    def typed(self) -> eip712.Domain:
        """The EIP-712 domain."""
        return eip712.Domain(NAME, VERSION, self.chain_id, self.controller)


def message(report: Signed) -> eip712.Message:
    """The report or void as the struct that is signed."""
    kind, known = ("Void", VOID_FIELDS) if isinstance(report, Void) else ("Report", REPORT_FIELDS)
    values = [getattr(report, field.name) for field in fields(report)]
    return eip712.Message(kind, {kind: known}, {one["name"]: value for one, value in zip(known, values, strict=True)})


def digest(report: Signed, domain: Domain) -> bytes:
    """The 32 bytes a reporter signs; equals the controller's `report_digest` or `void_digest`."""
    return domain.typed.digest(message(report))


def typed_data(report: Signed, domain: Domain) -> dict[str, Any]:
    """The report as `eth_signTypedData_v4` takes it, for wallets and hardware signers."""
    return domain.typed.typed_data(message(report))


def signable(report: Signed, domain: Domain) -> SignableMessage:
    """The report as `sign_message` of eth-account and ape accounts takes it."""
    return domain.typed.signable(message(report))


def sign(report: Signed, domain: Domain, account: BaseAccount | str | bytes) -> Signature:
    """Sign with an eth-account account or a private key."""
    return recovered(report, domain, domain.typed.sign(message(report), account))


def recovered(report: Signed, domain: Domain, signature: bytes) -> Signature:
    """A signature made elsewhere (wallet, hardware), with the signer it recovers to.

    Raises:
        AttestationError: not 65 bytes r, s, v of the form the chain accepts.
    """
    wanted = digest(report, domain)
    return Signature(recover(wanted, signature), wanted, signature)


def named(report: Signed, domain: Domain, reporter: str) -> Signature:
    """The entry of a reporter that is a contract, which counts once it has approved the digest on chain (`mdt.oracle.approvals`).

    Raises:
        AttestationError: no address.
    """
    return Signature(required_address(reporter, "contract"), digest(report, domain), contract_entry(reporter))


def counted(report: Signed, domain: Domain, signatures: Iterable[Signature] | Filed, reporters: Sequence[str], approved: Approved = no_contracts) -> Counted:
    """The signatures that count for a report or a void, and why the others do not.

    Args:
        report: what is to be submitted.
        domain: controller and chain.
        signatures: some, good or bad; or what a folder holds.
        reporters: the controller's `reporters()`.
        approved: asks the chain whether a reporter that is a contract has approved; without it, none has.
    """
    why = f"another attempt, bundle, chain or controller than {domain.controller}. Compare report.json with that reporter's"
    return count_over(digest(report, domain), signatures, reporters, why, approved)


def merge(
    report: Report,
    domain: Domain,
    signatures: Iterable[Signature] | Filed,
    reporters: Sequence[str],
    quorum: int,
    approved: Approved = no_contracts,
) -> list[bytes]:
    """Exactly a quorum of signatures, sorted by ascending signer: the second argument of `submit_report`. Those that do not count are set aside.

    Raises:
        AttestationError: too few that count; says why the others do not.
    """
    return counted(report, domain, signatures, reporters, approved).of_quorum(quorum)
