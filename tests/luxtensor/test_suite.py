"""On a node that behaves as Luxtensor's does: the tools get through, and a client that trusts the node does not."""

from __future__ import annotations

import time

import pytest
from eth_account import Account
from web3 import Web3
from web3.exceptions import Web3RPCError
from web3.middleware import SignAndSendRawMiddlewareBuilder

from mdt.chain import abi as abilib
from mdt.chain import block_time, localchain
from mdt.chain.connecting import chain_of, connect
from mdt.chain.contract import Contract
from mdt.chain.policy import GWEI, Policy, deploy_gas
from mdt.chain.signers import LocalSigner
from mdt.chain.transactions import Chain
from mdt.deploy.run import Deployment
from mdt.errors import EmptyAnswerError, NodeError, RevertError, UnconfirmedError, WrongChainError
from mdt.keeper.cycle import Keeper
from mdt.keeper.signing import local_signer
from mdt.oracle.claims import claimable
from mdt.oracle.collect import Dataset
from mdt.suite.records import Folder
from mdt.units import WAD
from tests.luxtensor.proxy import CHAIN_ID, LuxtensorProxy
from tests.support.suite import FAST, Actors, artifacts, options, to_block, write_data

MINER = Account.from_key(b"\x09" * 32)


@pytest.fixture(scope="module")
def proxy():
    with LuxtensorProxy() as running:
        yield running


@pytest.fixture(scope="module")
def chain(proxy):
    return connect(proxy.url, CHAIN_ID, FAST)


@pytest.fixture(scope="module")
def actors(proxy):
    return Actors.of(proxy.w3)


@pytest.fixture(scope="module")
def made(proxy, chain, actors, tmp_path_factory):
    """The whole suite, deployed through the proxy."""
    folder = tmp_path_factory.mktemp("luxtensor")
    deployment = Deployment.prepare(chain, LocalSigner(actors.deployer), Folder(folder), artifacts(), options(actors, network="luxtensor-devnet", block_time=3))
    for _ in deployment.run():
        pass
    return deployment, folder


@pytest.fixture
def naive(proxy, actors):
    """A web3 client as its documentation shows it."""
    w3 = Web3(Web3.HTTPProvider(proxy.url))
    w3.middleware_onion.inject(SignAndSendRawMiddlewareBuilder.build(actors.keeper), layer=0)
    w3.eth.default_account = actors.keeper.address
    return w3


# --- the tools get through ---


def test_suite__deployed_through_the_proxy__complete_and_checked(made, proxy):
    deployment, _ = made
    assert deployment.record.is_complete
    assert {one.state for one in deployment.run()} == {"done"}
    assert len(deployment.verify()) > 40
    # only legacy transactions were sent, at 1 gwei or more
    assert all(raw[0] >= 0xC0 for raw in proxy.raw_sent)
    # nothing was read that this node does not answer
    assert not {"eth_getLogs", "eth_getStorageAt"} & set(proxy.requests)


def test_suite__one_epoch_through_the_proxy__paid_and_claimed(made, proxy, actors, tmp_path):
    deployment, _ = made
    suite = deployment.suite()
    keeper = Keeper(suite, tmp_path / "bundles")
    signer = LocalSigner(actors.keeper)
    epoch = keeper.snapshot().status.next_epoch
    sources = write_data(tmp_path / "data", {epoch: ({MINER.address: (10_000, "1", "1")}, 10, 10)})
    to_block(proxy.w3, keeper.snapshot().end_block)
    with Dataset.open(sources) as dataset:
        path, _ = keeper.report(dataset)
    for reporter in actors.reporters[:3]:
        keeper.attest(None, local_signer(reporter))
    keeper.submit(signer)
    localchain.advance(proxy.w3, 10, 60)
    receipt = keeper.settle(signer)
    event = keeper.controller.events(receipt, "EpochSettled")[0]
    assert (event.emission, event.miner_share) == (1_000 * WAD, 400 * WAD)
    assert keeper.verify(path).difference == ""
    row = claimable(suite, keeper.bundles, [MINER.address])[0]
    suite["RewardDistributor"].send(signer, "claim", row["account"], row["cumulative"], row["proof"])
    assert suite["MDT"].call("balanceOf", MINER.address) == 400 * WAD


