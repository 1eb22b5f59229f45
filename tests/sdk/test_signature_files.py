"""A folder of signatures that everybody can write to: bad files are named and set aside, and only a quorum that is not reached is an error."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from eth_account import Account
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mdt.crypto.signatures import LARGEST_FILE, read_signatures, write_signature
from mdt.errors import AttestationError
from mdt.oracle.attest import Domain, counted, sign
from mdt.oracle.report import Report
from tests.support.profiles import examples

DOMAIN = Domain(1337, "0x" + "c0" * 20)
REPORT = Report(
    epoch=7, attempt=1, tasks=1, difficulty=1, participation=1, root=b"\x01" * 32, audit_root=b"\x03" * 32, cumulative_total=5, data_hash=b"\x02" * 32
)
KEYS = [Account.from_key(bytes([number]) * 32) for number in range(1, 5)]
REPORTERS = [key.address for key in KEYS[:3]]
THIRD = REPORTERS[2].lower()


@pytest.fixture
def folder(tmp_path):
    """Two good signatures of a quorum of two."""
    for key in KEYS[:2]:
        write_signature(tmp_path, sign(REPORT, DOMAIN, key))
    return tmp_path


def good(folder: Path) -> Path:
    return folder / f"{REPORTERS[0].lower()}.json"


def content(folder: Path, **changed: str) -> str:
    return json.dumps(json.loads(good(folder).read_text()) | changed)


def link(path: Path, target: Path) -> None:
    path.symlink_to(target)


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "left by a file system": (lambda at: (at / f"._{THIRD}.json").write_bytes(b"\0\5\26\7"), "not the name of a signature"),
    "a browser's copy": (lambda at: (at / f"{good(at).stem} (1).json").write_text(good(at).read_text()), "not the name of a signature"),
    "a note": (lambda at: (at / "README.md").write_text("hello"), "not the name of a signature"),
    "a name that a terminal obeys": (lambda at: (at / "\x1b[2J\u202e.json").write_text("{}"), "not the name of a signature"),
    "a name that is no UTF-8": (lambda at: Path(os.fsdecode(os.fsencode(at) + b"/\xff.json")).write_text("{}"), "not the name of a signature"),
    "empty": (lambda at: (at / f"{THIRD}.json").write_text(""), "not a signature file"),
    "truncated": (lambda at: (at / f"{THIRD}.json").write_text(good(at).read_text()[:150]), "not a signature file"),
    "not UTF-8": (lambda at: (at / f"{THIRD}.json").write_bytes(b"\xff\xfe{}"), "not a signature file"),
    "deep": (lambda at: (at / f"{THIRD}.json").write_text("[" * LARGEST_FILE), "not a signature file"),
    "of another form": (lambda at: (at / f"{THIRD}.json").write_text('{"signer": 7, "digest": [], "signature": null}'), "not a signature file"),
    "oversized": (lambda at: (at / f"{THIRD}.json").write_text(content(at) + " " * LARGEST_FILE), "at most 4,096"),
    "a folder": (lambda at: (at / f"{THIRD}.json").mkdir(), "no file"),
    "a link to itself": (lambda at: link(at / f"{THIRD}.json", at / f"{THIRD}.json"), "no file"),
    "a link to nothing": (lambda at: link(at / f"{THIRD}.json", at / "nothing"), "no file"),
    "a pipe": (lambda at: os.mkfifo(at / f"{THIRD}.json"), "no file"),
    "filed for another account": (lambda at: (at / f"{THIRD}.json").write_text(content(at)), "filed for another account"),
    "another digest": (lambda at: (at / f"{THIRD}.json").write_text(content(at, signer=THIRD, digest="0x" + "11" * 32)), "another attempt, bundle, chain"),
    "made by another": (lambda at: (at / f"{THIRD}.json").write_text(content(at, signer=THIRD)), "was made by"),
    "no signature": (lambda at: (at / f"{THIRD}.json").write_text(content(at, signer=THIRD, signature="0x12")), "1 bytes, must be 65"),
    "a stranger's": (lambda at: write_signature(at, sign(REPORT, DOMAIN, KEYS[3])), "is not a reporter"),
    "the same in capitals": (lambda at: (at / f"{REPORTERS[0]}.json").write_text(content(at)), "signed twice"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_file__beside_a_quorum__named_and_set_aside(folder, kind):
    make, why = BAD[kind]
    make(folder)
    found = counted(REPORT, DOMAIN, read_signatures(folder), REPORTERS)
    assert len(found.of_quorum(2)) == 2
    assert [why in line for line in found.set_aside] == [True], found.set_aside


@pytest.mark.parametrize("kind", BAD)
def test_bad_file__below_the_quorum__refused_and_named(folder, kind):
    make, why = BAD[kind]
    make(folder)
    with pytest.raises(AttestationError, match="2 of 3 signatures; still to sign, 1 of: ") as caught:
        counted(REPORT, DOMAIN, read_signatures(folder), REPORTERS).of_quorum(3)
    assert "; set aside: " in str(caught.value)
    assert why in str(caught.value)


def test_draft_of_a_writer_that_died__is_nothing(folder):
    (folder / f".{THIRD}.json.0a1b2c3d.partial").write_text("{")
    assert read_signatures(folder).set_aside == []


def test_folder__not_one__said_and_nothing_counts(tmp_path):
    (tmp_path / "file").write_text("")
    found = read_signatures(tmp_path / "file")
    assert (found.signatures, len(found.set_aside)) == ([], 1)
    assert "cannot be read" in found.set_aside[0]
    with pytest.raises(AttestationError, match="cannot be filed in"):
        write_signature(tmp_path / "file", sign(REPORT, DOMAIN, KEYS[0]))


@settings(max_examples=examples(40, 200, 5_000), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_third_file__any_mutation__never_stops_two_good_ones(folder, data):
    """Bytes of a good file changed, cut, doubled: it counts if it says the same, and is set aside otherwise."""
    third = sign(REPORT, DOMAIN, KEYS[2])
    original = third.to_json().encode()
    at = data.draw(st.integers(0, len(original)))
    end = data.draw(st.integers(at, len(original)))
    (folder / f"{THIRD}.json").write_bytes(original[:at] + data.draw(st.binary(max_size=6)) + original[end:])
    found = counted(REPORT, DOMAIN, read_signatures(folder), REPORTERS)
    assert len(found.of_quorum(2)) == 2
    assert (len(found.by_signer), len(found.set_aside)) in ((3, 0), (2, 1))
    assert found.by_signer.get(THIRD, third.signature) == third.signature
