"""Sending: every transaction is signed once, written down before it is sent, of type 0, and counts only when it is really mined.

There is one path, `Chain.send`. What can become of a transaction, and what is said of it, is in `docs/reference/transactions.md`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from eth_typing import HexStr
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from web3.types import TxParams

from mdt.chain import answers
from mdt.chain.answers import Answer
from mdt.chain.earlier import Earlier, mined_words, replaced
from mdt.chain.journal import Book, Entry, State
from mdt.chain.node import Progress, silent
from mdt.chain.receipts import Intent, OnSigned, Receipt, SignedTransaction, is_success, receipt_of
from mdt.chain.signers import Signer
from mdt.chain.turns import TakingTurns, Turn
from mdt.chain.waiting import Mined, Wait
from mdt.errors import AccountError, BusyError, ChainError, NodeError, RefusedError, ReplacedError, RevertError

__all__ = ["Chain", "Intent", "OnSigned", "Progress", "Receipt", "SignedTransaction", "silent"]


@dataclass
class Chain(TakingTurns):
    """A node to send to."""

    tries_before_sending: ClassVar[bool] = True
    """Whether a function that returns something is tried as a call first, because nodes that hide reverts would let it fail for money."""

    @property
    def patience(self) -> int:
        """How many answers in a row must say that a nonce is used and the hash unknown, before a transaction counts as replaced."""
        return self.policy.replaced_after_polls

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
            on_signed: Called with the signed transaction before it is sent, also with an earlier one that is finished.
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

    def sign_and_send(
        self, turn: Turn, signer: Signer, transaction: TxParams, what: str, on_signed: OnSigned | None = None, beside: Sequence[Entry] = ()
    ) -> Receipt:
        """Sign what was prepared, write it down, send it and wait; nothing is looked up first.

        Args:
            turn: Of the signer.
            signer: Who signs and pays.
            transaction: As `prepare` makes it.
            what: A few words for errors and progress.
            on_signed: Called with the signed transaction before it is sent.
            beside: Earlier transactions with the same nonce, which may be mined instead; one with the same intent is as good.

        Raises:
            ChainError: as `send`.
        """
        self.check()  # once more: a passphrase or a device may have been waited for, and behind one address there may be another node by now
        signed = self._signed(signer, transaction, what)
        data = bytes.fromhex(str(transaction["data"])[2:])
        intent = Intent(str(transaction["to"]) if "to" in transaction else None, data, int(transaction["value"]))
        turn.mine.add(signed.tx_hash)
        turn.book.write(signed, intent, gas=int(transaction["gas"]), gas_price=int(transaction["gasPrice"]), what=what)
        if on_signed is not None:
            on_signed(signed)
        try:
            self.broadcast(signed, what)
        except (RefusedError, RevertError):
            turn.book.settle([signed.tx_hash], State.REFUSED)
            raise
        as_good = {signed.tx_hash, *(one.tx_hash for one in beside if one.intent == intent)}
        return self._finish(turn, [*(one.signed for one in beside), signed], as_good, what, intent)

    def broadcast(self, signed: SignedTransaction, what: str) -> None:
        """Hand a signed transaction to the node. Whatever leaves open whether it was taken is left to the wait that follows.

        Raises:
            RefusedError: it was certainly not taken.
            RevertError: the contract refused, and it was not mined either.
        """
        self.progress(f"{what}: sending {signed.tx_hash}")
        try:
            self.hand_over(signed)
        except ChainError as error:
            answer = self.meaning(error)
            if (isinstance(error, RevertError) or answer is Answer.REFUSED) and not self._may_be_known(signed.tx_hash):
                if isinstance(error, RevertError):
                    raise
                raise RefusedError(f"{what}: the node did not take {signed.tx_hash}, so nothing was sent: {error}") from error
            if answer is Answer.UNSURE:
                self.progress(f"{what}: no clear answer to {signed.tx_hash}, it is looked up ({error})")

    def hand_over(self, signed: SignedTransaction) -> None:
        """Give the node the signed bytes, and nothing else; the same bytes twice are one transaction."""
        with self.asking(f"sending {signed.tx_hash}"):
            self.w3.eth.send_raw_transaction(HexStr(signed.raw))

    def meaning(self, error: ChainError) -> Answer:
        """What an error in answer to a signed transaction means for it."""
        return answers.read(error)

    def wait(self, candidates: Sequence[SignedTransaction], what: str) -> Mined | None:
        """Poll until one of some transactions with one nonce is mined; None when the nonce went to another one.

        Raises:
            UnconfirmedError: not within the policy's time-out.
        """
        return Wait(self, candidates, what).run()

    def resume(self, signed: SignedTransaction, what: str) -> Receipt | None:
        """Finish a transaction that was signed by an earlier run: look it up, send the same bytes again if nobody knows it.

        Returns:
            The receipt, or None when its nonce went to another transaction, so that it can never be mined.
        """
        with self.turn(signed.sender) as turn:
            self.check()
            turn.mine.add(signed.tx_hash)
            if self.find_mined(signed.tx_hash) is None and self.nonce(signed.sender) <= signed.nonce:
                self.broadcast(signed, what)
            beside = [one.signed for one in Earlier(self, turn.book).open() if one.nonce == signed.nonce and one.tx_hash != signed.tx_hash]
            try:
                return self._finish(turn, [*beside, signed], {signed.tx_hash}, what)
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
            earlier = Earlier(self, turn.book)
            told = [one.tx_hash for one in earlier.untold()]
            earlier.look()
            for one in earlier.open():
                self.progress(f"an earlier transaction of this account, {one.what}: {one.tx_hash}, is not mined yet")
            for one in earlier.untold():
                if one.tx_hash in told and one.tx_hash not in turn.mine:
                    self.progress(mined_words(one))

    def first_underway(self, sender: str, intents: Sequence[Intent]) -> int:
        """The place in a plan of the first intent that an earlier run has sent without telling anybody what came of it; 0 if there is none.

        What stands before it in the plan was done by that run: an approval comes before what it is for.
        """
        if not self.book(sender).is_busy:
            return 0
        with self.turn(sender) as turn:
            earlier = Earlier(self, turn.book)
            known = [one.intent for one in (*earlier.open(), *earlier.untold()) if one.tx_hash not in turn.mine]
            return next((place for place, intent in enumerate(intents) if intent in known), 0)

    def _earlier(self, turn: Turn, intent: Intent, what: str, on_signed: OnSigned | None) -> Receipt | None:
        """What an earlier run has done of the same, reported or finished; None where there is nothing.

        Raises:
            InDoubtError: it did something else, and that may still be mined.
        """
        earlier = Earlier(self, turn.book)
        earlier.look()
        for one in earlier.untold():
            if one.intent == intent and one.tx_hash not in turn.mine:
                return self._reported(turn, one, what)
        opened = earlier.require_nothing_else(intent, what)
        if not opened:
            return None
        same = [one for one in opened if one.intent == intent]
        newest = same[-1].signed
        self.progress(f"{what}: {newest.tx_hash} was signed by an earlier run and is not mined yet: it is finished, and nothing else is signed")
        if on_signed is not None:
            on_signed(newest)
        try:
            self.broadcast(newest, what)
        except RefusedError:
            if len(opened) == 1:
                raise  # where another one of its nonce waits, it is that one for which the node refuses this one
        as_good = {one.tx_hash for one in same}
        done = self._finish(turn, [*(one.signed for one in opened if one.signed != newest), newest], as_good, what, intent)
        return replace(done, is_earlier=True)

    def _reported(self, turn: Turn, entry: Entry, what: str) -> Receipt:
        """An earlier transaction that was mined, instead of a new one."""
        receipt = self.find_mined(entry.tx_hash)
        if receipt is None:
            raise NodeError(f"{what}: {entry.tx_hash} was mined in block {entry.block_number}, but the node does not show it now: ask again")
        turn.mine.add(entry.tx_hash)
        self.progress(f"{what}: {entry.tx_hash} of an earlier run did this in block {entry.block_number}; nothing was sent now")
        return receipt_of(receipt, entry.tx_hash, is_earlier=True)

    # --- how it ends ---

    def _finish(self, turn: Turn, candidates: Sequence[SignedTransaction], wanted: Collection[str], what: str, intent: Intent | None = None) -> Receipt:
        """Wait, write down what came of it, and say it.

        Args:
            turn: Of the sender.
            candidates: All of one nonce.
            wanted: Hashes of those among them that do what is wanted.
            what: A few words for errors and progress.
            intent: What is wanted, to find out why it reverted.
        """
        found = self.wait(candidates, what)
        newest = candidates[-1]
        if found is None:
            turn.book.settle([one.tx_hash for one in candidates], State.REPLACED)
            raise ReplacedError(f"{what}: it was not done, because {replaced(newest)}", newest.tx_hash)
        mined, receipt = found
        self.note_mined(turn.book, candidates, mined, receipt, is_told=not self._keeps)
        number = int(receipt["blockNumber"])
        if mined.tx_hash not in wanted:
            raise ReplacedError(f"{what}: it was not done, because its nonce {mined.nonce} went to {mined.tx_hash} in block {number}", mined.tx_hash)
        if not is_success(receipt):
            raise self._with_reason(f"{what}: {mined.tx_hash} was mined in block {number} and reverted", mined.sender, intent, what)
        return receipt_of(receipt, mined.tx_hash)

    @staticmethod
    def note_mined(book: Book, candidates: Sequence[SignedTransaction], mined: SignedTransaction, receipt: Mapping[str, Any], *, is_told: bool) -> None:
        """Write down that one of some transactions with one nonce was mined, so that the others never will be."""
        book.settle([one.tx_hash for one in candidates if one != mined], State.REPLACED)
        if is_success(receipt):
            book.settle([mined.tx_hash], State.MINED, int(receipt["blockNumber"]), is_told=is_told)
        else:
            book.settle([mined.tx_hash], State.REVERTED, int(receipt["blockNumber"]))

    def _with_reason(self, words: str, sender: str, intent: Intent | None, what: str) -> RevertError:
        """Ask the node why, by repeating the transaction as a call."""
        if intent is not None and intent.to is not None:
            try:
                self.raw_call(intent.to, intent.data, what, sender, may_be_empty=True)
            except RevertError as replay:
                return RevertError(f"{words}: {replay.reason or 'no reason given'}", replay.reason)
            except ChainError:
                pass
        return RevertError(f"{words}; the node gives no reason: compare the contract's state with what the call needs, or replay it on a local copy")

    def _signed(self, signer: Signer, transaction: TxParams, what: str) -> SignedTransaction:
        raw = signer.sign(transaction)
        if raw[0] < 0xC0:
            raise AccountError(f"{what}: the account {signer.address} signed a typed transaction; only type 0 is accepted everywhere: use another account")
        return SignedTransaction("0x" + keccak(raw).hex(), "0x" + raw.hex(), signer.address, int(transaction["nonce"]))

    def _may_be_known(self, tx_hash: str) -> bool:
        """Whether the node may have a transaction, after it said that it does not take it."""
        try:
            return self.knows(tx_hash)
        except NodeError:
            return True
