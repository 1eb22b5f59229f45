"""Compile on every core, before anything else runs: `make compile` the suite's contracts, `make test` what tests run as well.

Nothing depends on it. What is compiled lies in `.cache`, by the digest of all sources, and a second run finds it there at once.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def compile_one(path: Path, name: str | None, hashed: str) -> None:
    """A contract as tests load it; one of the suite, which has a name and the hash of its sources, also as deployments take it."""
    from mdt.deploy.compiled import keep
    from tools import compiler_cache

    compiler_cache.install(ROOT)
    data = compiler_cache.compiled(path)
    if name is not None:
        keep(name, data, hashed, ROOT)


def main(arguments: list[str]) -> int:
    """The long ones first, so that no core ends up with one of them alone."""
    from mdt.deploy.compiled import source_hash
    from mdt.names import EVERY_SOURCE

    jobs: list[tuple[Path, str | None, str]] = [(ROOT / "contracts" / f"{source}.vy", name, source_hash(name, ROOT)) for name, source in EVERY_SOURCE.items()]
    if "--suite" not in arguments:
        jobs += [(path, None, "") for path in (ROOT / "tests" / "harness").glob("*.vy")]
    jobs.sort(key=lambda job: -job[0].stat().st_size)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for done in [pool.submit(compile_one, *job) for job in jobs]:
            done.result()
    print(f"compile: {len(jobs)} contracts")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
