"""Vesting: `ape run vesting show|claim|renounce|propose|accept|create|revoke|renounce-revocation|set-creator`."""

from __future__ import annotations

import click

from mdt.cli import shared
from mdt.cli.perform import perform, plain
from mdt.cli.scheduling import earliest, govern, scheduling_options, told
from mdt.cli.vesting_terms import shape_options

INDEX = click.IntRange(0, 63)


@click.group()
def cli() -> None:
    """Tokens that become their beneficiaries' over time. What is the owner's to do is scheduled through the timelock, if that is the owner."""


@shared.command(cli, "show")
@click.argument("beneficiary", required=False)
@shared.account_option
def show(session, beneficiary, account) -> None:
    """All schedules of BENEFICIARY (default: the account): what is vested, claimed and to come."""
    from mdt.addresses import ZERO_ADDRESS
    from mdt.suite.kinds import format_time
    from mdt.treasury.vesting import Schedules
    from mdt.units import format_amount

    address = session.address(beneficiary) if beneficiary else session.signer(account).address
    rows = Schedules(session.suite).of(address)

    def notes(one) -> str:
        said = ["ended early"] if one.is_ended else ["revocable"] if one.is_revocable else []
        if one.proposed_beneficiary != ZERO_ADDRESS:
            said.append(f"offered to {one.proposed_beneficiary}, from {format_time(one.acceptable_at)} on")
        return ", ".join(said)

    def tell() -> None:
        shown = [
            (
                row.index,
                format_amount(row.schedule.amount),
                format_amount(row.schedule.vested),
                format_amount(row.claimable),
                format_time(row.schedule.start),
                format_time(row.schedule.cliff_ends_at),
                format_time(row.schedule.ends_at),
                notes(row.schedule),
            )
            for row in rows
        ]
        columns = ("", "amount", "vested", "to claim", "starts", "cliff ends", "ends", "")
        shared.table(f"{len(rows)} schedules of {address}", columns, shown, right=(0, 1, 2, 3))

    document = [{"index": str(row.index), "claimable": str(row.claimable), **plain(row.schedule)} for row in rows]
    shared.emit(session.as_json, {"beneficiary": address, "schedules": document}, tell)


@shared.command(cli, "claim")
@click.argument("index", type=INDEX, required=False)
@click.option("--amount", help="At most so much of each. [default: all that is vested]")
@shared.for_option
@shared.signing_options
def claim(session, index, amount, owner, account, dry_run) -> None:
    """Have what is vested paid to the beneficiary: of schedule INDEX, or of all. Anyone may."""
    from mdt.treasury.vesting import EVERYTHING

    signer, schedules = _signed(session, account)
    beneficiary = session.address(owner) if owner else signer.address
    perform(session, signer, schedules.claim(beneficiary, index, shared.parse_units(amount) if amount else EVERYTHING), dry_run, told=told)


@shared.command(cli, "renounce")
@click.argument("index", type=INDEX)
@shared.signing_options
def renounce(session, index, account, dry_run) -> None:
    """Give up what is not vested yet of the account's schedule INDEX: it goes to the treasury, what is vested is paid."""
    signer, schedules = _signed(session, account)
    perform(session, signer, schedules.renounce(signer.address, index), dry_run, told=told)


@shared.command(cli, "propose")
@click.argument("index", type=INDEX)
@click.argument("new")
@shared.signing_options
def propose(session, index, new, account, dry_run) -> None:
    """Offer the account's schedule INDEX to NEW, who has to accept; 'nobody' takes the offer back."""
    from mdt.addresses import ZERO_ADDRESS

    signer, schedules = _signed(session, account)
    address = ZERO_ADDRESS if new == "nobody" else session.address(new)
    perform(session, signer, schedules.propose(signer.address, index, address), dry_run, told=told)


@shared.command(cli, "accept")
@click.argument("beneficiary")
@click.argument("index", type=INDEX)
@shared.signing_options
def accept(session, beneficiary, index, account, dry_run) -> None:
    """Take over schedule INDEX of BENEFICIARY, who has offered it."""
    signer, schedules = _signed(session, account)
    perform(session, signer, schedules.accept(signer.address, session.address(beneficiary), index), dry_run, told=told)


@shared.command(cli, "create")
@click.argument("beneficiary")
@click.argument("amount")
@shape_options
@scheduling_options
def create(session, beneficiary, amount, shape, scheduling, account, dry_run) -> None:
    """Lock AMOUNT of the creator's own tokens for BENEFICIARY. For the owner and creators; the treasury's tokens are granted by `ape run treasury grant`."""
    wei = shared.parse_units(amount)
    signer, schedules = _signed(session, account)
    is_creator = schedules.contract.call("is_creator", signer.address)
    payer, soonest = (signer.address, schedules.now()) if is_creator else earliest(session, signer, schedules.contract, scheduling)
    calls = schedules.create(payer, shape.terms(session.suite.record.preset, session.address(beneficiary), wei, soonest))
    if is_creator:
        perform(session, signer, calls, dry_run, told=told)
    else:
        govern(session, signer, calls, dry_run, scheduling)


@shared.command(cli, "revoke")
@click.argument("beneficiary")
@click.argument("index", type=INDEX)
@scheduling_options
def revoke(session, beneficiary, index, scheduling, account, dry_run) -> None:
    """End schedule INDEX of BENEFICIARY, if it is revocable: what is vested then is paid, the rest goes to the treasury. For the owner."""
    signer, schedules = _signed(session, account)
    govern(session, signer, schedules.revoke(session.address(beneficiary), index), dry_run, scheduling)


@shared.command(cli, "renounce-revocation")
@click.argument("beneficiary")
@click.argument("index", type=INDEX)
@scheduling_options
def renounce_revocation(session, beneficiary, index, scheduling, account, dry_run) -> None:
    """Give up, for good, the right to end schedule INDEX of BENEFICIARY. For the owner."""
    signer, schedules = _signed(session, account)
    govern(session, signer, schedules.renounce_revocation(session.address(beneficiary), index), dry_run, scheduling)


@shared.command(cli, "set-creator")
@click.argument("creator")
@click.argument("state", type=click.Choice(["on", "off"]))
@scheduling_options
def set_creator(session, creator, state, scheduling, account, dry_run) -> None:
    """Let CREATOR create schedules with its own tokens, or no longer. For the owner."""
    signer, schedules = _signed(session, account)
    govern(session, signer, schedules.set_creator(session.address(creator), state == "on"), dry_run, scheduling)


def _signed(session, account):
    from mdt.treasury.vesting import Schedules

    return session.signer(account), Schedules(session.suite)
