"""The epoch cycle: `mdt epoch collect|report|attest|submit|refute|settle|skip|cancel|void|verify|status`."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mdt.cli import challenges
from mdt.cli.accounts import account_option
from mdt.cli.command import bundles_option, command, dry_run_option, offline
from mdt.cli.output import emit, event_document, listed, plain, receipt_document, say, set_aside, spans, table
from mdt.cli.perform import rehearsed
from mdt.errors import KeeperError, UnpublishedError
from mdt.suite.calls import Call
from mdt.suite.telling import tell
from mdt.suite.words import counted
from mdt.units import format_coin, format_wad, when

if TYPE_CHECKING:
    from mdt.chain.transactions import Receipt
    from mdt.cli.session import Session
    from mdt.keeper.cycle import Keeper
    from mdt.keeper.situation import NextStep, Snapshot
    from mdt.oracle.collect import Dataset

DATA = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
MANY = 20
"""As many runs of missing epochs are listed; of the others it is said how many they are."""


@click.group("epoch")
def cli() -> None:
    """Measure, report, attest, submit, settle; skip, cancel, refute, void; verify."""


cli.commands.update(challenges.cli.commands)


def _keeper(session: Session, bundles: Path | None) -> Keeper:
    from mdt.keeper.cycle import Keeper

    return Keeper(session.suite, session.bundles(bundles))


def _opened(data: Path | None) -> Dataset | nullcontext[None]:
    """Source data, if there is any: what reads it is imported only then. What stands beside it and does not count is named."""
    if data is None:
        return nullcontext()
    from mdt.oracle.collect import Dataset

    dataset = Dataset.open(data)
    set_aside(dataset.sources.set_aside)
    return dataset


def _beside(dataset: Dataset | None) -> list[str]:
    """The files beside the tables that do not count, in words."""
    return [] if dataset is None else dataset.sources.set_aside


@offline(cli, "collect", click.argument("data", type=DATA), click.option("--epoch", type=click.IntRange(min=0), help="Only this epoch."))
def collect(data: Path, epoch: int | None, as_json: bool) -> None:
    """Check the tables in DATA row by row, and show what they measure. Talks to no chain."""
    from mdt.oracle.inputs import measure

    with _opened(data) as dataset:
        assert dataset is not None
        missing, beside = dataset.missing(), _beside(dataset)
        found = [measure(dataset.epoch(number)) for number in ([epoch] if epoch is not None else dataset.epochs())]
    measured = [(row.epoch, row.tasks, format_wad(row.difficulty), format_wad(row.participation)) for row in found]
    names = ("epoch", "tasks", "difficulty", "participation")

    def show() -> None:
        rows = [(number, f"{tasks:,}", *shares) for number, tasks, *shares in measured]
        table(f"{counted(len(found), 'epoch')} in {data}", names, rows, right=(0, 1))
        if missing:
            say(f"no data for {counted(len(missing), 'epoch')}, {listed(spans(missing), MANY)}: what nobody can report will be skipped")

    emit(as_json, {"epochs": [dict(zip(names, row, strict=True)) for row in measured], "missing": missing, "set_aside": beside}, show)


# --- where it stands ---


@command(cli, "status", bundles_option)
def status(session: Session, bundles: Path | None) -> None:
    """Where the controller is, and what it waits for."""
    keeper = _keeper(session, bundles)
    now = keeper.snapshot()
    step = keeper.next_step(now)
    set_aside(step.set_aside)
    emit(session.as_json, _status_document(now, step), lambda: table(f"Epochs of {session.network}", ("", ""), _status_rows(session, now, step)))


def _status_document(now: Snapshot, step: NextStep) -> dict[str, Any]:
    at, pending = now.status, now.pending
    document = {name: getattr(at, name) for name in ("block_number", "timestamp", "current_epoch", "next_epoch", "attempt")}
    document |= {"end_block": now.end_block, "deadline_block": now.deadline_block, "paused_until": at.paused_until}
    document |= {"opened_at": at.opened_at, "grace_until": at.grace_until, "is_late": at.is_late, "suspended_until": now.suspended_until}
    document |= {"quorum": now.quorum, "reporters": now.reporters, "root": now.root, "total_funded": now.total_funded, "pending": None}
    if at.has_pending:
        document["pending"] = {
            "epoch": pending.report.epoch,
            "utility": pending.amounts.utility,
            "emission": pending.amounts.emission,
            "settles_at": pending.settles_at,
            "data_hash": pending.report.data_hash,
        }
    following = {"action": step.action.name.lower(), "reason": step.reason, "epoch": step.epoch}
    document["next"] = following | {"wait_blocks": step.wait_blocks, "wait_seconds": step.wait_seconds}
    document["set_aside"] = list(step.set_aside)
    shown: dict[str, Any] = plain(document)
    return shown


def _status_rows(session: Session, now: Snapshot, step: NextStep) -> list[tuple[str, str]]:
    at = now.status
    rows = [
        ("head", f"block {at.block_number:,}"),
        ("the chain is in", f"epoch {at.current_epoch}"),
        ("next to settle", f"epoch {at.next_epoch}, attempt {at.attempt}: ends at block {now.end_block:,}, deadline {now.deadline_block:,}"),
        *([("reportable", f"until {when(at.grace_until)} at least: a stop gave it a grace")] if at.grace_until > at.timestamp else []),
        ("reporters", f"{now.quorum} of {len(now.reporters)}"),
        ("miners' total", session.unit.format(now.total_funded)),
    ]
    if at.has_pending:
        amounts = now.pending.amounts
        what = f"utility {format_wad(amounts.utility)}, {session.unit.format(amounts.emission)}; settles from {when(now.pending.settles_at)} on"
        rows.append(("pending", f"epoch {now.pending.report.epoch}: {what}"))
    return [*rows, ("next", f"{step.action.value}: {step.reason}")]


# --- off the chain ---


@command(
    cli,
    "report",
    click.argument("data", type=DATA),
    click.option("--epoch", type=click.IntRange(min=0), help="Must be the next one. [default: the next one]"),
    bundles_option,
)
def report(session: Session, data: Path, epoch: int | None, bundles: Path | None) -> None:
    """Compute the next epoch from DATA and write its bundle; sends nothing."""
    from mdt.oracle.bundle import read_report

    with _opened(data) as dataset:
        assert dataset is not None
        (path, result), beside = _keeper(session, bundles).report(dataset, epoch), _beside(dataset)
    made = read_report(path)
    document = {
        "epoch": made.epoch,
        "attempt": made.attempt,
        "bundle": str(path),
        "data_hash": "0x" + made.data_hash.hex(),
        "root": "0x" + made.root.hex(),
        "cumulative_total": str(made.cumulative_total),
        "miner_share": str(result.miner_share),
        "miners": len(result.allocation),
        "outcome": result.outcome.value,
        "set_aside": beside,
    }
    share = session.unit.format(result.miner_share)
    words = f"epoch {made.epoch}, attempt {made.attempt}: {share} for {counted(len(result.allocation), 'miner')} ({result.outcome.value}); bundle {path}"
    emit(session.as_json, document, lambda: say(words))


@command(
    cli,
    "attest",
    click.option("--epoch", type=click.IntRange(min=0), help="[default: the next one]"),
    click.option("--data", type=DATA, help="Your own data, to compare the bundle's inputs with."),
    click.option("--void", "is_void", is_flag=True, help="Sign instead that whatever was signed for the next epoch's attempt is void."),
    click.option("--contract", metavar="ADDRESS", help="Instead of signing, file that this reporter, a contract, has approved."),
    bundles_option,
    account_option,
)
def attest(session: Session, epoch: int | None, data: Path | None, is_void: bool, contract: str | None, bundles: Path | None, account: str | None) -> None:
    """Recompute the bundle, and sign its report if every byte follows from its inputs."""
    from mdt.keeper.signing import named_by, signed_by

    if contract is not None and account is not None:
        raise click.UsageError("--contract stands without --account: a contract approves on chain, and nothing is signed here")
    if is_void and (epoch is not None or data is not None):
        raise click.UsageError("--void stands alone: it is for the next epoch and its attempt, whatever was measured")
    keeper = _keeper(session, bundles)
    if contract is not None:
        who, sign, did = session.address(contract), named_by(session.address(contract)), "approved"
    else:
        signer = session.signer(account)
        who, sign, did = signer.address, signed_by(signer), "signed"
    if is_void:
        path, what, beside = keeper.attest_void(sign), f"{did} the void", list[str]()
    else:
        with _opened(data) as dataset:
            path, what, beside = keeper.attest(epoch, sign, dataset), did, _beside(dataset)
    emit(session.as_json, {"signer": who, "signature": str(path), "set_aside": beside}, lambda: say(f"{who} {what}: {path}"))


@command(cli, "verify", click.argument("bundle", type=DATA), click.option("--data", type=DATA, help="Source data, to compare the bundle's inputs with."))
def verify(session: Session, bundle: Path, data: Path | None) -> None:
    """Recompute BUNDLE and compare it with the chain: says yes, or names the first difference and exits with 1."""
    from mdt.keeper.cycle import Keeper

    with _opened(data) as dataset:
        found, beside = Keeper(session.suite, bundle.parent).verify(bundle, dataset), _beside(dataset)
    if not found.ok and not session.as_json:
        raise KeeperError(f"no: {bundle}: {found.difference}")
    document = {"ok": found.ok, "difference": found.difference, "compared": found.compared, "set_aside": beside}
    emit(session.as_json, document, lambda: say("yes", *(f"  {line}" for line in found.compared)))
    if not found.ok:
        raise SystemExit(1)


# --- transactions ---


@command(
    cli,
    "submit",
    click.option("--epoch", type=click.IntRange(min=0), help="Must be the next one. [default: the next one]"),
    bundles_option,
    account_option,
    dry_run_option,
)
def submit(session: Session, epoch: int | None, bundles: Path | None, account: str | None, dry_run: bool) -> None:
    """Submit the next epoch's report with its attestations; any account may."""
    keeper, signer = _keeper(session, bundles), session.signer(account)
    prepared = keeper.prepare_submit(epoch)
    made, signatures = prepared.report, prepared.signatures
    set_aside(prepared.set_aside)
    document = {"report": plain(made), "signatures": len(signatures), "set_aside": prepared.set_aside, "dry_run": dry_run}
    if dry_run:
        words = f"submit the report of epoch {made.epoch}, attempt {made.attempt}"
        if rehearsed(session, signer, Call(keeper.controller, "submit_report", (made.as_tuple(), signatures), words), document):
            return
        keeper.controller.simulate(signer.address, "submit_report", made.as_tuple(), signatures)
        attested = f"with {counted(len(signatures), 'attestation')}: root 0x{made.root.hex()}"
        words = f"would submit the report of epoch {made.epoch}, attempt {made.attempt}, {attested}"
        emit(session.as_json, document, lambda: say(words))
        return
    receipt = keeper.submit(signer, epoch)
    events = tell(session.suite, receipt).events
    event = next(event for event in events if event.name == "ReportSubmitted")
    document |= receipt_document(receipt) | plain({"settles_at": event.settles_at, "emission": event.amounts.emission})
    document["events"] = [event_document(event) for event in events]
    emit(session.as_json, document, lambda: _say(session, f"epoch {made.epoch} submitted", receipt))


