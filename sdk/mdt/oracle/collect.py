"""Checked inputs: every row of every file is validated before any epoch is handed out.

A dataset opens whole or not at all. An epoch is reportable when it has its `participation` row and, if anybody took part,
at least one row in `tasks` and in `scores`: a table that lacks an epoch is a lost export, not an idle network, and stops the run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

import duckdb

from mdt.addresses import ZERO_ADDRESS
from mdt.crypto.checksums import wrong_checksums
from mdt.crypto.keccak import checksum
from mdt.errors import DataError
from mdt.oracle.inputs import EpochInputs
from mdt.oracle.read import Sources, connect, label, load
from mdt.oracle.schema import DECIMALS, PARTICIPATION, SCORES, TABLES, TASKS, Column, Kind, Table
from mdt.units import WAD

SHOWN_PROBLEMS = 20

_PLAIN = re.compile(r"[0-9A-Za-z.+-]{1,48}")
_BATCH = 200_000

Problem = tuple[int, int, str]  # file number, line, message


class Dataset:
    """Validated tables of one or many epochs. Use `Dataset.open`, and close it (or use `with`)."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, sources: Sources) -> None:
        self._connection = connection
        self.sources = sources

    @classmethod
    def open(cls, sources: Sources | str | Path) -> Dataset:
        """Read and check all files of the sources, or of a folder.

        Raises:
            DataError: one or more problems, each with file and line; the first 20 are listed and all are counted.
        """
        if not isinstance(sources, Sources):
            sources = Sources.from_folder(sources)
        connection = connect()
        try:
            problems: list[str] = []
            count = 0
            for table in TABLES:
                load(connection, table, sources)
                found, number = _check(connection, table)
                problems += [f"{_where(sources, table, file, line)}: {message}" for file, line, message in found]
                count += number
                if not number:
                    duplicates, number = _duplicates(connection, table, sources)
                    problems += duplicates
                    count += number
            if count:
                raise DataError(_summary(problems, count))
        except BaseException:
            connection.close()
            raise
        return cls(connection, sources)

    def __enter__(self) -> Dataset:
        """The dataset itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close the dataset."""
        self.close()

    def close(self) -> None:
        """Free the memory."""
        self._connection.close()

    def epochs(self) -> list[int]:
        """Epochs that have a participation row, ascending: those that can be reported."""
        return [row[0] for row in self._connection.execute("SELECT epoch FROM participation ORDER BY epoch").fetchall()]

    def missing(self) -> list[int]:
        """Epochs between the first and the last that have no participation row: nobody can report them."""
        epochs = self.epochs()
        present = set(epochs)
        return [epoch for epoch in range(epochs[0], epochs[-1]) if epoch not in present] if epochs else []

    def epoch(self, epoch: int) -> EpochInputs:
        """The inputs of one epoch.

        Raises:
            DataError: the epoch is missing from a table, or the tables contradict each other.
        """
        run = self._connection.execute
        row = run("SELECT participants, eligible, file, line FROM participation WHERE epoch = ?", [epoch]).fetchone()
        if row is None:
            raise DataError(f"{self._names(PARTICIPATION)}: no row for epoch {epoch}; {_known(self.epochs())}. An epoch without data is not reported")
        participants, eligible, file, line = row
        tasks = run("SELECT miner, tasks, difficulty FROM tasks WHERE epoch = ? ORDER BY miner, tasks, difficulty", [epoch]).fetchall()
        scores = run("SELECT miner, score FROM scores WHERE epoch = ? ORDER BY miner", [epoch]).fetchall()
        where = _where(self.sources, PARTICIPATION, file, line)
        if participants:
            for table, rows in ((TASKS, tasks), (SCORES, scores)):
                if not rows:
                    lost = f"no row for epoch {epoch}, but {where} has {participants} participants"
                    raise DataError(f"{self._names(table)}: {lost}; give its rows (0 is a value)")
        elif any(done for _, done, _ in tasks):
            raise DataError(f"{where}: participants is 0 in epoch {epoch}, but {self._names(TASKS)} has tasks done in it")
        return EpochInputs(epoch, tasks, scores, participants, eligible)

    def _names(self, table: Table) -> str:
        names = [label(path, _all(self.sources)) for path in self.sources.of(table)]
        return ", ".join(names[:3]) + (f" and {len(names) - 3:,} more" if len(names) > 3 else "")


def _all(sources: Sources) -> list[Path]:
    return [path for table in TABLES for path in sources.of(table)]


