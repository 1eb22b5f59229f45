"""Every command that sends: what it says before it sends, what it says afterwards in text and JSON, and that it says what the receipts say."""

from __future__ import annotations

import json
import re
import shlex
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from eth_utils.abi import event_abi_to_log_topic
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from web3 import Web3
from web3._utils.events import get_event_data

from mdt.cli import rewards
from mdt.cli.output import is_number
from mdt.escapes import escaped
from mdt.files import ROOT
from mdt.names import SOURCES
from mdt.suite.telling import SILENT
from mdt.units import Denomination
from tests.support.commands import QuickCommands
from tests.support.hostile_node import TOKEN, answering
from tests.support.profiles import examples
from tests.support.sending_commands import BATCH, METADATA, MINERS, POOL_NAME, Sending, World, begin, life, sending_commands, walk


@dataclass
class Said:
    """What one command said.

    Attributes:
        logs: Of the transactions of the run in JSON, by web3's own codec: contract, event, arguments.
    """

    sending: Sending
    dry: str
    dry_document: dict[str, Any] | None
    text: str
    document: dict[str, Any]
    moved: dict[str, bool]
    hashes: list[str] = field(default_factory=list)
    text_hashes: list[str] = field(default_factory=list)
    logs: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)


def say(world: World, sending: Sending, *, in_json: bool) -> Said:
    """A command tried, then sent twice from the same state. What a trial says is looked at in text and in JSON by turns."""
    count, account = world.proxy.w3.eth.get_transaction_count, world.people[sending.sender]
    before, moved = count(account), {}
    dry = "" if in_json else world.run(sending, "--dry-run").stdout
    dry_document = json.loads(world.run(sending, "--dry-run", "--json").stdout) if in_json else None
    moved["dry run"] = count(account) != before
    sent = len(world.proxy.raw_sent)
    with world.anchored():
        text = world.run(sending).stdout
        moved["text"] = count(account) - before == sending.transactions
        text_hashes = hashes_since(world, sent)
    with nullcontext() if sending.goes_on else world.anchored():
        document = json.loads(world.run(sending, "--json").stdout)
        moved["json"] = count(account) - before == sending.transactions
        hashes = hashes_since(world, sent)
        return Said(sending, dry, dry_document, text, document, moved, hashes, text_hashes, [log for one in hashes for log in events_of(world, one)])


def hashes_since(world: World, sent: int) -> list[str]:
    """The transactions that the node was given since then."""
    return [Web3.to_hex(Web3.keccak(raw)) for raw in world.proxy.raw_sent[sent:]]


def events_of(world: World, tx_hash: str) -> list[tuple[str, str, dict[str, Any]]]:
    """The events of a transaction, decoded by web3."""
    receipt, known, found = world.proxy.w3.eth.get_transaction_receipt(tx_hash), kinds(world), []  # type: ignore[arg-type]
    for log in receipt["logs"]:
        kind = known.get((log["address"], bytes(log["topics"][0])))
        if kind is not None:
            found.append((kind[0], kind[1]["name"], dict(get_event_data(world.proxy.w3.codec, kind[1], log)["args"])))
    return found


_KINDS: dict[tuple[str, bytes], tuple[str, Any]] = {}


def kinds(world: World) -> dict[tuple[str, bytes], tuple[str, Any]]:
    """Every event of the suite by its contract's address and first topic."""
    markets = [f"markets/{path.stem}" for path in (world.home / "records" / "markets").glob("*.json")]
    for name in (*(SOURCES if not _KINDS else ()), *markets):
        contract = world.contract(name)
        for entry in contract.abi:
            if entry["type"] == "event":
                _KINDS[contract.address, event_abi_to_log_topic(entry)] = name, entry
    return _KINDS


@pytest.fixture(scope="module")
def world(proxy, tmp_path_factory):
    """The deployment."""
    home = tmp_path_factory.mktemp("sending") / "home"
    home.mkdir()
    return begin(proxy, home)


