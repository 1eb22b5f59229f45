"""Validators: `ape run validator register|list|show|commission|metadata|operator|exit|rejoin|unjail|claim-commission`."""

from __future__ import annotations

import click

from mdt.cli import shared
from mdt.cli.perform import perform, plain


@click.group()
def cli() -> None:
    """Become a validator, and run one."""


@shared.command(cli, "register")
@click.argument("amount")
@click.option("--commission", required=True, help="Of the rewards: '5%' or '500 bps'.")
@click.option("--metadata", default="", help="A name and the address of a page; nobody checks it.")
@shared.signing_options
def register(session, amount, commission, metadata, account, dry_run) -> None:
    """Become a validator with AMOUNT ('100 MDT') of own stake. Approves exactly that amount first, if the allowance is short."""
    from mdt.units import parse_bps

    wei, bps = shared.parse_units(amount), parse_bps(commission)
    signer, operator = _signed(session, account)
    perform(session, signer, operator.register(wei, bps, metadata), dry_run)


@shared.command(cli, "list")
def list_(session) -> None:
    """All validators."""
    from mdt.staking.reader import Reader, status_words
    from mdt.units import format_amount, format_bps

    rows = Reader(session.suite).validators()
    network = session.suite["Staking"].call("network")
    document = {"network": plain(network), "validators": [plain(row) for row in rows]}

    def share(row) -> str:
        return f"{row.weight * 10_000 // network.weight / 100:.2f}%" if network.weight else ""

    def show() -> None:
        shown = [
            (
                row.validator_id,
                row.operator,
                format_amount(row.staked),
                format_amount(row.own_staked),
                share(row),
                format_bps(row.commission_bps),
                status_words(row.status),
            )
            for row in rows
        ]
        columns = ("", "operator", "staked", "of it own", "of rewards", "commission", "status")
        shared.table(f"{len(rows)} validators, {format_amount(network.staked)} staked", columns, shown, right=(0, 2, 3, 4, 5))

    shared.emit(session.as_json, document, show)


@shared.command(cli, "show")
@click.argument("validator", type=int)
def show(session, validator) -> None:
    """Everything about VALIDATOR."""
    from mdt.addresses import ZERO_ADDRESS
    from mdt.staking.outcomes import when
    from mdt.staking.reader import UNCAPPED, Reader, status_words
    from mdt.staking.slashes import OFFENCES
    from mdt.units import format_amount, format_bps, format_wad

    one = Reader(session.suite).detail(validator)
    profile, pool = one.profile, one.pool

    def tell() -> None:
        rows = [
            ("operator", profile.operator),
            ("says", profile.metadata),
            ("status", status_words(pool.status)),
            ("staked", f"{format_amount(pool.staked)}, of it own {format_amount(pool.own_staked)}"),
            ("unbonding", format_amount(pool.tokens - pool.staked)),
            ("weighs as", format_amount(one.effective_stake)),
            ("of all rewards", format_wad(one.share_wad)),
            ("room under the cap", "not capped: few validators are active" if one.headroom == UNCAPPED else format_amount(one.headroom)),
            ("commission", format_bps(profile.commission_bps)),
            ("commission to claim", format_amount(pool.commission_owed)),
            ("slashes ever", pool.slash_count),
        ]
        if profile.commission_applies_at:
            rows.append(("commission queued", f"{format_bps(profile.queued_commission_bps)} from {when(profile.commission_applies_at)} on"))
        if profile.proposed_operator != ZERO_ADDRESS:
            rows.append(("proposed operator", profile.proposed_operator))
        if one.jailed_until and pool.status & 4:
            rows.append(("in jail until", when(one.jailed_until)))
        rows += [
            (f"slash {held.slash_id} in escrow", f"{OFFENCES[held.offence]}, {format_amount(held.tokens)} of the pool, until {when(held.ends_at)}")
            for held in one.pending_slashes
        ]
        shared.table(f"Validator {validator}", ("", ""), rows)

    shared.emit(session.as_json, {"validator_id": validator, **plain(one)}, tell)


@cli.group("commission")
def commission() -> None:
    """Lower it at once, raise it one unbonding time ahead."""


@shared.command(commission, "set")
@click.argument("share")
@shared.signing_options
def set_commission(session, share, account, dry_run) -> None:
    """Set the commission to SHARE ('5%', '500 bps'). An increase is queued; a decrease, or the commission as it is, ends what is queued."""
    from mdt.units import parse_bps

    bps = parse_bps(share)
    signer, operator = _signed(session, account)
    perform(session, signer, operator.set_commission(bps), dry_run)


@shared.command(commission, "apply")
@click.argument("validator", type=int)
@shared.signing_options
def apply_commission(session, validator, account, dry_run) -> None:
    """Let VALIDATOR's queued increase take effect, once it is due. Anyone may."""
    signer, operator = _signed(session, account)
    perform(session, signer, operator.apply_commission(validator), dry_run)


@shared.command(cli, "metadata")
@click.argument("metadata")
@shared.signing_options
def metadata(session, metadata, account, dry_run) -> None:
    """Change what the validator says about itself."""
    signer, operator = _signed(session, account)
    perform(session, signer, operator.set_metadata(metadata), dry_run)


@cli.group("operator")
def operator_group() -> None:
    """Hand a validator to a new key, in two steps."""


@shared.command(operator_group, "propose")
@click.argument("successor")
@shared.signing_options
def propose(session, successor, account, dry_run) -> None:
    """Name SUCCESSOR, a key that no validator ever had; 'nobody' withdraws a proposal."""
    from mdt.addresses import ZERO_ADDRESS

    address = ZERO_ADDRESS if successor == "nobody" else session.address(successor)
    signer, operator = _signed(session, account)
    perform(session, signer, operator.propose_operator(address), dry_run)


@shared.command(operator_group, "accept")
@click.argument("validator", type=int)
@shared.signing_options
def accept(session, validator, account, dry_run) -> None:
    """Take VALIDATOR over: own stake, commission and all."""
    signer, operator = _signed(session, account)
    perform(session, signer, operator.accept_operator(validator), dry_run)


@shared.command(cli, "exit")
@shared.signing_options
def exit_(session, account, dry_run) -> None:
    """Stop earning; the stake can be unstaked."""
    signer, operator = _signed(session, account)
    perform(session, signer, operator.exit(), dry_run)


@shared.command(cli, "rejoin")
@shared.signing_options
def rejoin(session, account, dry_run) -> None:
    """Earn again after an exit."""
    signer, operator = _signed(session, account)
    perform(session, signer, operator.rejoin(), dry_run)


@shared.command(cli, "unjail")
@shared.signing_options
def unjail(session, account, dry_run) -> None:
    """Leave jail, once the time is over and no slash is in escrow."""
    signer, operator = _signed(session, account)
    perform(session, signer, operator.unjail(), dry_run)


@shared.command(cli, "claim-commission")
@click.argument("validator", type=int)
@shared.signing_options
def claim_commission(session, validator, account, dry_run) -> None:
    """Have VALIDATOR's commission paid to its operator, or the recipient it set. Anyone may."""
    signer, operator = _signed(session, account)
    perform(session, signer, operator.claim_commission(validator), dry_run)


def _signed(session, account):
    from mdt.staking.validators import Operator

    signer = session.signer(account)
    return signer, Operator(session.suite, signer.address)
