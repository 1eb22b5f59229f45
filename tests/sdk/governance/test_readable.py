"""Calls in words: every function of the suite comes back as it was encoded; what is not known is shown as it is."""

from __future__ import annotations

import random

import pytest
from eth_abi.abi import encode

from mdt.addresses import ZERO_ADDRESS
from mdt.chain.abi import Event, selector
from mdt.files import readable
from mdt.suite.calls import Payload
from mdt.suite.kinds import (
    BPS,
    BUCKET,
    BURN_REASON,
    BURN_REASONS,
    FEE,
    FRACTION,
    MINT_REASON,
    MINT_REASONS,
    OFFENCE,
    PAYEE,
    PLAIN,
    RECYCLE_REASON,
    SECONDS,
    TIME,
    WEI,
    format_number,
    kind_of,
    kind_of_answer,
    parse_number,
)
from mdt.suite.readable import describe_event, read_call, show_values
from mdt.units import LATEST, MDT
from tests.support.governance import abis, address_of, made_up, mutating, paper_book

FUNCTIONS = mutating()


def call(name: str, function: str, *arguments) -> Payload:
    contract = paper_book().contract(name)
    return Payload(contract.address, contract.encode(function, *arguments))


@pytest.mark.parametrize(("name", "entry"), FUNCTIONS, ids=[f"{name}.{entry['name']}/{len(entry['inputs'])}" for name, entry in FUNCTIONS])
def test_read_call__every_function__comes_back_as_it_was_encoded(name, entry):
    source = random.Random(entry["name"])
    for _ in range(5):
        values = [made_up(item, source) for item in entry["inputs"]]
        encoded = paper_book().contract(name).encode(entry["name"], *values)
        if len(encoded) > 1_152:
            continue
        read = read_call(Payload(address_of(name), encoded), paper_book())
        assert (read.contract, read.function) == (name, entry["name"])
        assert readable(list(read.arguments.values())) == readable(values)
        assert paper_book().contract(name).encode(entry["name"], *read.arguments.values()) == encoded
        assert read.words.startswith(f"{name}.{entry['name']}(")


def test_read_call__scenario_of_the_documents__with_units():
    parameters = {
        "weights_bps": [4_000, 4_000, 2_000],
        "shares_bps": [4_000, 4_000, 2_000],
        "max_tasks": 10_000,
        "max_change_wad": 5 * 10**16,
        "deadline_blocks": 1_200,
    }
    assert read_call(call("EmissionController", "set_parameters", parameters), paper_book()).words == (
        "EmissionController.set_parameters(parameters={weights_bps: [40%, 40%, 20%], shares_bps: [40%, 40%, 20%], max_tasks: 10_000,"
        " max_change_wad: 0.05, deadline_blocks: 1_200})"
    )


@pytest.mark.parametrize(
    ("name", "function", "arguments", "words"),
    [
        ("EmissionController", "set_delay", [172_800], "EmissionController.set_delay(seconds=2 days)"),
        ("EmissionController", "set_guardian", [ZERO_ADDRESS], "EmissionController.set_guardian(guardian=nobody)"),
        ("EmissionController", "set_guardian", [address_of("guardian")], f"guardian={address_of('guardian')} (guardian at deploy))"),
        ("MDT", "transfer", [address_of("Treasury"), 1_500 * 10**18 + 1], "MDT.transfer(to=Treasury, amount=1,500.000000000000000001 MDT)"),
        ("MDT", "propose_minter", [address_of("Staking"), 0, 0b10010, 10**18, 1, 86_400], "reasons=block_reward+marketplace_liquidity, lifetime_cap=1 MDT"),
        ("MDT", "set_burner", [address_of("Slasher"), 0b100], "MDT.set_burner(burner=Slasher, reasons=slash)"),
        ("Treasury", "spend", [address_of("MDT"), address_of("x"), 10**18, b"audit".ljust(32, b"\0")], "amount=1 MDT, purpose='audit')"),
        ("Treasury", "spend", [address_of("else"), address_of("x"), 10**18, b"\1" * 32], f"amount=1_000_000_000_000_000_000, purpose=0x{'01' * 32})"),
        ("Timelock", "update_delay", [259_200], "Timelock.update_delay(new_delay=3 days)"),
    ],
)
def test_read_call__units_and_names__as_people_read_them(name, function, arguments, words):
    assert words in read_call(call(name, function, *arguments), paper_book()).words


