"""Compile every contract anew, with warnings as errors, and compare with what is deployed: what `make strict` runs."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from mdt.deploy.compiled import from_vyper
from mdt.names import EVERY_SOURCE
from tools import contracts


def main() -> int:
    """0 if nothing warns."""
    paths = ["-p", str(contracts.ROOT), "-p", str(contracts.SITE_PACKAGES)]

    def compiled(name: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["vyper", "-W", "error", *paths, f"contracts/{name}.vy"], cwd=contracts.ROOT, capture_output=True, text=True, check=False)

    failed, deployed = 0, {EVERY_SOURCE[name]: made.bytecode for name, made in from_vyper(tuple(EVERY_SOURCE)).items()}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, done in zip(contracts.deployables(), pool.map(compiled, contracts.deployables()), strict=True):
            if done.returncode != 0:
                failed += 1
                print(f"strict: contracts/{name}.vy", done.stderr.strip()[-2_000:], sep="\n", file=sys.stderr)
            elif bytes.fromhex(done.stdout.strip().removeprefix("0x")) != deployed[name]:
                failed += 1
                print(f"strict: contracts/{name}.vy: what `.cache/compiled` keeps is something else; remove `.cache`", file=sys.stderr)
    if not failed:
        print(f"strict: {len(contracts.deployables())} contracts, no warnings, and the bytecode that is deployed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
