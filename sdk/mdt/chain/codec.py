"""The ABI codec. Texts survive it byte for byte: a contract's string need not be UTF-8, and one that is not must not stop whoever reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eth_abi.codec import ABICodec
from eth_abi.decoding import StringDecoder
from eth_abi.encoding import ByteStringEncoder, TextStringEncoder
from eth_abi.registry import BaseEquals
from eth_abi.registry import registry as usual

from mdt.escapes import of_bytes

_LOSSLESS = "surrogateescape"


class _TextEncoder(TextStringEncoder):
    """Gives back the bytes that the decoder found."""

    @classmethod
    def encode(cls, value: str) -> bytes:
        cls.validate_value(value)  # type: ignore[no-untyped-call]
        encoded: bytes = ByteStringEncoder.encode(value.encode("utf-8", _LOSSLESS))  # type: ignore[no-untyped-call]
        return encoded


def _made() -> ABICodec:
    registry: Any = usual.copy()  # type: ignore[no-untyped-call]
    registry.unregister("string")
    decoder = StringDecoder(handle_string_errors=_LOSSLESS)  # type: ignore[no-untyped-call]
    registry.register(BaseEquals("string", with_sub=False), _TextEncoder, decoder, label="string")  # type: ignore[no-untyped-call]
    return ABICodec(registry)


_codec = _made()


def encode(types: Sequence[str], values: Sequence[Any]) -> bytes:
    """Values of these ABI types as bytes."""
    return bytes(_codec.encode(types, values))


def decode(types: Sequence[str], data: bytes) -> tuple[Any, ...]:
    """Values of these ABI types; a text still carries the bytes that are no UTF-8, as halves of surrogates. `text` makes it fit to be shown."""
    return tuple(_codec.decode(types, data))


def text(decoded: str) -> str:
    r"""A decoded text that can be printed and written to any file: bytes that are no UTF-8 as `\xff`."""
    return decoded if decoded.isascii() else of_bytes(decoded.encode("utf-8", _LOSSLESS))
