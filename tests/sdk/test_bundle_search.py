"""A folder of bundles that everybody can write to: one that cannot be read is set aside, and an older one with the same root is found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mdt.errors import KeeperError
from mdt.oracle.bundle import REPORT, bundle_path
from mdt.oracle.claims import ledger_with_root
from mdt.oracle.ledger import Ledger
from mdt.oracle.report import Report

LEDGER = Ledger().advance([("0x" + "11" * 20, 5), ("0x" + "22" * 20, 7)])
ROOT, TOTAL = LEDGER.root, 12
GOOD = Report(epoch=3, attempt=0, tasks=1, difficulty=1, participation=1, root=ROOT, audit_root=b"\x03" * 32, cumulative_total=TOTAL, data_hash=b"\x02" * 32)


def write(folder: Path, epoch: int, report: str, leaves: str = "".join(LEDGER.lines())) -> Path:
    bundle = bundle_path(folder, epoch)
    bundle.mkdir(parents=True)
    (bundle / REPORT).write_text(report)
    (bundle / "leaves.csv").write_text(leaves)
    return bundle


@pytest.fixture
def folder(tmp_path):
    """A good bundle, and newer ones of every bad kind."""
    write(tmp_path, 3, GOOD.to_json())
    write(tmp_path, 4, "")
    write(tmp_path, 5, GOOD.to_json()[:80])
    write(tmp_path, 6, replace(GOOD, epoch=6).to_json(), "".join(LEDGER.lines()).replace(",7", ",8"))
    write(tmp_path, 7, replace(GOOD, epoch=7).to_json(), "\x1b[2J")
    (write(tmp_path, 8, "x") / REPORT).unlink()
    (bundle_path(tmp_path, 8) / REPORT).mkdir()
    bundle_path(tmp_path, 9).symlink_to(bundle_path(tmp_path, 9))
    return tmp_path


def test_ledger__bad_bundles_before_a_good_one__set_aside_by_name(folder):
    aside: list[str] = []
    found = ledger_with_root(folder, ROOT, TOTAL, 10, aside)
    assert list(found.leaves()) == list(LEDGER.leaves())
    assert [line.split(":")[0].rsplit("-", 1)[1] for line in aside] == ["000008", "000007", "000006", "000005", "000004"]


def test_ledger__no_good_one__refused_and_names_what_was_set_aside(folder):
    (bundle_path(folder, 3) / REPORT).write_text("[]")
    with pytest.raises(KeeperError, match=r"has the root 0x.*fetch the published bundles; set aside: .*epoch-000008.* and 3 more"):
        ledger_with_root(folder, ROOT, TOTAL, 10)
