"""Files to rows of text: CSV, gzipped CSV and Parquet through DuckDB, each row with the file and line it came from.

Nothing is interpreted here. CSV is read line by line as one column, so a row number *is* the line number, and split afterwards;
the files are decoded once in Python as well, and the two must count the same lines, so that no reader can drop one quietly.
"""

from __future__ import annotations

import codecs
import glob
import gzip
import hashlib
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import duckdb

from mdt.errors import DataError
from mdt.oracle.schema import TABLES, Kind, Table

SUFFIXES = (".csv", ".csv.gz", ".parquet")

_CHUNK = 1 << 22
_MEMORY_LIMIT = "640MB"
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)")
_UNSUSPICIOUS = bytes(byte for byte in range(256) if byte in b"\t\n\r" or (byte >= 0x20 and byte != 0x7F))
_LIKE_A_TABLE = re.compile(rf"{'|'.join(table.name for table in TABLES)}|\.(csv|tsv|parquet|gz)$", re.IGNORECASE)
_SEPARATOR = "\x1f"  # refused by _CONTROL, hence never inside a line
_INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"}


@dataclass(frozen=True)
class Sources:
    """The files of each table, in the order their rows are numbered in messages.

    Attributes:
        beside: Files of the folder that look like a table and are called otherwise: none of their rows count.
    """

    tasks: tuple[Path, ...]
    scores: tuple[Path, ...]
    participation: tuple[Path, ...]
    beside: tuple[Path, ...] = ()

    @classmethod
    def from_folder(cls, folder: str | Path) -> Sources:
        """Find the tables in a folder: `tasks.csv`, `tasks.csv.gz` or `tasks.parquet`, or several `tasks-<anything>` of these.

        Raises:
            DataError: a table is missing, or stands there twice (rows would count double).
        """
        folder = Path(folder)
        if not folder.is_dir():
            raise DataError(f"{folder} is not a folder; give the folder that holds {', '.join(table.name + '.csv' for table in TABLES)}")
        found = [_find(folder, table.name) for table in TABLES]
        used = [path for paths in found for path in paths]
        others = sorted(path for path in folder.iterdir() if path.is_file() and path not in used and _LIKE_A_TABLE.search(path.name))
        return cls(*(*found, tuple(others)))

    def of(self, table: Table) -> tuple[Path, ...]:
        """The files of one table."""
        found: tuple[Path, ...] = getattr(self, table.name)
        return found

    @property
    def set_aside(self) -> list[str]:
        """A line for each file beside the tables."""
        return [f"{path}: not the name of a table, which is tasks.csv or tasks-<anything>.csv: none of its rows count" for path in self.beside]


def _stem(path: Path) -> str:
    for suffix in sorted(SUFFIXES, key=len, reverse=True):
        if path.name.endswith(suffix):
            return path.name[: -len(suffix)]
    return ""


def _find(folder: Path, name: str) -> tuple[Path, ...]:
    files = sorted(path for path in folder.iterdir() if path.is_file() and _stem(path))
    whole = [path for path in files if _stem(path) == name]
    parts = [path for path in files if _stem(path).startswith(f"{name}-")]
    if not whole and not parts:
        raise DataError(f"{folder} holds no table {name}: expected {name}.csv, {name}.csv.gz or {name}.parquet, or parts called {name}-*.csv")
    stems = [_stem(path) for path in parts]
    if len(whole) > 1 or (whole and parts) or len(stems) != len(set(stems)):
        listed = ", ".join(path.name for path in whole + parts)
        raise DataError(f"{folder} holds the table {name} more than once ({listed}); its rows would count double, keep one form")
    return tuple(whole or parts)


def connect() -> duckdb.DuckDBPyConnection:
    """A private in-memory database: bounded memory, no extensions fetched, no access beyond the files named to it."""
    return duckdb.connect(
        ":memory:",
        config={"memory_limit": _MEMORY_LIMIT, "threads": 2, "autoinstall_known_extensions": False, "autoload_known_extensions": False},
    )


