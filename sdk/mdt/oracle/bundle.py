"""The published evidence of one epoch: a folder of canonical files from which anybody recomputes the report.

    epoch-000007/
      inputs/{participation,scores,tasks}.csv   what was measured: sorted, exact decimals
      basis.json                                what the epoch builds on: previous root and total, and the miner share
      measurements.json  scores.csv  allocation.csv  leaves.csv  tree.json
      manifest.json                             length, sha256 and keccak256 of each of the above
      report.json                               what is signed; its data_hash is the keccak256 of manifest.json
      signatures/attempt-<n>/<reporter>.json    added by `attest`

Canonical: LF, ASCII, sorted keys, quantities as whole numbers in text, no times, no names of machines. The same inputs give the same bytes
everywhere. Neither report.json nor signatures are in the manifest, so a report that must be signed again keeps its data_hash.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from mdt.crypto.keccak import keccak, streaming
from mdt.errors import BundleError, DataError
from mdt.files import canonical_json
from mdt.oracle.collect import Dataset
from mdt.oracle.epoch import EpochResult, MinerShare, compute
from mdt.oracle.inputs import EpochInputs, decimal
from mdt.oracle.ledger import Ledger
from mdt.oracle.read import Sources
from mdt.oracle.report import Report
from mdt.oracle.schema import PARTICIPATION, SCORES, TASKS

FORMAT = "mdt-bundle-1"
MANIFEST = "manifest.json"
REPORT = "report.json"
SIGNATURES = "signatures"

_INPUTS = ("inputs/participation.csv", "inputs/scores.csv", "inputs/tasks.csv")
_LINES_A_WRITE = 20_000

Contents = dict[str, Callable[[], Iterable[str]]]  # file name -> its lines, made afresh at each call


# --- what the files say ---


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
        **_input_lines(result.inputs),
        "measurements.json": lambda: canonical_json(measurements).splitlines(keepends=True),
        "basis.json": lambda: canonical_json(basis).splitlines(keepends=True),
        "scores.csv": lambda: _csv("miner,weight", (f"{miner},{weight}\n" for miner, weight in result.weights)),
        "allocation.csv": lambda: _csv("miner,amount", (f"{miner},{amount}\n" for miner, amount in result.allocation)),
        "leaves.csv": result.ledger.lines,
        "tree.json": lambda: canonical_json(tree).splitlines(keepends=True),
    }


def _input_lines(inputs: EpochInputs) -> Contents:
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


# --- writing ---


def bundle_path(folder: str | Path, epoch: int) -> Path:
    """Where the bundle of an epoch stands in a folder of bundles."""
    return Path(folder) / f"epoch-{epoch:06d}"


def signatures_path(bundle: str | Path, attempt: int) -> Path:
    """Where the signatures over one attempt of a bundle's report stand."""
    return Path(bundle) / SIGNATURES / f"attempt-{attempt}"


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
        manifest = _manifest(result.inputs.epoch, entries)
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


def _manifest(epoch: int, entries: dict[str, dict[str, str]]) -> str:
    return canonical_json({"epoch": str(epoch), "files": entries, "format": FORMAT})


def _require_same(final: Path, manifest: str, entries: dict[str, dict[str, str]]) -> None:
    for name, entry in entries.items():
        if not (final / name).is_file() or _entry_of_file(final / name) != entry:
            raise BundleError(f"{final} exists, and its {name} has another content; a bundle is never overwritten: move it away first")
    if (final / MANIFEST).read_bytes() != manifest.encode("ascii"):
        raise BundleError(f"{final} exists, and its {MANIFEST} has another content; a bundle is never overwritten: move it away first")


def _entry_of_file(path: Path) -> dict[str, str]:
    entry = _Entry()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            entry.update(block)
    return entry.as_json()


def _entry_of_lines(lines: Iterable[str]) -> dict[str, str]:
    entry = _Entry()
    for block in _blocks(lines):
        entry.update(block)
    return entry.as_json()


# --- reading ---


def read_report(bundle: str | Path) -> Report:
    """The report of a bundle.

    Raises:
        BundleError: there is none, or it is malformed.
    """
    path = Path(bundle) / REPORT
    try:
        return Report.from_json(path.read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError) as error:
        raise BundleError(f"{path}: not readable ({error}); is this the folder of a bundle?") from error
    except BundleError as error:
        raise BundleError(f"{path}: {error}") from error


def read_ledger(bundle: str | Path) -> Ledger:
    """The ledger after a bundle's epoch.

    Raises:
        BundleError: there is none, or it is malformed.
    """
    path = Path(bundle) / "leaves.csv"
    if not path.is_file():
        raise BundleError(f"{path} does not exist; is this the folder of a bundle?")
    return Ledger.read(path)


def write_tree(bundle: str | Path, path: str | Path) -> None:
    """Write the tree after a bundle's epoch in the JSON that `StandardMerkleTree.load` of `@openzeppelin/merkle-tree` reads.

    Raises:
        BundleError: there is no ledger, or it is empty and so has no tree.
    """
    tree = read_ledger(bundle).tree
    if tree is None:
        raise BundleError(f"{bundle}: nobody has been paid yet, so there is no tree")
    tree.dump(Path(path))


# --- verifying ---


@dataclass(frozen=True)
class Verification:
    """What recomputing a bundle showed.

    Attributes:
        difference: the first file and line that does not follow from the inputs; empty when everything does.
        report: the report as recomputed (attempt as found); None when the inputs do not compute.
        result: the whole recomputed epoch, or None.
    """

    difference: str
    report: Report | None = None
    result: EpochResult | None = None

    @property
    def ok(self) -> bool:
        """Whether every file is what the inputs give."""
        return not self.difference


