"""Run every benchmark under `bench/offchain` and the gas rows of `bench/gas`: what `make bench` runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bench.gas import __main__ as gas

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """0 if every benchmark ran."""
    failed = 0
    for path in sorted((ROOT / "bench" / "offchain").glob("[a-z]*.py")):
        print(f"bench: {path.stem}", flush=True)
        failed += subprocess.run([sys.executable, "-m", f"bench.offchain.{path.stem}", "--million"], cwd=ROOT, check=False).returncode != 0
    print("bench: gas", flush=True)
    failed += gas.main([]) != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
