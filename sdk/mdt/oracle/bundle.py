"""The published evidence of one epoch: a folder of canonical files from which anybody recomputes the report.

    epoch-000007/
      inputs/{participation,scores,tasks}.csv   what was measured: sorted, exact decimals
      basis.json                                what the epoch builds on: previous root and total, and the miner share
      measurements.json  scores.csv  allocation.csv  leaves.csv  tree.json
      manifest.json                             length, sha256 and keccak256 of each of the above
      report.json                               what is signed; its data_hash is the keccak256 of manifest.json
      signatures/attempt-<n>/<reporter>.json    added by `attest`
    voids/epoch-000007/attempt-<n>/<reporter>.json   beside the bundles: added by `attest --void`

Canonical: LF, ASCII, sorted keys, quantities as whole numbers in text, no times, no names of machines. The same inputs give the same bytes
everywhere. Neither report.json nor signatures are in the manifest, so a report that must be signed again keeps its data_hash.
"""

from __future__ import annotations

from pathlib import Path

from mdt.errors import BundleError
from mdt.oracle.ledger import Ledger
from mdt.oracle.report import Report
from mdt.written.item import Source
from mdt.written.read import read_text

FORMAT = "mdt-bundle-1"
MANIFEST = "manifest.json"
REPORT = "report.json"
SIGNATURES = "signatures"
VOIDS = "voids"


def bundle_path(folder: str | Path, epoch: int) -> Path:
    """Where the bundle of an epoch stands in a folder of bundles."""
    return Path(folder) / f"epoch-{epoch:06d}"


def signatures_path(bundle: str | Path, attempt: int) -> Path:
    """Where the signatures over one attempt of a bundle's report stand."""
    return Path(bundle) / SIGNATURES / f"attempt-{attempt}"


def voids_path(folder: str | Path, epoch: int, attempt: int) -> Path:
    """Where the signatures that retract an attempt stand in a folder of bundles; they need no bundle."""
    return Path(folder) / VOIDS / f"epoch-{epoch:06d}" / f"attempt-{attempt}"


def read_report(bundle: str | Path) -> Report:
    """The report of a bundle.

    Raises:
        BundleError: there is none, or it is malformed.
    """
    path = Path(bundle) / REPORT
    if not path.is_file():
        raise BundleError(f"{path}: is missing; is this the folder of a bundle?")
    source = Source(str(path), BundleError)
    try:
        return Report.from_json(read_text(path, source), str(path))
    except BundleError as error:
        raise (error if str(path) in str(error) else BundleError(f"{path}: {error}")) from error


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
