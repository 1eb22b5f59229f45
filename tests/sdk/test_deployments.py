"""The records in `deployments/`: complete, readable by name, of the contracts and presets that are here, and described as they are."""

from __future__ import annotations

import json
import re

import pytest
import rlp
from eth_utils import keccak, to_checksum_address

from mdt.errors import DeploymentError
from mdt.files import ROOT
from mdt.names import SOURCES
from mdt.preset.settings import load
from mdt.suite.records import ContractRecord, Folder, NetworkRecord, preset_hash

PUBLIC = sorted(path.parent.name for path in (ROOT / "deployments").glob("*/network.json") if path.parent.name != "local")
README = (ROOT / "deployments" / "README.md").read_text(encoding="utf-8")


def by_content(abi: list) -> list[str]:
    return sorted(json.dumps(entry, sort_keys=True) for entry in abi)


def test_readme__lists_every_record():
    assert PUBLIC
    for name in PUBLIC:
        assert f"| `{name}` | {Folder.of(name).load_network().chain_id} |" in README


def test_readme__format__every_key_and_no_other():
    network, contract = README.split("`network.json` says")[1].split("`<Contract>.json`, one")
    for text, kind in ((network, NetworkRecord), (contract, ContractRecord)):
        rows = "".join(line.split("|")[1] for line in text.splitlines() if line.startswith("| `"))
        assert sorted(re.findall(r"`(\w+)`", rows)) == sorted(kind.__dataclass_fields__)


@pytest.mark.parametrize("name", PUBLIC)
def test_record__complete_and_of_what_is_here(name):
    folder = Folder.of(name)
    record = folder.load_network()
    assert (record.network, record.is_complete, record.pending) == (name, True, None)
    assert record.preset_hash == preset_hash(load(record.preset))
    for contract in SOURCES:
        kept = folder.find(contract)
        assert by_content(kept.abi) == by_content(json.loads((ROOT / "snapshots" / "abi" / f"{contract}.json").read_text(encoding="utf-8")))


def test_record__demo_devnet__addresses_are_the_public_deployers():
    """Whoever deploys with the demo's keys on an empty devnet gets these addresses: they follow from the deployer and the order alone."""
    folder = Folder.of("demo-devnet")
    record = folder.load_network()
    created = {to_checksum_address(keccak(rlp.encode([bytes.fromhex(record.deployer[2:]), nonce]))[-20:]) for nonce in range(len(record.steps) + 1)}
    assert {folder.find(name).address for name in SOURCES} <= created


def test_folder__no_record_of_that_name__says_what_to_do():
    with pytest.raises(DeploymentError, match=r"no deployment in .*nowhere"):
        Folder.of("nowhere").load_network()
