"""Every reader of files under mutated files: an error of ours with the file and the place, or the right value. Never a traceback, never a silent change (A23).

A valid file of each kind is mutated: bytes, characters and whole tokens, keys doubled, values swapped, nested or replaced by what people and programs
write by mistake. Where the reader takes the result, a second reader has to agree: PyYAML's or the standard library's own, which know nothing of
places and rules, with a parser of each value that shares no code with ours.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from eth_account import Account
from eth_utils.address import is_checksum_address
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from mdt.cli.accounts import address_of
from mdt.crypto.merkle import MerkleTree
from mdt.crypto.signatures import Signature, read_signature
from mdt.errors import MDTError
from mdt.files import ROOT, read_json
from mdt.governance.calls import read_calls
from mdt.governance.operations import Operation, hex_id
from mdt.governance.store import Kept, Store
from mdt.oracle.bundle import read_report
from mdt.oracle.collect import Dataset
from mdt.oracle.ledger import Ledger
from mdt.oracle.read import Sources
from mdt.oracle.report import Report
from mdt.preset.genesis import Allocation, parse_holders
from mdt.preset.settings import CONFIG_DIR, Buckets, load
from mdt.staking import liveness, votes
from mdt.suite.calls import Payload
from mdt.suite.records import Folder
from mdt.units import WAD
from mdt.written.read import read
from tests.support.governance import paper_book
from tests.support.profiles import examples

ONE, TWO = "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65", "0x0000000b00000000000000000000000000000001"
UNIT = {"MDT": 10**18, "wei": 1}


# --- second opinions: plain readers, and what a value means, written anew ---


class _Plain(yaml.BaseLoader):
    """PyYAML's reader that makes nothing but texts; it only learns to refuse a key that stands twice."""


def _mapping(loader: Any, node: Any) -> Any:
    pairs = [(loader.construct_object(key, deep=True), loader.construct_object(value, deep=True)) for key, value in node.value]
    return _once(pairs)


_Plain.add_constructor("tag:yaml.org,2002:map", _mapping)


def _once(pairs: list[tuple[Any, Any]]) -> dict[Any, Any]:
    found = dict(pairs)
    assert len(found) == len(pairs), "a key stands twice"
    return found


def plain_yaml(data: bytes) -> Any:
    """Texts, lists and mappings of YAML."""
    return yaml.load(data.decode("utf-8-sig"), Loader=_Plain)


def plain_json(data: bytes) -> Any:
    """The values of JSON."""
    return json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once)


def wei(text: str) -> int:
    """What an amount with its unit means."""
    number, unit = re.fullmatch(r"\s*([0-9_,.]+)\s*([A-Za-z]*)\s*", text).groups()  # type: ignore[union-attr]
    amount = Decimal(number.replace("_", "").replace(",", "")) * (UNIT[unit] if unit else 1)
    assert unit or amount == 0
    assert amount == int(amount)
    return int(amount)


def address(text: str) -> str:
    """What an address means: 20 bytes, and capitals that are the checksum's where both cases stand."""
    assert re.fullmatch("0x[0-9a-fA-F]{40}", text)
    assert text[2:] in (text[2:].lower(), text[2:].upper()) or is_checksum_address(text)
    return text.lower()


def require_told(error: MDTError, name: str, *, has_place: bool) -> None:
    """An error has the file's name in each line, a place where there can be one, and nothing that cannot be seen."""
    words = str(error)
    assert name in words, f"no file: {words}"
    assert not has_place or re.search(rf"{re.escape(name)}:\d+", words), f"no place: {words}"
    assert len(words) < 20_000
    assert all(one.isprintable() or one == "\n" for one in words), f"shown raw: {words!r}"


# --- kinds of files ---


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes:
        name: Of the file.
        content: A valid one.
        reader: Ours.
        second: What the bytes mean, by other means; compared with what `shape` makes of our answer.
        shape: Our answer in comparable form.
        has_place: Whether every error has a line, and not only the file.
    """

    name: str
    content: bytes
    reader: Callable[[Path], Any]
    second: Callable[[bytes], Any]
    shape: Callable[[Any], Any] = lambda value: value
    has_place: bool = True

    def tried(self, folder: Path, data: bytes) -> Any:
        """Read a file of these bytes and compare; an error of ours has the file's name."""
        path = folder / self.name
        path.write_bytes(data)
        try:
            found = self.reader(path)
        except MDTError as error:
            require_told(error, self.name, has_place=self.has_place)
            return None
        assert self.shape(found) == self.second(data)
        return found


