"""What is imported for nothing costs every command: heavy packages come in only where they are used."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = "ape eth eth_tester pandas vyper boa duckdb"


def imported(statement: str) -> set[str]:
    """The heavy packages that a fresh interpreter has loaded after a statement."""
    program = f"import sys\n{statement}\nprint(*[name for name in {HEAVY.split()!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module",
    ["mdt", "mdt.chain.transactions", "mdt.chain.connecting", "mdt.chain.contract", "mdt.chain.block_time", "mdt.suite.opened", "mdt.market.statistics"],
)
def test_import__what_reading_needs__nothing_heavy(module):
    assert imported(f"import {module}") == set()


def test_import__the_embedded_chain__brings_its_own():
    assert {"eth", "eth_tester"} <= imported("import mdt.chain.embedded")
