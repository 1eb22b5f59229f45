"""Advancing anvil, a node of its own behind JSON-RPC, and deploying to it."""

from __future__ import annotations

import json
import time

import pytest
from click.testing import CliRunner
from eth_account import Account

from mdt.chain import block_time, localchain
from mdt.chain.abi import encode_constructor
from mdt.chain.connecting import chain_of
from mdt.chain.contract import Contract
from mdt.chain.policy import Policy
from mdt.chain.signers import LocalSigner
from mdt.cli.main import main
from mdt.deploy.compiled import from_vyper
from tests.support.anvil import KEY, anvil, needs_anvil

pytestmark = needs_anvil


@pytest.fixture(scope="module")
def w3():
    with anvil() as (found, _):
        yield found


@pytest.mark.parametrize("blocks", [1, 2, 2_500])
def test_advance__anvil__exact_number_and_time(w3, blocks):
    before = w3.eth.get_block("latest")
    assert localchain.advance(w3, blocks, 3) == before["number"] + blocks
    after = w3.eth.get_block("latest")
    late = after["timestamp"] - (before["timestamp"] + 3 * blocks)
    assert 0 <= late <= blocks // 100
    assert chain_of(w3, 31_337).is_local


def test_advance__anvil_many_blocks__within_seconds_and_the_state_stays(w3):
    """Two hundred thousand blocks, as the pages ask for: what was there is there, and a snapshot from before still restores."""
    sender, other = w3.eth.accounts[:2]
    w3.eth.wait_for_transaction_receipt(sent := w3.eth.send_transaction({"from": sender, "to": other, "value": 7}))
    height, balance, nonce, kept = w3.eth.block_number, w3.eth.get_balance(other), w3.eth.get_transaction_count(sender), localchain.snapshot(w3)
    began = time.monotonic()
    assert localchain.advance(w3, 200_000, 3) == height + 200_000
    assert time.monotonic() - began < 30
    assert (w3.eth.get_balance(other), w3.eth.get_transaction_count(sender)) == (balance, nonce)
    assert w3.eth.get_transaction_receipt(sent)["blockNumber"] == height
    mined = w3.eth.wait_for_transaction_receipt(w3.eth.send_transaction({"from": sender, "to": other, "value": 5}))
    assert (mined["status"], mined["blockNumber"], w3.eth.get_balance(other)) == (1, height + 200_001, balance + 5)
    localchain.restore(w3, kept)
    assert (w3.eth.block_number, w3.eth.get_balance(other)) == (height, balance)


def test_command__two_days_on_anvil__told_and_done(w3, tmp_path):
    before, node = w3.eth.get_block("latest"), ["--rpc", w3.provider.endpoint_uri, "--deployments", str(tmp_path)]
    done = CliRunner().invoke(main, ["local", "advance", "2 days", *node, "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found == {"blocks": 57_600, "seconds": 172_800, "block_number": before["number"] + 57_600, "timestamp": found["timestamp"]}
    assert 0 <= found["timestamp"] - before["timestamp"] - 172_800 <= 60
    told = CliRunner().invoke(main, ["local", "advance", "1000 blocks", "--block-time", "6", *node])
    assert f"1,000 blocks, 100 minutes: now block {before['number'] + 58_600:,}, 20" in told.output


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
