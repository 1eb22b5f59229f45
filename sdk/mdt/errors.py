"""Every error the package raises on purpose inherits `MDTError` and a builtin, and says what to do."""

from __future__ import annotations

from typing import Any


class MDTError(Exception):
    """Base of all errors raised on purpose by this package."""


class ConfigError(MDTError, ValueError):
    """A preset is malformed: names the file, the key, the value and what is allowed."""


class UnitError(MDTError, ValueError):
    """A quantity written by a person could not be read."""


class Refusal(MDTError, ValueError):
    """The model refuses a call for the same reason, word for word, as the contract would."""


class ChainError(MDTError, RuntimeError):
    """A node, an account or a transaction did not do what it should."""


class NodeError(ChainError):
    """The node cannot be reached or answered with an error that says nothing about the contracts; worth another try."""


class WrongChainError(ChainError):
    """The node serves another chain than the one expected; nothing was signed."""


class EmptyAnswerError(ChainError):
    """A view answered nothing: a wrong address, or a revert on a node that gives no reasons. Never taken for zero."""


class RevertError(ChainError):
    """A contract refused a call or a transaction.

    Attributes:
        reason: The contract's own words, or None when the node did not pass them on.
    """

    def __init__(self, message: str, reason: str | None = None) -> None:
        super().__init__(message)
        self.reason = reason


class UnconfirmedError(ChainError):
    """A transaction was sent and is not mined yet; it must be looked up again before anything is sent anew.

    Attributes:
        tx_hash: Its hash, 0x-prefixed.
    """

    def __init__(self, message: str, tx_hash: str) -> None:
        super().__init__(message)
        self.tx_hash = tx_hash


class InDoubtError(UnconfirmedError):
    """An earlier transaction of the account may still be mined, so nothing else was signed.

    Attributes:
        tx_hash: Its hash.
    """


class ReplacedError(ChainError):
    """The nonce of a transaction went to another one, so that it can never be mined.

    Attributes:
        tx_hash: The hash of the one that is known: what was replaced, or what replaced it.
    """

    def __init__(self, message: str, tx_hash: str) -> None:
        super().__init__(message)
        self.tx_hash = tx_hash


class RefusedError(NodeError):
    """The node did not take a signed transaction; it was not sent."""


class PendingError(ChainError):
    """Transactions of the account wait that were sent from elsewhere; nothing was signed, because it would replace one of them."""


class BusyError(ChainError):
    """Another process sends from the same account; worth another try."""


class JournalError(ChainError):
    """The journal of signed transactions cannot be read or written; nothing is sent without it."""


class AccountError(ChainError):
    """The account that should sign is missing, empty, or declined."""


class DeploymentError(MDTError, RuntimeError):
    """The record of a deployment is missing, unfinished, or does not match the chain."""


class MerkleError(MDTError, ValueError):
    """Accounts and amounts that make no tree, or a tree file that is not what it claims to be."""


class DataError(MDTError, ValueError):
    """Input data is missing or malformed: names file, line, value and what is allowed."""


class BundleError(MDTError, ValueError):
    """An epoch's bundle cannot be written or read as it stands."""


class AttestationError(MDTError, ValueError):
    """A signature or a set of signatures that the controller would refuse: says whose and what to do."""


class EvidenceError(MDTError, ValueError):
    """Votes or a liveness report that prove nothing as they stand: names the file, the value and what is allowed."""


class StakingError(MDTError, RuntimeError):
    """Staking would refuse a call: says what the state is, and what to wait for or to do."""


class KeeperError(MDTError, RuntimeError):
    """The keeper was asked for something the chain is not ready for: names the state, and what to wait for or to do."""


class UnpublishedError(KeeperError):
    """What a quorum signed was not published whole: nobody can tell whether it is good, and only its guardian or its quorum can stop what is hidden.

    Attributes:
        document: The same for programs: the epoch, the signed audit root, and what is missing of it.
    """

    def __init__(self, message: str, document: dict[str, Any]) -> None:
        super().__init__(message)
        self.document = document


class GovernanceError(MDTError, RuntimeError):
    """An operation of the timelock that cannot be read, found, scheduled or executed as things stand: says why and what to do."""


class MarketError(MDTError, RuntimeError):
    """A pool, a schedule, a mint, a burn or a payment that would be refused as things stand: says what they are, and what to do."""
