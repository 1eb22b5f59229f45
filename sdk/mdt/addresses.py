"""Addresses as people write them."""

from __future__ import annotations

from eth_typing import ChecksumAddress
from eth_utils.address import is_address, to_checksum_address

from mdt.errors import ChainError

ZERO_ADDRESS = "0x" + "00" * 20


def parse_address(text: str) -> ChecksumAddress:
    """A checksummed address from what a person typed.

    Raises:
        ChainError: not an address, or a wrong checksum.
    """
    mixed = text[2:] not in (text[2:].lower(), text[2:].upper())
    if not is_address(text) or (mixed and to_checksum_address(text) != text):
        raise ChainError(f"{text!r} is not an address: 0x and 40 hex digits, with a correct checksum if the letters are mixed")
    return to_checksum_address(text)
