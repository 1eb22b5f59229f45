"""Merkle trees: ours against `@openzeppelin/merkle-tree`, over the same leaves, in the same run, to the same root and proofs.

python -m bench.offchain.merkle [--leaves 100000] [--million]

Each builder runs in a process of its own, so that peak memory is its own; times are CPU seconds without reading the input.
With `--million` ours also builds a tree of a million leaves (OpenZeppelin's stays at `--leaves`: a million takes it minutes and gigabytes).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import random
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from mdt.crypto.merkle import MerkleTree, progress_bar
from mdt.crypto.merkle.shape import handed_in

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
RESULTS = HERE / "results.md"
MILLION = 1_000_000
PROOFS = 10_000
SEED = 20_260_101


def entries(leaves: int) -> list[tuple[str, int]]:
    """(address, wei), the same in every run; as OpenZeppelin's tool must be handed them so that accounts ascend from left to right."""
    rng = random.Random(SEED)
    ascending = sorted(("0x" + rng.randbytes(20).hex(), rng.getrandbits(84)) for _ in range(leaves))
    return [ascending[leaf] for leaf in handed_in(leaves)]


def build_ours(leaves: int) -> dict[str, Any]:
    """Build in this process, as the oracle does: pairs in, tree out, with a progress bar."""
    pairs = entries(leaves)
    start = time.process_time()
    tree = MerkleTree.build(pairs, progress_bar(f"{leaves:,} leaves, ours"))
    build_seconds = time.process_time() - start
    start = time.process_time()
    proofs = hashlib.sha256()
    for account, _ in pairs[:PROOFS]:
        proofs.update(",".join("0x" + sibling.hex() for sibling in tree.proof(account)).encode())
    return {
        "root": "0x" + tree.root.hex(),
        "proofsHash": proofs.hexdigest(),
        "buildSeconds": build_seconds,
        "proofSeconds": time.process_time() - start,
        "proofCount": min(PROOFS, leaves),
        "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024),
    }


def run_ours(leaves: int) -> dict[str, Any]:
    """`build_ours` in a fresh process."""
    process = subprocess.run([sys.executable, "-m", "bench.offchain.merkle", "--ours", str(leaves)], cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    answer: dict[str, Any] = json.loads(process.stdout)
    return answer


def run_openzeppelin(leaves: int) -> dict[str, Any]:
    """OpenZeppelin's tool in Node, over the same entries."""
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules" / "@openzeppelin" / "merkle-tree").is_dir():
        raise SystemExit("this benchmark needs Node and @openzeppelin/merkle-tree: run `make npm`")
    print(f"{leaves:,} leaves, OpenZeppelin's: 10 to 45 seconds per 100,000 ...", file=sys.stderr, flush=True)
    lines = "".join(f"{account} {amount}\n" for account, amount in entries(leaves))
    command = [node, "--max-old-space-size=8192", str(HERE / "merkle.mjs"), str(PROOFS)]
    process = subprocess.run(command, input=lines, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    answer: dict[str, Any] = json.loads(process.stdout)
    return answer


def row(name: str, leaves: int, result: dict[str, Any]) -> str:
    """One line of the table."""
    per_proof = result["proofSeconds"] / result["proofCount"] * 1e6
    return f"| {name} | {leaves:,} | {result['buildSeconds']:.2f} s | {per_proof:.0f} µs | {result['peakBytes'] / 2**20:,.0f} MB |"


def report(leaves: int, ours: dict[str, Any], theirs: dict[str, Any], million: dict[str, Any] | None) -> str:
    """The page that is committed."""
    build = theirs["buildSeconds"] / ours["buildSeconds"]
    proof = theirs["proofSeconds"] / ours["proofSeconds"]
    memory = theirs["peakBytes"] / ours["peakBytes"]
    command = "python -m bench.offchain.merkle" + (f" --leaves {leaves}" if leaves != 100_000 else "") + (" --million" if million else "")
    lines = [
        "# Merkle trees off chain",
        "",
        f"`{command}`: Python {platform.python_version()}, {platform.machine()}. CPU seconds; each builder in a process of its own; peak memory",
        "includes the interpreter and the input. Both end at the same root and the same proofs, or the benchmark fails.",
        "",
        "| builder | leaves | build | per proof | peak memory |",
        "|---|---|---|---|---|",
        row("`mdt.crypto.merkle`", leaves, ours),
        row("`@openzeppelin/merkle-tree` 1.0.8", leaves, theirs),
        *([row("`mdt.crypto.merkle`", MILLION, million)] if million else []),
        "",
        f"At {leaves:,} leaves ours builds {build:.0f} times as fast, proves {proof:.0f} times as fast, and peaks at 1/{memory:.1f} of the memory.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Run both, compare their results, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--leaves", type=int, default=100_000, help="leaves of both trees (default 100,000)")
    parser.add_argument("--million", action="store_true", help="also build a million leaves with ours")
    parser.add_argument("--ours", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.ours is not None:
        print(json.dumps(build_ours(arguments.ours)))
        return
    if not 1 <= arguments.leaves <= 2 * MILLION:
        parser.error("--leaves must be 1 to 2,000,000")
    ours = run_ours(arguments.leaves)
    theirs = run_openzeppelin(arguments.leaves)
    for what in ("root", "proofsHash"):
        if ours[what] != theirs[what]:
            raise SystemExit(f"{what} differs: ours {ours[what]}, OpenZeppelin's {theirs[what]}")
    million = run_ours(MILLION) if arguments.million else None
    if million is not None and million["peakBytes"] > 2 * 2**30:
        raise SystemExit(f"a million leaves took {million['peakBytes'] / 2**20:,.0f} MB, over 2 GiB")
    text = report(arguments.leaves, ours, theirs, million)
    RESULTS.write_text(text, encoding="utf-8")
    print(text)
    print(f"written to {RESULTS.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
