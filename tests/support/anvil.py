"""Nodes of anvil, one process each: npm's locked binary, without the JavaScript around it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from web3 import IPCProvider, Web3
from web3.middleware import ExtraDataToPOAMiddleware

from mdt.chain import anvil as methods
from mdt.errors import NodeError
from tests.support.deployers import ROOT

KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
"""Of its first account, TEST::0."""
CHAIN_ID = 31_337
GWEI = 10**9
START_SECONDS = 30


@cache
def program() -> Path | None:
    """The binary; None where npm has not installed it."""
    found = sorted((ROOT / "node_modules" / "@foundry-rs").glob("anvil-*/bin/anvil*"))
    return found[0] if found else None


needs_anvil = pytest.mark.skipif(program() is None, reason="anvil is not installed (make npm)")


@contextmanager
def anvil(*options: str) -> Iterator[tuple[Web3, str]]:
    """A node as it comes, behind HTTP, and its address; gone afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    process = _started("--port", port, *options)
    try:
        w3 = Web3(Web3.HTTPProvider(url))
        _wait(process, w3)
        yield w3, url
    finally:
        _end(process)


def local_node(chain_id: int) -> Web3:
    """A node whose gas has a price but no base fee, and which signs for every account; it ends with its provider.

    It is asked through a socket file, which costs half of what HTTP does.
    """
    folder = Path(tempfile.mkdtemp(prefix="anvil-"))
    fees = ("--base-fee", 0, "--gas-price", GWEI)
    process = _started("--ipc", folder / "ipc", "--port", 0, "--chain-id", chain_id, "--hardfork", "cancun", *fees, "--accounts", 1)
    w3 = Web3(IPCProvider(folder / "ipc"), middleware=[ExtraDataToPOAMiddleware])
    weakref.finalize(w3, _end, process, folder)
    _wait(process, w3, folder / "ipc")
    methods.call(w3, "anvil_autoImpersonateAccount", True)
    return w3


def give(w3: Web3, account: str, wei: int) -> None:
    """Let an account hold so much coin."""
    methods.call(w3, "anvil_setBalance", account, hex(wei))


def _started(*options: object) -> subprocess.Popen[bytes]:
    binary = program()
    assert binary is not None, "anvil is not installed: run `make npm`"
    return subprocess.Popen([binary, "--silent", *map(str, options)], stdout=subprocess.DEVNULL)


def _wait(process: subprocess.Popen[bytes], w3: Web3, socket_file: Path | None = None) -> None:
    """Until it answers.

    Raises:
        NodeError: it has ended, or does not answer in time.
    """
    deadline = time.monotonic() + START_SECONDS
    while (socket_file is not None and not socket_file.exists()) or not w3.is_connected():
        if process.poll() is not None or time.monotonic() > deadline:
            raise NodeError(f"anvil ended with {process.poll()}, or does not answer within {START_SECONDS} s")
        time.sleep(0.02)


def _end(process: subprocess.Popen[bytes], folder: Path | None = None) -> None:
    """Stop a node, wait for it, and take away its socket."""
    process.kill()
    process.wait(10)
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
