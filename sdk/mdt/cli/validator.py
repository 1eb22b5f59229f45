"""Validators: `mdt validator register|list|show|commission|metadata|operator|exit|rejoin|unjail|claim-commission`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from mdt.addresses import ZERO_ADDRESS
from mdt.cli.acts import Actor, acts
from mdt.cli.command import command
from mdt.cli.output import emit, percent, percent_of_wad, plain, table
from mdt.escapes import short
from mdt.model.staking.terms import Status
from mdt.staking.reader import UNCAPPED, Reader
from mdt.staking.slashes import OFFENCES
from mdt.staking.validators import Operator
from mdt.suite.words import counted, status_words
from mdt.units import format_bps, parse_bps, when

if TYPE_CHECKING:
    from mdt.cli.session import Session
    from mdt.suite.calls import Call


validator_argument = click.argument("validator", type=int)


@click.group("validator")
def cli() -> None:
    """Become a validator, and run one."""


@cli.group("commission")
def commission_group() -> None:
    """Lower it at once, raise it one unbonding time ahead."""


@cli.group("operator")
def operator_group() -> None:
    """Hand a validator to a new key, in two steps."""


def _operator(actor: Actor) -> Operator:
    return Operator(actor.suite, actor.address)


# --- reading ---


@command(cli, "list")
def list_(session: Session) -> None:
    """All validators."""
    rows, network = Reader(session.suite).validators(), session.suite["Staking"].call("network")

    def shown(row: Any) -> tuple[Any, ...]:
        share = percent(row.weight * 10_000 // network.weight) if network.weight else ""
        staked, own = session.unit.format(row.staked), session.unit.format(row.own_staked)
        return row.validator_id, row.operator, staked, own, share, format_bps(row.commission_bps), status_words(row.status)

    def show() -> None:
        columns = ("", "operator", "staked", "of it own", "of rewards", "commission", "status")
        table(
            f"{counted(len(rows), 'validator')}, {session.unit.format(network.staked)} staked",
            columns,
            [shown(row) for row in rows],
            right=(0, 2, 3, 4, 5),
        )

    emit(session.as_json, {"network": plain(network), "validators": [plain(row) for row in rows]}, show)


@command(cli, "show", validator_argument)
def show(session: Session, validator: int) -> None:
    """Everything about VALIDATOR."""
    detail = Reader(session.suite).detail(validator)
    emit(
        session.as_json,
        {"validator_id": validator, **plain(detail)},
        lambda: table(f"Validator {validator}", ("", ""), [*_standing(session, detail), *_changes(session, detail)]),
    )


def _standing(session: Session, detail: Any) -> list[tuple[str, Any]]:
    profile, pool, amount = detail.profile, detail.pool, session.unit.format
    return [
        ("operator", profile.operator),
        ("says", short(profile.metadata)),
        ("status", status_words(pool.status)),
        ("staked", f"{amount(pool.staked)}, of it own {amount(pool.own_staked)}"),
        ("unbonding", amount(pool.tokens - pool.staked)),
        ("weighs as", amount(detail.effective_stake)),
        ("of all rewards", percent_of_wad(detail.share_wad)),
        ("room under the cap", "not capped: few validators are active" if detail.headroom == UNCAPPED else amount(detail.headroom)),
        ("commission", format_bps(profile.commission_bps)),
        ("commission to claim", amount(pool.commission_owed)),
        ("slashes ever", pool.slash_count),
    ]


def _changes(session: Session, detail: Any) -> list[tuple[str, Any]]:
    """What is on its way: commission, operator, jail, slashes in escrow."""
    profile, rows = detail.profile, []
    if profile.commission_applies_at:
        rows.append(("commission queued", f"{format_bps(profile.queued_commission_bps)} from {when(profile.commission_applies_at)} on"))
    if profile.proposed_operator != ZERO_ADDRESS:
        rows.append(("proposed operator", profile.proposed_operator))
    if profile.exited_at:
        rows.append(("exited in block", f"{profile.exited_at:,}"))
    if detail.jailed_until and detail.pool.status & Status.JAILED:
        rows.append(("in jail until", when(detail.jailed_until)))
    for held in detail.pending_slashes:
        what = f"{OFFENCES[held.offence]}, {session.unit.format(held.tokens)} of the pool, until {when(held.ends_at)}"
        rows.append((f"slash {held.slash_id} in escrow", what))
    for one in detail.announced_slashes:
        rows.append((f"slash {one.slash_id} announced", f"{OFFENCES[one.offence]}, {format_bps(one.bps)} of the pool, opens at {when(one.opens_at)}"))
    return rows


# --- sending ---


@acts(
    cli,
    "register",
    click.argument("amount"),
    click.option("--commission", required=True, help="Of the rewards: '5%' or '500 bps'."),
    click.option("--metadata", default="", help="A name and the address of a page; nobody checks it."),
)
def register(actor: Actor, amount: str, commission: str, metadata: str) -> Sequence[Call]:
    """Become a validator with AMOUNT ('100 MDT') of own stake. Approves exactly that amount first, if the allowance is short."""
    return _operator(actor).register(actor.wei(amount), parse_bps(commission), metadata)


@acts(commission_group, "set", click.argument("share"))
def set_commission(actor: Actor, share: str) -> Sequence[Call]:
    """Set the commission to SHARE ('5%', '500 bps'). An increase is queued; a decrease, or the commission as it is, ends what is queued."""
    return _operator(actor).set_commission(parse_bps(share))


@acts(commission_group, "apply", validator_argument)
def apply_commission(actor: Actor, validator: int) -> Sequence[Call]:
    """Let VALIDATOR's queued increase take effect, once it is due. Anyone may."""
    return _operator(actor).apply_commission(validator)


@acts(cli, "metadata", click.argument("metadata"))
def metadata(actor: Actor, metadata: str) -> Sequence[Call]:
    """Change what the validator says about itself."""
    return _operator(actor).set_metadata(metadata)


@acts(operator_group, "propose", click.argument("successor"))
def propose(actor: Actor, successor: str) -> Sequence[Call]:
    """Name SUCCESSOR, a key that no validator ever had; 'nobody' withdraws a proposal."""
    return _operator(actor).propose_operator(ZERO_ADDRESS if successor == "nobody" else actor.payee(successor))


@acts(operator_group, "accept", validator_argument)
def accept(actor: Actor, validator: int) -> Sequence[Call]:
    """Take VALIDATOR over: own stake, commission and all."""
    return _operator(actor).accept_operator(validator)


@acts(cli, "exit")
def exit_(actor: Actor) -> Sequence[Call]:
    """Stop earning; the stake can be unstaked."""
    return _operator(actor).exit()


@acts(cli, "rejoin")
def rejoin(actor: Actor) -> Sequence[Call]:
    """Earn again after an exit."""
    return _operator(actor).rejoin()


@acts(cli, "unjail")
def unjail(actor: Actor) -> Sequence[Call]:
    """Leave jail, once the time is over and no slash is in escrow."""
    return _operator(actor).unjail()


@acts(cli, "claim-commission", validator_argument)
def claim_commission(actor: Actor, validator: int) -> Sequence[Call]:
    """Have VALIDATOR's commission paid to its operator, or the recipient it set. Anyone may."""
    return _operator(actor).claim_commission(validator)