def label(path: Path, among: Iterable[Path]) -> str:
    """How messages call a file: its name alone where that is unmistakable."""
    alike = [other for other in among if other.name == path.name]
    return path.name if len(alike) <= 1 else str(path)


def load(connection: duckdb.DuckDBPyConnection, table: Table, sources: Sources) -> None:
    """Create `raw_<table>(file, line, fields, <column>...)`: text as it stands in the files, trimmed of blanks and plain quotes.

    `fields` is how many values the line held; a column beyond them is NULL.

    Raises:
        DataError: a file is missing, empty, not UTF-8, cut short, or its header does not name exactly the table's columns.
    """
    everything = [path for each in TABLES for path in sources.of(each)]
    columns = ", ".join(f"{column.name} VARCHAR" for column in table.columns)
    connection.execute(f"CREATE TABLE raw_{table.name} (file INTEGER, line BIGINT, fields INTEGER, {columns})")
    seen: dict[bytes, str] = {}
    for number, path in enumerate(sources.of(table)):
        name = label(path, everything)
        if not path.is_file():
            raise DataError(f"{path} does not exist or is not a file")
        if not path.name.endswith(SUFFIXES):
            raise DataError(f"{name}: unknown kind of file; allowed are {', '.join(SUFFIXES)}")
        try:
            if path.name.endswith(".parquet"):
                digest = _load_parquet(connection, table, number, path, name)
            else:
                digest = _load_csv(connection, table, number, path, name)
        except duckdb.Error as error:
            raise DataError(f"{name}: cannot be read: {str(error).splitlines()[0][:300]}") from error
        if digest in seen:
            raise DataError(f"{name}: holds the same bytes as {seen[digest]}; its rows would count double, give it once")
        seen[digest] = name


def _literal(path: Path) -> str:
    return "'" + glob.escape(str(path)).replace("'", "''") + "'"


# --- CSV ---


def _load_csv(connection: duckdb.DuckDBPyConnection, table: Table, number: int, path: Path, name: str) -> bytes:
    count, digest, header_line = _scan(path, name, table)
    order = _header(header_line, table, name)
    reader = (
        f"read_csv({_literal(path)}, header=false, auto_detect=false, strict_mode=false, columns={{'text': 'VARCHAR'}}, delim='{_SEPARATOR}',"
        f" quote='', escape='', compression='{'gzip' if path.name.endswith('.gz') else 'none'}')"
    )
    picked = ", ".join(_clean(f"values_[{order[column.name]}]") for column in table.columns)
    connection.execute(
        f"INSERT INTO raw_{table.name} SELECT {number}, line, len(values_), {picked} FROM"  # noqa: S608 - names come from the schema
        f" (SELECT line, string_split(text, ',') AS values_ FROM (SELECT row_number() OVER () AS line, trim(text, E' \\t\\r') AS text FROM {reader})"
        " WHERE line > 1 AND text IS NOT NULL AND text <> '')"
    )
    counted = connection.execute(f"SELECT count(*) FROM {reader}").fetchone()  # noqa: S608 - as above
    if counted is None or counted[0] != count:
        raise DataError(f"{name}: {count} lines were counted and {counted and counted[0]} were read; the file changed meanwhile, run again")
    return digest


def _clean(value: str) -> str:
    """The expression for a value without blanks around it, and without quotes around that; NULL stays NULL."""
    bare = f"trim({value}, E' \\t')"
    return f"CASE WHEN contains({value}, '\"') THEN regexp_replace({bare}, '^\"([^\"]*)\"$', '\\1') ELSE {bare} END"


