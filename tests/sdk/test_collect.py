"""Reading and checking the input tables: every kind of bad input is named with its file and line (B21-B23, A17)."""

from __future__ import annotations

import gzip
import json

import duckdb
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from mdt.cli.main import main
from mdt.errors import DataError
from mdt.oracle.collect import Dataset
from mdt.oracle.inputs import EpochInputs, decimal, measure
from mdt.oracle.read import Sources
from mdt.units import WAD
from tests.support.profiles import examples

LOW = "0x" + "00" * 19 + "01"
HIGH = "0x" + "ff" * 20
MIXED = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"  # the example of EIP-55

TASKS = f"epoch,miner,tasks,difficulty\n0,{LOW},10,0.5\n0,{HIGH},30,1\n"
SCORES = f"epoch,miner,score\n0,{LOW},0.7\n0,{HIGH},0.9\n"
PARTICIPATION = "epoch,participants,eligible\n0,2,3\n"


def write(folder, tasks=TASKS, scores=SCORES, participation=PARTICIPATION):
    for name, text in {"tasks": tasks, "scores": scores, "participation": participation}.items():
        data = text if isinstance(text, bytes) else text.encode()
        (folder / f"{name}.csv").write_bytes(data)
    return folder


def refused(folder, **tables) -> str:
    with pytest.raises(DataError) as caught:
        Dataset.open(write(folder, **tables))
    return str(caught.value)


def tasks_row(row: str) -> str:
    return f"epoch,miner,tasks,difficulty\n0,{HIGH},1,1\n{row}\n"


# --- good input ---


