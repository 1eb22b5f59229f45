"""Stake: `ape run stake add|extend|restake|unstake|cancel|withdraw|move|claim|end-lock|recipient|positions|show`."""

from __future__ import annotations

import click

from mdt.cli import shared
from mdt.cli.perform import perform, plain

SLOT = click.IntRange(0, 15)
slot_option = click.option("--slot", type=SLOT, default=0, show_default=True, help="Which position: 0-7 delegated, 8-15 a validator's own stake.")
MONTHS = click.IntRange(0, 12)


@click.group()
def cli() -> None:
    """Stake with validators, lock, unstake, move, and have rewards paid."""


@shared.command(cli, "add")
@click.argument("validator", type=int)
@click.argument("amount")
@slot_option
@click.option("--months", type=MONTHS, default=0, show_default=True, help="Lock the whole position for so many 30-day months, for a bonus on rewards.")
@shared.signing_options
def add(session, validator, amount, slot, months, account, dry_run) -> None:
    """Stake AMOUNT ('100 MDT') with VALIDATOR. Approves exactly that amount first, if the allowance is short."""
    wei = shared.parse_units(amount)
    signer, stakes = _signed(session, account)
    perform(session, signer, stakes.add(validator, slot, wei, months), dry_run)


@shared.command(cli, "extend")
@click.argument("validator", type=int)
@slot_option
@click.option("--months", type=click.IntRange(1, 12), required=True, help="From now.")
@shared.signing_options
def extend(session, validator, slot, months, account, dry_run) -> None:
    """Lock a position longer, for a larger bonus."""
    signer, stakes = _signed(session, account)
    perform(session, signer, stakes.extend(validator, slot, months), dry_run)


@shared.command(cli, "restake")
@click.argument("validator", type=int)
@slot_option
@shared.signing_options
def restake(session, validator, slot, account, dry_run) -> None:
    """Add what a position has earned to it."""
    signer, stakes = _signed(session, account)
    perform(session, signer, stakes.restake(validator, slot), dry_run)


@shared.command(cli, "unstake")
@click.argument("validator", type=int)
@click.argument("amount")
@slot_option
@shared.signing_options
def unstake(session, validator, amount, slot, account, dry_run) -> None:
    """Ask for AMOUNT ('100 MDT', 'all') back: it earns nothing from now on, and can be withdrawn after the unbonding time."""
    wei = _amount(amount)
    signer, stakes = _signed(session, account)
    perform(session, signer, stakes.unstake(validator, slot, wei), dry_run)


@shared.command(cli, "cancel")
@click.argument("validator", type=int)
@click.argument("request", type=int)
@slot_option
@shared.signing_options
def cancel(session, validator, request, slot, account, dry_run) -> None:
    """Put an unbonding REQUEST back into its position."""
    signer, stakes = _signed(session, account)
    perform(session, signer, stakes.cancel(validator, slot, request), dry_run)


@shared.command(cli, "withdraw")
@click.argument("validator", type=int)
@click.argument("request", type=int, required=False)
@slot_option
@shared.signing_options
def withdraw(session, validator, request, slot, account, dry_run) -> None:
    """Take out what has been unbonded: one REQUEST, or all that are over."""
    signer, stakes = _signed(session, account)
    perform(session, signer, stakes.withdraw(validator, slot, request), dry_run)


@shared.command(cli, "move")
@click.argument("source", type=int)
@click.argument("validator", type=int)
@click.argument("amount")
@click.option("--from-slot", type=SLOT, default=0, show_default=True, help="Which position with SOURCE.")
@click.option("--slot", type=SLOT, help="Which empty position with VALIDATOR. [default: the first one]")
@shared.signing_options
def move(session, source, validator, amount, from_slot, slot, account, dry_run) -> None:
    """Move AMOUNT ('100 MDT', 'all') from SOURCE to VALIDATOR at once. It answers for SOURCE's slashes for one unbonding time, and stays that long."""
    wei = _amount(amount)
    signer, stakes = _signed(session, account)
    perform(session, signer, stakes.move((source, from_slot), validator, slot, wei), dry_run)


@shared.command(cli, "claim")
@click.argument("validator", type=int, required=False)
@click.option("--slot", type=SLOT, help="Only this position. [default: all]")
@shared.for_option
@shared.signing_options
def claim(session, validator, slot, owner, account, dry_run) -> None:
    """Have rewards paid: of all positions, or of those with VALIDATOR. Anyone may: they go to the owner, or the recipient it set."""
    signer, stakes = _signed(session, account, owner)
    perform(session, signer, stakes.claim(validator, slot), dry_run)


