"""A tree's file: OpenZeppelin's `standard-v1` JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, TextIO

from mdt.crypto.merkle.hashing import WORD
from mdt.errors import MerkleError
from mdt.written.characters import shown
from mdt.written.hexadecimal import parse_hex

FORMAT = "standard-v1"
LEAF_ENCODING = ["address", "uint256"]
LARGEST = 2**30
"""Bytes of a tree's file: room for four million leaves."""

_DIGITS = re.compile(r"[0-9]{1,78}")


def write(stream: TextIO, nodes: Iterable[bytes], values: Iterable[tuple[bytes, int, int]]) -> None:
    """Write nodes in the order of the array, and values as (address, cumulative wei, node)."""
    stream.write(f'{{"format":"{FORMAT}","leafEncoding":{json.dumps(LEAF_ENCODING, separators=(",", ":"))},"tree":[')
    for place, node in enumerate(nodes):
        stream.write(f'{"," if place else ""}"0x{node.hex()}"')
    stream.write('],"values":[')
    for index, (account, cumulative, place) in enumerate(values):
        stream.write(f'{"," if index else ""}{{"value":["0x{account.hex()}","{cumulative}"],"treeIndex":{place}}}')
    stream.write("]}")


def parse(content: Any) -> tuple[list[tuple[str, int, int]], bytes]:
    """The values of a decoded file as (address, cumulative wei, node), and its nodes one after the other.

    Raises:
        MerkleError: not such a file.
    """
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise MerkleError(f"expected a tree with the format {FORMAT!r}")
    if content.get("leafEncoding") != LEAF_ENCODING:
        raise MerkleError(f"expected leaves of {LEAF_ENCODING}, the file has {content.get('leafEncoding')!r}")
    try:
        values = [(item["value"][0], _whole(item["value"][1]), _whole(item["treeIndex"])) for item in content["values"]]
        return values, b"".join(parse_hex(node, WORD) for node in content["tree"])
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        raise MerkleError(f"malformed values or tree: {error!r}") from error


def _whole(value: object) -> int:
    """A count as JSON's number or as digits in text; no other form, for which Python's own reader has an eye."""
    if type(value) is int:
        return value
    if not isinstance(value, str) or not _DIGITS.fullmatch(value):
        raise ValueError(f"{shown(value)} is not a whole number")
    return int(value)
