"""What commands tell of a transaction: a sentence for events that exist, in the unit of the deployment; the others by name and values."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from mdt.chain.abi import Event
from mdt.chain.contract import Contract
from mdt.deploy.compiled import from_vyper
from mdt.suite import market_words, sentences
from mdt.suite.directory import Directory
from mdt.suite.sentences import SENTENCES
from mdt.suite.telling import SILENT, sentence
from mdt.suite.tokens import Token
from mdt.units import Denomination
from tests.support.governance import abis, address_of, paper_suite

MARKET = "LiquidityPool"
MARKETS = {MARKET: from_vyper((MARKET,))[MARKET].abi}
SUITE = replace(paper_suite(), markets={"LiquidityPool:usdx": Contract(paper_suite().chain, address_of(MARKET), MARKETS[MARKET], "LiquidityPool:usdx")})
DIRECTORY = Directory(SUITE)
SAMPLES: dict[str, Any] = {
    "address": "0x" + "11" * 20,
    "uint256": 10**18,
    "bytes32": b"\x01" * 32,
    "bytes": b"\x02" * 4,
    "string": "words",
    "bool": True,
    "address[]": ["0x" + "11" * 20],
}
SMALL = ("reason", "kind", "miner_outcome", "offence", "new_status", "old_status", "reasons", "new_reasons", "old_reasons")
"""Numbers that stand for a word."""


def made_up(item: dict[str, Any]) -> Any:
    """A value of an event: times are times, and what stands for a word is small."""
    if item["type"] == "tuple":
        return SimpleNamespace(**{part["name"]: made_up(part) for part in item["components"]})
    if item["name"].endswith(("_at", "_until", "_end")):
        return 1_700_000_000
    return 1 if item["name"] in SMALL else SAMPLES[item["type"]]


def event_of(contract: str, name: str, /, **values: Any) -> Event:
    """An event of a contract, made up where it is not given."""
    (entry,) = [one for one in (abis() | MARKETS)[contract] if one["type"] == "event" and one["name"] == name]
    return Event(name, address_of(contract), {item["name"]: values.get(item["name"], made_up(item)) for item in entry["inputs"]})


def told(contract: str, name: str, /, **values: Any) -> str:
    one = SUITE.markets["LiquidityPool:usdx"] if contract == MARKET else SUITE[contract]
    return sentence(event_of(contract, name, **values), one, DIRECTORY)


def with_dollars(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another token than MDT answers."""
    dollars = Token(SUITE["MDT"], Denomination("USDX", 6))
    monkeypatch.setattr(sentences, "token_at", lambda *_: dollars)
    monkeypatch.setattr(market_words, "paired_token", lambda *_: dollars)


@pytest.mark.parametrize(("contract", "name"), SENTENCES)
def test_sentence__event__exists_and_has_what_is_said(contract, name, monkeypatch):
    with_dollars(monkeypatch)
    said = told(contract, name)
    assert not said.startswith(f"{contract}: "), "a sentence, not the event as it is"
    assert "MDT" in said or "USDX" in said or "%" in said or "0x11" in said or "0x01" in said or str(10**18) in said or f"{10**18:,}" in said or "epoch" in said


def test_sentence__rewards_restaked__are_not_called_paid():
    staking = address_of("Staking")
    place = {"validator_id": 3, "slot": 1}
    assert told("Staking", "RewardClaimed", recipient=staking, **place) == "validator 3, slot 1: 1 MDT of rewards became stake"
    assert told("Staking", "RewardClaimed", recipient="0x" + "22" * 20, **place) == f"validator 3, slot 1: 1 MDT of rewards paid to 0x{'22' * 20}"


