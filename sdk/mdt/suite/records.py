"""Records of deployments: `deployments/<network>/` holds one JSON per contract and `network.json`.

A record carries all that a second deploy or a check of the state needs, because a Luxtensor node can lose contract storage
when it restarts. Files are written atomically: a process may die at any point and leaves either the old or the new content.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from functools import cache, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar, get_type_hints

from eth_utils.crypto import keccak
from pydantic import TypeAdapter, ValidationError

from mdt.chain.abi import Abi
from mdt.chain.transactions import SignedTransaction
from mdt.errors import DeploymentError
from mdt.files import ROOT, is_checkout, read_json, read_record, record_of, shipped, write_json
from mdt.names import MARKET, MARKET_NAME, SOURCES, market_named
from mdt.preset.genesis import Allocation
from mdt.preset.settings import Settings
from mdt.units import Denomination
from mdt.written.characters import shown

R = TypeVar("R")

FORMAT = 4


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
        steps: The transaction of each step that was sent: `tx`, `block`, `gas`, `nonce`. A step that somebody else did has none.
        others: The deployer's transactions that made no step: `what`, `tx` and `nonce` of those the chain refused, and of steps that were made anew.
        closing_nonce: How many transactions the deployer had sent when the deployment was complete; None before.
        replaced: Contracts that were replaced since, oldest first: `contract`, its `address`, the one `by` which, `creator` and `nonce` of that one's
            creation, and the `operations` that put it in place. Their records are in `replaced/`.
        replacing: A replacement that is under way: `contract`, `pending` transaction, `steps`, `operations`. What it has made is in `replacing/`.
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
    others: list[dict[str, Any]] = field(default_factory=list)
    closing_nonce: int | None = None
    format: int = FORMAT
    replaced: list[dict[str, Any]] = field(default_factory=list)
    replacing: dict[str, Any] | None = None
    token_guardian: str = ""
    report_guardian: str = ""

    def allocations(self) -> tuple[Allocation, ...]:
        """The genesis."""
        return tuple(Allocation(**{**one, "amount": int(one["amount"])}) for one in self.genesis)

    def replacements_of(self, name: str) -> list[dict[str, Any]]:
        """The entries of `replaced` about a contract, oldest first."""
        return [one for one in self.replaced if one["contract"] == name]

    def pending_transaction(self) -> tuple[str, SignedTransaction] | None:
        """The step whose transaction was signed and not recorded as mined, if any."""
        if self.pending is None:
            return None
        return self.pending["step"], SignedTransaction(**{key: self.pending[key] for key in ("tx_hash", "raw", "sender", "nonce")})


@cache
def _types(kind: Any) -> dict[str, TypeAdapter[Any]]:
    """What checks each field of a record."""
    return {name: TypeAdapter(found) for name, found in get_type_hints(kind).items()}


def _made(kind: Callable[..., R], content: dict[str, Any], source: Path) -> R:
    """A record of a file's content.

    Raises:
        DeploymentError: a field is missing, unknown or of another type.
    """
    try:
        for name, check in _types(kind).items():
            if name in content:
                check.validate_python(content[name], strict=True)
        return kind(**content)
    except ValidationError as error:
        words = f"{source}: {name} is {shown(content[name])}: {error.errors()[0]['msg']}"
        raise DeploymentError(f"{words}. Restore it from version control or backup") from error
    except TypeError as error:
        raise DeploymentError(f"{source} is not a record of its kind ({error}): restore it from version control or backup") from error


@lru_cache(maxsize=64)
def _contract(data: bytes, source: Path) -> ContractRecord:
    """A contract's record of a file's bytes. A deployment asks for the same ones thousands of times; nobody changes what is returned."""
    return _made(ContractRecord, record_of(data, source), source)


def _fields_of(record: ContractRecord | NetworkRecord) -> dict[str, Any]:
    """A record's fields by name, to be written at once. `asdict` would copy all values first, and a deployment writes its record twice for each step."""
    return {one.name: getattr(record, one.name) for one in fields(record)}


def preset_hash(settings: Settings) -> str:
    """keccak256 of a preset's values, whatever its file looks like. One without markets has the hash it had before there were any."""
    values = settings.model_dump(mode="json", exclude=None if settings.markets else {"markets"})
    return "0x" + keccak(json.dumps(values, sort_keys=True, separators=(",", ":")).encode()).hex()


def _bases() -> tuple[Path, Path]:
    """Where folders of networks are: those of the checkout or the current folder, and the public ones that came with the package."""
    return (ROOT if is_checkout() else Path.cwd()) / "deployments", shipped("deployments")


