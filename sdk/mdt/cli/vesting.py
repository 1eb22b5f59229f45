"""Vesting: `mdt vesting show|claim|renounce|propose|accept|create|revoke|renounce-revocation|set-creator`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from mdt.addresses import ZERO_ADDRESS
from mdt.cli.accounts import account_option
from mdt.cli.acts import Actor, Deed, acts
from mdt.cli.command import command, for_option
from mdt.cli.output import emit, plain, table
from mdt.cli.vesting_terms import Shape, shape_options
from mdt.suite.kinds import format_time
from mdt.suite.words import counted
from mdt.treasury.vesting import EVERYTHING, Schedules, VestingRow

if TYPE_CHECKING:
    from mdt.cli.session import Session
    from mdt.suite.calls import Call

INDEX = click.IntRange(0, 63)
index_argument, beneficiary_argument = click.argument("index", type=INDEX), click.argument("beneficiary")


@click.group("vesting")
def cli() -> None:
    """Tokens that become their beneficiaries' over time. What is the owner's to do is scheduled through the timelock, if that is the owner."""


@command(cli, "show", click.argument("beneficiary", required=False), account_option)
def show(session: Session, beneficiary: str | None, account: str | None) -> None:
    """All schedules of BENEFICIARY (default: the account): what is vested, claimed and to come."""
    address = session.who(beneficiary, account)
    rows = Schedules(session.suite).of(address)

    def shown(row: VestingRow) -> tuple[Any, ...]:
        schedule, amount = row.schedule, session.unit.format
        times = (format_time(time) for time in (schedule.start, schedule.cliff_ends_at, schedule.ends_at))
        return row.index, amount(schedule.amount), amount(schedule.vested), amount(row.claimable), *times, _notes(schedule)

    def tell() -> None:
        columns = ("", "amount", "vested", "to claim", "starts", "cliff ends", "ends", "")
        table(f"{counted(len(rows), 'schedule')} of {address}", columns, [shown(row) for row in rows], right=(0, 1, 2, 3))

    document = [{"index": row.index, "claimable": str(row.claimable), **plain(row.schedule)} for row in rows]
    emit(session.as_json, {"beneficiary": address, "schedules": document}, tell)


def _notes(schedule: Any) -> str:
    said = ["ended early"] if schedule.is_ended else ["revocable"] if schedule.is_revocable else []
    if schedule.proposed_beneficiary != ZERO_ADDRESS:
        said.append(f"offered to {schedule.proposed_beneficiary}, from {format_time(schedule.acceptable_at)} on")
    return ", ".join(said)


@acts(
    cli,
    "claim",
    click.argument("index", type=INDEX, required=False),
    click.option("--amount", help="At most so much of each. [default: all that is vested]"),
    for_option,
)
def claim(actor: Actor, index: int | None, amount: str | None, owner: str | None) -> Sequence[Call]:
    """Have what is vested paid to the beneficiary: of schedule INDEX, or of all. Anyone may."""
    return Schedules(actor.suite).claim(actor.named(owner), index, actor.wei(amount) if amount else EVERYTHING)


@acts(cli, "renounce", index_argument)
def renounce(actor: Actor, index: int) -> Sequence[Call]:
    """Give up what is not vested yet of the account's schedule INDEX: it goes to the treasury, what is vested is paid."""
    return Schedules(actor.suite).renounce(actor.address, index)


@acts(cli, "propose", index_argument, click.argument("new"))
def propose(actor: Actor, index: int, new: str) -> Sequence[Call]:
    """Offer the account's schedule INDEX to NEW, who has to accept; 'nobody' takes the offer back."""
    return Schedules(actor.suite).propose(actor.address, index, ZERO_ADDRESS if new == "nobody" else actor.payee(new))


@acts(cli, "accept", beneficiary_argument, index_argument)
def accept(actor: Actor, beneficiary: str, index: int) -> Sequence[Call]:
    """Take over schedule INDEX of BENEFICIARY, who has offered it."""
    return Schedules(actor.suite).accept(actor.address, actor.named(beneficiary), index)


@acts(cli, "create", beneficiary_argument, click.argument("amount"), shape_options, owner=True)
def create(actor: Actor, beneficiary: str, amount: str, shape: Shape) -> Deed:
    """Lock AMOUNT of the creator's own tokens for BENEFICIARY. For the owner and creators; the treasury's tokens are granted by `mdt treasury grant`."""
    wei, schedules = actor.wei(amount), Schedules(actor.suite)
    is_creator = bool(schedules.contract.call("is_creator", actor.address))
    payer, soonest = (actor.address, schedules.now()) if is_creator else actor.earliest(schedules.contract)
    terms = shape.terms(actor.suite.record.preset, actor.payee(beneficiary), wei, soonest)
    return Deed(schedules.create(payer, terms), by=actor.address if is_creator else None)


@acts(cli, "revoke", beneficiary_argument, index_argument, owner=True)
def revoke(actor: Actor, beneficiary: str, index: int) -> Sequence[Call]:
    """End schedule INDEX of BENEFICIARY, if it is revocable: what is vested then is paid, the rest goes to the treasury. For the owner."""
    return Schedules(actor.suite).revoke(actor.named(beneficiary), index)


@acts(cli, "renounce-revocation", beneficiary_argument, index_argument, owner=True)
def renounce_revocation(actor: Actor, beneficiary: str, index: int) -> Sequence[Call]:
    """Give up, for good, the right to end schedule INDEX of BENEFICIARY. For the owner."""
    return Schedules(actor.suite).renounce_revocation(actor.named(beneficiary), index)


@acts(cli, "set-creator", click.argument("creator"), click.argument("state", type=click.Choice(["on", "off"])), owner=True)
def set_creator(actor: Actor, creator: str, state: str) -> Sequence[Call]:
    """Let CREATOR create schedules with its own tokens, or no longer. For the owner."""
    return Schedules(actor.suite).set_creator(actor.payee(creator), state == "on")