def verify_bundle(
    bundle: str | Path, previous: Ledger, miner_share: MinerShare, *, data_hash: bytes | None = None, dataset: Dataset | None = None
) -> Verification:
    """Recompute a bundle from its inputs and compare every byte.

    Args:
        bundle: folder of the bundle.
        previous: ledger after the settled epoch before it (empty for the first).
        miner_share: the controller's formula (its `preview`, or the model).
        data_hash: what the chain recorded, if the caller knows it.
        dataset: independent source data, to check the inputs themselves.
    """
    bundle = Path(bundle)
    if not bundle.is_dir():
        return Verification(f"{bundle}: is not the folder of a bundle")
    try:
        found: Report | BundleError = read_report(bundle)
    except BundleError as error:
        found = error
    attested = data_hash or (found.data_hash if isinstance(found, Report) else None)
    changed = _changed_input(bundle, attested)
    try:
        inputs = _read_inputs(bundle)
        result = compute(inputs, previous, miner_share)
    except (DataError, BundleError) as error:
        return Verification(_blame(changed, str(error).splitlines()[0]))
    expected = contents(result)
    if stray := _stray(bundle, {*expected, MANIFEST, REPORT}):
        return Verification(f"{stray}: does not belong to a bundle", result=result)
    if dataset is not None and (difference := _against(bundle, inputs.epoch, dataset)):
        return Verification(difference, result=result)
    differences = (difference for name, lines in expected.items() if (difference := _compare(bundle, name, lines())))
    if changed or (difference := next(differences, "")):
        return Verification(_blame(changed, next(differences, "") if changed else difference), result=result)
    manifest = _manifest(inputs.epoch, {name: _entry_of_lines(lines()) for name, lines in expected.items()})
    if difference := _compare(bundle, MANIFEST, manifest.splitlines(keepends=True)):
        return Verification(difference, result=result)
    if isinstance(found, BundleError):
        return Verification(f"{REPORT}:1: {str(found).removeprefix(f'{bundle / REPORT}: ')}", result=result)
    report = result.report(found.attempt, keccak(manifest.encode("ascii")))
    difference = _compare(bundle, REPORT, report.to_json().splitlines(keepends=True))
    if not difference and data_hash is not None and report.data_hash != data_hash:
        difference = f"{MANIFEST}:1: its keccak256 is {_hex(report.data_hash)}, the chain has {_hex(data_hash)}: another bundle was attested"
    return Verification(difference, report, result)


def _blame(changed: str, difference: str) -> str:
    """Name the input that was changed, with its first consequence, rather than the consequence alone."""
    if not changed or difference.startswith(f"{changed}:"):
        return difference
    return f"{changed}: is not the file that {MANIFEST} lists" + (f"; first consequence: {difference}" if difference else "")


def _against(bundle: Path, epoch: int, dataset: Dataset) -> str:
    """The first line of the inputs that the source data do not give."""
    try:
        source = _input_lines(dataset.epoch(epoch))
    except DataError as error:
        return f"the source data: {error}"
    found = next((difference for name, lines in source.items() if (difference := _compare(bundle, name, lines()))), "")
    return f"{found} (from the source data)" if found else ""


def _read_inputs(bundle: Path) -> EpochInputs:
    folder = bundle / "inputs"
    paths = {table.name: folder / f"{table.name}.csv" for table in (TASKS, SCORES, PARTICIPATION)}
    for path in paths.values():
        if not path.is_file():
            raise BundleError(f"inputs/{path.name}: is missing")
    try:
        with Dataset.open(Sources(**{name: (path,) for name, path in paths.items()})) as data:
            epochs = data.epochs()
            if len(epochs) != 1:
                raise BundleError(f"inputs/participation.csv:{min(len(epochs) + 1, 3)}: has {len(epochs)} epochs, a bundle has one")
            inputs = data.epoch(epochs[0])
    except DataError as error:
        raise BundleError(f"inputs/{error}") from error
    for name, lines in _input_lines(inputs).items():
        if difference := _compare(bundle, name, lines()):
            raise BundleError(difference)
    return inputs


def _stray(bundle: Path, known: set[str]) -> str:
    for path in sorted(bundle.rglob("*")):
        name = path.relative_to(bundle).as_posix()
        if path.is_file() and name not in known and not name.startswith(f"{SIGNATURES}/"):
            return name
    return ""


def _changed_input(bundle: Path, attested: bytes | None) -> str:
    """The first input that is not what the manifest lists, if that manifest is the attested one; else empty."""
    path = bundle / MANIFEST
    if attested is None or not path.is_file() or keccak(text := path.read_bytes()) != attested:
        return ""
    try:
        files: dict[str, Any] = json.loads(text)["files"]
        return next((name for name in _INPUTS if (bundle / name).is_file() and _entry_of_file(bundle / name) != files[name]), "")
    except (ValueError, KeyError, TypeError):
        return ""


def _compare(bundle: Path, name: str, lines: Iterable[str]) -> str:
    """The first line of a file that is not as expected, in words; empty when all are."""
    path = bundle / name
    if not path.is_file():
        return f"{name}: is missing"
    with path.open("rb") as stream:
        for number, (found, wanted) in enumerate(zip_longest(stream, lines), start=1):
            if wanted is None:
                return f"{name}:{number}: is {_shown(found)}, but the file should end before it"
            if found != wanted.encode("ascii"):
                return f"{name}:{number}: is {'missing' if found is None else _shown(found)}, recomputed {_shown(wanted.encode('ascii'))}"
    return ""


def _shown(line: bytes) -> str:
    text = repr(line.decode("ascii", errors="backslashreplace").removesuffix("\n"))[1:-1]
    return text if len(text) <= 120 else text[:117] + "..."