def test_epoch__plain_csv__canonical_rows_and_measurements(tmp_path):
    with Dataset.open(write(tmp_path)) as data:
        inputs = data.epoch(0)
    assert inputs == EpochInputs(0, [(LOW, 10, WAD // 2), (HIGH, 30, WAD)], [(LOW, 7 * 10**17), (HIGH, 9 * 10**17)], 2, 3)
    measured = measure(inputs)
    assert (measured.tasks, measured.difficulty, measured.participation) == (40, 875 * 10**15, 666_666_666_666_666_666)


def test_epoch__zeros_at_the_end_of_a_decimal__do_not_count(tmp_path):
    """Exact quantities of programs come with as many decimals as their type has."""
    tasks = f"epoch,miner,tasks,difficulty\n0,{LOW},10,0.50000000000000000000\n0,{HIGH},30,1.{'0' * 30}\n"
    scores = f"epoch,miner,score\n0,{LOW},0.70000000000000000000000000\n0,{HIGH},0.900000000000000000{'0' * 200}\n"
    plain, long = tmp_path / "plain", tmp_path / "long"
    plain.mkdir(), long.mkdir()
    with Dataset.open(write(plain)) as one, Dataset.open(write(long, tasks=tasks, scores=scores)) as other:
        assert one.epoch(0) == other.epoch(0)
    exact = f"epoch,miner,score\n0,{LOW},0.1234567890123456780\n0,{HIGH},0.0000000000000000010\n"
    with Dataset.open(write(plain, scores=exact)) as data:
        assert data.epoch(0).scores == [(LOW, 123_456_789_012_345_678), (HIGH, 1)]


def test_open__more_decimals_than_count__says_to_round_or_rescale(tmp_path):
    found = refused(tmp_path, scores=f"epoch,miner,score\n0,{LOW},0.12345678901234567891\n0,{HIGH},0.1\n")
    assert "scores.csv:2: score is 0.12345678901234567891 with 20 decimals, allowed are 18: round it, or multiply all scores of the epoch" in found
    found = refused(tmp_path, tasks=tasks_row(f"0,{LOW},1,0.12345678901234567891000"))
    assert "tasks.csv:3: difficulty is 0.12345678901234567891000 with 20 decimals, allowed are 18: round it\n" in found


def test_epoch__several_rows_of_one_miner__all_count(tmp_path):
    with Dataset.open(write(tmp_path, tasks=TASKS + f"0,{LOW},10,0.5\n")) as data:
        assert data.epoch(0).tasks == [(LOW, 10, WAD // 2), (LOW, 10, WAD // 2), (HIGH, 30, WAD)]


def test_open__windows_text_bom_quotes_blank_lines_any_column_order__reads_the_same(tmp_path):
    tasks = f'\ufeff"difficulty", epoch,"tasks",miner\r\n"0.50",0,10,"{LOW}"\r\n\r\n \t\r\n1.0 ,0, 30,{HIGH.upper().replace("X", "x")}\r\n\r\n'
    plain, fancy = tmp_path / "plain", tmp_path / "fancy"
    plain.mkdir(), fancy.mkdir()
    with Dataset.open(write(plain)) as one, Dataset.open(write(fancy, tasks=tasks)) as other:
        assert one.epoch(0) == other.epoch(0)


def test_open__gzip_and_parquet__read_the_same_as_csv(tmp_path):
    write(tmp_path)
    with Dataset.open(tmp_path) as data:
        wanted = data.epoch(0)
    zipped = tmp_path / "zipped"
    zipped.mkdir()
    for name in ("tasks", "scores", "participation"):
        (zipped / f"{name}.csv.gz").write_bytes(gzip.compress((tmp_path / f"{name}.csv").read_bytes()))
    with Dataset.open(zipped) as data:
        assert data.epoch(0) == wanted
    columns = tmp_path / "columns"
    columns.mkdir()
    duckdb.sql(
        f"COPY (SELECT 0::UBIGINT AS epoch, unhex(m[3:]) AS miner, t::INTEGER AS tasks, d::DECIMAL(38,18) AS difficulty"
        f" FROM (VALUES ('{LOW}', 10, '0.5'), ('{HIGH}', 30, '1')) AS v(m, t, d)) TO '{columns}/tasks.parquet'"
    )
    duckdb.sql(f"COPY (SELECT 0 AS epoch, m AS miner, s AS score FROM (VALUES ('{LOW}', '0.7'), ('{HIGH}', '0.9')) AS v(m, s)) TO '{columns}/scores.parquet'")
    duckdb.sql(f"COPY (SELECT 0 AS epoch, 2 AS participants, 3 AS eligible) TO '{columns}/participation.parquet'")
    with Dataset.open(columns) as data:
        assert data.epoch(0) == wanted


def test_open__table_in_parts__adjacent_windows_all_count(tmp_path):
    """B21: no part overrides or drops another."""
    write(tmp_path)
    (tmp_path / "tasks.csv").unlink()
    (tmp_path / "tasks-a.csv").write_text(f"epoch,miner,tasks,difficulty\n0,{LOW},10,0.5\n")
    (tmp_path / "tasks-b.csv").write_text(f"epoch,miner,tasks,difficulty\n0,{LOW},7,0.5\n1,{LOW},1,0.5\n")
    with Dataset.open(tmp_path) as data:
        assert measure(data.epoch(0)).tasks == 17


def test_open__path_with_wildcards_and_quotes__reads_that_file_only(tmp_path):
    for name, count in (("it's a", 1), ("it's [a]*", 2)):
        folder = tmp_path / name
        folder.mkdir()
        write(folder, tasks=f"epoch,miner,tasks,difficulty\n0,{LOW},{count},1\n")
    with Dataset.open(tmp_path / "it's [a]*") as data:
        assert data.epoch(0).tasks == [(LOW, 2, WAD)]


@pytest.mark.parametrize(
    ("participants", "eligible", "wad"), [(0, 0, 0), (0, 1, 0), (1, 1, WAD), (1, 3, 333_333_333_333_333_333), (2, 3, 666_666_666_666_666_666)]
)
def test_measure__participation__share_of_the_eligible_rounded_down(participants, eligible, wad):
    assert measure(EpochInputs(0, [], [], participants, eligible)).participation == wad


def test_epochs__gap__missing_lists_it(tmp_path):
    with Dataset.open(write(tmp_path, participation=PARTICIPATION + "3,0,0\n1,0,5\n")) as data:
        assert data.epochs() == [0, 1, 3]
        assert data.missing() == [2]
        assert measure(data.epoch(3)).participation == 0  # nobody eligible is 0, not an error
        assert measure(data.epoch(1)).difficulty == 0  # no tasks is 0


def test_open__many_rows__line_numbers_are_those_of_the_file(tmp_path):
    """A row's number comes from the order of reading: it must hold over many of the reader's blocks."""
    count = 300_000
    rows = [f"0,0x{index + 1:040x},{index},0.5" for index in range(count)]
    write(tmp_path, tasks="epoch,miner,tasks,difficulty\n" + "\n".join(rows) + "\n")
    with Dataset.open(tmp_path) as data:
        wrong = data._connection.execute("SELECT count(*) FROM tasks WHERE tasks <> line - 2").fetchone()
    assert wrong == (0,)


# --- bad values, with file and line ---


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (f"0,{LOW},1,1.2", "tasks.csv:3: difficulty is 1.2, allowed is 0 to 1"),
        (f"0,{LOW},1,1.000000000000000001", "tasks.csv:3: difficulty is 1.000000000000000001, allowed is 0 to 1"),
        (f"0,{LOW},1,-0.1", "tasks.csv:3: difficulty is -0.1, allowed is a plain decimal from 0 to 1 with at most 18 decimals"),
        (f"0,{LOW},1,1e-3", "tasks.csv:3: difficulty is 1e-3, allowed is a plain decimal"),
        (f"0,{LOW},1,NaN", "tasks.csv:3: difficulty is NaN, allowed is"),
        (f"0,{LOW},1,inf", "tasks.csv:3: difficulty is inf, allowed is"),
        (f"0,{LOW},1,.5", "tasks.csv:3: difficulty is .5, allowed is"),
        (f"0,{LOW},1,0.1234567890123456789", "tasks.csv:3: difficulty is 0.1234567890123456789 with 19 decimals, allowed are 18: round it"),
        (f"0,{LOW},1,", "tasks.csv:3: difficulty is empty, allowed is"),
        (f"0,{LOW},1.0,1", "tasks.csv:3: tasks is 1.0, allowed is a whole number from 0 to 1000000000000"),
        (f"0,{LOW},-5,1", "tasks.csv:3: tasks is -5, allowed is"),
        (f"0,{LOW},1000000000001,1", "tasks.csv:3: tasks is 1000000000001, allowed is 0 to 1000000000000"),
        (f"0,{LOW},{'9' * 90},1", "tasks.csv:3: tasks is '999999999999999999999999999999999999999999999999999999999...', allowed is 0 to"),
        (f"0x1,{LOW},1,1", "tasks.csv:3: epoch is 0x1, allowed is a whole number"),
        (f"-1,{LOW},1,1", "tasks.csv:3: epoch is -1, allowed is"),
        ("0,0x12,1,1", "tasks.csv:3: miner is 0x12, allowed is 0x and 40 hex digits"),
        (f"0,{LOW[2:]},1,1", f"tasks.csv:3: miner is {LOW[2:]}, allowed is 0x and 40 hex digits"),
        (f"0,0x{'0' * 40},1,1", "tasks.csv:3: miner is the zero address, which nobody can claim for"),
        (f"0,{MIXED.replace('f', 'F', 1)},1,1", f"capitals do not match its checksum {MIXED}"),
        (f"0,{LOW},1", "tasks.csv:3: has 3 values, allowed is 4: epoch,miner,tasks,difficulty"),
        (f"0,{LOW},1,0,5", "tasks.csv:3: has 5 values, allowed is 4"),
    ],
)
def test_open__bad_value__names_file_line_value_and_range(tmp_path, row, message):
    text = refused(tmp_path, tasks=tasks_row(row))
    assert message in text
    assert text.endswith("1 problem in the input; nothing was used")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (f"0,{LOW},1000000.000000000000000001", "scores.csv:2: score is 1000000.000000000000000001, allowed is 0 to 1000000"),
        (f"0,{LOW},-1", "scores.csv:2: score is -1, allowed is"),
        (f"0,{LOW},1_000", "scores.csv:2: score is '1_000', allowed is"),
        (f"0,{LOW},1\n0,{LOW},1", f"scores.csv:3: epoch 0, miner {LOW} stands in scores.csv:2 already; allowed is one row"),
        (f"0,0x{'ab' * 20},1\n0,0x{'AB' * 20},1", "stands in scores.csv:2 already"),
    ],
)
def test_open__bad_scores__names_file_and_line(tmp_path, row, message):
    assert message in refused(tmp_path, scores=f"epoch,miner,score\n{row}\n")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("0,4,3", "participation.csv:2: participants is 4, allowed is 0 to eligible (3)"),
        ("0,1,3\n0,1,3", "participation.csv:3: epoch 0 stands in participation.csv:2 already"),
        ("0,1,-3", "participation.csv:2: eligible is -3, allowed is"),
    ],
)
def test_open__bad_participation__names_file_and_line(tmp_path, rows, message):
    """B23: a share above one is refused, not clamped."""
    assert message in refused(tmp_path, participation=f"epoch,participants,eligible\n{rows}\n")


