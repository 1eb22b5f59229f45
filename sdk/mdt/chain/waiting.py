"""Waiting until a transaction is mined: through errors of the node, lags and reorganisations, until the time-out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mdt.chain.receipts import SignedTransaction
from mdt.errors import ChainError, NodeError, UnconfirmedError, WrongChainError

if TYPE_CHECKING:
    from mdt.chain.sending import Sending

Mined = tuple[SignedTransaction, dict[str, Any]]
"""Which of the transactions of a nonce was mined, and the node's receipt."""
FIRST_PAUSE = 0.05  # seconds; doubles up to the policy's


@dataclass
class Wait:
    """One wait, for whichever of some transactions with one nonce is mined.

    A transaction counts as replaced only when its nonce is used and its hash unknown in so many answers in a row (`Policy.replaced_after_polls`):
    a node's receipts can lag behind its nonces. While the node answers so, the time-out does not count.

    Attributes:
        candidates: All of one account and one nonce, such as a transaction and what replaces it.
        words: What the node said last, if it was an error.
        unknown: In how many answers in a row the nonce was used, and no candidate known.
        seen_in: The block of a receipt that has not enough blocks on top, or None.
    """

    chain: Sending
    candidates: Sequence[SignedTransaction]
    what: str
    words: str = ""
    unknown: int = 0
    seen_in: int | None = None
    _sent_at: float = field(default_factory=time.monotonic)

    def run(self) -> Mined | None:
        """Poll until one is mined; None when the nonce went to a transaction that is none of them.

        Raises:
            UnconfirmedError: not within the policy's time-out; they may still be mined.
        """
        policy = self.chain.policy
        deadline, pause, is_shown = time.monotonic() + policy.timeout_seconds, FIRST_PAUSE, False
        while True:
            mined = self._look()
            if mined is not None:
                return mined
            if self.unknown > self.chain.patience:
                return None
            if time.monotonic() >= deadline and (self.words or not self.unknown):
                raise UnconfirmedError(self._unconfirmed(), self._newest.tx_hash)
            if not is_shown:
                self.chain.progress(f"{self.what}: waiting for {self._newest.tx_hash}")
                is_shown = True
            time.sleep(min(pause, policy.poll_seconds))
            pause *= 2

    # --- internal ---

    @property
    def _newest(self) -> SignedTransaction:
        return self.candidates[-1]

    def _look(self) -> Mined | None:
        """One round of questions. What the node fails to answer is asked again in the next."""
        try:
            found = self._find()
            if found is None and self.seen_in is None:
                self._ask_for_the_nonce()
            self.words = ""
        except NodeError as error:
            self.words, found = str(error), None
        return found

    def _find(self) -> Mined | None:
        """The one that is mined, once enough blocks are on top of it."""
        for one in self.candidates:
            receipt = self.chain.find_mined(one.tx_hash)
            if receipt is None:
                continue
            number, confirmations = int(receipt["blockNumber"]), self.chain.policy.confirmations
            if number != self.seen_in:
                self._say_that_it_moved()
            if not confirmations or self.chain.head() - number >= confirmations:
                return one, receipt
            self.seen_in = number
            return None
        self._say_that_it_moved()
        return None

    def _say_that_it_moved(self) -> None:
        if self.seen_in is not None:
            self.chain.progress(f"{self.what}: {self._newest.tx_hash} is no longer in block {self.seen_in}, the chain was reorganised: waiting again")
            self.seen_in = None

    def _ask_for_the_nonce(self) -> None:
        """Whether it can still be mined; if so, hand the same bytes over again from time to time, because nodes drop what they have."""
        newest = self._newest
        if self.chain.nonce(newest.sender) > newest.nonce:
            self._count_whether_it_is_unknown()
            return
        self.unknown = 0
        if time.monotonic() - self._sent_at >= self.chain.policy.resend_seconds:
            self._sent_at = time.monotonic()
            try:
                self.chain.hand_over(newest)
            except ChainError as error:
                self.words = str(error)

    def _count_whether_it_is_unknown(self) -> None:
        """Count an answer that the nonce is used and no candidate known; an answer of another chain says nothing."""
        try:
            self.chain.check()
        except WrongChainError as error:
            self.unknown = 0
            raise NodeError(str(error).replace("; nothing was signed", "")) from error
        self.unknown = 0 if any(self.chain.knows(one.tx_hash) for one in self.candidates) else self.unknown + 1

    def _unconfirmed(self) -> str:
        newest, seconds = self._newest.tx_hash, f"{self.chain.policy.timeout_seconds:g} s"
        if self.seen_in is not None:
            state = f"is in block {self.seen_in}, but has not {self.chain.policy.confirmations} blocks on top of it after {seconds}"
        elif self.unknown:
            state = f"is not mined after {seconds}, but may still be: its nonce {self._newest.nonce} is used, by itself if the node lags, else by another one"
        else:
            state = f"is not mined after {seconds}, but may still be"
        said = f" (the node's last words: {self.words})" if self.words else ""
        ways = "" if self.seen_in is not None else ", `mdt tx replace` to pay more, `mdt tx cancel` to give up on it"
        return f"{self.what}: {newest} {state}{said}; run the same command again, it is looked up before anything is sent; or `mdt tx show {newest}`{ways}"
