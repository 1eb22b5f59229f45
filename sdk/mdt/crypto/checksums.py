"""EIP-55 checksums of many addresses at once, fast enough for a million."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mdt.crypto.keccak import keccak


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
