"""Addresses as people write them."""

from __future__ import annotations

import re

from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address

from mdt.errors import ChainError
from mdt.written.characters import foreign, shown

ZERO_ADDRESS = "0x" + "00" * 20
LOWEST = 2**16
"""Below it are no accounts: zero, and numbers that chains keep for contracts of their own or people write by mistake."""
BURNS = "0x000000000000000000000000000000000000dEaD"

_DIGITS = re.compile(r"[0-9a-fA-F]{40}")
_FORM = "0x and 40 hex digits, with a correct checksum if the letters are mixed"


def parse_address(text: str) -> ChecksumAddress:
    """A checksummed address from what a person typed.

    Raises:
        ChainError: not text, no `0x`, not 40 hex digits, or capitals that are not the checksum's.
    """
    if not isinstance(text, str):
        raise ChainError(f"{shown(text)} is not an address but a number: put the address in quotes")
    digits = text[2:]
    if _DIGITS.fullmatch(text):
        raise ChainError(f"{text!r} is not an address: it lacks the 0x at its beginning")
    if text.startswith("0X"):
        raise ChainError(f"{shown(text)} is not an address: write 0x with a small x")
    if not text.startswith("0x") or not _DIGITS.fullmatch(digits):
        raise ChainError(f"{shown(text)} is not an address: {_FORM}{_how_many(text)}{foreign(text)}")
    checked = to_checksum_address(text.lower())
    if digits not in (digits.lower(), digits.upper()) and checked != text:
        raise ChainError(f"{text!r} is not an address: {_FORM}; one digit or more is wrong, or its capitals are. Compare it with where it comes from")
    return checked


def is_meant_as_address(text: str) -> bool:
    """Whether a text can be nothing but an address: it begins with 0x, or is 40 hex digits long, and not the name of an account."""
    return text[:2] in ("0x", "0X") or _DIGITS.fullmatch(text) is not None


def parse_recipient(text: str) -> ChecksumAddress:
    """The address of somebody who gets tokens or a role.

    Raises:
        ChainError: as `parse_address`; and an address that nobody has a key of.
    """
    return require_somebody(parse_address(text))


def require_somebody(address: ChecksumAddress) -> ChecksumAddress:
    """The address, if somebody can have its key.

    Raises:
        ChainError: zero, a number below 65,536, or the address that stands for burning.
    """
    if int(address, 16) < LOWEST or address == BURNS:
        kind = "the zero address" if address == ZERO_ADDRESS else "where people send what is to be lost" if address == BURNS else "no account's address"
        raise ChainError(f"{address} is {kind}: nobody has its key, and what it gets is lost. Name somebody else")
    return address


def _how_many(text: str) -> str:
    """`; these are 39`, where the number of digits is what is wrong."""
    found = len(text) - 2
    return f"; these are {found}" if text.startswith("0x") and re.fullmatch(r"[0-9a-fA-F]*", text[2:]) else ""
