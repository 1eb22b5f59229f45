"""Stake: `mdt stake add|extend|restake|unstake|cancel|withdraw|move|claim|end-lock|recipient|positions|show`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from mdt.cli.accounts import account_option
from mdt.cli.acts import Actor, Deed, acts
from mdt.cli.command import command, for_option
from mdt.cli.output import emit, percent_of_wad, plain, say, table
from mdt.cli.perform import Came
from mdt.staking.reader import OWN_SLOT, Reader
from mdt.staking.stakes import EVERYTHING, Stakes
from mdt.units import format_bps, parse_bps, when

if TYPE_CHECKING:
    from mdt.chain.abi import Event
    from mdt.cli.session import Session
    from mdt.suite.calls import Call

SLOT = click.IntRange(0, 15)
validator_argument = click.argument("validator", type=int)
amount_argument = click.argument("amount")
slot_option = click.option("--slot", type=SLOT, default=0, show_default=True, help="Which position: 0-7 delegated, 8-15 a validator's own stake.")


@click.group("stake")
def cli() -> None:
    """Stake with validators, lock, unstake, move, and have rewards paid."""


def _stakes(actor: Actor, owner: str | None = None) -> Stakes:
    return Stakes(actor.suite, actor.named(owner))


def _amount(actor: Actor, text: str) -> int:
    """Wei, or EVERYTHING of 'all'."""
    return EVERYTHING if text.strip().lower() == "all" else actor.wei(text)


months_option = click.option(
    "--months", type=click.IntRange(0, 12), default=0, show_default=True, help="Lock the whole position for so many 30-day months, for a bonus on rewards."
)


commission_option = click.option(
    "--max-commission",
    metavar="SHARE",
    help="The largest commission you accept ('10%', '1000 bps'); while the validator takes more, a lock does not hold.  [default: what it takes now]",
)
at_most_option = click.option("--at-most", is_flag=True, help="Stake what fits of AMOUNT, if any does.")


@acts(cli, "add", validator_argument, amount_argument, slot_option, months_option, commission_option, at_most_option)
def add(actor: Actor, validator: int, amount: str, slot: int, months: int, max_commission: str | None, at_most: bool) -> Deed:
    """Stake AMOUNT ('100 MDT') with VALIDATOR. Approves exactly that amount first, if the allowance is short."""
    asked, most = actor.wei(amount), None if max_commission is None else parse_bps(max_commission)
    calls = _stakes(actor).add(validator, slot, asked, months, most, at_most=at_most)
    return Deed(calls, came=(lambda events: _fitted(actor, asked, events)) if at_most else None)


def _fitted(actor: Actor, asked: int, events: Sequence[Event]) -> Came:
    """How much of what was asked fitted, and what of the allowance is left: it stands until it is used or taken back."""
    show, staked = actor.suite.show, sum(int(event.amount) for event in events if event.name == "Staked")
    left = int(actor.suite["MDT"].call("allowance", actor.address, actor.suite["Staking"].address))
    words = f"{show(staked)} of {show(asked)} fitted; " + (f"{show(left)} of the allowance to Staking is left" if left else "no allowance to Staking is left")
    return Came({"staked": str(staked), "allowance_left": str(left)}, lambda: say(words))


@acts(cli, "extend", validator_argument, slot_option, click.option("--months", type=click.IntRange(1, 12), required=True, help="From now."))
def extend(actor: Actor, validator: int, slot: int, months: int) -> Sequence[Call]:
    """Lock a position longer, for a larger bonus."""
    return _stakes(actor).extend(validator, slot, months)


@acts(cli, "restake", validator_argument, slot_option)
def restake(actor: Actor, validator: int, slot: int) -> Sequence[Call]:
    """Add what a position has earned to it."""
    return _stakes(actor).restake(validator, slot)


@acts(cli, "unstake", validator_argument, amount_argument, slot_option)
def unstake(actor: Actor, validator: int, amount: str, slot: int) -> Sequence[Call]:
    """Ask for AMOUNT ('100 MDT', 'all') back: it earns nothing from now on, and can be withdrawn after the unbonding time."""
    return _stakes(actor).unstake(validator, slot, _amount(actor, amount))


@acts(cli, "cancel", validator_argument, click.argument("request", type=int), slot_option)
def cancel(actor: Actor, validator: int, request: int, slot: int) -> Sequence[Call]:
    """Put an unbonding REQUEST back into its position."""
    return _stakes(actor).cancel(validator, slot, request)


any_slot_option = click.option("--slot", type=SLOT, help="Only out of this position. [default: all]")


@acts(cli, "withdraw", click.argument("validator", type=int, required=False), click.argument("request", type=int, required=False), any_slot_option)
def withdraw(actor: Actor, validator: int | None, request: int | None, slot: int | None) -> Sequence[Call]:
    """Take out what has been unbonded: one REQUEST, all that are over with VALIDATOR, or all there are."""
    return _stakes(actor).withdraw(validator, slot, request)


@acts(
    cli,
    "move",
    click.argument("source", type=int),
    validator_argument,
    amount_argument,
    click.option("--from-slot", type=SLOT, default=0, show_default=True, help="Which position with SOURCE."),
    click.option("--slot", type=SLOT, help="Which empty position with VALIDATOR. [default: the first one]"),
    click.option(
        "--max-commission",
        metavar="SHARE",
        help="The largest commission you accept there ('10%', '1000 bps').  [default: what you accepted, if it is locked; else what is taken now]",
    ),
)
def move(actor: Actor, source: int, validator: int, amount: str, from_slot: int, slot: int | None, max_commission: str | None) -> Sequence[Call]:
    """Move AMOUNT ('100 MDT', 'all') from SOURCE to VALIDATOR at once. It answers for SOURCE's slashes for one unbonding time, and stays that long."""
    most = None if max_commission is None else parse_bps(max_commission)
    return _stakes(actor).move((source, from_slot), validator, slot, _amount(actor, amount), most)


