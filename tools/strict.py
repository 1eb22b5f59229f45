"""Compile every contract with warnings as errors: what `make strict` runs."""

from __future__ import annotations

import subprocess
import sys

from tools import contracts


def main() -> int:
    """0 if nothing warns."""
    paths = ["-p", str(contracts.ROOT), "-p", str(contracts.SITE_PACKAGES)]
    failed = 0
    for name in contracts.deployables():
        done = subprocess.run(["vyper", "-W", "error", *paths, f"contracts/{name}.vy"], cwd=contracts.ROOT, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            failed += 1
            print(f"strict: contracts/{name}.vy", done.stderr.strip()[-2_000:], sep="\n", file=sys.stderr)
    if not failed:
        print(f"strict: {len(contracts.deployables())} contracts, no warnings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
