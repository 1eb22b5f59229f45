"""`python -m bench.gas`: measure every row under both pipelines, compare with the peers, write results.md and results.json.

`python -m bench.gas token staking` measures only rows_token.py and rows_staking.py and prints, without writing.
Exits with 1 when a row misses its aim under the default pipeline and `--strict` is given.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path

from bench.gas import features
from bench.gas.chain import Chain

HERE = Path(__file__).resolve().parent
PEERS: dict[str, dict] = json.loads((HERE / "peers.json").read_text(encoding="utf-8"))
HEADER = "| operation | floor | best peer | aim | ours | ours (Venom) | against the peer |\n|---|---:|---:|---:|---:|---:|---|"


def modules() -> dict[str, str]:
    """Row modules by short name: `token` is bench.gas.rows_token."""
    return {path.stem.removeprefix("rows_"): f"bench.gas.{path.stem}" for path in sorted(HERE.glob("rows_*.py"))}


def measure(names: list[str]) -> dict[str, dict[str, dict[str, int]]]:
    """{area: {operation: {"default": gas, "venom": gas}}}; every area on chains of its own."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    for name in names:
        rows = importlib.import_module(modules()[name])
        print(f"{name}: default and Venom ...", file=sys.stderr, flush=True)
        default, venom = rows.measure(Chain(venom=False)), rows.measure(Chain(venom=True))
        found[name] = {operation: {"default": gas, "venom": venom[operation]} for operation, gas in default.items()}
    return found


def misses(found: dict[str, dict[str, dict[str, int]]]) -> list[str]:
    """Rows over their aim under the default pipeline."""
    return [
        f"{operation}: {gas['default']:,} over the aim of {PEERS[operation]['aim']:,}"
        for rows in found.values()
        for operation, gas in rows.items()
        if operation in PEERS and PEERS[operation]["aim"] is not None and gas["default"] > PEERS[operation]["aim"]
    ]


def compared(found: dict[str, dict[str, dict[str, int]]]) -> str:
    """The table of the rows that have a peer, in the peers' order."""
    ours = {operation: gas for rows in found.values() for operation, gas in rows.items()}
    lines = [HEADER]
    for operation, peer in PEERS.items():
        if operation in ours:
            default, venom = ours[operation]["default"], ours[operation]["venom"]
            aim = "" if peer["aim"] is None else f"{peer['aim']:,}"
            verdict = f"{(default - peer['peer']) * 100 / peer['peer']:+.1f}% {peer['who']}"
            lines.append(f"| {operation} | {peer['floor']:,} | {peer['peer']:,} | {aim} | {default:,} | {venom:,} | {verdict} |")
    return "\n".join(lines)


def others(rows: dict[str, dict[str, int]]) -> str:
    """The table of the rows nobody else has."""
    lines = ["| operation | ours | ours (Venom) |", "|---|---:|---:|"]
    return "\n".join(lines + [f"| {operation} | {gas['default']:,} | {gas['venom']:,} |" for operation, gas in rows.items() if operation not in PEERS])


def features_of_staking(costs: dict[str, dict[str, int]]) -> str:
    """What each feature costs in each step of a delegation."""
    rows = features.STAKING_ROWS
    lines = ["| feature | " + " | ".join(rows) + " |", "|---|" + "---:|" * len(rows)]
    return "\n".join(lines + [f"| {name} | " + " | ".join(f"{cost[row]:,}" for row in rows) + " |" for name, cost in costs.items()])


def report(found: dict[str, dict[str, dict[str, int]]], costs: dict[str, dict[str, int]], staking_costs: dict[str, dict[str, int]]) -> str:
    """The whole page."""
    over = misses(found)
    features_table = ["| feature | in a mint | in a burn |", "|---|---:|---:|"]
    features_table += [f"| {name} | {cost['mint, holder']:,} | {cost['burn']:,} |" for name, cost in costs.items()]
    parts = [
        "# Gas",
        "Receipts' gasUsed on py-evm: type-0 transactions, each operation its own transaction, fresh accounts. `python -m bench.gas` writes this page.\n"
        "Floor = what the EVM charges for the transaction, its calldata and the storage, log and hash operations nobody can avoid.\n"
        "What is released is the code of the default pipeline; Venom is experimental in Vyper 0.4.3.",
        compared(found),
        "Over its aim under the default pipeline:\n\n" + "\n".join(f"- {miss}" for miss in over) if over else "Every row is within its aim.",
        "## What the features of mint and burn cost",
        "Measured by compiling the token without one of them at a time (`bench/gas/features.py`), rings full. Writing a cold word that is not zero\n"
        "costs 5,000, reading one 2,100. A record is two words; the first 64 mints and the first 64 burns pay 17,100 more for each of them.",
        "\n".join(features_table),
        "## What the features of staking cost",
        "Measured in the same way. A delegation goes through its validator's pool: four words of it, two of the network, one of its segment and one of the\n"
        "position are written. Costs do not add up: features share words, and those that two features need are in neither row.\n"
        "What is owed is part of the position's one word, so a first claim opens no new one. `python -m bench.gas.scaling` (scaling.md) shows that none\n"
        "of it depends on how many delegators or validators there are.",
        features_of_staking(staking_costs),
    ]
    for name, rows in found.items():
        if any(operation not in PEERS for operation in rows):
            parts += [f"## Other operations: {name}", others(rows)]
    return "\n\n".join(parts) + "\n"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.gas", description="Gas of every operation, from receipts.")
    parser.add_argument("areas", nargs="*", choices=[*modules(), []], help="only these, printed and not written")
    parser.add_argument("--strict", action="store_true", help="exit with 1 when a row misses its aim")
    options = parser.parse_args(arguments)
    found = measure(options.areas or list(modules()))
    if options.areas:
        print(compared(found), *(others(rows) for rows in found.values()), sep="\n\n")
    else:
        print("features: the token without one at a time ...", file=sys.stderr, flush=True)
        costs = features.measure()
        print("features: staking without one at a time ...", file=sys.stderr, flush=True)
        staking_costs = features.measure_staking()
        results = {"rows": found, "features": costs, "staking_features": staking_costs}
        (HERE / "results.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
        page = report(found, costs, staking_costs)
        (HERE / "results.md").write_text(page, encoding="utf-8")
        print(page)
    over = misses(found)
    print(*over, sep="\n", file=sys.stderr)
    return 1 if over and options.strict else 0


if __name__ == "__main__":
    raise SystemExit(main())
