"""The epoch cycle: `ape run epoch collect|report|attest|submit|settle|skip|cancel|verify|status`."""

from __future__ import annotations

from pathlib import Path

import click

from mdt.cli import shared

DATA = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def cli() -> None:
    """Measure, report, attest, submit, settle; skip, cancel; verify."""


@shared.command(cli, "collect", offline=True)
@click.argument("data", type=DATA)
@click.option("--epoch", type=click.IntRange(min=0), help="Only this epoch.")
def collect(as_json, data, epoch) -> None:
    """Check the tables in DATA row by row, and show what they measure. Talks to no chain."""
    from mdt.oracle.collect import Dataset
    from mdt.oracle.inputs import measure
    from mdt.units import format_wad

    with Dataset.open(data) as dataset:
        missing = dataset.missing()
        found = [measure(dataset.epoch(one)) for one in ([epoch] if epoch is not None else dataset.epochs())]
    document = {
        "epochs": [
            {"epoch": one.epoch, "tasks": str(one.tasks), "difficulty": format_wad(one.difficulty), "participation": format_wad(one.participation)}
            for one in found
        ],
        "missing": missing,
    }

    def show() -> None:
        rows = [(one.epoch, f"{one.tasks:,}", format_wad(one.difficulty), format_wad(one.participation)) for one in found]
        shared.table(f"{len(found)} epochs in {data}", ("epoch", "tasks", "difficulty", "participation"), rows, right=(0, 1))
        if missing:
            click.echo(f"no data for epochs {', '.join(map(str, missing[:20]))}: nobody can report them, they will be skipped")

    shared.emit(as_json, document, show)


@shared.command(cli, "status")
@shared.bundles_option
def status(session, bundles) -> None:
    """Where the controller is, and what it waits for."""
    from mdt.keeper.cycle import Keeper
    from mdt.units import format_amount, format_wad

    keeper = Keeper(session.suite, shared.bundles_of(session, bundles))
    now = keeper.snapshot()
    plan = keeper.plan(now)
    pending = now.pending if now.status.has_pending else None
    document = {
        "block_number": now.status.block_number,
        "timestamp": now.status.timestamp,
        "current_epoch": now.status.current_epoch,
        "next_epoch": now.status.next_epoch,
        "attempt": now.status.attempt,
        "end_block": now.end_block,
        "deadline_block": now.deadline_block,
        "paused_until": now.status.paused_until,
        "quorum": now.quorum,
        "reporters": now.reporters,
        "root": "0x" + now.root.hex(),
        "total_funded": str(now.total_funded),
        "pending": pending
        and {
            "epoch": pending.report.epoch,
            "utility": str(pending.amounts.utility),
            "emission": str(pending.amounts.emission),
            "settles_at": pending.settles_at,
            "data_hash": "0x" + pending.report.data_hash.hex(),
        },
        "next": {
            "action": plan.action.name.lower(),
            "reason": plan.reason,
            "epoch": plan.epoch,
            "wait_blocks": plan.wait_blocks,
            "wait_seconds": plan.wait_seconds,
        },
    }

    def show() -> None:
        rows = [
            ("head", f"block {now.status.block_number:,}"),
            ("the chain is in", f"epoch {now.status.current_epoch}"),
            (
                "next to settle",
                f"epoch {now.status.next_epoch}, attempt {now.status.attempt}: ends at block {now.end_block:,}, deadline {now.deadline_block:,}",
            ),
            ("reporters", f"{now.quorum} of {len(now.reporters)}"),
            ("miners' total", format_amount(now.total_funded)),
        ]
        if pending:
            rows.append(("pending", f"epoch {pending.report.epoch}: U = {format_wad(pending.amounts.utility)}, {format_amount(pending.amounts.emission)}"))
        rows.append(("next", f"{plan.action.value}: {plan.reason}"))
        shared.table(f"Epochs of {session.network}", ("", ""), rows)

    shared.emit(session.as_json, document, show)


@shared.command(cli, "report")
@click.argument("data", type=DATA)
@click.option("--epoch", type=click.IntRange(min=0), help="Must be the next one. [default: the next one]")
@shared.bundles_option
def report(session, data, epoch, bundles) -> None:
    """Compute the next epoch from DATA and write its bundle; sends nothing."""
    from mdt.keeper.cycle import Keeper
    from mdt.oracle.bundle import read_report
    from mdt.oracle.collect import Dataset
    from mdt.units import format_amount

    keeper = Keeper(session.suite, shared.bundles_of(session, bundles))
    with Dataset.open(data) as dataset:
        path, result = keeper.report(dataset, epoch)
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
    }
    share = format_amount(result.miner_share)
    words = f"epoch {made.epoch}, attempt {made.attempt}: {share} for {len(result.allocation)} miners ({result.outcome.value}); bundle {path}"
    shared.emit(session.as_json, document, lambda: click.echo(words))


