"""Leaves, nodes and proofs exactly as OpenZeppelin's StandardMerkleTree and `contracts/common/merkle.vy` make them.

    leaf = keccak256(keccak256(abi.encode(account, cumulative)))
    node = keccak256(min(a, b) || max(a, b))

A proof is the siblings from a leaf up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mdt.crypto.keccak import keccak256
from mdt.errors import MerkleError

MAX_LEAVES = 2**32  # the contracts take at most 32 siblings
MAX_PROOF = 32

ADDRESS, WORD, RECORD = 20, 32, 52
"""Bytes of an address, of a hash, and of an address with its amount."""

Account = str | bytes

_PADDING = bytes(12)


def address_bytes(account: Account) -> bytes:
    """The 20 bytes of an address, given as such or as `0x` and 40 hex digits in any case (checksums are not looked at).

    Raises:
        MerkleError: not an address.
    """
    try:
        # 42 characters: Python's reader takes blanks between the digits as well
        raw = bytes.fromhex(account[2:]) if isinstance(account, str) and account[:2] in ("0x", "0X") and len(account) == 42 else account
    except ValueError:
        raw = account
    if not isinstance(raw, bytes) or len(raw) != ADDRESS:
        raise MerkleError(f"{account!r} is not an address; write 0x and 40 hex digits")
    return raw


def amount_bytes(cumulative: int) -> bytes:
    """The 32 bytes of an amount in wei.

    Raises:
        MerkleError: not a whole number of 256 bits.
    """
    if isinstance(cumulative, bool) or not isinstance(cumulative, int):
        raise MerkleError(f"{cumulative!r} is not an amount in wei; give an int")
    try:
        return cumulative.to_bytes(WORD, "big")
    except OverflowError:
        raise MerkleError(f"{cumulative} is no uint256") from None


def record_hash(record: bytes) -> bytes:
    """The leaf of an address and an amount that stand side by side, 52 bytes."""
    return keccak256(keccak256(_PADDING + record))


def leaf_hash(account: Account, cumulative: int) -> bytes:
    """The leaf of an account that earned `cumulative` wei in all."""
    return record_hash(address_bytes(account) + amount_bytes(cumulative))


def node_hash(one: bytes, other: bytes) -> bytes:
    """The node above two siblings, in whichever order they come."""
    return keccak256(one + other if one < other else other + one)


def process_proof(leaf: bytes, proof: Iterable[bytes]) -> bytes:
    """The root that a leaf and its siblings, from the leaf up, lead to."""
    computed = leaf
    for sibling in proof:
        if len(sibling) != WORD:
            raise MerkleError(f"a proof is made of 32-byte hashes, one has {len(sibling)} bytes")
        computed = node_hash(computed, sibling)
    return computed


def verify(root: bytes, account: Account, cumulative: int, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the tree of `root` owes `cumulative` wei in all to `account`, as the contracts see it."""
    return len(proof) <= MAX_PROOF and process_proof(leaf_hash(account, cumulative), proof) == root
