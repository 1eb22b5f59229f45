"""The tests that belong to a file: `make one T=sdk/mdt/model/utility.py`, `make one T=contracts/token/MDT.vy`, `make one T=tests/unit/token`.

A test, or a folder of tests, stands for itself. To a source belong the tests that carry its name, and the quick ones (no process, no state machine)
that import it. This is the loop while something is being changed; `make test` is what decides.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
QUICK_FOLDERS = ("differential", "sdk", "unit")
NAMED_AFTER = ("differential", "sdk", "stateful", "unit")

OTHER_NAMES = {
    "mdt": "token",
    "distribution_schedules": "schedules",
    "reward_distributor": "distributor",
    "attestations": "emission_controller",
    "guardian": "emission_controller",
    "ownable": "block_reward",
}
"""Sources whose tests go by another name: a shorter one, or that of the contract that shows them."""


def snake(name: str) -> str:
    """A contract's name as test folders write it: `EmissionController` as `emission_controller`, `MDT` as `token`."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return OTHER_NAMES.get(name, name)


def named_after(stem: str, root: Path) -> list[Path]:
    """Test files and folders that carry a name: `test_<name>.py`, `test_<name>_<more>.py`, `<name>/`."""
    found = []
    for folder in NAMED_AFTER:
        base = root / "tests" / folder
        files = [path for path in sorted(base.rglob("test_*.py")) if f"{path.stem}_".startswith(f"test_{stem}_")]
        found += [path for path in sorted(base.rglob(stem)) if path.is_dir()] + files
    return found


def quick_tests(root: Path) -> dict[Path, str]:
    """Every quick test file with its text."""
    paths = [path for folder in QUICK_FOLDERS for path in sorted((root / "tests" / folder).rglob("test_*.py"))]
    return {path: path.read_text(encoding="utf-8") for path in paths}


def importing(source: Path, root: Path) -> list[Path]:
    """Quick tests that import a module of `sdk/`."""
    parts = source.relative_to(root / "sdk").with_suffix("").parts
    parts = parts[:-1] if parts[-1] == "__init__" else parts
    module, parent, name = ".".join(parts), ".".join(parts[:-1]), parts[-1]
    pattern = re.compile(
        rf"^(?:from {re.escape(module)} import|import {re.escape(module)}\b|from {re.escape(parent)} import (?:\([^)]*|.*)\b{name}\b)", re.MULTILINE
    )
    return [path for path, text in quick_tests(root).items() if pattern.search(text)]


def harnessed(stem: str, root: Path) -> list[Path]:
    """Quick tests that run a harness which imports a Vyper module of this name."""
    imports = re.compile(rf"^from \S+ import {stem}\b|^import \S*\b{stem}\b", re.MULTILINE)
    names = [path.stem for path in (root / "tests" / "harness").glob("*.vy") if imports.search(path.read_text(encoding="utf-8"))]
    asked = re.compile("|".join(rf'"{name}"' for name in names)) if names else None
    return [path for path, text in quick_tests(root).items() if asked and asked.search(text)]


def of_the_area(module: Path, root: Path) -> list[Path]:
    """The unit tests of the contracts that a module stands beside: its own, if no test carries its name."""
    return [path for contract in sorted(module.parent.parent.glob("*.vy")) for path in named_after(snake(contract.stem), root) if path.is_dir()]


def tests_of(target: str, root: Path) -> list[str]:
    """What to run for a path, relative to the project.

    Raises:
        ValueError: there is no such path, or no test belongs to it.
    """
    path = (root / target).resolve()
    if not path.exists():
        raise ValueError(f"{target} does not exist: name a file or folder below {root.name}/")
    if path.is_relative_to(root / "tests"):
        return [path.relative_to(root).as_posix()]
    found = named_after(snake(path.stem), root)
    if path.suffix == ".py" and path.is_relative_to(root / "sdk"):
        found += importing(path, root)
    elif path.suffix == ".vy":
        found += harnessed(path.stem, root) or (of_the_area(path, root) if not found else [])
    if not found:
        raise ValueError(f"no test carries the name {snake(path.stem)} or imports {target}: name the tests themselves, T=tests/...")
    return sorted({one.relative_to(root).as_posix() for one in found})


def main(arguments: list[str]) -> int:
    """Run them, in this process's place."""
    if len(arguments) != 1 or not arguments[0]:
        print("one: say which file: make one T=sdk/mdt/model/utility.py", file=sys.stderr)
        return 2
    try:
        chosen = tests_of(arguments[0], ROOT)
    except ValueError as error:
        print(f"one: {error}", file=sys.stderr)
        return 2
    print("one:", *chosen, flush=True)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", "-q", "--tb=short", *chosen])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