def test_open__checksummed_miner__accepted_and_lowered(tmp_path):
    with Dataset.open(write(tmp_path, tasks=tasks_row(f"0,{MIXED},1,1"))) as data:
        assert data.epoch(0).tasks[0][0] in (MIXED.lower(), HIGH)


def test_open__many_problems__first_twenty_and_the_count(tmp_path):
    rows = "".join(f"0,{LOW},1,2\n" for _ in range(57))
    lines = refused(tmp_path, tasks="epoch,miner,tasks,difficulty\n" + rows, participation="epoch,participants,eligible\n0,2,1\n").splitlines()
    assert len(lines) == 22
    assert lines[0].startswith("tasks.csv:2:")
    assert lines[19].startswith("tasks.csv:21:")
    assert lines[20:] == ["... and 38 more", "58 problems in the input; nothing was used"]


# --- bad files ---


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "tasks.csv: is empty; the first line must be epoch,miner,tasks,difficulty"),
        ("epoch,miner,tasks\n", "tasks.csv:1: columns missing difficulty; expected are epoch,miner,tasks,difficulty, in any order"),
        ("epoch,miner,tasks,difficulty,mood\n", "tasks.csv:1: columns unknown 'mood'"),
        ("epoch,miner,tasks,difficulty,tasks\n", "tasks.csv:1: columns duplicate 'tasks'"),
        ("Epoch,miner,tasks,difficulty\n", "columns missing epoch; unknown 'Epoch'"),
        ("epoch;miner;tasks;difficulty\n", "separate columns by commas"),
        (f"epoch,miner,tasks,difficulty\n0,{LOW},1,0.5", "tasks.csv:2: the last line does not end; the file may be cut short"),
        (b"epoch,miner,tasks,difficulty\n0,\xff,1,1\n", "tasks.csv:2: not UTF-8 (byte 0xff)"),
        (f"epoch,miner,tasks,difficulty\n0,{LOW},1\x00,1\n", "tasks.csv:2: control character 0x00"),
        (f"epoch,miner,tasks,difficulty\n0,{LOW},1\x1f,1\n", "tasks.csv:2: control character 0x1f"),
        (f"epoch,miner,tasks,difficulty\r0,{LOW},1,1\r", "control character 0x0d"),
    ],
)
def test_open__bad_file__says_what_and_where(tmp_path, text, message):
    assert message in refused(tmp_path, tasks=text)


