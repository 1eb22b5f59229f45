"""What all generated pages have in common: a folder of Markdown that is compared with what it should be, and written anew."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path

CODE = re.compile(
    r"(`[^`]*`)|(?<![\w-])--[a-z][a-z-]*\b|\b[\w/]+\.vyi?\b|\$?\b[A-Z][A-Z_]*_[A-Z_]+\b"
    r"|(?<![\w`])_?[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b|(?<![\w`])_[a-z]\w*\b"
)
"""What becomes code: what is code already, options, files of Vyper, constants and variables of the environment, names with underscores."""


def prose(text: str) -> str:
    """A text as Markdown: names as code, signs of formulas escaped."""
    joined = " ".join(text.split()).replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;").replace(">", "&gt;")
    return CODE.sub(lambda match: match[1] or f"`{match[0]}`", joined)


def differences(folder: Path, wanted: Mapping[Path, str]) -> list[str]:
    """Names of pages that are not current, missing, or of something that is gone."""
    stale = [path.name for path, text in wanted.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    return stale + [path.name for path in folder.glob("*.md") if path not in wanted]


def write(folder: Path, wanted: Mapping[Path, str]) -> None:
    """Write every page, and remove those of something that is gone."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.md"):
        if path not in wanted:
            path.unlink()
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")


def run(what: str, folder: Path, wanted: Mapping[Path, str], arguments: list[str]) -> int:
    """Write the pages with `--write`, or say which are not current; returns the exit code."""
    if "--write" in arguments:
        write(folder, wanted)
        return 0
    stale = differences(folder, wanted)
    for name in stale:
        print(f"{what}: {name} is not current; run `make docs`", file=sys.stderr)
    return 1 if stale else 0
