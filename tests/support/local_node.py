"""Nodes of anvil, one process each, for tests that talk to a chain; a test machine without npm has none and uses the embedded chain."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
import weakref
from functools import cache
from pathlib import Path

from web3 import IPCProvider, Web3
from web3.middleware import ExtraDataToPOAMiddleware

from mdt.chain import anvil
from mdt.errors import NodeError
from tests.support.deployers import ROOT

GWEI = 10**9
START_SECONDS = 30


@cache
def program() -> Path | None:
    """The binary of the locked npm package, without the JavaScript around it; None where it is not installed."""
    found = sorted((ROOT / "node_modules" / "@foundry-rs").glob("anvil-*/bin/anvil*"))
    return found[0] if found else None


def start(chain_id: int) -> Web3:
    """A fresh node, whose gas has a price but no base fee; it ends with its provider.

    It is asked through a socket file, which costs half of what HTTP does.

    Raises:
        NodeError: it does not answer in time.
    """
    binary = program()
    assert binary is not None, "anvil is not installed: run `make npm`"
    folder = Path(tempfile.mkdtemp(prefix="anvil-"))
    flags = {"--ipc": folder / "ipc", "--port": 0, "--chain-id": chain_id, "--hardfork": "cancun", "--base-fee": 0, "--gas-price": GWEI, "--accounts": 1}
    process = subprocess.Popen([binary, "--silent", *(str(word) for flag in flags.items() for word in flag)], stdout=subprocess.DEVNULL)
    w3 = Web3(IPCProvider(folder / "ipc"), middleware=[ExtraDataToPOAMiddleware])
    weakref.finalize(w3, end, process, folder)
    deadline = time.monotonic() + START_SECONDS
    while not (folder / "ipc").exists() or not w3.is_connected():
        if process.poll() is not None or time.monotonic() > deadline:
            raise NodeError(f"anvil ended with {process.poll()} or does not answer within {START_SECONDS} s")
        time.sleep(0.02)
    anvil.call(w3, "anvil_autoImpersonateAccount", True)
    return w3


def give(w3: Web3, account: str, wei: int) -> None:
    """Let an account hold so much coin."""
    anvil.call(w3, "anvil_setBalance", account, hex(wei))


def end(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Stop a node, wait for it, and take away its socket."""
    process.kill()
    process.wait(10)
    shutil.rmtree(folder, ignore_errors=True)
