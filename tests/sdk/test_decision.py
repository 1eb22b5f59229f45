"""Whether a deployment begins, resumes or starts over: decided without a chain."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from mdt.deploy.decision import LATEST_START, LOCAL_START_MARGIN, PUBLIC_START_MARGIN, VESTING_MARGIN, Decision, Seen, asked_for, decide, new_record
from mdt.deploy.options import Options
from mdt.errors import ConfigError, DeploymentError
from mdt.names import SOURCES
from mdt.preset.genesis import Allocation
from mdt.preset.settings import load

DEPLOYER, GUARDIAN, PROPOSER, HOLDER = ("0x" + digit * 40 for digit in "1234")
REPORTERS = tuple("0x" + digit * 40 for digit in "567")
NOW = 1_800_000_000
EVERYTHING = dict.fromkeys(SOURCES, "0x" + "8" * 40)
SEEN = Seen(chain_id=7, head=100, now=NOW, is_local=False, folder="deployments/net", recorded=EVERYTHING, is_first_there=True)


def options(**changed):
    values = {
        "settings": load("adr-literal"),
        "network": "net",
        "guardian": GUARDIAN,
        "reporters": REPORTERS,
        "quorum": 2,
        "proposers": (PROPOSER,),
        "genesis": (Allocation(4, HOLDER, 10**18), Allocation(3, HOLDER, 10**18, "team")),
    }
    return Options(**(values | changed))


def asked(**changed):
    return asked_for(options(**changed), DEPLOYER)


def record(seen=SEEN, **changed):
    return replace(new_record(options(), asked(), seen, "3.000 s (given)"), **changed)


def test_decide__no_record__begins():
    assert decide(None, asked(), None, replace(SEEN, recorded={}, is_first_there=None)) == Decision("begin")


def test_decide__same_values__resumes():
    assert decide(record(), asked(), None, SEEN) == Decision("resume")


def test_decide__another_chain__refused():
    with pytest.raises(DeploymentError, match=r"deployments/net describes chain id 7, the network is 8: use another folder"):
        decide(record(), asked(), None, replace(SEEN, chain_id=8))


def test_decide__contracts_gone__anew_on_a_local_chain_and_refused_elsewhere():
    gone = replace(SEEN, is_first_there=False)
    found = decide(record(), asked(), None, replace(gone, is_local=True))
    assert (found.way, found.discards) == ("anew", True)
    assert "was restarted" in found.because
    with pytest.raises(DeploymentError, match="Timelock of deployments/net has no code at 0x8888.*--fresh"):
        decide(record(), asked(), None, gone)


def test_decide__other_values__anew_before_anything_was_sent_and_refused_after():
    other, untouched = asked(quorum=3), replace(SEEN, recorded={}, is_first_there=None)
    found = decide(record(), other, None, untouched)
    assert (found.way, found.discards, found.because) == ("anew", False, "nothing was sent yet, and quorum is another now")
    with pytest.raises(ConfigError, match="was started with quorum = 2, now it is 3"):
        decide(record(), other, None, SEEN)
    with pytest.raises(ConfigError, match="was started with quorum = 2"):
        decide(record(pending={"step": "deploy Timelock"}), other, None, untouched)


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"guardian": HOLDER}, "guardian"),
        ({"hand_over": False}, "owner"),
        ({"arbiter": HOLDER}, "arbiter"),
        ({"pool_operator": HOLDER}, "pool_operator"),
        ({"executors": (HOLDER,)}, "executors"),
        ({"proposers": (HOLDER,)}, "proposers"),
        ({"reporters": REPORTERS[:2]}, "reporters"),
        ({"genesis": ()}, "genesis"),
        ({"settings": load("luxtensor")}, "preset_hash"),
    ],
)
def test_decide__each_value__is_compared(changed, key):
    with pytest.raises(ConfigError, match=f"was started with {key} = "):
        decide(record(), asked(**changed), None, SEEN)


def test_decide__start_block_passed__moves_only_while_something_scheduled_is_missing():
    missing = {name: address for name, address in EVERYTHING.items() if name != "EmissionController"}
    start = record().start_block
    late = replace(SEEN, head=start)
    assert not decide(record(), asked(), None, late).moves_start, "everything is there"
    assert decide(record(), asked(), None, replace(late, recorded=missing)).moves_start
    assert not decide(record(), asked(), None, replace(late, recorded=missing, head=start - 1)).moves_start
    assert not decide(record(pending={"step": "x"}), asked(), None, replace(late, recorded=missing)).moves_start, "what was signed comes first"


def test_decide__later_start_of_vesting__noted_while_schedules_are_missing():
    later = NOW + 10_000
    assert decide(record(), asked(), later, SEEN).vesting_start == later
    assert decide(record(), asked(), record().vesting_starts[-1], SEEN).vesting_start is None, "the one that is recorded"
    for made in (record(steps={"vesting: create 1": {}}), record(is_complete=True)):
        with pytest.raises(ConfigError, match="in the schedules that are on the chain, now it is .*leave --tge out"):
            decide(made, asked(), later, SEEN)
    with pytest.raises(ConfigError, match="vesting cannot start at"):
        decide(record(), asked(), NOW, SEEN)


def test_new_record__margins_and_starts__by_network_and_option():
    assert record().start_block == SEEN.head + PUBLIC_START_MARGIN
    assert record(replace(SEEN, is_local=True)).start_block == SEEN.head + LOCAL_START_MARGIN
    assert new_record(options(start_margin=5), asked(), SEEN, "").start_block == SEEN.head + 5
    assert record().vesting_starts == [NOW + VESTING_MARGIN]
    nothing_vests = asked(genesis=(Allocation(4, HOLDER, 10**18),))
    assert new_record(options(), nothing_vests, SEEN, "").vesting_starts == []
    with pytest.raises(ConfigError, match="at most ten years after that"):
        new_record(options(vesting_start=NOW + LATEST_START + 1), asked(), SEEN, "")


def test_asked_for__record_of_the_same__has_the_same_values():
    assert asked().items() <= asdict(record()).items()