def test_open__broken_gzip__refused(tmp_path):
    """B22: a source that fails while being read stops the run."""
    write(tmp_path)
    whole = gzip.compress((tmp_path / "tasks.csv").read_bytes())
    (tmp_path / "tasks.csv").unlink()
    for broken in (whole[:-9], whole[:20], b"not gzip"):
        (tmp_path / "tasks.csv.gz").write_bytes(broken)
        with pytest.raises(DataError, match=r"tasks\.csv\.gz: cannot be read"):
            Dataset.open(tmp_path)


def test_open__broken_parquet__refused(tmp_path):
    write(tmp_path)
    (tmp_path / "tasks.csv").unlink()
    for broken in (b"", b"PAR1 nonsense PAR1"):
        (tmp_path / "tasks.parquet").write_bytes(broken)
        with pytest.raises(DataError, match=r"tasks\.parquet: (is empty|cannot be read)"):
            Dataset.open(tmp_path)


@pytest.mark.parametrize(
    ("select", "message"),
    [
        (f"0 AS epoch, '{LOW}' AS miner, 1 AS tasks, 0.5::DOUBLE AS difficulty", "column difficulty is stored as DOUBLE; store it as DECIMAL(38,18) or text"),
        (f"0 AS epoch, '{LOW}' AS miner, 1::FLOAT AS tasks, '1' AS difficulty", "column tasks is stored as FLOAT; store it as whole numbers or text"),
        ("0 AS epoch, 5 AS miner, 1 AS tasks, '1' AS difficulty", "column miner is stored as INTEGER; store it as text or 20 bytes"),
        (f"0 AS epoch, '{LOW}' AS miner, 1 AS tasks", "tasks.parquet: columns missing difficulty"),
        (f"0 AS epoch, '{LOW}' AS miner, -1 AS tasks, '1' AS difficulty", "tasks.parquet:1: tasks is -1"),
        (f"0 AS epoch, '{LOW}' AS miner, NULL::INTEGER AS tasks, '1' AS difficulty", "tasks.parquet:1: tasks is empty"),
        ("0 AS epoch, '\\x12'::BLOB AS miner, 1 AS tasks, '1' AS difficulty", "tasks.parquet:1: miner is 0x12"),
    ],
)
def test_open__bad_parquet_column__no_float_is_taken(tmp_path, select, message):
    write(tmp_path)
    (tmp_path / "tasks.csv").unlink()
    duckdb.sql(f"COPY (SELECT {select}) TO '{tmp_path}/tasks.parquet'")
    with pytest.raises(DataError) as caught:
        Dataset.open(tmp_path)
    assert message in str(caught.value)


