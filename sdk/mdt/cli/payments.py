"""Payments and fees as commands of `ape run token`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mdt.cli import shared
from mdt.cli.market import amount_option, given, owners, send, signer_of
from mdt.cli.perform import plain
from mdt.cli.scheduling import Scheduling, scheduling_options

if TYPE_CHECKING:
    from mdt.chain.signers import Signer
    from mdt.cli.shared import Session
    from mdt.market.payments import Desk

DEPOSITED = click.Choice(["registration", "unmet-quota"])
GOVERNED = click.Choice(["registration", "unmet-quota", "transfer"])


@click.group()
def payments() -> None:
    """What accounts pay each other and to the system."""


@shared.command(payments, "transfer")
@click.argument("to", required=False)
@click.argument("amount", required=False)
@click.option("--to", "to_option", metavar="TO", help="The same as the argument TO.")
@click.option("--amount", "amount_option", metavar="AMOUNT", help="The same as the argument AMOUNT.")
@click.option("--from", "sender", help="Who pays: the same as --account, or its address.")
@click.option("--plain", "is_plain", is_flag=True, help="An ERC-20 transfer, which burns nothing, also where payments go through the fee desk.")
@shared.signing_options
def transfer(
    session: Session,
    to: str | None,
    amount: str | None,
    to_option: str | None,
    amount_option: str | None,
    sender: str | None,
    is_plain: bool,
    account: str | None,
    dry_run: bool,
) -> None:
    """Send AMOUNT ('12.5 MDT', '25 wei') to TO.

    Where a part of every payment burns (`ape run token fees` shows it), it goes through the fee desk: the desk burns that part of the payer's tokens
    and the payee gets the rest. Approves exactly the amount to the desk first, if the allowance is short. The token itself never takes anything.
    """
    from mdt.market.payments import Desk

    desk = Desk(session.suite)
    wei = shared.parse_units(given(amount, amount_option, "AMOUNT"))
    signer, recipient = signer_of(session, account, sender), session.address(given(to, to_option, "TO"))
    if desk.takes_transfers and not is_plain:
        _pay(session, desk, signer, recipient, wei, dry_run)
    else:
        _transfer(session, signer, recipient, wei, dry_run)


@shared.command(payments, "fees")
def fees(session: Session) -> None:
    """Every fee: what part of it burns, where the rest goes, who takes it, and what was taken so far."""
    from mdt.market.payments import Desk
    from mdt.model.reasons import Burn, Fee
    from mdt.suite.book import Book
    from mdt.suite.words import plain_name
    from mdt.units import format_amount, format_bps

    desk, book = Desk(session.suite), Book(session.suite)
    rows = desk.table()
    totals = {kind: desk.contract.call("totals", int(kind)) for kind, _ in rows if kind >= Fee.REGISTRATION}

    def shown(kind: Fee, row: Any) -> tuple[str, ...]:
        so_far = totals.get(kind)
        sums = (format_amount(so_far.taken), format_amount(so_far.burned)) if so_far else ("", "")
        least = format_amount(row.least) if row.least > 1 else ""
        return plain_name(kind), format_bps(row.burn_bps), plain_name(Burn(row.burn_reason)), desk.rest_to(kind, row), book.name(row.taken_at), least, *sums

    def tell() -> None:
        columns = ("fee", "burned", "as", "rest to", "taken at", "at least", "taken", "burned so far")
        shared.table("Fees", columns, [shown(kind, row) for kind, row in rows], right=(1, 5, 6, 7))

    document = [{"fee": kind.name.lower(), **plain(row), "totals": plain(totals[kind]) if kind in totals else None} for kind, row in rows]
    shared.emit(session.as_json, {"fees": document}, tell)


@shared.command(payments, "deposit-fee")
@click.option("--kind", type=DEPOSITED, required=True, help="What it is for.")
@amount_option
@click.option("--for", "owner", help="For whom it is counted; an address or alias. [default: the signer]")
@shared.signing_options
def deposit_fee(session: Session, kind: str, amount: str, owner: str | None, account: str | None, dry_run: bool) -> None:
    """Pay for a registration, or hand in what was set aside for work that nobody did. Approves exactly the amount first, if the allowance is short."""
    from mdt.market.payments import DEPOSITS, Desk

    desk = Desk(session.suite)
    wei, signer = shared.parse_units(amount), session.signer(account)
    paid_for = session.address(owner) if owner else str(signer.address)
    payment, calls = desk.deposit(signer.address, DEPOSITS[kind], paid_for, wei)
    document = {"kind": kind, "account": paid_for, "amount": str(wei), "burned": str(payment.burned), "passed_on": str(payment.rest)}
    send(session, signer, calls, dry_run, document)


@shared.command(payments, "set-fee")
@click.option("--kind", type=GOVERNED, required=True, help="One that the fee desk takes.")
@click.option("--burn", help="The part that burns, such as '1%' or '100 bps'. [default: as it is]")
@click.option("--least", help="The smallest amount that is taken at once. [default: as it is]")
@click.option("--rest", type=click.Choice(["recycling", "treasury"]), help="Where the rest of a deposit goes. [default: as it is]")
@scheduling_options
def set_fee(
    session: Session, kind: str, burn: str | None, least: str | None, rest: str | None, scheduling: Scheduling, account: str | None, dry_run: bool
) -> None:
    """Change the terms of a fee. For the owner: scheduled where that is the timelock."""
    from mdt.market.payments import Desk
    from mdt.model.reasons import Fee
    from mdt.units import parse_amount, parse_bps

    desk = Desk(session.suite)
    signer = session.signer(account)
    calls = desk.set_terms(
        Fee[kind.upper().replace("-", "_")],
        parse_bps(burn) if burn is not None else None,
        parse_amount(least) if least is not None else None,
        rest == "treasury" if rest is not None else None,
    )
    owners(session, signer, calls, dry_run, scheduling)


# --- internal ---


def _pay(session: Session, desk: Desk, signer: Signer, recipient: str, wei: int, dry_run: bool) -> None:
    payment, calls = desk.pay(signer.address, recipient, wei)
    parties = {"from": signer.address, "to": recipient, "amount": str(wei)}
    send(session, signer, calls, dry_run, {**parties, "burned": str(payment.burned), "received": str(payment.rest), "through": "FeeDesk"})


def _transfer(session: Session, signer: Signer, recipient: str, wei: int, dry_run: bool) -> None:
    from mdt.market.payments import require_held
    from mdt.units import format_amount

    token = session.suite["MDT"]
    require_held(session.suite, signer.address, wei)
    document = {"from": signer.address, "to": recipient, "amount": str(wei), "dry_run": dry_run}
    words = f"{format_amount(wei)} from {signer.address} to {recipient}"
    if dry_run:
        token.simulate(signer.address, "transfer", recipient, wei)
        shared.emit(session.as_json, document, lambda: click.echo(f"would send {words}"))
        return
    receipt = token.send(signer, "transfer", recipient, wei)
    document |= shared.receipt_document(receipt)
    shared.emit(session.as_json, document, lambda: click.echo(f"sent {words}: {receipt.tx_hash} in block {receipt.block_number}"))
