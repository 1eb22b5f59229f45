"""The gas page is put together from what was measured: what is compared with whom, what is recorded, and what is out of date."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bench.gas import __main__ as gas
from bench.gas import compared, features, words
from bench.gas.chain import full
from bench.later import __main__ as later
from bench.peers.__main__ import RECORDED, joined
from bench.peers.compiled import parsed
from bench.peers.rows import Peer
from bench.peers.sablier import linked

CLAIM, TRANSFER = "claim, 2^20 leaves, later", "transfer, recipient holds some"
AIM = compared.AIMS[CLAIM]["aim"]
HERS = {"figure": 70_000, "who": "Hers", "version": "2", "how": "measured", "note": "without a lock"}
HIS = {"figure": 61_000, "who": "His", "version": "", "how": "recorded: nowhere to be had", "note": ""}
FOUND: compared.Found = {"both": {CLAIM: {"default": 59_000, "venom": 58_000}, TRANSFER: {"default": 33_000, "venom": 32_000}}}


@pytest.fixture
def known() -> compared.Known:
    there = {"reference": {"default": 60_010, "venom": 59_010}, "mdt": {"default": 59_000, "venom": 58_000}}
    return {"reference token": "a token", "ours": {CLAIM: there}, "peers": {CLAIM: [HIS, HERS], TRANSFER: [HERS]}}


def line(table: str, operation: str) -> list[str]:
    (found,) = [one for one in table.splitlines() if one.startswith(f"| {operation} |")]
    return [cell.strip() for cell in found.strip("|").split("|")]


def test_compared__row_that_moves_a_token__is_held_against_the_peer_on_the_reference_token(known: compared.Known) -> None:
    cells = line(compared.compared(FOUND, known), CLAIM)
    assert cells[4:8] == ["60,010", "59,010", "59,000", "58,000"]
    assert cells[2] == "61,000"
    assert cells[8] == "-1.6% His, recorded"


def test_compared__row_of_the_token_itself__is_held_against_the_peer_as_it_is(known: compared.Known) -> None:
    cells = line(compared.compared(FOUND, known), TRANSFER)
    assert cells[4:8] == ["33,000", "32,000", "", ""]
    assert cells[8] == "-52.9% Hers 2, without a lock"


def test_misses__cheaper_on_mdt_than_on_the_reference_token__counts_as_compared(known: compared.Known) -> None:
    assert compared.misses(FOUND, known) == [f"{CLAIM}: 60,010 over the aim of {AIM:,}"]
    known["ours"][CLAIM]["reference"]["default"] = AIM
    assert compared.misses(FOUND, known) == []


def test_outdated__other_gas_on_mdt_than_when_the_peers_were_measured__is_named(known: compared.Known) -> None:
    assert compared.outdated(FOUND, known) == []
    known["ours"][CLAIM]["mdt"]["venom"] += 1
    assert compared.outdated(FOUND, known) == [CLAIM]


def test_all_peers__every_one__with_how_it_is_known(known: compared.Known) -> None:
    lines = compared.all_peers(known).splitlines()[2:]
    assert f"| {CLAIM} | 61,000 | His | recorded: nowhere to be had |" in lines
    assert f"| {CLAIM} | 70,000 | Hers 2, without a lock | measured |" in lines
    assert len(lines) == 3


def test_joined__measured_and_recorded__least_first_and_with_the_reason() -> None:
    hers = Peer("Hers", "2", dict, {CLAIM: "without a lock"})
    recorded = {"why": {"His": "nowhere to be had"}, "rows": {CLAIM: [{"figure": 61_000, "who": "His", "version": "", "note": ""}]}}
    assert joined([(hers, {CLAIM: 70_000, TRANSFER: 1})], recorded) == {CLAIM: [HIS, HERS], TRANSFER: [HERS | {"figure": 1, "note": ""}]}


def test_parsed__line_before_the_answer__is_passed_over() -> None:
    contract = {"abi": [], "evm": {"bytecode": {"object": "6001"}}}
    answer = ">>> no checker\n" + json.dumps({"contracts": {"A.sol": {"A": contract}, "B.sol": {}}})
    assert parsed(answer, "A.sol") == {"A": ([], "0x6001")}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"errors": [{"severity": "error", "formattedMessage": "no such file"}]}, "no such file"),
        ({"errors": [{"severity": "warning", "formattedMessage": "old"}], "contracts": {}}, "says nothing of A.sol"),
    ],
)
def test_parsed__nothing_compiled__is_refused(answer: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parsed(json.dumps(answer), "A.sol")


def test_linked__two_places__have_the_address_and_nothing_else_moves() -> None:
    code, address = "0x" + "60" * 2 + "00" * 20 + "61" + "00" * 20 + "62", "0x" + "Ab" * 20
    links = {"lib.sol": {"Lib": [{"start": 2, "length": 20}, {"start": 23, "length": 20}]}}
    assert linked(code, links, {"Lib": address}) == "0x" + "60" * 2 + "ab" * 20 + "61" + "ab" * 20 + "62"


@pytest.mark.parametrize(("value", "expected"), [(0x0100, 0x0101), (0xFF00_00FF, 0xFF01_01FF), (1, 1)])
def test_full__zero_bytes__become_ones(value: int, expected: int) -> None:
    assert full(value) == expected


def test_features__lines_to_take_out__are_in_the_contracts() -> None:
    """The figures of features are made at the end of a long run."""
    assert features.outdated() == []


# --- what is committed ---


def test_peers__committed__least_first_with_a_version_or_a_reason() -> None:
    known, why = compared.read("peers.json"), json.loads(RECORDED.read_text(encoding="utf-8"))["why"]
    for operation, peers in known["peers"].items():
        assert operation in compared.AIMS
        assert [peer["figure"] for peer in peers] == sorted(peer["figure"] for peer in peers)
        for peer in peers:
            is_explained = peer["how"] == f"recorded: {why.get(peer['who'])}"
            assert is_explained if compared.is_recorded(peer) else peer["how"] == "measured" and peer["version"]
    assert set(compared.AIMS) <= set(known["peers"])
    assert all(set(there) == {"reference", "mdt"} for there in known["ours"].values())


def test_results__committed__page_is_of_the_figures_and_no_row_is_out_of_date() -> None:
    results, known = compared.read("results.json"), compared.read("peers.json")
    page = gas.report(results["rows"], known, results["features"], results["staking_features"])
    assert page == (compared.HERE / "results.md").read_text(encoding="utf-8")
    assert compared.outdated(results["rows"], known) == []


def test_results__committed__every_area_and_every_aim_has_its_rows() -> None:
    rows = compared.read("results.json")["rows"]
    assert set(rows) == set(gas.modules())
    assert set(compared.AIMS) <= set(compared.by_operation(rows))
    assert set(compared.read("before.json")) <= set(compared.by_operation(rows))


def test_words__of_a_later_stake__page_is_what_a_transaction_does_now() -> None:
    assert words.PAGE.read_text(encoding="utf-8") == words.page(*words.measured())


def test_later_phases__page__is_what_is_measured_now() -> None:
    assert later.PAGE.read_text(encoding="utf-8") == later.page()
