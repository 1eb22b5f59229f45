"""Compiled contracts that are never older than their sources.

Ape recompiles a contract when the contract's own file changed. When only a module or an interface it imports changed, ape keeps
the old bytecode and says nothing. Whoever deploys or tests through ape therefore asks here first.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ape.contracts import ContractContainer
    from ape.managers.project import LocalProject

SOURCE_FOLDERS = ("contracts", "interfaces")
SOURCE_SUFFIXES = (".vy", ".vyi", ".json")
COMPILERS = ("vyper", "ape-vyper", "snekmate")


def fingerprint(root: Path, manifest: Path) -> str:
    """A hash over everything bytecode depends on: all sources, the compilers' versions, and ape's own cache file.

    The cache is part of it because somebody may have filled it from sources that have since changed back.

    Args:
        root: Folder of the project.
        manifest: Ape's cache, usually `.build/__local__.json`.
    """
    digest = hashlib.sha256()

    def add(label: str, content: bytes) -> None:
        digest.update(hashlib.sha256(label.encode()).digest() + hashlib.sha256(content).digest())

    for folder in SOURCE_FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in SOURCE_SUFFIXES and path.is_file():
                add(path.relative_to(root).as_posix(), path.read_bytes())
    for compiler in COMPILERS:
        try:
            add(compiler, version(compiler).encode())
        except PackageNotFoundError:  # pragma: no cover - all of them are in the lock
            add(compiler, b"absent")
    add("ape-config.yaml", (root / "ape-config.yaml").read_bytes() if (root / "ape-config.yaml").is_file() else b"")
    add("cache", manifest.read_bytes() if manifest.is_file() else b"")
    return digest.hexdigest()


def fresh_contracts(project: LocalProject) -> dict[str, ContractContainer]:
    """The project's contracts by name, recompiled from scratch unless nothing at all has changed since that was last done here.

    Safe to call from several processes at once: the first compiles, the others wait and read.
    """
    from filelock import FileLock

    root, manifest = Path(project.path), Path(project.manifest_path)
    stamp = manifest.with_name("sources.sha256")
    stamp.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(stamp.with_suffix(".lock")):
        if stamp.is_file() and stamp.read_text() == fingerprint(root, manifest):
            project._manifest = project.load_manifest()  # another process may have written it after we read it
            return project.load_contracts()
        stamp.unlink(missing_ok=True)
        contracts = project.load_contracts(use_cache=False)
        stamp.write_text(fingerprint(root, manifest))
        return contracts