@pytest.fixture(scope="module")
def said(world, proxy):
    """Everything that was said, in the order of the life."""
    proxy.pending_polls = 0
    found, course = [], life(world)
    sending = next(course)
    with suppress(StopIteration), pytest.MonkeyPatch.context() as patch:
        patch.setattr(rewards, "BATCH", BATCH)
        while True:
            found.append(say(world, sending, in_json=len(found) % 2 == 1))
            sending = course.send(found[-1].document if sending.goes_on else None)
    return found


def failures(said: list[Said], check) -> list[str]:
    """What a check finds wrong, by command."""
    return [f"{one.sending.command}: {wrong}" for one in said for wrong in check(one)]


ELSEWHERE = {
    "tx replace": "test_replace__waiting__same_payload_an_eighth_dearer_and_paid_once",
    "tx cancel": "test_cancel__waiting__its_nonce_goes_to_nothing",
    "tx forget": "test_show__of_a_chain_that_began_anew__forgotten_on_request",
}
"""What needs a transaction that is not mined, with its test in `tests/sdk/test_tx_commands.py`: in text, in JSON and tried."""


def test_every_sending_command__has_a_moment_in_the_life(said):
    assert {one.sending.command for one in said} == set(sending_commands()) - set(ELSEWHERE)


def test_sending_commands__of_what_waits__have_their_own_test():
    tests = (ROOT / "tests" / "sdk" / "test_tx_commands.py").read_text()
    for name in ELSEWHERE.values():
        (body,) = re.findall(rf"^def {name}\(.*?(?=^def |\Z)", tests, re.DOTALL | re.MULTILINE)
        assert "--dry-run" in body
        assert "doc(" in body


def test_sending_commands__are_found_by_their_option():
    """A command that signs transactions has --dry-run: the few that sign something else send nothing."""
    from mdt.cli.main import main

    signing = {path for path, command in walk(main) if any("--account" in one.opts for one in command.params)}
    reading = {"stake positions", "stake show", "vesting show"}
    assert signing - set(sending_commands()) == {"epoch attest", "slash vote", "slash sign-liveness", *reading}


def test_dry_run__sends_nothing_and_says_what_it_would(said):
    def check(one: Said):
        if one.moved["dry run"]:
            yield "a dry run sent something"
        if one.dry_document is not None and one.dry_document.get("dry_run") is not True:
            yield "the document does not say dry_run"
        if one.dry_document is None and "would" not in one.dry and "nothing was sent" not in one.dry:
            yield f"does not say what it would do: {one.dry!r}"

    assert failures(said, check) == []


def test_sent__as_many_transactions_as_it_takes__each_with_its_hash_and_block(said):
    def check(one: Said):
        yield from (f"{mode}: another number of transactions" for mode in ("text", "json") if not one.moved[mode])
        if one.document.get("dry_run") is not False:
            yield "the document does not say that it was sent"
        yield from (f"the document has no {tx_hash}" for tx_hash in one.hashes if tx_hash not in json.dumps(one.document))
        yield from (f"the text has no {tx_hash} in block" for tx_hash in one.text_hashes if f"{tx_hash} in block " not in one.text)

    assert failures(said, check) == []