# --- tables that are missing, double or contradict each other ---


def test_open__table_missing_or_double__refused(tmp_path):
    """B22: a lost table stops the run; B21: the same rows never count twice."""
    with pytest.raises(DataError, match="holds no table tasks"):
        Dataset.open(tmp_path)
    with pytest.raises(DataError, match="is not a folder"):
        Dataset.open(tmp_path / "nowhere")
    write(tmp_path)
    (tmp_path / "tasks-1.csv").write_text(TASKS)
    with pytest.raises(DataError, match="more than once"):
        Dataset.open(tmp_path)
    (tmp_path / "tasks.csv").rename(tmp_path / "tasks-2.csv")
    with pytest.raises(DataError, match=r"tasks-2\.csv: holds the same bytes as tasks-1\.csv"):
        Dataset.open(tmp_path)
    (tmp_path / "tasks-2.csv").rename(tmp_path / "tasks-1.csv.gz")
    with pytest.raises(DataError, match="more than once"):
        Dataset.open(tmp_path)


@pytest.mark.parametrize("name", ["Tasks.csv", "tasks (1).csv", "tasks_2.csv", "._tasks.csv", "tasks.csv~", "tasks.CSV", "tasks.xlsx", "more.parquet"])
def test_open__file_that_looks_like_a_table__is_named_and_counts_for_nothing(tmp_path, name):
    """A part that is called otherwise pays its miners nothing: nobody would see it."""
    write(tmp_path)
    (tmp_path / "README.md").write_text("what the tables are")
    (tmp_path / name).write_text(TASKS)
    with Dataset.open(tmp_path) as data:
        assert data.sources.beside == (tmp_path / name,)
    done = CliRunner(mix_stderr=False).invoke(main, ["epoch", "collect", str(tmp_path), "--json"])
    assert done.stderr.startswith(f"warning: set aside: {tmp_path / name}: not the name of a table")
    assert len(json.loads(done.stdout)["set_aside"]) == 1


