"""Writing a bundle: what its files say, in one canonical form, and all of them at once or none."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from mdt.crypto.keccak import keccak, streaming
from mdt.errors import BundleError
from mdt.files import canonical_json
from mdt.oracle.bundle import FORMAT, MANIFEST, REPORT, bundle_path
from mdt.oracle.epoch import EpochResult
from mdt.oracle.inputs import EpochInputs, decimal
from mdt.oracle.schema import PARTICIPATION, SCORES, TASKS

_LINES_A_WRITE = 20_000

Contents = dict[str, Callable[[], Iterable[str]]]  # file name -> its lines, made afresh at each call


def contents(result: EpochResult) -> Contents:
    """All files of the manifest, in the order in which they follow from each other."""
    measured = result.measurements
    basis = {"miner_share": str(result.miner_share), "previous_root": _hex(result.previous.root), "previous_total": str(result.previous.total)}
    measurements = {name: str(getattr(measured, name)) for name in ("epoch", "tasks", "difficulty", "participation")}
    tree = {
        "accounts": str(len(result.ledger)),
        "cumulative_total": str(result.ledger.total),
        "leaf_encoding": ["address", "uint256"],
        "outcome": result.outcome.value,
        "root": _hex(result.ledger.root),
    }
    return {
        **input_lines(result.inputs),
        "measurements.json": lambda: canonical_json(measurements).splitlines(keepends=True),
        "basis.json": lambda: canonical_json(basis).splitlines(keepends=True),
        "scores.csv": lambda: _csv("miner,weight", (f"{miner},{weight}\n" for miner, weight in result.weights)),
        "allocation.csv": lambda: _csv("miner,amount", (f"{miner},{amount}\n" for miner, amount in result.allocation)),
        "leaves.csv": result.ledger.lines,
        "tree.json": lambda: canonical_json(tree).splitlines(keepends=True),
    }


def input_lines(inputs: EpochInputs) -> Contents:
    """The three files of inputs."""
    epoch = inputs.epoch
    return {
        "inputs/participation.csv": lambda: _csv(PARTICIPATION.header, [f"{epoch},{inputs.participants},{inputs.eligible}\n"]),
        "inputs/scores.csv": lambda: _csv(SCORES.header, (f"{epoch},{miner},{decimal(score)}\n" for miner, score in inputs.scores)),
        "inputs/tasks.csv": lambda: _csv(TASKS.header, (f"{epoch},{miner},{count},{decimal(hard)}\n" for miner, count, hard in inputs.tasks)),
    }


def _csv(header: str, rows: Iterable[str]) -> Iterator[str]:
    yield header + "\n"
    yield from rows


def _hex(value: bytes) -> str:
    return "0x" + value.hex()


def write_bundle(result: EpochResult, folder: str | Path, attempt: int) -> Path:
    """Write the bundle of an epoch: whole, or not at all.

    Everything is written beside its final place and moved there in one step. Writing the same epoch again is allowed when it gives the same
    bytes; only report.json then takes a new attempt.

    Returns:
        The folder of the bundle.

    Raises:
        BundleError: another bundle of this epoch stands there, or the disk refuses.
    """
    final = bundle_path(folder, result.inputs.epoch)
    partial = final.with_name(f".{final.name}.{secrets.token_hex(4)}.partial")
    try:
        (partial / "inputs").mkdir(parents=True)
        entries = {name: _write(partial / name, lines()) for name, lines in contents(result).items()}
        manifest = manifest_of(result.inputs.epoch, entries)
        _write(partial / MANIFEST, [manifest])
        report = result.report(attempt, keccak(manifest.encode("ascii")))
        _write(partial / REPORT, [report.to_json()])
        _sync(partial / "inputs")
        _sync(partial)
        if final.exists():
            _require_same(final, manifest, entries)
            os.replace(partial / REPORT, final / REPORT)  # noqa: PTH105 - the one atomic step
        else:
            partial.rename(final)
        _sync(final.parent)
    except OSError as error:
        raise BundleError(f"{final}: cannot be written ({error}); nothing was left half-written, run again") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return final


class _Entry:
    """A file's line of the manifest, made while its bytes pass by."""

    def __init__(self) -> None:
        self._sha256, self._keccak256, self._bytes = hashlib.sha256(), streaming(), 0

    def update(self, block: bytes) -> None:
        """The next bytes of the file."""
        self._sha256.update(block)
        self._keccak256.update(block)
        self._bytes += len(block)

    def as_json(self) -> dict[str, str]:
        """Length and hashes."""
        return {"bytes": str(self._bytes), "keccak256": _hex(self._keccak256.digest()), "sha256": _hex(self._sha256.digest())}


def _write(path: Path, lines: Iterable[str]) -> dict[str, str]:
    """Write a file, and give its manifest entry."""
    entry = _Entry()
    with path.open("xb") as stream:
        for block in _blocks(lines):
            stream.write(block)
            entry.update(block)
        stream.flush()
        os.fsync(stream.fileno())
    return entry.as_json()


def _blocks(lines: Iterable[str]) -> Iterator[bytes]:
    block: list[str] = []
    for line in lines:
        block.append(line)
        if len(block) == _LINES_A_WRITE:
            yield "".join(block).encode("ascii")
            block.clear()
    yield "".join(block).encode("ascii")


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def manifest_of(epoch: int, entries: dict[str, dict[str, str]]) -> str:
    """The text of manifest.json."""
    return canonical_json({"epoch": str(epoch), "files": entries, "format": FORMAT})


def _require_same(final: Path, manifest: str, entries: dict[str, dict[str, str]]) -> None:
    for name, entry in entries.items():
        if not (final / name).is_file() or entry_of_file(final / name) != entry:
            raise BundleError(f"{final} exists, and its {name} has another content; a bundle is never overwritten: move it away first")
    if (final / MANIFEST).read_bytes() != manifest.encode("ascii"):
        raise BundleError(f"{final} exists, and its {MANIFEST} has another content; a bundle is never overwritten: move it away first")


def entry_of_file(path: Path) -> dict[str, str]:
    """A file's line of the manifest."""
    entry = _Entry()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            entry.update(block)
    return entry.as_json()


def entry_of_lines(lines: Iterable[str]) -> dict[str, str]:
    """The line of the manifest of a file with these lines."""
    entry = _Entry()
    for block in _blocks(lines):
        entry.update(block)
    return entry.as_json()