def listed_events(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [event for one in [*document.get("transactions", []), document] for event in one.get("events", [])]


WITHOUT_EVENTS = {"token process-inflation", "deploy", "deploy replace"}
"""They sum their events up: a table of schedules, a list of steps or stages."""
SCHEDULING = "operation"
"""A document with an operation tells of it, and not of the timelock's events about it."""


def test_document__events__are_the_receipts_to_the_field(said):
    """An event that is missing, a field that is missing or another value is red: web3's own codec is the second opinion."""

    def check(one: Said):
        if one.sending.command in WITHOUT_EVENTS or SCHEDULING in one.document:
            return
        told = listed_events(one.document)
        wanted = (
            one.logs
            if one.sending.words[0] != "rewards" or one.sending.words[1] == "claim"
            else [log for log in one.logs if log[0] == "Staking" and log[1] == told[0]["name"]]
        )
        if [event["name"] for event in told] != [name for _, name, _ in wanted]:
            yield f"tells of {[event['name'] for event in told]}, the receipts have {[name for _, name, _ in wanted]}"
            return
        for event, (_, name, arguments) in zip(told, wanted, strict=True):
            expected = {"name_" if key == "name" else key: as_told(value, key) for key, value in arguments.items()}
            yield from ([] if {**event, "name": name} == {**expected, "name": name} else [f"{event} is {expected}"])

    assert failures(said, check) == []


def as_told(value: Any, name: str) -> Any:
    """A value as the rule of the documents says: written here once more."""
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, (list, tuple)) and not hasattr(value, "items"):
        return [as_told(one, name) for one in value]
    if hasattr(value, "items"):
        return {key: as_told(one, key) for key, one in value.items()}
    if isinstance(value, int) and not isinstance(value, bool):
        return value if is_number(name) and value < 2**53 else str(value)
    return value


def test_text__every_event_that_says_something__has_its_line(said):
    def check(one: Said):
        if one.sending.command in WITHOUT_EVENTS or SCHEDULING in one.document or one.sending.words[:2] in (("rewards", "pull"), ("rewards", "recycle")):
            return
        lines = [line for line in one.text.splitlines() if line.startswith("  ") and not line.startswith("  0x")]
        wanted = [name for _, name, _ in one.logs if name not in SILENT]
        if one.sending.words[:2] == ("governance", "execute"):  # the calls come first
            lines = [line for line in lines if not line[2:3].isdigit()]
        if len(lines) < len(wanted):
            yield f"{len(lines)} lines for {wanted}: {one.text}"

    assert failures(said, check) == []


def test_scheduled__operation__told_with_its_calls_and_when_it_can_be_executed(said):
    def check(one: Said):
        operation = one.document.get(SCHEDULING)
        if operation is None:
            return
        tried = one.dry_document[SCHEDULING] if one.dry_document else {"id": operation["id"], "state": "unknown"}
        if (operation["state"], tried["state"]) != ("waiting", "unknown"):
            yield "not waiting"
        if (tried["id"], operation["id"] in one.text, operation["id"] in one.dry or one.dry_document is not None) != (operation["id"], True, True):
            yield "another operation than in the dry run"
        scheduled = [arguments for name, event, arguments in one.logs if (name, event) == ("Timelock", "CallScheduled")]
        if [call["payload"] for call in operation["calls"]] != [Web3.to_hex(call["payload"]) for call in scheduled]:
            yield "other calls than in the receipt"
        yield from (f"the text lacks {call['words']}" for call in operation["calls"] if call["words"] not in one.text)

    assert failures(said, check) == []


def test_rewards_claim__all__every_batch_is_sent_and_a_table_says_who_was_paid(said):
    everybody, _ = [one for one in said if one.sending.command == "rewards claim"]
    paid = [arguments for name, event, arguments in everybody.logs if (name, event) == ("RewardDistributor", "Claimed")]
    assert (len(paid), len(everybody.hashes), len(everybody.text_hashes)) == (len(MINERS), 2, 2)
    assert [(row["account"], row["amount"]) for row in everybody.document["paid"]] == [(row["account"], str(row["amount"])) for row in paid]
    assert everybody.document["amount"] == str(sum(row["amount"] for row in paid))
    assert "Paid to 3 accounts: 316 MDT" in everybody.text
    lines = everybody.text.splitlines()
    for row in paid:  # its sentence, and a row of the table with account, amount and recipient; a call for one account alone names it as well
        account, amount = row["account"], Denomination("MDT", 18).format(row["amount"])
        assert lines.count(f"  {amount} paid for {account}") == 1
        assert len([line for line in lines if amount in line and line.count(account) == 2 and not line.startswith("claim ")]) == 1


