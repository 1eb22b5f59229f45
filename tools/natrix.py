"""Run natrix over the contracts: what `make lint` runs.

NTX4 (could be @view) and NTX5 (could be @pure) are off: they do not see what an imported module reads. Modules that use the state
of another are left out: natrix compiles each file alone, which such a module does not.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# A batch of 64 proofs of 32 hashes needs 70 kB of memory, which costs what its calldata costs; nothing else comes near.
LARGEST_FRAME = 75_000


# Getters that ERCs name in lower case, and that are constants here.
ERC_NAMES = re.compile(r"Constant '(name|symbol|decimals|version)' should be named in UPPER_SNAKE_CASE")

OPTIONS = ("--json", "-d", "NTX4", "NTX5", "-c", f"MemoryExpansion.max_frame_size={LARGEST_FRAME}")


def findings(names: list[str]) -> list[str]:
    """What natrix finds in some contracts.

    Raises:
        RuntimeError: it did not answer; with what it said.
    """
    done = subprocess.run(["natrix", "lint", *names, *OPTIONS], cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        issues = json.loads(done.stdout)
    except json.JSONDecodeError as error:
        raise RuntimeError(f"{done.stdout}\n{done.stderr[-3_000:]}") from error
    return [f"{issue['file']}:{issue['position']}: {issue['code']} {issue['message']}" for issue in issues if not ERC_NAMES.fullmatch(issue["message"])]


def main() -> int:
    """0 if natrix finds nothing; its findings go to standard output. It compiles file by file, so each core gets a part of them."""
    paths = [path for path in sorted((ROOT / "contracts").rglob("*.vy")) if not re.search(r"^uses:", path.read_text(encoding="utf-8"), re.MULTILINE)]
    names, cores = [path.relative_to(ROOT).as_posix() for path in paths], os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as pool:
        try:
            found = [line for part in pool.map(findings, [names[first::cores] for first in range(min(cores, len(names)))]) for line in part]
        except RuntimeError as error:
            print(error)
            return 1
    print("\n".join(sorted(found)), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