@shared.command(cli, "attest")
@click.option("--epoch", type=click.IntRange(min=0), help="[default: the next one]")
@click.option("--data", type=DATA, help="Your own data, to compare the bundle's inputs with.")
@shared.bundles_option
@shared.account_option
def attest(session, epoch, data, bundles, account) -> None:
    """Recompute the bundle, and sign its report if every byte follows from its inputs."""
    from contextlib import nullcontext

    from mdt.keeper.cycle import Keeper, ape_signer
    from mdt.oracle.collect import Dataset

    keeper, signer = Keeper(session.suite, shared.bundles_of(session, bundles)), session.signer(account)
    with Dataset.open(data) if data else nullcontext() as dataset:
        path = keeper.attest(epoch, ape_signer(signer.account), dataset)
    shared.emit(session.as_json, {"signer": signer.address, "signature": str(path)}, lambda: click.echo(f"{signer.address} signed: {path}"))


@shared.command(cli, "submit")
@click.option("--epoch", type=click.IntRange(min=0), help="Must be the next one. [default: the next one]")
@shared.bundles_option
@shared.signing_options
def submit(session, epoch, bundles, account, dry_run) -> None:
    """Submit the next epoch's report with its attestations; any account may."""
    from dataclasses import fields

    from mdt.chain.abi import as_jsonable
    from mdt.files import readable
    from mdt.keeper.cycle import Keeper

    keeper, signer = Keeper(session.suite, shared.bundles_of(session, bundles)), session.signer(account)
    made, signatures = keeper.prepare_submit(epoch)
    shown = {field.name: readable(as_jsonable(getattr(made, field.name))) for field in fields(made)}
    document = {"report": shown, "signatures": len(signatures), "dry_run": dry_run}
    if dry_run:
        keeper.controller.simulate(signer.address, "submit_report", made.as_tuple(), signatures)
        shared.emit(session.as_json, document, lambda: click.echo(f"would submit {shown} with {len(signatures)} attestations"))
        return
    receipt = keeper.submit(signer, epoch)
    event = keeper.controller.events(receipt, "ReportSubmitted")[0]
    document |= shared.receipt_document(receipt) | {"settles_at": event.settles_at, "emission": str(event.amounts.emission)}
    shared.emit(session.as_json, document, lambda: click.echo(f"epoch {made.epoch} submitted: {receipt.tx_hash}; settles from {event.settles_at} on"))


def _simple(session, account, dry_run, action, event_name) -> None:
    """One transaction that the keeper decides on: settle, skip or cancel."""
    from mdt.files import readable
    from mdt.keeper.cycle import Action, Keeper

    keeper, signer = Keeper(session.suite, shared.bundles_of(session, None)), session.signer(account)
    function = {"settle": "settle", "skip": "skip", "cancel": "cancel_report"}[action]
    epoch = keeper.require_cancellable(signer.address).report.epoch if action == "cancel" else keeper.require(Action[action.upper()]).epoch
    document = {"action": action, "epoch": epoch, "dry_run": dry_run}
    if dry_run:
        keeper.controller.simulate(signer.address, function)
        shared.emit(session.as_json, document, lambda: click.echo(f"would {action} epoch {epoch}"))
        return
    receipt = getattr(keeper, action)(signer)
    event = keeper.controller.events(receipt, event_name)[0]
    values = {name: str(value) if isinstance(value, int) and not isinstance(value, bool) else readable(value) for name, value in event.arguments.items()}
    document |= shared.receipt_document(receipt) | {"event": values}
    shared.emit(
        session.as_json, document, lambda: click.echo(f"{action} epoch {epoch}: {receipt.tx_hash}\n" + "\n".join(f"  {k}: {v}" for k, v in values.items()))
    )


@shared.command(cli, "settle")
@shared.signing_options
def settle(session, account, dry_run) -> None:
    """Settle the pending report once its delay is over; any account may."""
    _simple(session, account, dry_run, "settle", "EpochSettled")


@shared.command(cli, "skip")
@shared.signing_options
def skip(session, account, dry_run) -> None:
    """Pass over every epoch whose deadline went by; any account may."""
    _simple(session, account, dry_run, "skip", "EpochsSkipped")


@shared.command(cli, "cancel")
@shared.signing_options
def cancel(session, account, dry_run) -> None:
    """Discard the pending report; the guardian only."""
    _simple(session, account, dry_run, "cancel", "ReportDiscarded")


@shared.command(cli, "verify")
@click.argument("bundle", type=DATA)
@click.option("--data", type=DATA, help="Source data, to compare the bundle's inputs with.")
def verify(session, bundle, data) -> None:
    """Recompute BUNDLE and compare it with the chain: says yes, or names the first difference and exits with 1."""
    from contextlib import nullcontext

    from mdt.errors import KeeperError
    from mdt.keeper.cycle import Keeper
    from mdt.oracle.collect import Dataset

    keeper = Keeper(session.suite, bundle.parent)
    with Dataset.open(data) if data else nullcontext() as dataset:
        found = keeper.verify(bundle, dataset)
    if not found.ok and not session.as_json:
        raise KeeperError(f"no: {bundle}: {found.difference}")
    shared.emit(
        session.as_json,
        {"ok": found.ok, "difference": found.difference, "compared": found.compared},
        lambda: click.echo("\n".join(["yes", *(f"  {one}" for one in found.compared)])),
    )
    if not found.ok:
        raise SystemExit(1)
