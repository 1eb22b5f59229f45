"""One command and one fault: what came of it, on the chain and in words, and whether that is as it has to be.

The law is "paid at most once, and the person knows": what the chain has done after the command, and after the run that follows once everything works
again, is what one execution does; the exit code and the words agree with that; a hash is named wherever something may have been sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from eth_utils.crypto import keccak

from tests.faults.faults import Fault
from tests.faults.rows import Row
from tests.faults.world import Done, World

Deeds = Counter[tuple[str, str | None, str]]


@dataclass(frozen=True)
class Attempt:
    """A run of the command.

    Attributes:
        done: How it ended.
        handed_in: The hashes of the transactions it has given to the proxy, whatever became of them.
        deeds: What the chain had done by then, since before the first run.
        hashes: Of the transactions that did it.
    """

    done: Done
    handed_in: tuple[str, ...]
    deeds: Deeds
    hashes: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What came of a command and a fault.

    Attributes:
        name: Of the row.
        first: Under the fault.
        then: Once everything works again; None where the first said that all is done.
        wanted: What one execution does.
    """

    name: str
    fault: Fault
    first: Attempt
    then: Attempt | None
    wanted: Deeds

    @property
    def words(self) -> str:
        """For the page."""
        if self.then is None:
            return "done"
        began = "in doubt" if self.first.handed_in else "not sent"
        if self.then.done.code:
            return f"{began}; then refused"
        if not self.first.handed_in:
            return f"{began}; then done"
        if set(self.first.handed_in) & set(self.then.handed_in):
            return f"{began}; then the same sent again"
        return f"{began}; then found" if set(self.first.handed_in) <= set(self.then.hashes) else f"{began}; then sent anew"

    def complaints(self) -> list[str]:
        """Where the law is broken."""
        return [f"{self.name}, {self.fault.name}: {one}" for one in (*self._of_first(), *self._of_then())]

    def _of_first(self) -> Iterator[str]:
        first = self.first
        yield from _manners(first.done)
        unnamed = [one for one in first.handed_in if one not in first.done.said]
        if unnamed:
            yield f"may have sent {', '.join(unnamed)} and does not name it: {first.done.said!r}"
        if first.done.code == 0 and first.deeds != self.wanted:
            yield f"says that it is done, but the chain {_difference(first.deeds, self.wanted)}: {first.done.said!r}"
        if first.deeds - self.wanted:
            yield f"did more than it was asked to: the chain {_difference(first.deeds, self.wanted)}"
        if first.handed_in and "nothing was sent" in first.done.said:
            yield f"says that nothing was sent, and handed in {first.handed_in}: {first.done.said!r}"

    def _of_then(self) -> Iterator[str]:
        if self.then is None:
            return
        yield from _manners(self.then.done)
        if self.then.deeds != self.wanted:
            yield f"after the next run the chain {_difference(self.then.deeds, self.wanted)}: {self.first.done.err!r}, then {self.then.done.said!r}"


def tried(world: World, row: Row, fault: Fault) -> tuple[Attempt, Attempt | None]:
    """Run a command under a fault, let the fault pass, and run it again if it did not say that it is done."""
    head = world.apart()
    first = attempted(world, row.words, fault, head)
    return first, attempted(world, row.words, None, head) if first.done.code else None


def attempted(world: World, words: tuple[str, ...], fault: Fault | None, head: int) -> Attempt:
    """A run, under a fault that has passed when it is looked what came of it; `head` is the block before the first run."""
    if fault is not None:
        fault.before(world.proxy)
    world.proxy.arm(*(fault.rules(world.node) if fault else ()))
    with world.hurried(fault is not None and not fault.passes):
        done = world.run(*words)
    handed_in = tuple(dict.fromkeys("0x" + keccak(hexstr=raw).hex() for raw in world.proxy.sent))
    world.proxy.heal()
    if fault is not None:
        fault.heals(world.proxy)
    return Attempt(done, handed_in, world.deeds_since(head), world.hashes_since(head))


def _manners(done: Done) -> Iterator[str]:
    """What holds of every command, whatever happens."""
    if done.bug is not None:
        yield f"dies of {done.bug!r}"
    elif done.code not in (0, 1):
        yield f"ends with {done.code}"
    elif done.code == 1 and sum(line.startswith("error: ") for line in done.err.splitlines()) != 1:
        yield f"does not end in one line: {done.said!r}"


def _difference(found: Deeds, wanted: Deeds) -> str:
    more, less = found - wanted, wanted - found
    said = [f"{verb} {sum(part.values())} transactions {what}" for verb, part, what in (("has", more, "too many"), ("lacks", less, "of it")) if part]
    return " and ".join(said) or "is as it should be"
