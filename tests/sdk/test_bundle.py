"""Bundles: the same bytes everywhere, whole or absent, and any change is named (B13, B21-B23, A16, A18)."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdt.crypto.merkle import MerkleTree, keccak256, verify
from mdt.errors import BundleError
from mdt.oracle import bundle_writing as bundles
from mdt.oracle.bundle import bundle_path, read_ledger, read_report, write_tree
from mdt.oracle.bundle_checking import verify_bundle
from mdt.oracle.bundle_writing import write_bundle
from mdt.oracle.collect import Dataset
from mdt.oracle.epoch import Outcome, compute
from mdt.oracle.inputs import EpochInputs
from mdt.oracle.ledger import EMPTY_ROOT, Ledger
from mdt.oracle.report import Report
from mdt.runs.generate import DEMO_FOLDER, IDLE_EPOCH, UNSCORED_EPOCH
from mdt.units import WAD
from tests.support.profiles import examples

A, B, C = (f"0x{number:040x}" for number in (10, 11, 12))
SHARE = 316 * WAD

# keccak256 of manifest.json of the epoch below; pinned, so that no release changes what an old signature is over
GOLDEN = "0x33d6f072f5977f8645b29015d209a81a9a9657f14bf5997454d73aafbcb7107e"


def share(_measured) -> int:
    return SHARE


def inputs(epoch: int = 7) -> EpochInputs:
    return EpochInputs(
        epoch,
        [(A, 5_000, 7 * 10**17), (A, 1_000, 7 * 10**17), (B, 2_000, 7 * 10**17), (C, 0, 0)],
        [(A, 9 * 10**17), (B, 7 * 10**17), (C, 4 * 10**17)],
        participants=9,
        eligible=10,
    )


@pytest.fixture
def previous() -> Ledger:
    return Ledger({B: 5, C: 10**18})


@pytest.fixture
def bundle(tmp_path, previous):
    return write_bundle(compute(inputs(), previous, share), tmp_path / "bundles", attempt=1)


def change(path, line: int, old: str, new: str) -> None:
    lines = path.read_text().splitlines(keepends=True)
    assert old in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new, 1)
    path.write_text("".join(lines))


# --- the epoch itself ---


def test_compute__epoch_of_the_documents__measurements_and_amounts(previous):
    result = compute(inputs(), previous, share)
    assert (result.measurements.tasks, result.measurements.difficulty, result.measurements.participation) == (8_000, 7 * 10**17, 9 * 10**17)
    assert result.allocation == [(A, 142_200 * 10**15), (B, 110_600 * 10**15), (C, 63_200 * 10**15)]
    assert result.outcome is Outcome.PAID
    assert dict(result.ledger.leaves()) == {A: 142_200 * 10**15, B: 110_600 * 10**15 + 5, C: 64_200 * 10**15}
    assert result.ledger.total == previous.total + SHARE


@pytest.mark.parametrize(
    ("scores", "amount", "outcome"), [([(A, 0), (B, 0)], SHARE, Outcome.NONE), ([], SHARE, Outcome.NONE), ([(A, 1)], 0, Outcome.NOTHING_TO_PAY)]
)
def test_compute__nobody_to_pay__root_and_total_stay(previous, scores, amount, outcome):
    """B28, A15: the chain reads an unchanged root and total as `no miners`."""
    result = compute(EpochInputs(3, [], scores, 0, 0), previous, lambda _: amount)
    assert result.outcome is outcome
    assert result.ledger is previous
    report = result.report(1, bytes(32))
    assert (report.root, report.cumulative_total) == (previous.root, previous.total)


def test_compute__impossible_share__refused(previous):
    for amount in (-1, 1.5):
        with pytest.raises(BundleError, match="the miner share is"):
            compute(inputs(), previous, lambda _, amount=amount: amount)


def test_ledger__without_leaves__root_is_zero():
    """B16: the empty ledger has the distributor's initial root and never a padded tree."""
    assert Ledger().root == EMPTY_ROOT == bytes(32)
    assert (Ledger().total, len(Ledger()), Ledger()[A]) == (0, 0, 0)


