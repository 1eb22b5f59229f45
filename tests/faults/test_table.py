"""Paid at most once, and the person knows: every command that sends, under faults of the node and of the way to it.

The page `docs/reference/faults.md` shows what is seen here.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.faults.chapters import CHAPTERS
from tests.faults.faults import ALIKE, BLIND, EVERYWHERE, FAULTS, SEVERAL, Fault
from tests.faults.page import THOROUGH, cells_of, written
from tests.faults.rows import Row, sending_commands
from tests.faults.walk import walk
from tests.support.anvil import needs_anvil
from tests.support.profiles import PROFILE

pytestmark = needs_anvil


def chosen(row: Row) -> Iterable[Fault]:
    """By profile: everything in the deep one; else every fault for one row, those that matter for two more, and the worst of them for the others."""
    if PROFILE == "deep":
        return FAULTS.values() if row.name in THOROUGH else EVERYWHERE
    if row.name == THOROUGH[0] and PROFILE != "quick":
        return [one for one in FAULTS.values() if one not in ALIKE]
    return SEVERAL if row.name in THOROUGH else (BLIND,)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_row__under_faults__once_and_told(world, chapter):
    outcomes = list(walk(world, CHAPTERS[chapter], chosen))
    complaints = [complaint for one in outcomes for complaint in one.complaints()]
    assert not complaints, "\n".join(complaints)
    found, shown = cells_of(outcomes), written()
    assert {cell: shown.get(cell) for cell in found} == found, "run `make faults`"


def test_deploy__node_lost_on_the_way__every_step_once(made):
    """The deployment itself was made so: the first run loses the node in the middle, the second loses every answer to sending."""
    assert [complaint for one in made.outcomes for complaint in one.complaints()] == []
    first, then = made.outcomes[0].attempts
    assert (first.done.code, then.done.code) == (1, 0)
    assert len(first.deeds) > 5, "nothing was deployed before"
    assert {cell: written().get(cell) for cell in cells_of(made.outcomes)} == cells_of(made.outcomes)


def test_page__rows_and_columns__every_command_and_every_fault():
    commands = {name.partition(",")[0] for name, fault in written() if fault in {one.name for one in EVERYWHERE}}
    assert commands == set(sending_commands()), "a command that sends has no row: tell it in a chapter of tests/faults/chapters"
    assert {fault for name, fault in written() if name == THOROUGH[0]} == set(FAULTS)
    assert len(sending_commands()) > 60
