"""Distribution schedules as commands of `ape run token`: creating, funding, and paying what is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mdt.cli import shared
from mdt.cli.market import amount_option, figures, is_scheduled, owners, schedule_option, send
from mdt.cli.perform import plain
from mdt.cli.scheduling import Scheduling, earliest, scheduling_options
from mdt.suite.words import RECIPIENTS

if TYPE_CHECKING:
    from mdt.chain.signers import Signer
    from mdt.cli.shared import Session
    from mdt.market.schedules import Distribution, Row, Step

MARGIN_BLOCKS = 10
"""Blocks until a schedule begins that is created at once: so many may pass before the transaction is mined."""
MARGIN_SECONDS = 7 * 86_400
"""The same after the timelock's delay: within a week somebody executes."""


@click.group()
def schedules() -> None:
    """Amounts that are paid every so many blocks."""


# --- reading ---


@shared.command(schedules, "list-schedules")
def list_schedules(session: Session) -> None:
    """All schedules: what each pays to whom, what is due, and what it has paid."""
    from mdt.market.schedules import Distribution, every
    from mdt.units import format_amount

    found = Distribution(session.suite)
    rows, head = found.all(), found.head()
    due = {row.id: found.due(row) for row in rows}

    def shown(row: Row) -> tuple[Any, ...]:
        amount, interval = row.current(head)
        funds = "minted" if row.terms.is_minted else format_amount(row.funds)
        pays = f"{format_amount(amount)} {every(interval)}"
        return row.id, found.payee(row), pays, format_amount(due[row.id].amount), format_amount(row.terms.paid), funds, row.state(head)

    def tell() -> None:
        columns = ("", "recipient", "pays", "due", "paid", "funds", "")
        shared.table(f"Distribution Schedules ({len(rows)}) at block {head:,}", columns, [shown(row) for row in rows], right=(0, 2, 3, 4, 5))

    shared.emit(session.as_json, {"block": head, "schedules": [_document(found, row, due[row.id]) for row in rows]}, tell)


@shared.command(schedules, "schedule-info")
@schedule_option
def schedule_info(session: Session, schedule_id: int) -> None:
    """One schedule: its terms, what is due now and next, and its funds."""
    from mdt.market.schedules import Distribution, ends, every, intervals
    from mdt.suite.book import Book
    from mdt.units import format_amount

    found = Distribution(session.suite)
    row, head = found.get(schedule_id), found.head()
    due, following, step = found.due(row), found.next_block(row), found.step(row)
    terms, (amount, interval) = row.terms, row.current(head)

    def tell() -> None:
        rows = [
            ("Recipient", f"{row.recipient}: {Book(session.suite).name(terms.recipient)}"),
            ("Pays", f"{format_amount(amount)} {every(interval)}"),
            ("From Block", f"{terms.terms.from_block:,}"),
            ("Ends", ends(terms.last_block)),
            ("Due Now", f"{format_amount(due.amount)} ({intervals(due.intervals)})"),
            ("Next Due", f"block {following:,}" if following else "none"),
            ("Paid", f"{format_amount(terms.paid)} ({intervals(terms.intervals_paid)})"),
            ("Funds", "minted" if terms.is_minted else f"{format_amount(row.funds)} of {format_amount(terms.funded)} handed in"),
            ("State", row.state(head)),
        ]
        if terms.next_terms.amount:
            change = f"{format_amount(terms.next_terms.amount)} {every(terms.next_terms.interval_blocks)}, from block {terms.next_terms.from_block:,}"
            rows.insert(2, ("Changed To", change))
        rows += [("Not Paid", step.why)] if step.why else []
        figures(f"Schedule {schedule_id} at block {head:,}", rows)

    shared.emit(session.as_json, {"block": head, **_document(found, row, due)}, tell)


# --- anyone ---


