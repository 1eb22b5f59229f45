"""The suite on a chain of its own, the people in its life, and the gas of what they do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import astuple
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from web3 import Web3
from web3.contract import Contract

from bench.gas.chain import PRESET, Chain
from mdt.chain.localchain import advance
from mdt.crypto.merkle import AuditTree, MerkleTree
from mdt.deploy.parts import EVERY_PART
from mdt.model.controller import Report
from mdt.names import EVERY_SOURCE
from mdt.units import WAD
from tools import contracts

UNIT = 10**18
DAY = 86_400
FOR_EVER = 2**256 - 1
DATA_HASH = Web3.keccak(text="bundle")
INPUTS = (8_000, 7 * WAD // 10, 9 * WAD // 10)  # the documents' epoch 1000
REPORTERS = sorted((Account.from_key(Web3.keccak(text=f"mdt gas reporter {index}")) for index in range(5)), key=lambda account: account.address.lower())
QUORUM = 3
VIEW = ("view", "pure")

Views = Mapping[str, Mapping[str, Any]]
"""Contract -> arguments of its views: `function.argument`, or `argument`, or a type -> value, or what tells it at the time."""


class Life:
    """The suite, its actors, and the gas of what they do.

    Attributes:
        rows: Contract -> signature -> gas.
        earned: What every miner has earned so far.
    """

    def __init__(self) -> None:
        self.chain = Chain()
        self.settings = PRESET
        self.rows: dict[str, dict[str, int]] = {}
        self.earned: dict[str, int] = {}
        self.contracts: dict[str, Contract] = {}
        self.owner, self.guardian, self.minter, self.keeper, self.holder, self.other, self.validator = (self.chain.account() for _ in range(7))

    def deploy(self, name: str, **changed: Any) -> Contract:
        """Deploy a contract, owned by the owner, beside those that are there; its row is `__init__`, without the compiler's footer: a hash of the sources."""
        people = {"owner": self.owner, "guardian": self.guardian}
        known = {argument: account for argument, account in people.items() if f"_{argument}" in EVERY_PART[name].values}
        self.contracts[name] = self.chain.deploy(name, self.contracts, **(known | changed))
        self.rows[name] = {"__init__": self.chain.deploy_gas[name] - contracts.footer_gas(EVERY_SOURCE[name])}
        return self.contracts[name]

    def call(self, name: str, function: str, *arguments: Any, sender: LocalAccount | None = None) -> int:
        """Do it, and keep its gas under the function's signature; a later call replaces an earlier one."""
        contract = self.contracts[name]
        (found,) = [one for one in contract.all_functions() if one.abi["name"] == function and len(one.abi.get("inputs", [])) == len(arguments)]
        gas = self.chain.send(found(*arguments), sender or self.owner)
        self.rows[name][contracts.signature(found.abi)] = gas
        return gas

    def view(self, name: str, function: str, *arguments: Any) -> Any:
        """Read, without a row."""
        return self.contracts[name].functions[function](*arguments).call()

    def address(self, name: str) -> str:
        """Of a contract of the suite."""
        return str(self.contracts[name].address)

    def look(self, names: Iterable[str], views: Views, without: Iterable[str] = ()) -> None:
        """Every view of some contracts, each as a transaction of its own; but for those that refuse always."""
        for name in names:
            for found in self.contracts[name].all_functions():
                if found.abi["stateMutability"] in VIEW and found.abi["name"] not in without:
                    arguments = [_argument(views.get(name, {}), name, found.abi["name"], item) for item in found.abi["inputs"]]
                    self.rows[name][contracts.signature(found.abi)] = self.chain.send(found(*arguments), self.keeper)

    def hand_over(self, names: Iterable[str]) -> None:
        """Contracts get another owner."""
        for name in names:
            self.call(name, "transfer_ownership", self.other.address)
            self.call(name, "accept_ownership", sender=self.other)

    # --- epochs, which several areas go through ---

    def end_epoch(self) -> int:
        """Go on until the next epoch can be reported."""
        epoch: int = self.view("EmissionController", "next_epoch")
        missing = self.view("EmissionController", "epoch_bounds", epoch)[1] - self.chain.block_number
        if missing > 0:
            advance(self.chain.web3, missing)
        return epoch

    def submit(self, entries: dict[str, int] | None = None) -> None:
        """End the epoch and report it; with entries (account, cumulative) a new root."""
        epoch = self.end_epoch()
        root, total = self.view("RewardDistributor", "root"), self.view("RewardDistributor", "total_funded")
        audit_root = bytes(32)
        if entries is not None:
            tree = MerkleTree.build(entries.items())
            root, audit_root = tree.root, AuditTree(tree).root
            total += self.miner_share(epoch)
        report = astuple(Report(epoch, self.view("EmissionController", "attempt"), *INPUTS, bytes(root), audit_root, total, DATA_HASH))
        digest = self.view("EmissionController", "report_digest", report)
        self.call("EmissionController", "submit_report", report, signed(digest), sender=self.keeper)

    def miner_share(self, epoch: int) -> int:
        """What the miners of an epoch with the usual inputs get."""
        amounts = self.view("EmissionController", "preview", epoch, *INPUTS)
        entry: Any = next(entry for entry in self.contracts["EmissionController"].abi if entry.get("name") == "preview")
        names = [item["name"] for item in entry["outputs"][0]["components"]]
        return int(amounts[names.index("miner_share")])

    def settle(self) -> None:
        """Wait for the delay and settle."""
        self.chain.travel(self.settings.emission.report_delay)
        self.chain.mine()
        self.call("EmissionController", "settle", sender=self.keeper)


def signed(digest: bytes) -> list[bytes]:
    """A quorum's signatures."""
    return [bytes(reporter.unsafe_sign_hash(digest).signature) for reporter in REPORTERS[:QUORUM]]


def _argument(views: Mapping[str, Any], contract: str, function: str, item: Any) -> Any:
    for key in (f"{function}.{item['name']}", item["name"], item["type"]):
        if key in views:
            value = views[key]
            return value() if callable(value) else value
    raise LookupError(f"{contract}.{function}: no area says what its views are given for {item['name']}: add it to that area's `views`")
