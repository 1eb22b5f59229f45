"""Validators: `mdt validator register|list|show|commission|metadata|owner|operator|vote-key|deposit|exit|rejoin|unjail|claim-commission`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from mdt.addresses import ZERO_ADDRESS
from mdt.cli.acts import Actor, acts
from mdt.cli.command import command
from mdt.cli.output import emit, percent, percent_of_wad, plain, table
from mdt.escapes import short
from mdt.model.staking.pool import ANY_AMOUNT
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


@cli.group("owner")
def owner_group() -> None:
    """Hand a validator to a new owner, in two steps."""


@cli.group("deposit")
def deposit_group() -> None:
    """What a validator has put aside: take it back, or let it be lost."""


@cli.group("vote-key")
def vote_key_group() -> None:
    """Replace the key that signs votes, in two steps."""


def _operator(actor: Actor) -> Operator:
    return Operator(actor.suite, actor.address)


def _named(actor: Actor, account: str) -> str:
    return ZERO_ADDRESS if account == "nobody" else actor.payee(account)


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
        ("owner", profile.owner),
        ("operator", profile.operator),
        ("vote key", profile.vote_key),
        ("says", short(profile.metadata)),
        ("status", status_words(pool.status)),
        ("staked", f"{amount(pool.tokens)}, of it own {amount(pool.own_staked)}{_own_part(pool)}"),
        ("weighs as", amount(detail.effective_stake)),
        ("of all rewards", percent_of_wad(detail.share_wad)),
        ("room for delegations", "any amount" if detail.headroom == UNCAPPED else amount(detail.headroom)),
        ("lets in", "any amount" if pool.delegation_cap == ANY_AMOUNT else f"{amount(pool.delegation_cap)} of delegations"),
        (
            "commission",
            f"{format_bps(profile.commission_bps)} since {when(profile.commission_set_at)}, at most {format_bps(profile.highest_commission_bps)} ever",
        ),
        ("deposit", amount(profile.deposit)),
        ("commission to claim", amount(pool.commission_owed)),
        ("slashes ever", f"{pool.slash_count}{': `mdt slash history`' if pool.slash_count else ''}"),
    ]


def _own_part(pool: Any) -> str:
    """How much of its stake a validator would lose itself."""
    return f" ({percent(pool.own_staked * 10_000 // pool.tokens)})" if pool.tokens else ""


def _changes(session: Session, detail: Any) -> list[tuple[str, Any]]:
    """What is on its way: commission, keys, jail, slashes in escrow."""
    profile, rows = detail.profile, []
    if profile.commission_applies_at:
        rows.append(("commission queued", f"{format_bps(profile.queued_commission_bps)} from {when(profile.commission_applies_at)} on"))
    if profile.proposed_owner != ZERO_ADDRESS:
        rows.append(("proposed owner", profile.proposed_owner))
    if profile.proposed_vote_key != ZERO_ADDRESS:
        rows.append(("proposed vote key", profile.proposed_vote_key))
    if profile.exited_at:
        rows.append(("exited in block", f"{profile.exited_at:,}"))
        if profile.deposit:
            rows.append(("deposit comes back", f"from {when(profile.deposit_free_at)} on, if nothing else bars it"))
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
    click.option("--owner", help="Whose validator and own stake it is: an account whose key is kept cold. Yours, if left out."),
)
def register(actor: Actor, amount: str, commission: str, metadata: str, owner: str | None) -> Sequence[Call]:
    """Become operator and vote key of a new validator with AMOUNT ('100 MDT') of own stake. Approves exactly that first, if the allowance is short."""
    return _operator(actor).register(actor.wei(amount), parse_bps(commission), metadata, actor.payee(owner) if owner else None)


@acts(commission_group, "set", validator_argument, click.argument("share"))
def set_commission(actor: Actor, validator: int, share: str) -> Sequence[Call]:
    """Set VALIDATOR's commission to SHARE ('5%', '500 bps'). An increase is queued; a decrease, or the commission as it is, ends what is queued."""
    return _operator(actor).set_commission(validator, parse_bps(share))


