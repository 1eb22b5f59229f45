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
AGAIN = 2
"""As often a person runs a command again that tells what to do: once to hear what has become of it, once to have it done."""


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

    @property
    def says_that_nothing_was_sent(self) -> bool:
        """Whether a person goes away without a doubt."""
        return self.done.code != 0 and "nothing was sent" in self.done.err


@dataclass(frozen=True)
class Outcome:
    """What came of a command and a fault.

    Attributes:
        name: Of the row.
        attempts: The first under the fault; then, once everything works again, as many as it takes until one says that all is done.
        wanted: What one execution does.
    """

    name: str
    fault: Fault
    attempts: tuple[Attempt, ...]
    wanted: Deeds

    @property
    def words(self) -> str:
        """For the page."""
        first, *others = self.attempts
        if not others:
            return "done"
        return "; then ".join([self._began(first), *(self._went_on(first, one) for one in others)])

    @staticmethod
    def _began(first: Attempt) -> str:
        if not first.handed_in:
            return "not sent"
        return "not taken" if first.says_that_nothing_was_sent else "in doubt"

    def _went_on(self, first: Attempt, then: Attempt) -> str:
        if then.done.code:
            return "told that it is done" if then.deeds == self.wanted else "told"
        if not first.handed_in or first.says_that_nothing_was_sent:
            return "done"
        if set(first.handed_in) & set(then.handed_in):
            return "the same sent again"
        return "found" if set(first.handed_in) <= set(then.hashes) else "sent anew"

    def complaints(self) -> list[str]:
        """Where the law is broken."""
        found = [one for attempt in self.attempts for one in self._of(attempt)]
        first, last = self.attempts[0], self.attempts[-1]
        said = "".join(one.done.said for one in self.attempts[1:])
        if last.done.code and (last.deeds != self.wanted or any(one not in said for one in first.handed_in)):
            found.append(f"is neither done nor told to be after {len(self.attempts)} runs: {[one.done.err for one in self.attempts]}")
        return [f"{self.name}, {self.fault.name}: {one}" for one in found]

    def _of(self, attempt: Attempt) -> Iterator[str]:
        said, signed = attempt.done.said, set(attempt.handed_in)
        yield from _manners(attempt.done)
        unnamed = sorted(one for one in signed if one not in said)
        if unnamed:
            yield f"may have sent {', '.join(unnamed)} and does not name it: {said!r}"
        if attempt.says_that_nothing_was_sent and signed & set(self.attempts[-1].hashes) - {one for other in self.attempts[1:] for one in other.handed_in}:
            yield f"says that nothing was sent, but {', '.join(sorted(signed))} was mined: {said!r}"
        if attempt.done.code == 0 and attempt.deeds != self.wanted:
            yield f"says that it is done, but the chain {_difference(attempt.deeds, self.wanted)}: {[one.done.err for one in self.attempts]}, {said!r}"
        elif attempt.deeds - self.wanted:
            yield f"did more than it was asked to: the chain {_difference(attempt.deeds, self.wanted)}: {[one.done.err for one in self.attempts]}"


def tried(world: World, row: Row, fault: Fault) -> tuple[Attempt, ...]:
    """Run a command under a fault, let the fault pass, and run it again until a person knows that it is done, at most twice."""
    head = world.apart()
    row.before(world)
    attempts = [attempted(world, row.words, fault, head)]
    while attempts[-1].done.code and not _is_told(attempts) and len(attempts) <= AGAIN:
        attempts.append(attempted(world, row.words, None, head))
    return tuple(attempts)


def _is_told(attempts: list[Attempt]) -> bool:
    """Whether a run has said that what an earlier one handed in was mined: nobody runs it again then."""
    first, *others = attempts
    return bool(others and first.handed_in) and all(one in others[-1].hashes and one in others[-1].done.said for one in first.handed_in)


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
