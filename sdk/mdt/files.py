"""Files that are written whole or not at all, files that come with the package, and values as JSON carries them."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from mdt.errors import DeploymentError
from mdt.written.item import Source
from mdt.written.read import read_bytes, values_of

ROOT = Path(__file__).resolve().parents[2]
"""The checkout, where this is one; see `is_checkout`."""
EXACT = 2**53
"""Above it a reader of JSON may round a number."""
_RESTORE = "The record cannot be read: restore it from version control or backup"
DRAFT = ".partial"
"""How a file ends that is still being written, or was when its writer died. Its name begins with a dot; nothing ever reads it."""


def is_checkout() -> bool:
    """Whether the package runs from the repository, and not from an installed wheel."""
    return (ROOT / "pyproject.toml").is_file() and (ROOT / "contracts").is_dir()


def shipped(*parts: str) -> Path:
    """A file or folder of the repository that the wheel carries as well: `config`, `deployments`, `snapshots/abi`, `snapshots/deploy.json`.

    In a checkout it is the repository's own; an installed package has a copy beside its modules.
    """
    if is_checkout():
        return ROOT.joinpath(*parts)
    return Path(str(resources.files("mdt"))).joinpath("shipped", *parts)


def canonical_json(data: dict[str, Any]) -> str:
    """JSON with sorted keys, two-space indent, ASCII and a final newline: one text for one content."""
    return json.dumps(data, sort_keys=True, indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def exact(value: int, _name: str) -> int | str:
    """An integer as a number, and beyond 2^53, where readers of JSON may round, as a decimal string."""
    return value if abs(value) < EXACT else str(value)


def readable(value: Any, name: str = "", integer: Callable[[int, str], int | str] = exact) -> Any:
    """A value for JSON: structs as mappings, bytes as 0x, integers so that every reader keeps them exact.

    Args:
        value: Structs (dataclasses), mappings, sequences, bytes, integers and texts, in any depth; what is none of these as its text.
        name: The name of the field or argument it is the value of.
        integer: How an integer of a name is written.
    """
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return integer(int(value), name)
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: readable(getattr(value, one.name), one.name, integer) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): readable(item, str(key), integer) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [readable(item, name, integer) for item in value]
    return str(value)


def read_record(source: Path) -> bytes:
    """A record as it stands on the disk.

    Raises:
        DeploymentError: it cannot be read, or is too large.
    """
    if not source.is_file():
        raise DeploymentError(f"{source} is no file, or one that leads nowhere: move it out of the folder")  # such as a pipe, which nobody writes to
    try:
        return read_bytes(source, Source(str(source), DeploymentError))
    except DeploymentError as error:
        raise DeploymentError(f"{error}. {_RESTORE}") from error


def record_of(data: bytes, source: Path) -> dict[str, Any]:
    """A record's content.

    Raises:
        DeploymentError: malformed, a key twice, or not a mapping; names the place.
    """
    try:
        content = values_of(data, Source(str(source), DeploymentError))
    except DeploymentError as error:
        raise DeploymentError(f"{error}. {_RESTORE}") from error
    if not isinstance(content, dict):
        raise DeploymentError(f"{source} is not a record: restore it from version control or backup")
    return content


def read_json(source: Path) -> dict[str, Any]:
    """The content of a record on the disk.

    Raises:
        DeploymentError: as both above.
    """
    return record_of(read_record(source), source)


def write_whole(target: Path, content: str | bytes) -> Path:
    """Write a file so that whoever reads it, at any moment, finds the old content or the new one. Missing folders are made.

    A process that dies on the way leaves a draft beside the target, `.<name>.<8 hex digits>.partial`, which nothing reads.

    Args:
        target: The file.
        content: Text is written as UTF-8 with the line ends it has.

    Raises:
        OSError: the disk refuses; the old content stands.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}{DRAFT}")
    try:
        with draft.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        return draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def write_json(target: Path, content: Any) -> None:
    """Write a record whole, indented by two; see `write_whole`.

    Raises:
        DeploymentError: the disk refuses; the old content stands.
    """
    try:
        write_whole(target, json.dumps(content, indent=2) + "\n")
    except OSError as error:
        raise DeploymentError(
            f"{target} cannot be written ({error.strerror or error}): make room, or make its folder writable, and run the same command again."
            " `mdt tx list` has what was sent"
        ) from error
