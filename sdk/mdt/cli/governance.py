"""The timelock: `mdt governance schedule|execute|cancel|pending|show|note|call|read|accept|roles`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mdt.cli.accounts import account_option
from mdt.cli.acts import Actor, Deed, acts
from mdt.cli.command import command, dry_run_option
from mdt.cli.operations import document_of, id_of, lines_of, predecessor_of, schedule
from mdt.cli.output import emit, plain, say, set_aside, table, warn
from mdt.cli.scheduling import Scheduling, scheduling_options
from mdt.errors import GovernanceError, MDTError
from mdt.governance.calls import call_of, entry_of, read_calls, transaction_of
from mdt.governance.operations import Operation, hex_id, operation_of, scheduled_in
from mdt.governance.store import Kept, Store
from mdt.governance.timelock import DONE, READY, WAITING, Standing, Timelock
from mdt.governance.trial import forecast, warnings
from mdt.model.timelock import NONE
from mdt.names import kind_of_contract
from mdt.suite.calls import Call
from mdt.suite.directory import Directory, names_of
from mdt.suite.readable import names_another_token, show_values

if TYPE_CHECKING:
    from mdt.cli.session import Session

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
id_argument = click.argument("id_", metavar="ID")
call_arguments = (click.argument("contract"), click.argument("function"), click.argument("arguments", nargs=-1))


@click.group("governance")
def cli() -> None:
    """Schedule what the timelock does, look at it, execute it, stop it.

    Arguments are written as the ABI's types and names ask: '10 MDT', '40%', '2 days', '2026-12-01 12:00', '4_000', a contract's name or an address, lists
    and structs as YAML or JSON. CONTRACT is a name of the suite; Treasury@0x... is another contract with the functions of Treasury.
    """


# --- sending ---


@command(
    cli,
    "schedule",
    click.argument("contract", required=False),
    click.argument("function", required=False),
    click.argument("arguments", nargs=-1),
    click.option("--file", "file", type=FILE, help="YAML list of {contract, function, arguments} or {target, payload}, executed together."),
    scheduling_options,
    account_option,
    dry_run_option,
)
def schedule_(
    session: Session,
    contract: str | None,
    function: str | None,
    arguments: Sequence[str],
    file: Path | None,
    scheduling: Scheduling,
    account: str | None,
    dry_run: bool,
) -> None:
    """Announce a call of FUNCTION of CONTRACT, or the calls of a file. For proposers."""
    directory = Directory(session.suite)
    if file is not None and contract is None:
        calls = read_calls(file, directory, session.address)
    elif file is None and contract is not None and function is not None:
        calls = [call_of(directory, contract, function, arguments, session.address)]
    else:
        raise GovernanceError("name a contract, a function and its arguments, or a file of calls with --file")
    operation = operation_of(calls, predecessor_of(session, scheduling), scheduling.salt_bytes())
    schedule(session, session.signer(account), operation, dry_run, scheduling.seconds())


@acts(cli, "execute", id_argument)
def execute(actor: Actor, id_: str) -> Deed:
    """Make the calls of operation ID once it is ready. Anyone may, unless executors were named."""
    operation = Store.of(actor.session.folder).find(id_).operation
    call = Timelock(actor.suite).execute(operation, actor.address)
    warn(warnings(actor.suite, operation))
    return Deed([call], words=lines_of(actor.suite, operation))


@acts(cli, "cancel", id_argument)
def cancel(actor: Actor, id_: str) -> Sequence[Call]:
    """Take operation ID back before it is executed. For the guardian and proposers. A whole ID need not be known here."""
    return [Timelock(actor.suite).cancel(id_of(actor.session, id_), actor.address)]


@acts(cli, "call", *call_arguments)
def call(actor: Actor, contract: str, function: str, arguments: Sequence[str]) -> Sequence[Call]:
    """Call FUNCTION of CONTRACT with the account itself, without the timelock: what the guardian may at once, and what anybody may."""
    return [transaction_of(Directory(actor.suite), contract, function, arguments, actor.session.address)]


@acts(cli, "accept", click.argument("contracts", nargs=-1, required=True))
def accept(actor: Actor, contracts: Sequence[str]) -> Sequence[Call]:
    """Have the timelock accept the ownership of CONTRACTS that is offered to it. Anyone may, without waiting."""
    directory = Directory(actor.suite)
    targets = [directory.contract(name).address for name in contracts]
    return [Call(actor.suite["Timelock"], "accept_ownership", (targets,), f"let the timelock accept {', '.join(contracts)}")]


# --- reading ---


@command(cli, "pending", click.option("--all", "everything", is_flag=True, help="Those that are done or cancelled as well."))
def pending(session: Session, everything: bool) -> None:
    """What waits or is ready, of the operations kept here; `note` adds those that others have scheduled."""
    suite, store = session.suite, Store.of(session.folder)
    timelock, rows, uncounted = Timelock(suite), list[tuple[Operation, Standing]](), store.strays()
    for name in store.ids():
        try:
            operation = store.load(name).operation
        except MDTError as error:
            uncounted.append(str(error))
            continue
        standing = timelock.standing(operation.id)
        if everything or standing.state in (WAITING, READY):
            rows.append((operation, standing))
    set_aside(uncounted)
    rows.sort(key=lambda row: row[1].ready_at or 0)

    def tell() -> None:
        for operation, standing in rows:
            say(f"{hex_id(operation.id)}  {timelock.words(standing)}", *lines_of(suite, operation))
        if not rows:
            say(f"no operation kept in {store.path} is pending")

    document = {"operations": [document_of(suite, operation, standing) for operation, standing in rows], "set_aside": uncounted}
    emit(session.as_json, document, tell)


@command(cli, "show", id_argument)
def show(session: Session, id_: str) -> None:
    """Operation ID: its calls in words and raw, where it stands, and what its calls would do now."""
    suite, kept = session.suite, Store.of(session.folder).find(id_)
    operation, timelock = kept.operation, Timelock(suite)
    standing = timelock.standing(operation.id)
    now, said = ("nothing more: it is done", list[str]()) if standing.state == DONE else forecast(suite, operation)

    def tell() -> None:
        rows = [("state", timelock.words(standing)), ("salt", _hash(operation.salt)), ("after", _hash(operation.predecessor))]
        rows += [("if made now", now)]
        rows += [("scheduled by", f"{kept.tx_hash} in block {kept.block_number:,}")] if kept.tx_hash else []
        table(f"Operation {hex_id(operation.id)}", ("", ""), rows)
        raw = [f"  to {payload.target}: {hex_id(payload.data)}" for payload in operation.calls]
        say(*lines_of(suite, operation), *raw)
        warn(said)

    document = {**document_of(suite, operation, standing), "scheduled": {"tx": kept.tx_hash, "block": kept.block_number}, "now": now, "warnings": said}
    emit(session.as_json, document, tell)


def _hash(value: bytes) -> str:
    return "none" if value == NONE else hex_id(value)


@command(cli, "note", click.argument("transaction", metavar="TX"))
def note(session: Session, transaction: str) -> None:
    """Import the operations that transaction TX has scheduled, from the events in its receipt."""
    suite, store = session.suite, Store.of(session.folder)
    receipt = session.chain.receipt(transaction, "note")
    if receipt is None:
        raise GovernanceError(f"{transaction} is not mined on {session.network}: check the hash, or wait")
    timelock = Timelock(suite)
    operations = scheduled_in(timelock.contract.events(receipt))
    if not operations:
        raise GovernanceError(f"{transaction} has scheduled nothing with the timelock {timelock.contract.address}")
    paths = [store.save(Kept(operation, receipt.tx_hash, receipt.block_number)) for operation in operations]
    standings = [timelock.standing(operation.id) for operation in operations]

    def tell() -> None:
        for operation, standing, path in zip(operations, standings, paths, strict=True):
            say(f"{hex_id(operation.id)}  {timelock.words(standing)}", *lines_of(suite, operation), f"  kept in {path}")

    document = {"operations": [document_of(suite, operation, standing) for operation, standing in zip(operations, standings, strict=True)]}
    emit(session.as_json, document, tell)


@command(cli, "read", *call_arguments)
def read(session: Session, contract: str, function: str, arguments: Sequence[str]) -> None:
    """Ask CONTRACT: the answer of the view FUNCTION, with units where names tell them."""
    directory = Directory(session.suite)
    asked, entry, values = entry_of(directory, contract, function, arguments, session.address)
    answer, outputs = asked.call(function, *values), entry["outputs"]
    parts = [] if not outputs else [answer] if len(outputs) == 1 else list(answer)
    shown = show_values(function, outputs, parts, directory, is_foreign=names_another_token(entry["inputs"], values, directory))
    document = {"contract": asked.name, "function": function, "answer": plain(answer, function)}
    emit(session.as_json, document, lambda: say(*shown))


@command(cli, "roles", click.option("--all", "everything", is_flag=True, help="Getters that name a contract for good as well."))
def roles(session: Session, everything: bool) -> None:
    """Who may do what, as the chain has it; mappings are asked for every account the deployment knows."""
    from mdt.deploy.roles import MAY, describe, held_by, people
    from mdt.deploy.roles import read as read_roles

    names = names_of(session.suite)
    rows = [row for row in read_roles(session.suite) if everything or not row.role.isupper() or row.contract == "Timelock"]
    document = [{"contract": row.contract, "role": row.role, "holders": list(row.holders), "words": describe(row, names)} for row in rows]

    def tell() -> None:
        shown = [(row.contract, row.role, held_by(row, names), row.limits or MAY.get((kind_of_contract(row.contract), row.role), "")) for row in rows]
        table("Roles", ("contract", "role", "who", "for"), shown)
        called = people(rows, names, [str(contract.address) for contract in session.suite.every.values()])
        table("Accounts, by what they were at deploy", ("who", "address"), called)

    emit(session.as_json, {"roles": document}, tell)
