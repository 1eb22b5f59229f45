"""Going through chapters, trying each row with faults where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from tests.faults.faults import Fault
from tests.faults.outcomes import Outcome, tried
from tests.faults.rows import Chapter, Row
from tests.faults.world import World

Choice = Callable[[Row], Iterable[Fault]]


def walk(world: World, chapter: Chapter, faults: Choice) -> Iterator[Outcome]:
    """What came of a chapter's rows, each under the faults chosen for it; the world is as before afterwards."""
    with world.aside():
        life, document = chapter(world), None
        while True:
            try:
                row = life.send(document)
            except StopIteration:
                return
            place, tries = world.mark(), []
            for fault in faults(row):
                tries.append((fault, tried(world, row, fault)))
                world.back(place)
            head = world.apart()
            row.before(world)
            document = world.do(*row.words)
            wanted = world.deeds_since(head)
            assert wanted, f"{row.words} sends nothing: the row shows nothing"
            yield from (Outcome(row.name, fault, attempts, wanted) for fault, attempts in tries)


def until(world: World, chapter: Chapter, command: str) -> Row:
    """Go through a chapter up to a command's row, which is not done yet."""
    life = chapter(world)
    row = next(life)
    while row.command != command:
        row = life.send(world.do(*row.words))
    return row
