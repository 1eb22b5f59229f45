"""What titanoboa knows of a compiled contract, kept on disk whole, so that no process of a test run works it out a second time.

titanoboa keeps compiled contracts too, but parses and analyses all sources before it looks (a second or two for each contract in each process), and assembles
the creation code anew at every deployment, for the positions that errors name (14 to 26% of the CPU), and compiles the whole contract once more for each
statement that a test evaluates in it. Here a contract is looked up by its text and by all sources it could import, the positions are kept with it, and what a
statement is compiled to is kept beside it. `tests/unit/test_compiler_cache.py` holds all of them against titanoboa's own answers.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import boa
import snekmate
from boa import interpret
from boa.contracts.vyper import vyper_contract
from boa.contracts.vyper.vyper_contract import VyperContract
from vyper.compiler.phases import CompilerData
from vyper.compiler.settings import anchor_settings
from vyper.ir import compile_ir
from vyper.semantics.namespace import get_namespace

FOLDERS = ("contracts", "interfaces", "tests/harness")

STEPS = ("_ir_output", "assembly", "assembly_runtime")
"""What the compiler made on the way and nobody asks for again: more than half of the objects, to be read and walked through by every process."""
T = TypeVar("T")

_compile = interpret.compiler_data
_compile_statement = vyper_contract.generate_bytecode_for_arbitrary_stmt


def sources_digest(root: Path) -> str:
    """One digest of everything that a contract of ours can import, and of who compiles it."""
    digest = hashlib.sha256(" ".join(version(name) for name in ("vyper", "snekmate", "titanoboa")).encode())
    borrowed = Path(next(iter(snekmate.__path__)))
    for base, folder in (*((root, root / folder) for folder in FOLDERS), (borrowed, borrowed)):
        for path in sorted(folder.rglob("*.vy*")):
            digest.update(path.relative_to(base).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def creation_positions(data: CompilerData) -> Any:
    """Where in the source each instruction of a contract's creation code comes from. Worked out once for each compiled contract."""
    if (found := getattr(data, "creation_positions", None)) is None:
        with anchor_settings(data.settings):
            _, found = compile_ir.assembly_to_evm(data.assembly)
        data.creation_positions = found
    return found


class _SourcesChanged(Exception):
    """What was compiled while somebody edited the sources: it must not be kept."""

    def __init__(self, data: CompilerData) -> None:
        self.data = data


def wholly_compiled(prepare: Callable[[], CompilerData]) -> CompilerData:
    """A contract with everything that titanoboa asks for later, which is not kept a second time in titanoboa's way."""
    kept, interpret._disk_cache = interpret._disk_cache, None
    try:
        data = prepare()
        with anchor_settings(data.settings):
            _ = data.bytecode, data.bytecode_runtime
            data.source_map = interpret._compute_source_map(data)
    finally:
        interpret._disk_cache = kept
    creation_positions(data)
    for name in STEPS:
        data.__dict__.pop(name, None)
    return data


@contextmanager
def no_collecting() -> Iterator[None]:
    """Hold the garbage collector: it would walk through all the objects of a contract several times while they are read."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def kept(key: str, make: Callable[[], T]) -> T:
    """What was made before under a key, which must name all that it is made of; else made now, and kept where titanoboa keeps anything."""
    if interpret._disk_cache is None:
        return make()
    with no_collecting():
        found: T = interpret._disk_cache.caching_lookup(key, make)
    return found


def cached(root: Path) -> Callable[..., CompilerData]:
    """Titanoboa's `compiler_data`, looked up by text, path and settings before anything is parsed. What lies outside of `root` is left to titanoboa."""
    digest = sources_digest(root)

    def compiler_data(source_code: str, contract_name: str | None, filename: str | Path, deployer: Any = None, **settings: Any) -> CompilerData:
        is_ours = interpret._search_path is None and Path(filename).resolve().is_relative_to(root)
        if interpret._disk_cache is None or not is_ours:
            return _compile(source_code, contract_name, filename, deployer, **settings)

        def compiled() -> CompilerData:
            data = wholly_compiled(lambda: _compile(source_code, contract_name, filename, deployer, **settings))
            if sources_digest(root) != digest:
                raise _SourcesChanged(data)
            return data

        text = hashlib.sha256(source_code.encode()).hexdigest()
        # Where imports are searched is not part of it: what is found there is in the digest, and each process has another `sys.path`.
        key = str((digest, text, contract_name, str(filename), sorted(settings.items()), repr(deployer)))
        try:
            data = kept(key, compiled)
        except _SourcesChanged as changed:
            return changed.data
        data.kept_as = key
        return data

    return compiler_data


def compiled_statement(statement: str, contract: Any) -> tuple[Any, ...]:
    """What a statement evaluated in a contract is compiled to: given by the sources, but for the immutables at its end, which each contract has its own."""
    key = getattr(contract.compiler_data, "kept_as", None)
    if key is None:
        return _compile_statement(statement, contract)  # type: ignore[no-any-return]

    def compiled() -> tuple[bytes, Any, Any]:
        _, _, bytecode, positions, kind = _compile_statement(statement, contract)
        return bytecode[: len(bytecode) - len(contract.data_section)], positions, kind

    bytecode, positions, kind = kept(str((key, statement)), compiled)
    return None, None, bytecode + contract.data_section, positions, kind


def compiled(path: Path) -> CompilerData:
    """A contract of ours, compiled or looked up."""
    data: CompilerData = boa.load_partial(str(path)).compiler_data
    return data


@cache
def install(root: Path) -> None:
    """Keep what is compiled in `.cache/titanoboa`, apart for each state of the sources."""
    interpret.set_cache_dir(str(root / ".cache" / "titanoboa" / sources_digest(root)))
    interpret.compiler_data = cached(root)
    vyper_contract.generate_bytecode_for_arbitrary_stmt = compiled_statement
    get_namespace()  # vyper makes it when it first parses, which may never happen now, and titanoboa's `eval` needs it
    VyperContract._deployment_source_map = property(lambda contract: creation_positions(contract.compiler_data))