def test_sentence__swap__each_amount_in_its_own_token(monkeypatch):
    """A million of the smallest unit is one dollar, and next to nothing of MDT."""
    with_dollars(monkeypatch)
    mdt, other_token, who = SUITE["MDT"].address, "0x" + "22" * 20, "0x" + "33" * 20
    sold = told(MARKET, "Swapped", token_in=mdt, paid=2 * 10**18, bought=500_000, trader=who, receiver=who)
    assert sold == f"2 MDT of {who} swapped for 0.5 USDX, to {who}"
    bought = told(MARKET, "Swapped", token_in=other_token, paid=500_000, bought=2 * 10**18, trader=who, receiver=who)
    assert bought == f"0.5 USDX of {who} swapped for 2 MDT, to {who}"
    alone = told(MARKET, "AddedOneSided", token_in=other_token, amount=10**6, swapped=500_000, bought=2 * 10**18, shares=10**15, provider=who, receiver=who)
    assert alone == f"1 USDX deposited by {who}, 0.5 USDX of it swapped for 2 MDT: 0.001 shares to {who}"


def test_sentence__vote_key_changed__the_old_key_is_to_be_kept():
    """It may hold tokens, and it goes on answering for the heights it signed: nobody may be told to throw it away."""
    said = told("Validators", "VoteKeyChanged", validator_id=1, old_key="0x" + "22" * 20)
    assert f"keep 0x{'22' * 20}: tokens and coin on it stay there, and it answers for votes at heights before this block" in said
    assert "thrown away" not in said


def test_sentence__end_of_a_stream__is_a_block_not_a_time():
    assert told("Staking", "RewardNotified", stream_end=1_348) == "1 MDT more to be streamed to stakers until block 1,348"


def test_sentence__another_unit__written_in_it():
    other = Directory(paper_suite().__class__(SUITE.chain, SUITE.record, SUITE.contracts, Denomination("DCHAT", 12)))
    assert sentence(event_of("MDT", "Burned"), SUITE["MDT"], other).startswith("1,000,000 DCHAT of ")


def test_sentence__unknown_to_the_table__by_name_and_values():
    assert told("ReservePools", "PriceSet", old_price=1, new_price=2).startswith("ReservePools: PriceSet(pool_id=")


def test_sentence__what_people_meet_who_vest_or_govern__is_no_raw_event():
    vested = told("Vesting", "Claimed", index=0, beneficiary="0x" + "22" * 20)
    assert vested == f"vesting schedule 0: 1 MDT paid to 0x{'22' * 20}"
    assert told("EmissionController", "DelaySet", old_delay=3_600, new_delay=7_200) == "reports wait 2 hours before they are settled, 1 hour before"
    spent = told("Treasury", "Spent", token=SUITE["MDT"].address, recipient="0x" + "22" * 20, purpose=b"audit".ljust(32, b"\0"))
    assert spent == f"1 MDT paid to 0x{'22' * 20} out of the treasury, for 'audit'"


SHOWN_AS_THEY_ARE = {
    *(
        ("EmissionController", "ParametersSet"),
        ("FeeDesk", "TermsSet"),
        ("ReservePools", "SaleSet"),
        ("ReservePools", "RefillSet"),
        ("Staking", "DecayTableSet"),
    ),
    *(("ReservePools", "PriceSet"), ("Timelock", "CallSalt")),
}
"""Events whose names and values say more than a sentence would."""


def test_sentences__every_event__has_one_or_is_listed():
    events = {
        (contract, one["name"]) for contract, entries in (abis() | MARKETS).items() for one in entries if one["type"] == "event" and one["name"] not in SILENT
    }
    assert events - set(SENTENCES) == SHOWN_AS_THEY_ARE


def test_sentence__the_same_name_in_two_contracts__says_what_each_means():
    assert "sent to the treasury" in told("DistributionSchedules", "Cancelled")
    assert "available again in pool" in told("ReservePools", "Cancelled")


def test_silent__names__are_events_of_the_token():
    names = {one["name"] for one in abis()["MDT"] if one["type"] == "event"}
    assert set(SILENT) <= names


# --- every field that matters is said ---

