"""A million miners from the input files to the root, in one process: CPU time of each step and peak memory.

    python -m bench.offchain.allocation --million [--json]

The data are made up (their keys belong to nobody). Exits with 1 when the process ever held 2 GiB or more.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from tqdm import tqdm

from mdt.crypto.merkle import progress_bar
from mdt.oracle.bundle_checking import verify_bundle
from mdt.oracle.bundle_writing import write_bundle
from mdt.oracle.collect import Dataset
from mdt.oracle.epoch import compute
from mdt.oracle.inputs import EpochInputs
from mdt.oracle.ledger import Ledger
from mdt.oracle.schema import TABLES
from mdt.runs.generate import large_rows, write_table
from mdt.units import WAD

MILLION = 1_000_000
LIMIT_MIB = 2_048
RESULTS = Path(__file__).with_name("allocation.md")
SHARE = 316 * WAD

T = TypeVar("T")


class Steps:
    """Runs the steps, times each (CPU, which other work on the machine does not distort), and moves a bar on a terminal."""

    def __init__(self, names: list[str], is_quiet: bool) -> None:
        self.seconds: dict[str, float] = {}
        self.peak_mib: dict[str, int] = {}
        self.is_quiet = is_quiet or not sys.stderr.isatty()
        self._bar = tqdm(total=len(names), unit="step", file=sys.stderr, disable=self.is_quiet)

    def run(self, name: str, work: Callable[[], T]) -> T:
        self._bar.set_description(name)
        start = time.process_time()
        result = work()
        self.seconds[name] = round(time.process_time() - start, 2)
        self.peak_mib[name] = peak_mib()
        self._bar.update()
        return result

    def close(self) -> None:
        self._bar.close()


def peak_mib() -> int:
    """The most memory this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_024


def measure(miners: int, is_quiet: bool, with_bundle: bool) -> dict[str, Any]:
    names = ["write the input", "collect", "score, allocate, add up", "tree"] + (["write the bundle", "verify the bundle"] if with_bundle else [])
    steps = Steps(names, is_quiet)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        steps.run(names[0], lambda: [write_table(folder, table, large_rows(table, miners)) for table in TABLES])

        def collect() -> EpochInputs:
            with Dataset.open(folder) as data:
                return data.epoch(0)

        inputs = steps.run(names[1], collect)
        previous = Ledger()
        result = steps.run(names[2], lambda: compute(inputs, previous, lambda _: SHARE))
        tree = steps.run(names[3], lambda: result.ledger.build_tree(None if steps.is_quiet else progress_bar()))
        root = result.ledger.root
        assert tree is not None
        assert tree.total == result.ledger.total == SHARE
        if with_bundle:
            path = steps.run(names[4], lambda: write_bundle(result, folder / "bundles", 1))
            del inputs, result, tree
            verification = steps.run(names[5], lambda: verify_bundle(path, previous, lambda _: SHARE))
            assert verification.ok, verification.difference
    steps.close()
    return {"miners": miners, "root": "0x" + root.hex(), "seconds": steps.seconds, "peak_mib": steps.peak_mib}


def as_page(figures: dict[str, Any], with_bundle: bool) -> str:
    """The figures as they stand in `bench/offchain/allocation.md`."""
    option = " --bundle" if with_bundle else ""
    rows = [f"| {name} | {seconds:.2f} s | {figures['peak_mib'][name]:,} MiB |" for name, seconds in figures["seconds"].items()]
    head = [
        "# From the input files to the root",
        "",
        f"`python -m bench.offchain.allocation --million{option}`: Python {platform.python_version()}, {platform.machine()}; {figures['miners']:,} miners",
        "in one process, which must stay below 2 GiB. CPU seconds of each step; memory is the most the process had held by its end.",
        "",
        "| step | CPU | peak memory |",
        "|---|--:|--:|",
    ]
    return "\n".join([*head, *rows, "", f"Root: `{figures['root']}`"]) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.offchain.allocation", description="Time and memory from input files to the root.")
    parser.add_argument("--miners", type=int, default=MILLION, help="how many (default %(default)s)")
    parser.add_argument("--million", action="store_true", help="as many as that, whatever --miners says")
    parser.add_argument("--bundle", action="store_true", help="write and verify the bundle as well")
    parser.add_argument("--json", action="store_true", help="figures as JSON on standard output, nothing else")
    chosen = parser.parse_args()
    figures = measure(MILLION if chosen.million else chosen.miners, chosen.json, chosen.bundle)
    if chosen.json:
        print(json.dumps(figures, indent=2))
    else:
        page = as_page(figures, chosen.bundle)
        print(page)
        if figures["miners"] == MILLION:
            RESULTS.write_text(page, encoding="utf-8")
            print(f"written to {RESULTS.relative_to(RESULTS.parents[2])}")
    return 0 if peak_mib() < LIMIT_MIB else 1


if __name__ == "__main__":
    raise SystemExit(main())
