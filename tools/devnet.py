"""The record of the demo's devnet in `deployments/demo-devnet`: `python -m tools.devnet` deploys the suite on an embedded chain and writes it.

The chain begins at a fixed time and everybody's key is public, so the same sources give the same record, byte for byte. Nobody runs this chain:
the record shows the form, and whoever deploys with these keys on an empty devnet gets these addresses.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from eth_tester import EthereumTester, PyEVMBackend
from web3 import EthereumTesterProvider, Web3
from web3.providers.eth_tester.defaults import API_ENDPOINTS

from mdt.chain.connecting import chain_of
from mdt.chain.policy import Policy
from mdt.deploy.compiled import from_vyper
from mdt.deploy.options import Options
from mdt.deploy.run import Deployment
from mdt.preset.genesis import Portion, of_preset
from mdt.preset.settings import load
from mdt.runs.network import actors
from mdt.suite.records import Folder

ROOT = Path(__file__).resolve().parents[1]
NAME, CHAIN_ID = "demo-devnet", 88_980
PRESET = "adr-literal"
GENESIS_TIME = 1_798_761_600
"""The chain's first second: 2027-01-01."""
REPORTERS, QUORUM = 5, 3


def chain() -> Web3:
    """An embedded chain with the devnet's chain id."""
    backend = PyEVMBackend(genesis_parameters=PyEVMBackend.generate_genesis_params(overrides={"timestamp": GENESIS_TIME}))
    backend.chain.chain_id = CHAIN_ID
    answers: dict[str, Any] = {**API_ENDPOINTS, "eth": {**API_ENDPOINTS["eth"], "chainId": lambda *_: CHAIN_ID}}
    return Web3(EthereumTesterProvider(EthereumTester(backend), answers))


def address(role: str, number: int = 0) -> str:
    """The address of one of the demo's actors."""
    return actors(role, number + 1)[number].address


def deploy(folder: Path) -> None:
    """Deploy the suite as the demo does, and leave its records in a folder."""
    w3, settings = chain(), load(PRESET)
    (deployer,) = actors("deployer", 1)
    w3.eth.wait_for_transaction_receipt(w3.eth.send_transaction({"from": w3.eth.accounts[0], "to": deployer.address, "value": Web3.to_wei(1_000, "ether")}))
    options = Options(
        settings=settings,
        network=NAME,
        guardian=address("guardian"),
        arbiter=address("arbiter"),
        reporters=tuple(sorted((address("reporter", number) for number in range(REPORTERS)), key=lambda one: int(one, 16))),
        quorum=QUORUM,
        proposers=(address("proposer"),),
        holders={one.recipient: (Portion(address(f"holder {one.recipient}")),) for one in of_preset(settings) if one.is_open},
    )
    made = Deployment.prepare(chain_of(w3, CHAIN_ID, Policy(poll_seconds=0.01)), deployer, Folder(folder), from_vyper(), options)
    for _ in made.run():
        pass


def main() -> None:
    """Write the record anew."""
    target = ROOT / "deployments" / NAME
    with tempfile.TemporaryDirectory() as scratch:
        deploy(Path(scratch) / NAME)
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(Path(scratch) / NAME, target)
    print(f"devnet: wrote {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
