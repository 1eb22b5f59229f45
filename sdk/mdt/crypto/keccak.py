"""Keccak-256 and EIP-55 checksums of single addresses."""

from __future__ import annotations

from typing import Any

try:
    from sha3 import keccak_256 as _new  # type: ignore[import-untyped]

    IS_FAST = True
    """Whether safe-pysha3 is there, which is four to five times as fast as what eth-hash finds."""

except ImportError:  # pragma: no cover - needs an environment without safe-pysha3; a test runs it in another process
    from Crypto.Hash import keccak as _pycryptodome

    IS_FAST = False

    def _new(data: bytes | bytearray = b"") -> Any:
        return _pycryptodome.new(data=data, digest_bits=256)


def keccak256(data: bytes | bytearray) -> bytes:
    """The 32 bytes of Keccak-256."""
    digest: bytes = _new(data).digest()
    return digest


keccak = keccak256


def streaming() -> Any:
    """A Keccak-256 that is fed piece by piece: `update(bytes)`, then `digest()`."""
    return _new()


def checksum(address: str) -> str:
    """The address with the capitals of EIP-55."""
    digits = address[2:].lower()
    hashed = keccak(digits.encode("ascii")).hex()
    return "0x" + "".join(digit.upper() if nibble >= "8" else digit for digit, nibble in zip(digits, hashed[:40], strict=True))