@command(
    cli,
    "refute",
    click.option("--leaves", type=FILE, help="The leaves.csv that the quorum published. [default: of the pending epoch's bundle]"),
    click.option("--nodes", type=FILE, help="The nodes of its audit tree, if it published those."),
    bundles_option,
    account_option,
    dry_run_option,
)
def refute(session: Session, leaves: Path | None, nodes: Path | None, bundles: Path | None, account: str | None, dry_run: bool) -> None:
    """Find a fault in the pending report's list of miners, prove it and so discard the report; any account may.

    The list is read from the bundle of the pending epoch, the evidence from the bundles of the epochs before: fetch what was published first. Nothing is paid
    for it but the fee, which is said before: compare it with what you have not claimed.

    Where nodes of the list are missing, or what was published gives another audit root than was signed, it says so. Treat such a list as bad, and tell the
    guardian to cancel it.
    """
    from mdt.keeper.refuting import refutation

    signer = session.signer(account)
    try:
        ready = refutation(session.suite, session.bundles(bundles), leaves, nodes)
    except UnpublishedError as error:
        emit(session.as_json, error.document, lambda: None)
        raise
    set_aside(ready.set_aside)
    cost = ready.cost(signer)
    report = ready.report
    document = {"epoch": report.epoch, "attempt": report.attempt, "function": ready.call.function, "fault": ready.refutation.words, "dry_run": dry_run}
    document |= plain({"gas": cost.gas, "gas_price": cost.gas_price, "fee": cost.fee}) | {"set_aside": ready.set_aside}
    price = f"at most {cost.gas:,} gas, {format_coin(cost.fee)} of the native coin"
    if dry_run:
        ready.call.simulate(signer.address)
        emit(session.as_json, document, lambda: say(f"would {ready.call.words}", f"  {price}"))
        return
    receipt = ready.call.send(signer)
    events = [event_document(event) for event in tell(session.suite, receipt).events]
    document |= receipt_document(receipt) | {"events": events}
    emit(session.as_json, document, lambda: _say(session, ready.call.words, receipt))


