"""Signatures over a digest: filing them, finding who signed, and merging a quorum in the order the contracts demand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eth_account import Account

from mdt.crypto.keccak import checksum
from mdt.errors import AttestationError
from mdt.files import canonical_json, write_whole

MAX_SIGNATURES = 32

_HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")


@dataclass(frozen=True)
class Signature:
    """One reporter's signature: the signer in lower case, the digest it is over, and 65 bytes r, s, v, where v is 27 or 28."""

    signer: str
    digest: bytes
    signature: bytes

    def __post_init__(self) -> None:
        """Take v as some hardware wallets give it."""
        object.__setattr__(self, "signature", with_chain_v(self.signature))

    def to_json(self) -> str:
        """Canonical text of a signature file."""
        return canonical_json({"digest": "0x" + self.digest.hex(), "signature": "0x" + self.signature.hex(), "signer": self.signer})


def write_signature(folder: str | Path, signature: Signature) -> Path:
    """File a signature under `<folder>/<signer>.json`, whole or not at all."""
    return write_whole(Path(folder) / f"{signature.signer}.json", signature.to_json())


def read_signature(path: str | Path) -> Signature:
    """Read a signature file.

    Raises:
        AttestationError: the file is not one.
    """
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
        signer = required_address(data["signer"], "signer")
        return Signature(signer, bytes.fromhex(data["digest"].removeprefix("0x")), bytes.fromhex(data["signature"].removeprefix("0x")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise AttestationError(f"{path}: not a signature file ({error}); ask its reporter to sign again") from error


def read_signatures(folder: str | Path) -> list[Signature]:
    """All signature files of a folder, by name."""
    return [read_signature(path) for path in sorted(Path(folder).glob("*.json"))]


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
    members = {required_address(reporter, "reporter") for reporter in reporters}
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


def with_chain_v(signature: bytes) -> bytes:
    """A signature with v as the chain takes it, 27 or 28: some hardware wallets say 0 or 1 for the same. Anything else is as it was."""
    if len(signature) == 65 and signature[64] in (0, 1):
        return signature[:64] + bytes([signature[64] + 27])
    return signature


def recover(wanted: bytes, signature: bytes) -> str:
    """Who signed a digest, in lower case; v may be 27 and 28, or 0 and 1 for the same.

    Raises:
        AttestationError: not 65 bytes r, s, v of the form the chain accepts.
    """
    if len(signature) != 65:
        raise AttestationError(f"a signature is {len(signature)} bytes, must be 65 (r, s, v)")
    signature = with_chain_v(signature)
    if signature[64] not in (27, 28):
        raise AttestationError(f"a signature ends in v = {signature[64]}, the chain accepts 27 and 28 (or 0 and 1); sign with eth_signTypedData_v4")
    if int.from_bytes(signature[32:64], "big") > _HALF_ORDER:
        raise AttestationError("a signature has a high s value, which the chain refuses as malleable; sign again with an ordinary wallet")
    try:
        return str(Account._recover_hash(wanted, signature=signature)).lower()
    except Exception as error:  # eth-keys raises several unrelated kinds for numbers that are no curve point
        raise AttestationError(f"a signature recovers to nobody ({error}); ask its reporter to sign again") from error


def required_address(text: str, what: str) -> str:
    """An address in lower case.

    Raises:
        AttestationError: no address, zero, or capitals that do not match the checksum; `what` names it.
    """
    if not isinstance(text, str) or not _ADDRESS.fullmatch(text) or int(text, 16) == 0:
        raise AttestationError(f"{what} is {text!r}; give an address, 0x and 40 hex digits, not zero")
    digits = text[2:]
    if digits != digits.lower() and digits != digits.upper() and text != checksum(text):
        raise AttestationError(f"{what} is {text}, whose capitals do not match its checksum {checksum(text)}")
    return text.lower()
