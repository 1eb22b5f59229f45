"""Payments and fees as commands of `mdt token`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from mdt.cli.accounts import also
from mdt.cli.acts import Actor, Deed, acts
from mdt.cli.command import command
from mdt.cli.output import emit, plain, table
from mdt.cli.perform import Came
from mdt.cli.token_options import amount_option, given
from mdt.market.payments import DEPOSITS, Desk, require_held
from mdt.model.reasons import Burn, Fee
from mdt.suite.calls import Call
from mdt.suite.directory import Directory
from mdt.suite.words import plain_name
from mdt.units import format_bps, parse_bps

if TYPE_CHECKING:
    from mdt.chain.abi import Event
    from mdt.cli.session import Session

DEPOSITED = click.Choice(["registration", "unmet-quota"])
GOVERNED = click.Choice(["registration", "unmet-quota", "transfer"])


@click.group("payments")
def cli() -> None:
    """What accounts pay each other and to the system."""


@acts(
    cli,
    "transfer",
    click.argument("to", required=False),
    click.argument("amount", required=False),
    click.option("--to", "to_option", metavar="TO", help="The same as the argument TO."),
    click.option("--amount", "amount_option", metavar="AMOUNT", help="The same as the argument AMOUNT."),
    also("--from", "Who pays: the same as --account, or its address."),
    click.option("--plain", "is_plain", is_flag=True, help="An ERC-20 transfer, which burns nothing, also where payments go through the fee desk."),
)
def transfer(actor: Actor, to: str | None, amount: str | None, to_option: str | None, amount_option: str | None, is_plain: bool) -> Deed:
    """Send AMOUNT ('12.5 MDT', '25 wei') to TO.

    Where a part of every payment burns (`mdt token fees` shows it), it goes through the fee desk: the desk burns that part of the payer's tokens
    and the payee gets the rest. Approves exactly the amount to the desk first, if the allowance is short. The token itself never takes anything.
    """
    desk, wei, recipient = Desk(actor.suite), actor.wei(given(amount, amount_option, "AMOUNT")), actor.payee(given(to, to_option, "TO"))
    parties = {"from": actor.address, "to": recipient, "amount": str(wei)}
    if desk.takes_transfers and not is_plain:
        payment, calls = desk.pay(actor.address, recipient, wei)
        expected = {**parties, "burned": str(payment.burned), "received": str(payment.rest), "through": "FeeDesk"}
        return Deed(calls, expected, lambda events: _burned("Paid", events, "received"))
    require_held(actor.suite, actor.address, wei)
    words = f"send {actor.suite.show(wei)} from {actor.address} to {recipient}"
    return Deed([Call(actor.suite["MDT"], "transfer", (recipient, wei), words)], parties)


@command(cli, "fees")
def fees(session: Session) -> None:
    """Every fee: what part of it burns, where the rest goes, who takes it, and what was taken so far."""
    desk, directory, amount = Desk(session.suite), Directory(session.suite), session.unit.format
    rows = desk.table()
    totals = {kind: desk.contract.call("totals", int(kind)) for kind, _ in rows if kind >= Fee.REGISTRATION}

    def shown(kind: Fee, row: Any) -> tuple[str, ...]:
        so_far = totals.get(kind)
        sums = (amount(so_far.taken), amount(so_far.burned)) if so_far else ("", "")
        least = amount(row.least) if row.least > 1 else ""
        burned = format_bps(row.burn_bps), plain_name(Burn(row.burn_reason))
        return plain_name(kind), *burned, desk.rest_to(kind, row), directory.name(row.taken_at), least, *sums

    def tell() -> None:
        columns = ("fee", "burned", "as", "rest to", "taken at", "at least", "taken", "burned so far")
        table("Fees", columns, [shown(kind, row) for kind, row in rows], right=(1, 5, 6, 7))

    document = [{"fee": kind.name.lower(), **plain(row), "totals": plain(totals[kind]) if kind in totals else None} for kind, row in rows]
    emit(session.as_json, {"fees": document}, tell)


@acts(
    cli,
    "deposit-fee",
    click.option("--kind", type=DEPOSITED, required=True, help="What it is for."),
    amount_option,
    click.option("--for", "owner", help="For whom it is counted; an address or alias. [default: the signer]"),
)
def deposit_fee(actor: Actor, kind: str, amount: str, owner: str | None) -> Deed:
    """Pay for a registration, or hand in what was set aside for work that nobody did. Approves exactly the amount first, if the allowance is short."""
    wei, paid_for = actor.wei(amount), actor.named(owner)
    payment, calls = Desk(actor.suite).deposit(actor.address, DEPOSITS[kind], paid_for, wei)
    expected = {"kind": kind, "account": paid_for, "amount": str(wei), "burned": str(payment.burned), "passed_on": str(payment.rest)}
    return Deed(calls, expected, lambda events: _burned("Deposited", events, "passed_on"))


def _burned(name: str, events: Sequence[Event], rest: str) -> Came:
    """What the desk has burned and what it has passed on, by its event: the terms may be others than when the payment was planned."""
    one = next((event for event in events if event.name == name), None)
    return Came({} if one is None else {"amount": str(one.amount), "burned": str(one.burned), rest: str(one.amount - one.burned)})


@acts(
    cli,
    "set-fee",
    click.option("--kind", type=GOVERNED, required=True, help="One that the fee desk takes."),
    click.option("--burn", help="The part that burns, such as '1%' or '100 bps'. [default: as it is]"),
    click.option("--least", help="The smallest amount that is taken at once. [default: as it is]"),
    click.option("--rest", type=click.Choice(["recycling", "treasury"]), help="Where the rest of a deposit goes. [default: as it is]"),
    owner=True,
)
def set_fee(actor: Actor, kind: str, burn: str | None, least: str | None, rest: str | None) -> Sequence[Call]:
    """Change the terms of a fee. For the owner: scheduled where that is the timelock."""
    return Desk(actor.suite).set_terms(
        Fee[kind.upper().replace("-", "_")],
        parse_bps(burn) if burn is not None else None,
        actor.session.unit.parse(least) if least is not None else None,
        rest == "treasury" if rest is not None else None,
    )
