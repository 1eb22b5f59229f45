"""A contract in two pieces of code: what the second one has to have in common with the first, and what not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mdt.names import EXTENSIONS, SOURCES
from tools import contracts

PAIRS = [(SOURCES[name], SOURCES[extension]) for name, extension in EXTENSIONS.items()]
WORD = 32


def signatures(name: str) -> set[str]:
    """Functions that a piece has itself."""
    return {contracts.signature(entry) for entry in contracts.own_abi(name) if entry["type"] == "function"}


def told(entry: dict[str, Any]) -> tuple[Any, ...]:
    """An entry without the names of what goes in and out, which no caller needs."""
    answers = tuple(item["type"] for item in entry.get("outputs", ()))
    return entry["type"], contracts.signature(entry), answers, entry.get("stateMutability"), tuple(item.get("indexed") for item in entry["inputs"])


@pytest.mark.parametrize(("name", "extension"), PAIRS)
def test_storage__of_both_pieces__is_one_layout(name: str, extension: str) -> None:
    """Word for word, the lock in transient storage too: each reads what the other wrote."""
    layouts = [{key: where for key, where in contracts.layout(piece).items() if not where.startswith("code byte")} for piece in (name, extension)]
    assert layouts[0] == layouts[1]
    assert len(layouts[0]) > 20


@pytest.mark.parametrize(("name", "extension"), PAIRS)
def test_pieces__together__have_the_functions_of_the_interface(name: str, extension: str) -> None:
    """Each function once, but for what the first asks of the second when it is made; nothing is declared otherwise than it is."""
    assert signatures(name) & signatures(extension) == {"TOKEN()"}
    interface = contracts.declared(contracts.ROOT / "interfaces" / f"I{Path(name).name}.vyi")
    kept = [entry for entry in contracts.abi(name) if entry["type"] in ("function", "event")]
    assert {told(entry) for entry in interface} - {told(entry) for entry in kept} == set()


@pytest.mark.parametrize(("name", "extension"), PAIRS)
def test_answers__of_the_extension__fit_what_is_passed_on(name: str, extension: str) -> None:
    """`MAX_ANSWER` bytes; a longer answer would be cut."""

    def words(item: dict[str, Any]) -> int:
        assert not item["type"].endswith("[]")
        assert item["type"] not in ("bytes", "string")
        base, _, rest = item["type"].partition("[")
        many = int(rest.rstrip("]")) if rest else 1
        return many * (sum(words(part) for part in item["components"]) if base == "tuple" else 1)

    longest = max(WORD * sum(words(item) for item in entry["outputs"]) for entry in contracts.own_abi(extension) if entry["type"] == "function")
    limit = next(line for line in contracts.source(name).splitlines() if line.startswith("MAX_ANSWER"))
    assert longest <= int(limit.split("=")[1].replace("_", ""))
