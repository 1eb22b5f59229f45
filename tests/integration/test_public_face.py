"""The public face: `import mdt` against a node, from a checkout, and from the wheel in an empty environment and folder.

Everything stands in one file because it shares a node with a deployment, which is what takes time.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount

import mdt
from mdt.chain import localchain
from mdt.chain.signers import LocalSigner
from mdt.cli.accounts import known_account
from mdt.client import signer_of
from mdt.errors import AccountError, ChainError, DeploymentError, KeeperError, MarketError, NodeError, StakingError
from mdt.keeper.cycle import Keeper
from mdt.keeper.signing import local_signer
from mdt.oracle.collect import Dataset
from mdt.staking.validators import Operator
from mdt.suite.calls import Call
from mdt.units import WAD
from tests.luxtensor.proxy import LuxtensorProxy
from tests.support.chains import local_chain
from tests.support.deployers import ROOT
from tests.support.fresh import environment
from tests.support.suite import deploy, to_block, write_data
from tools import wheel

EXAMPLES = ROOT / "examples"
ABSENT = "ape vyper eth_tester duckdb pandas pytest"


class Node:
    """A node over HTTP with a deployment, one settled epoch, and two miners that have not claimed."""

    def __init__(self, folder: Path) -> None:
        w3 = local_chain()
        self.proxy = LuxtensorProxy(w3, int(w3.eth.chain_id))
        self.records, self.bundles = folder / "records", folder / "bundles"
        suite, actors = deploy(w3, self.records)
        self.miners: list[LocalAccount] = [actors.keeper, actors.holder]
        keeper = Keeper(suite, self.bundles)
        epoch = keeper.snapshot().status.next_epoch
        sources = write_data(folder / "data", {epoch: ({one.address: (5_000, "1", "1") for one in self.miners}, 10, 10)})
        to_block(w3, keeper.snapshot().end_block)
        with Dataset.open(sources) as dataset:
            keeper.report(dataset)
        for reporter in actors.reporters[:3]:
            keeper.attest(None, local_signer(reporter))
        keeper.submit(LocalSigner(actors.keeper))
        localchain.advance(w3, 10, 60)
        keeper.settle(LocalSigner(actors.keeper))
        self.suite = suite
        self.holder = known_account(3)  # has the genesis' tokens, and no coin for gas
        w3.eth.wait_for_transaction_receipt(w3.eth.send_transaction({"from": w3.eth.accounts[0], "to": self.holder.address, "value": WAD}))


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    made = Node(tmp_path_factory.mktemp("node"))
    with made.proxy:
        yield made


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fresh")
    return environment(folder / "venv", wheel.build(folder))


@pytest.fixture
def empty(tmp_path):
    """A folder with nothing but the examples, and an environment without a trace of the checkout."""
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    return tmp_path


def bare() -> dict[str, str]:
    """The variables of this process without those that speak of its Python, or of what is installed beside it."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "MYPY", "VIRTUAL_ENV", "ETH_HASH", "MDT_"))}