WHO_ASKED = {
    "owner",
    "payer",
    "minter",
    "operator",
    "submitter",
    "skipped_by",
    "discarded_by",
    "slashed_by",
    "announced_by",
    "registered_by",
    "source",
    "sender",
    "claimed_by",
    "ended_by",
    "voided_by",
}
"""Who has sent it, or whose it is where the command was about that account."""
BYTES = {"root", "digest", "evidence_hash", "appeal_hash", "payload"}
"""Hashes: `--json` has them."""
BEFORE = {"old_recipient", "shares", "rate_wad", "stream_end", "bucket", "pool_id", "payment_token", "token"}
"""What was before, how the books count it, or what goes without saying beside the rest."""
UNSAID = {
    ("EmissionController", "ReportSubmitted"): {
        *("amounts.ceiling", "amounts.dao_share", "amounts.is_clamped", "amounts.miner_share", "amounts.validator_share"),  # told when it is settled
        *("report.attempt", "report.audit_root", "report.cumulative_total", "report.data_hash", "report.difficulty", "report.epoch"),  # `epoch verify`
        *("report.participation", "report.root", "report.tasks"),
    },
    ("RootAudit", "Challenged"): {"controller", "challenger"},
    ("RootAudit", "ChallengeEnded"): {"controller"},
    ("Timelock", "CallExecuted"): {"amount"},  # no call of ours sends native coin along
    ("Timelock", "CallScheduled"): {"amount", "predecessor"},  # `governance show` has the latter
}
"""Fields that a sentence leaves out on purpose."""
SAID = {
    ("Staking", "RewardNotified"): {"stream_end"},
    ("Staking", "RestitutionNoted"): {"owner"},
    ("Validators", "ValidatorRegistered"): {"owner", "operator"},
    ("RecyclingPool", "Recycled"): {"source"},
}
"""Fields of those names that a sentence does not leave out."""


def other(item: dict[str, Any], value: Any) -> Any:
    """Another value of a field, that is one of its kind as well."""
    if item["type"] == "tuple":
        return None
    if item["type"] == "bool":
        return not value
    if item["type"] == "address[]":
        return ["0x" + "33" * 20, "0x" + "44" * 20]
    if item["name"] == "token_in":
        return SUITE["MDT"].address  # any other address is the paired token's
    if item["type"] == "address":
        return "0x" + "33" * 20
    if item["type"] == "uint256":
        return 2 if item["name"] in SMALL else value + 86_400
    return b"\x03" * 32 if item["type"].startswith("bytes") else "other words"


def unsaid(contract: str, name: str) -> set[str]:
    """Fields whose value does not change what is told."""
    (entry,) = [one for one in (abis() | MARKETS)[contract] if one["type"] == "event" and one["name"] == name]
    before, found = told(contract, name), set[str]()
    for item in entry["inputs"]:
        if item["type"] == "tuple":
            whole = made_up(item)
            for part in item["components"]:
                changed = SimpleNamespace(**{**vars(whole), part["name"]: other(part, getattr(whole, part["name"]))})
                if told(contract, name, **{item["name"]: changed}) == before:
                    found.add(f"{item['name']}.{part['name']}")
        elif told(contract, name, **{item["name"]: other(item, made_up(item))}) == before:
            found.add(item["name"])
    return found


@pytest.mark.parametrize(("contract", "name"), SENTENCES)
def test_sentence__field_of_an_event__said_or_left_out_on_purpose(contract, name, monkeypatch):
    """A field that drops out of a sentence is red, and so is one that is said although it is listed as left out."""
    with_dollars(monkeypatch)
    missing = unsaid(contract, name)
    assert missing <= (WHO_ASKED | BYTES | BEFORE | UNSAID.get((contract, name), set())) - SAID.get((contract, name), set())


def test_sentence__that_cannot_be_made__by_name_and_values():
    """It has happened: a number without a word, a token that does not answer, must not hide what comes after it."""
    assert told("MDT", "Minted", reason=99).startswith("MDT: Minted(")
    assert "from unix time 5789" in told("Staking", "Unstaked", unlocks_at=2**255)


def test_sentence__names_of_strangers__quoted_and_escaped():
    said = told("ReservePools", "PoolCreated", **{"name": "x', operated by nobody: \x1b[2J\u202e"})
    assert r"created: 'x\x27, operated by nobody: \x1b[2J\u202e', operated by 0x" in said
