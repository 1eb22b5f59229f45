"""A node whose contracts answer with texts that strangers chose: everything else is as the chain has it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from tests.luxtensor.proxy import LuxtensorProxy

TOKEN = "0x" + "70" * 20
"""Where a token answers that nobody deployed."""


def selector(signature: str) -> str:
    return "0x" + keccak(text=signature)[:4].hex()


def as_string(data: bytes) -> str:
    """The ABI's form of a text that need not be one."""
    return "0x" + encode(["bytes"], [data]).hex()


@contextmanager
def answering(proxy: LuxtensorProxy, known: tuple[str, ...], text: bytes, decimals: int = 6) -> Iterator[None]:
    """While the block runs, texts that the chain has are answered as other bytes of the same length, and a token is called by a text of any length.

    Args:
        proxy: The node.
        known: Texts that the chain has.
        text: What is answered instead; repeated or cut to the length of the original.
        decimals: Of the token.
    """
    honest = proxy.eth_call
    swaps = [(one.encode().hex(), (text * (len(one) // max(len(text), 1) + 1))[: len(one)].hex() if text else one.encode().hex()) for one in known]
    token = {
        selector("symbol()"): as_string(text),
        selector("name()"): as_string(text),
        selector("decimals()"): "0x" + encode(["uint256"], [decimals]).hex(),
    }

    def eth_call(request: dict[str, Any], block: str = "latest") -> str:
        if str(request.get("to", "")).lower() == TOKEN:
            return token.get(str(request.get("data") or request.get("input"))[:10], "0x" + encode(["uint256"], [1_234_567]).hex())
        answer = honest(request, block)
        for original, other in swaps:
            answer = answer.replace(original, other)
        return answer

    proxy.eth_call = eth_call  # type: ignore[method-assign]
    try:
        yield
    finally:
        proxy.eth_call = honest  # type: ignore[method-assign]
