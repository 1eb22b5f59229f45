"""Our rows beside floors, aims and peers: the tables of results.md, from what was measured.

A row that only moves a token is compared on the reference token, which is dearer than MDT and the same for everybody; `python -m bench.peers`
measures it so, ours and theirs. Rows of the token itself and of the timelock are compared as they are.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PEERS = HERE / "peers.json"

Gas = dict[str, int]
"""Pipeline, `default` or `venom` -> gas."""

Found = dict[str, dict[str, Gas]]
"""Area -> operation -> gas."""

Known = dict[str, Any]
"""What `bench.peers` wrote: `reference token`, `ours`, `peers`."""

HEADER = (
    "| operation | floor | best peer | aim | ours | ours (Venom) | on MDT | on MDT (Venom) | against the peer |\n|---|---:|---:|---:|---:|---:|---:|---:|---|"
)


def read(name: str) -> Any:
    """A file beside this one."""
    return json.loads((HERE / name).read_text(encoding="utf-8"))


AIMS: dict[str, dict[str, int | None]] = read("aims.json")
"""Operation -> `floor` and `aim`, which may be none."""


def by_operation(found: Found) -> dict[str, Gas]:
    """All rows, without their areas."""
    return {operation: gas for rows in found.values() for operation, gas in rows.items()}


def compared_gas(operation: str, gas: Gas, known: Known) -> Gas:
    """What is held against the peers: on the reference token, where the row moves a token of others'."""
    there: dict[str, Gas] = known["ours"].get(operation, {})
    return there.get("reference", gas)


def misses(found: Found, known: Known) -> list[str]:
    """Rows over their aim under the default pipeline."""
    over = []
    for operation, gas in by_operation(found).items():
        aim, ours = AIMS.get(operation, {}).get("aim"), compared_gas(operation, gas, known)["default"]
        if aim is not None and ours > aim:
            over.append(f"{operation}: {ours:,} over the aim of {aim:,}")
    return over


def outdated(found: Found, known: Known) -> list[str]:
    """Rows that cost something else on MDT than when the peers were measured: those on the reference token are of other code."""
    rows = by_operation(found)
    return [operation for operation, there in known["ours"].items() if operation in rows and there["mdt"] != rows[operation]]


def compared(found: Found, known: Known) -> str:
    """The table of the rows that have a peer, in the order of the aims."""
    rows, lines = by_operation(found), [HEADER]
    for operation, bounds in AIMS.items():
        if operation in rows and operation in known["peers"]:
            lines.append(_line(operation, bounds, rows[operation], known))
    return "\n".join(lines)


def _line(operation: str, bounds: dict[str, int | None], gas: Gas, known: Known) -> str:
    ours, best = compared_gas(operation, gas, known), known["peers"][operation][0]
    on_mdt = [f"{gas[pipeline]:,}" if ours is not gas else "" for pipeline in ("default", "venom")]
    aim = "" if bounds["aim"] is None else f"{bounds['aim']:,}"
    against = f"{(ours['default'] - best['figure']) * 100 / best['figure']:+.1f}% {described(best)}"
    figures = [f"{bounds['floor']:,}", f"{best['figure']:,}", aim, f"{ours['default']:,}", f"{ours['venom']:,}", *on_mdt]
    return "| " + " | ".join([operation, *figures, against]) + " |"


def described(peer: dict[str, Any]) -> str:
    """Who it is, and what is to be known of it."""
    return f"{peer['who']} {peer['version']}".rstrip() + (f", {peer['note']}" if peer["note"] else "") + (", recorded" if is_recorded(peer) else "")


def is_recorded(peer: dict[str, Any]) -> bool:
    """Whether the figure comes from elsewhere."""
    return str(peer["how"]).startswith("recorded")


def all_peers(known: Known) -> str:
    """The table of every peer of every compared row."""
    lines = ["| operation | gas | peer | how |", "|---|---:|---|---|"]
    for operation in AIMS:
        for peer in known["peers"].get(operation, []):
            who = f"{peer['who']} {peer['version']}".rstrip()
            lines.append(f"| {operation} | {peer['figure']:,} | {who}{', ' + peer['note'] if peer['note'] else ''} | {peer['how']} |")
    return "\n".join(lines)


def others(rows: dict[str, Gas]) -> str:
    """The table of the rows nobody else has."""
    lines = ["| operation | ours | ours (Venom) |", "|---|---:|---:|"]
    return "\n".join(lines + [f"| {operation} | {gas['default']:,} | {gas['venom']:,} |" for operation, gas in rows.items() if operation not in AIMS])


def before_and_after(found: Found) -> str:
    """The table of what reports cost before there was an audit tree, and now."""
    rows = by_operation(found)
    lines = ["| operation | before | now | what it was |", "|---|---:|---:|---|"]
    for operation, old in read("before.json").items():
        before = "" if old["before"] is None else f"{old['before']:,}"
        lines.append(f"| {operation} | {before} | {rows[operation]['default']:,} | {old['then']} |")
    return "\n".join(lines)