def test_ledger__one_leaf__root_is_the_leaf_and_the_proof_empty():
    """B16."""
    ledger = Ledger().advance([(A, 5)])
    assert ledger.tree is not None
    assert ledger.tree.proof(A) == []
    assert verify(ledger.root, A, 5, [])


def test_ledger__advance__never_goes_down_and_leaves_the_old_one(previous):
    """B12."""
    after = previous.advance([(A, 1), (B, 2), (C, 0)])
    assert (after[A], after[B], after[C]) == (1, 7, 10**18)
    assert previous == Ledger({B: 5, C: 10**18})
    with pytest.raises(BundleError, match="cumulative amounts never go down"):
        previous.advance([(A, -1)])
    with pytest.raises(BundleError, match="not positive"):
        Ledger({A: 0})


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("account,amount\n", 1),
        (f"account,cumulative\n{A},0\n", 2),
        (f"account,cumulative\n{A},05\n", 2),
        (f"account,cumulative\n{A},1e3\n", 2),
        (f"account,cumulative\n{B},1\n{A},1\n", 3),
        (f"account,cumulative\n{A},1\n{A},2\n", 3),
        (f"account,cumulative\n{A},1", 2),
        (f"account,cumulative\n{A},\n", 2),
        (f"account,cumulative\n0x{'AB' * 20},1\n", 2),
        ("account,cumulative\nme,1\n", 2),
    ],
)
def test_ledger_read__not_canonical__names_the_line(tmp_path, text, line):
    """B13: a file with one account twice is no ledger."""
    path = tmp_path / "leaves.csv"
    path.write_text(text)
    with pytest.raises(BundleError, match=rf"leaves\.csv:{line}: "):
        Ledger.read(path)


# --- writing ---


def test_write_bundle__fixed_epoch__hash_is_the_pinned_one(bundle):
    assert "0x" + keccak256((bundle / "manifest.json").read_bytes()).hex() == GOLDEN
    assert "0x" + read_report(bundle).data_hash.hex() == GOLDEN


def test_write_bundle__files__are_canonical_and_listed(bundle):
    files = sorted(path.relative_to(bundle).as_posix() for path in bundle.rglob("*") if path.is_file())
    listed = json.loads((bundle / "manifest.json").read_text())["files"]
    assert files == sorted([*listed, "manifest.json", "report.json"])
    for name in files:
        data = (bundle / name).read_bytes()
        assert data.isascii()
        assert b"\r" not in data
        assert data.endswith(b"\n")
        if name in listed:
            assert listed[name] == {"bytes": str(len(data)), "keccak256": "0x" + keccak256(data).hex(), "sha256": "0x" + hashlib.sha256(data).hexdigest()}
    assert (bundle / "inputs/tasks.csv").read_text().splitlines()[1] == f"7,{A},1000,0.7"
    assert (bundle / "allocation.csv").read_text().splitlines()[1] == f"{A},142200000000000000000"


