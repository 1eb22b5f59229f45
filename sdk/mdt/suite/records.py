"""Records of deployments: `deployments/<network>/` holds one JSON per contract and `network.json`.

A record carries all that a second deploy or a check of the state needs, because a Luxtensor node can lose contract storage
when it restarts. Files are written atomically: a process may die at any point and leaves either the old or the new content.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from eth_utils.crypto import keccak

from mdt.chain.abi import Abi
from mdt.addresses import parse_address
from mdt.deploy.compiled import ROOT, SOURCES
from mdt.chain.contract import Contract
from mdt.errors import DeploymentError
from mdt.preset.genesis import Allocation
from mdt.preset.settings import Settings
from mdt.chain.transactions import Chain, SignedTransaction
from mdt.units import Denomination, use_denomination

FORMAT = 4
DEPLOYMENTS = ROOT / "deployments"


@dataclass(frozen=True)
class ContractRecord:
    """One deployed contract.

    Attributes:
        constructor: The arguments as people read them: name, type, value.
        constructor_encoded: The same, as appended to the initcode (0x).
        code_hash: keccak256 of the code on chain, immutables included.
        bytecode_hash: keccak256 of the initcode without arguments.
    """

    name: str
    address: str
    tx_hash: str
    block_number: int
    constructor: list[dict[str, Any]]
    constructor_encoded: str
    code_hash: str
    bytecode_hash: str
    compiler: dict[str, Any]
    source_hash: str
    abi: Abi = field(repr=False)

    def given(self, name: str) -> Any:
        """What the constructor was given for an argument.

        Raises:
            DeploymentError: the record has no such argument.
        """
        for one in self.constructor:
            if one["name"] == name:
                return one["value"]
        raise DeploymentError(f"the record of {self.name} has no constructor argument {name}: it was made by another version; use that one, or deploy anew")


@dataclass
class NetworkRecord:
    """What a deployment was built from, and how far it got.

    Attributes:
        owner: "Timelock", or the deployer's address when nothing is handed over.
        executors: Of the timelock; anyone when empty.
        arbiter: "Timelock", or an address.
        pool_operator: Of the pools the preset begins with: "Timelock", or an address.
        genesis: Resolved allocations.
        vesting_starts: The start of the genesis schedules; the last one counts, earlier ones were replaced before all schedules were there.
    """

    network: str
    chain_id: int
    preset: str
    preset_hash: str
    start_block: int
    deployer: str
    owner: str
    proposers: list[str]
    executors: list[str]
    guardian: str
    arbiter: str
    pool_operator: str
    reporters: list[str]
    quorum: int
    genesis: list[dict[str, Any]]
    vesting_starts: list[int]
    block_time: str
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    pending: dict[str, Any] | None = None
    is_complete: bool = False
    format: int = FORMAT

    def allocations(self) -> tuple[Allocation, ...]:
        """The genesis."""
        return tuple(Allocation(**{**one, "amount": int(one["amount"])}) for one in self.genesis)

    def pending_transaction(self) -> tuple[str, SignedTransaction] | None:
        """The step whose transaction was signed and not recorded as mined, if any."""
        if self.pending is None:
            return None
        return self.pending["step"], SignedTransaction(**{key: self.pending[key] for key in ("tx_hash", "raw", "sender", "nonce")})


def preset_hash(settings: Settings) -> str:
    """keccak256 of a preset's values, whatever its file looks like."""
    return "0x" + keccak(json.dumps(settings.model_dump(mode="json"), sort_keys=True, separators=(",", ":")).encode()).hex()


