"""Looking back before anything is signed: what became of the transactions that this account signed earlier."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from mdt.chain.journal import Book, Entry, State
from mdt.chain.receipts import Intent, is_success, replaced_words
from mdt.chain.waiting import Wait
from mdt.errors import InDoubtError, NodeError, ReplacedError
from mdt.units import when

if TYPE_CHECKING:
    from mdt.chain.sending import Sending

DEEPEST = 64
"""Blocks. A chain that goes back further was not reorganised: it began anew."""


@dataclass(frozen=True)
class Earlier:
    """The journal of one account, compared with what the node says now. The account is held meanwhile."""

    chain: Sending
    book: Book
    seen: frozenset[str] = frozenset()

    def look(self) -> bool:
        """Note what became of everything that is open, and tell it.

        Returns:
            Whether anything was left to look at.

        Raises:
            NodeError: no usable answer, or the node lags behind what it said before.
            ReplacedError: the nonce of one went to a transaction that is not in the journal.
            UnconfirmedError: that is not certain within the time-out.
        """
        left = self.book.unsettled()
        if not left:
            return False
        self.chain.check()  # another chain would say that nonces are used
        used = self.chain.nonce(self.book.sender)
        if self._went_back(left, used):
            left = self.book.unsettled()
        doubtful = [one for one in left if one.state is State.OPEN or (one.state is State.REFUSED and one.nonce < used)]
        for _, group in groupby(sorted(doubtful, key=lambda one: one.nonce), key=lambda one: one.nonce):
            self._settle(list(group), used)
        return bool(doubtful or self.seen) or any(one.is_live for one in left)

    def open(self) -> list[Entry]:
        """What may still be mined, by nonce: of one nonce, because only one waits at a time, unless a reorganisation undid several."""
        return sorted(self.book.entries(State.OPEN), key=lambda one: one.nonce)

    def untold(self) -> list[Entry]:
        """What was mined without whoever asked for it being told; also by another process while this one waited for its turn."""
        told = [one for one in self.book.entries(State.MINED) if one.tx_hash in self.seen and one.is_told] if self.seen else []
        return [*self.book.entries(State.MINED, is_told=False), *told]

    def require_nothing_else(self, intent: Intent, what: str) -> list[Entry]:
        """What is open, if it asks for the same, or nothing.

        Raises:
            InDoubtError: something else is open.
        """
        found = self.open()
        if found and all(one.intent != intent for one in found):
            raise InDoubtError(f"{what}: nothing was signed, because {in_doubt(found[0])}", found[0].tx_hash)
        return found

    # --- internal ---

    def _settle(self, entries: list[Entry], used: int) -> None:
        """Note what became of the transactions of one nonce."""
        for one in entries:
            receipt = self.chain.find_mined(one.tx_hash)
            if receipt is not None:
                self.chain.note_mined(self.book, [other.signed for other in entries], one.signed, receipt, is_told=False)
                ending = "" if is_success(receipt) else " and reverted"
                self.chain.progress(
                    f"an earlier transaction of this account, {one.what}: {one.tx_hash}, was mined in block {int(receipt['blockNumber'])}{ending}"
                )
                return
        if used <= entries[0].nonce:
            return
        newest, hashes = entries[-1], [one.tx_hash for one in entries]
        if any(one.nonce == newest.nonce for one in self.book.entries(State.MINED, State.REVERTED, from_nonce=newest.nonce)):
            self.book.settle(hashes, State.REPLACED)
            return
        if Wait(self.chain, [one.signed for one in entries], newest.what).run() is not None:
            self._settle(entries, used)
            return
        self.book.settle(hashes, State.REPLACED)
        if any(one.state is State.OPEN for one in entries):
            raise ReplacedError(f"{newest.what}: nothing was signed, because {replaced_words(newest.signed)}", newest.tx_hash)

    def _went_back(self, left: list[Entry], used: int) -> bool:
        """Whether what was mined last is not there any more: the node lags, the chain was reorganised, or it began anew."""
        if not any(one.nonce >= used for one in left if one.state in (State.MINED, State.REVERTED)):
            return False
        mined = self.book.entries(State.MINED, State.REVERTED, from_nonce=used)
        newest = max(mined, key=lambda one: one.nonce)
        head = self.chain.head()
        lag = newest.block_number - head
        if self.chain.is_local or abs(lag) > DEEPEST:
            self.chain.progress(f"the chain began anew, or was put back: {len(mined)} earlier transactions of {self.book.sender} are put aside")
            self.book.settle([one.tx_hash for one in mined], State.FORGOTTEN)
        elif lag > 0 or self.chain.find_mined(newest.tx_hash) is not None:
            raise NodeError(
                f"the node lags: it is at block {head} and counts {used} transactions of {self.book.sender}, but {newest.tx_hash} with nonce {newest.nonce}"
                f" was mined in block {newest.block_number}; nothing was signed: ask again, or name another node"
            )
        else:
            for one in mined:
                self.chain.progress(f"{one.what}: {one.tx_hash} is no longer in block {one.block_number}: the chain was reorganised")
            self.book.settle([one.tx_hash for one in mined], State.OPEN, is_told=False)
        return True


def mined_words(entry: Entry) -> str:
    """A transaction of an earlier run that was mined."""
    return f"an earlier transaction of this account, {entry.what}: {entry.tx_hash}, was mined in block {entry.block_number}"


def in_doubt(entry: Entry) -> str:
    """A transaction in doubt, and the ways on."""
    return (
        f"{entry.tx_hash} ({entry.what}, nonce {entry.nonce}, signed at {when(entry.signed_at)}) is in doubt and may still be mined:"
        f" run its command again to finish it, or `mdt tx show {entry.tx_hash}`, `mdt tx replace` to pay more, `mdt tx cancel` to give up on it"
    )