@command(cli, "void", bundles_option, account_option, dry_run_option)
def void(session: Session, bundles: Path | None, account: str | None, dry_run: bool) -> None:
    """Hand in what a quorum signed with `attest --void`: what it signed for this attempt cannot come in any more; any account may."""
    keeper, signer = _keeper(session, bundles), session.signer(account)
    prepared = keeper.prepare_void()
    retracted, signatures = prepared.void, prepared.signatures
    set_aside(prepared.set_aside)
    what = f"void attempt {retracted.attempt} of epoch {retracted.epoch}"
    document: dict[str, Any] = {"epoch": retracted.epoch, "attempt": retracted.attempt, "is_pending": prepared.is_pending, "signatures": len(signatures)}
    document |= {"set_aside": prepared.set_aside, "dry_run": dry_run}
    if dry_run:
        if rehearsed(session, signer, Call(keeper.controller, "void_report", (signatures,), what), document):
            return
        keeper.controller.simulate(signer.address, "void_report", signatures)
        pending = "; the pending report is discarded" if prepared.is_pending else ""
        emit(session.as_json, document, lambda: say(f"would {what} with {counted(len(signatures), 'attestation')}{pending}"))
        return
    receipt = keeper.void(signer)
    document |= receipt_document(receipt) | {"events": [event_document(event) for event in tell(session.suite, receipt).events]}
    emit(session.as_json, document, lambda: _say(session, what, receipt))


