"""`python -m bench.peers`: deploy others' contracts beside ours, with one reference token for all, and write bench/gas/peers.json.

`npm ci --ignore-scripts --prefix bench/peers` comes first. `python -m bench.gas` reads what this writes. A peer that no registry has is
in recorded.json: a figure that was measured elsewhere, on a token of the same cost, and why it cannot be measured here.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from bench.gas import rows_distribution, rows_staking, rows_vesting
from bench.gas.chain import Chain
from bench.gas.compared import AIMS, PEERS, Gas
from bench.peers import compiled
from bench.peers.rows import Peer, peers

RECORDED = compiled.HERE / "recorded.json"
MOVING: tuple[Callable[[Chain], dict[str, int]], ...] = (rows_distribution.measure, rows_staking.measure_delegations, rows_vesting.measure)
"""Rows of ours that only move a token: on MDT, and on the reference token."""


def entry(peer: Peer, row: str, figure: int) -> dict[str, Any]:
    """A measured figure."""
    return {"figure": figure, "who": peer.who, "version": peer.version, "how": "measured", "note": peer.note(row)}


def joined(measured: list[tuple[Peer, dict[str, int]]], recorded: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """{operation: every peer, the least gas first}; what is recorded says why it is not measured."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for peer, figures in measured:
        for row, figure in figures.items():
            rows.setdefault(row, []).append(entry(peer, row, figure))
    for row, known in recorded["rows"].items():
        rows.setdefault(row, []).extend(one | {"how": f"recorded: {recorded['why'][one['who']]}"} for one in known)
    return {row: sorted(found, key=lambda one: one["figure"]) for row, found in rows.items()}


def ours() -> dict[str, dict[str, Gas]]:
    """{operation: {"reference": {pipeline: gas}, "mdt": the same}} of our compared rows that only move a token."""
    rows: dict[str, dict[str, Gas]] = {}
    for token, reference in (("reference", compiled.reference()), ("mdt", None)):
        for pipeline, venom in (("default", False), ("venom", True)):
            for measure in MOVING:
                for row, gas in measure(Chain(venom=venom, reference=reference)).items():
                    if row in AIMS:
                        rows.setdefault(row, {}).setdefault(token, {})[pipeline] = gas
    return rows


def main() -> int:
    """1 if the packages are not there."""
    try:
        measured = []
        for peer in peers():
            print(f"{peer.who} ...", file=sys.stderr, flush=True)
            measured.append((peer, peer.measure(Chain())))
        print("ours, on the reference token and on MDT ...", file=sys.stderr, flush=True)
        token = f"OpenZeppelin {compiled.version('@openzeppelin/contracts')} ERC20, solc {compiled.version('solc')}, {compiled.LIBRARIES['runs']} runs"
        found = {"reference token": token, "ours": ours(), "peers": joined(measured, json.loads(RECORDED.read_text(encoding="utf-8")))}
    except compiled.NoPackages as error:
        print(f"bench.peers: {error}", file=sys.stderr)
        return 1
    PEERS.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(f"written: {PEERS.relative_to(compiled.HERE.parents[1])}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
