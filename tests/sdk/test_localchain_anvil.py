"""Advancing anvil, a node of its own behind JSON-RPC, and deploying to it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time

import pytest
from eth_account import Account
from web3 import Web3

from mdt.chain import block_time, localchain
from mdt.chain.abi import encode_constructor
from mdt.chain.connecting import chain_of
from mdt.chain.contract import Contract
from mdt.chain.policy import Policy
from mdt.chain.signers import LocalSigner
from mdt.deploy.compiled import from_vyper

pytestmark = pytest.mark.skipif(shutil.which("anvil") is None, reason="anvil is not installed (npm ci)")
KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"


@pytest.fixture(scope="module")
def w3():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    node = subprocess.Popen(["anvil", "--port", str(port), "--silent"])
    try:
        found = Web3(Web3.HTTPProvider(f"http://127.0.0.1:{port}"))
        deadline = time.monotonic() + 30
        while not found.is_connected() and time.monotonic() < deadline:
            time.sleep(0.1)
        yield found
    finally:
        node.terminate()
        node.wait(10)


@pytest.mark.parametrize("blocks", [1, 2, 2_500])
def test_advance__anvil__exact_number_and_time(w3, blocks):
    before = w3.eth.get_block("latest")
    assert localchain.advance(w3, blocks, 3) == before["number"] + blocks
    after = w3.eth.get_block("latest")
    late = after["timestamp"] - (before["timestamp"] + 3 * blocks)
    assert 0 <= late <= blocks // 100
    assert chain_of(w3, 31_337).is_local


def test_snapshot__anvil__restored(w3):
    height, kept = w3.eth.block_number, localchain.snapshot(w3)
    localchain.advance(w3, 50)
    localchain.restore(w3, kept)
    assert w3.eth.block_number == height


def test_send__anvil__estimated_sent_and_decoded(w3):
    signer, chain = LocalSigner(Account.from_key(KEY)), chain_of(w3, 31_337, Policy(poll_seconds=0.05))
    artifact = from_vyper(("MDT",))["MDT"]
    arguments = encode_constructor(artifact.abi, ["ModernTensor", "MDT", 18, [10**18] * 5, 86_400, signer.address, signer.address])
    receipt = chain.send(signer, None, artifact.bytecode + arguments, "create")
    token = Contract(chain, receipt.contract_address, artifact.abi, "MDT")
    assert token.call("owner") == signer.address
    moved = token.send(signer, "transfer_ownership", Account.from_key(b"\x05" * 32).address)
    assert token.events(moved)[0].name == "OwnershipTransferStarted"
    assert block_time.measure(chain).seconds is None
