"""A deep run of one state machine, in shards that add up: `python -m tools.deep TestWholeSystem --examples 500 --steps 200 --shards 4 --seed 1`.

Each shard is a process with a part of the examples and a seed of its own, `--at-once` of them at a time. A shard that failed is run again by its seed:
its log names it. revm runs the contracts where it is installed; `MDT_EVM=py-evm` before the command has py-evm run them. The sums are one more row of
`bench/results/deep.json`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tools.deep_shard import ASKED

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "results" / "deep.json"
LOGS = ROOT / "out" / "deep"
EVERY = 30
"""Seconds between two lines of progress."""
CASE = re.compile(r"^(Test\w+) = \w+\.TestCase$", re.MULTILINE)


def machines(root: Path = ROOT) -> dict[str, str]:
    """The test cases of all state machines, and the files that they are in."""
    paths = sorted((root / "tests" / "stateful").glob("test_*.py"))
    return {name: path.relative_to(root).as_posix() for path in paths for name in CASE.findall(path.read_text(encoding="utf-8"))}


def parts_of(examples: int, shards: int) -> list[int]:
    """The examples of each shard: as even as they can be, and all of them together."""
    return [examples // shards + (number < examples % shards) for number in range(shards)]


@dataclass
class Shard:
    """A process with a part of the examples."""

    machine: str
    file: str
    seed: int
    examples: int
    steps: int

    @property
    def counted(self) -> Path:
        """What it has done."""
        return LOGS / f"{self.machine}-{self.seed}.json"

    @property
    def log(self) -> Path:
        """What it says."""
        return LOGS / f"{self.machine}-{self.seed}.log"

    def start(self) -> subprocess.Popen[bytes]:
        """Begin."""
        self.counted.unlink(missing_ok=True)
        asked = {"examples": self.examples, "steps": self.steps, "path": str(self.counted)}
        environment = os.environ | {"MDT_PROFILE": "quick", ASKED: json.dumps(asked)}
        test = [f"{self.file}::{self.machine}", f"--hypothesis-seed={self.seed}"]
        command = [sys.executable, "-m", "pytest", "-q", "-p", "tools.deep_shard", "-p", "no:cacheprovider", *test]
        with self.log.open("wb") as log:
            return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)

    def read(self) -> dict[str, Any]:
        """What it noted; nothing yet while it builds."""
        empty = {"engine": "", "lives": 0, "steps": 0, "failures": 0, "seconds": 0.0, "cpu_seconds": 0.0, "is_over": False}
        return json.loads(self.counted.read_text(encoding="utf-8")) if self.counted.is_file() else empty


def added(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The sums over shards. One that died without an end is a failure."""
    engines = sorted({row["engine"] for row in rows} - {""})
    return {
        "engine": " and ".join(engines),
        "lives": sum(row["lives"] for row in rows),
        "steps": sum(row["steps"] for row in rows),
        "failures": sum(max(row["failures"], not row["is_over"]) for row in rows),
        "seconds": round(sum(row["seconds"] for row in rows), 1),
        "cpu_seconds": round(sum(row["cpu_seconds"] for row in rows), 1),
    }


def words(found: dict[str, Any]) -> str:
    """A line of progress."""
    each = f"{1_000 * found['cpu_seconds'] / found['steps']:.1f} ms of CPU a step" if found["steps"] else "no step yet"
    return f"deep: {found['lives']} lives, {found['steps']} steps, {each}"


def run(shards: list[Shard], at_once: int) -> Iterator[str]:
    """Run all of them, a few at a time; yields lines of progress."""
    LOGS.mkdir(parents=True, exist_ok=True)
    waiting, running = list(shards), list[tuple[Shard, subprocess.Popen[bytes]]]()
    said = time.monotonic()
    while waiting or running:
        while waiting and len(running) < at_once:
            shard = waiting.pop(0)
            running.append((shard, shard.start()))
        time.sleep(0.5)
        for shard, process in list(running):
            if process.poll() is not None:
                running.remove((shard, process))
                outcome = f"failed, see {os.path.relpath(shard.log, ROOT)}" if process.returncode else "ended"
                yield f"deep: the shard of seed {shard.seed} {outcome}"
        if time.monotonic() - said > EVERY:
            said = time.monotonic()
            yield words(added([one.read() for one in shards]))


def note(row: dict[str, Any], path: Path | None = None) -> None:
    """One more row, of the results unless another file is named."""
    path = path or RESULTS
    rows = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([*rows, row], indent=2) + "\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """0 if nothing was found."""
    known = machines()
    parser = argparse.ArgumentParser(prog="python -m tools.deep", description="a deep run of one state machine, in shards that add up")
    parser.add_argument("machine", choices=sorted(known))
    parser.add_argument("--examples", type=int, default=500, help="lives in all")
    parser.add_argument("--steps", type=int, default=200, help="of each life, at most")
    parser.add_argument("--shards", type=int, default=1, help="processes in all")
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1, help="of these at a time")
    parser.add_argument("--seed", type=int, default=0, help="of the first shard; the others have the next ones")
    given = parser.parse_args(arguments)
    if min(given.examples, given.steps, given.at_once) < 1 or not 1 <= given.shards <= given.examples:
        parser.error("examples, steps and what runs at once are at least 1, and shards at most as many as examples")
    parts = parts_of(given.examples, given.shards)
    shards = [Shard(given.machine, known[given.machine], given.seed + number, part, given.steps) for number, part in enumerate(parts)]
    for line in run(shards, given.at_once):
        print(line, flush=True)
    sums = added([shard.read() for shard in shards])
    size = {"examples": given.examples, "steps_of_a_life": given.steps, "shards": given.shards, "seed": given.seed}
    note({"machine": given.machine, "date": datetime.now(UTC).strftime("%Y-%m-%d"), **size, **sums})
    print(f"{words(sums)}, {sums['failures']} failures, on {sums['engine']}")
    return 1 if sums["failures"] else 0


if __name__ == "__main__":
    sys.exit(main())