@shared.command(schedules, "process-inflation")
@click.option("--schedule-id", type=int, help="Only this schedule. [default: all]")
@shared.signing_options
def process_inflation(session: Session, schedule_id: int | None, account: str | None, dry_run: bool) -> None:
    """Have every schedule pay what is due, one transaction each, and say what could not be paid and why. Anyone may; nothing due is no error."""
    from mdt.market.schedules import Distribution
    from mdt.units import format_amount

    found = Distribution(session.suite)
    rows = found.all() if schedule_id is None else [found.get(schedule_id)]
    signer, head = session.signer(account), found.head()
    done = [_process(found, row, signer, dry_run) for row in rows]
    steps = [step for step, _ in done]

    def tell() -> None:
        if not any(one.amount or one.unpaid for one in steps):
            click.echo(f"nothing is due at block {head:,}")
        if steps:
            shown = [(one.row.id, found.payee(one.row), f"{one.intervals:,}", format_amount(one.amount), format_amount(one.unpaid), one.why) for one in steps]
            sums = (format_amount(sum(one.amount for one in steps)), format_amount(sum(one.unpaid for one in steps)))
            total = [("", "Total", f"{sum(one.intervals for one in steps):,}", *sums, "")] if len(steps) > 1 else []
            columns = ("", "recipient", "intervals", "would be paid" if dry_run else "paid", "not paid", "why")
            shared.table(f"Distribution at block {head:,}", columns, [*shown, *total], right=(0, 2, 3, 4))

    document = {
        "block": head,
        "dry_run": dry_run,
        "paid": str(sum(one.amount for one in steps)),
        "unpaid": str(sum(one.unpaid for one in steps)),
        "schedules": [_step_document(step) | sent for step, sent in done],
    }
    shared.emit(session.as_json, document, tell)


@shared.command(schedules, "fund-schedule")
@schedule_option
@amount_option
@shared.signing_options
def fund_schedule(session: Session, schedule_id: int, amount: str, account: str | None, dry_run: bool) -> None:
    """Hand tokens of the account in for a schedule that does not mint. Anyone may; approves exactly that amount first, if the allowance is short."""
    from mdt.market.schedules import Distribution

    found = Distribution(session.suite)
    wei, signer = shared.parse_units(amount), session.signer(account)
    send(session, signer, found.fund(signer.address, schedule_id, wei), dry_run)


# --- the owner ---


@shared.command(schedules, "create-schedule")
@click.option("--recipient-type", type=click.Choice(list(RECIPIENTS)), required=True, help="Who is paid; it is also the reason that minted payments give.")
@click.option("--recipient", help="Who is paid. [default: RecyclingPool for validators, Treasury for treasury]")
@click.option("--pool-id", type=int, help="The pool that is paid, for marketplace. [default: the only open one]")
@amount_option
@click.option("--interval-blocks", type=int, required=True, help="It is paid every so many blocks.")
@click.option("--duration-blocks", type=int, default=0, help="How long, at least one interval. [default: for ever]")
@click.option("--start-block", type=int, help="The first interval begins with it. [default: soon; a week after the timelock's delay where it has to execute]")
@click.option("--minted/--funded", "is_minted", default=None, help="Paid by minting, or out of what is handed in. [default: minted, if schedules may]")
@scheduling_options
def create_schedule(
    session: Session,
    recipient_type: str,
    recipient: str | None,
    pool_id: int | None,
    amount: str,
    interval_blocks: int,
    duration_blocks: int,
    start_block: int | None,
    is_minted: bool | None,
    scheduling: Scheduling,
    account: str | None,
    dry_run: bool,
) -> None:
    """Pay an amount every so many blocks. For the owner: scheduled where that is the timelock."""
    from mdt.market.schedules import Distribution, Plan

    found = Distribution(session.suite)
    signer, wei = session.signer(account), shared.parse_units(amount)
    soonest, usual = _blocks(session, found, signer, scheduling)
    paid = session.address(recipient) if recipient else None
    start = usual if start_block is None else start_block
    plan = Plan(RECIPIENTS[recipient_type], paid, pool_id, is_minted, wei, interval_blocks, start, duration_blocks)
    owners(session, signer, found.create(plan, soonest), dry_run, scheduling)


