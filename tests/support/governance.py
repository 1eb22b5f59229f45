"""A timelock on an embedded chain of its own, and a suite that exists on paper only: names, addresses and ABIs, for what asks no chain."""

from __future__ import annotations

import random
from functools import cache
from types import SimpleNamespace
from typing import Any

from eth_abi.abi import encode
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from web3 import Web3

from mdt.chain import abi as abilib
from mdt.chain.connecting import chain_of
from mdt.chain.contract import Contract
from mdt.chain.signers import LocalSigner
from mdt.deploy.compiled import from_vyper
from mdt.suite.directory import Directory
from mdt.suite.opened import Suite
from mdt.units import DAY
from tests.support.chains import accounts
from tests.support.suite import FAST
from tools import contracts


@cache
def abis() -> dict[str, abilib.Abi]:
    """The ABI of every contract, by its bare name."""
    return {name: contracts.in_order(artifact.abi) for name, artifact in from_vyper().items()}


def address_of(name: str) -> str:
    """Where a contract of the suite on paper stands."""
    return to_checksum_address(keccak(text=name)[:20])


@cache
def paper_suite() -> Suite:
    """All contracts, without a chain behind them."""
    people = {"arbiter": address_of("arbiter"), "guardian": address_of("guardian"), "deployer": address_of("me"), "token_guardian": "", "report_guardian": ""}
    record: Any = SimpleNamespace(**people, reporters=[address_of("reporter")], proposers=[], executors=[], allocations=lambda: ())
    chain: Any = None
    return Suite(chain, record, {name: Contract(chain, address_of(name), abi, name) for name, abi in abis().items()})  # type: ignore[arg-type]


@cache
def paper_book() -> Directory:
    """What governance knows of the suite on paper."""
    return Directory(paper_suite())


def deploy_timelock(w3: Web3, delay: int = 2 * DAY) -> Contract:
    """A timelock: account 1 proposes, account 2 is the guardian, anybody executes."""
    keys, chain = accounts(w3), chain_of(w3, int(w3.eth.chain_id), FAST)
    compiled = from_vyper(("Timelock",))["Timelock"]
    arguments = encode(["uint256", "address[]", "address[]", "address"], [delay, [keys[1].address], [], keys[2].address])
    receipt = chain.send(LocalSigner(keys[0]), None, compiled.bytecode + arguments, "deploy Timelock")
    assert receipt.contract_address is not None
    return Contract(chain, receipt.contract_address, abis()["Timelock"], "Timelock")


def mutating() -> list[tuple[str, abilib.AbiEntry]]:
    """Every function that changes something, with its contract."""
    return [
        (name, entry) for name, abi in abis().items() for entry in abi if entry["type"] == "function" and entry["stateMutability"] in ("nonpayable", "payable")
    ]


def made_up(item: abilib.AbiEntry, source: random.Random) -> Any:
    """A value of a type of the ABI."""
    kind = item["type"]
    if kind.endswith("]"):
        size = kind[kind.rindex("[") + 1 : -1]
        element = {**item, "type": kind[: kind.rindex("[")]}
        return [made_up(element, source) for _ in range(int(size) if size else source.randrange(4))]
    if kind == "tuple":
        return {part["name"]: made_up(part, source) for part in item["components"]}
    if kind == "address":
        return to_checksum_address(source.randbytes(20)) if source.random() < 0.7 else address_of(source.choice(list(abis())))
    if kind == "bool":
        return source.random() < 0.5
    if kind == "string":
        return "words, and Wörter"[: source.randrange(17)]
    if kind.startswith("bytes"):
        return source.randbytes(int(kind.removeprefix("bytes") or source.randrange(70)))
    return source.choice([0, 1, source.getrandbits(64), 2 ** int(kind.removeprefix("uint")) - 1]) % 2 ** int(kind.removeprefix("uint"))
