"""One account at a time: while a transaction is chosen, signed, written down, sent and waited for, nobody else signs for its account."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from eth_utils.address import to_checksum_address

from mdt.chain.journal import Book, Entry, Journal, of_chain
from mdt.chain.preparing import Preparing
from mdt.errors import MDTError


@dataclass
class Turn:
    """An account that is held.

    Attributes:
        seen: Hashes of what was in doubt or not told when the turn was asked for. Another process may have told it since, but not to whoever waited.
        mine: Hashes of what was signed, or taken over from an earlier run, in this turn: asking for the same again then means to do it again.
    """

    book: Book
    held: ExitStack
    seen: frozenset[str] = frozenset()
    mine: set[str] = field(default_factory=set)


@dataclass
class TakingTurns(Preparing):
    """A node whose accounts can be held, with a journal of what they signed.

    Attributes:
        journal: Where what is signed is written down; None for a chain that lives in this process.
    """

    journal: Journal | None = None
    _turns: dict[tuple[int, str], Turn] = field(default_factory=dict, init=False, repr=False, compare=False)
    _keeps: bool = field(default=False, init=False, repr=False, compare=False)

    def book(self, sender: str) -> Book:
        """The journal of an account on this chain."""
        return Book(self.journal, self.chain_id, to_checksum_address(sender), lambda: self.genesis)

    @contextmanager
    def turn(self, sender: str, seconds: float | None = None) -> Iterator[Turn]:
        """Hold an account; inside a turn, the same turn. What it sent or reported counts as told when it ends, unless by an error that nobody expects.

        Args:
            sender: The account.
            seconds: How long another process is waited for; as long as for a transaction when None.

        Raises:
            BusyError: another process holds it all the time.
        """
        place = (threading.get_ident(), to_checksum_address(sender))
        if place in self._turns:
            yield self._turns[place]
            return
        book = self.book(sender)
        turn = Turn(book, ExitStack(), frozenset(one.tx_hash for one in book.live()))
        if self.journal is not None:
            longest = self.policy.timeout_seconds if seconds is None else seconds
            turn.held.enter_context(self.journal.locked(self.chain_id, place[1], longest, lambda: self._say_that_it_waits(sender, longest)))
        self._turns[place] = turn
        is_told = False
        try:
            yield turn
            is_told = True
        except MDTError:
            is_told = True
            raise
        finally:
            if not self._keeps:
                self._end(place, is_told=is_told)

    def signed(self, sender: str | None = None) -> list[Entry]:
        """What was signed here for this chain, oldest first: by one account, or by all."""
        return of_chain(self.journal.entries(self.chain_id, sender), lambda: self.genesis) if self.journal else []

    def tell(self, sender: str) -> None:
        """Note that whoever had to be told of what this turn of an account sent knows: it has been said, or is recorded elsewhere."""
        turn = self._turns.get((threading.get_ident(), to_checksum_address(sender)))
        if turn is not None:
            turn.book.tell(turn.mine)

    @contextmanager
    def keeping_turns(self) -> Iterator[None]:
        """Hold each account that sends until this ends, and count what was mined as told only if it ends well.

        For commands: one that dies before its last word leaves a journal by which the next one tells what was done.
        """
        self._keeps = True
        is_told = False
        try:
            yield
            is_told = True
        finally:
            self._keeps = False
            for place in list(self._turns):
                self._end(place, is_told=is_told)

    def _say_that_it_waits(self, sender: str, seconds: float) -> None:
        if seconds:
            self.progress(f"waiting for another process that sends from {sender}")

    def _end(self, place: tuple[int, str], *, is_told: bool) -> None:
        turn = self._turns.pop(place)
        with turn.held:
            if is_told:
                turn.book.tell(turn.mine)