def _where(sources: Sources, table: Table, file: int, line: int) -> str:
    return f"{label(sources.of(table)[file], _all(sources))}:{line}"


def _known(epochs: list[int]) -> str:
    return f"known are {len(epochs)} epochs, {epochs[0]} to {epochs[-1]}" if epochs else "the file has no rows"


def _summary(problems: list[str], count: int) -> str:
    shown = problems[:SHOWN_PROBLEMS]
    rest = f"\n... and {count - len(shown)} more" if count > len(shown) else ""
    noun = "problem" if count == 1 else "problems"
    return "\n".join(shown) + rest + f"\n{count} {noun} in the input; nothing was used"


# --- row by row ---


def _check(connection: duckdb.DuckDBPyConnection, table: Table) -> tuple[list[Problem], int]:
    """Turn `raw_<table>` into typed `<table>`, or say what is wrong: the first problems, and how many there are."""
    flags = ", ".join(f"{_fault(column)} AS fault_{column.name}" for column in table.columns)
    expected = len(table.columns)
    if table is PARTICIPATION:
        flags += ", TRY_CAST(participants AS HUGEINT) > TRY_CAST(eligible AS HUGEINT) AS fault_order"
    else:
        flags += ", false AS fault_order"
    names = [column.name for column in table.columns]
    bad = " OR ".join([f"fields <> {expected}", "coalesce(fault_order, false)", *(f"fault_{name} IS NOT NULL" for name in names)])
    connection.execute(f"CREATE TEMP TABLE bad AS SELECT * FROM (SELECT *, {flags} FROM raw_{table.name}) WHERE {bad}")  # noqa: S608
    rows = connection.execute(
        f"SELECT file, line, fields, fault_order, {', '.join(names)}, {', '.join('fault_' + name for name in names)} FROM bad ORDER BY file, line"  # noqa: S608
        f" LIMIT {SHOWN_PROBLEMS}"
    ).fetchall()
    faults = " + ".join(f"(fault_{name} IS NOT NULL)::INT" for name in names)
    total = connection.execute(
        f"SELECT coalesce(sum(CASE WHEN fields <> {expected} THEN 1 ELSE {faults} + coalesce(fault_order, false)::INT END), 0) FROM bad"  # noqa: S608
    ).fetchone()
    connection.execute("DROP TABLE bad")
    problems = [problem for row in rows for problem in _explain(table, row)]
    count = int(total[0]) if total else 0
    if any(column.kind is Kind.ADDRESS for column in table.columns):
        found = _bad_checksums(connection, table)
        problems, count = sorted(problems + found, key=lambda problem: problem[:2]), count + len(found)
    if not count:
        typed = ", ".join(f"{_typed(column)} AS {column.name}" for column in table.columns)
        connection.execute(f"CREATE TABLE {table.name} AS SELECT file, line, {typed} FROM raw_{table.name}")  # noqa: S608
    connection.execute(f"DROP TABLE raw_{table.name}")
    return problems[:SHOWN_PROBLEMS], count


def _fault(column: Column) -> str:
    """SQL: the kind of fault of a column's text, or NULL."""
    text = column.name
    empty = f"WHEN {text} IS NULL OR {text} = '' THEN 'empty'"
    if column.kind is Kind.ADDRESS:
        return f"CASE {empty} WHEN NOT regexp_full_match({text}, '0x[0-9a-fA-F]{{40}}') THEN 'form' WHEN {text} = '{ZERO_ADDRESS}' THEN 'zero' END"
    if column.kind is Kind.COUNT:
        form = f"WHEN NOT regexp_full_match({text}, '[0-9]+') THEN 'form'"
        return f"CASE {empty} {form} WHEN length(ltrim({text}, '0')) > 18 OR TRY_CAST({text} AS HUGEINT) > {column.largest} THEN 'range' END"
    form = f"WHEN NOT regexp_full_match({text}, '[0-9]+([.][0-9]+)?') THEN 'form' WHEN length({_decimals(text)}) > {DECIMALS} THEN 'decimals'"
    whole = f"length(ltrim(split_part({text}, '.', 1), '0')) > 18"
    return f"CASE {empty} {form} WHEN {whole} OR {_wad(text)} > {column.largest * WAD}::HUGEINT THEN 'range' END"


def _decimals(text: str) -> str:
    """SQL: the digits behind the point that say something; zeros at their end do not."""
    return f"rtrim(split_part({text}, '.', 2), '0')"


