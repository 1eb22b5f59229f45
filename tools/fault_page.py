"""The page of faults: `python -m tools.fault_page --write` tries every command with every fault against a real node, which takes minutes."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from tests.faults.chapters import CHAPTERS
from tests.faults.deployed import deployed
from tests.faults.faults import EVERYWHERE, FAULTS
from tests.faults.outcomes import Outcome
from tests.faults.page import PAGE, THOROUGH, cells_of, text
from tests.faults.walk import walk


def outcomes() -> list[Outcome]:
    """All of them, in the order of the page."""
    with tempfile.TemporaryDirectory() as folder, deployed(Path(folder)) as made:
        found = list(made.outcomes)
        for name, chapter in CHAPTERS.items():
            print(f"fault page: {name}", file=sys.stderr)
            found += walk(made.world, chapter, lambda row: FAULTS.values() if row.name in THOROUGH else EVERYWHERE)
    return found


def main(arguments: list[str]) -> int:
    """Write the page, or say whether it is current; 1 if it is not, or if a command has broken the law."""
    if shutil.which("anvil") is None:
        print("fault page: anvil is not installed (make npm); the page stays as it is", file=sys.stderr)
        return 0
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"  # else the environment is searched for one at each request
    found = outcomes()
    complaints = [complaint for one in found for complaint in one.complaints()]
    for line in complaints:
        print(f"fault page: {line}", file=sys.stderr)
    made = text(cells_of(found))
    if "--write" in arguments and not complaints:
        PAGE.write_text(made, encoding="utf-8")
        return 0
    is_current = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == made
    if not is_current:
        print(f"fault page: {PAGE.name} is not current; run `make faults`", file=sys.stderr)
    return int(bool(complaints) or not is_current)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
