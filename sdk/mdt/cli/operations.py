"""Operations of the timelock in commands: scheduling them, and how they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mdt.cli.output import emit, plain, receipt_document, say, warn
from mdt.cli.perform import begun, require_no_variant, would
from mdt.cli.scheduling import Scheduling, is_hash
from mdt.errors import RevertError
from mdt.governance.operations import Operation, hex_id
from mdt.governance.store import Kept, Store
from mdt.governance.timelock import Standing, Timelock
from mdt.governance.trial import warnings
from mdt.model.timelock import NONE
from mdt.suite.directory import Directory
from mdt.suite.readable import read_call

if TYPE_CHECKING:
    from mdt.chain.signers import Signer
    from mdt.cli.session import Session
    from mdt.suite.opened import Suite


def id_of(session: Session, text: str) -> bytes:
    """A whole id, or the beginning of one that is kept here.

    Raises:
        GovernanceError: neither.
    """
    return bytes.fromhex(text[2:]) if is_hash(text) else Store.of(session.folder).find(text).operation.id


def predecessor_of(session: Session, scheduling: Scheduling) -> bytes:
    """The id of the operation that has to be done before; NONE where none is named."""
    return NONE if scheduling.predecessor is None else id_of(session, scheduling.predecessor)


def schedule(session: Session, signer: Signer, operation: Operation, dry_run: bool, delay: int | None) -> None:
    """Warn, write the operation down, schedule it, and say what it is and when it can be executed."""
    suite, store = session.suite, Store.of(session.folder)
    timelock = Timelock(suite)
    transaction = timelock.schedule(operation, delay, signer.address)
    said = warnings(suite, operation)
    warn(said)
    if dry_run:
        document = {"dry_run": True, "warnings": said, "operation": document_of(suite, operation, timelock.standing(operation.id))}
        (earlier,) = begun(session, signer, [transaction])
        emit(session.as_json, document, lambda: say(would(transaction, earlier), *lines_of(suite, operation)))
        return
    require_no_variant(session, signer, [transaction])
    is_new = hex_id(operation.id) not in store.ids()
    path = store.save(Kept(operation))
    try:
        receipt = transaction.send(signer)
    except RevertError:
        if is_new:
            path.unlink(missing_ok=True)
        raise
    # said before anything else can fail, on standard error where the document on standard output may never be reached
    say(f"{transaction.words}: {receipt.tx_hash} in block {receipt.block_number:,}", err=session.as_json)
    store.save(Kept(operation, receipt.tx_hash, receipt.block_number))
    standing = timelock.standing(operation.id)
    document = {"dry_run": False, "warnings": said, "operation": document_of(suite, operation, standing), "file": str(path), **receipt_document(receipt)}
    ending = f"{timelock.words(standing)}; then `mdt governance execute {hex_id(operation.id)[:10]}`. Kept in {path}"
    emit(session.as_json, document, lambda: say(*lines_of(suite, operation), ending))


def lines_of(suite: Suite, operation: Operation) -> list[str]:
    """An operation's calls, a line each."""
    directory = Directory(suite)
    return [f"  {number}. {read_call(one, directory).words}" for number, one in enumerate(operation.calls, 1)]


def document_of(suite: Suite, operation: Operation, standing: Standing) -> dict[str, Any]:
    """An operation for JSON."""
    directory = Directory(suite)
    calls = []
    for one in operation.calls:
        read = read_call(one, directory)
        named = {"contract": read.contract, "function": read.function, "arguments": plain(read.arguments), "words": read.words}
        calls.append({"target": one.target, "payload": hex_id(one.data), **named})
    return {
        "id": hex_id(operation.id),
        "state": standing.state,
        "ready_at": standing.ready_at,
        "executable_until": standing.until,
        "predecessor": hex_id(operation.predecessor),
        "salt": hex_id(operation.salt),
        "calls": calls,
    }
