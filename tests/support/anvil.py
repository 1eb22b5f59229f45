"""A real anvil for tests, as a context manager."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from web3 import Web3

needs_anvil = pytest.mark.skipif(shutil.which("anvil") is None, reason="anvil is not installed (npm ci)")
KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
"""Of its first account, TEST::0."""
CHAIN_ID = 31_337


@contextmanager
def anvil(*options: str) -> Iterator[tuple[Web3, str]]:
    """The node and its address, gone afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    node = subprocess.Popen(["anvil", "--port", str(port), "--silent", *options])
    try:
        w3 = Web3(Web3.HTTPProvider(url))
        deadline = time.monotonic() + 30
        while not w3.is_connected() and time.monotonic() < deadline:
            time.sleep(0.1)
        yield w3, url
    finally:
        node.terminate()
        node.wait(10)
