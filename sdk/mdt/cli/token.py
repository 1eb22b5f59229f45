"""The token's life: `mdt token stats|balance|transfer|mint|burn|...`; pools, schedules and fees are commands of the same group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from mdt.cli import payments, pools, sales, schedules
from mdt.cli.acts import Actor, acts
from mdt.cli.command import command
from mdt.cli.output import emit, figures, percent, plain, table
from mdt.cli.token_options import amount_option, user_option
from mdt.errors import MarketError
from mdt.model.reasons import Burn, Mint
from mdt.suite.words import BURN, MINT, plain_name
from mdt.units import when

if TYPE_CHECKING:
    from mdt.cli.session import Session
    from mdt.market.statistics import Statistics
    from mdt.suite.calls import Call

PAGE = 64
limit_option = click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)


@click.group("token")
def cli() -> None:
    """Supply and balances, payments and fees, mints and burns, reserve pools and what they sell, schedules that distribute."""


for _part in (payments, pools, sales, schedules):
    cli.commands.update(_part.cli.commands)


@command(cli, "stats")
def stats(session: Session) -> None:
    """Supply, inflation and burn rates, marketplace liquidity; then buckets, reasons and holders.

    The total supply is what was minted less what was burned. What circulates is that less what Treasury, Vesting, ReservePools, DistributionSchedules,
    RecyclingPool and the token itself hold.
    """
    from mdt.market.statistics import Statistics

    found = Statistics.of(session.suite)

    def show() -> None:
        _show_supply(session, found)
        _show_economics(session, found)
        _show_parts(session, found)

    emit(session.as_json, {"network": session.network, "chain_id": session.chain.chain_id} | found.document(), show)


@command(cli, "balance", click.argument("account", required=False), click.option("--user-id", help="The same as the argument ACCOUNT."))
def balance(session: Session, account: str | None, user_id: str | None) -> None:
    """All that ACCOUNT has: an address, an alias of ape, TEST::n, or a contract's name. Of the account that signs unless named."""
    from mdt.market.wallet import wallet_of

    if account is not None and user_id is not None:
        raise MarketError("give ACCOUNT once: as an argument, or with --user-id")
    found, amount = wallet_of(session.suite, session.who(account or user_id)), session.unit.format

    def show() -> None:
        rows = [
            ("Account", found.account),
            ("Balance", amount(found.balance)),
            ("Staked", amount(found.staked)),
            ("Unbonding", amount(found.unbonding)),
            ("Pending Rewards", amount(found.pending_rewards)),
            ("Vested, To Claim", amount(found.vested)),
            ("Total Assets", amount(found.total)),
        ]
        rows += [("Not Vested Yet", amount(found.vesting))] if found.vesting else []
        figures("Wallet Balance", rows)

    amounts = {name: str(value) for name, value in asdict(found).items()}
    emit(session.as_json, {**amounts, "total_assets": str(found.total)}, show)


@acts(
    cli,
    "mint",
    amount_option,
    click.option("--reason", type=click.Choice(list(MINT)), required=True, help="What it is for."),
    click.option("--recipient", help="Who gets it; an address or alias. [default: the signer]"),
)
def mint(actor: Actor, amount: str, reason: str, recipient: str | None) -> Sequence[Call]:
    """Create tokens. For minters, inside their budget: the token's owner proposes and grants one through `mdt governance`."""
    from mdt.market import supply

    return supply.mint(actor.suite, actor.address, actor.payee(recipient), actor.wei(amount), MINT[reason])


@acts(
    cli,
    "burn",
    amount_option,
    click.option("--reason", type=click.Choice(list(BURN)), default="voluntary", show_default=True, help="Any but voluntary only for who is entitled to it."),
    user_option,
)
def burn(actor: Actor, amount: str, reason: str) -> Sequence[Call]:
    """Destroy tokens of the account. Fees are not paid so: `deposit-fee` and `transfer` burn what is to burn of them."""
    from mdt.market import supply

    return supply.burn(actor.suite, actor.address, actor.wei(amount), BURN[reason])


@command(cli, "mint-history", limit_option)
def mint_history(session: Session, limit: int) -> None:
    """The most recent mints, read from the token's state."""
    _history(session, "mint", Mint, limit)


@command(cli, "burn-history", limit_option)
def burn_history(session: Session, limit: int) -> None:
    """The most recent burns, read from the token's state."""
    _history(session, "burn", Burn, limit)


def _history(session: Session, kind: str, reasons: type[Mint] | type[Burn], limit: int) -> None:
    token = session.suite["MDT"]
    count, kept = token.call(f"{kind}_record_count"), token.call("RING_SIZE")
    wanted, records = min(limit, count, kept), list[Any]()
    while len(records) < wanted:
        page = token.call(f"{kind}_records", len(records), min(PAGE, wanted - len(records)))
        if not page:
            break
        records += page

    def show() -> None:
        rows = [
            (record.block_number, when(record.timestamp), plain_name(reasons(record.reason)), session.unit.format(record.amount), record.account)
            for record in records
        ]
        table(f"The last {len(records)} of {count} {kind}s", ("block", "time", "reason", "amount", "account"), rows, right=(0, 3))

    document = [plain(record) | {"reason": reasons(record.reason).name.lower()} for record in records]
    emit(session.as_json, {"count": count, "shown": len(records), "records": document}, show)


# --- the parts of `stats` ---


def _show_supply(session: Session, found: Statistics) -> None:
    supply, amount = found.supply, session.unit.format
    rows = [
        ("Circulating Supply", amount(supply.circulating), "the total less what treasury, vesting, pools, schedules and the token itself hold"),
        ("Total Supply", amount(supply.total), "minted less burned"),
        ("Total Minted", amount(supply.minted), ""),
        ("Total Burned", amount(supply.burned), ""),
        ("Max Supply", amount(supply.cap), f"{percent(supply.issued_bps)} issued"),
    ]
    figures(f"Token Supply Statistics: {found.name} ({found.symbol}) at {found.address}", rows)


def _show_economics(session: Session, found: Statistics) -> None:
    growth, liquidity, amount = found.economics, found.liquidity, session.unit.format
    rows = [("Inflation Rate", percent(growth.inflation_bps), growth.words(session.unit))]
    if growth.block_reward:
        rows.append(("Block Reward", percent(growth.block_reward_bps), f"{amount(growth.block_reward)} a block, as a rate of a year"))
    rows += [(f"Burn Rate, {plain_name(kind)}", percent(row.burn_bps), f"as {plain_name(Burn(row.burn_reason))}") for kind, row in found.fees]
    figures("Economics", rows)
    amounts = [("Total Pool Liquidity", liquidity.total), ("Available", liquidity.available), ("Reserved", liquidity.reserved)]
    figures("Marketplace Liquidity", [*((name, amount(value)) for name, value in amounts), ("Active Pools", f"{liquidity.active_pools:,}")])


def _show_parts(session: Session, found: Statistics) -> None:
    amount = session.unit.format
    rows = [(name, amount(cap), amount(value), percent(value * 10_000 // cap if cap else 0)) for name, (cap, value) in found.buckets.items()]
    table("Buckets", ("bucket", "cap", "minted", ""), rows, right=(1, 2, 3))
    minted = [("minted", plain_name(reason), amount(value)) for reason, value in found.minted.items() if value]
    burned = [("burned", plain_name(reason), amount(value)) for reason, value in found.burned.items() if value]
    table("By reason", ("", "reason", "amount"), [*minted, *burned], right=(2,))
    table("Held by", ("contract", "amount"), [(name, amount(value)) for name, value in found.held.items() if value], right=(1,))
