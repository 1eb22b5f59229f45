"""EIP-712 signatures over a report: making them, filing them, and merging a quorum in the order the controller demands.

Domain: name "ModernTensor EmissionController", version "1", the chain id and the controller's address. A signature is therefore worth
nothing on another chain, at another controller, or for another attempt of the same epoch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from eth_abi.abi import encode
from eth_account import Account
from eth_account.messages import SignableMessage, encode_typed_data
from eth_account.signers.base import BaseAccount

from mdt.crypto.keccak import checksum, keccak
from mdt.crypto.signatures import DOMAIN_TYPE, Signature, merge_over, recover, required_address
from mdt.errors import AttestationError
from mdt.oracle.report import Report

NAME = "ModernTensor EmissionController"
VERSION = "1"

REPORT_FIELDS = (
    ("uint256", "epoch"),
    ("uint256", "attempt"),
    ("uint256", "tasks"),
    ("uint256", "difficulty"),
    ("uint256", "participation"),
    ("bytes32", "root"),
    ("uint256", "cumulativeTotal"),
    ("bytes32", "dataHash"),
)
REPORT_TYPE = f"Report({','.join(f'{kind} {name}' for kind, name in REPORT_FIELDS)})"


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
    def separator(self) -> bytes:
        """The EIP-712 domain separator."""
        types = ["bytes32", "bytes32", "bytes32", "uint256", "address"]
        names = [keccak(DOMAIN_TYPE.encode()), keccak(NAME.encode()), keccak(VERSION.encode())]
        return keccak(encode(types, [*names, self.chain_id, self.controller]))


def digest(report: Report, domain: Domain) -> bytes:
    """The 32 bytes a reporter signs; equals the controller's `report_digest`."""
    struct = keccak(encode(["bytes32", *(kind for kind, _ in REPORT_FIELDS)], [keccak(REPORT_TYPE.encode()), *report.as_tuple()]))
    return keccak(b"\x19\x01" + domain.separator + struct)


def typed_data(report: Report, domain: Domain) -> dict[str, Any]:
    """The report as `eth_signTypedData_v4` takes it, for wallets and hardware signers."""
    values = [getattr(report, field.name) for field in fields(report)]
    return {
        "types": {
            "EIP712Domain": [
                {"name": "name", "type": "string"},
                {"name": "version", "type": "string"},
                {"name": "chainId", "type": "uint256"},
                {"name": "verifyingContract", "type": "address"},
            ],
            "Report": [{"name": name, "type": kind} for kind, name in REPORT_FIELDS],
        },
        "primaryType": "Report",
        "domain": {"name": NAME, "version": VERSION, "chainId": domain.chain_id, "verifyingContract": checksum(domain.controller)},
        "message": {name: value for (_, name), value in zip(REPORT_FIELDS, values, strict=True)},
    }


def signable(report: Report, domain: Domain) -> SignableMessage:
    """The report as `sign_message` of eth-account and ape accounts takes it."""
    return encode_typed_data(full_message=typed_data(report, domain))


def sign(report: Report, domain: Domain, account: BaseAccount | str | bytes) -> Signature:
    """Sign with an eth-account account or a private key."""
    signer: Any = Account.from_key(account) if isinstance(account, (str, bytes)) else account
    signed = signer.sign_message(signable(report, domain))
    return recovered(report, domain, bytes(signed.signature))


def recovered(report: Report, domain: Domain, signature: bytes) -> Signature:
    """A signature made elsewhere (wallet, hardware), with the signer it recovers to.

    Raises:
        AttestationError: not 65 bytes r, s, v of the form the chain accepts.
    """
    wanted = digest(report, domain)
    return Signature(recover(wanted, signature), wanted, signature)


def merge(report: Report, domain: Domain, signatures: Iterable[Signature], reporters: Sequence[str], quorum: int) -> list[bytes]:
    """Exactly a quorum of signatures, sorted by ascending signer: the second argument of `submit_report`.

    Args:
        report: what is to be submitted.
        domain: controller and chain.
        signatures: at least `quorum` of them.
        reporters: the controller's `reporters()`.
        quorum: the controller's `quorum()`.

    Raises:
        AttestationError: a signature over something else, by somebody who is no reporter, or given twice; or too few.
    """
    why = f"another attempt, bundle, chain or controller than {domain.controller}. Compare report.json with that reporter's"
    return merge_over(digest(report, domain), signatures, reporters, quorum, why)