def test_call__any_revert__is_an_error_and_never_zero(made, chain):
    deployment, _ = made
    controller = deployment.suite()["EmissionController"]
    with pytest.raises(EmptyAnswerError, match="answered 0x: the call would revert .this node passes on no reason"):
        controller.call("preview", 0, 1, 2 * WAD, 0)
    with pytest.raises(EmptyAnswerError, match="no such contract"):
        Contract(chain, MINER.address, controller.abi, "nobody").call("status")


def test_send__refused_function_with_a_result__stopped_before_it_costs_gas(made, actors, proxy):
    deployment, _ = made
    sent = len(proxy.raw_sent)
    with pytest.raises(EmptyAnswerError, match=r"EmissionController\.skip"):
        deployment.suite()["EmissionController"].send(LocalSigner(actors.keeper), "skip")
    assert len(proxy.raw_sent) == sent


def test_send__refused_function_without_a_result__mined_revert_is_an_error(made, actors):
    deployment, _ = made
    with pytest.raises(RevertError, match="was mined in block .* and reverted; the node gives no reason"):
        deployment.suite()["MDT"].send(LocalSigner(actors.keeper), "finish_setup")


def test_prepare__gas_and_price__floors_hold(chain, actors, proxy):
    data = b"\xff" * 5_000
    transaction = chain.prepare(LocalSigner(actors.keeper), MINER.address, data, "test")
    assert transaction["gas"] >= 21_000 + 68 * len(data)
    assert transaction["gasPrice"] == GWEI > chain.w3.eth.gas_price
    assert "maxFeePerGas" not in transaction
    create = chain.prepare(LocalSigner(actors.keeper), None, artifacts()["MDT"].bytecode, "test")
    assert create["gas"] == deploy_gas(artifacts()["MDT"].bytecode, chain.policy) > chain.w3.eth.estimate_gas({"data": artifacts()["MDT"].bytecode})


def test_wait__pending_receipt_in_block_zero__not_counted(made, actors, proxy, monkeypatch):
    deployment, _ = made
    token, signer = deployment.suite()["MDT"], LocalSigner(actors.keeper)
    monkeypatch.setattr(proxy, "pending_polls", 3)
    receipt = token.send(signer, "approve", MINER.address, 5)
    assert 0 < receipt.block_number <= token.chain.head()
    assert [event.amount if hasattr(event, "amount") else event.name for event in token.events(receipt)]
    monkeypatch.setattr(proxy, "pending_polls", 10**9)
    slow = chain_of(token.chain.w3, CHAIN_ID, Policy(poll_seconds=0.02, timeout_seconds=0.3))
    with pytest.raises(UnconfirmedError, match="is not mined after 0.3 s, but may still be"):
        Contract(slow, token.address, token.abi, "MDT").send(signer, "approve", MINER.address, 6)


def test_resume__held_or_dropped_transaction__same_bytes_again(made, actors, proxy, monkeypatch):
    deployment, _ = made
    token, signer = deployment.suite()["MDT"], LocalSigner(actors.keeper)
    quick = chain_of(token.chain.w3, CHAIN_ID, Policy(poll_seconds=0.02, timeout_seconds=0.2))
    monkeypatch.setattr(proxy, "hold", True)
    kept = []
    with pytest.raises(UnconfirmedError):
        Contract(quick, token.address, token.abi, "MDT").send(signer, "approve", MINER.address, 7, on_signed=kept.append)
    proxy.drop()
    proxy.raw_sent.clear()
    monkeypatch.setattr(proxy, "hold", False)
    receipt = token.chain.resume(kept[0], "approve")
    assert receipt is not None
    assert receipt.tx_hash == kept[0].tx_hash
    assert token.call("allowance", signer.address, MINER.address) == 7
    assert token.chain.resume(kept[0], "approve") == receipt


