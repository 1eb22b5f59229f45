"""Checking a bundle: it is recomputed from its inputs, and the first line that does not follow from them is named."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mdt.crypto.keccak import keccak
from mdt.errors import BundleError, DataError
from mdt.escapes import quoted
from mdt.oracle.bundle import MANIFEST, REPORT, SIGNATURES, read_report
from mdt.oracle.bundle_writing import contents, entry_of_file, entry_of_lines, input_lines, manifest_of
from mdt.oracle.collect import Dataset
from mdt.oracle.epoch import EpochResult, MinerShare, compute
from mdt.oracle.inputs import EpochInputs
from mdt.oracle.ledger import Ledger
from mdt.oracle.read import Sources
from mdt.oracle.report import Report
from mdt.oracle.schema import PARTICIPATION, SCORES, TASKS
from mdt.written.read import read_values

_SHOWN = 120
"""Characters of a line in an error."""
_MOST_TOO_LONG = 1 << 20
"""Bytes that a file may have above what the manifest says, and still be read to name the line that is wrong."""
_LARGEST = 1 << 30
"""Bytes of a file: twenty million miners fit. What a manifest of a stranger says bounds nothing."""
_PLAIN = re.compile(r"[a-z0-9/_.-]{1,80}")
_INPUTS = ("inputs/participation.csv", "inputs/scores.csv", "inputs/tasks.csv")


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
    if padded := _padded(bundle):
        return Verification(padded)
    changed = _changed_input(bundle, attested)
    try:
        inputs = _read_inputs(bundle)
        result = compute(inputs, previous, miner_share)
    except (DataError, BundleError) as error:
        return Verification(_blame(changed, str(error).splitlines()[0]))
    expected = contents(result)
    if stray := _stray(bundle, {*expected, MANIFEST, REPORT}):
        return Verification(f"{quoted(stray)}: does not belong to a bundle", result=result)
    if dataset is not None and (difference := _against(bundle, inputs.epoch, dataset)):
        return Verification(difference, result=result)
    differences = (difference for name, lines in expected.items() if (difference := _compare(bundle, name, lines())))
    if changed or (difference := next(differences, "")):
        return Verification(_blame(changed, next(differences, "") if changed else difference), result=result)
    manifest = manifest_of(inputs.epoch, {name: entry_of_lines(lines()) for name, lines in expected.items()})
    if difference := _compare(bundle, MANIFEST, manifest.splitlines(keepends=True)):
        return Verification(difference, result=result)
    if isinstance(found, BundleError):
        return Verification(f"{REPORT}:1: {str(found).removeprefix(f'{bundle / REPORT}: ')}", result=result)
    report = result.report(found.attempt, keccak(manifest.encode("ascii")))
    difference = _compare(bundle, REPORT, report.to_json().splitlines(keepends=True))
    if not difference and data_hash is not None and report.data_hash != data_hash:
        difference = f"{MANIFEST}:1: its keccak256 is {_text_of(report.data_hash)}, the chain has {_text_of(data_hash)}: another bundle was attested"
    return Verification(difference, report, result)


def _blame(changed: str, difference: str) -> str:
    """Name the input that was changed, with its first consequence, rather than the consequence alone."""
    if not changed or difference.startswith(f"{changed}:"):
        return difference
    return f"{changed}: is not the file that {MANIFEST} lists" + (f"; first consequence: {difference}" if difference else "")


def _against(bundle: Path, epoch: int, dataset: Dataset) -> str:
    """The first line of the inputs that the source data do not give."""
    try:
        source = input_lines(dataset.epoch(epoch))
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
    for name, lines in input_lines(inputs).items():
        if difference := _compare(bundle, name, lines()):
            raise BundleError(difference)
    return inputs


def _stray(bundle: Path, known: set[str]) -> str:
    for path in sorted(bundle.rglob("*")):
        name = path.relative_to(bundle).as_posix()
        if path.is_file() and name not in known and not name.startswith(f"{SIGNATURES}/"):
            return name
    return ""


def _padded(bundle: Path) -> str:
    """The first file that is so much longer than its manifest says that reading it would only cost time; in words, or empty."""
    try:
        files = read_values(bundle / MANIFEST, BundleError)["files"]
        listed = {name: int(files[name]["bytes"]) for name in files}
    except (BundleError, KeyError, TypeError, ValueError):
        listed = {}
    for path in sorted(bundle.rglob("*")):
        name = path.relative_to(bundle).as_posix()
        if not path.is_file() or name in (MANIFEST, REPORT) or name.startswith(f"{SIGNATURES}/"):
            continue
        size, called = path.stat().st_size, name if _PLAIN.fullmatch(name) else quoted(name)
        if size > listed.get(name, 0) + _MOST_TOO_LONG:
            return f"{called}: has {size:,} bytes, {MANIFEST} {f'says {listed[name]:,}' if name in listed else 'does not list it'}"
        if size > _LARGEST:
            return f"{called}: has {size:,} bytes, at most {_LARGEST:,} are read"
    return ""


def _changed_input(bundle: Path, attested: bytes | None) -> str:
    """The first input that is not what the manifest lists, if that manifest is the attested one; else empty."""
    path = bundle / MANIFEST
    if attested is None or not path.is_file() or keccak(path.read_bytes()) != attested:
        return ""
    try:
        files = read_values(path, BundleError)["files"]
        return next((name for name in _INPUTS if (bundle / name).is_file() and entry_of_file(bundle / name) != files[name]), "")
    except (BundleError, KeyError, TypeError):
        return ""


def _compare(bundle: Path, name: str, lines: Iterable[str]) -> str:
    """The first line of a file that is not as expected, in words; empty when all are."""
    path = bundle / name
    if not path.is_file():
        return f"{name}: is missing"
    number = 0
    with path.open("rb") as stream:
        for number, wanted in enumerate(lines, start=1):
            found = stream.readline(len(wanted) + _SHOWN)  # no further: a stranger's line may have no end
            if found != wanted.encode("ascii"):
                return f"{name}:{number}: is {_shown(found) if found else 'missing'}, recomputed {_shown(wanted.encode('ascii'))}"
        if found := stream.readline(_SHOWN):
            return f"{name}:{number + 1}: is {_shown(found)}, but the file should end before it"
    return ""


def _shown(line: bytes) -> str:
    text = repr(line.decode("ascii", errors="backslashreplace").removesuffix("\n"))[1:-1]
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."


def _text_of(value: bytes) -> str:
    return "0x" + value.hex()