def test_open__file_missing_or_of_another_kind__refused(tmp_path):
    write(tmp_path)
    one = tmp_path / "scores.csv"
    two = tmp_path / "participation.csv"
    with pytest.raises(DataError, match="does not exist"):
        Dataset.open(Sources((tmp_path / "none.csv",), (one,), (two,)))
    (tmp_path / "tasks.txt").write_text(TASKS)
    with pytest.raises(DataError, match="unknown kind of file"):
        Dataset.open(Sources((tmp_path / "tasks.txt",), (one,), (two,)))


def test_epoch__not_in_the_tables__refused(tmp_path):
    """B22: an epoch without data is an error, never an epoch of zeros."""
    rows = "epoch,participants,eligible\n0,2,3\n1,2,3\n"
    with Dataset.open(write(tmp_path, participation=rows)) as data:
        with pytest.raises(DataError, match=r"participation\.csv: no row for epoch 2; known are 2 epochs, 0 to 1"):
            data.epoch(2)
        with pytest.raises(DataError, match=r"tasks\.csv: no row for epoch 1, but participation\.csv:3 has 2 participants"):
            data.epoch(1)
    with (
        Dataset.open(write(tmp_path, participation=rows, tasks=TASKS + f"1,{LOW},1,1\n")) as data,
        pytest.raises(DataError, match=r"scores\.csv: no row for epoch 1"),
    ):
        data.epoch(1)


def test_epoch__tasks_done_by_nobody__refused(tmp_path):
    with (
        Dataset.open(write(tmp_path, participation="epoch,participants,eligible\n0,0,3\n")) as data,
        pytest.raises(DataError, match="participants is 0 in epoch 0, but"),
    ):
        data.epoch(0)


def test_epoch__rows_of_zero_by_nobody__is_an_idle_epoch(tmp_path):
    tasks = f"epoch,miner,tasks,difficulty\n0,{LOW},0,0\n"
    with Dataset.open(write(tmp_path, tasks=tasks, participation="epoch,participants,eligible\n0,0,3\n")) as data:
        measured = measure(data.epoch(0))
    assert (measured.tasks, measured.difficulty, measured.participation) == (0, 0, 0)


# --- exactness ---


@settings(max_examples=examples(10, 40, 400), deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10**12), st.integers(0, WAD), st.integers(0, 10**6 * WAD)), min_size=1, max_size=30))
def test_epoch__any_quantities__come_back_exactly(tmp_path_factory, rows):
    """A18: no float on the way from the text to the integers."""
    folder = tmp_path_factory.mktemp("exact")
    miners = [f"0x{index + 1:040x}" for index in range(len(rows))]
    tasks = "".join(f"5,{miner},{count},{decimal(hard)}\n" for miner, (count, hard, _) in zip(miners, rows, strict=True))
    scores = "".join(f"5,{miner},{decimal(score)}\n" for miner, (_, _, score) in zip(miners, rows, strict=True))
    write(folder, "epoch,miner,tasks,difficulty\n" + tasks, "epoch,miner,score\n" + scores, "epoch,participants,eligible\n5,1,7\n")
    with Dataset.open(folder) as data:
        inputs = data.epoch(5)
    assert inputs.tasks == [(miner, count, hard) for miner, (count, hard, _) in zip(miners, rows, strict=True)]
    assert inputs.scores == [(miner, score) for miner, (_, _, score) in zip(miners, rows, strict=True)]
    measured = measure(inputs)
    total = sum(count for count, _, _ in rows)
    assert measured.tasks == total
    assert 0 <= measured.difficulty <= WAD
    assert measured.difficulty * total <= sum(count * hard for count, hard, _ in rows) < measured.difficulty * total + max(total, 1)
