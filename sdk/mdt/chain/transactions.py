"""The one way to send: what became of earlier transactions is looked up before anything is signed.

Every transaction is signed once, written down before it is sent, of type 0, and counts only when it is really mined. What can become of one, and
what is said of it, is in `docs/reference/transactions.md`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from eth_utils.address import to_checksum_address

from mdt.chain.earlier import Earlier, mined_words
from mdt.chain.journal import Entry, State
from mdt.chain.node import Progress, silent
from mdt.chain.receipts import Intent, OnSigned, Receipt, SignedTransaction, is_success, receipt_of
from mdt.chain.sending import Sending
from mdt.chain.signers import Signer
from mdt.chain.turns import Turn
from mdt.errors import BusyError, InDoubtError, NodeError, RefusedError, ReplacedError, RevertError

__all__ = ["Chain", "Intent", "OnSigned", "Progress", "Receipt", "SignedTransaction", "silent"]

SELECTOR = 4
"""Bytes of calldata that name the function."""


@dataclass
class Chain(Sending):
    """A node to send to."""

    def send(
        self,
        signer: Signer,
        to: str | None,
        data: bytes,
        what: str,
        gas: int | None = None,
        on_signed: OnSigned | None = None,
        *,
        is_tried: bool = False,
    ) -> Receipt:
        """Sign a type-0 transaction, write it down, send it and wait until it is mined.

        First it is looked up what became of the account's earlier transactions. One with the same intent that is in doubt is finished instead, and
        one that was mined without anybody being told is reported instead; both receipts say `is_earlier`.

        Args:
            signer: Who signs and pays.
            to: The contract, or None to create one.
            data: Calldata or initcode.
            what: A few words for errors and progress.
            gas: A limit of the caller's own instead of the computed one.
            on_signed: Called with the signed transaction before it is sent, also with an earlier one that is finished or reported.
            is_tried: Whether it is tried as a call before it is signed.

        Raises:
            RevertError: refused, before or after mining.
            UnconfirmedError: sent, but not mined in time; or another transaction of the account is in doubt (InDoubtError).
            ReplacedError: its nonce went to another transaction.
            RefusedError: the node did not take it.
            PendingError: transactions of the account are pending that were sent from elsewhere.
            BusyError: another process sends from the account.
            JournalError: it cannot be written down.
            ChainError: anything else, in words.
        """
        intent = Intent(to_checksum_address(to) if to is not None else None, data)
        with self.turn(signer.address) as turn:
            earlier = self._earlier(turn, intent, what, on_signed) if self.journal is not None else None
            if earlier is not None:
                return earlier
            if is_tried and to is not None:
                self.raw_call(to, data, what, signer.address, gas=gas or self.policy.simulation_gas)
            return self.sign_and_send(turn, signer, self.prepare(signer, to, data, what, gas), what, on_signed)

    def resume(self, signed: SignedTransaction, what: str) -> Receipt | None:
        """Finish a transaction that was signed by an earlier run: look it up, send the same bytes again if nobody knows it.

        One that was sped up with `mdt tx replace` is as good.

        Returns:
            The receipt, or None when its nonce went to another transaction, so that it can never be mined.
        """
        with self.turn(signed.sender) as turn:
            self.check()
            turn.mine.add(signed.tx_hash)
            if self.find_mined(signed.tx_hash) is None and self.nonce(signed.sender) <= signed.nonce:
                self.broadcast(signed, what)
            known = [one for one in turn.book.entries(State.OPEN, State.MINED, State.REPLACED, from_nonce=signed.nonce) if one.nonce == signed.nonce]
            intents = [one.intent for one in known if one.tx_hash == signed.tx_hash]
            as_good = {signed.tx_hash, *(one.tx_hash for one in known if one.intent in intents)}
            beside = [one.signed for one in known if one.tx_hash != signed.tx_hash]
            try:
                return self.finish(turn, [*beside, signed], as_good, what)
            except ReplacedError:
                return None

    def receipt(self, tx_hash: str, what: str) -> Receipt | None:
        """The receipt of a transaction that somebody has sent, or None while it is not mined.

        Raises:
            RevertError: mined with status 0.
        """
        self.check()
        found = self.find_mined(tx_hash)
        if found is None:
            return None
        if not is_success(found):
            raise RevertError(f"{what}: {tx_hash} was mined in block {int(found['blockNumber'])} and reverted")
        return receipt_of(found, tx_hash)

    # --- looking back ---

    def look_back(self, sender: str) -> None:
        """Tell what became of an account's earlier transactions, where something is in doubt. What another process is just sending is left to it.

        Raises:
            ChainError: as `send`.
        """
        if not self.book(sender).is_busy:
            return
        with suppress(BusyError), self.turn(sender, seconds=0) as turn:
            earlier = Earlier(self, turn.book, turn.seen)
            told = [one.tx_hash for one in earlier.untold()]
            earlier.look()
            for one in earlier.open():
                self.progress(f"an earlier transaction of this account, {one.what}: {one.tx_hash}, is not mined yet")
            for one in earlier.untold():
                if one.tx_hash in told and one.tx_hash not in turn.mine:
                    self.progress(f"{mined_words(one)}; its own command would say so and send nothing, `mdt tx forget {one.tx_hash}` lets it send again")

    def first_underway(self, sender: str, intents: Sequence[Intent]) -> int:
        """The place in a plan of the first intent that an earlier run has sent without telling anybody what came of it; 0 if there is none.

        What stands before it in the plan was done by that run: an approval comes before what it is for.
        """
        if not self.book(sender).is_busy:
            return 0
        with self.turn(sender) as turn:
            earlier = Earlier(self, turn.book, turn.seen)
            known = [one for one in (*earlier.open(), *earlier.untold()) if one.tx_hash not in turn.mine]
            found = {one.intent for one in known}
            first = next((place for place, intent in enumerate(intents) if intent in found), 0)
            passed = {(one.to, one.data[:SELECTOR]) for one in intents[:first]}
            turn.mine.update(one.tx_hash for one in known if (one.intent.to, one.intent.data[:SELECTOR]) in passed)
            return first

    def underway(self, sender: str, intents: Sequence[Intent], seconds: float | None = None) -> list[Entry | None]:
        """For each intent of a plan what an earlier run has sent of it without telling anybody what came of it, if anything.

        Args:
            sender: The account.
            intents: The plan.
            seconds: How long another process is waited for; as long as for a transaction when None.

        Raises:
            BusyError: another process holds the account all the time.
        """
        if not self.book(sender).is_busy:
            return [None] * len(intents)
        with self.turn(sender, seconds) as turn:
            earlier = Earlier(self, turn.book, turn.seen)
            known = {one.intent: one for one in (*earlier.open(), *earlier.untold()) if one.tx_hash not in turn.mine}
            return [known.get(intent) for intent in intents]

    def pass_over(self, sender: str, hashes: Collection[str]) -> None:
        """Count some transactions of earlier runs as told: what they did is used up, and asking for the same means to do it again."""
        if hashes:
            with self.turn(sender) as turn:
                turn.mine.update(hashes)

    def require_no_variant(self, sender: str, intents: Sequence[Intent], unbounded: Sequence[Intent]) -> None:
        """Stop once where an earlier run has called a function of a plan with other arguments, and nobody was told what came of that.

        The same command can come to other arguments the second time: a start that counts from the head, a price, an empty slot. What was done is named
        once; who wants this one as well runs the command again. It does not count as told: whoever asked for it may be somebody else.

        Args:
            sender: The account.
            intents: The plan.
            unbounded: Those of it that would be paid for twice.

        Raises:
            InDoubtError: names the earlier transaction.
        """
        if not self.book(sender).is_busy:
            return
        with self.turn(sender) as turn:
            earlier = Earlier(self, turn.book, turn.seen)
            earlier.look()
            functions = {(one.to, one.data[:SELECTOR]) for one in unbounded}
            for one in earlier.untold():
                done = one.intent
                if not one.is_named and one.tx_hash not in turn.mine and done not in intents and (done.to, done.data[:SELECTOR]) in functions:
                    turn.book.name(one.tx_hash)
                    words = "with other arguments than now; nothing was signed: run the command again if this is wanted as well"
                    raise InDoubtError(f"{mined_words(one)}, {words}", one.tx_hash)

    def _earlier(self, turn: Turn, intent: Intent, what: str, on_signed: OnSigned | None) -> Receipt | None:
        """What an earlier run has done of the same, reported or finished; None where there is nothing.

        Raises:
            InDoubtError: it did something else, and that may still be mined.
        """
        earlier = Earlier(self, turn.book, turn.seen)
        if not earlier.look():
            return None
        for one in earlier.untold():
            if one.intent == intent and one.tx_hash not in turn.mine:
                return self._reported(turn, one, what, on_signed)
        opened = earlier.require_nothing_else(intent, what)
        if not opened:
            return None
        nonce = next(one.nonce for one in opened if one.intent == intent)
        beside = [one.signed for one in opened if one.nonce == nonce and one.intent != intent]
        same = [one.signed for one in opened if one.nonce == nonce and one.intent == intent]
        newest = same[-1]
        self.progress(f"{what}: {newest.tx_hash} was signed by an earlier run and is not mined yet: it is finished, and nothing else is signed")
        if on_signed is not None:
            on_signed(newest)
        for signed in (*(other.signed for other in opened if other.nonce < nonce), newest):
            self._hand_over_again(signed, what, is_alone=len(same) + len(beside) == 1)
        done = self.finish(turn, [*beside, *same], {one.tx_hash for one in same}, what, intent)
        return replace(done, is_earlier=True)

    def _hand_over_again(self, signed: SignedTransaction, what: str, *, is_alone: bool) -> None:
        """Send the bytes of an earlier run once more. Where others of its nonce wait, the node may refuse it because of them."""
        try:
            self.broadcast(signed, what)
        except RefusedError:
            if is_alone:
                raise

    def _reported(self, turn: Turn, entry: Entry, what: str, on_signed: OnSigned | None) -> Receipt:
        """An earlier transaction that was mined, instead of a new one."""
        receipt = self.find_mined(entry.tx_hash)
        if receipt is None:
            raise NodeError(f"{what}: {entry.tx_hash} was mined in block {entry.block_number}, but the node does not show it now: ask again")
        turn.mine.add(entry.tx_hash)
        if on_signed is not None:
            on_signed(entry.signed)
        self.progress(f"{what}: {entry.tx_hash} of an earlier run did this in block {entry.block_number}; nothing was sent now")
        return receipt_of(receipt, entry.tx_hash, is_earlier=True)
