"""Signing what was prepared, writing it down, handing it to the node, and saying how it ended."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from eth_typing import HexStr
from eth_utils.crypto import keccak
from web3.types import TxParams

from mdt.chain import answers
from mdt.chain.answers import Answer
from mdt.chain.journal import Book, Entry, State
from mdt.chain.receipts import Intent, OnSigned, Receipt, SignedTransaction, is_success, receipt_of, replaced_words
from mdt.chain.signers import Signer
from mdt.chain.turns import TakingTurns, Turn
from mdt.chain.waiting import Mined, Wait
from mdt.errors import AccountError, ChainError, JournalError, NodeError, RefusedError, ReplacedError, RevertError
from mdt.escapes import reason_in_words


@dataclass
class Sending(TakingTurns):
    """A node to which signed transactions are handed. Nothing is looked up first: that is `Chain.send`."""

    tries_before_sending: ClassVar[bool] = True
    """Whether a function that returns something is tried as a call first, because nodes that hide reverts would let it fail for money."""

    @property
    def patience(self) -> int:
        """How many answers in a row must say that a nonce is used and the hash unknown, before a transaction counts as replaced."""
        return self.policy.replaced_after_polls

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
        return self.finish(turn, [*(one.signed for one in beside), signed], as_good, what, intent)

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

    def finish(self, turn: Turn, candidates: Sequence[SignedTransaction], wanted: Collection[str], what: str, intent: Intent | None = None) -> Receipt:
        """Wait, write down what came of it, and say it.

        Args:
            turn: Of the sender.
            candidates: All of one nonce.
            wanted: Hashes of those among them that do what is wanted.
            what: A few words for errors and progress.
            intent: What is wanted, to find out why it reverted.
        """
        newest = candidates[-1]
        try:
            found = self.wait(candidates, what)
        except KeyboardInterrupt:
            self.progress(f"{what}: {newest.tx_hash} is not waited for any more, but may still be mined: run the same command again, it is looked up first")
            raise
        if found is None:
            turn.book.settle([one.tx_hash for one in candidates], State.REPLACED)
            raise ReplacedError(f"{what}: it was not done, because {replaced_words(newest)}", newest.tx_hash)
        mined, receipt = found
        number = int(receipt["blockNumber"])
        try:
            self.note_mined(turn.book, candidates, mined, receipt, is_told=not self._keeps)
            turn.mine.add(mined.tx_hash)
        except JournalError as error:
            raise JournalError(f"{what}: {mined.tx_hash} was mined in block {number}, which cannot be written down: {error}") from error
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
                return RevertError(f"{words}: {reason_in_words(replay.reason) if replay.reason else 'no reason given'}", replay.reason)
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