def test_write_bundle__another_process_locale_and_hash_seed__same_bytes(tmp_path, bundle):
    code = (
        "from tests.sdk.test_bundle import inputs, share, B, C\n"
        "from mdt.oracle.bundle_writing import write_bundle\nfrom mdt.oracle.epoch import compute\nfrom mdt.oracle.ledger import Ledger\n"
        f"write_bundle(compute(inputs(), Ledger({{C: 10**18, B: 5}}), share), {str(tmp_path / 'other')!r}, 1)\n"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "LC_ALL": "C", "TZ": "Asia/Ho_Chi_Minh", "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    other = bundle_path(tmp_path / "other", 7)
    for path in bundle.rglob("*"):
        if path.is_file():
            assert (other / path.relative_to(bundle)).read_bytes() == path.read_bytes()


def test_write_bundle__source_in_another_order_and_spelling__same_hash(tmp_path, previous):
    rows = [f"7,{A},5000,0.7", f"7,{A},1000,0.70", f"7,0x{B[2:].upper()},2000,0.700", f"7,{C},0,0"]
    hashes = set()
    for number, order in enumerate((rows, rows[::-1])):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "tasks.csv").write_text("epoch,miner,tasks,difficulty\n" + "\n".join(order) + "\n8,0x" + "1" * 40 + ",1,1\n")
        (folder / "scores.csv").write_text(f"epoch,miner,score\n7,{C},0.40\n7,{A},0.9\n7,{B},00.7\n")
        (folder / "participation.csv").write_text("epoch,participants,eligible\n7,9,10\n")
        with Dataset.open(folder) as data:
            hashes.add(read_report(write_bundle(compute(data.epoch(7), previous, share), folder / "out", 1)).data_hash)
    assert hashes == {bytes.fromhex(GOLDEN[2:])}


def test_write_bundle__again__new_attempt_keeps_the_data_hash(bundle, previous):
    first = read_report(bundle)
    write_bundle(compute(inputs(), previous, share), bundle.parent, attempt=4)
    second = read_report(bundle)
    assert (second.attempt, second.data_hash, second.root) == (4, first.data_hash, first.root)
    assert [path.name for path in bundle.parent.iterdir()] == [bundle.name]


