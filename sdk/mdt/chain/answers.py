"""What a node says when it is handed a signed transaction, and what that means. `docs/reference/transactions.md` has the table."""

from __future__ import annotations

from enum import Enum

from web3.exceptions import Web3RPCError

from mdt.errors import ChainError


class Answer(Enum):
    """What an error in answer to a signed transaction means for it."""

    KNOWN = "the node has it already"
    USED = "its nonce is used: by itself, or by another transaction"
    REFUSED = "the node did not take it"
    UNSURE = "the node may have taken it"


_KNOWN = ("already known", "already in", "known transaction", "already exists", "alreadyknown", "already imported", "already have", "already pending")
_USED = ("nonce too low", "nonce is too low", "noncetoolow", "invalid nonce", "nonce has already been used", "oldnonce", "old nonce")
_REFUSED = (
    "underpriced",  # also of a replacement: another transaction with this nonce waits at a price that is not much lower
    "gas price too low",
    "fee too low",
    "insufficient funds",
    "insufficient balance",
    "intrinsic gas",
    "gas limit",
    "too many pending",
    "pool is full",
    "txpool is full",
    "pool overflow",
    "too large",
    "oversized",
    "invalid sender",
    "invalid signature",
    "invalid chain id",
    "not supported",
    "nonce too high",
    "initcode",
)


def read(error: ChainError) -> Answer:
    """What an error means, by its words. Words that are not known leave it open, and so does everything but a node's own answer.

    What stands between us and the node, such as a gateway, may lose an answer after the node has taken the transaction.
    """
    if not isinstance(error.__cause__, Web3RPCError):
        return Answer.UNSURE
    lowered = str(error.__cause__).lower()
    for answer, words in ((Answer.KNOWN, _KNOWN), (Answer.USED, _USED), (Answer.REFUSED, _REFUSED)):
        if any(one in lowered for one in words):
            return answer
    return Answer.UNSURE