def _open(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if path.name.endswith(".gz") else path.open("rb")  # type: ignore[return-value]


def _scan(path: Path, name: str, table: Table) -> tuple[int, bytes, str]:
    """Decode a text file once: number of lines, sha256 of its text, and the header line."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    digest = hashlib.sha256()
    lines, first, last = 0, b"", b""
    try:
        with _open(path) as stream:
            while chunk := stream.read(_CHUNK):
                chunk += stream.readline()  # whole lines only, so that nothing straddles two chunks
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError as error:
                    at = lines + chunk.count(b"\n", 0, error.start) + 1
                    raise DataError(f"{name}:{at}: not UTF-8 (byte 0x{chunk[error.start]:02x}); save the file as UTF-8") from error
                suspect = chunk.translate(None, _UNSUSPICIOUS) or chunk.count(b"\r") != chunk.count(b"\r\n")
                if suspect and (control := _CONTROL.search(chunk)):
                    at = lines + chunk.count(b"\n", 0, control.start()) + 1
                    raise DataError(f"{name}:{at}: control character 0x{control.group()[0]:02x}; allowed is plain text, one row a line")
                digest.update(chunk)
                first = first or chunk.split(b"\n", 1)[0]
                lines += chunk.count(b"\n")
                last = chunk
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{name}: cannot be read: {error}") from error
    if not last:
        raise DataError(f"{name}: is empty; the first line must be {table.header}")
    if not last.endswith(b"\n"):
        raise DataError(f"{name}:{lines + 1}: the last line does not end; the file may be cut short (end it with a newline if it is whole)")
    return lines, digest.digest(), first.decode("utf-8-sig")


def _header(line: str, table: Table, name: str) -> dict[str, int]:
    """Place of each column, from 1."""
    found = [part.strip().strip('"') for part in line.strip().split(",")]
    if len(found) == 1 and re.search(r"[;\t|]", line):
        raise DataError(f"{name}:1: the header is {line.strip()[:80]!r}; separate columns by commas: {table.header}")
    _require_columns(found, table, f"{name}:1")
    return {column: place for place, column in enumerate(found, start=1)}


def _require_columns(found: list[str], table: Table, where: str) -> None:
    expected = [column.name for column in table.columns]
    problems = []
    if missing := [column for column in expected if column not in found]:
        problems.append(f"missing {', '.join(missing)}")
    if unknown := [column for column in found if column not in expected]:
        problems.append(f"unknown {', '.join(repr(column[:40]) for column in unknown)}")
    if double := sorted({column for column in found if found.count(column) > 1}):
        problems.append(f"duplicate {', '.join(repr(column[:40]) for column in double)}")
    if problems:
        raise DataError(f"{where}: columns {'; '.join(problems)}; expected are {table.header}, in any order")


# --- Parquet ---


def _load_parquet(connection: duckdb.DuckDBPyConnection, table: Table, number: int, path: Path, name: str) -> bytes:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").digest()
    if path.stat().st_size == 0:
        raise DataError(f"{name}: is empty; it must have the columns {table.header}")
    described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({_literal(path)})").fetchall()  # noqa: S608 - as above
    types = {row[0]: row[1] for row in described}
    _require_columns([row[0] for row in described], table, name)
    picked = ", ".join(_as_text(column.name, column.kind, types[column.name], name) for column in table.columns)
    connection.execute(
        f"INSERT INTO raw_{table.name} SELECT {number}, file_row_number + 1, {len(table.columns)}, {picked}"  # noqa: S608 - as above
        f" FROM read_parquet({_literal(path)}, file_row_number=true)"
    )
    return digest


def _as_text(column: str, kind: Kind, stored: str, name: str) -> str:
    """The expression that turns a Parquet column into text without passing through a float."""
    if kind is Kind.ADDRESS and stored == "BLOB":
        return f"'0x' || lower(hex({column}))"
    numeric = stored in _INTEGERS or stored.startswith("DECIMAL")
    if stored == "VARCHAR" or (numeric and kind is not Kind.ADDRESS):
        return f"trim({column}::VARCHAR)"
    advice = "text or 20 bytes" if kind is Kind.ADDRESS else "whole numbers or text" if kind is Kind.COUNT else "DECIMAL(38,18) or text"
    raise DataError(f"{name}: column {column} is stored as {stored}; store it as {advice} (floats are not exact)")
