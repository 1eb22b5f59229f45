"""Jumping over blocks must be indistinguishable from mining them, for contracts that look at numbers and times."""

from __future__ import annotations

import pytest
import vyper
from click.testing import CliRunner
from web3 import Web3

from mdt.chain import localchain
from mdt.cli.main import main
from mdt.errors import ChainError, UnitError
from tests.luxtensor.proxy import LuxtensorProxy
from tests.support.chains import accounts, anchored, embedded

CLOCK = """
# pragma version 0.4.3
# pragma evm-version cancun
start: public(uint256)
started_at: public(uint256)
records: public(HashMap[uint256, uint256])
count: public(uint256)

@deploy
def __init__():
    self.start = block.number
    self.started_at = block.timestamp

@external
def record():
    self.records[self.count] = (block.number - self.start) * 10 ** 18 + (block.timestamp - self.started_at)
    self.count += 1

@external
@view
def now() -> (uint256, uint256):
    return block.number, block.timestamp
"""


@pytest.fixture(scope="module")
def artifact():
    return vyper.compile_code(CLOCK, output_formats=["abi", "bytecode"])


def deploy(w3: Web3, artifact):
    sent = w3.eth.contract(abi=artifact["abi"], bytecode=artifact["bytecode"]).constructor().transact({"from": w3.eth.accounts[0]})
    return w3.eth.contract(address=w3.eth.wait_for_transaction_receipt(sent)["contractAddress"], abi=artifact["abi"])


def mine_each(w3: Web3, blocks: int, seconds: int) -> None:
    tester = w3.provider.ethereum_tester
    for _ in range(blocks):
        target = w3.eth.get_block("latest")["timestamp"] + seconds
        tester.backend.chain.header = tester.backend.chain.header.copy(timestamp=target)
        tester.mine_blocks(1)


@pytest.mark.parametrize("blocks", [1, 2, 3, 299])
def test_advance__against_really_mined_blocks__same_state(artifact, blocks):
    states = []
    for move in (localchain.advance, mine_each):
        w3 = embedded()
        clock = deploy(w3, artifact)
        before = w3.eth.get_block("latest")
        for _ in range(2):
            move(w3, blocks, 3)
            number, moment = clock.functions.now().call()
            assert (number, moment) == (w3.eth.block_number, w3.eth.get_block("latest")["timestamp"])
            clock.functions.record().transact({"from": w3.eth.accounts[1]})
        head = w3.eth.get_block("latest")
        states.append(
            (
                head["number"] - before["number"],
                head["timestamp"] - before["timestamp"],
                [clock.functions.records(i).call() for i in range(clock.functions.count().call())],
                w3.eth.get_balance(w3.eth.accounts[5]),
                w3.eth.get_transaction_count(w3.eth.accounts[1]),
            )
        )
    assert states[0] == states[1]
    assert len(states[0][2]) == 2


def test_advance__exact_number_and_time__head_is_where_it_should_be():
    w3 = embedded()
    before = w3.eth.get_block("latest")
    assert localchain.advance(w3, 1_000_000, 3) == before["number"] + 1_000_000
    after = w3.eth.get_block("latest")
    assert after["number"] == before["number"] + 1_000_000
    assert after["timestamp"] == before["timestamp"] + 3_000_000


def test_advance__snapshots_and_transactions_around_a_jump__still_work(artifact):
    w3 = embedded()
    clock = deploy(w3, artifact)
    localchain.advance(w3, 5_000)
    height = w3.eth.block_number
    with anchored(w3):
        localchain.advance(w3, 7_000)
        clock.functions.record().transact({"from": w3.eth.accounts[1]})
        assert clock.functions.count().call() == 1
    assert (w3.eth.block_number, clock.functions.count().call()) == (height, 0)
    clock.functions.record().transact({"from": w3.eth.accounts[1]})
    assert clock.functions.records(0).call() // 10**18 == w3.eth.block_number - clock.functions.start().call()
    assert len(accounts(w3)) == 10


@pytest.mark.parametrize(("blocks", "seconds"), [(0, 3), (-1, 3), (1, 0)])
def test_advance__nothing_to_do__refused(blocks, seconds):
    with pytest.raises(ChainError, match="at least 1"):
        localchain.advance(embedded(), blocks, seconds)


def test_advance__jumps_after_a_restored_jump__do_not_collide(artifact):
    """A jump on a branch that was given up must not stand in the way of another jump to the same numbers."""
    w3 = embedded()
    clock = deploy(w3, artifact)
    for distance in (1_000, 1_001, 999, 1_000, 500, 2_000):
        with anchored(w3):
            localchain.advance(w3, distance)
            clock.functions.record().transact({"from": w3.eth.accounts[1]})
            localchain.advance(w3, distance)
            clock.functions.record().transact({"from": w3.eth.accounts[1]})
            assert clock.functions.count().call() == 2
    assert clock.functions.count().call() == 0
    with anchored(w3):
        clock.functions.record().transact({"from": w3.eth.accounts[1]})
        localchain.advance(w3, 1)
        localchain.advance(w3, 1)
    localchain.advance(w3, 998)
    clock.functions.record().transact({"from": w3.eth.accounts[1]})
    assert clock.functions.records(0).call() == 999 * 10**18 + w3.eth.get_block("latest")["timestamp"] - clock.functions.started_at().call()


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("2 days", 57_600),
        ("200000 blocks", 200_000),
        ("200,000 blocks", 200_000),
        ("1 block", 1),
        ("1 second", 1),
        ("4 seconds", 2),
        ("600 seconds", 200),
        ("1.5 hours", 1_800),
    ],
)
def test_distance__as_people_write_it__never_short(text, blocks):
    assert localchain.distance(text) == localchain.Distance(blocks, 3)
    assert localchain.distance(text, 6).blocks == (blocks if "block" in text else -(-blocks // 2))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0 blocks",
        "-1 blocks",
        "1.5 blocks",
        "x blocks",
        "0 days",
        "101 years",
        "40000 days",
        "100000001 blocks",
        "2 fortnights",
        "600",
        "2_0 blocks",
        "010 blocks",
        "９ blocks",
        pytest.param("9" * 5_000 + " blocks", id="long"),
    ],
)
def test_distance__neither_or_too_far__refused(text):
    with pytest.raises(UnitError):
        localchain.distance(text)


def test_command__chain_that_others_use__refused(tmp_path):
    with LuxtensorProxy() as node:
        head = node.w3.eth.block_number
        done = CliRunner().invoke(main, ["local", "advance", "2 days", "--rpc", node.url, "--deployments", str(tmp_path)])
        assert done.exit_code == 1
        assert "(chain id 88980) is no chain of your own: only the embedded chain and anvil can be moved" in done.output
        assert node.w3.eth.block_number == head
