"""Run natrix over the contracts: what `make lint` runs.

NTX4 (could be @view) and NTX5 (could be @pure) are off: they do not see what an imported module reads. Modules that use the state
of another are left out: natrix compiles each file alone, which such a module does not.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# A batch of 64 proofs of 32 hashes needs 70 kB of memory, which costs what its calldata costs; nothing else comes near.
LARGEST_FRAME = 75_000


def main() -> int:
    """0 if natrix finds nothing; its findings go to standard output."""
    paths = [path for path in sorted((ROOT / "contracts").rglob("*.vy")) if not re.search(r"^uses:", path.read_text(encoding="utf-8"), re.MULTILINE)]
    names = [path.relative_to(ROOT).as_posix() for path in paths]
    command = ["natrix", "lint", *names, "--json", "-d", "NTX4", "NTX5", "-c", f"MemoryExpansion.max_frame_size={LARGEST_FRAME}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        issues = json.loads(done.stdout)
    except json.JSONDecodeError:
        print(done.stdout, done.stderr[-3_000:], sep="\n")
        return 1
    found = [f"{issue['file']}:{issue['position']}: {issue['code']} {issue['message']}" for issue in issues]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