def test_read_call__role__by_name():
    payload = (
        paper_book().contract("Timelock").encode("revokeRole", bytes.fromhex("fd643c72710c63c0180259aba6b2d05451e3591a24e58b62239378085726f783"), ZERO_ADDRESS)
    )
    assert read_call(Payload(address_of("Timelock"), payload), paper_book()).words == "Timelock.revokeRole(role=CANCELLER_ROLE, account=nobody)"


@pytest.mark.parametrize(
    ("target", "payload", "contract", "words"),
    [
        (
            address_of("stranger"),
            bytes.fromhex("a9059cbb") + bytes(64),
            None,
            f"{address_of('stranger')} (not of this suite): selector 0xa9059cbb, then 64 bytes",
        ),
        (address_of("MDT"), bytes.fromhex("deadbeef") + b"\1", "MDT", "MDT (no function of it): selector 0xdeadbeef, then 1 bytes 0x01"),
        (address_of("MDT"), bytes.fromhex("a9059cbb") + bytes(63), "MDT", "MDT (no function of it): selector 0xa9059cbb"),
        (address_of("MDT"), bytes.fromhex("a9059cbb") + bytes(65), "MDT", "MDT (no function of it): selector 0xa9059cbb"),
        (address_of("MDT"), bytes.fromhex("a9059cbb") + b"\1" * 64, "MDT", "MDT (no function of it): selector 0xa9059cbb"),
        (address_of("MDT"), b"", "MDT", "MDT (no function of it): 0x"),
    ],
)
def test_read_call__not_a_call_of_the_suite__shown_raw(target, payload, contract, words):
    read = read_call(Payload(target, payload), paper_book())
    assert (read.contract, read.function, read.arguments) == (contract, None, {})
    assert words in read.words
    assert payload[4:].hex() in read.words


@pytest.mark.parametrize("name", abis())
def test_describe_event__every_event__has_words(name):
    contract, source = paper_book().contract(name), random.Random(name)
    for entry in (one for one in contract.abi if one["type"] == "event"):
        event = Event(entry["name"], contract.address, {item["name"]: made_up(item, source) for item in entry["inputs"]})
        assert describe_event(event, contract, paper_book()).startswith(f"{name}: {entry['name']}(")


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (PLAIN, [0, 7, 4_000, 2**256 - 1]),
        (WEI, [0, 1, 10**18, 1_234_567 * 10**18 + 5]),
        (BPS, [0, 1, 2_550, 10_000]),
        (SECONDS, [0, 1, 90, 3_600, 172_800, 10**9]),
        (FRACTION, [0, 1, 5 * 10**16, 10**18]),
        (TIME, [1_700_000_000, LATEST - 1, 0]),
        (BUCKET, [0, 3, 99]),
        (MINT_REASONS, [0, 1, 0b10000010, 2**200]),
        (BURN_REASONS, [0b11111, 0b100000]),
        (MINT_REASON, [0, 7, 99]),
        (BURN_REASON, [0, 4, 5]),
        (RECYCLE_REASON, [0, 3, 4]),
        (FEE, [0, 5, 6]),
        (PAYEE, [0, 4, 5]),
        (OFFENCE, [0, 2, 3]),
    ],
)
def test_format_number__then_parsed__the_same(kind, values):
    for value in values:
        assert parse_number(format_number(value, kind, MDT), kind, MDT) == value


def test_kind_of__word_that_means_another_thing_elsewhere__told_by_the_function():
    assert [kind_of("_kind", one) for one in ("set_terms", "create")] == [FEE, PAYEE]
    assert [kind_of("_reason", one) for one in ("mint", "burnFrom", "recycle")] == [MINT_REASON, BURN_REASON, RECYCLE_REASON]
    assert (kind_of("_offence", "set_slash_bps"), kind_of("_absorbed", "create_pool"), kind_of("kind")) == (OFFENCE, WEI, PLAIN)


