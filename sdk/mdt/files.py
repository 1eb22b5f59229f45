"""Files that are written whole or not at all, and values as JSON carries them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mdt.errors import DeploymentError

ROOT = Path(__file__).resolve().parents[2]
"""The checkout."""


def canonical_json(data: dict[str, Any]) -> str:
    """JSON with sorted keys, two-space indent, ASCII and a final newline: one text for one content."""
    return json.dumps(data, sort_keys=True, indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def readable(value: Any) -> Any:
    """A value for JSON: integers beyond 2^53 as decimal strings, so that every reader keeps them exact."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, Mapping):
        return {str(key): readable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [readable(item) for item in value]
    return value


def read_json(source: Path) -> dict[str, Any]:
    """A record's content.

    Raises:
        DeploymentError: unreadable, or not a mapping.
    """
    try:
        content = json.loads(source.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DeploymentError(f"{source} cannot be read ({error}): restore it from version control or backup") from error
    if not isinstance(content, dict):
        raise DeploymentError(f"{source} is not a record: restore it from version control or backup")
    return content


def write_json(target: Path, content: Any) -> None:
    """Write a record atomically."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(f".{os.getpid()}.tmp")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(target)
