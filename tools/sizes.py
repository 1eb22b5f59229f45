"""How large the contracts are, how much room is left, and what changed since the snapshot: `make sizes`."""

from __future__ import annotations

import json
from pathlib import Path

from tools import contracts
from tools.snapshots import SNAPSHOTS

LIMIT = 24_576
"""Bytes of runtime code that Ethereum and Luxtensor accept."""

Sizes = dict[str, dict[str, int]]


def measured() -> Sizes:
    """Bytes of creation and runtime code of every contract, and of what stands on the chain in the end: its immutables too."""
    found = {}
    for name in contracts.deployables():
        data = contracts.compiled(name)
        runtime = len(data.bytecode_runtime)
        found[Path(name).name] = {"creation": len(data.bytecode), "runtime": runtime, "deployed": runtime + contracts.immutables(name)}
    return found


def table(now: Sizes, before: Sizes) -> str:
    """A line for each contract, largest first; the change is that of the runtime code, against the snapshot."""
    lines = [f"{'contract':24}{'creation':>10}{'runtime':>10}{'deployed':>10}{'of limit':>10}{'change':>9}"]
    for name, size in sorted(now.items(), key=lambda item: -item[1]["runtime"]):
        change = size["runtime"] - before[name]["runtime"] if name in before else None
        said = "new" if change is None else f"{change:+,}" if change else "-"
        lines.append(f"{name:24}{size['creation']:>10,}{size['runtime']:>10,}{size['deployed']:>10,}{size['deployed'] / LIMIT:>10.1%}{said:>9}")
    return "\n".join(lines)


def main() -> None:
    """Compile, compare, print."""
    print(table(measured(), json.loads((SNAPSHOTS / "sizes.json").read_text(encoding="utf-8"))))


if __name__ == "__main__":
    main()
