"""The suite's compiled contracts as the tools take them: through ape in scripts, straight through the compiler elsewhere."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from eth_utils.crypto import keccak

from mdt.chain.abi import Abi
from mdt.deploy.artifacts import fresh_contracts
from mdt.errors import MDTError
from mdt.files import ROOT, write_whole
from mdt.names import SOURCES


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


def from_vyper(names: tuple[str, ...] = tuple(SOURCES), root: Path = ROOT) -> dict[str, Artifact]:
    """Compile with the installed vyper; what was compiled from the same sources before is kept in `.cache/compiled`."""
    return {name: _compile(name, root) for name in names}


def from_ape(project: Any, names: tuple[str, ...] = tuple(SOURCES)) -> dict[str, Artifact]:
    """Compile through ape, never older than the sources.

    Raises:
        MDTError: a contract is missing from the project.
    """
    find_vyper()
    contracts = fresh_contracts(project)
    artifacts = {}
    for name in names:
        if name not in contracts:
            raise MDTError(f"the project has no contract {name}: expected contracts/{SOURCES.get(name, name)}.vy; run from the project's root")
        kind = contracts[name].contract_type
        artifacts[name] = Artifact(
            name=name,
            abi=json.loads(json.dumps([entry.model_dump(mode="json", by_alias=True, exclude_none=True) for entry in kind.abi])),
            bytecode=bytes(kind.get_deployment_bytecode() or b""),
            runtime=bytes(kind.get_runtime_bytecode() or b""),
            compiler=_compiler(),
            source_hash=source_hash(name, ROOT),
        )
    return artifacts


def find_vyper() -> None:
    """Put the directory of this Python first on PATH: ape runs whichever vyper it finds there."""
    here = str(Path(sys.executable).parent)
    parts = os.environ.get("PATH", "").split(os.pathsep)
    if parts[0] != here:
        os.environ["PATH"] = os.pathsep.join([here, *parts])


def source_hash(name: str, root: Path = ROOT) -> str:
    """keccak256 over the paths and contents of all Vyper sources, after the contract's own path."""
    parts = [SOURCES.get(name, name)]
    for folder in ("contracts", "interfaces"):
        for path in sorted((root / folder).rglob("*.vy*")):
            parts += [path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")]
    return "0x" + keccak("\0".join(parts).encode()).hex()


@cache
def _compile(name: str, root: Path) -> Artifact:
    """A contract out of the folder of what was compiled before, or compiled and put there: it takes a second or two, and every process of a test run asks."""
    hashed = source_hash(name, root)
    key = keccak(text=f"{hashed} {version('vyper')} {version('snekmate')}").hex()
    kept = root / ".cache" / "compiled" / f"{key}.json"
    with suppress(OSError, ValueError, KeyError):
        found = json.loads(kept.read_text(encoding="utf-8"))
        return Artifact(name, found["abi"], bytes.fromhex(found["bytecode"]), bytes.fromhex(found["runtime"]), _compiler(), hashed)
    made = _freshly_compiled(name, root, hashed)
    with suppress(OSError):  # a folder that cannot be written to costs time, nothing else
        write_whole(kept, json.dumps({"abi": made.abi, "bytecode": made.bytecode.hex(), "runtime": made.runtime.hex()}))
    return made


def _freshly_compiled(name: str, root: Path, hashed: str) -> Artifact:
    from vyper.compiler.input_bundle import FilesystemInputBundle
    from vyper.compiler.output import build_abi_output
    from vyper.compiler.phases import CompilerData

    search = [Path(entry) for entry in sys.path if entry.endswith("site-packages")]
    bundle = FilesystemInputBundle([*search, root])
    data = CompilerData(bundle.load_file(f"contracts/{SOURCES[name]}.vy"), bundle)
    return Artifact(name, build_abi_output(data), data.bytecode, data.bytecode_runtime, _compiler(), hashed)


def _compiler() -> dict[str, Any]:
    return {"name": "vyper", "version": version("vyper"), "settings": {"optimize": "gas", "evm_version": "cancun", "set_in": "source pragmas"}}
