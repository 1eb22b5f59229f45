"""Signatures over a digest: filing them, finding who signed, and merging a quorum in the order the contracts demand.

A reporter that is a contract has no key. Its entry names it in the same 65 bytes, r its address, s and v 0. It counts when the contract has approved the
digest on chain.

Everybody who can put a file into the folder can put a bad one there. It is named and set aside; only a quorum that is not reached is an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eth_account import Account

from mdt.crypto.keccak import checksum
from mdt.errors import AttestationError
from mdt.files import DRAFT, canonical_json, write_whole
from mdt.written.hexadecimal import parse_hex
from mdt.written.read import read_values

MAX_SIGNATURES = 32
LARGEST_FILE = 4_096
"""Bytes; ours have 300."""

Approved = Callable[[str, bytes], None]
"""Asks a contract whether it has approved a digest; raises AttestationError, which says why not."""

_HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_FILED = re.compile(r"0x[0-9a-fA-F]{40}\.json")


@dataclass(frozen=True)
class Signature:
    """One reporter's signature: the signer in lower case, the digest it is over, and 65 bytes r, s, v, where v is 27 or 28, or a contract's entry."""

    signer: str
    digest: bytes
    signature: bytes

    def __post_init__(self) -> None:
        """Take v as some hardware wallets give it."""
        object.__setattr__(self, "signature", with_chain_v(self.signature))

    def to_json(self) -> str:
        """Canonical text of a signature file."""
        return canonical_json({"digest": "0x" + self.digest.hex(), "signature": "0x" + self.signature.hex(), "signer": self.signer})


@dataclass(frozen=True)
class Filed:
    """What a folder of signatures holds.

    Attributes:
        signatures: Those that are ones, by the name of their file.
        set_aside: A line for each file that is none: its name, and why.
    """

    signatures: list[Signature]
    set_aside: list[str]


@dataclass(frozen=True)
class Counted:
    """The signatures that count towards a quorum.

    Attributes:
        by_signer: Signer in lower case => 65 bytes.
        set_aside: A line for each that does not count: whose, and why.
        members: Who may sign, in lower case.
    """

    by_signer: dict[str, bytes]
    set_aside: list[str]
    members: frozenset[str]

    def of_quorum(self, quorum: int) -> list[bytes]:
        """Exactly a quorum of signatures, sorted by ascending signer, as the contracts demand.

        Raises:
            AttestationError: a quorum that these signers can never be, or too few signatures; names who has not signed and what was set aside.
        """
        if not 1 <= quorum <= min(len(self.members), MAX_SIGNATURES):
            raise AttestationError(f"quorum is {quorum} of {len(self.members)} reporters; read both from the controller")
        if len(self.by_signer) < quorum:
            waiting = ", ".join(map(checksum, sorted(self.members - set(self.by_signer))))
            besides = f"; set aside: {'; '.join(self.set_aside)}" if self.set_aside else ""
            raise AttestationError(f"{len(self.by_signer)} of {quorum} signatures; still to sign, {quorum - len(self.by_signer)} of: {waiting}{besides}")
        return [self.by_signer[signer] for signer in sorted(self.by_signer)[:quorum]]


def write_signature(folder: str | Path, signature: Signature) -> Path:
    """File a signature under `<folder>/<signer>.json`, whole or not at all.

    Raises:
        AttestationError: the folder cannot be written to.
    """
    try:
        return write_whole(Path(folder) / f"{signature.signer}.json", signature.to_json())
    except OSError as error:
        raise AttestationError(f"the signature of {signature.signer} cannot be filed in {folder} ({error}): name a folder that can be written to") from error


def read_signature(path: str | Path) -> Signature:
    """Read a signature file.

    Raises:
        AttestationError: the file is not one.
    """
    source = Path(path)
    try:
        if not source.is_file():
            raise ValueError("no file, or one that leads nowhere")
        if source.stat().st_size > LARGEST_FILE:
            raise ValueError(f"{source.stat().st_size:,} bytes, a signature has at most {LARGEST_FILE:,}")
        data = read_values(source, AttestationError, LARGEST_FILE)
        signer = required_address(data["signer"], "signer")
        return Signature(signer, parse_hex("0x" + data["digest"].removeprefix("0x")), parse_hex("0x" + data["signature"].removeprefix("0x")))
    except (AttestationError, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise AttestationError(f"{path}: not a signature file ({error}); ask its reporter to sign again") from error


def read_signatures(folder: str | Path) -> Filed:
    """The signature files of a folder, `0x<40 hex digits>.json`; whatever else lies there is named, and stops nobody.

    Drafts of files that are being written are neither.
    """
    found, aside = list[Signature](), list[str]()
    try:
        paths = sorted(Path(folder).iterdir())
    except FileNotFoundError:
        return Filed([], [])
    except OSError as error:
        return Filed([], [f"{folder}: cannot be read ({error})"])
    for path in paths:
        if path.name.endswith(DRAFT):
            continue
        try:
            found.append(_read_filed(path))
        except AttestationError as error:
            aside.append(str(error))
    return Filed(found, aside)


def _read_filed(path: Path) -> Signature:
    if not _FILED.fullmatch(path.name):
        raise AttestationError(f"{path}: not the name of a signature, which is 0x, the signer's 40 hex digits and .json")
    signature = read_signature(path)
    if signature.signer != path.stem.lower():
        signer = checksum(signature.signer)
        raise AttestationError(f"{path}: filed for another account than its signer {signer}; ask {signer} to sign again")
    return signature


def no_contracts(signer: str, _wanted: bytes) -> None:
    """For what accounts alone sign."""
    raise AttestationError(f"{checksum(signer)} is named as a contract that approved; this is signed by accounts only")


def count_over(wanted: bytes, signatures: Iterable[Signature] | Filed, reporters: Sequence[str], otherwise: str, approved: Approved = no_contracts) -> Counted:
    """The signatures over a digest that count: one for each reporter, made by the reporter itself, or approved by it if it is a contract.

    Args:
        wanted: the digest that is to be signed.
        signatures: some, good or bad; or what a folder holds.
        reporters: the controller's `reporters()`.
        otherwise: what a signature over another digest may be for, and what to compare.
        approved: asks a reporter that is a contract. Nobody else is asked.
    """
    members = frozenset(required_address(reporter, "reporter") for reporter in reporters)
    by_signer, aside = dict[str, bytes](), list(signatures.set_aside) if isinstance(signatures, Filed) else list[str]()
    for each in signatures.signatures if isinstance(signatures, Filed) else signatures:
        try:
            _require_counting(wanted, each, members, otherwise, approved)
        except AttestationError as error:
            aside.append(str(error))
            continue
        if by_signer.setdefault(each.signer, each.signature) is not each.signature:
            aside.append(f"{checksum(each.signer)} signed twice; a reporter counts once")
    return Counted(by_signer, aside, members)


def _require_counting(wanted: bytes, each: Signature, members: frozenset[str], otherwise: str, approved: Approved) -> None:
    named = checksum(each.signer)
    if each.digest != wanted:
        raise AttestationError(f"{named} signed 0x{each.digest.hex()}, this report is 0x{wanted.hex()}: {otherwise}, then have it sign again")
    is_contract = is_contract_entry(each.signature)
    signer = named_contract(each.signature) if is_contract else recover(wanted, each.signature)
    if signer != each.signer:
        raise AttestationError(f"the signature filed for {named} was made by {checksum(signer)}; have {named} sign again")
    if signer not in members:
        raise AttestationError(f"{named} is not a reporter of the controller; remove its signature")
    if is_contract:
        approved(signer, wanted)


def contract_entry(reporter: str) -> bytes:
    """What stands for a reporter that is a contract: 65 bytes, r its address, s and v 0.

    Raises:
        AttestationError: no address.
    """
    return bytes(12) + bytes.fromhex(required_address(reporter, "contract")[2:]) + bytes(33)


def is_contract_entry(signature: bytes) -> bool:
    """Whether 65 bytes name a contract: s and v are 0. No signature has an s of 0, so a wallet's v of 0 is not mistaken for it."""
    return len(signature) == 65 and not any(signature[32:])


def named_contract(entry: bytes) -> str:
    """The contract that an entry names, in lower case.

    Raises:
        AttestationError: r is no address, which the chain refuses.
    """
    if any(entry[:12]) or not any(entry[:32]):
        raise AttestationError(f"an entry of a contract names 0x{entry[:32].hex()}, which is no address; have it written again")
    return "0x" + entry[12:32].hex()


def with_chain_v(signature: bytes) -> bytes:
    """A signature with v as the chain takes it, 27 or 28: some hardware wallets say 0 or 1 for the same. Anything else is as it was."""
    if len(signature) == 65 and signature[64] in (0, 1) and not is_contract_entry(signature):
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
