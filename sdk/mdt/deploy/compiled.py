"""The suite's contracts as they are deployed: compiled from the sources that are there, and kept until a source changes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eth_utils.crypto import keccak

from mdt.chain.abi import Abi
from mdt.errors import MDTError
from mdt.files import ROOT, write_whole
from mdt.names import EVERY_SOURCE, EXTENSIONS, OF_THE_CODE, SOURCES

if TYPE_CHECKING:
    from vyper.compiler.phases import CompilerData


@dataclass(frozen=True)
class Artifact:
    """One compiled contract.

    Attributes:
        bytecode: Initcode without constructor arguments.
        runtime: Runtime code without the immutables that the constructor appends.
        compiler: Name, version and settings, as recorded in `deployments/`.
        source_hash: keccak256 over all Vyper sources of the project, the contract's path first.
    """

    name: str
    abi: Abi = field(repr=False)
    bytecode: bytes = field(repr=False)
    runtime: bytes = field(repr=False)
    compiler: dict[str, Any]
    source_hash: str


def from_vyper(names: tuple[str, ...] = tuple(SOURCES), root: Path = ROOT, tell: Callable[[str], None] = lambda _: None) -> dict[str, Artifact]:
    """Compile with the installed vyper; what was compiled from the same sources before is kept in `.cache/compiled`.

    Args:
        names: Which contracts.
        root: The checkout.
        tell: Is told of each contract that has to be compiled: it takes seconds.

    Raises:
        MDTError: the sources are not there.
    """
    found, sources = {}, _sources(root)
    for name in names:
        hashed = _hashed(name, sources)
        if not _kept(hashed, root).is_file():
            tell(f"compile {name}")
        found[name] = _compile(name, root, hashed)
    return {name: replace(one, abi=interface(name, one.abi, lambda other: _compile(other, root, _hashed(other, sources)).abi)) for name, one in found.items()}


def interface(name: str, own: Abi, of: Callable[[str], Abi]) -> Abi:
    """What a contract can be asked at its address.

    Args:
        name: The contract.
        own: What its source has.
        of: The same of another contract's source.

    Returns:
        With the functions of its extension, if it has one: how calls get there is no part of it. Of an extension what lies in its code.
    """
    if name in EXTENSIONS.values():
        return [entry for entry in own if entry["type"] == "constructor" or entry.get("name") in OF_THE_CODE]
    own = [entry for entry in own if entry["type"] != "fallback"]
    more = of(EXTENSIONS[name]) if name in EXTENSIONS else []
    return own + [entry for entry in more if entry not in own and entry["type"] != "constructor"]


def source_hash(name: str, root: Path = ROOT) -> str:
    """keccak256 over the paths and contents of all Vyper sources, after the contract's own path."""
    return _hashed(name, _sources(root))


def keep(name: str, data: CompilerData, hashed: str, root: Path = ROOT) -> Artifact:
    """Keep what the compiler made of a contract for whoever asks next, unless somebody edited the sources meanwhile.

    Args:
        name: The contract.
        data: What was made of it.
        hashed: The sources' hash from before anything of them was read.
        root: The checkout.
    """
    made = Artifact(name, _abi(data), data.bytecode, data.bytecode_runtime, _compiler(), hashed)
    if source_hash(name, root) == hashed:
        with suppress(OSError):  # a folder that cannot be written to costs time, nothing else
            write_whole(_kept(hashed, root), json.dumps({"abi": made.abi, "bytecode": made.bytecode.hex(), "runtime": made.runtime.hex()}))
    return made


def is_kept(name: str, root: Path = ROOT) -> bool:
    """Whether a contract was compiled before from the sources as they are."""
    return _kept(source_hash(name, root), root).is_file()


def _sources(root: Path) -> str:
    """The paths and contents of all Vyper sources."""
    parts = []
    for folder in ("contracts", "interfaces"):
        for path in sorted((root / folder).rglob("*.vy*")):
            parts += [path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")]
    return "\0".join(parts)


@lru_cache(maxsize=2 * len(EVERY_SOURCE))
def _hashed(name: str, sources: str) -> str:
    """The hash of sources for a contract. They are hashed once for each contract, and a process may ask for all of them at every command."""
    return "0x" + keccak(f"{EVERY_SOURCE.get(name, name)}\0{sources}".encode()).hex()


@cache
def _compile(name: str, root: Path, hashed: str) -> Artifact:
    """A contract out of the folder of what was compiled before, or compiled and put there: it takes a second or two, and every process of a test run asks."""
    with suppress(OSError, ValueError, KeyError):
        found = json.loads(_kept(hashed, root).read_text(encoding="utf-8"))
        return Artifact(name, found["abi"], bytes.fromhex(found["bytecode"]), bytes.fromhex(found["runtime"]), _compiler(), hashed)
    return keep(name, _freshly_compiled(name, root), hashed, root)


@cache
def _version(package: str) -> str:
    """Of an installed package, which stays the same for as long as a process runs."""
    return version(package)


def _kept(hashed: str, root: Path) -> Path:
    key = keccak(text=f"{hashed} {_version('vyper')} {_version('snekmate')}").hex()
    return root / ".cache" / "compiled" / f"{key}.json"


def _freshly_compiled(name: str, root: Path) -> CompilerData:
    from vyper.compiler.input_bundle import FilesystemInputBundle
    from vyper.compiler.phases import CompilerData

    source = root / "contracts" / f"{EVERY_SOURCE[name]}.vy"
    if not source.is_file():
        raise MDTError(f"the contract {name} is missing: {source} is no file; run this in a checkout of the project")
    search = [Path(entry) for entry in sys.path if entry.endswith("site-packages")]
    bundle = FilesystemInputBundle([*search, root])
    return CompilerData(bundle.load_file(f"contracts/{EVERY_SOURCE[name]}.vy"), bundle)


def _abi(data: CompilerData) -> Abi:
    """A contract's interface."""
    from vyper.compiler.output import build_abi_output

    found: Abi = build_abi_output(data)
    return found


def _compiler() -> dict[str, Any]:
    return {"name": "vyper", "version": _version("vyper"), "settings": {"optimize": "gas", "evm_version": "cancun", "set_in": "source pragmas"}}