@shared.command(schedules, "change-schedule")
@schedule_option
@amount_option
@click.option("--interval-blocks", type=int, required=True, help="It is paid every so many blocks.")
@scheduling_options
def change_schedule(session: Session, schedule_id: int, amount: str, interval_blocks: int, scheduling: Scheduling, account: str | None, dry_run: bool) -> None:
    """Other terms from the next interval on; what is due before is paid at the old ones. For the owner."""
    from mdt.market.schedules import Distribution

    found = Distribution(session.suite)
    owners(session, session.signer(account), found.change(schedule_id, shared.parse_units(amount), interval_blocks), dry_run, scheduling)


@shared.command(schedules, "pause-schedule")
@schedule_option
@scheduling_options
def pause_schedule(session: Session, schedule_id: int, scheduling: Scheduling, account: str | None, dry_run: bool) -> None:
    """Pay nothing until it is resumed; intervals over by then are skipped. For the owner."""
    from mdt.market.schedules import Distribution

    owners(session, session.signer(account), Distribution(session.suite).pause(schedule_id), dry_run, scheduling)


@shared.command(schedules, "resume-schedule")
@schedule_option
@scheduling_options
def resume_schedule(session: Session, schedule_id: int, scheduling: Scheduling, account: str | None, dry_run: bool) -> None:
    """Go on with a paused schedule. For the owner."""
    from mdt.market.schedules import Distribution

    owners(session, session.signer(account), Distribution(session.suite).resume(schedule_id), dry_run, scheduling)


@shared.command(schedules, "cancel-schedule")
@schedule_option
@scheduling_options
def cancel_schedule(session: Session, schedule_id: int, scheduling: Scheduling, account: str | None, dry_run: bool) -> None:
    """End a schedule for good: its funds go to the treasury, what is due is forgone. For the owner."""
    from mdt.market.schedules import Distribution

    owners(session, session.signer(account), Distribution(session.suite).cancel(schedule_id), dry_run, scheduling)


# --- internal ---


def _blocks(session: Session, found: Distribution, signer: Signer, scheduling: Scheduling) -> tuple[int, int]:
    """The block a schedule can be created in at the earliest, about, and one to begin with where none is given."""
    from mdt.market.supply import block_seconds
    from mdt.treasury.vesting import Schedules

    head = found.head()
    if not is_scheduled(session, found.contract, signer):
        return head + 1, head + MARGIN_BLOCKS
    seconds = block_seconds(session.suite)
    wait = earliest(session, signer, found.contract, scheduling)[1] - Schedules(session.suite).now()
    return head + int(wait / seconds), head + int((wait + MARGIN_SECONDS) / seconds)


def _process(found: Distribution, row: Row, signer: Signer, dry_run: bool) -> tuple[Step, dict[str, Any]]:
    """What a schedule has paid, or would; a refusal is told, and the others go on."""
    from mdt.errors import EmptyAnswerError, RevertError
    from mdt.market.schedules import Step

    step = found.step(row)
    if not step.amount:
        return step, {}
    call = found.process(row)
    try:
        if dry_run:
            call.simulate(signer.address)
            return step, {}
        receipt = call.send(signer)
    except (EmptyAnswerError, RevertError) as error:
        why = error.reason if isinstance(error, RevertError) else None
        return Step(row, 0, 0, step.amount + step.unpaid, why or str(error)), {}
    events = found.contract.events(receipt, "Paid")
    amount, intervals = sum(one.amount * one.intervals for one in events), sum(one.intervals for one in events)
    return Step(row, intervals, amount, step.unpaid, step.why), shared.receipt_document(receipt)


def _step_document(step: Step) -> dict[str, Any]:
    return {
        "schedule_id": str(step.row.id),
        "recipient_type": step.row.recipient,
        "recipient": step.row.terms.recipient,
        "intervals": str(step.intervals),
        "paid": str(step.amount),
        "unpaid": str(step.unpaid),
        "why": step.why,
    }


def _document(found: Distribution, row: Row, due: Any) -> dict[str, Any]:
    return {
        "schedule_id": str(row.id),
        "recipient_type": row.recipient,
        "state": row.state(found.head()),
        "funds": str(row.funds),
        "next_due_block": str(found.next_block(row)),
        "due": plain(due),
        **plain(row.terms),
    }
