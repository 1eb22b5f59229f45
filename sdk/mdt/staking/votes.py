"""Votes of validators as EIP-712 typed data: signing them, filing them, and finding who signed.

Domain: name "ModernTensor Slasher", version "1", the chain id and the slasher's address. Two votes of one key for different blocks at one
height prove double signing, to anyone and for good: a validator's key signs at most one vote a height.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from eth_account.messages import SignableMessage
from eth_account.signers.base import BaseAccount

from mdt.crypto import typed_data as eip712
from mdt.crypto.signatures import recover, with_chain_v
from mdt.errors import AttestationError, EvidenceError
from mdt.files import canonical_json
from mdt.units import parse_whole
from mdt.written.hexadecimal import parse_hex
from mdt.written.read import read

NAME = "ModernTensor Slasher"
VERSION = "1"
VOTE_KEYS = ("height", "block_hash", "signature")
VOTE_FIELDS = eip712.fields(height="uint256", blockHash="bytes32")
MAX_HEIGHT = 2**40 - 1  # what a slash's record holds


@dataclass(frozen=True)
class SlasherDomain:
    """Where evidence counts: one slasher on one chain."""

    chain_id: int
    slasher: str

    @property
    def typed(self) -> eip712.Domain:
        """The EIP-712 domain."""
        return eip712.Domain(NAME, VERSION, self.chain_id, self.slasher)


@dataclass(frozen=True)
class Vote:
    """A vote for a block at a height, as `ISlasher.Vote`."""

    height: int
    block_hash: bytes

    def __post_init__(self) -> None:
        """Refuse what is no vote."""
        if not isinstance(self.height, int) or isinstance(self.height, bool) or not 0 <= self.height <= MAX_HEIGHT:
            raise EvidenceError(f"height is {self.height!r}; give the number of a block")
        if not isinstance(self.block_hash, bytes) or len(self.block_hash) != 32:
            raise EvidenceError(f"block hash is {self.block_hash!r}; give 32 bytes, 0x and 64 hex digits")

    def as_tuple(self) -> tuple[int, bytes]:
        """The argument of `prove_double_signing` and `vote_digest`."""
        return self.height, self.block_hash


@dataclass(frozen=True)
class SignedVote:
    """A vote and 65 bytes r, s, v over its digest, where v is 27 or 28."""

    vote: Vote
    signature: bytes

    def __post_init__(self) -> None:
        """Take v as some hardware wallets give it."""
        object.__setattr__(self, "signature", with_chain_v(self.signature))

    def signer(self, domain: SlasherDomain) -> str:
        """Who signed it, in lower case.

        Raises:
            AttestationError: the signature has a form that the chain refuses.
        """
        return recover(digest(self.vote, domain), self.signature)

    def to_json(self) -> str:
        """Canonical text of a vote file."""
        return canonical_json({"height": str(self.vote.height), "block_hash": "0x" + self.vote.block_hash.hex(), "signature": "0x" + self.signature.hex()})


def message(vote: Vote) -> eip712.Message:
    """The vote as the struct that is signed."""
    return eip712.Message("Vote", {"Vote": VOTE_FIELDS}, {"height": vote.height, "blockHash": vote.block_hash})


def digest(vote: Vote, domain: SlasherDomain) -> bytes:
    """The 32 bytes a validator signs; equals the slasher's `vote_digest`."""
    return domain.typed.digest(message(vote))


def signable(vote: Vote, domain: SlasherDomain) -> SignableMessage:
    """The vote as `sign_message` of eth-account and ape accounts takes it."""
    return domain.typed.signable(message(vote))


def sign(vote: Vote, domain: SlasherDomain, account: BaseAccount | str | bytes) -> SignedVote:
    """Sign with an eth-account account or a private key."""
    return SignedVote(vote, domain.typed.sign(message(vote), account))


def read_vote(path: str | Path) -> SignedVote:
    """Read a vote file: JSON with `height`, `block_hash` and `signature`.

    Raises:
        EvidenceError: the file is not one.
    """
    fields = read(path, EvidenceError, is_json=True).record("not a vote file: it is JSON with height, block_hash and signature", VOTE_KEYS)
    height, block_hash = fields["height"].read(_height), fields["block_hash"].read(lambda text: _bytes(text, 32))
    return SignedVote(Vote(height, block_hash), fields["signature"].read(_bytes))


def conflict(a: SignedVote, b: SignedVote, domain: SlasherDomain) -> str:
    """Who signed both of two votes that exclude each other, in lower case: what the slasher checks, before anything is sent.

    Raises:
        EvidenceError: they prove nothing, or a signature has a form that the chain refuses.
    """
    if a.vote.height != b.vote.height:
        raise EvidenceError(f"the votes are for heights {a.vote.height} and {b.vote.height}: double signing is two blocks at one height")
    if a.vote.block_hash == b.vote.block_hash:
        raise EvidenceError(f"both votes are for the block 0x{a.vote.block_hash.hex()}: double signing is two blocks at one height")
    signers = _signer_of("first", a, domain), _signer_of("second", b, domain)
    if signers[0] != signers[1]:
        raise EvidenceError(
            f"the votes were signed by {signers[0]} and {signers[1]}, for chain {domain.chain_id} and slasher {domain.slasher}:"
            " one key has to have signed both; votes for another chain or slasher recover to anybody"
        )
    return signers[0]


def _signer_of(which: str, signed: SignedVote, domain: SlasherDomain) -> str:
    try:
        return signed.signer(domain)
    except AttestationError as error:
        raise EvidenceError(f"the {which} vote: {error}") from error


def _height(text: str) -> int:
    return parse_whole(text, MAX_HEIGHT)


def _bytes(text: str, size: int | None = None) -> bytes:
    """Hex; software of validators may leave out the 0x."""
    return parse_hex("0x" + text.removeprefix("0x"), size)