HOLDERS = f"""# who holds what
team:
  - {{to: "{ONE}", amount: 1_000_000 MDT}}
  - {{to: {TWO}, amount: 2_150_000.5 MDT}}
liquidity: {ONE.lower()}
no: '{TWO}'
""".encode()


def second_holders(data: bytes) -> Any:
    content = plain_yaml(data)
    return {
        name: [(address(value), None)] if isinstance(value, str) else [(address(one["to"]), wei(one["amount"])) for one in value]
        for name, value in content.items()
    }


GENESIS = f"""
- {{bucket: team, to: team, amount: 3_150_000 MDT, vesting: team}}
- bucket: community
  to: "{ONE}"
  amount: 5 wei
- {{bucket: 2, to: Treasury, amount: 2_100_000 MDT}}
""".encode()


def second_genesis(data: bytes) -> Any:
    names = Buckets.names()

    def row(one: dict[str, str]) -> tuple[Any, ...]:
        assert set(one) <= {"bucket", "to", "amount", "vesting"}
        bucket = names.index(one["bucket"]) if one["bucket"] in names else int(one["bucket"])
        to = address(one["to"]) if one["to"].startswith("0x") else one["to"]
        return bucket, to, wei(one["amount"]), one.get("vesting")

    return [row(one) for one in plain_yaml(data)]


CALLS = f"""
- contract: EmissionController
  function: set_delay
  arguments: [2 days]
- contract: Treasury
  function: spend
  arguments: {{token: MDT, to: "{ONE}", amount: 5 MDT, purpose: audit}}
- {{target: "{ONE}", payload: 0x1234}}
""".encode()