@acts(commission_group, "apply", validator_argument)
def apply_commission(actor: Actor, validator: int) -> Sequence[Call]:
    """Let VALIDATOR's queued increase take effect, once it is due. Anyone may."""
    return _operator(actor).apply_commission(validator)


@acts(cli, "metadata", validator_argument, click.argument("metadata"))
def metadata(actor: Actor, validator: int, metadata: str) -> Sequence[Call]:
    """Change what VALIDATOR says about itself."""
    return _operator(actor).set_metadata(validator, metadata)


@acts(owner_group, "propose", validator_argument, click.argument("successor"))
def propose_owner(actor: Actor, validator: int, successor: str) -> Sequence[Call]:
    """Name SUCCESSOR, who may take VALIDATOR over; 'nobody' withdraws a proposal. For its owner."""
    return _operator(actor).propose_owner(validator, _named(actor, successor))


@acts(owner_group, "accept", validator_argument)
def accept_owner(actor: Actor, validator: int) -> Sequence[Call]:
    """Take VALIDATOR over: own stake, commission and all."""
    return _operator(actor).accept_owner(validator)


@acts(cli, "operator", validator_argument, click.argument("operator"))
def operator(actor: Actor, validator: int, operator: str) -> Sequence[Call]:
    """Let the account OPERATOR operate VALIDATOR, and the one before no longer. For its owner."""
    return _operator(actor).set_operator(validator, actor.payee(operator))


@acts(vote_key_group, "propose", validator_argument, click.argument("key"))
def propose_vote_key(actor: Actor, validator: int, key: str) -> Sequence[Call]:
    """Name KEY, an account that never was a vote key, to sign VALIDATOR's votes; 'nobody' withdraws a proposal. For its owner."""
    return _operator(actor).propose_vote_key(validator, _named(actor, key))


@acts(vote_key_group, "accept", validator_argument)
def accept_vote_key(actor: Actor, validator: int) -> Sequence[Call]:
    """Become VALIDATOR's vote key: your votes count for it from this block on."""
    return _operator(actor).accept_vote_key(validator)


@acts(cli, "limit", validator_argument, click.argument("amount", required=False), click.option("--any", "is_any", is_flag=True, help="Any amount."))
def limit(actor: Actor, validator: int, amount: str | None, is_any: bool) -> Sequence[Call]:
    """Let delegations in with VALIDATOR up to AMOUNT ('5_000 MDT'; '0 MDT': nothing more) in all. For its operator and owner. What is there stays."""
    if (amount is None) is not is_any:
        raise click.UsageError("say AMOUNT or --any, one of them")
    return _operator(actor).set_limit(validator, ANY_AMOUNT if amount is None else actor.suite.unit.parse(amount))


@acts(cli, "exit", validator_argument)
def exit_(actor: Actor, validator: int) -> Sequence[Call]:
    """Let VALIDATOR stop earning; its stake can be unstaked. For its operator and owner."""
    return _operator(actor).exit(validator)


@acts(cli, "rejoin", validator_argument)
def rejoin(actor: Actor, validator: int) -> Sequence[Call]:
    """Let VALIDATOR earn again after an exit."""
    return _operator(actor).rejoin(validator)


@acts(deposit_group, "withdraw", validator_argument)
def withdraw_deposit(actor: Actor, validator: int) -> Sequence[Call]:
    """Be paid VALIDATOR's deposit back, one unbonding time after its exit. For its owner."""
    return _operator(actor).withdraw_deposit(validator)


@acts(deposit_group, "forfeit", validator_argument)
def forfeit_deposit(actor: Actor, validator: int) -> Sequence[Call]:
    """Hand the deposit of VALIDATOR, which is tombstoned for good, to the recycling pool. Anyone may."""
    return _operator(actor).forfeit_deposit(validator)


@acts(cli, "unjail", validator_argument)
def unjail(actor: Actor, validator: int) -> Sequence[Call]:
    """Let VALIDATOR leave jail, once the time is over and no slash is in escrow."""
    return _operator(actor).unjail(validator)


@acts(cli, "claim-commission", validator_argument)
def claim_commission(actor: Actor, validator: int) -> Sequence[Call]:
    """Have VALIDATOR's commission paid to its owner, or the recipient it set. Anyone may."""
    return _operator(actor).claim_commission(validator)