def _wad(text: str) -> str:
    """SQL: a plain decimal as a whole number of 1e-18, by moving digits; no arithmetic that could round."""
    return f"TRY_CAST(split_part({text}, '.', 1) || rpad({_decimals(text)}, {DECIMALS}, '0') AS HUGEINT)"


def _typed(column: Column) -> str:
    if column.kind is Kind.ADDRESS:
        return f"lower({column.name})"
    return f"{column.name}::BIGINT" if column.kind is Kind.COUNT else _wad(column.name)


def _explain(table: Table, row: tuple[object, ...]) -> Iterable[Problem]:
    """The problems of one bad row, in the order of its columns."""
    file, line, fields, order = row[:4]
    assert isinstance(file, int)
    assert isinstance(line, int)
    size = len(table.columns)
    if fields != size:
        yield file, line, f"has {fields} values, allowed is {size}: {table.header}"
        return
    values, faults = row[4 : 4 + size], row[4 + size :]
    for column, value, fault in zip(table.columns, values, faults, strict=True):
        if fault == "range":
            yield file, line, f"{column.name} is {_show(value)}, allowed is {column.bounds}"
        elif fault == "zero":
            yield file, line, f"{column.name} is the zero address, which nobody can claim for"
        elif fault == "decimals":
            count = len(str(value).partition(".")[2].rstrip("0"))
            yield file, line, f"{column.name} is {_show(value)} with {count} decimals, allowed are {DECIMALS}: {column.way_on}"
        elif fault == "empty":
            yield file, line, f"{column.name} is empty, allowed is {column.allowed}"
        elif fault is not None:
            yield file, line, f"{column.name} is {_show(value)}, allowed is {column.allowed}"
    if order:
        yield file, line, f"participants is {values[1]}, allowed is 0 to eligible ({values[2]})"


def _show(value: object) -> str:
    text = str(value)
    return text if _PLAIN.fullmatch(text) else repr(text if len(text) <= 60 else text[:57] + "...")


def _bad_checksums(connection: duckdb.DuckDBPyConnection, table: Table) -> list[Problem]:
    """Addresses in mixed case that are not their own EIP-55 form: most likely a typing mistake."""
    digits = "substr(miner, 3)"
    both = f"regexp_matches({digits}, '[a-f]') AND regexp_matches({digits}, '[A-F]')"
    mixed = f"miner <> lower(miner) AND regexp_full_match(miner, '0x[0-9a-fA-F]{{40}}') AND {both}"
    query = f"SELECT file, line, miner FROM raw_{table.name} WHERE {mixed} ORDER BY file, line"  # noqa: S608
    cursor = connection.cursor().execute(query)
    problems: list[Problem] = []
    while rows := cursor.fetchmany(_BATCH):
        for place in wrong_checksums([row[2] for row in rows]):
            file, line, miner = rows[place]
            message = f"miner is {miner}, whose capitals do not match its checksum {checksum(miner)}; check the address, or write it in lower case"
            problems.append((file, line, message))
    return problems


def _duplicates(connection: duckdb.DuckDBPyConnection, table: Table, sources: Sources) -> tuple[list[str], int]:
    """Rows whose key stands earlier already; runs on typed rows, so 0xAB and 0xab are the same key."""
    if not table.key:
        return [], 0
    key = ", ".join(table.key)
    twice = f"SELECT {key}, min((file, line)) AS origin, count(*) - 1 AS extra FROM {table.name} GROUP BY {key} HAVING count(*) > 1"  # noqa: S608
    connection.execute(f"CREATE TEMP TABLE twice AS {twice}")
    total = connection.execute("SELECT coalesce(sum(extra), 0) FROM twice").fetchone()
    count = int(total[0]) if total else 0
    problems = []
    if count:
        rows = connection.execute(
            f"SELECT file, line, origin, {key} FROM {table.name} JOIN twice USING ({key}) WHERE (file, line) <> origin"  # noqa: S608
            f" ORDER BY file, line LIMIT {SHOWN_PROBLEMS}"
        ).fetchall()
        for file, line, origin, *values in rows:
            first_file, first_line = origin.values() if isinstance(origin, dict) else origin
            shown = ", ".join(f"{name} {value}" for name, value in zip(table.key, values, strict=True))
            first = _where(sources, table, first_file, first_line)
            problems.append(f"{_where(sources, table, file, line)}: {shown} stands in {first} already; allowed is one row")
    connection.execute("DROP TABLE twice")
    return problems, count
