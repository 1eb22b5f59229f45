"""Keccak-256 and EIP-55 checksums, fast enough for a million addresses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mdt.crypto.merkle import keccak256

keccak = keccak256  # one implementation for trees, hashes of files and checksums

try:
    from sha3 import keccak_256 as _new  # type: ignore[import-untyped]
except ImportError:  # pragma: no cover - needs an environment without safe-pysha3
    from Crypto.Hash import keccak as _pycryptodome

    def _new() -> Any:
        return _pycryptodome.new(digest_bits=256)


def streaming() -> Any:
    """A Keccak-256 that is fed piece by piece: `update(bytes)`, then `digest()`."""
    return _new()


def wrong_checksums(addresses: Sequence[str]) -> list[int]:
    """Which of the addresses (`0x` and 40 hex digits) are not written with the capitals of EIP-55: their places, ascending."""
    if not addresses:
        return []
    given = np.frombuffer("".join(address[2:] for address in addresses).encode("ascii"), dtype=np.uint8).reshape(-1, 40)
    hashed = b"".join(keccak(address[2:].lower().encode("ascii"))[:20] for address in addresses)
    pairs = np.frombuffer(hashed, dtype=np.uint8).reshape(-1, 20)
    nibbles = np.empty(given.shape, dtype=np.uint8)
    nibbles[:, 0::2], nibbles[:, 1::2] = pairs >> 4, pairs & 15
    letters = given >= ord("A")
    capitals = given < ord("a")
    wrong = (letters & (capitals != (nibbles >= 8))).any(axis=1)
    return [int(place) for place in np.flatnonzero(wrong)]


def checksum(address: str) -> str:
    """The address with the capitals of EIP-55."""
    digits = address[2:].lower()
    hashed = keccak(digits.encode("ascii")).hex()
    return "0x" + "".join(digit.upper() if nibble >= "8" else digit for digit, nibble in zip(digits, hashed[:40], strict=True))