def test_write_bundle__another_content__refused_and_nothing_overwritten(bundle, previous):
    before = {path: path.read_bytes() for path in bundle.rglob("*") if path.is_file()}
    with pytest.raises(BundleError, match=r"its basis\.json has another content; a bundle is never overwritten"):
        write_bundle(compute(inputs(), previous, lambda _: SHARE + 1), bundle.parent, attempt=1)
    assert {path: path.read_bytes() for path in bundle.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("survivors", range(0, 12, 2))
def test_write_bundle__interrupted__nothing_is_left(tmp_path, previous, monkeypatch, survivors):
    """B22: no partial tree is ever emitted."""
    done = []
    write = bundles._write

    def failing(path, lines):
        if len(done) == survivors:
            raise KeyboardInterrupt
        done.append(path)
        return write(path, lines)

    monkeypatch.setattr(bundles, "_write", failing)
    with pytest.raises(KeyboardInterrupt):
        write_bundle(compute(inputs(), previous, share), tmp_path / "bundles", 1)
    assert list((tmp_path / "bundles").iterdir()) == []


def test_write_bundle__disk_refuses__error_says_so(tmp_path, previous):
    (tmp_path / "bundles").write_text("a file where the folder should be")
    with pytest.raises(BundleError, match="cannot be written"):
        write_bundle(compute(inputs(), previous, share), tmp_path / "bundles", 1)


def test_write_tree__paid_epoch__loads_with_the_same_root(bundle, tmp_path):
    write_tree(bundle, tmp_path / "tree.json")
    assert MerkleTree.load(tmp_path / "tree.json").root == read_report(bundle).root


def test_write_tree__nobody_paid_yet__refused(tmp_path):
    path = write_bundle(compute(inputs(), Ledger(), lambda _: 0), tmp_path, 1)
    with pytest.raises(BundleError, match="nobody has been paid yet"):
        write_tree(path, tmp_path / "tree.json")


def test_read__no_bundle__error_says_so(tmp_path):
    with pytest.raises(BundleError, match="is this the folder of a bundle"):
        read_report(tmp_path)
    with pytest.raises(BundleError, match="is this the folder of a bundle"):
        read_ledger(tmp_path)


# --- verifying ---


def test_verify_bundle__untouched__ok(bundle, previous):
    verification = verify_bundle(bundle, previous, share, data_hash=bytes.fromhex(GOLDEN[2:]))
    assert verification.ok, verification.difference
    assert verification.report == read_report(bundle)
    assert verification.result is not None
    assert verification.result.ledger == read_ledger(bundle)


@pytest.mark.parametrize(
    ("name", "line", "old", "new", "message"),
    [
        ("inputs/participation.csv", 2, "9", "8", "inputs/participation.csv: is not the file that manifest.json lists; first consequence: measurements.json:4"),
        ("inputs/participation.csv", 2, "7,", "8,", "inputs/participation.csv: is not the file that manifest.json lists; first consequence: inputs/tasks.csv"),
        ("inputs/participation.csv", 2, "9,10", "11,10", "inputs/participation.csv:2: participants is 11"),
        ("inputs/scores.csv", 3, "0.7", "0.8", "inputs/scores.csv: is not the file that manifest.json lists; first consequence: scores.csv:3"),
        ("inputs/scores.csv", 3, "0.7", "0.70", "inputs/scores.csv:3: is 7,"),
        ("inputs/scores.csv", 3, "0.7", "-1", "inputs/scores.csv:3: score is -1"),
        ("inputs/tasks.csv", 2, "1000", "1001", "inputs/tasks.csv: is not the file that manifest.json lists; first consequence: measurements.json:5"),
        ("inputs/tasks.csv", 1, "tasks", "works", "inputs/tasks.csv:1: columns missing tasks; unknown 'works'"),
        ("measurements.json", 2, "7", "6", 'measurements.json:2: is   "difficulty"'),
        ("basis.json", 2, "316", "317", "basis.json:2: "),
        ("basis.json", 3, "0x", "0X", "basis.json:3: "),
        ("scores.csv", 2, "9", "8", "scores.csv:2: "),
        ("allocation.csv", 4, "63", "64", f"allocation.csv:4: is {C},64200000000000000000, recomputed {C},63200000000000000000"),
        ("leaves.csv", 3, "5", "6", "leaves.csv:3: "),
        ("tree.json", 9, "root", "boot", "tree.json:9: "),
        ("manifest.json", 2, "7", "8", "manifest.json:2: "),
        ("report.json", 4, "0", "1", "report.json:4: "),
        ("report.json", 3, "8", "9", "report.json:3: "),
        ("report.json", 10, "8000", "9000", "report.json:10: "),
    ],
)
def test_verify_bundle__changed_line__named_with_its_file(bundle, previous, name, line, old, new, message):
    change(bundle / name, line, old, new)
    verification = verify_bundle(bundle, previous, share)
    assert not verification.ok
    assert verification.difference.startswith(message)


def test_verify_bundle__any_file_missing_longer_or_shorter__named(bundle, previous, tmp_path):
    for path in sorted(bundle.rglob("*")):
        if not path.is_file():
            continue
        name = path.relative_to(bundle).as_posix()
        for spoil in (
            lambda p: p.unlink(),
            lambda p: p.write_bytes(p.read_bytes() + b"more\n"),
            lambda p: p.write_bytes(p.read_bytes()[:-1]),
            lambda p: p.write_bytes(b""),
        ):
            copy = tmp_path / "copy"
            shutil.copytree(bundle, copy)
            spoil(copy / name)
            difference = verify_bundle(copy, previous, share).difference
            assert difference.startswith(f"{name}:"), difference
            shutil.rmtree(copy)


@settings(max_examples=examples(20, 60, 2_000), deadline=None)
@given(st.data())
def test_verify_bundle__any_changed_byte__that_file_is_named(tmp_path_factory, data):
    folder = tmp_path_factory.getbasetemp() / "changed-byte"
    before = Ledger({B: 5, C: 10**18})
    bundle = write_bundle(compute(inputs(), before, share), folder, 1)
    files = sorted(path for path in bundle.rglob("*") if path.is_file())
    path = data.draw(st.sampled_from(files))
    original = path.read_bytes()
    at = data.draw(st.integers(0, len(original) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != original[at]))
    try:
        path.write_bytes(original[:at] + bytes([byte]) + original[at + 1 :])
        verification = verify_bundle(bundle, before, share)
        if path.name == "report.json" and verification.ok:
            assert read_report(bundle).attempt != 1  # the attempt is the chain's to say, any number is a report
        else:
            assert verification.difference.startswith(f"{path.relative_to(bundle).as_posix()}:"), verification.difference
    finally:
        path.write_bytes(original)


def test_verify_bundle__stray_file__named(bundle, previous):
    (bundle / "notes.txt").write_text("hello")
    assert verify_bundle(bundle, previous, share).difference == "'notes.txt': does not belong to a bundle"
    (bundle / "notes.txt").unlink()
    (bundle / "signatures" / "attempt-1").mkdir(parents=True)
    (bundle / "signatures" / "attempt-1" / "x.json").write_text("{}")
    assert verify_bundle(bundle, previous, share).ok


def test_verify_bundle__other_ledger_or_formula__named(bundle, previous):
    assert verify_bundle(bundle, Ledger(), share).difference.startswith("basis.json:3: ")
    assert verify_bundle(bundle, previous, lambda _: SHARE - 1).difference.startswith("basis.json:2: ")


def test_verify_bundle__whole_bundle_replaced__caught_by_the_chain_and_by_the_source(tmp_path, previous):
    """A forged bundle agrees with itself; only what the chain recorded, or the source, tells."""
    forged = EpochInputs(7, inputs().tasks, [(A, 9 * 10**17), (B, 8 * 10**17)], 9, 10)
    path = write_bundle(compute(forged, previous, share), tmp_path / "forged", 1)
    assert verify_bundle(path, previous, share).ok
    difference = verify_bundle(path, previous, share, data_hash=bytes.fromhex(GOLDEN[2:])).difference
    assert "another bundle was attested" in difference
    (tmp_path / "tasks.csv").write_text(f"epoch,miner,tasks,difficulty\n7,{A},5000,0.7\n7,{A},1000,0.7\n7,{B},2000,0.7\n7,{C},0,0\n")
    (tmp_path / "scores.csv").write_text(f"epoch,miner,score\n7,{A},0.9\n7,{B},0.7\n7,{C},0.4\n")
    (tmp_path / "participation.csv").write_text("epoch,participants,eligible\n7,9,10\n8,1,1\n")
    with Dataset.open(tmp_path) as source:
        difference = verify_bundle(path, previous, share, dataset=source).difference
    assert difference == f"inputs/scores.csv:3: is 7,{B},0.8, recomputed 7,{B},0.7 (from the source data)"


def test_verify_bundle__no_bundle__says_so(tmp_path, previous):
    assert verify_bundle(tmp_path / "nowhere", previous, share).difference.endswith("is not the folder of a bundle")


# --- the report ---


@settings(max_examples=examples(50, 200, 2_000), deadline=None)
@given(
    st.builds(
        Report,
        epoch=st.integers(0, 2**256 - 1),
        attempt=st.integers(0, 2**256 - 1),
        tasks=st.integers(0, 2**256 - 1),
        difficulty=st.integers(0, WAD),
        participation=st.integers(0, WAD),
        root=st.binary(min_size=32, max_size=32),
        audit_root=st.binary(min_size=32, max_size=32),
        cumulative_total=st.integers(0, 2**256 - 1),
        data_hash=st.binary(min_size=32, max_size=32),
    )
)
def test_report__to_json_and_back__is_the_same(report):
    assert Report.from_json(report.to_json()) == report
    assert Report.from_json(report.to_json()).to_json() == report.to_json()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("difficulty", WAD + 1),
        ("participation", WAD + 1),
        ("tasks", -1),
        ("tasks", 2**256),
        ("tasks", True),
        ("tasks", 0.5),
        ("root", b"short"),
        ("data_hash", "0x"),
    ],
)
def test_report__out_of_range__refused(field, value):
    """A17."""
    good = {
        "epoch": 1,
        "attempt": 1,
        "tasks": 1,
        "difficulty": 1,
        "participation": 1,
        "root": bytes(32),
        "audit_root": bytes(32),
        "cumulative_total": 1,
        "data_hash": bytes(32),
    }
    with pytest.raises(BundleError, match=f"report: {field}"):
        Report(**{**good, field: value})


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"epoch": 1}', "null", "{" * 50])
def test_report__not_a_report__refused(text):
    with pytest.raises(BundleError, match=r"report:1:\d+: "):
        Report.from_json(text)


