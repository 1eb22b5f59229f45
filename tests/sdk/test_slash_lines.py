"""The balance sheet's lines about slashes: a later slasher counts on from the earlier one's numbers."""

from __future__ import annotations

from types import SimpleNamespace

from mdt.runs.accounting import _slash_lines
from mdt.runs.offences import ESCROWED, OVERTURNED, Offences

FIRST = 3


class Contract:
    """Answers of a contract, by function."""

    def __init__(self, address="", **answers) -> None:
        self.address, self.answers = address, answers

    def call(self, name: str, *arguments):
        answer = self.answers[name]
        return answer(*arguments) if callable(answer) else answer


def suite() -> dict[str, Contract]:
    """A second slasher with numbers 3 (overturned, 5 owed to a leaver) and 4 (10 in escrow); number 0 was the first one's."""
    slashes = {
        3: SimpleNamespace(amount=20, answered=0, status=OVERTURNED),
        4: SimpleNamespace(amount=10, answered=0, status=ESCROWED),
    }
    owed = {("first", 0, "leaver"): 1_000, ("first", 3, "leaver"): 7, ("second", 3, "leaver"): 5}
    slasher = Contract("second", FIRST_SLASH_ID=FIRST, slash_count=5, slash_record=lambda number: slashes[number], totals=(30, 0, 0, 20))
    return {"Slasher": slasher, "Staking": Contract(restitution=lambda *key: owed.get(key, 0))}


def book() -> SimpleNamespace:
    return SimpleNamespace(positions={(1, "leaver", 0)}, restored=15, restituted=0)


def test_records__of_a_later_slasher__are_by_its_own_numbers():
    assert list(Offences(suite(), book()).records()) == [3, 4]


def test_slash_lines__of_a_later_slasher__add_up():
    lines = _slash_lines(suite(), book(), held=15)
    assert [(line.name, line.left, line.right) for line in lines if not line.is_true] == []
    assert next(line for line in lines if line.name.startswith("slasher holds")).right == 10 + 5
