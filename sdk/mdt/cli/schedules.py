"""Distribution schedules as commands of `mdt token`: creating, funding, and paying what is due."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from mdt.cli.accounts import account_option
from mdt.cli.acts import Actor, Deed, acts
from mdt.cli.command import command, dry_run_option
from mdt.cli.output import emit, figures, plain, receipt_document, say, table
from mdt.cli.token_options import amount_option, schedule_option
from mdt.errors import EmptyAnswerError, RevertError
from mdt.market.schedules import Distribution, NewSchedule, ScheduleRow, Step, ends, intervals
from mdt.suite.directory import Directory
from mdt.suite.words import RECIPIENTS, every

if TYPE_CHECKING:
    from mdt.chain.signers import Signer
    from mdt.cli.session import Session
    from mdt.suite.calls import Call

PURPOSE = "distribution schedule"
MARGIN_BLOCKS = 10
"""Blocks until a schedule begins that is created at once: so many may pass before the transaction is mined."""
MARGIN_SECONDS = 7 * 86_400
"""The same after the timelock's delay: within a week somebody executes."""
interval_option = click.option("--interval-blocks", type=int, required=True, help="It is paid every so many blocks.")


@click.group("schedules")
def cli() -> None:
    """Amounts that are paid every so many blocks."""


# --- reading ---


@command(cli, "list-schedules")
def list_schedules(session: Session) -> None:
    """All schedules: what each pays to whom, what is due, and what it has paid."""
    found, amount = Distribution(session.suite), session.unit.format
    rows, head = found.all(), found.head()
    due = {row.id: found.due(row) for row in rows}

    def shown(row: ScheduleRow) -> tuple[Any, ...]:
        each, interval = row.current(head)
        funds = "minted" if row.terms.is_minted else amount(row.funds)
        return row.id, found.payee(row), f"{amount(each)} {every(interval)}", amount(due[row.id].amount), amount(row.terms.paid), funds, row.state(head)

    def tell() -> None:
        columns = ("", "recipient", "pays", "due", "paid", "funds", "")
        table(f"Distribution Schedules ({len(rows)}) at block {head:,}", columns, [shown(row) for row in rows], right=(0, 2, 3, 4, 5))

    emit(session.as_json, {"block": head, "schedules": [_document(found, row, due[row.id]) for row in rows]}, tell)


@command(cli, "schedule-info", schedule_option)
def schedule_info(session: Session, schedule_id: int) -> None:
    """One schedule: its terms, what is due now and next, and its funds."""
    found = Distribution(session.suite)
    row, head = found.get(schedule_id), found.head()
    due = found.due(row)
    emit(
        session.as_json,
        {"block": head, **_document(found, row, due)},
        lambda: figures(f"Schedule {schedule_id} at block {head:,}", _rows(session, found, row, due, head)),
    )


def _rows(session: Session, found: Distribution, row: ScheduleRow, due: Any, head: int) -> list[tuple[str, str]]:
    terms, amount, following, why = row.terms, session.unit.format, found.next_block(row), found.step(row).why
    each, interval = row.current(head)
    rows = [
        ("Recipient", f"{row.recipient}: {Directory(session.suite).name(terms.recipient)}"),
        ("Pays", f"{amount(each)} {every(interval)}"),
        ("From Block", f"{terms.terms.from_block:,}"),
        ("Ends", ends(terms.last_block)),
        ("Due Now", f"{amount(due.amount)} ({intervals(due.intervals)})"),
        ("Next Due", f"block {following:,}" if following else "none"),
        ("Paid", f"{amount(terms.paid)} ({intervals(terms.intervals_paid)})"),
        ("Funds", "minted" if terms.is_minted else f"{amount(row.funds)} of {amount(terms.funded)} handed in"),
        ("State", row.state(head)),
    ]
    new = terms.next_terms
    if new.amount:
        rows.insert(2, ("Changed To", f"{amount(new.amount)} {every(new.interval_blocks)}, from block {new.from_block:,}"))
    return [*rows, ("Not Paid", why)] if why else rows


