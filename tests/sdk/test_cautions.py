"""What is warned of before a deployment: each by its id, in words that say what can happen; and nothing where all is well."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from mdt.addresses import parse_address
from mdt.chain.abi import encode_call, find_function
from mdt.cli.deploy import require_agreement
from mdt.deploy.cautions import cautions
from mdt.deploy.options import MAX_REPORTERS, MOST_REPORTERS, Options
from mdt.errors import ConfigError
from mdt.model.timelock import MAX_PAYLOAD
from mdt.preset.genesis import Allocation
from mdt.preset.settings import load
from tests.support.presets import write_with_market
from tests.support.suite import artifacts

SAFE, KEY = "0x" + "5a" * 20, "0x" + "ce" * 20
REPORTERS = tuple(f"0x{number:040x}" for number in range(1, 6))
SOUND = Options(
    settings=load("luxtensor"),
    network="luxtensor:testnet",
    guardian=SAFE,
    reporters=REPORTERS,
    quorum=3,
    proposers=(KEY, "0x" + "cf" * 20),
    arbiter="0x" + "aa" * 20,
    genesis=(),
)


def ids(options: Options) -> list[str]:
    return [one.id for one in cautions(options, lambda account: account == SAFE)]


def test_cautions__sound_choices__none():
    assert ids(SOUND) == []
    assert ids(replace(SOUND, proposers=(SAFE,), executors=(SAFE,))) == ["guardian_is_proposer"]
    assert ids(replace(SOUND, guardian="0x" + "dd" * 20, proposers=(SAFE,), executors=(SAFE,))) == ["one_guardian"]


TWO, THREE = "0x" + "ee" * 20, "0x" + "ff" * 20


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, "holds three stops: it suspends minters, pauses reports and cancels the timelock's operations. "),
        ({"token_guardian": TWO}, "holds two stops: it pauses reports and cancels the timelock's operations. "),
        ({"report_guardian": TWO}, "holds two stops: it suspends minters and cancels the timelock's operations. "),
        ({"token_guardian": TWO, "report_guardian": TWO.upper().replace("X", "x")}, "holds two stops: it suspends minters and pauses reports. "),
        ({"token_guardian": TWO, "report_guardian": THREE}, None),
        ({"token_guardian": SAFE, "report_guardian": SAFE}, None),
    ],
)
def test_cautions__guardians__two_that_are_one_are_warned_of(changed, words):
    found = [one.text for one in cautions(replace(SOUND, guardian=KEY, **changed), lambda account: account == SAFE) if one.id == "one_guardian"]
    assert len(found) == (words is not None)
    assert words is None or words in found[0]


@pytest.mark.parametrize(("shares_to", "warned"), [("Treasury", False), (SAFE, True)])
def test_cautions__shares_of_a_market__warned_of_where_an_account_gets_them(tmp_path, shares_to, warned):
    path = write_with_market(tmp_path)
    path.write_text(path.read_text().replace("shares_to: Treasury", f"shares_to: '{shares_to}'"))
    found = [one.text for one in cautions(replace(SOUND, settings=load(path)), lambda account: account == SAFE) if one.id == "market_shares"]
    assert len(found) == warned
    assert all(f"the shares of market usdx go to {parse_address(SAFE)}" in one and "can take all of its liquidity out at once" in one for one in found)


@pytest.mark.parametrize(
    ("changed", "id_", "words"),
    [
        ({"guardian": "0x" + "dd" * 20}, "one_guardian", "holds three stops: it suspends minters, pauses reports and cancels the timelock's operations"),
        ({"proposers": (KEY,)}, "sole_proposer", "is the only proposer, and one key: if it is lost, nobody can ever schedule an operation again"),
        ({"executors": (KEY,)}, "sole_executor", "nobody can ever execute an operation again, and nothing can be changed any more"),
        ({"proposers": (SAFE, KEY)}, "guardian_is_proposer", "is a proposer too: it is to stop others, and cannot stop itself"),
        ({"guardian": SAFE, "reporters": (SAFE, *REPORTERS)}, "guardian_is_reporter", "is a reporter too"),
        ({"arbiter": SAFE}, "guardian_is_arbiter", "is an arbiter too"),
        ({"arbiter": REPORTERS[0].upper().replace("X", "x")}, "arbiter_is_reporter", "it decides on slashes that it attested"),
        ({"quorum": 5}, "quorum_is_all", "the quorum is all 5 reporters: one of them that is away stops every report"),
        ({"proposers": (KEY, REPORTERS[2])}, "reporter_is_proposer", "its key attests, and schedules"),
        ({"hand_over": False}, "deployer_keeps", "the deployer stays the owner of every contract"),
        ({"genesis": (Allocation(3, KEY, 10**18, "team"),)}, "vesting_start", "nobody said when vesting starts"),
    ],
)
def test_cautions__each_choice__is_warned_of(changed, id_, words):
    """Z9, X6: one lost or stolen key."""
    options = replace(SOUND, **changed)
    (one,) = [one for one in cautions(options, lambda account: account == SAFE) if one.id == id_]
    assert words in one.text


@pytest.mark.parametrize(("as_json", "is_there", "agrees"), [(False, True, True), (False, True, False), (False, False, False), (True, True, False)])
def test_agreement__public_network__asked_where_somebody_is_there_and_refused_otherwise(monkeypatch, as_json, is_there, agrees):
    asked = []
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: is_there))
    monkeypatch.setattr("click.confirm", lambda text, err: asked.append((text, err)) or agrees)
    session = SimpleNamespace(as_json=as_json, network="luxtensor:testnet")
    found = cautions(replace(SOUND, quorum=5), lambda _account: False)
    if agrees:
        require_agreement(session, found)
    else:
        with pytest.raises(ConfigError, match="^nothing was sent") as refused:
            require_agreement(session, found)
        assert ("say --yes" in str(refused.value)) is not (is_there and not as_json)
    assert asked == ([("deploy to luxtensor:testnet all the same?", True)] if is_there and not as_json else [])


def test_options__as_many_reporters_as_can_be_replaced__taken_and_one_more_refused():
    """Z6: a set that does not fit into one call of the timelock could never be replaced by one of its size."""
    accounts = tuple(f"0x{number:040x}" for number in range(1, MAX_REPORTERS + 2))
    entry = find_function(artifacts()["EmissionController"].abi, "set_reporters", 2)

    def size(count: int) -> int:
        return len(encode_call(entry, [list(accounts[:count]), count // 2 + 1]))

    assert size(MOST_REPORTERS) <= MAX_PAYLOAD
    assert MOST_REPORTERS == MAX_REPORTERS or size(MOST_REPORTERS + 1) > MAX_PAYLOAD
    replace(SOUND, reporters=accounts[:MOST_REPORTERS], quorum=17).check(KEY.replace("ce", "ba"))
    with pytest.raises(ConfigError, match=rf"{MOST_REPORTERS + 1} reporters are too many: .* names {MOST_REPORTERS} at most"):
        replace(SOUND, reporters=accounts[: MOST_REPORTERS + 1], quorum=17).check(KEY.replace("ce", "ba"))
