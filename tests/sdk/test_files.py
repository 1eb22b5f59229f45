"""Files are written whole or not at all, drafts are never taken for data, and JSON keeps every integer exact."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass

import pytest

from mdt.crypto.signatures import Filed, Signature, read_signatures, write_signature
from mdt.errors import DeploymentError
from mdt.files import DRAFT, is_checkout, read_json, readable, shipped, write_json, write_whole


def test_write_whole__text_and_bytes__as_given_in_folders_that_it_makes(tmp_path):
    target = tmp_path / "a" / "b.txt"
    assert write_whole(target, "zwölf\n") == target
    assert target.read_bytes() == "zwölf\n".encode()
    write_whole(target, b"\x00\r\n")
    assert target.read_bytes() == b"\x00\r\n"
    assert list(target.parent.iterdir()) == [target]


def test_write_whole__disk_refuses__old_content_stands_and_no_draft(tmp_path, monkeypatch):
    target = tmp_path / "record.json"
    write_json(target, {"a": 1})

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(target, "2")
    with pytest.raises(DeploymentError, match=r"record\.json cannot be written \(No space left on device\): make room"):
        write_json(target, {"a": 2})
    assert read_json(target) == {"a": 1}
    assert list(tmp_path.iterdir()) == [target]


def test_write_whole__killed_on_the_way__draft_is_no_data(tmp_path):
    """A process that dies before the last step leaves a draft; readers of the folder do not see it, and the next writer does not mind it."""
    signature = Signature("0x" + "11" * 20, b"\x02" * 32, b"\x03" * 65)
    program = (
        "import os, sys\nfrom pathlib import Path\nos.fsync = lambda _fd: os._exit(9)\n"
        "from mdt.crypto.signatures import Signature, write_signature\n"
        "write_signature(sys.argv[1], Signature('0x' + '11' * 20, b'\\x02' * 32, b'\\x03' * 65))"
    )
    killed = subprocess.run([sys.executable, "-c", program, str(tmp_path)], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, check=False)
    assert killed.returncode == 9
    (draft,) = tmp_path.iterdir()
    assert draft.name.startswith(".0x")
    assert draft.name.endswith(DRAFT)
    assert read_signatures(tmp_path) == Filed([], [])
    write_signature(tmp_path, signature)
    assert read_signatures(tmp_path) == Filed([signature], [])


def test_readable__nested_values__exact_in_every_reader():
    @dataclass(frozen=True)
    class Row:
        wei: int
        root: bytes
        rows: tuple[int, ...]
        flag: bool

    assert readable({"row": Row(2**53, b"\x01", (1, -(2**60)), True)}) == {
        "row": {"wei": "9007199254740992", "root": "0x01", "rows": [1, "-1152921504606846976"], "flag": True}
    }
    assert json.loads(json.dumps(readable(2**53 - 1))) == 2**53 - 1


def test_shipped__checkout__the_repositorys_own():
    assert is_checkout()
    assert (shipped("config") / "adr-literal.yaml").is_file()
    assert (shipped("snapshots", "abi") / "MDT.json").is_file()