# --- anyone ---


@command(
    cli,
    "process-inflation",
    click.option("--schedule-id", type=int, help="Only this schedule. [default: all]"),
    account_option,
    dry_run_option,
)
def process_inflation(session: Session, schedule_id: int | None, account: str | None, dry_run: bool) -> None:
    """Have every schedule pay what is due, one transaction each, and say what could not be paid and why. Anyone may; nothing due is no error."""
    found = Distribution(session.suite)
    rows = found.all() if schedule_id is None else [found.get(schedule_id)]
    signer, head = session.signer(account), found.head()
    done = list[tuple[Step, dict[str, Any]]]()
    for row in rows:
        step, sent = _process(found, row, signer, dry_run)
        done.append((step, sent))
        if sent and not session.as_json:  # at once: what comes after it may fail
            say(f"pay what is due of schedule {row.id}: {sent['tx_hash']} in block {sent['block_number']:,}")
    steps = [step for step, _ in done]
    document = {
        "block": head,
        "dry_run": dry_run,
        "paid": str(sum(step.amount for step in steps)),
        "unpaid": str(sum(step.unpaid for step in steps)),
        "schedules": [_step_document(step) | sent for step, sent in done],
    }
    emit(session.as_json, document, lambda: _show_steps(session, found, steps, head, dry_run))


def _show_steps(session: Session, found: Distribution, steps: Sequence[Step], head: int, dry_run: bool) -> None:
    amount = session.unit.format
    if not any(step.amount or step.unpaid for step in steps):
        say(f"nothing is due at block {head:,}")
    if steps:
        shown = [(step.row.id, found.payee(step.row), f"{step.intervals:,}", amount(step.amount), amount(step.unpaid), step.why) for step in steps]
        sums = (amount(sum(step.amount for step in steps)), amount(sum(step.unpaid for step in steps)))
        total = [("", "Total", f"{sum(step.intervals for step in steps):,}", *sums, "")] if len(steps) > 1 else []
        columns = ("", "recipient", "intervals", "would be paid" if dry_run else "paid", "not paid", "why")
        table(f"Distribution at block {head:,}", columns, [*shown, *total], right=(0, 2, 3, 4))


@acts(
    cli,
    "fund-schedule",
    schedule_option,
    amount_option,
    click.option("--from-treasury", is_flag=True, help="For the treasury's owner: out of the treasury; an operation where that is the timelock."),
    click.option(
        "--purpose", default=PURPOSE, show_default=True, help="Of the treasury's spending, kept on chain: at most 31 characters, or 0x and 64 hex digits."
    ),
    holder=True,
)
def fund_schedule(actor: Actor, schedule_id: int, amount: str, from_treasury: bool, purpose: str) -> Deed:
    """Hand tokens of the account in for a schedule that does not mint. Anyone may; approves exactly that amount first, if the allowance is short.

    With --from-treasury the treasury sends them to its owner, which approves them and hands them in: all in one operation where that is the timelock.
    """
    from mdt.governance.arguments import short_text

    found, wei = Distribution(actor.suite), actor.wei(amount)
    if from_treasury:
        by, _ = actor.earliest(actor.suite["Treasury"])
        return Deed(found.fund_from_treasury(by, schedule_id, wei, short_text(purpose)), by=by)
    return Deed(found.fund(actor.address, schedule_id, wei), by=actor.address)


# --- the owner ---


