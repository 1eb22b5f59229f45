"""What is imported for nothing costs every command: heavy packages come in only where they are used."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = "ape eth eth_tester pandas vyper boa duckdb"


MODULES = (
    "mdt",
    "mdt.chain.transactions",
    "mdt.chain.connecting",
    "mdt.chain.contract",
    "mdt.chain.block_time",
    "mdt.suite.opened",
    "mdt.market.statistics",
)


def imported(*modules: str) -> list[set[str]]:
    """The heavy packages that a fresh interpreter has loaded after each of these imports, one after another."""
    shown = f"print(*[name for name in {HEAVY.split()!r} if name in sys.modules])"
    program = "\n".join(["import sys", *(f"import {module}\n{shown}" for module in modules)])
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True)
    return [set(line.split()) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def light() -> dict[str, set[str]]:
    """Of all modules in one interpreter, which takes a second to start: the first that brings something heavy is named, and all after it."""
    return dict(zip(MODULES, imported(*MODULES), strict=True))


@pytest.mark.parametrize("module", MODULES)
def test_import__what_reading_needs__nothing_heavy(light, module):
    assert light[module] == set()


def test_import__the_embedded_chain__brings_its_own():
    (found,) = imported("mdt.chain.embedded")
    assert {"eth", "eth_tester"} <= found