def run(python: Path, folder: Path, *arguments: str, **environ: str) -> str:
    done = subprocess.run(
        [str(python), *arguments],
        cwd=folder,
        env=bare() | {"MDT_STATE": str(folder / "state")} | environ,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def test_command__help__lists_the_groups(fresh, empty):
    shown = run(fresh.with_name("mdt"), empty, "--help")
    assert "token" in shown
    assert "stake" in shown
    assert run(fresh.with_name("mdt"), empty, "--version").startswith("mdt, version ")


def test_command__token_stats_by_a_nodes_address__without_ape_and_quick(node, fresh, empty):
    """Target: a second of CPU on an idle machine. The limit leaves room for a busy one, and none for importing what is not needed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    shown = run(fresh.with_name("mdt"), empty, "token", "stats", "--json", "--rpc", node.proxy.url, "--deployments", str(node.records))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert json.loads(shown)["total_supply"] == str(node.suite["MDT"].call("totalSupply"))
    print(f"token stats: {spent:.2f} s of CPU")
    assert spent < 2.5


def test_command__part_that_needs_more__says_what_to_install(node, fresh, empty):
    command = [str(fresh.with_name("mdt")), "epoch", "report", str(empty), "--rpc", node.proxy.url, "--deployments", str(node.records)]
    done = subprocess.run(command, cwd=empty, env=bare(), capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (1, "error: this needs duckdb, which is not installed: pip install 'mdt[oracle]'\n")


def test_import__fresh_environment__fast_complete_and_from_the_wheel(fresh, empty):
    program = (
        "import sys, mdt; heavy = {'web3', 'pydantic'} & set(sys.modules); assert not heavy, heavy\n"
        "assert 'site-packages' in mdt.__file__ and mdt.__version__[0].isdigit()\n"
        "assert all(getattr(mdt, name) for name in mdt.__all__)\n"
        "from mdt.preset.settings import load\nfrom mdt.files import is_checkout, shipped\n"
        "assert not is_checkout() and load('luxtensor').token.symbol == 'MDT'\n"
        "print(len(list(shipped('snapshots', 'abi').glob('*.json'))))"
    )
    assert int(run(fresh, empty, "-c", program)) == len(list((ROOT / "snapshots" / "abi").glob("*.json")))


def test_import__wheel__has_no_ape_no_compiler_and_no_test_tools(fresh, empty):
    for name in ABSENT.split():
        assert run(fresh, empty, "-c", f"import importlib.util; print(importlib.util.find_spec({name!r}))").strip() == "None"


def test_examples__exchange__supply_by_the_documents_definition(node, fresh, empty):
    token = node.suite["MDT"]
    held = sum(
        token.call("balanceOf", node.suite[name].address) for name in ("Treasury", "Vesting", "ReservePools", "DistributionSchedules", "RecyclingPool", "MDT")
    )
    for python in (Path(sys.executable), fresh):
        shown = run(python, empty, "examples/exchange_supply.py", str(node.records), node.proxy.url)
        lines = {line.split()[0]: " ".join(line.split()[1:]) for line in shown.splitlines()}
        assert lines["total"] == node.suite.unit.format(token.call("totalSupply"))
        assert lines["circulating"] == node.suite.unit.format(token.call("totalSupply") - held)
        assert lines["minted"] == node.suite.unit.format(token.call("total_minted"))
        assert lines["epoch"] == str(node.suite["EmissionController"].call("next_epoch") - 1)
    assert held > 0


def test_examples__miner__is_paid_what_the_epoch_grants(node, fresh, empty):
    token = node.suite["MDT"]
    for python, miner in zip((Path(sys.executable), fresh), node.miners, strict=True):
        before = token.call("balanceOf", miner.address)
        arguments = ("examples/miner_claim.py", str(node.records), node.proxy.url, str(node.bundles))
        shown = run(python, empty, *arguments, MINER_KEY=miner.key.to_0x_hex())
        assert shown.startswith("granted 200 MDT, paid 0 MDT, to claim 200 MDT\nclaimed in block ")
        assert token.call("balanceOf", miner.address) - before == 200 * WAD
        assert run(python, empty, *arguments, MINER_KEY=miner.key.to_0x_hex()) == "granted 200 MDT, paid 200 MDT, to claim 0 MDT\n"


@pytest.fixture(scope="module")
def client(node):
    return mdt.connect(node.records, rpc=node.proxy.url)


def test_client__epochs__what_the_controller_recorded(node, client):
    record = node.suite["EmissionController"].call("epoch_record", 0)
    found = client.epoch(0)
    assert (found.number, found.is_settled, found.root, found.miner_share) == (0, True, record.root, 400 * WAD)
    assert client.last_settled() == found
    assert client.epoch(9) == mdt.Epoch(9, False, 0, 0, 0, 0, 0, bytes(32), bytes(32))


def test_client__transfer__told_encoded_and_sent(node, client):
    to, amount = node.miners[0].address, client.unit.parse("1_000 MDT")
    made, before = client.transfer(node.holder.address, to, amount), client.balance(to)
    assert made.words == [f"send 1,000 MDT to {to}"]
    assert made.calldata == [(client.contract("MDT").address, client.contract("MDT").encode("transfer", to, amount))]
    (receipt,) = made.send(node.holder)
    assert client.contract("MDT").events(receipt, "Transfer")[0].arguments == {"sender": node.holder.address, "receiver": to, "value": amount}
    assert client.balance(to) - before == amount
    with pytest.raises(AccountError, match="holds .* MDT, not"):
        client.transfer(to, node.holder.address, 10**30)
    with pytest.raises(MarketError, match="is the contract of the token itself: what it gets is lost"):
        client.transfer(node.holder.address, client.contract("MDT").address.lower(), amount)
    for nobody in ("0x" + "00" * 20, "0x" + "0" * 39 + "1"):
        with pytest.raises(ChainError, match="nobody has its key"):
            client.transfer(node.holder.address, nobody, amount)


def test_client__stake__from_nothing_to_an_unbonding_request(node, client):
    """A validator registers; a miner stakes with it, which takes an approval first, asks for half of it back, and cannot withdraw that yet."""
    assert client.validators() == []
    least = client.contract("Staking").call("terms").min_validator_stake
    for call in Operator(client.suite, node.holder.address).register(least, 500, "first"):
        assert isinstance(call, Call)
        call.send(node.holder)
    (validator,) = client.validators()
    assert (validator.validator_id, validator.operator, validator.staked, validator.commission_bps, validator.is_active) == (
        1,
        node.holder.address,
        least,
        500,
        True,
    )
    miner, amount = node.miners[0], 100 * WAD
    client.transfer(node.holder.address, miner.address, amount).send(node.holder)
    made = client.stake(miner.address, 1, amount)
    assert [one.split()[0] for one in made.words] == ["approve", "stake"]
    assert len(made.send(miner.key.to_0x_hex())) == 2
    assert client.positions(miner.address) == [mdt.Position(1, 0, amount, 0, 0, 0)]
    assert client.pending_rewards(miner.address) == 0
    client.unstake(miner.address, 1, amount // 2).send(miner)
    assert client.positions(miner.address)[0].staked == amount // 2
    with pytest.raises(StakingError, match="no request is over, the first one is on"):
        client.withdraw(miner.address, 1)
    owed, before = client.pending_rewards(miner.address), client.balance(miner.address)
    client.claim_stake(miner.address).send(miner)
    assert client.balance(miner.address) - before >= owed > 0  # the stream went on until it was mined
    with pytest.raises(StakingError, match="nothing to claim"):
        client.claim_stake(client.contract("MDT").address)


def test_client__what_goes_wrong__is_said(node, client, tmp_path):
    stranger = Account.from_key(b"\x07" * 32).address
    assert client.claimable(stranger, node.bundles).claimable == 0
    with pytest.raises(KeeperError, match="nothing to claim"):
        client.claim(stranger, node.bundles)
    with pytest.raises(KeeperError, match="fetch the published bundles"):
        client.claimable(stranger, tmp_path)
    with pytest.raises(AccountError, match="that is no private key") as refused:
        signer_of("0x1234")
    assert "1234" not in str(refused.value)
    with pytest.raises(DeploymentError, match="no deployment in"):
        mdt.connect(tmp_path, rpc=node.proxy.url)
    with pytest.raises(NodeError, match="does not answer"):
        mdt.connect(node.records, rpc="http://127.0.0.1:1")
    with pytest.raises(AttributeError, match="no attribute 'nothing'; public are Claim, Client"):
        _ = mdt.nothing


def test_types__examples_against_the_wheel_alone__strict(fresh, empty):
    mypy = [sys.executable, "-m", "mypy", "--strict", "--python-executable", str(fresh), "--config-file", os.devnull, "examples"]
    done = subprocess.run(mypy, cwd=empty, env=bare(), capture_output=True, text=True, timeout=480, check=False)
    assert done.returncode == 0, done.stdout
