"""One run of a deployment at a time: two in one folder would write over each other's records, and lose the numbers of transactions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from filelock import FileLock, Timeout

from mdt.errors import DeploymentError
from mdt.suite.records import Folder

NAME = ".deploy.lock"


@contextmanager
def locked(folder: Folder) -> Iterator[Folder]:
    """Hold a folder from before its records are read until the run ends. The system frees it when this process ends, however it ends.

    Raises:
        DeploymentError: another process holds it, or the folder cannot be written.
    """
    path = folder.path / NAME
    lock = FileLock(path, thread_local=False)
    try:
        folder.path.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
        path.write_text(str(os.getpid()), encoding="ascii")
    except Timeout as error:
        raise DeploymentError(f"another deploy runs in {folder.path}, {_holder(folder)}: wait until it has ended, then run this again") from error
    except OSError as error:
        raise DeploymentError(f"{folder.path} cannot be written ({error.strerror}): a deployment keeps its records there") from error
    try:
        yield folder
    finally:
        with suppress(OSError):
            path.unlink()  # while it is held: whoever opened it meanwhile sees that it is gone, and opens another
        lock.release()
        with suppress(OSError):
            folder.path.rmdir()  # an empty folder would hide the public record of the same network


def _holder(folder: Folder) -> str:
    """Which process holds it, as far as it has said so."""
    with suppress(OSError):
        if (number := (folder.path / NAME).read_text(encoding="ascii", errors="replace")).isdigit():
            return f"process {number}"
    return "in another process"