def second_calls(data: bytes) -> Any:
    from mdt.addresses import parse_address

    book = paper_book()
    made = []
    for item in plain_yaml(data):
        if "target" in item:
            made.append((address(item["target"]), bytes.fromhex(item["payload"][2:])))
            continue
        contract, arguments = book.contract(item["contract"]), item.get("arguments") or []
        entry = next(one for one in contract.abi if one["type"] == "function" and one["name"] == item["function"] and len(one["inputs"]) == len(arguments))
        if isinstance(arguments, dict):
            given = {key.strip("_"): value for key, value in arguments.items()}
            assert len(given) == len(arguments)
            arguments = [given[one["name"].strip("_")] for one in entry["inputs"]]
        values = []
        for one, text in zip(entry["inputs"], arguments, strict=True):
            if one["type"] == "address":
                values.append(book.address(text) if not text.startswith("0x") else parse_address(address(text)))
            elif one["type"] == "bytes32":
                values.append(bytes.fromhex(text[2:]) if text.startswith("0x") else text.encode().ljust(32, b"\0"))
            elif one["name"].strip("_") == "seconds":
                number, unit = re.fullmatch(r"\s*([0-9_,.]+)\s*([A-Za-z]*)\s*", text).groups()  # type: ignore[union-attr]
                scale = {"s": 1, "second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "": 1}[unit.lower().removesuffix("s") or unit.lower()]
                values.append(int(Decimal(number.replace("_", "").replace(",", "")) * scale))
            else:
                foreign = any(name["name"].strip("_") == "token" and value != "MDT" for name, value in zip(entry["inputs"], arguments, strict=True))
                values.append(int(text.replace("_", "").replace(",", "")) if foreign else wei(text))
        made.append((str(contract.address).lower(), contract.encode(item["function"], *values)))
    return made


def second_vote(data: bytes) -> Any:
    content = plain_json(data)
    assert set(content) == {"height", "block_hash", "signature"}
    return int(str(content["height"]).replace("_", "").replace(",", "")), *(
        bytes.fromhex(content[key].removeprefix("0x")) for key in ("block_hash", "signature")
    )


def second_signature(data: bytes) -> Any:
    content = plain_json(data)
    return address(content["signer"]), *(bytes.fromhex(content[key].removeprefix("0x")) for key in ("digest", "signature"))


def second_liveness(data: bytes) -> Any:
    content = plain_json(data)
    assert set(content) == {"epoch", "entries"}
    return content["epoch"], [(one["validator_id"], one["missed_blocks"], one["missed_reveals"]) for one in content["entries"]]


def second_report(data: bytes) -> Any:
    return {key: bytes.fromhex(value[2:]) if value.startswith("0x") else int(value) for key, value in plain_json(data).items()}


def second_tree(data: bytes) -> Any:
    return sorted((one["value"][0].lower(), int(one["value"][1])) for one in plain_json(data)["values"])


def second_ledger(data: bytes) -> Any:
    rows = list(csv.reader(io.StringIO(data.decode("ascii"))))
    assert rows[0] == ["account", "cumulative"]
    return [(account, int(amount)) for account, amount in rows[1:]]


def second_key(data: bytes) -> Any:
    content = plain_json(data)
    if content.get("address") is None:
        return Account.from_key(Account.decrypt(content, "x")).address.lower()
    return "0x" + content["address"].removeprefix("0x").lower()


REPORT = Report(
    epoch=7,
    attempt=1,
    tasks=8_000,
    difficulty=WAD // 2,
    participation=WAD,
    root=b"\x11" * 32,
    audit_root=b"\x33" * 32,
    cumulative_total=10**21,
    data_hash=b"\x22" * 32,
)
LEAVES = [(ONE.lower(), 5), (TWO, 10**18), ("0x" + "ab" * 20, 2**200)]
LIVENESS = liveness.LivenessReport(7, (liveness.Entry(1, 120, 0), liveness.Entry(3, 0, 1)))


@cache
def tree_file() -> bytes:
    stream = io.StringIO()
    MerkleTree.build(LEAVES).write(stream)
    return stream.getvalue().encode()


OPERATION = Operation((Payload(ONE, b"\x12\x34"), Payload(TWO, b"")), bytes(32), b"\x05" * 32, True)
OPERATION_ID = hex_id(OPERATION.id)


def operation_file() -> bytes:
    """As the store writes it."""
    with TemporaryDirectory() as folder:
        return Store(Path(folder)).save(Kept(OPERATION, "0x" + "ab" * 32, 7)).read_bytes()


def second_operation(data: bytes) -> Any:
    content = plain_json(data)
    scheduled = content["scheduled"]
    calls = [(address(one["target"]), one["payload"].lower()) for one in content["calls"]]
    return calls, content["predecessor"].lower(), content["salt"].lower(), bool(content["is_batch"]), scheduled["tx"], scheduled["block"]


def shape_operation(kept: Kept) -> Any:
    found = kept.operation
    calls = [(one.target.lower(), hex_id(one.data)) for one in found.calls]
    return calls, hex_id(found.predecessor), hex_id(found.salt), found.is_batch, kept.tx_hash, kept.block_number


def second_network(data: bytes) -> Any:
    """A record of an earlier version lacks what came later; that has a default."""
    defaults = {"steps": {}, "pending": None, "is_complete": False, "replaced": [], "replacing": None, "token_guardian": "", "report_guardian": ""}
    return defaults | plain_json(data)


def small(name: str) -> bytes:
    """A record of the demo's devnet, without the parts that repeat a form many times."""
    content = json.loads((ROOT / "deployments" / "demo-devnet" / name).read_text(encoding="utf-8"))
    content |= {"abi": content["abi"][:1]} if "abi" in content else {"steps": dict(list(content["steps"].items())[:2]), "genesis": content["genesis"][:1]}
    return json.dumps(content, indent=1).encode()


def pretty(text: str) -> bytes:
    return (json.dumps(json.loads(text), indent=1) + "\n").encode()


def kinds() -> list[Kind]:
    """Every kind of file that is one text."""
    unit = load("luxtensor").denomination
    portions = lambda found: {name: [(one.to.lower(), one.amount) for one in parts] for name, parts in found.items()}  # noqa: E731
    rows = lambda found: [(one.bucket, one.recipient.lower() if one.recipient.startswith("0x") else one.recipient, one.amount, one.vesting) for one in found]  # noqa: E731
    return [
        Kind("holders.yaml", HOLDERS, lambda path: parse_holders(read(path), unit), second_holders, portions),
        Kind(
            "holders.json",
            json.dumps(plain_yaml(HOLDERS), indent=1).encode(),
            lambda path: parse_holders(read(path), unit),
            lambda data: second_holders(data),
            portions,
        ),
        Kind("genesis.yaml", GENESIS, lambda path: [Allocation.parse(one, unit) for one in read(path).items("a list")], second_genesis, rows),
        Kind(
            "calls.yaml",
            CALLS,
            lambda path: read_calls(path, paper_book(), lambda text: paper_book().address(text)),
            second_calls,
            lambda found: [(str(one.target).lower(), one.data) for one in found],
        ),
        Kind(
            "vote.json",
            pretty(votes.SignedVote(votes.Vote(5, b"\x12" * 32), b"\x34" * 65).to_json()),
            votes.read_vote,
            second_vote,
            lambda found: (found.vote.height, found.vote.block_hash, found.signature),
        ),
        Kind(
            "liveness.json",
            pretty(LIVENESS.to_json()),
            liveness.read_report,
            second_liveness,
            lambda found: (found.epoch, [(one.validator_id, one.missed_blocks, one.missed_reveals) for one in found.entries]),
        ),
        Kind(
            f"{ONE.lower()}.json",
            pretty(Signature(ONE.lower(), b"\x12" * 32, b"\x34" * 65).to_json()),
            read_signature,
            second_signature,
            lambda found: (found.signer, found.digest, found.signature),
            has_place=False,
        ),
        Kind("report.json", REPORT.to_json().encode(), lambda path: read_report(path.parent), second_report, lambda found: vars(found)),
        Kind(
            "tree.json",
            tree_file(),
            MerkleTree.load,
            second_tree,
            lambda found: sorted(("0x" + account.hex(), amount) for account, amount in found),
            has_place=False,
        ),
        Kind("leaves.csv", "".join(Ledger(dict(LEAVES)).lines()).encode(), Ledger.read, second_ledger, lambda found: list(found.leaves())),
        Kind("network.json", small("network.json"), lambda path: Folder(path.parent).load_network(), second_network, asdict, has_place=False),
        Kind("MDT.json", small("MDT.json"), lambda path: Folder(path.parent).find("MDT"), plain_json, asdict, has_place=False),
        Kind(f"{OPERATION_ID}.json", operation_file(), lambda path: Store(path.parent).load(path.stem), second_operation, shape_operation, has_place=False),
        Kind("record.json", b'{"format": 1, "steps": {"a": {"gas": 21000}}, "list": [1, "x", null, true]}', read_json, plain_json, has_place=False),
        Kind(
            "key.json",
            json.dumps(Account.encrypt("0x" + "17" * 32, "x", kdf="pbkdf2", iterations=1)).encode(),
            lambda path: address_of(f"file:{path}"),
            second_key,
            str.lower,
            has_place=False,
        ),
    ]


KINDS = {one.name: one for one in kinds()}

# --- mutations ---

TOKENS = tuple(
    one if isinstance(one, bytes) else one.encode()
    for one in (
        *(
            "0x",
            "0X",
            "0x" + "00" * 20,
            ONE,
            ONE[2:],
            ONE.swapcase(),
            "0x1",
            "0b11",
            "0o17",
            "010",
            "1:30",
            "1_0",
            "1,000",
            "1e3",
            "-1",
            "+5",
            "5.",
            ".5",
            "5.0",
            "0",
        ),
        *("9" * 80, "9" * 5_000, "1798761600000", "NaN", "Infinity", "-Infinity", ".inf", ".nan", "null", "~", "true", "yes", "no", "on", "True", "", '""'),
        *(
            "5 MDT",
            "5 mdt",
            "5 ETH",
            "5MDT",
            "5 wei",
            "5%",
            "2 weeks",
            "3",
            "３",
            "٣",
            "５ MDT",
            "5 МDT",
            "Ａ",
            "\u202e",
            "\u200b",
            "\ufeff",
            "\x00",
            "\x1b[2J",
            "\xa0",
            "é",
        ),
        *(
            "&a ",
            "*a",
            "!!int ",
            "!!python/object/apply:os.getcwd []",
            "<<: ",
            "---\n",
            "...\n",
            "%YAML 1.1\n",
            "? ",
            "|\n",
            ">\n",
            "# ",
            "'",
            '"',
            "\\",
            "\\u0065",
            "\t",
            "\r",
        ),
        *(
            "{",
            "}",
            "[",
            "]",
            "[" * 50,
            "{" * 50,
            ": ",
            ",",
            "- ",
            "\n",
            " ",
            "  ",
            "team: ",
            "to: ",
            "amount: ",
            '"height": 1, ',
            '"epoch": 2, ',
            "function: x",
            "Treasury",
            "nobody",
        ),
        *(b"\xff", b"\xfe\xff", b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf"),
    )
)
_TOKEN = re.compile(rb"[A-Za-z0-9_.]+|\s+|[^A-Za-z0-9_.\s]")

Mutation = Callable[[Any, bytes], bytes]


def _spans(data: bytes) -> list[tuple[int, int]]:
    return [found.span() for found in _TOKEN.finditer(data)] or [(0, 0)]


def at_byte(draw: Any, data: bytes) -> bytes:
    """Change, put in or take out a byte."""
    at, new = draw(st.integers(0, max(0, len(data) - 1))), bytes([draw(st.integers(0, 255))])
    return draw(st.sampled_from((data[:at] + new + data[at + 1 :], data[:at] + new + data[at:], data[:at] + data[at + 1 :], data[:at])))


def at_token(draw: Any, data: bytes) -> bytes:
    """Put a strange token in the place of another, before it or after it."""
    (begin, end), new = draw(st.sampled_from(_spans(data))), draw(st.sampled_from(TOKENS))
    return draw(st.sampled_from((data[:begin] + new + data[end:], data[:begin] + new + data[begin:], data[:end] + new + data[end:])))


def swapped(draw: Any, data: bytes) -> bytes:
    """Swap two tokens."""
    (a, b), (c, d) = sorted((draw(st.sampled_from(_spans(data))), draw(st.sampled_from(_spans(data)))))
    return data if b > c else data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def doubled(draw: Any, data: bytes) -> bytes:
    """Write a line, or a part of one, a second time: keys stand twice."""
    parts = re.split(rb"(?<=[\n,])", data)
    at = draw(st.integers(0, len(parts) - 1))
    to = draw(st.integers(0, len(parts)))
    return b"".join([*parts[:to], parts[at], *parts[to:]])


def dropped(draw: Any, data: bytes) -> bytes:
    """Leave a part out."""
    parts = re.split(rb"(?<=[\n,])", data)
    at = draw(st.integers(0, len(parts) - 1))
    return b"".join(parts[:at] + parts[at + 1 :])


def encoded(draw: Any, data: bytes) -> bytes:
    """Write it in another encoding, or with other ends of lines."""
    text = data.decode("utf-8", errors="replace")
    names = ("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp037")
    other = draw(st.sampled_from(names))
    return draw(st.sampled_from((text.encode(other, errors="replace"), data.replace(b"\n", b"\r\n"), data.replace(b"\n", b"\r"), data.replace(b" ", b"\t"))))


MUTATIONS: tuple[Mutation, ...] = (at_byte, at_token, at_token, swapped, doubled, dropped, encoded)


@st.composite
def mutated(draw: Any, content: bytes) -> bytes:
    """A file after one to three mutations."""
    data = content
    for mutation in draw(st.lists(st.sampled_from(MUTATIONS), min_size=1, max_size=3)):
        data = mutation(draw, data)
    return data


def tried(quick: int, ci: int, deep: int) -> Any:
    """So many examples of each kind."""
    health = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
    return hypothesis_settings(max_examples=examples(quick, ci, deep), deadline=None, suppress_health_check=health)


# --- presets and data sets, which are more than one text or more than one rule a value ---


def meanings(text: str) -> set[Any]:
    """Everything that a leaf of a preset can mean: a number, an amount, a length of time, a fraction, a word."""
    found: set[Any] = {text}
    match = re.fullmatch(r"\s*([0-9][0-9_,]*(?:\.[0-9]+)?)\s*([A-Za-z]*)\s*", text)
    if match:
        number, unit = Decimal(match[1].replace("_", "").replace(",", "")), match[2]
        if not unit:
            found |= {number, number * WAD}
        else:
            scales = {"MDT": WAD, "wei": 1, "second": 1, "minute": 60, "hour": 3_600, "day": 86_400}
            found.add(number * scales.get(unit, scales.get(unit.lower().removesuffix("s"), 1)))
    return found | {{"true": True, "false": False, "~": None, "null": None, "": None}.get(text, text)}


def agrees(value: Any, written: Any) -> bool:
    """Whether a value of a preset is what was written for it."""
    if isinstance(written, dict):
        return isinstance(value, dict) and set(written) <= set(value) and all(agrees(value[key], written[key]) for key in written)
    if isinstance(written, list):
        return isinstance(value, list | tuple) and len(value) == len(written) and all(map(agrees, value, written))
    return value in meanings(written)


@cache
def preset_text() -> bytes:
    return (CONFIG_DIR / "luxtensor.yaml").read_bytes()


DATA = {
    "tasks.csv": f"epoch,miner,tasks,difficulty\n0,{ONE},10,0.5\n0,{TWO},30,1\n1,{ONE.lower()},7,0.250\n".encode(),
    "scores.csv": f"epoch,miner,score\n0,{ONE},0.7\n0,{TWO},900000.123456789012345678\n1,{TWO},0\n".encode(),
    "participation.csv": b"epoch,participants,eligible\n0,2,3\n1,1,1\n",
}


def second_data(files: dict[str, bytes]) -> Any:
    """The rows of the three tables by Python's own reader."""
    tables = []
    for name, columns in (("tasks", ("epoch", "miner", "tasks", "difficulty")), ("scores", ("epoch", "miner", "score")), ("participation", None)):
        text = files[f"{name}.csv"].decode("utf-8-sig")
        lines = [[value.strip(" \t") for value in line] for line in csv.reader(io.StringIO(text, newline="")) if any(value.strip(" \t") for value in line)]
        header, rows = lines[0], lines[1:]
        wanted = columns or ("epoch", "participants", "eligible")
        assert sorted(header) == sorted(wanted)
        assert all(len(row) == len(wanted) for row in rows)
        tables.append(sorted(tuple(_cell(column, row[header.index(column)]) for column in wanted) for row in rows))
    return tables


def _cell(column: str, text: str) -> Any:
    if column == "miner":
        return address(text)
    number = Decimal(text)
    return int(number * WAD) if column in ("difficulty", "score") else int(number)


def opened_data(folder: Path, files: dict[str, bytes]) -> Any:
    """The rows of the three tables by our reader."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    with Dataset.open(Sources(**{name: (folder / f"{name}.csv",) for name in ("tasks", "scores", "participation")})) as data:
        run = data._connection.execute
        return [
            sorted(run(f"SELECT {columns} FROM {table}").fetchall())
            for table, columns in (
                ("tasks", "epoch, miner, tasks, difficulty"),
                ("scores", "epoch, miner, score"),
                ("participation", "epoch, participants, eligible"),
            )
        ]


# --- the tests ---


@pytest.fixture(autouse=True)
def passphrase(monkeypatch):
    """A keystore without an address is opened."""
    monkeypatch.setenv("MDT_PASSPHRASE", "x")


@pytest.mark.parametrize("name", KINDS)
def test_reader__valid_file__is_read_and_the_second_reader_agrees(tmp_path, name):
    assert KINDS[name].tried(tmp_path, KINDS[name].content) is not None


@pytest.mark.parametrize("name", KINDS)
@tried(quick=5, ci=25, deep=2_000)
@given(data=st.data())
def test_reader__mutated_file__error_with_the_file_or_the_right_value(tmp_path, name, data):
    KINDS[name].tried(tmp_path, data.draw(mutated(KINDS[name].content)))


def test_preset__valid_file__every_value_is_what_was_written():
    assert agrees(load("luxtensor").model_dump(), plain_yaml(preset_text()))
    assert not agrees(load("adr-literal").model_dump(), plain_yaml(preset_text()))


@tried(quick=5, ci=20, deep=2_000)
@given(data=st.data())
def test_preset__mutated_file__error_with_the_place_or_the_right_values(tmp_path, data):
    content = data.draw(mutated(preset_text()))
    path = tmp_path / "preset.yaml"
    path.write_bytes(content)
    try:
        settings = load(path)
    except MDTError as error:
        require_told(error, "preset.yaml", has_place=True)
        return
    assert agrees(settings.model_dump(), plain_yaml(content))


def test_data_set__valid_files__rows_of_both_readers_agree(tmp_path):
    assert opened_data(tmp_path, DATA) == second_data(DATA)


@tried(quick=5, ci=15, deep=1_000)
@given(data=st.data())
def test_data_set__mutated_file__error_with_the_place_or_the_right_rows(tmp_path, data):
    name = data.draw(st.sampled_from(sorted(DATA)))
    files = {**DATA, name: data.draw(mutated(DATA[name]))}
    try:
        rows = opened_data(tmp_path, files)
    except MDTError as error:
        require_told(error, ".csv", has_place=False)
        return
    assert rows == second_data(files)
