"""Compile what tests run, on every core, before they start: the processes of one run would otherwise compile the same contracts side by side.

Nothing depends on it. What is compiled lies in `.cache`, by the digest of all sources, and a second run finds it there at once.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def for_titanoboa(path: Path) -> None:
    """A contract or a harness as tests load it."""
    import boa

    from tests.support import compiler_cache

    compiler_cache.install(ROOT)
    boa.load_partial(str(path))


def for_deploying(name: str) -> None:
    """A contract of the suite as deployments take it."""
    from mdt.deploy.compiled import from_vyper

    from_vyper((name,))


def main() -> int:
    """The long ones first, so that no core ends up with one of them alone."""
    from mdt.names import SOURCES

    sources = [ROOT / "contracts" / f"{source}.vy" for source in SOURCES.values()]
    by_size = sorted([*sources, *(ROOT / "tests" / "harness").glob("*.vy")], key=lambda path: -path.stat().st_size)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        waiting = [pool.submit(for_titanoboa, path) for path in by_size] + [pool.submit(for_deploying, name) for name in SOURCES]
        for one in waiting:
            one.result()
    return 0


if __name__ == "__main__":
    sys.exit(main())
