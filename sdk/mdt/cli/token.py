"""The token's life: `ape run token stats|balance|transfer|mint|burn|...`; pools, schedules and fees are commands of the same group."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from mdt.cli import shared
from mdt.cli.market import amount_option, figures, percent, send, signer_of, user_option
from mdt.cli.payments import payments
from mdt.cli.pools import pools
from mdt.cli.sales import sales
from mdt.cli.schedules import schedules
from mdt.suite.words import BURN, MINT

PAGE = 64


@click.group()
def cli() -> None:
    """Supply and balances, payments and fees, mints and burns, reserve pools and what they sell, schedules that distribute."""


for one in (payments, pools, sales, schedules):
    cli.commands.update(one.commands)


@shared.command(cli, "stats")
def stats(session) -> None:
    """Supply, inflation and burn rates, marketplace liquidity; then buckets, reasons and holders.

    Circulating is what was minted less what was burned; effective is that less what Treasury, Vesting, ReservePools and DistributionSchedules hold.
    """
    from mdt.market.statistics import Statistics

    found = Statistics.of(session.suite)
    where = {"network": session.network, "chain_id": session.chain.chain_id}

    def show() -> None:
        _show_supply(found)
        _show_economics(found)
        _show_parts(found)

    shared.emit(session.as_json, where | found.document(), show)


@shared.command(cli, "balance")
@click.argument("account", required=False)
@click.option("--user-id", help="The same as the argument ACCOUNT.")
def balance(session, account, user_id) -> None:
    """All that ACCOUNT has: an address, an alias of ape, TEST::n, or a contract's name. Of the account that signs unless named."""
    from dataclasses import asdict

    from mdt.errors import MarketError
    from mdt.market.wallet import wallet_of
    from mdt.units import format_amount

    if account is not None and user_id is not None:
        raise MarketError("give ACCOUNT once: as an argument, or with --user-id")
    named = account if account is not None else user_id
    found = wallet_of(session.suite, session.address(named) if named else str(session.signer(None).address))

    def show() -> None:
        rows = [
            ("Account", found.account),
            ("Balance", format_amount(found.balance)),
            ("Staked", format_amount(found.staked)),
            ("Unbonding", format_amount(found.unbonding)),
            ("Pending Rewards", format_amount(found.pending_rewards)),
            ("Vested, To Claim", format_amount(found.vested)),
            ("Total Assets", format_amount(found.total)),
        ]
        rows += [("Not Vested Yet", format_amount(found.vesting))] if found.vesting else []
        figures("Wallet Balance", rows)

    amounts = {name: str(value) for name, value in asdict(found).items()}
    shared.emit(session.as_json, {**amounts, "total_assets": str(found.total)}, show)


@shared.command(cli, "mint")
@amount_option
@click.option("--reason", type=click.Choice(list(MINT)), required=True, help="What it is for.")
@click.option("--recipient", help="Who gets it; an address or alias. [default: the signer]")
@shared.signing_options
def mint(session, amount, reason, recipient, account, dry_run) -> None:
    """Create tokens. For minters, inside their budget: the token's owner proposes and grants one through `ape run governance`."""
    from mdt.market import supply

    suite = session.suite
    wei, signer = shared.parse_units(amount), session.signer(account)
    send(session, signer, supply.mint(suite, signer.address, session.address(recipient) if recipient else signer.address, wei, MINT[reason]), dry_run)


@shared.command(cli, "burn")
@amount_option
@click.option("--reason", type=click.Choice(list(BURN)), default="voluntary", show_default=True, help="Any but voluntary only for who is entitled to it.")
@user_option
@shared.signing_options
def burn(session, amount, reason, user_id, account, dry_run) -> None:
    """Destroy tokens of the account. Fees are not paid so: `deposit-fee` and `transfer` burn what is to burn of them."""
    from mdt.market import supply

    suite = session.suite
    wei, signer = shared.parse_units(amount), signer_of(session, account, user_id)
    send(session, signer, supply.burn(suite, signer.address, wei, BURN[reason]), dry_run)


