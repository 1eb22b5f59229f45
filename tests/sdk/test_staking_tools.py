"""What the tools for staking say and ask: advice on refusals that exist, pages that shrink."""

from __future__ import annotations

from typing import Any

import pytest

from mdt.errors import EmptyAnswerError, RevertError
from mdt.staking.reader import Reader, kept_under
from mdt.suite.advice import ADVICE, advised
from mdt.suite.words import status_words
from tests.lint.test_contract_style import all_reasons


@pytest.mark.parametrize("reason", ADVICE)
def test_advice__reason__is_one_of_the_contracts(reason):
    assert reason in all_reasons()
    said = advised(RevertError(f"Staking.stake: refused: {reason}", reason))
    assert (str(said), said.reason) == (f"Staking.stake: refused: {reason}: {ADVICE[reason]}", reason)


def test_advice__unknown_reason__as_it_was():
    error = RevertError("refused", None)
    assert advised(error) is error


@pytest.mark.parametrize(("bits", "words"), [(1, "active"), (0, "short of own stake"), (2, "exited"), (12, "jailed, tombstoned")])
def test_status_words__bits__named(bits, words):
    assert status_words(bits) == words


def test_kept_under__own_slots__zero_address():
    assert (kept_under("0x12", 7), kept_under("0x12", 8)) == ("0x12", "0x" + "00" * 20)


class Lens:
    """A node with gas for so many entries."""

    def __init__(self, entries: int, total: int) -> None:
        self.entries, self.total, self.asked = entries, total, []

    def call(self, function: str, *arguments: Any) -> Any:
        *_, offset, limit = arguments
        self.asked.append((offset, limit))
        if min(limit, 25) > self.entries and offset < self.total:
            raise EmptyAnswerError("0x")
        if function == "positions_of":
            following = offset + min(limit, 40)
            return [offset], following if following <= self.total else 0
        return list(range(offset, min(offset + min(limit, 25), self.total)))


@pytest.mark.parametrize("entries", [25, 13, 4, 1])
def test_reader__pages__as_large_as_the_node_can(entries):
    lens = Lens(entries, 60)
    assert Reader({"StakingLens": lens}).validators() == list(range(60))
    assert max(limit for offset, limit in lens.asked if offset == 0) == 100


def test_reader__node_that_answers_nothing__error_passes_through():
    with pytest.raises(EmptyAnswerError):
        Reader({"StakingLens": Lens(0, 60)}).validators()


def test_reader__positions__until_there_are_no_more():
    lens = Lens(40, 100)
    assert Reader({"StakingLens": lens}).positions("0x12") == [1, 41, 81]
