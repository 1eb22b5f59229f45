"""The timelock: `ape run governance schedule|execute|cancel|pending|show|note|call|read|accept|roles`."""

from __future__ import annotations

from pathlib import Path

import click

from mdt.cli import shared
from mdt.cli.perform import perform, plain
from mdt.cli.scheduling import document_of, id_of, lines_of, schedule, scheduling_options, told

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def cli() -> None:
    """Schedule what the timelock does, look at it, execute it, stop it.

    Arguments are written as the ABI's types and names ask: '10 MDT', '40%', '2 days', '2026-12-01 12:00', '4_000', a contract's name or an address, lists
    and structs as YAML or JSON. CONTRACT is a name of the suite; Treasury@0x... is another contract with the functions of Treasury.
    """


@shared.command(cli, "schedule")
@click.argument("contract", required=False)
@click.argument("function", required=False)
@click.argument("arguments", nargs=-1)
@click.option("--file", "file", type=FILE, help="YAML list of {contract, function, arguments} or {target, payload}, executed together.")
@scheduling_options
def schedule_(session, contract, function, arguments, file, scheduling, account, dry_run) -> None:
    """Announce a call of FUNCTION of CONTRACT, or the calls of a file. For proposers."""
    from mdt.errors import GovernanceError
    from mdt.governance.calls import call_of, read_calls
    from mdt.governance.operations import operation_of
    from mdt.suite.book import Book

    if (file is None) is (function is None) or (file and contract):
        raise GovernanceError("name a contract, a function and its arguments, or a file of calls with --file")
    book = Book(session.suite)
    calls = read_calls(file, book, session.address) if file else [call_of(book, contract, function, arguments, session.address)]
    operation = operation_of(calls, scheduling.predecessor_bytes(session), scheduling.salt_bytes())
    schedule(session, session.signer(account), operation, dry_run, scheduling.seconds())


@shared.command(cli, "execute")
@click.argument("id_", metavar="ID")
@shared.signing_options
def execute(session, id_, account, dry_run) -> None:
    """Make the calls of operation ID once it is ready. Anyone may, unless executors were named."""
    from mdt.governance.guard import check_numbers
    from mdt.governance.store import Store
    from mdt.governance.timelock import Timelock
    from mdt.governance.trial import warnings

    signer, operation = session.signer(account), Store.of(session.folder).find(id_).operation
    transaction = Timelock(session.suite).execute(operation, signer.address)
    check_numbers(session.suite, operation)
    for line in warnings(session.suite, operation):
        click.echo(f"warning: {line}", err=True)
    if not session.as_json:
        click.echo("\n".join(lines_of(session.suite, operation)))
    perform(session, signer, [transaction], dry_run, told=told)


@shared.command(cli, "cancel")
@click.argument("id_", metavar="ID")
@shared.signing_options
def cancel(session, id_, account, dry_run) -> None:
    """Take operation ID back before it is executed. For the guardian and proposers. A whole ID need not be known here."""
    from mdt.governance.timelock import Timelock

    signer = session.signer(account)
    perform(session, signer, [Timelock(session.suite).cancel(id_of(session, id_), signer.address)], dry_run, told=told)


@shared.command(cli, "pending")
@click.option("--all", "everything", is_flag=True, help="Those that are done or cancelled as well.")
def pending(session, everything) -> None:
    """What waits or is ready, of the operations kept here; `note` adds those that others have scheduled."""
    from mdt.errors import MDTError
    from mdt.governance.store import Store
    from mdt.governance.timelock import READY, WAITING, Timelock

    suite, store = session.suite, Store.of(session.folder)
    timelock, rows, unreadable = Timelock(suite), [], []
    for name in store.ids():
        try:
            operation = store.load(name).operation
        except MDTError as error:
            unreadable.append(str(error))
            click.echo(f"warning: {error}", err=True)
            continue
        standing = timelock.standing(operation.id)
        if everything or standing.state in (WAITING, READY):
            rows.append((operation, standing))
    rows.sort(key=lambda row: row[1].ready_at or 0)

    def tell() -> None:
        for operation, standing in rows:
            click.echo("\n".join([f"0x{operation.id.hex()}  {timelock.words(standing)}", *lines_of(suite, operation)]))
        if not rows:
            click.echo(f"no operation kept in {store.path} is pending")

    document = {"operations": [document_of(suite, operation, standing) for operation, standing in rows], "unreadable": unreadable}
    shared.emit(session.as_json, document, tell)


