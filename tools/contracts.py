"""What is in `contracts/`, found by looking, and what the compiler says about it. Snapshots and lint tests build on this."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import cbor2
import snekmate
from vyper.compiler.input_bundle import FilesystemInputBundle
from vyper.compiler.output import build_abi_output, build_layout_output
from vyper.compiler.phases import CompilerData

from mdt.deploy.compiled import interface
from mdt.names import SOURCES

ROOT = Path(__file__).resolve().parents[1]
CONTRACTS = ROOT / "contracts"
SITE_PACKAGES = Path(next(iter(snekmate.__path__))).resolve().parent


def deployables() -> list[str]:
    """Names as `token/MDT`, of every contract that is deployed."""
    return sorted(path.relative_to(CONTRACTS).with_suffix("").as_posix() for path in CONTRACTS.rglob("*.vy") if not _is_module(path))


def modules() -> list[Path]:
    """Every module of our own: those beside a deployable, and those that several areas share."""
    return sorted(path for path in CONTRACTS.rglob("*.vy") if _is_module(path))


def _is_module(path: Path) -> bool:
    folders = path.relative_to(CONTRACTS).parts[:-1]
    return folders[-1:] == ("modules",) or folders == ("common",)


def interfaces() -> list[Path]:
    """Every public interface."""
    return sorted((ROOT / "interfaces").glob("*.vyi"))


def source(name: str) -> str:
    """The text of a deployable."""
    return (CONTRACTS / f"{name}.vy").read_text(encoding="utf-8")


@cache
def compiled(name: str) -> CompilerData:
    """The compiler's view of a deployable, kept by the digest of all sources; every output is made when it is asked for."""
    from tools import compiler_cache  # which takes seconds to import

    compiler_cache.install(ROOT)
    return compiler_cache.compiled(CONTRACTS / f"{name}.vy")


def abi(name: str) -> list[dict[str, Any]]:
    """What a contract can be asked at its address, in an order of its own."""
    return in_order(interface(Path(name).name, own_abi(name), lambda other: own_abi(SOURCES[other])))


def own_abi(name: str) -> list[dict[str, Any]]:
    """The ABI of a source."""
    found: list[dict[str, Any]] = build_abi_output(compiled(name))
    return found


def declared(path: Path) -> list[dict[str, Any]]:
    """The ABI that an interface stands for."""
    bundle = FilesystemInputBundle([SITE_PACKAGES, ROOT])
    return in_order(build_abi_output(CompilerData(bundle.load_file(path.relative_to(ROOT)), bundle)))


def in_order(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries of an ABI by kind, then name, then arguments."""
    return sorted(entries, key=lambda entry: (entry["type"], entry.get("name", ""), str([item["type"] for item in entry["inputs"]])))


def external_functions(name: str) -> list[str]:
    """Signatures as `transfer(address,uint256)`."""
    return [signature(entry) for entry in abi(name) if entry["type"] == "function"]


def signature(entry: dict[str, Any]) -> str:
    """`name(type,...)` of an ABI entry."""
    return f"{entry['name']}({','.join(_type(item) for item in entry['inputs'])})"


def _type(item: dict[str, Any]) -> str:
    if item["type"].startswith("tuple"):
        return f"({','.join(_type(part) for part in item['components'])}){item['type'].removeprefix('tuple')}"
    return str(item["type"])


def layout(name: str) -> dict[str, str]:
    """`module.variable` -> `slot 3, 1 slots: uint256`, for storage, transient storage and code (immutables)."""
    found: dict[str, str] = {}

    def walk(prefix: str, tree: dict[str, Any], unit: str) -> None:
        for key, value in tree.items():
            if "type" not in value or not isinstance(value["type"], str):
                walk(f"{prefix}{key}.", value, unit)
                continue
            at = value.get("slot", value.get("offset"))
            size = value.get("n_slots", value.get("length"))
            kind = re.sub(r"\S*/(\w+)\.vyi\b", r"\1", value["type"])  # interfaces come with the folder they lie in
            found[f"{prefix}{key}"] = f"{unit} {at}, {size} long: {kind}"

    for area, unit in (("storage_layout", "slot"), ("transient_storage_layout", "transient slot"), ("code_layout", "code byte")):
        walk("", build_layout_output(compiled(name)).get(area, {}), unit)
    return found


def immutables(name: str) -> int:
    """Bytes of the immutables that the constructor appends to the runtime code: the chain counts them."""
    places = [where for where in layout(name).values() if where.startswith("code byte")]
    return sum(int(where.split(", ")[1].split()[0]) for where in places)


def code_parts(name: str) -> tuple[bytes, bytes]:
    """The executable parts of a contract: (constructor code, runtime code), without data sections and metadata.

    The compiler appends to the creation code what it knows about it: the runtime's length and those of its data sections.
    """
    creation: bytes = compiled(name).bytecode
    runtime: bytes = compiled(name).bytecode_runtime
    footer = cbor2.loads(creation[-int.from_bytes(creation[-2:], "big") : -2])
    runtime_length, data_lengths = footer[1], footer[2]
    if runtime_length != len(runtime) or creation.count(runtime) != 1:
        raise ValueError(f"{name}: the compiler's footer does not describe its runtime code")
    return creation[: creation.index(runtime)], runtime[: len(runtime) - sum(data_lengths)]


def footer_gas(name: str) -> int:
    """What the compiler's footer adds to the gas of a deployment: its calldata, which changes with every comment."""
    creation: bytes = compiled(name).bytecode
    footer = creation[-int.from_bytes(creation[-2:], "big") :]
    return sum(16 if byte else 4 for byte in footer)


def opcodes(code: bytes) -> list[int]:
    """The opcodes of executable code, without the bytes that PUSH instructions carry."""
    found, position = [], 0
    while position < len(code):
        opcode = code[position]
        found.append(opcode)
        position += 1 + (opcode - 0x5F if 0x60 <= opcode <= 0x7F else 0)
    return found