def test_rewards_claim__one_account_in_three_spellings__paid_once(said, world):
    _, one = [one for one in said if one.sending.command == "rewards claim"]
    (paid,) = one.document["paid"]
    assert (paid["account"], paid["recipient"], one.document["accounts"]) == (world.people[7], world.people[7], 1)
    assert paid["amount"] == one.document["amount"] == one.document["transactions"][0]["events"][0]["value"]
    assert "Paid to 1 account: " in one.text


# --- texts that strangers chose ---

HOSTILE = (
    b"\xff\xfe",
    b"\x1b[2J\x1b[31m",
    "\u202e\u2066\u200b\u2028".encode(),
    "', operator=nobody\n│ x │".encode(),
    "e\u0301\u0301\u0301\u0301\u05d0".encode(),
    b"\x00\x7f\xc2\x9b",
)
READING = (
    "validator list",
    "validator show 1",
    "stake positions TEST::7",
    "stake show 1 --slot 1 --for TEST::7",
    "stake add 1 '1 MDT' --account TEST::7 --dry-run",
    "stake restake 3 --slot 8 --account TEST::2 --dry-run",
    "validator metadata 1 other --account TEST::8 --dry-run",
    "token list-pools",
    "token pool-info --pool-id 1",
    "token quote --pool-id 1 --amount 1",
    "token buy --pool-id 1 --amount 1 --account TEST::7 --dry-run",
    "token allocate --pool-id 1 --buyer TEST::7 --amount 1 --account TEST::8 --dry-run",
    "governance read Validators profile 1",
    "governance read ReservePools pool 1",
    "market list",
    "market show usdx --for TEST::7",
    "market quote usdx --pay '1 MDT'",
    f"treasury show --token {TOKEN}",
    f"treasury spend TEST::7 5 --token {TOKEN} --purpose x --account TEST::6 --dry-run",
)
"""Commands that show a text of a contract, or work on what it belongs to."""


def shown(world: World, line: str, text: bytes, *more: str) -> str:
    """What a command prints where contracts answer with that text."""
    with answering(world.proxy, (METADATA, POOL_NAME), text):
        done = QuickCommands(world.proxy, world.home).run(*shlex.split(line), *more)
    assert_harmless(done.stdout + done.stderr)
    return done.stdout


def assert_harmless(printed: str) -> None:
    """Nothing in it is obeyed by a terminal, and every table is straight."""
    for line in printed.split("\n"):
        assert escaped(line) == line
    for table in re.findall("┏.*?┘", printed, re.DOTALL):
        assert len({cell_len(line) for line in table.split("\n")}) == 1, table


@pytest.mark.parametrize("line", READING)
def test_reading__texts_that_strangers_chose__shown_and_never_obeyed(world, said, line):
    """Row by row of what a terminal obeys: nothing breaks, hides or restyles what a command says; in JSON as well."""
    for number, text in enumerate(HOSTILE):
        assert shown(world, line, text)
        if number < 2:
            json.loads(shown(world, line, text, "--json"))


def test_reading__bytes_that_are_no_utf_8__shown_as_escapes(world, said):
    assert r"\xff\xfe\xff" in shown(world, "validator show 1", b"\xff\xfe")
    assert json.loads(shown(world, "validator show 1", b"\xff", "--json"))["profile"]["metadata"] == r"\xff" * len(METADATA)
    assert "... (4,985 more)" in shown(world, f"treasury show --token {TOKEN}", b"x" * 5_001)


@settings(max_examples=examples(10, 30, 1_000), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    line=st.sampled_from(READING),
    text=st.binary(max_size=80) | st.text(max_size=40).map(lambda one: one.encode("utf-8", "surrogatepass")),
    as_json=st.booleans(),
)
def test_reading__any_text__no_traceback_and_nothing_obeyed(world, said, line, text, as_json):
    printed = shown(world, line, text, *(["--json"] if as_json else []))
    if as_json:
        json.loads(printed)
