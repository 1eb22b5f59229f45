"""Published measurements of real networks, brought into the three-table schema: one epoch a day, consecutive.

Two different networks are joined, which no single network measured together:

- Golem, a compute market, whole days only: tasks and scores per provider (subtasks that succeeded that day, mainnet; a provider's first
  sighting has no increase and counts 0), and participation = providers with a success / providers seen. Both counts are of the same day by
  the same monitor; the daily count of connected nodes has gaps and another source, so it is not used.
- An image-generation service gives the difficulty: its hours are spread in order over the days, hour h of n to day h * days // n, and a
  day's difficulty is the mean of images x steps of its requests over `STEPS_AT_ONE`, at most 1. A day whose hours had no request has
  difficulty 0: nothing was measured, so nothing is claimed.

The node ids of Golem are no chain addresses. THE KEYS USED FOR THEM ARE PUBLIC: keccak256("golem <node id>").
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from eth_account import Account

from mdt.crypto.keccak import keccak
from mdt.errors import DataError
from mdt.oracle.inputs import decimal
from mdt.oracle.read import Sources
from mdt.oracle.schema import PARTICIPATION, SCORES, TASKS
from mdt.runs.generate import write_table
from mdt.units import WAD
from mdt.written.characters import shown

STEPS_AT_ONE = 200  # four images of fifty steps each: a heavy request
NETWORK_DAYS = "golem_network_daily.csv"
PROVIDER_DAYS = "golem_provider_daily.csv.gz"
REQUEST_HOURS = "genai_hourly.csv"
NEEDED = (NETWORK_DAYS, PROVIDER_DAYS, REQUEST_HOURS)
_COUNT = re.compile(r"[0-9]{1,18}")
_DECIMAL = re.compile(r"[0-9]{1,30}(?:\.[0-9]{0,30})?(?:[eE][-+]?[0-9]{1,2})?")


@dataclass(frozen=True)
class RealData:
    """What was written, and what the epochs were in the world.

    Attributes:
        sources: the three tables.
        days: the day of each epoch, by epoch.
        nodes: node id by (lower-case) address, for every provider that occurs.
    """

    sources: Sources
    days: list[date]
    nodes: dict[str, str]


def provider_key(node: str) -> bytes:
    """The PUBLIC private key that stands for a Golem node."""
    return keccak(f"golem {node}".encode("ascii"))


def provider_address(node: str) -> str:
    """The address of `provider_key`, in lower case."""
    return str(Account.from_key(provider_key(node)).address).lower()


def write_real(data: str | Path, folder: str | Path) -> RealData:
    """Write the three tables from the published files.

    Args:
        data: folder with the published files.
        folder: where to write; created if need be.

    Raises:
        DataError: a file is missing, its columns differ, the days are not consecutive, or the two Golem files contradict each other.
    """
    data, folder = Path(data), Path(folder)
    if missing := [name for name in NEEDED if not (data / name).is_file()]:
        raise DataError(f"{data} lacks {', '.join(missing)}; point DATA at the folder that holds {', '.join(NEEDED)}")
    columns = ("date", "providers_seen", "providers_with_success", "subtasks_success", "full_day")
    network = [row for row in _rows(data / NETWORK_DAYS, *columns) if row["full_day"] == "1"]
    days = [_date(row["date"]) for row in network]
    for before, after in pairwise(days):
        if after - before != timedelta(days=1):
            raise DataError(f"{NETWORK_DAYS}: {before} is followed by {after}; the days must be consecutive")
    epoch_of = {day.isoformat(): epoch for epoch, day in enumerate(days)}
    work = _work(data / PROVIDER_DAYS, epoch_of)
    for epoch, row in enumerate(network):
        done = sum(success for _, success in work[epoch])
        if done != _count(row["subtasks_success"], NETWORK_DAYS):
            counts = f"{row['date']} has {row['subtasks_success']} subtasks, {PROVIDER_DAYS} has {done}"
            raise DataError(f"{NETWORK_DAYS}: {counts}; the files do not belong together")
    difficulty = [decimal(wad) for wad in spread_difficulty(data / REQUEST_HOURS, len(days))]
    addresses = {node: provider_address(node) for node in sorted({node for each in work for node, _ in each})}
    folder.mkdir(parents=True, exist_ok=True)
    epochs = range(len(days))
    tasks = (f"{epoch},{addresses[node]},{success},{difficulty[epoch]}" for epoch in epochs for node, success in work[epoch])
    scores = (f"{epoch},{addresses[node]},{success}" for epoch in epochs for node, success in work[epoch])
    participation = (f"{epoch},{row['providers_with_success']},{row['providers_seen']}" for epoch, row in enumerate(network))
    sources = Sources(
        tasks=(write_table(folder, TASKS, tasks),),
        scores=(write_table(folder, SCORES, scores),),
        participation=(write_table(folder, PARTICIPATION, participation),),
    )
    return RealData(sources, days, {address: node for node, address in addresses.items()})


def spread_difficulty(path: Path, days: int) -> list[int]:
    """Difficulty in WAD for each of `days` days, rounded down, from hourly request figures spread over them in order."""
    hours = _rows(path, "tasks", "total_image_steps")
    requests, steps = [0] * days, [Decimal(0)] * days
    for hour, row in enumerate(hours):
        day = hour * days // len(hours)
        requests[day] += _count(row["tasks"], path.name)
        steps[day] += _decimal(row["total_image_steps"] or "0", path.name)
    return [min(WAD, int(each * WAD) // (count * STEPS_AT_ONE)) if count else 0 for each, count in zip(steps, requests, strict=True)]


def _work(path: Path, epoch_of: dict[str, int]) -> list[list[tuple[str, int]]]:
    """(node, subtasks that succeeded) by epoch, mainnet providers only."""
    work: list[list[tuple[str, int]]] = [[] for _ in epoch_of]
    for row in _rows(path, "date", "node_id", "network", "d_success"):
        epoch = epoch_of.get(row["date"])
        if epoch is not None and row["network"] == "mainnet":
            work[epoch].append((row["node_id"], _count(row["d_success"] or "0", path.name)))
    return work


def _rows(path: Path, *columns: str) -> list[dict[str, str]]:
    try:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        if missing := [column for column in columns if column not in (reader.fieldnames or [])]:
            raise DataError(f"{path.name}:1: lacks the columns {', '.join(missing)}")
        rows = list(reader)
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path.name}: cannot be read: {error}") from error
    if short := next((number for number, row in enumerate(rows, 2) if None in row or None in row.values()), 0):
        raise DataError(f"{path.name}: row {short} has another number of values than the header")
    return rows


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise DataError(f"{NETWORK_DAYS}: {shown(text)} is not a date such as 2027-01-31") from error


def _count(text: str, name: str) -> int:
    if not _COUNT.fullmatch(text):
        raise DataError(f"{name}: {shown(text)} is not a whole number")
    return int(text)


def _decimal(text: str, name: str) -> Decimal:
    if not _DECIMAL.fullmatch(text):
        raise DataError(f"{name}: {shown(text)} is not a number")
    return Decimal(text)