def test_format_number__what_stands_for_a_word_or_is_tiny__in_words():
    assert [format_number(2, one, MDT) for one in (FEE, PAYEE, OFFENCE)] == ["slash", "pool", "no_reveal"]
    assert [format_number(value, WEI, MDT) for value in (1, 999, 0)] == ["1 wei", "999 wei", "0 MDT"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("_amount", WEI),
        ("lifetime_cap", WEI),
        ("weights_bps", BPS),
        ("_seconds", SECONDS),
        ("window_seconds", SECONDS),
        ("new_delay", SECONDS),
        ("max_change_wad", FRACTION),
        ("share_wad", FRACTION),
        ("settles_at", TIME),
        ("paused_until", TIME),
        ("answer_by", TIME),
        ("start", TIME),
        ("deadline_blocks", PLAIN),
        ("deadline_block", PLAIN),
        ("max_tasks", PLAIN),
        ("_quorum", PLAIN),
        ("bucket", BUCKET),
        ("reasons", MINT_REASONS),
    ],
)
def test_kind_of__name__tells(name, kind):
    assert kind_of(name) == kind


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (b"\xff\xfe", r"'\xff\xfe'"),
        (b"x', operator=nobody", r"'x\x27, operator=nobody'"),
        ("\x1b[2J\u202e\n".encode(), r"'\x1b[2J\u202e\n'"),
        (b"x" * 850, f"'{'x' * 850}'"),
    ],
)
def test_read_call__text_of_a_stranger__is_the_call_all_the_same(text, shown):
    """Whoever proposes an operation cannot make it look like no call of the contract, or like another one."""
    (entry,) = [one for one in abis()["ReservePools"] if one.get("name") == "create_pool" and len(one["inputs"]) == 2]
    payload = selector(entry) + encode(["bytes", "address"], [text, address_of("operator")])
    read = read_call(Payload(address_of("ReservePools"), payload), paper_book())
    assert read.words == f"ReservePools.create_pool(name={shown}, operator={address_of('operator')})"


COUNTS = {
    # blocks, numbers of things, words of the contracts' own
    *("HALVINGS", "INTERVAL_BLOCKS", "START_BLOCK", "MAX_START_DELAY", "era_at", "scheduled_through", "next_due_block", "schedule_count", "EPOCH_BLOCKS"),
    *("attempt", "next_epoch", "quorum", "RING_SIZE", "burn_record_count", "mint_record_count", "decimals", "nonces", "allocation_count", "pool_count"),
    *("FIRST_SLASH_ID", "MAX_EVIDENCE_BLOCKS", "MAX_OFFLINE_MISSED_BLOCKS", "slash_count", "slashes_of", "position_words", "pool_words", "get_operation_state"),
    *("validator_count", "validator_id", "MAX_SCHEDULES", "exited_at", "announced_of", "registered_of"),
    *("challenge_count", "open_challenges", "first_epoch", "last_settled"),
    *("minter_count", "proposal_count", "burner_count", "slasher_count", "creator_count"),
}


def test_kind_of_answer__every_view_with_one_number__told_by_its_name_or_a_count():
    """`governance read MDT cap` showed wei as a bare number: answers have no names, so the view's name tells."""
    told = {}
    for abi in abis().values():
        for entry in abi:
            if entry["type"] == "function" and entry["stateMutability"] in ("view", "pure") and [one["type"][:4] for one in entry["outputs"]] == ["uint"]:
                told[entry["name"]] = kind_of_answer(entry["name"])
    assert {name for name, kind in told.items() if kind == PLAIN} == COUNTS
    for name, kind in {"cap": WEI, "balanceOf": WEI, "vested_at": WEI, "GRACE_PERIOD": SECONDS, "executable_until": TIME, "SALE_BURN_BPS": BPS}.items():
        assert told[name] == kind


def test_show_values__answer_without_a_name__in_units():
    def shown(contract, function, value):
        (entry,) = [one for one in paper_book().contract(contract).abi if one.get("name") == function and one["type"] == "function"]
        return show_values(function, entry["outputs"], [value], paper_book())

    assert shown("MDT", "cap", 21 * 10**24) == ["21,000,000 MDT"]
    assert shown("MDT", "burner_reasons", 0b100) == ["slash"]
    assert shown("Timelock", "GRACE_PERIOD", 1_209_600) == ["14 days"]
    assert shown("DistributionSchedules", "MAX_START_DELAY", 5_256_000) == ["5_256_000"]
    (entry,) = [one for one in paper_book().contract("Treasury").abi if one.get("name") == "total_spent"]
    assert show_values("total_spent", entry["outputs"], [7], paper_book(), is_foreign=True) == ["7"]
