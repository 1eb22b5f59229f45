"""`python -m bench.gas`: measure every row under both pipelines, compare with the peers, write results.md and results.json.

`python -m bench.gas token staking` measures only rows_token.py and rows_staking.py and prints, without writing.
Exits with 1 when a row misses its aim under the default pipeline and `--strict` is given. The peers' figures are those of
peers.json, which `python -m bench.peers` writes.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys

from bench.gas import compared, features
from bench.gas.chain import Chain
from bench.gas.compared import HERE, Found, Gas, Known


def modules() -> dict[str, str]:
    """Row modules by short name: `token` is bench.gas.rows_token."""
    return {path.stem.removeprefix("rows_"): f"bench.gas.{path.stem}" for path in sorted(HERE.glob("rows_*.py"))}


def measure(names: list[str]) -> Found:
    """{area: {operation: {"default": gas, "venom": gas}}}; every area on chains of its own."""
    found: Found = {}
    for name in names:
        rows = importlib.import_module(modules()[name])
        print(f"{name}: default and Venom ...", file=sys.stderr, flush=True)
        default, venom = rows.measure(Chain(venom=False)), rows.measure(Chain(venom=True))
        found[name] = {operation: {"default": gas, "venom": venom[operation]} for operation, gas in default.items()}
    return found


def features_of_staking(costs: dict[str, dict[str, int]]) -> str:
    """What each feature costs in each step of a delegation."""
    rows = features.STAKING_ROWS
    lines = ["| feature | " + " | ".join(rows) + " |", "|---|" + "---:|" * len(rows)]
    return "\n".join(lines + [f"| {name} | " + " | ".join(f"{cost[row]:,}" for row in rows) + " |" for name, cost in costs.items()])


def features_of_supply(costs: dict[str, Gas]) -> str:
    """What each feature costs in a mint and in a burn."""
    lines = ["| feature | in a mint | in a burn |", "|---|---:|---:|"]
    return "\n".join(lines + [f"| {name} | {cost['mint, holder']:,} | {cost['burn']:,} |" for name, cost in costs.items()])


def report(found: Found, known: Known, costs: dict[str, Gas], staking_costs: dict[str, Gas]) -> str:
    """The whole page."""
    over, old = compared.misses(found, known), compared.outdated(found, known)
    parts = [
        "# Gas",
        "Receipts' gasUsed on py-evm: type-0 transactions, each operation its own transaction, fresh accounts; amounts of compared\n"
        "rows have no zero byte. `python -m bench.gas` writes this page. Floor = what the EVM charges for the transaction, its calldata and\n"
        "the storage, log and hash operations nobody can avoid.\n"
        "What is released is the code of the default pipeline; Venom is experimental in Vyper 0.4.3.",
        "Inputs change in every epoch: tasks, difficulty, participation, roots, totals and rewards. The token's rings, which keep the last 64 mints and the\n"
        "last 64 burns, are full, as after a chain's first 64 of each. Rows of a *young chain* are of the time before; *first* is the first ever.",
        "`python -m bench.peers` measures the peers on the same chain. Every contract that moves a token moves one reference token\n"
        f"({known['reference token']}). It costs more than MDT, so *on MDT* says what ours costs in use. Rows of the token itself, of\n"
        "minting and burning and of the timelock move no other token. *Recorded* figures come from elsewhere; `Every peer` says why. Where the same\n"
        "record has claims, stakes and schedules that are measured here, the two differ by 0.2% at most (Uniswap 71,159 and 71,158, MiniChefV2 113,951 and\n"
        "113,851, Sablier 236,799 and 236,798).",
        compared.compared(found, known),
        "Over its aim under the default pipeline:\n\n" + "\n".join(f"- {miss}" for miss in over) if over else "Every row is within its aim.",
    ]
    if old:
        parts.append(
            "Measured on the reference token before our code changed; `python -m bench.peers` does it again:\n\n" + "\n".join(f"- {row}" for row in old)
        )
    parts += [
        "## Reports before and after the audit tree",
        "A report signed one root, and two leaves of one account were all that could refute it. *Before* is of commit 9c154fed, whose own rows\n"
        "were run with inputs that change and full rings; its claims stand in `git show 683623a1:bench/gas/results.md`, beside a submission with\n"
        "repeated inputs (139,771) and a settlement of a young chain (330,195). *Now* is `python -m bench.gas emission audit distribution`.",
        compared.before_and_after(found),
        "## Every peer",
        compared.all_peers(known),
        "## What the features of mint and burn cost",
        "Measured by compiling the token without one of them at a time (`bench/gas/features.py`), rings full. Writing a cold word that is not zero\n"
        "costs 5,000, reading one 2,100. A record is two words, the digest one; the first 64 mints and burns pay 17,100 more for each word of a record.",
        features_of_supply(costs),
        "## What the features of staking cost",
        "Measured in the same way. A delegation goes through its validator's pool: three words of it, two of the network, one of its segment and one of the\n"
        "position are written. Costs do not add up: features share words, and those that two features need are in neither row.\n"
        "What is owed is part of the position's one word, so a first claim opens no new one. `python -m bench.gas.scaling` (scaling.md) shows that none\n"
        "of it depends on how many delegators or validators there are.",
        features_of_staking(staking_costs),
    ]
    for name, rows in found.items():
        if any(operation not in compared.AIMS for operation in rows):
            parts += [f"## Other operations: {name}", compared.others(rows)]
    return "\n\n".join(parts) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """0, or 1 if a row misses its aim and that is to count."""
    parser = argparse.ArgumentParser(prog="python -m bench.gas", description="Gas of every operation, from receipts.")
    parser.add_argument("areas", nargs="*", choices=[*modules(), []], help="only these, printed and not written")
    parser.add_argument("--strict", action="store_true", help="exit with 1 when a row misses its aim")
    options = parser.parse_args(arguments)
    known = compared.read("peers.json")
    found = measure(options.areas or list(modules()))
    if options.areas:
        print(compared.compared(found, known), *(compared.others(rows) for rows in found.values()), sep="\n\n")
    else:
        print("features: the token without one at a time ...", file=sys.stderr, flush=True)
        costs = features.measure()
        print("features: staking without one at a time ...", file=sys.stderr, flush=True)
        staking_costs = features.measure_staking()
        results = {"rows": found, "features": costs, "staking_features": staking_costs}
        (HERE / "results.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
        page = report(found, known, costs, staking_costs)
        (HERE / "results.md").write_text(page, encoding="utf-8")
        print(page)
    over = compared.misses(found, known)
    print(*over, sep="\n", file=sys.stderr)
    return 1 if over and options.strict else 0


if __name__ == "__main__":
    raise SystemExit(main())