def test_measure__stub_blocks__head_is_watched_instead(proxy, monkeypatch):
    ticks = iter([0] * 3 + [number for number in range(1, 200) for _ in range(2)])

    class Ticking(Chain):
        def head(self):
            return 100 + next(ticks)

    monkeypatch.setattr(block_time.time, "sleep", lambda _seconds: time.monotonic())
    clock = iter(number * 1.5 for number in range(10**6))
    monkeypatch.setattr(block_time.time, "monotonic", lambda: next(clock))
    measured = block_time.measure(Ticking(Web3(Web3.HTTPProvider(proxy.url)), CHAIN_ID, FAST))
    assert "blocks watched" in measured.source
    assert measured.seconds is not None
    assert measured.seconds > 0


def test_connect__wrong_chain_or_nobody__said(proxy):
    with pytest.raises(WrongChainError, match="serves chain id 88980, expected 8898: .*nothing was signed"):
        connect(proxy.url, 8_898)
    with pytest.raises(NodeError, match="does not answer"):
        connect("http://127.0.0.1:1", CHAIN_ID)


# --- and the proxy bites ---


def test_naive__default_fees__type_two_transaction_fails(naive, made, actors):
    deployment, _ = made
    token = deployment.suite()["MDT"]
    contract = naive.eth.contract(address=token.address, abi=token.abi)
    fees = {"maxFeePerGas": 2 * GWEI, "maxPriorityFeePerGas": GWEI, "gas": 200_000}
    sent = contract.functions.approve(MINER.address, 99).transact({"from": actors.keeper.address, **fees})
    naive.eth.get_transaction_receipt(sent)
    assert naive.eth.get_transaction_receipt(sent)["status"] == 0
    assert contract.functions.allowance(actors.keeper.address, MINER.address).call() != 99


def test_naive__price_of_the_node__refused(naive, actors):
    with pytest.raises(Web3RPCError, match="gas price too low"):
        naive.eth.send_transaction({"from": actors.keeper.address, "to": MINER.address, "gas": 50_000, "gasPrice": naive.eth.gas_price})


def test_naive__estimate_of_the_node__refused_or_out_of_gas(naive, made, actors):
    with pytest.raises(Web3RPCError, match="intrinsic gas too low"):
        naive.eth.send_transaction({"from": actors.keeper.address, "to": MINER.address, "gasPrice": GWEI, "gas": 21_000 + 40 * 500, "data": "0x" + "ff" * 500})
    artifact = artifacts()["Treasury"]
    data = artifact.bytecode + abilib.encode_constructor(artifact.abi, [made[0].suite()["MDT"].address, 30 * 86_400, 0, actors.keeper.address])
    gas = max(naive.eth.estimate_gas({"from": actors.keeper.address, "data": data}), 21_000 + 68 * len(data))
    sent = naive.eth.send_transaction({"from": actors.keeper.address, "gasPrice": GWEI, "gas": gas, "data": data})
    naive.eth.get_transaction_receipt(sent)
    assert naive.eth.get_transaction_receipt(sent)["status"] == 0


def test_naive__first_receipt__says_success_in_block_zero(naive, made, actors, proxy):
    deployment, _ = made
    token = deployment.suite()["MDT"]
    before = proxy.w3.eth.block_number
    sent = (
        naive.eth.contract(address=token.address, abi=token.abi)
        .functions.finish_setup()
        .transact({"from": actors.keeper.address, "gasPrice": GWEI, "gas": 100_000})
    )
    first = naive.eth.wait_for_transaction_receipt(sent)
    assert (first["status"], first["blockNumber"]) == (1, 0)
    assert naive.eth.get_transaction_receipt(sent)["status"] == 0
    assert proxy.w3.eth.block_number > before


def test_naive__logs_storage_and_blocks__say_nothing(naive, made):
    deployment, _ = made
    token = deployment.suite()["MDT"]
    assert naive.eth.get_logs({"fromBlock": 0, "toBlock": "latest", "address": token.address}) == []
    assert int.from_bytes(naive.eth.get_storage_at(token.address, 0), "big") == 0
    assert not any(naive.eth.get_block("latest")["hash"])