@shared.command(cli, "mint-history")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
def mint_history(session, limit) -> None:
    """The most recent mints, read from the token's state."""
    _history(session, "mint", limit)


@shared.command(cli, "burn-history")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
def burn_history(session, limit) -> None:
    """The most recent burns, read from the token's state."""
    _history(session, "burn", limit)


def _history(session, kind, limit) -> None:
    from mdt.model.reasons import Burn, Mint
    from mdt.units import format_amount

    token, reasons = session.suite["MDT"], Mint if kind == "mint" else Burn
    count, kept = token.call(f"{kind}_record_count"), token.call("RING_SIZE")
    wanted, records = min(limit, count, kept), []
    while len(records) < wanted:
        page = token.call(f"{kind}_records", len(records), min(PAGE, wanted - len(records)))
        if not page:
            break
        records += page
    document = {
        "count": count,
        "shown": len(records),
        "records": [
            {
                "account": one.account,
                "reason": reasons(one.reason).name.lower(),
                "amount": str(one.amount),
                "block_number": one.block_number,
                "timestamp": one.timestamp,
            }
            for one in records
        ],
    }

    def show() -> None:
        rows = [
            (
                one.block_number,
                f"{datetime.fromtimestamp(one.timestamp, UTC):%Y-%m-%d %H:%M:%S}",
                reasons(one.reason).name.lower(),
                format_amount(one.amount),
                one.account,
            )
            for one in records
        ]
        shared.table(f"The last {len(records)} of {count} {kind}s", ("block", "time (UTC)", "reason", "amount", "account"), rows, right=(0, 3))

    shared.emit(session.as_json, document, show)


def _show_supply(found) -> None:
    from mdt.units import format_amount

    supply = found.supply
    rows = [
        ("Circulating Supply", format_amount(supply.circulating), "minted less burned"),
        ("Total Minted", format_amount(supply.minted)),
        ("Total Burned", format_amount(supply.burned)),
        ("Effective Supply", format_amount(supply.effective), "less what treasury, vesting, pools and schedules hold"),
        ("Max Supply", format_amount(supply.cap), f"{percent(supply.issued_bps)} issued"),
    ]
    figures(f"Token Supply Statistics: {found.name} ({found.symbol}) at {found.address}", rows)


def _show_economics(found) -> None:
    from mdt.model.reasons import Burn
    from mdt.suite.words import plain_name
    from mdt.units import format_amount

    growth, liquidity = found.economics, found.liquidity
    rows = [("Inflation Rate", percent(growth.inflation_bps), growth.words)]
    if growth.block_reward:
        rows.append(("Block Reward", percent(growth.block_reward_bps), f"{format_amount(growth.block_reward)} a block, as a rate of a year"))
    rows += [(f"Burn Rate, {plain_name(kind)}", percent(row.burn_bps), f"as {plain_name(Burn(row.burn_reason))}") for kind, row in found.fees]
    figures("Economics", rows)
    amounts = (("Total Pool Liquidity", liquidity.total), ("Available", liquidity.available), ("Reserved", liquidity.reserved))
    figures("Marketplace Liquidity", [*((name, format_amount(amount)) for name, amount in amounts), ("Active Pools", f"{liquidity.active_pools:,}")])


def _show_parts(found) -> None:
    from mdt.suite.words import plain_name
    from mdt.units import format_amount

    rows = [(name, format_amount(cap), format_amount(value), percent(value * 10_000 // cap if cap else 0)) for name, (cap, value) in found.buckets.items()]
    shared.table("Buckets", ("bucket", "cap", "minted", ""), rows, right=(1, 2, 3))
    sides = (("minted", found.minted), ("burned", found.burned))
    reasons = [(side, plain_name(one), format_amount(value)) for side, values in sides for one, value in values.items() if value]
    shared.table("By reason", ("", "reason", "amount"), reasons, right=(2,))
    shared.table("Held by", ("contract", "amount"), [(name, format_amount(value)) for name, value in found.held.items() if value], right=(1,))
