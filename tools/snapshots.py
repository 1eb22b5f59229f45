"""What integrators and users notice when it changes: ABI, bytecode size, storage layout, gas. Kept in git under `snapshots/`.

`python -m tools.snapshots` says what differs; `--write` accepts it (`make snapshots`).
"""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools import contracts

ROOT = Path(__file__).resolve().parents[1]
SNAPSHOTS = ROOT / "snapshots"
ACCEPT = "If this is meant, accept it with `make snapshots` and commit the result."


def _lines(entries: list[Any]) -> str:
    """A JSON list with one entry a line."""
    return "[\n" + ",\n".join("  " + json.dumps(entry) for entry in entries) + "\n]\n"


def _mapping(entries: dict[str, Any]) -> str:
    """A JSON object with one entry a line."""
    return "{\n" + ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in entries.items()) + "\n}\n"


def abis() -> dict[str, str]:
    """File -> text of every ABI."""
    return {f"abi/{Path(name).name}.json": _lines(contracts.abi(name)) for name in contracts.deployables()}


def layouts() -> dict[str, str]:
    """File -> text of every storage layout."""
    return {f"storage/{Path(name).name}.json": _mapping(contracts.layout(name)) for name in contracts.deployables()}


def sizes() -> dict[str, str]:
    """Bytes of creation code (without constructor arguments) and of runtime code."""
    measured = {
        Path(name).name: {"creation": len(contracts.compiled(name).bytecode), "runtime": len(contracts.compiled(name).bytecode_runtime)}
        for name in contracts.deployables()
    }
    return {"sizes.json": _mapping(measured)}


def gas() -> dict[str, str]:
    """Gas of every external function, from receipts of one scripted life of the suite."""
    from bench.gas.functions import measure

    return {"gas.json": "{\n" + ",\n".join(f'  "{name}": ' + _mapping(rows).rstrip().replace("\n", "\n  ") for name, rows in measure().items()) + "\n}\n"}


KINDS: dict[str, Callable[[], dict[str, str]]] = {"abi": abis, "sizes": sizes, "storage": layouts, "gas": gas}


def differences(kind: str) -> str:
    """What is in git against what is true, as a diff; empty if they agree."""
    wanted = KINDS[kind]()
    lines: list[str] = []
    for name, text in wanted.items():
        path = SNAPSHOTS / name
        kept = path.read_text(encoding="utf-8") if path.is_file() else ""
        lines += difflib.unified_diff(kept.splitlines(), text.splitlines(), f"snapshots/{name} (in git)", f"{name} (now)", n=0, lineterm="")
    lines += [f"snapshots/{name} has no contract any more" for name in sorted(_kept(kind) - set(wanted))]
    return "\n".join(lines)


def _kept(kind: str) -> set[str]:
    if kind in ("abi", "storage"):
        return {path.relative_to(SNAPSHOTS).as_posix() for path in (SNAPSHOTS / kind).glob("*.json")}
    return {f"{kind}.json"} if (SNAPSHOTS / f"{kind}.json").is_file() else set()


def write(kind: str) -> None:
    """Accept what is true now."""
    wanted = KINDS[kind]()
    for stale in _kept(kind) - set(wanted):
        (SNAPSHOTS / stale).unlink()
    for name, text in wanted.items():
        path = SNAPSHOTS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"snapshots: wrote {name}")


def main(arguments: list[str]) -> int:
    """Check or write all kinds, or those named."""
    kinds = [argument for argument in arguments if argument in KINDS] or list(KINDS)
    if "--write" in arguments:
        for kind in kinds:
            write(kind)
        return 0
    found = "\n".join(filter(None, (differences(kind) for kind in kinds)))
    if found:
        print(found, ACCEPT, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
