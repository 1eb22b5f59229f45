"""What is said of slashes: what is left to do, where a replaced slasher keeps its own, and which file the chain gets the hash of."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from mdt.errors import EvidenceError, StakingError
from mdt.model.slasher import SlashStatus
from mdt.model.staking import Status
from mdt.staking.slashes import Slashes, published
from mdt.units import MDT
from mdt.written import read
from tests.sdk.test_slash_lines import Contract

LATER = 1 << 32
"""The first number of a second slasher."""


def slash(status: SlashStatus, **changed):
    fields = {"validator_id": 2, "status": status, "amount": 200 * 10**18, "answered": 10**18, "ends_at": 0, "is_appealed": True}
    return SimpleNamespace(**fields | changed)


def keeper(name: str, first: int, slashes: dict) -> Contract:
    """A slasher with slashes of validator 2, by number."""
    nothing = slash(SlashStatus.NONE)
    found = Contract(
        name,
        FIRST_SLASH_ID=first,
        slash_record=lambda number: slashes.get(number, nothing),
        slashes_of=lambda _validator, offset, limit: list(slashes)[offset : offset + limit],
        arbiter="arbiter",
    )
    found.name = name
    return found


def slashes_of(now: dict, before: dict, pool=None) -> Slashes:
    """A deployment whose slasher was replaced."""
    contracts = {
        "Slasher": keeper("Slasher", LATER, now),
        "Staking": Contract(validator=pool, restitution=lambda slasher, number, owner: 7 * 10**18 if owner == "leaver" and number == 0 else 0),
        "EmissionController": Contract(status=SimpleNamespace(timestamp=100)),
        "Validators": Contract(validator_count=2),
        "StakingLens": Contract(slashes_of=lambda _one, offset, _limit: [SimpleNamespace(slash_id=number, record=one) for number, one in now.items()][offset:]),
    }

    class Suite(dict):
        chain, earlier, show = SimpleNamespace(chain_id=1), (keeper("Slasher@0x1", 0, before),), staticmethod(MDT.format)

    return Slashes(Suite(contracts), "arbiter")


@pytest.mark.parametrize(
    ("pending", "status", "words"),
    [
        (1, Status.JAILED | Status.TOMBSTONED, "if the slash in escrow is overturned anyone can have this proof punished"),
        (0, Status.JAILED | Status.TOMBSTONED, "nothing: validator 2 is out for good"),
        (2, Status.JAILED, "anyone can have this proof punished: `mdt slash registered 2`"),
    ],
)
def test_next__registered_proof__by_what_became_of_the_other_one(pending, status, words):
    one = slash(SlashStatus.REGISTERED)
    found = slashes_of({LATER: one}, {}, SimpleNamespace(pending_slashes=pending, status=status))
    assert found.next_step(LATER, one).startswith(words)


def test_replaced_slasher__keeps_its_numbers_and_pays():
    found = slashes_of({LATER: slash(SlashStatus.UPHELD)}, {0: slash(SlashStatus.OVERTURNED), 1: slash(SlashStatus.UPHELD)})
    assert [number for number, _ in found.history(2)] == [0, 1, LATER]
    assert found.record(0).status == SlashStatus.OVERTURNED
    (call,) = found.restitution(0, "leaver")
    assert (call.contract.name, call.words, call.forecast) == ("Slasher@0x1", "pay what slash 0 owes to leaver", ": 7 MDT")
    for number in (5, LATER + 1):
        with pytest.raises(StakingError, match=f"there is no slash {number}"):
            found.record(number)


@pytest.mark.parametrize("deed", ["uphold", "execute", "overturn"])
def test_deed__what_it_comes_to__is_a_forecast_and_not_what_is_said_once_it_is_mined(deed):
    (call,) = getattr(slashes_of({LATER: slash(SlashStatus.ESCROWED)}, {}), deed)(LATER)
    assert call.words == f"{deed} slash {LATER}"
    assert "201 MDT" in call.forecast


def test_published__file__its_bytes_whatever_they_are(tmp_path):
    path = tmp_path / "reasons\x1b[31m.txt"
    path.write_bytes(b"\xff\xfe\x1b[2J")
    assert published(path) == b"\xff\xfe\x1b[2J"


def test_published__empty_missing_or_endless__refused(tmp_path, monkeypatch):
    path = tmp_path / "reasons\x1b[31m.txt"
    with pytest.raises(EvidenceError, match=r"reasons\\x1b\[31m.txt cannot be read"):
        published(path)
    path.write_bytes(b"")
    with pytest.raises(EvidenceError, match="is empty: the chain would keep the hash of nothing"):
        published(path)
    path.write_bytes(b"x" * (read.LARGEST + 1))
    with pytest.raises(EvidenceError, match="has more than 16,777,216 bytes: is it the right file"):
        published(path)