@acts(
    cli,
    "claim",
    click.argument("validator", type=int, required=False),
    click.option("--slot", type=SLOT, help="Only this position. [default: all]"),
    for_option,
)
def claim(actor: Actor, validator: int | None, slot: int | None, owner: str | None) -> Sequence[Call]:
    """Have rewards paid: of all positions, or of those with VALIDATOR. Anyone may: they go to the owner, or the recipient it set."""
    return _stakes(actor, owner).claim(validator, slot)


@acts(cli, "end-lock", validator_argument, slot_option, for_option)
def end_lock(actor: Actor, validator: int, slot: int, owner: str | None) -> Sequence[Call]:
    """End the bonus of a lock that is over. Anyone may; until then the bonus is earned at the others' cost."""
    return _stakes(actor, owner).end_lock(validator, slot)


@acts(cli, "recipient", click.argument("recipient"))
def recipient(actor: Actor, recipient: str) -> Sequence[Call]:
    """Have rewards and commissions paid to RECIPIENT; oneself: to oneself again. Stake itself only ever comes back to its owner."""
    return _stakes(actor).set_recipient(actor.payee(recipient))


@command(cli, "positions", click.argument("owner", required=False), account_option)
def positions(session: Session, owner: str | None, account: str | None) -> None:
    """All positions of OWNER (default: the account), with what they have earned and answer for."""
    address, reader = session.who(owner, account), Reader(session.suite)
    rows, now = reader.positions(address), reader.now()
    requests = {(row.validator_id, row.slot): reader.requests(row.validator_id, address, row.slot) for row in rows if row.request_count}

    def shown(row: Any) -> tuple[Any, ...]:
        unbonding = requests.get((row.validator_id, row.slot), [])
        return (
            row.validator_id,
            f"{row.slot}{' (own)' if row.slot >= OWN_SLOT else ''}",
            session.unit.format(row.tokens),
            session.unit.format(row.pending_reward),
            f"{format_bps(row.bonus_bps)} until {when(row.unlocks_at)}" if row.bonus_bps else ("locked" if row.unlocks_at > now else ""),
            session.unit.format(sum(request.tokens for request in unbonding)) if unbonding else "",
            "; ".join(_answers_for(row, unbonding)),
        )

    def show() -> None:
        columns = ("validator", "slot", "staked", "rewards", "bonus", "unbonding", "answers for")
        table(f"Positions of {address}", columns, [shown(row) for row in rows], right=(0, 2, 3, 5))

    document = [plain(row) | {"requests": plain(requests.get((row.validator_id, row.slot), []))} for row in rows]
    emit(session.as_json, {"owner": address, "positions": document}, show)


@command(cli, "show", validator_argument, slot_option, for_option, account_option)
def show(session: Session, validator: int, slot: int, owner: str | None, account: str | None) -> None:
    """One position: worth, lock, weight, what it earns now, its unbonding requests."""
    address, reader = session.who(owner, account), Reader(session.suite)
    position, requests = reader.position(validator, address, slot), reader.requests(validator, address, slot)
    weight, terms = reader.weight(validator, address, slot), reader.staking.call("terms")
    taken, now = int(reader.staking.call("validator", validator).commission_bps), reader.now()
    document = {"owner": address, "validator": validator, "slot": slot, **plain(position), "weight": plain(weight), "requests": plain(requests)}

    def tell() -> None:
        rows = [
            ("staked", session.unit.format(position.tokens)),
            ("rewards", session.unit.format(position.pending_reward)),
            ("locked", f"until {when(position.unlocks_at)}{_not_held(taken, position, slot, now)}" if position.unlocks_at else "no"),
            ("bonus", format_bps(position.bonus_bps)),
            *([("accepts", f"a commission of {format_bps(position.accepted_commission_bps)} at most")] if slot < OWN_SLOT else []),
            ("share of all rewards", f"{percent_of_wad(weight.share_wad)}, after commission {percent_of_wad(weight.net_share_wad)}"),
            ("minimum of a validator", session.unit.format(terms.min_validator_stake)),
        ]
        rows += [(f"request {request.request_id}", _waiting(session, request)) for request in requests]
        table(f"Validator {validator}, slot {slot} of {address}", ("", ""), rows)

    emit(session.as_json, document, tell)


def _not_held(taken: int, position: Any, slot: int, now: int) -> str:
    """Of a lock that runs and does not hold, in words: its owner may leave."""
    if slot >= OWN_SLOT or position.unlocks_at <= now or taken <= position.accepted_commission_bps:
        return ""
    return f", but it does not hold: the validator takes {format_bps(taken)}, more than was accepted"


def _answers_for(row: Any, unbonding: list[Any]) -> list[str]:
    """Of a position that was moved, and of what was asked back of it."""
    moved = [f"validator {row.source_id} until {when(row.answerable_until)}, {row.unanswered} unanswered"] if row.source_id else []
    unanswered = sum(request.unanswered for request in unbonding)
    return [*moved, f"validator {row.validator_id}, {unanswered} unanswered"] if unanswered else moved


def _waiting(session: Session, request: Any) -> str:
    slashes = f", {request.unanswered} {'slash' if request.unanswered == 1 else 'slashes'} to answer for" if request.unanswered else ""
    return f"{session.unit.format(request.tokens)} from {when(request.unlocks_at)} on{slashes}"
