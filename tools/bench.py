"""Run every benchmark under `bench/offchain` and print the gas rows of `bench/gas`: what `make bench` runs."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

from bench.gas.chain import Chain

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """0 if every benchmark ran."""
    failed = 0
    for path in sorted((ROOT / "bench" / "offchain").glob("[a-z]*.py")):
        print(f"bench: {path.stem}", flush=True)
        failed += subprocess.run([sys.executable, "-m", f"bench.offchain.{path.stem}"], cwd=ROOT, check=False).returncode != 0
    for path in sorted((ROOT / "bench" / "gas").glob("rows_*.py")):
        print(f"bench: gas, {path.stem.removeprefix('rows_')}", flush=True)
        for row, gas in importlib.import_module(f"bench.gas.{path.stem}").measure(Chain()).items():
            print(f"  {gas:>12,}  {row}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
