"""EIP-712 signatures over a report: making them, filing them, and merging a quorum in the order the controller demands.

Domain: name "ModernTensor EmissionController", version "1", the chain id and the controller's address. A signature is therefore worth
nothing on another chain, at another controller, or for another attempt of the same epoch.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from eth_abi.abi import encode
from eth_account import Account
from eth_account.messages import SignableMessage, encode_typed_data
from eth_account.signers.base import BaseAccount

from mdt.errors import AttestationError
from mdt.crypto.keccak import checksum, keccak, wrong_checksums
from mdt.oracle.report import Report, canonical_json

NAME = "ModernTensor EmissionController"
VERSION = "1"
MAX_SIGNATURES = 32

DOMAIN_TYPE = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
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

_HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")


@dataclass(frozen=True)
class Domain:
    """Where a signature counts: one controller on one chain."""

    chain_id: int
    controller: str

    def __post_init__(self) -> None:
        """Refuse what cannot be a deployed controller."""
        if self.chain_id <= 0:
            raise AttestationError(f"chain id is {self.chain_id}; give the id of the chain the controller is on")
        object.__setattr__(self, "controller", _address(self.controller, "controller"))

    @property
    def separator(self) -> bytes:
        """The EIP-712 domain separator."""
        types = ["bytes32", "bytes32", "bytes32", "uint256", "address"]
        names = [keccak(DOMAIN_TYPE.encode()), keccak(NAME.encode()), keccak(VERSION.encode())]
        return keccak(encode(types, [*names, self.chain_id, self.controller]))


@dataclass(frozen=True)
class Signature:
    """One reporter's signature: the signer in lower case, the digest it is over, and 65 bytes r, s, v."""

    signer: str
    digest: bytes
    signature: bytes

    def to_json(self) -> str:
        """Canonical text of a signature file."""
        return canonical_json({"digest": "0x" + self.digest.hex(), "signature": "0x" + self.signature.hex(), "signer": self.signer})


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


def write_signature(folder: str | Path, signature: Signature) -> Path:
    """File a signature under `<folder>/<signer>.json`, whole or not at all."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{signature.signer}.json"
    temporary = path.with_suffix(".json.partial")
    temporary.write_text(signature.to_json(), encoding="ascii", newline="\n")
    return temporary.replace(path)


def read_signature(path: str | Path) -> Signature:
    """Read a signature file.

    Raises:
        AttestationError: the file is not one.
    """
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
        signer = _address(data["signer"], "signer")
        return Signature(signer, bytes.fromhex(data["digest"].removeprefix("0x")), bytes.fromhex(data["signature"].removeprefix("0x")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise AttestationError(f"{path}: not a signature file ({error}); ask its reporter to sign again") from error


def read_signatures(folder: str | Path) -> list[Signature]:
    """All signature files of a folder, by name."""
    return [read_signature(path) for path in sorted(Path(folder).glob("*.json"))]


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


def merge_over(wanted: bytes, signatures: Iterable[Signature], reporters: Sequence[str], quorum: int, otherwise: str) -> list[bytes]:
    """Exactly a quorum of signatures over a digest, sorted by ascending signer.

    Args:
        wanted: the digest that is to be signed.
        signatures: at least `quorum` of them.
        reporters: the controller's `reporters()`.
        quorum: the controller's `quorum()`.
        otherwise: what a signature over another digest may be for, and what to compare.

    Raises:
        AttestationError: as `merge`.
    """
    if not 1 <= quorum <= min(len(reporters), MAX_SIGNATURES):
        raise AttestationError(f"quorum is {quorum} of {len(reporters)} reporters; read both from the controller")
    members = {_address(reporter, "reporter") for reporter in reporters}
    by_signer: dict[str, bytes] = {}
    for each in signatures:
        if each.digest != wanted:
            raise AttestationError(f"{each.signer} signed 0x{each.digest.hex()}, this report is 0x{wanted.hex()}: {otherwise}, then have it sign again")
        signer = recover(wanted, each.signature)
        if signer != each.signer:
            raise AttestationError(f"the signature filed for {each.signer} was made by {signer}; have {each.signer} sign again")
        if signer not in members:
            raise AttestationError(f"{signer} is not a reporter of the controller; remove its signature")
        if signer in by_signer:
            raise AttestationError(f"{signer} signed twice; a reporter counts once, remove one of its signatures")
        by_signer[signer] = each.signature
    if len(by_signer) < quorum:
        waiting = ", ".join(sorted(members - set(by_signer)))
        raise AttestationError(f"{len(by_signer)} of {quorum} signatures; still to sign, {quorum - len(by_signer)} of: {waiting}")
    return [by_signer[signer] for signer in sorted(by_signer)[:quorum]]


def recover(wanted: bytes, signature: bytes) -> str:
    """Who signed a digest, in lower case.

    Raises:
        AttestationError: not 65 bytes r, s, v of the form the chain accepts.
    """
    if len(signature) != 65:
        raise AttestationError(f"a signature is {len(signature)} bytes, must be 65 (r, s, v)")
    if signature[64] not in (27, 28):
        raise AttestationError(f"a signature ends in v = {signature[64]}, the chain accepts 27 and 28; sign with eth_signTypedData_v4")
    if int.from_bytes(signature[32:64], "big") > _HALF_ORDER:
        raise AttestationError("a signature has a high s value, which the chain refuses as malleable; sign again with an ordinary wallet")
    try:
        return str(Account._recover_hash(wanted, signature=signature)).lower()
    except Exception as error:  # eth-keys raises several unrelated kinds for numbers that are no curve point
        raise AttestationError(f"a signature recovers to nobody ({error}); ask its reporter to sign again") from error


def _address(text: str, what: str) -> str:
    if not isinstance(text, str) or not _ADDRESS.fullmatch(text) or int(text, 16) == 0:
        raise AttestationError(f"{what} is {text!r}; give an address, 0x and 40 hex digits, not zero")
    digits = text[2:]
    if digits != digits.lower() and digits != digits.upper() and wrong_checksums([text]):
        raise AttestationError(f"{what} is {text}, whose capitals do not match its checksum {checksum(text)}")
    return text.lower()