@dataclass(frozen=True)
class Folder:
    """The folder of one network."""

    path: Path

    @classmethod
    def of(cls, network: str) -> Folder:
        """The default folder of a network: `deployments/<network>` of the checkout; local chains share the git-ignored `deployments/local`.

        An installed package has no checkout: there it is that of the current folder, or else the public record that came with the package.
        """
        here, public = (folder / network for folder in _bases())
        return cls(public if not here.is_dir() and public.is_dir() else here)

    @classmethod
    def recorded(cls) -> list[Folder]:
        """Every network's folder with a record in it, by name; one of our own hides the public one of the same name."""
        found = {path.parent.name: path.parent for base in reversed(_bases()) for path in base.glob("*/network.json")}
        return [cls(found[name]) for name in sorted(found)]

    @contextmanager
    def copied(self) -> Iterator[Folder]:
        """A copy of the records, for a run that is to change none of them; gone afterwards."""
        with TemporaryDirectory() as made:
            copy = Path(made) / self.path.name
            if self.path.is_dir():
                shutil.copytree(self.path, copy)
            yield Folder(copy)

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
        return _made(NetworkRecord, content, source)

    def load_network(self) -> NetworkRecord:
        """The record of a deployment.

        Raises:
            DeploymentError: nothing here, or unreadable.
        """
        record = self.find_network()
        if record is None:
            raise DeploymentError(f"no deployment in {self.path}: run `mdt deploy` for this network first, or name the folder with --deployments")
        return record

    def save_network(self, record: NetworkRecord) -> None:
        """Write `network.json` atomically."""
        write_json(self.path / "network.json", _fields_of(record))

    # --- contracts ---

    def denomination(self) -> Denomination | None:
        """How amounts of the recorded token are written, or None when none is recorded."""
        token = self.find("MDT")
        return None if token is None else Denomination(str(token.given("_symbol")), int(token.given("_decimals")))

    def find(self, name: str) -> ContractRecord | None:
        """A contract's record, or None."""
        source = self._source(name)
        return _contract(read_record(source), source) if source.exists() else None

    def save(self, record: ContractRecord) -> None:
        """Write a contract's record atomically."""
        write_json(self._source(record.name), _fields_of(record))

    def markets(self) -> list[str]:
        """The contracts of the recorded markets, by name: `LiquidityPool:usdx`."""
        return [market_named(path.stem) for path in sorted((self.path / "markets").glob("*.json")) if MARKET_NAME.fullmatch(path.stem)]

    def _source(self, name: str) -> Path:
        """The file of a contract; those of markets have a folder of their own, in which a token that was made for one stands beside it."""
        kind, _, market = name.partition(":")
        return self.path / "markets" / f"{market}{'' if kind == MARKET else f'.{kind}'}.json" if market else self.path / f"{name}.json"

    @property
    def made(self) -> Folder:
        """Records of what an unfinished replacement has made."""
        return Folder(self.path / "replacing")

    def find_replaced(self, name: str, number: int) -> ContractRecord | None:
        """The record of the contract that the `number`th replacement of a name has replaced, counted from 1; None where it is missing."""
        source = self.path / "replaced" / f"{name}.{number}.json"
        return _contract(read_record(source), source) if source.exists() else None

    def keep_replaced(self, record: ContractRecord, number: int) -> None:
        """Write the record of a contract that was replaced, under the number of its replacement."""
        write_json(self.path / "replaced" / f"{record.name}.{number}.json", _fields_of(record))

    def discard(self, names: tuple[str, ...] = tuple(SOURCES), *, network: bool = True) -> list[Path]:
        """Set records aside (renamed, never deleted), with the network's the operations of its timelock and what was replaced; returns the new names."""
        gone = (*(f"{one}.json" for one in names), *(("network.json", "operations", "replaced", "replacing", "markets") if network else ()))
        return [target for name in gone if (target := self._abandon(name)) is not None]

    def discard_made(self) -> Path | None:
        """The same with what an unfinished replacement has made."""
        return self._abandon("replacing")

    def _abandon(self, name: str) -> Path | None:
        """Rename a file or a folder out of the way; None where there is none."""
        source = self.path / name
        if not source.exists():
            return None
        number = 1
        while (target := self.path / "abandoned" / f"{source.stem}.{number}{source.suffix}").exists():
            number += 1
        target.parent.mkdir(parents=True, exist_ok=True)
        return source.replace(target)
