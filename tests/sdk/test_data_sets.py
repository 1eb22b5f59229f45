"""The shipped demo data, data sets of any size, addresses, and the published measurements of real networks."""

from __future__ import annotations

import csv
import gzip
import os
import random
from pathlib import Path

import pytest
from eth_account import Account
from eth_utils import keccak as reference_keccak
from eth_utils import to_checksum_address

from mdt.crypto.checksums import wrong_checksums
from mdt.crypto.keccak import checksum, streaming
from mdt.crypto.merkle import keccak256
from mdt.errors import DataError
from mdt.oracle.collect import Dataset
from mdt.oracle.inputs import measure
from mdt.oracle.schema import TABLES
from mdt.runs import generate
from mdt.runs import real_data as real
from mdt.units import WAD

SHARED = Path(os.environ.get("MDT_REAL_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
needs_real_data = pytest.mark.skipif(
    not all((SHARED / name).is_file() for name in real.NEEDED), reason=f"the published measurements are not here: {SHARED} (set MDT_REAL_DATA to their folder)"
)

# --- the demo ---


def test_demo_data__shipped_files__are_what_the_generator_writes(tmp_path):
    for path in generate.write_demo(tmp_path):
        assert path.read_bytes() == (generate.DEMO_FOLDER / path.name).read_bytes()


def test_demo_data__has_every_kind_of_epoch():
    with Dataset.open(generate.DEMO_FOLDER) as data:
        assert len(data.epochs()) >= 14
        assert data.missing() == [generate.MISSING_EPOCH, *range(generate.demo_epoch(generate.LAST_EARLY_ROUND) + 1, generate.FIRST_LATE_EPOCH)]
        measured = {epoch: measure(data.epoch(epoch)) for epoch in data.epochs()}
        unscored = data.epoch(generate.UNSCORED_EPOCH)
    idle, stress = measured[generate.IDLE_EPOCH], measured[generate.STRESS_EPOCH]
    assert (idle.tasks, idle.difficulty, idle.participation) == (0, 0, 0)
    assert stress.tasks > 10_000
    assert stress.participation == WAD // 4
    assert stress.difficulty == max(each.difficulty for each in measured.values())
    assert measured[generate.UNSCORED_EPOCH].tasks > 0
    assert {score for _, score in unscored.scores} == {0}


def test_demo_miners__keys_are_the_published_ones():
    with Dataset.open(generate.DEMO_FOLDER) as data:
        miners = {miner for miner, _ in data.epoch(0).scores}
    keys = [reference_keccak(text=f"mdt demo miner {number}") for number in range(generate.DEMO_MINERS)]
    assert miners == {Account.from_key(key).address.lower() for key in keys}


def test_generate__other_seed__other_history_and_valid(tmp_path):
    assert generate.main([str(tmp_path / "x"), "--seed", "8", "--epochs", "3", "--miners", "4"]) == 0
    assert generate.demo_tables(8, 3, 4) != generate.demo_tables(7, 3, 4)
    with Dataset.open(tmp_path / "x") as data:
        assert data.epochs() == [0, 1, 2]
    with pytest.raises(SystemExit):
        generate.main([str(tmp_path / "x"), "--epochs", "0"])


def test_large_rows__any_size__valid(tmp_path):
    for table in TABLES:
        generate.write_table(tmp_path, table, generate.large_rows(table, 2_000))
    with Dataset.open(tmp_path) as data:
        inputs = data.epoch(0)
    assert len(inputs.tasks) == len(inputs.scores) == 2_000


# --- addresses ---


def test_wrong_checksums__against_another_implementation():
    rng = random.Random(3)
    addresses = [to_checksum_address(f"0x{rng.getrandbits(160):040x}") for _ in range(300)]
    assert wrong_checksums(addresses) == []
    assert [checksum(address.lower()) for address in addresses] == addresses
    spoiled = list(addresses)
    for place in (0, 77, 299):
        letter = next(index for index, digit in enumerate(spoiled[place]) if index > 1 and digit.isalpha())
        spoiled[place] = spoiled[place][:letter] + spoiled[place][letter].swapcase() + spoiled[place][letter + 1 :]
    assert wrong_checksums(spoiled) == [0, 77, 299]
    assert wrong_checksums([]) == []


def test_streaming__pieces__same_hash_as_at_once():
    hasher = streaming()
    for piece in (b"modern", b"", b"tensor" * 1_000):
        hasher.update(piece)
    assert hasher.digest() == keccak256(b"modern" + b"tensor" * 1_000) == reference_keccak(b"modern" + b"tensor" * 1_000)


# --- real measurements ---


def published(folder: Path, days: int = 3, hours: int = 9) -> Path:
    """Files in the form of the published ones, so that the adapter is tested where they are absent."""
    network = ["date,providers_seen,providers_with_success,subtasks_success,full_day", "2018-12-31,9,9,9,0"]
    network += [f"2019-01-{day + 1:02d},4,2,{10 * day + 5},1" for day in range(days)]
    providers = ["date,node_id,network,d_success"]
    for day in range(days):
        providers += [
            f"2019-01-{day + 1:02d},{node},{where},{count}" for node, where, count in (("aa", "mainnet", 10 * day), ("bb", "mainnet", 5), ("cc", "mainnet", ""))
        ]
        providers.append(f"2019-01-{day + 1:02d},dd,testnet,1000")
    requests = ["time,tasks,total_image_steps", *(f"{hour},{hour % 3},{100.0 * (hour % 3) * (hour // 3)}" for hour in range(hours))]
    (folder / real.NETWORK_DAYS).write_text("\n".join(network) + "\n")
    (folder / real.PROVIDER_DAYS).write_bytes(gzip.compress(("\n".join(providers) + "\n").encode()))
    (folder / real.REQUEST_HOURS).write_text("\n".join(requests) + "\n")
    return folder


def test_write_real__published_form__days_work_and_difficulty(tmp_path):
    written = real.write_real(published(tmp_path), tmp_path / "out")
    assert [day.isoformat() for day in written.days] == ["2019-01-01", "2019-01-02", "2019-01-03"]
    assert sorted(written.nodes.values()) == ["aa", "bb", "cc"]
    address = Account.from_key(reference_keccak(text="golem aa")).address.lower()
    assert written.nodes[address] == "aa"
    with Dataset.open(written.sources) as data:
        measured = [measure(data.epoch(epoch)) for epoch in data.epochs()]
        scores = dict(data.epoch(2).scores)
    assert [(each.tasks, each.difficulty, each.participation) for each in measured] == [(5, 0, WAD // 2), (15, WAD // 2, WAD // 2), (25, WAD, WAD // 2)]
    assert scores[address] == 20 * WAD
    assert sorted(scores.values()) == [0, 5 * WAD, 20 * WAD]


def test_spread_difficulty__hours_without_requests_and_heavy_ones__zero_and_one(tmp_path):
    path = tmp_path / "hours.csv"
    path.write_text("time,tasks,total_image_steps\n1,0,\n2,0,0.0\n3,2,150.5\n4,1,1000.0\n5,1,100000.0\n")
    assert real.spread_difficulty(path, 5) == [0, 0, int(75.25 * 10**18) // 200, WAD, WAD]
    assert real.spread_difficulty(path, 1) == [WAD]


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (real.NETWORK_DAYS, "2019-01-02", "2019-01-05", "the days must be consecutive"),
        (real.NETWORK_DAYS, "2,15,1", "2,16,1", "the files do not belong together"),
        (real.NETWORK_DAYS, "providers_seen", "providers", "lacks the columns providers_seen"),
        (real.REQUEST_HOURS, "tasks", "jobs", "lacks the columns tasks"),
        (real.NETWORK_DAYS, "2019-01-02", "02.01.2019", "'02.01.2019' is not a date such as"),
        (real.NETWORK_DAYS, "2,15,1", "2,1_5,1", "'1_5' is not a whole number"),
        (real.NETWORK_DAYS, "2,15,1", "2,15", "row 4 has another number of values than the header"),
        (real.REQUEST_HOURS, "1,1,0.0", "1,１,0.0", "'１' is not a whole number"),
        (real.REQUEST_HOURS, "1,1,0.0", "1,1,Infinity", "'Infinity' is not a number"),
    ],
)
def test_write_real__files_that_do_not_fit__refused(tmp_path, name, old, new, message):
    path = published(tmp_path) / name
    changed = path.read_text().replace(old, new)
    assert changed != path.read_text()
    path.write_text(changed)
    with pytest.raises(DataError, match=message):
        real.write_real(tmp_path, tmp_path / "out")


@pytest.mark.parametrize(
    "data",
    [b"no gzip", gzip.compress(b"x" * 1_000)[:-9], gzip.compress(b"date,node_id,network,d_success\n\xff")],
    ids=["no gzip", "cut off", "no text"],  # the time is in what gzip makes: processes would collect tests of other names
)
def test_write_real__not_whole_or_no_text__refused(tmp_path, data):
    (published(tmp_path) / real.PROVIDER_DAYS).write_bytes(data)
    with pytest.raises(DataError, match=r"golem_provider_daily\.csv\.gz: cannot be read"):
        real.write_real(tmp_path, tmp_path / "out")


def test_write_real__file_missing__refused(tmp_path):
    with pytest.raises(DataError, match=r"lacks golem_network_daily\.csv, golem_provider_daily\.csv\.gz, genai_hourly\.csv; point DATA"):
        real.write_real(tmp_path, tmp_path / "out")


@needs_real_data
def test_write_real__published_measurements__ninety_days_and_every_subtask(tmp_path):
    written = real.write_real(SHARED, tmp_path)
    assert len(written.days) >= 90
    with (SHARED / real.NETWORK_DAYS).open() as stream:
        wanted = [int(row["subtasks_success"]) for row in csv.DictReader(stream) if row["full_day"] == "1"]
    with Dataset.open(written.sources) as data:
        assert data.epochs() == list(range(len(wanted)))
        for epoch in data.epochs():
            inputs = data.epoch(epoch)
            assert measure(inputs).tasks == wanted[epoch]
            assert sum(score for _, score in inputs.scores) == wanted[epoch] * WAD
            assert inputs.participants <= inputs.eligible == len(inputs.scores)
