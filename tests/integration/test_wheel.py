"""The wheel in an empty environment and folder: nothing of the repository is there. The examples run against a node, from it and from a checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from eth_account.signers.local import LocalAccount

from mdt.chain import localchain
from mdt.chain.signers import LocalSigner
from mdt.keeper.cycle import Keeper, local_signer
from mdt.oracle.collect import Dataset
from mdt.units import WAD
from tests.luxtensor.proxy import LuxtensorProxy
from tests.support.chains import embedded
from tests.support.deployers import ROOT
from tests.support.fresh import environment
from tests.support.suite import deploy, to_block, write_data
from tools import wheel

EXAMPLES = ROOT / "examples"
ABSENT = "ape vyper eth_tester duckdb pandas pytest"


class Node:
    """A node over HTTP with a deployment, one settled epoch, and two miners that have not claimed."""

    def __init__(self, folder: Path) -> None:
        w3 = embedded()
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


def run(python: Path, folder: Path, *arguments: str, **environ: str) -> str:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "MYPY", "VIRTUAL_ENV"))}
    done = subprocess.run([str(python), *arguments], cwd=folder, env=clean | environ, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def test_command__help__lists_the_groups(fresh, empty):
    shown = run(fresh.with_name("mdt"), empty, "--help")
    assert "token" in shown
    assert "stake" in shown
    assert run(fresh.with_name("mdt"), empty, "--version").startswith("mdt, version ")


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


def test_types__examples_against_the_wheel_alone__strict(fresh, empty):
    mypy = [sys.executable, "-m", "mypy", "--strict", "--python-executable", str(fresh), "--config-file", os.devnull, "examples"]
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "MYPY"))}
    done = subprocess.run(mypy, cwd=empty, env=clean, capture_output=True, text=True, timeout=480, check=False)
    assert done.returncode == 0, done.stdout