@shared.command(cli, "show")
@click.argument("id_", metavar="ID")
def show(session, id_) -> None:
    """Operation ID: its calls in words and raw, where it stands, and what its calls would do now."""
    from mdt.governance.store import Store
    from mdt.governance.timelock import DONE, Timelock
    from mdt.governance.trial import warnings
    from mdt.model.timelock import NONE

    suite, kept = session.suite, Store.of(session.folder).find(id_)
    operation, timelock = kept.operation, Timelock(suite)
    standing = timelock.standing(operation.id)
    said = [] if standing.state == DONE else warnings(suite, operation)

    def tell() -> None:
        rows = [("state", timelock.words(standing)), ("salt", _hash(operation.salt)), ("after", _hash(operation.predecessor))]
        rows += [("scheduled by", f"{kept.tx_hash} in block {kept.block_number}")] if kept.tx_hash else []
        shared.table(f"Operation 0x{operation.id.hex()}", ("", ""), rows)
        click.echo("\n".join(lines_of(suite, operation)))
        for call in operation.calls:
            click.echo(f"  to {call.target}: 0x{call.payload.hex()}")
        for line in said:
            click.echo(f"warning: {line}", err=True)

    def _hash(value: bytes) -> str:
        return "none" if value == NONE else f"0x{value.hex()}"

    document = {**document_of(suite, operation, standing), "scheduled": {"tx": kept.tx_hash, "block": kept.block_number}, "warnings": said}
    shared.emit(session.as_json, document, tell)


@shared.command(cli, "note")
@click.argument("transaction", metavar="TX")
def note(session, transaction) -> None:
    """Import the operations that transaction TX has scheduled, from the events in its receipt."""
    from mdt.errors import GovernanceError
    from mdt.governance.operations import scheduled_in
    from mdt.governance.store import Kept, Store
    from mdt.governance.timelock import Timelock

    suite, store = session.suite, Store.of(session.folder)
    receipt = session.chain.receipt(transaction, "note")
    if receipt is None:
        raise GovernanceError(f"{transaction} is not mined on {session.network}: check the hash, or wait")
    timelock = Timelock(suite)
    operations = scheduled_in(timelock.contract.events(receipt))
    if not operations:
        raise GovernanceError(f"{transaction} has scheduled nothing with the timelock {timelock.contract.address}")
    paths = [store.save(Kept(one, receipt.tx_hash, receipt.block_number)) for one in operations]
    standings = [timelock.standing(one.id) for one in operations]

    def tell() -> None:
        for operation, standing, path in zip(operations, standings, paths, strict=True):
            click.echo("\n".join([f"0x{operation.id.hex()}  {timelock.words(standing)}", *lines_of(suite, operation), f"  kept in {path}"]))

    document = {"operations": [document_of(suite, one, standing) for one, standing in zip(operations, standings, strict=True)]}
    shared.emit(session.as_json, document, tell)


@shared.command(cli, "call")
@click.argument("contract")
@click.argument("function")
@click.argument("arguments", nargs=-1)
@shared.signing_options
def call(session, contract, function, arguments, account, dry_run) -> None:
    """Call FUNCTION of CONTRACT with the account itself, without the timelock: what the guardian may at once, and what anybody may."""
    from mdt.governance.calls import transaction_of
    from mdt.suite.book import Book

    book = Book(session.suite)
    perform(session, session.signer(account), [transaction_of(book, contract, function, arguments, session.address)], dry_run, told=told)


@shared.command(cli, "read")
@click.argument("contract")
@click.argument("function")
@click.argument("arguments", nargs=-1)
def read(session, contract, function, arguments) -> None:
    """Ask CONTRACT: the answer of the view FUNCTION, with units where names tell them."""
    from mdt.governance.calls import entry_of
    from mdt.suite.book import Book
    from mdt.suite.readable import show_values

    book = Book(session.suite)
    asked, entry, values = entry_of(book, contract, function, arguments, session.address)
    answer = asked.call(function, *values)
    outputs = entry["outputs"]
    parts = [] if not outputs else [answer] if len(outputs) == 1 else list(answer)
    shown = show_values(function, outputs, parts, book)
    shared.emit(session.as_json, {"contract": asked.name, "function": function, "answer": plain(answer)}, lambda: click.echo("\n".join(shown)))


@shared.command(cli, "accept")
@click.argument("contracts", nargs=-1, required=True)
@shared.signing_options
def accept(session, contracts, account, dry_run) -> None:
    """Have the timelock accept the ownership of CONTRACTS that is offered to it. Anyone may, without waiting."""
    from mdt.suite.book import Book
    from mdt.suite.calls import Call as Transaction

    book = Book(session.suite)
    targets = [book.contract(one).address for one in contracts]
    words = f"let the timelock accept {', '.join(contracts)}"
    perform(session, session.signer(account), [Transaction(session.suite["Timelock"], "accept_ownership", (targets,), words)], dry_run, told=told)


@shared.command(cli, "roles")
@click.option("--all", "everything", is_flag=True, help="Getters that name a contract for good as well.")
def roles(session, everything) -> None:
    """Who may do what, as the chain has it; mappings are asked for every account the deployment knows."""
    from mdt.deploy.roles import MAY, describe, held_by, read
    from mdt.suite.book import names_of

    suite = session.suite
    names = names_of(suite)
    rows = [one for one in read(suite) if everything or not one.role.isupper() or one.contract == "Timelock"]
    document = [{"contract": one.contract, "role": one.role, "holders": list(one.holders), "words": describe(one, names)} for one in rows]

    def tell() -> None:
        shown = [(one.contract, one.role, held_by(one, names), one.limits or MAY.get((one.contract, one.role), "")) for one in rows]
        shared.table("Roles", ("contract", "role", "who", "for"), shown)

    shared.emit(session.as_json, {"roles": document}, tell)
