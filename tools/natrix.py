"""Run natrix over every contract and module: what `make lint` runs.

NTX4 (could be @view) and NTX5 (could be @pure) are off: they do not see what an imported module reads.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """The exit code of natrix; its findings go to standard output."""
    done = subprocess.run(["natrix", "lint", "contracts", "-d", "NTX4", "NTX5"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0 or "lint free" not in done.stdout:
        print(done.stdout, done.stderr, sep="\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
