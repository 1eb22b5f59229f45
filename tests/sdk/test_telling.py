"""What commands tell of a transaction: a sentence for events that exist, in the unit of the deployment; the others by name and values."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from mdt.chain.abi import Event
from mdt.suite import telling
from mdt.suite.directory import Directory
from mdt.suite.telling import SENTENCES, SILENT, sentence
from mdt.suite.tokens import Token
from mdt.units import Denomination
from tests.support.governance import abis, address_of, paper_suite

SUITE = paper_suite()
DIRECTORY = Directory(SUITE)
SAMPLES: dict[str, Any] = {"address": "0x" + "11" * 20, "uint256": 10**18, "bytes32": b"\x01" * 32, "string": "words", "bool": True}
SMALL = ("reason", "kind", "miner_outcome")
"""Numbers that stand for a word."""


def made_up(item: dict[str, Any]) -> Any:
    """A value of an event: times are times, and what stands for a word is small."""
    if item["type"] == "tuple":
        return SimpleNamespace(**{part["name"]: made_up(part) for part in item["components"]})
    if item["name"].endswith(("_at", "_until", "_end")):
        return 1_700_000_000
    return 0 if item["name"] in SMALL else SAMPLES[item["type"]]


def event_of(contract: str, name: str, **values: Any) -> Event:
    """An event of a contract, made up where it is not given."""
    (entry,) = [one for one in abis()[contract] if one["type"] == "event" and one["name"] == name]
    return Event(name, address_of(contract), {item["name"]: values.get(item["name"], made_up(item)) for item in entry["inputs"]})


def told(contract: str, name: str, **values: Any) -> str:
    return sentence(event_of(contract, name, **values), SUITE[contract], DIRECTORY)


@pytest.mark.parametrize(("contract", "name"), SENTENCES)
def test_sentence__event__exists_and_has_what_is_said(contract, name, monkeypatch):
    monkeypatch.setattr(telling, "token_at", lambda *_: Token(SUITE["MDT"], Denomination("USDX", 6)))
    said = told(contract, name)
    assert not said.startswith(f"{contract}: "), "a sentence, not the event as it is"
    assert "MDT" in said or "%" in said or "0x11" in said or str(10**18) in said or "epoch" in said


def test_sentence__rewards_restaked__are_not_called_paid():
    staking = address_of("Staking")
    assert told("Staking", "RewardClaimed", recipient=staking) == "1 MDT of rewards became stake"
    assert told("Staking", "RewardClaimed", recipient="0x" + "22" * 20) == f"1 MDT of rewards paid to 0x{'22' * 20}"


def test_sentence__end_of_a_stream__is_a_block_not_a_time():
    assert told("Staking", "RewardNotified", stream_end=1_348) == "1 MDT more to be streamed to stakers until block 1,348"


def test_sentence__another_unit__written_in_it():
    other = Directory(paper_suite().__class__(SUITE.chain, SUITE.record, SUITE.contracts, Denomination("DCHAT", 12)))
    assert sentence(event_of("MDT", "Burned"), SUITE["MDT"], other).startswith("1,000,000 DCHAT of ")


def test_sentence__unknown_to_the_table__by_name_and_values():
    assert told("EmissionController", "DelaySet", old_delay=3_600, new_delay=7_200) == "EmissionController: DelaySet(old_delay=1 hour, new_delay=2 hours)"


def test_sentence__the_same_name_in_two_contracts__says_what_each_means():
    assert "sent to the treasury" in told("DistributionSchedules", "Cancelled")
    assert "available again in pool" in told("ReservePools", "Cancelled")


def test_silent__names__are_events_of_the_token():
    names = {one["name"] for one in abis()["MDT"] if one["type"] == "event"}
    assert set(SILENT) <= names
