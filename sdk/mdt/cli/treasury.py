"""The treasury: `mdt treasury show|spend|stream|grant|budget`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from mdt.cli.acts import Actor, acts
from mdt.cli.command import command
from mdt.cli.output import emit, plain, table
from mdt.cli.vesting_terms import Shape, shape_options, start_option
from mdt.suite.directory import Directory
from mdt.suite.kinds import format_time
from mdt.suite.tokens import Token, token_at
from mdt.treasury.purse import Purse

if TYPE_CHECKING:
    from mdt.cli.session import Session
    from mdt.suite.calls import Call

to_argument, beneficiary_argument, amount_argument = click.argument("to"), click.argument("beneficiary"), click.argument("amount")
token_option = click.option("--token", help="Address of another token. [default: MDT]")
purpose_option = click.option("--purpose", required=True, help="What it is for, kept on chain: at most 31 characters, or 0x and 64 hex digits of a hash.")


@click.group("treasury")
def cli() -> None:
    """What the treasury holds, and spending it inside its budget: scheduled through the timelock, if that is the owner."""


def _token(session: Session, token: str | None) -> Token:
    return token_at(session.suite, session.address(token) if token else None)


@command(cli, "show", token_option)
def show(session: Session, token: str | None) -> None:
    """What the treasury holds, may spend in this period, and has spent."""
    purse, asked = Purse(session.suite), _token(session, token)
    treasury, address, budget = purse.contract, asked.contract.address, purse.budget(asked)
    held, spent, owner = asked.contract.call("balanceOf", treasury.address), treasury.call("total_spent", address), treasury.call("owner")
    document = {"treasury": treasury.address, "owner": owner, "token": address, "held": str(held), "total_spent": str(spent), "budget": plain(budget)}

    def tell() -> None:
        rows = [
            ("owner", Directory(session.suite).name(owner)),
            ("holds", asked.show(held)),
            ("budget of a period", asked.show(budget.amount)),
            ("of it left", f"{asked.show(budget.left)} until {format_time(budget.period_ends_at)}"),
            ("spent ever", asked.show(spent)),
        ]
        if budget.next_at:
            rows.append(("next budget", f"{asked.show(budget.next_amount)} from {format_time(budget.next_at)} on"))
        table(f"Treasury {treasury.address}", ("", ""), rows)

    emit(session.as_json, document, tell)


@acts(cli, "spend", to_argument, amount_argument, purpose_option, token_option, owner=True)
def spend(actor: Actor, to: str, amount: str, purpose: str, token: str | None) -> Sequence[Call]:
    """Send AMOUNT ('12.5 MDT') to TO at once. Counts against the budget of the period in which it is executed."""
    asked = _token(actor.session, token)
    return Purse(actor.suite).spend(asked, actor.payee(to), asked.parse(amount), _purpose(purpose))


@acts(
    cli,
    "stream",
    beneficiary_argument,
    amount_argument,
    click.option("--over", required=True, help="How long it accrues, second by second, such as '180 days'."),
    click.option("--revocable", is_flag=True, help="The owner may end it early; what is vested then stays the beneficiary's."),
    start_option,
    purpose_option,
    owner=True,
)
def stream(actor: Actor, beneficiary: str, amount: str, over: str, revocable: bool, start: str | None, purpose: str) -> Sequence[Call]:
    """Pay AMOUNT of MDT to BENEFICIARY little by little: a schedule of vesting without a cliff. All of it counts against the budget when it is executed."""
    return _grant(actor, beneficiary, amount, Shape(start, linear=over, accrual="start", revocable=revocable), purpose)


@acts(cli, "grant", beneficiary_argument, amount_argument, shape_options, purpose_option, owner=True)
def grant(actor: Actor, beneficiary: str, amount: str, shape: Shape, purpose: str) -> Sequence[Call]:
    """Grant AMOUNT of MDT to BENEFICIARY by a schedule of vesting. All of it counts against the budget when it is executed."""
    return _grant(actor, beneficiary, amount, shape, purpose)


@acts(cli, "budget", amount_argument, token_option, owner=True)
def budget(actor: Actor, amount: str, token: str | None) -> Sequence[Call]:
    """Set what may leave in a period: less applies at once, more from the start of the period after the next."""
    asked = _token(actor.session, token)
    return Purse(actor.suite).set_budget(asked, asked.parse(amount))


def _grant(actor: Actor, beneficiary: str, amount: str, shape: Shape, purpose: str) -> Sequence[Call]:
    purse, wei = Purse(actor.suite), actor.wei(amount)
    _, soonest = actor.earliest(purse.contract)
    terms = shape.terms(actor.suite.record.preset, actor.payee(beneficiary), wei, soonest)
    return purse.vest(terms, _purpose(purpose))


def _purpose(text: str) -> bytes:
    from mdt.governance.arguments import short_text

    return short_text(text)