@acts(
    cli,
    "create-schedule",
    click.option("--recipient-type", type=click.Choice(list(RECIPIENTS)), required=True, help="Who is paid; it is also the reason that minted payments give."),
    click.option("--recipient", help="Who is paid. [default: Staking for validators, which streams it to stakers; Treasury for treasury]"),
    click.option("--pool-id", type=int, help="The pool that is paid, for marketplace. [default: the only open one]"),
    amount_option,
    interval_option,
    click.option("--duration-blocks", type=int, default=0, help="How long, at least one interval. [default: for ever]"),
    click.option(
        "--start-block", type=int, help="The first interval begins with it. [default: soon; a week after the timelock's delay where it has to execute]"
    ),
    click.option("--minted/--funded", "is_minted", default=None, help="Paid by minting, or out of what is handed in. [default: minted, if schedules may]"),
    owner=True,
)
def create_schedule(
    actor: Actor,
    recipient_type: str,
    recipient: str | None,
    pool_id: int | None,
    amount: str,
    interval_blocks: int,
    duration_blocks: int,
    start_block: int | None,
    is_minted: bool | None,
) -> Sequence[Call]:
    """Pay an amount every so many blocks. For the owner: scheduled where that is the timelock."""
    found = Distribution(actor.suite)
    soonest, usual = _blocks(actor, found)
    start = usual if start_block is None else start_block
    paid = actor.payee(recipient) if recipient is not None else None
    new = NewSchedule(RECIPIENTS[recipient_type], paid, pool_id, is_minted, actor.wei(amount), interval_blocks, start, duration_blocks)
    return found.create(new, soonest)


@acts(cli, "change-schedule", schedule_option, amount_option, interval_option, owner=True)
def change_schedule(actor: Actor, schedule_id: int, amount: str, interval_blocks: int) -> Sequence[Call]:
    """Other terms from the next interval on; what is due before is paid at the old ones. For the owner."""
    return Distribution(actor.suite).change(schedule_id, actor.wei(amount), interval_blocks)


@acts(cli, "pause-schedule", schedule_option, owner=True)
def pause_schedule(actor: Actor, schedule_id: int) -> Sequence[Call]:
    """Pay nothing until it is resumed; intervals over by then are skipped. For the owner."""
    return Distribution(actor.suite).pause(schedule_id)


@acts(cli, "resume-schedule", schedule_option, owner=True)
def resume_schedule(actor: Actor, schedule_id: int) -> Sequence[Call]:
    """Go on with a paused schedule. For the owner."""
    return Distribution(actor.suite).resume(schedule_id)


@acts(cli, "cancel-schedule", schedule_option, owner=True)
def cancel_schedule(actor: Actor, schedule_id: int) -> Sequence[Call]:
    """End a schedule for good: its funds go to the treasury, what is due is forgone. For the owner."""
    return Distribution(actor.suite).cancel(schedule_id)


# --- internal ---


def _blocks(actor: Actor, found: Distribution) -> tuple[int, int]:
    """The block a schedule can be created in at the earliest, about, and one to begin with where none is given."""
    from mdt.governance.timelock import Timelock
    from mdt.market.supply import block_seconds

    head = found.head()
    if not actor.goes_through_timelock(found.contract):
        return head + 1, head + MARGIN_BLOCKS
    seconds = block_seconds(actor.suite)
    wait = actor.earliest(found.contract)[1] - Timelock(actor.suite).now()
    return head + int(wait / seconds), head + int((wait + MARGIN_SECONDS) / seconds)


def _process(found: Distribution, row: ScheduleRow, signer: Signer, dry_run: bool) -> tuple[Step, dict[str, Any]]:
    """What a schedule has paid, or would; a refusal is told, and the others go on."""
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
    paid, count = sum(event.amount * event.intervals for event in events), sum(event.intervals for event in events)
    return Step(row, count, paid, step.unpaid, step.why), receipt_document(receipt)


def _step_document(step: Step) -> dict[str, Any]:
    return {
        "schedule_id": step.row.id,
        "recipient_type": step.row.recipient,
        "recipient": step.row.terms.recipient,
        "intervals": step.intervals,
        "paid": str(step.amount),
        "unpaid": str(step.unpaid),
        "why": step.why,
    }


def _document(found: Distribution, row: ScheduleRow, due: Any) -> dict[str, Any]:
    return {
        "schedule_id": row.id,
        "recipient_type": row.recipient,
        "state": row.state(found.head()),
        "funds": str(row.funds),
        "next_due_block": found.next_block(row),
        "due": plain(due),
        **plain(row.terms),
    }
