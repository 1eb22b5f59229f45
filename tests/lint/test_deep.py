"""What `tools.deep` says of a long run: every machine is known, shards add up, and what died or found something is a failure."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from tools import deep

ROOT = Path(__file__).resolve().parents[2]
COUNTED = {"engine": "revm", "lives": 3, "steps": 40, "failures": 0, "seconds": 1.5, "cpu_seconds": 1.0, "is_over": True}


def test_machines__every_state_machine_of_the_suite__is_known():
    files = [path.name for path in (ROOT / "tests" / "stateful").glob("test_*.py") if ".TestCase" in path.read_text(encoding="utf-8")]
    assert sorted(Path(path).name for path in deep.machines().values()) == sorted(files)
    assert deep.machines()["TestWholeSystem"] == "tests/stateful/test_whole_system.py"


@pytest.mark.parametrize(("examples", "shards", "expected"), [(500, 4, [125] * 4), (10, 3, [4, 3, 3]), (2, 2, [1, 1]), (7, 1, [7])])
def test_parts_of__any_number__adds_up(examples, shards, expected):
    assert deep.parts_of(examples, shards) == expected


def test_added__two_shards__sums():
    rows = [COUNTED, COUNTED | {"lives": 4, "steps": 2, "seconds": 0.5, "cpu_seconds": 0.5}]
    assert deep.added(rows) == {"engine": "revm", "lives": 7, "steps": 42, "failures": 0, "seconds": 2.0, "cpu_seconds": 1.5}


@pytest.mark.parametrize(("change", "failures"), [({"failures": 1}, 1), ({"is_over": False}, 1), ({"failures": 1, "is_over": False}, 1), ({}, 0)])
def test_added__found_something_or_died__is_a_failure(change, failures):
    assert deep.added([COUNTED, COUNTED | change])["failures"] == failures


def test_note__twice__both_rows_stay(tmp_path):
    path = tmp_path / "results" / "deep.json"
    deep.note({"seed": 1}, path)
    deep.note({"seed": 2}, path)
    assert json.loads(path.read_text(encoding="utf-8")) == [{"seed": 1}, {"seed": 2}]


@pytest.mark.parametrize("wrong", [["--shards", "9", "--examples", "8"], ["--steps", "0"], ["--shards", "0"], ["--at-once", "0"]])
def test_main__sizes_that_make_no_sense__refused(wrong, capsys):
    with pytest.raises(SystemExit):
        deep.main(["TestRecyclingPool", *wrong])
    assert "at least 1" in capsys.readouterr().err


def test_main__two_shards_of_a_machine__lives_steps_and_seeds_are_noted(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(deep, "LOGS", tmp_path)
    monkeypatch.setattr(deep, "RESULTS", tmp_path / "deep.json")
    monkeypatch.delenv("MDT_PROFILE", raising=False)
    assert deep.main(["TestRecyclingPool", "--examples", "3", "--steps", "4", "--shards", "2", "--at-once", "2", "--seed", "5"]) == 0
    (row,) = json.loads((tmp_path / "deep.json").read_text(encoding="utf-8"))
    assert (row["machine"], row["examples"], row["steps_of_a_life"], row["shards"], row["seed"]) == ("TestRecyclingPool", 3, 4, 2, 5)
    assert row["failures"] == 0
    assert row["lives"] >= 3
    assert row["steps"] >= row["lives"]
    assert row["engine"] in ("revm", "py-evm")
    assert {path.name for path in tmp_path.glob("*.log")} == {"TestRecyclingPool-5.log", "TestRecyclingPool-6.log"}
    assert re.search(r"\d+ lives, \d+ steps, [\d.]+ ms of CPU a step, 0 failures", capsys.readouterr().out)


def test_main__shard_that_finds_something__is_counted_and_named(tmp_path, monkeypatch, capsys):
    """A machine that is not there: its process ends without an end of the run."""
    monkeypatch.setattr(deep, "LOGS", tmp_path)
    monkeypatch.setattr(deep, "RESULTS", tmp_path / "deep.json")
    monkeypatch.setattr(deep, "machines", lambda: {"TestNobody": "tests/stateful/test_recycling_pool.py"})
    assert deep.main(["TestNobody", "--examples", "1", "--shards", "1"]) == 1
    assert json.loads((tmp_path / "deep.json").read_text(encoding="utf-8"))[0]["failures"] == 1
    assert f"see {os.path.relpath(tmp_path / 'TestNobody-0.log', ROOT)}" in capsys.readouterr().out