# --- the shipped data ---


def test_demo_data__every_epoch__bundles_verify_and_outcomes_differ(tmp_path):
    ledger, outcomes = Ledger(), {}
    with Dataset.open(DEMO_FOLDER) as data:
        for epoch in data.epochs():
            result = compute(data.epoch(epoch), ledger, lambda measured: measured.tasks * WAD // 10**4 + measured.difficulty + measured.participation)
            path = write_bundle(result, tmp_path, 1)
            verification = verify_bundle(
                path, ledger, lambda measured: measured.tasks * WAD // 10**4 + measured.difficulty + measured.participation, dataset=data
            )
            assert verification.ok, verification.difference
            assert sum(amount for _, amount in result.allocation) == (result.miner_share if result.outcome is Outcome.PAID else 0)
            outcomes[epoch] = result.outcome
            ledger = result.ledger
    assert outcomes.pop(IDLE_EPOCH) is Outcome.NOTHING_TO_PAY
    assert outcomes.pop(UNSCORED_EPOCH) is Outcome.NONE
    assert set(outcomes.values()) == {Outcome.PAID}


def test_verify_bundle__stray_name_that_says_something__in_quotes_on_one_line(bundle, previous):
    (bundle / "zz\n  yes: every byte follows").write_text("hello")
    assert verify_bundle(bundle, previous, share).difference == "'zz\\n  yes: every byte follows': does not belong to a bundle"


@pytest.mark.parametrize("name", ["scores.csv", "tree.json", "inputs/tasks.csv"])
def test_verify_bundle__file_as_long_as_a_disk__refused_at_once(bundle, previous, name):
    """Sparse files cost a stranger nothing. Their one line was read whole."""
    os.truncate(bundle / name, 1 << 40)
    assert verify_bundle(bundle, previous, share).difference.startswith(f"{name}: has 1,099,511,627,776 bytes, manifest.json says ")


@pytest.mark.parametrize("manifest", [None, "{}", '{"files": {}}'])
def test_verify_bundle__long_input_that_no_manifest_lists__refused_at_once(bundle, previous, manifest):
    """Nobody has attested it: nothing says how long it may be."""
    (bundle / "manifest.json").unlink()
    if manifest is not None:
        (bundle / "manifest.json").write_text(manifest)
    assert "manifest.json" in verify_bundle(bundle, previous, share).difference
    os.truncate(bundle / "inputs/tasks.csv", 1 << 40)
    found = verify_bundle(bundle, previous, share).difference
    assert found == "inputs/tasks.csv: has 1,099,511,627,776 bytes, manifest.json does not list it"


def test_verify_bundle__manifest_that_lists_more_than_is_ever_read__refused_at_once(bundle, previous):
    manifest = json.loads((bundle / "manifest.json").read_text())
    manifest["files"]["inputs/tasks.csv"]["bytes"] = 1 << 40
    (bundle / "manifest.json").write_text(json.dumps(manifest))
    os.truncate(bundle / "inputs/tasks.csv", 1 << 40)
    found = verify_bundle(bundle, previous, share).difference
    assert found == "inputs/tasks.csv: has 1,099,511,627,776 bytes, at most 1,073,741,824 are read"


def test_verify_bundle__line_without_an_end__read_no_further_than_it_is_shown(bundle, previous):
    (bundle / "scores.csv").write_bytes((bundle / "scores.csv").read_bytes()[:-1] + b"9" * 500_000)
    found = verify_bundle(bundle, previous, share).difference
    assert found.startswith("scores.csv:")
    assert len(found) < 500
