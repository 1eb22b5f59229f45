"""What commands of governance share: options, scheduling or sending an owner's calls, and showing operations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mdt.cli.perform import perform, plain

if TYPE_CHECKING:
    from mdt.chain.abi import Event
    from mdt.chain.contract import Contract
    from mdt.chain.signers import Signer
    from mdt.chain.transactions import Receipt
    from mdt.cli.perform import Told
    from mdt.cli.shared import Session
    from mdt.governance.operations import Operation
    from mdt.governance.timelock import Standing
    from mdt.suite.calls import Call as Transaction
    from mdt.suite.opened import Suite

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Scheduling:
    """How an operation is scheduled, as options say it."""

    salt: str | None = None
    delay: str | None = None
    predecessor: str | None = None

    def salt_bytes(self) -> bytes:
        """32 bytes: as given in hex, or the hash of a word."""
        from eth_utils.crypto import keccak

        from mdt.model.timelock import NONE

        if self.salt is None:
            return NONE
        return bytes.fromhex(self.salt[2:]) if _is_hash(self.salt) else keccak(text=self.salt)

    def seconds(self) -> int | None:
        """The delay, or None for the least."""
        from mdt.units import parse_seconds

        return None if self.delay is None else parse_seconds(self.delay)

    def predecessor_bytes(self, session: Session) -> bytes:
        """An operation's id, or a beginning of one that is kept here."""
        from mdt.model.timelock import NONE

        if self.predecessor is None:
            return NONE
        return id_of(session, self.predecessor)


def scheduling_options(function: F) -> F:
    """`--salt`, `--delay` and `--predecessor`, passed as one `scheduling`; with `--account` and `--dry-run`."""
    from mdt.cli.shared import signing_options

    @wraps(function)
    def run(*arguments: Any, salt: str | None, delay: str | None, predecessor: str | None, **options: Any) -> Any:
        return function(*arguments, scheduling=Scheduling(salt, delay, predecessor), **options)

    options = [
        click.option("--salt", help="A word, or 0x and 64 hex digits: tells operations with the same calls apart."),
        click.option("--delay", help="How long it waits, such as '3 days'. [default: the timelock's least]"),
        click.option("--predecessor", metavar="ID", help="An operation that has to be done before."),
    ]
    wrapped: Any = run
    for option in reversed(options):
        wrapped = option(wrapped)
    return signing_options(wrapped)  # type: ignore[no-any-return]


def id_of(session: Session, text: str) -> bytes:
    """A whole id, or the beginning of one that is kept here.

    Raises:
        GovernanceError: neither.
    """
    from mdt.governance.store import Store

    return bytes.fromhex(text[2:]) if _is_hash(text) else Store.of(session.folder).find(text).operation.id


def govern(session: Session, signer: Signer, calls: Sequence[Transaction], dry_run: bool, scheduling: Scheduling, *, telling: Told | None = None) -> None:
    """What only the owner may do: scheduled where the timelock is the owner, sent at once where the signer is, and told of as `telling` does.

    Raises:
        GovernanceError: options for scheduling where nothing is scheduled.
    """
    from mdt.errors import GovernanceError
    from mdt.governance.owner import as_operation, is_through_timelock

    if is_through_timelock(session.suite, calls[-1].contract, signer.address):
        operation = as_operation(calls, scheduling.predecessor_bytes(session), scheduling.salt_bytes())
        schedule(session, signer, operation, dry_run, scheduling.seconds())
        return
    if scheduling != Scheduling():
        raise GovernanceError(f"{signer.address} is the owner itself, so nothing is scheduled: leave out --salt, --delay and --predecessor")
    perform(session, signer, calls, dry_run, told=telling or told)


def earliest(session: Session, signer: Signer, contract: Contract, scheduling: Scheduling) -> tuple[str, int]:
    """By whom and when at the earliest an owner's call of a contract can be made: the timelock after its delay, or the signer now."""
    from mdt.governance.owner import is_through_timelock
    from mdt.governance.timelock import Timelock

    timelock = Timelock(session.suite)
    if not is_through_timelock(session.suite, contract, signer.address):
        return signer.address, timelock.now()
    delay = scheduling.seconds()
    return str(timelock.contract.address), timelock.now() + (timelock.delay() if delay is None else delay)


def schedule(session: Session, signer: Signer, operation: Operation, dry_run: bool, delay: int | None) -> None:
    """Warn, write the operation down, schedule it, and say what it is and when it can be executed."""
    from mdt.cli.shared import emit, receipt_document
    from mdt.errors import RevertError
    from mdt.governance.operations import hex_id
    from mdt.governance.store import Kept, Store
    from mdt.governance.timelock import Timelock
    from mdt.governance.trial import warnings

    suite, store = session.suite, Store.of(session.folder)
    timelock = Timelock(suite)
    transaction = timelock.schedule(operation, delay, signer.address)
    said = warnings(suite, operation)
    for line in said:
        click.echo(f"warning: {line}", err=True)
    if dry_run:
        document = {"dry_run": True, "warnings": said, "operation": document_of(suite, operation, timelock.standing(operation.id))}
        emit(session.as_json, document, lambda: _tell([f"would {transaction.words}", *lines_of(suite, operation)]))
        return
    is_new = hex_id(operation.id) not in store.ids()
    path = store.save(Kept(operation))
    try:
        receipt = transaction.send(signer)
    except RevertError:
        if is_new:
            path.unlink(missing_ok=True)
        raise
    store.save(Kept(operation, receipt.tx_hash, receipt.block_number))
    standing = timelock.standing(operation.id)
    document = {"dry_run": False, "warnings": said, "operation": document_of(suite, operation, standing), "file": str(path), **receipt_document(receipt)}
    ending = f"{timelock.words(standing)}; then `ape run governance execute {hex_id(operation.id)[:10]}`. Kept in {path}"
    emit(session.as_json, document, lambda: _tell([f"{transaction.words}: {receipt.tx_hash}", *lines_of(suite, operation), ending]))


def lines_of(suite: Suite, operation: Operation) -> list[str]:
    """An operation's calls, a line each."""
    from mdt.suite.book import Book
    from mdt.suite.readable import read_call

    book = Book(suite)
    return [f"  {number}. {read_call(one, book).words}" for number, one in enumerate(operation.calls, 1)]


def document_of(suite: Suite, operation: Operation, standing: Standing) -> dict[str, Any]:
    """An operation for JSON."""
    from mdt.governance.operations import hex_id
    from mdt.suite.book import Book
    from mdt.suite.readable import read_call

    book = Book(suite)
    calls = []
    for one in operation.calls:
        read = read_call(one, book)
        named = {"contract": read.contract, "function": read.function, "arguments": plain(read.arguments), "words": read.words}
        calls.append({"target": one.target, "payload": hex_id(one.payload), **named})
    return {
        "id": hex_id(operation.id),
        "state": standing.state,
        "ready_at": standing.ready_at,
        "predecessor": hex_id(operation.predecessor),
        "salt": hex_id(operation.salt),
        "calls": calls,
    }


def told(suite: Suite, receipt: Receipt) -> tuple[list[Event], list[str]]:
    """The events of all contracts of the suite in a receipt, in order, and each in words."""
    from mdt.suite.book import Book
    from mdt.suite.readable import describe_event

    book = Book(suite)
    found = book.events(receipt)
    return [event for _, event in found], [describe_event(event, contract, book) for contract, event in found]


def _tell(lines: Sequence[str]) -> None:
    click.echo("\n".join(lines))


def _is_hash(text: str) -> bool:
    return len(text) == 66 and text.startswith("0x") and not set(text[2:].lower()) - set("0123456789abcdef")
