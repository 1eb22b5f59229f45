"""The treasury: `ape run treasury show|spend|stream|grant|budget`."""

from __future__ import annotations

import click

from mdt.cli import shared
from mdt.cli.perform import plain
from mdt.cli.scheduling import earliest, govern, scheduling_options
from mdt.cli.vesting_terms import Shape, shape_options, start_option

token_option = click.option("--token", help="Address of another token. [default: MDT]")
purpose_option = click.option("--purpose", required=True, help="What it is for, kept on chain: at most 31 characters, or 0x and 64 hex digits of a hash.")


@click.group()
def cli() -> None:
    """What the treasury holds, and spending it inside its budget: scheduled through the timelock, if that is the owner."""


@shared.command(cli, "show")
@token_option
def show(session, token) -> None:
    """What the treasury holds, may spend in this period, and has spent."""
    from mdt.suite.book import Book
    from mdt.suite.kinds import format_time

    purse = _purse(session)
    asked = purse.token(session.address(token) if token else None)
    budget, address = purse.budget(asked), asked.contract.address
    held, spent, owner = asked.contract.call("balanceOf", purse.contract.address), purse.contract.call("total_spent", address), purse.contract.call("owner")
    document = {"treasury": purse.contract.address, "owner": owner, "token": address, "held": str(held), "total_spent": str(spent), "budget": plain(budget)}

    def tell() -> None:
        rows = [
            ("owner", Book(session.suite).name(owner)),
            ("holds", asked.show(held)),
            ("budget of a period", asked.show(budget.amount)),
            ("of it left", f"{asked.show(budget.left)} until {format_time(budget.period_ends_at)}"),
            ("spent ever", asked.show(spent)),
        ]
        if budget.next_at:
            rows.append(("next budget", f"{asked.show(budget.next_amount)} from {format_time(budget.next_at)} on"))
        shared.table(f"Treasury {purse.contract.address}", ("", ""), rows)

    shared.emit(session.as_json, document, tell)


@shared.command(cli, "spend")
@click.argument("to")
@click.argument("amount")
@purpose_option
@token_option
@scheduling_options
def spend(session, to, amount, purpose, token, scheduling, account, dry_run) -> None:
    """Send AMOUNT ('12.5 MDT') to TO at once. Counts against the budget of the period in which it is executed."""
    from mdt.governance.arguments import short_text

    signer, purse = session.signer(account), _purse(session)
    asked = purse.token(session.address(token) if token else None)
    govern(session, signer, purse.spend(asked, session.address(to), asked.parse(amount), short_text(purpose)), dry_run, scheduling)


@shared.command(cli, "stream")
@click.argument("beneficiary")
@click.argument("amount")
@click.option("--over", required=True, help="How long it accrues, second by second, such as '180 days'.")
@click.option("--revocable", is_flag=True, help="The owner may end it early; what is vested then stays the beneficiary's.")
@start_option
@purpose_option
@scheduling_options
def stream(session, beneficiary, amount, over, revocable, start, purpose, scheduling, account, dry_run) -> None:
    """Pay AMOUNT of MDT to BENEFICIARY little by little: a schedule of vesting without a cliff. All of it counts against the budget when it is executed."""
    _grant(session, beneficiary, amount, Shape(start, linear=over, accrual="start", revocable=revocable), purpose, scheduling, account, dry_run)


@shared.command(cli, "grant")
@click.argument("beneficiary")
@click.argument("amount")
@shape_options
@purpose_option
@scheduling_options
def grant(session, beneficiary, amount, shape, purpose, scheduling, account, dry_run) -> None:
    """Grant AMOUNT of MDT to BENEFICIARY by a schedule of vesting. All of it counts against the budget when it is executed."""
    _grant(session, beneficiary, amount, shape, purpose, scheduling, account, dry_run)


@shared.command(cli, "budget")
@click.argument("amount")
@token_option
@scheduling_options
def budget(session, amount, token, scheduling, account, dry_run) -> None:
    """Set what may leave in a period: less applies at once, more from the start of the period after the next."""
    signer, purse = session.signer(account), _purse(session)
    asked = purse.token(session.address(token) if token else None)
    govern(session, signer, purse.set_budget(asked, asked.parse(amount)), dry_run, scheduling)


def _grant(session, beneficiary, amount, shape, purpose, scheduling, account, dry_run) -> None:
    from mdt.governance.arguments import short_text

    wei, signer, purse = shared.parse_units(amount), session.signer(account), _purse(session)
    _, soonest = earliest(session, signer, purse.contract, scheduling)
    terms = shape.terms(session.suite.record.preset, session.address(beneficiary), wei, soonest)
    govern(session, signer, purse.vest(terms, short_text(purpose)), dry_run, scheduling)


def _purse(session):
    from mdt.treasury.purse import Purse

    return Purse(session.suite)