@dataclass(frozen=True)
class Folder:
    """The folder of one network."""

    path: Path

    @classmethod
    def of(cls, network: str, base: Path = DEPLOYMENTS) -> Folder:
        """The default folder of a network; local chains share the git-ignored `deployments/local`."""
        return cls(base / network)

    # --- network.json ---

    def find_network(self) -> NetworkRecord | None:
        """The record, or None when nothing was ever deployed here."""
        source = self.path / "network.json"
        if not source.exists():
            return None
        content = read_json(source)
        if content.get("format") != FORMAT:
            raise DeploymentError(
                f"{source} has format {content.get('format')!r}, this version reads {FORMAT}, with pools, schedules and the fee desk:"
                " use the version that wrote it, or set the records aside with --fresh and deploy anew"
            )
        try:
            return NetworkRecord(**content)
        except TypeError as error:
            raise DeploymentError(f"{source} is not a deployment record ({error}): restore it from version control or backup") from error

    def load_network(self) -> NetworkRecord:
        """The record of a deployment.

        Raises:
            DeploymentError: nothing here, or unreadable.
        """
        record = self.find_network()
        if record is None:
            raise DeploymentError(f"no deployment in {self.path}: run `ape run deploy` for this network first, or name the folder with --deployments")
        return record

    def save_network(self, record: NetworkRecord) -> None:
        """Write `network.json` atomically."""
        write_json(self.path / "network.json", asdict(record))

    # --- contracts ---

    def denomination(self) -> Denomination | None:
        """How amounts of the recorded token are written, or None when none is recorded."""
        token = self.find("MDT")
        return None if token is None else Denomination(str(token.given("_symbol")), int(token.given("_decimals")))

    def find(self, name: str) -> ContractRecord | None:
        """A contract's record, or None."""
        source = self.path / f"{name}.json"
        if not source.exists():
            return None
        try:
            return ContractRecord(**read_json(source))
        except TypeError as error:
            raise DeploymentError(f"{source} is not a contract record ({error}): restore it from version control or backup") from error

    def save(self, record: ContractRecord) -> None:
        """Write a contract's record atomically."""
        write_json(self.path / f"{record.name}.json", asdict(record))

    def discard(self, names: tuple[str, ...] = tuple(SOURCES), *, network: bool = True) -> list[Path]:
        """Set records aside (renamed, never deleted), with the network's the operations of its timelock; returns the new names."""
        moved = []
        for name in (*(f"{one}.json" for one in names), *(("network.json", "operations") if network else ())):
            source = self.path / name
            if source.exists():
                number = 1
                while (target := self.path / "abandoned" / f"{source.stem}.{number}{source.suffix}").exists():
                    number += 1
                target.parent.mkdir(parents=True, exist_ok=True)
                source.replace(target)
                moved.append(target)
        return moved


@dataclass(frozen=True)
class Suite:
    """The contracts of a finished deployment, ready to be called."""

    chain: Chain
    record: NetworkRecord
    contracts: Mapping[str, Contract]

    def __getitem__(self, name: str) -> Contract:
        return self.contracts[name]


def open_suite(chain: Chain, folder: Folder, *, unfinished: bool = False) -> Suite:
    """The deployed contracts, after checking that record and chain belong together; amounts are written in their token's unit from then on.

    Args:
        chain: Where they live.
        folder: Their records.
        unfinished: Accept a deployment that is not complete.

    Raises:
        DeploymentError: no record, an unfinished one, another chain's, or one whose contracts are not on this chain.
        WrongChainError: the node serves another chain.
    """
    record = folder.load_network()
    if record.chain_id != chain.chain_id:
        raise DeploymentError(f"{folder.path} describes chain id {record.chain_id}, the network is {chain.chain_id}: check --network and --deployments")
    chain.check()
    if not record.is_complete and not unfinished:
        done = ", ".join(record.steps) or "none"
        raise DeploymentError(f"the deployment in {folder.path} is unfinished (steps done: {done}): run the same `ape run deploy` again, it resumes")
    contracts = {}
    for name in SOURCES:
        one = folder.find(name)
        if one is None:
            if unfinished:
                continue
            raise DeploymentError(f"{folder.path / f'{name}.json'} is missing: restore it from version control or backup")
        contracts[name] = Contract(chain, parse_address(one.address), one.abi, name)
    gone = [name for name in contracts if name in ("MDT", "EmissionController") and not chain.code(contracts[name].address)]
    if gone:
        raise DeploymentError(
            f"{gone[0]} of {folder.path} has no code at {contracts[gone[0]].address} on chain {chain.chain_id}:"
            " the chain was restarted or is another one; deploy again, or check --network"
        )
    unit = folder.denomination()
    if unit is not None:
        use_denomination(*unit)
    return Suite(chain, record, contracts)


def readable(value: Any) -> Any:
    """A value for JSON: integers beyond 2^53 as decimal strings, so that every reader keeps them exact."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, Mapping):
        return {str(key): readable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [readable(item) for item in value]
    return value


def read_json(source: Path) -> dict[str, Any]:
    """A record's content.

    Raises:
        DeploymentError: unreadable, or not a mapping.
    """
    try:
        content = json.loads(source.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DeploymentError(f"{source} cannot be read ({error}): restore it from version control or backup") from error
    if not isinstance(content, dict):
        raise DeploymentError(f"{source} is not a record: restore it from version control or backup")
    return content


def write_json(target: Path, content: Any) -> None:
    """Write a record atomically."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(f".{os.getpid()}.tmp")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(target)