@shared.command(cli, "end-lock")
@click.argument("validator", type=int)
@slot_option
@shared.for_option
@shared.signing_options
def end_lock(session, validator, slot, owner, account, dry_run) -> None:
    """End the bonus of a lock that is over. Anyone may; until then the bonus is earned at the others' cost."""
    signer, stakes = _signed(session, account, owner)
    perform(session, signer, stakes.end_lock(validator, slot), dry_run)


@shared.command(cli, "recipient")
@click.argument("recipient")
@shared.signing_options
def recipient(session, recipient, account, dry_run) -> None:
    """Have rewards and commissions paid to RECIPIENT; oneself: to oneself again. Stake itself only ever comes back to its owner."""
    address = session.address(recipient)
    signer, stakes = _signed(session, account)
    perform(session, signer, stakes.set_recipient(address), dry_run)


@shared.command(cli, "positions")
@click.argument("owner", required=False)
@shared.account_option
def positions(session, owner, account) -> None:
    """All positions of OWNER (default: the account), with what they have earned and answer for."""
    from mdt.staking.outcomes import when
    from mdt.staking.reader import OWN_SLOT, Reader
    from mdt.units import format_amount, format_bps

    address = session.address(owner) if owner else session.signer(account).address
    reader = Reader(session.suite)
    rows, now = reader.positions(address), reader.now()
    requests = {(row.validator_id, row.slot): reader.requests(row.validator_id, address, row.slot) for row in rows if row.request_count}

    def shown(row) -> tuple:
        open_ones = requests.get((row.validator_id, row.slot), [])
        return (
            row.validator_id,
            f"{row.slot}{' (own)' if row.slot >= OWN_SLOT else ''}",
            format_amount(row.tokens),
            format_amount(row.pending_reward),
            f"{format_bps(row.bonus_bps)} until {when(row.unlocks_at)}" if row.bonus_bps else ("locked" if row.unlocks_at > now else ""),
            format_amount(sum(one.tokens for one in open_ones)) if open_ones else "",
            f"validator {row.source_id} until {when(row.answerable_until)}, {row.unanswered} unanswered" if row.source_id else "",
        )

    def show() -> None:
        columns = ("validator", "slot", "staked", "rewards", "bonus", "unbonding", "answers for")
        shared.table(f"Positions of {address}", columns, [shown(row) for row in rows], right=(0, 2, 3, 5))

    document = [plain(row) | {"requests": plain(requests.get((row.validator_id, row.slot), []))} for row in rows]
    shared.emit(session.as_json, {"owner": address, "positions": document}, show)


@shared.command(cli, "show")
@click.argument("validator", type=int)
@slot_option
@shared.for_option
@shared.account_option
def show(session, validator, slot, owner, account) -> None:
    """One position: worth, lock, weight, what it earns now, its unbonding requests."""
    from mdt.staking.outcomes import when
    from mdt.staking.reader import Reader
    from mdt.units import format_amount, format_bps, format_wad

    address = session.address(owner) if owner else session.signer(account).address
    reader = Reader(session.suite)
    position, requests = reader.position(validator, address, slot), reader.requests(validator, address, slot)
    weight, terms = reader.weight(validator, address, slot), reader.staking.call("terms")
    document = {"owner": address, "validator": validator, "slot": slot, **plain(position), "weight": plain(weight), "requests": plain(requests)}

    def tell() -> None:
        rows = [
            ("staked", format_amount(position.tokens)),
            ("rewards", format_amount(position.pending_reward)),
            ("locked", f"until {when(position.unlocks_at)}" if position.unlocks_at else "no"),
            ("bonus", format_bps(position.bonus_bps)),
            ("share of all rewards", f"{format_wad(weight.share_wad)}, after commission {format_wad(weight.net_share_wad)}"),
            ("minimum of a validator", format_amount(terms.min_validator_stake)),
        ]
        rows += [(f"request {one.request_id}", f"{format_amount(one.tokens)} from {when(one.unlocks_at)} on") for one in requests]
        shared.table(f"Validator {validator}, slot {slot} of {address}", ("", ""), rows)

    shared.emit(session.as_json, document, tell)


def _signed(session, account, owner=None):
    """Who signs, and the stake of the owner (the signer unless named)."""
    from mdt.staking.stakes import Stakes

    signer = session.signer(account)
    return signer, Stakes(session.suite, session.address(owner) if owner else signer.address)


def _amount(text: str) -> int:
    """Wei, or EVERYTHING of 'all'."""
    from mdt.staking.stakes import EVERYTHING

    return EVERYTHING if text.strip().lower() == "all" else shared.parse_units(text)