def _moves_on(name: str, text: str, event_name: str) -> None:
    """A command of one transaction that the keeper decides on: settle, skip or cancel. A settlement may discard the report instead."""

    def run(session: Session, account: str | None, dry_run: bool) -> None:
        from mdt.keeper.situation import Action

        keeper, signer = _keeper(session, None), session.signer(account)
        is_cancelled = name == "cancel"
        function = "cancel_report" if is_cancelled else name
        if dry_run and rehearsed(session, signer, Call(keeper.controller, function, (), f"{name} what is next"), {"action": name}):
            return
        epoch = keeper.require_cancellable(signer.address).report.epoch if is_cancelled else keeper.require(Action[name.upper()]).epoch
        document = {"action": name, "epoch": epoch, "dry_run": dry_run}
        if dry_run:
            answer = keeper.controller.simulate(signer.address, function)
            last = epoch + int(answer) - 1 if name == "skip" else epoch
            if name == "skip":
                document["last_epoch"] = last
            emit(session.as_json, document, lambda: say(f"would {_what(name, epoch, last)}"))
            return
        receipt = getattr(keeper, name)(signer)
        events = [event_document(event) for event in tell(session.suite, receipt).events]
        came = next((event for event in events if event["name"] in (event_name, "ReportDiscarded")), {})
        document |= receipt_document(receipt) | {"event": {key: value for key, value in came.items() if key != "name"}, "events": events}
        what = _what(name, came.get("first_epoch", epoch), came.get("last_epoch", epoch))
        emit(session.as_json, document, lambda: _say(session, what, receipt))

    run.__doc__ = text
    command(cli, name, account_option, dry_run_option)(run)


def _what(name: str, first: int, last: int) -> str:
    """What is done: `skip epochs 1 to 418, 418 of them`, so that nobody passes over more than he knows of."""
    if first != last:
        return f"{name} epochs {first} to {last}, {last - first + 1:,} of them"
    return f"{name} {'the report of ' if name == 'cancel' else ''}epoch {first}"


def _say(session: Session, what: str, receipt: Receipt) -> None:
    """A transaction, and what came of it."""
    say(f"{what}: {receipt.tx_hash} in block {receipt.block_number:,}", *(f"  {line}" for line in tell(session.suite, receipt).sentences))


_moves_on("settle", "Settle the pending report once its delay is over; any account may.", "EpochSettled")
_moves_on("skip", "Pass over every epoch whose deadline went by; any account may.", "EpochsSkipped")
_moves_on("cancel", "Discard the pending report; the guardian, or the owner.", "ReportDiscarded")
