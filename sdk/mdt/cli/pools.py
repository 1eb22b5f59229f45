"""Reserve pools as commands of `ape run token`: what they hold, what is put in, and allocations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mdt.cli import shared
from mdt.cli.market import amount_option, figures, is_scheduled, owners, pool_option, send
from mdt.cli.perform import plain
from mdt.cli.scheduling import Scheduling, scheduling_options

if TYPE_CHECKING:
    from mdt.cli.shared import Session
    from mdt.market.pools import Row

PURPOSE = "reserve pool"
purpose_option = click.option("--purpose", default=PURPOSE, show_default=True, help="Of the treasury's spending, kept on chain: at most 31 characters.")
allocation_argument = click.argument("allocation_id", type=int)


@click.group()
def pools() -> None:
    """Pools of tokens that are set aside to be sold."""


# --- reading ---


@shared.command(pools, "list-pools")
def list_pools(session: Session) -> None:
    """All pools: what each holds, has available and has reserved."""
    from mdt.market.pools import Pools
    from mdt.units import format_amount

    rows = Pools(session.suite).all()

    def tell() -> None:
        shown = [(row.id, row.books.name, *(format_amount(one) for one in _held(row)), "closed" if row.books.is_closed else "") for row in rows]
        sums = [sum(_held(row)[column] for row in rows) for column in range(3)]
        total = [("", "Total", *(format_amount(one) for one in sums), "")] if len(rows) > 1 else []
        shared.table(f"Marketplace Liquidity Pools ({len(rows)})", ("", "Name", "Total", "Available", "Reserved", ""), [*shown, *total], right=(0, 2, 3, 4))

    shared.emit(session.as_json, {"pools": [_document(row) for row in rows]}, tell)


@shared.command(pools, "pool-info")
@pool_option
def pool_info(session: Session, pool_id: int) -> None:
    """One pool: its books, what it sells for, what tops it up, and its open allocations."""
    from mdt.market.pools import Pools
    from mdt.market.sales import Sales
    from mdt.units import format_amount, when

    found, sales = Pools(session.suite), Sales(session.suite)
    row = found.get(pool_id)
    sale, refill = found.contract.call("sale", pool_id), found.contract.call("refill", pool_id)
    deals, now, books = [one for one in found.deals(pool_id) if one.is_open], found.now(), row.books
    is_sold = int(sale.terms.payment_token, 16) != 0

    def price() -> str:
        token = sales.token(sale.terms.payment_token)
        low, high = sales.show_price(token, sale.terms.min_price), sales.show_price(token, sale.terms.max_price)
        return f"{sales.show_price(token, sale.price) if sale.price else 'stopped'} ({low} to {high})"

    def tell() -> None:
        names = ("put_in", "released", "burned", "returned")
        labels = ("Put In, Ever", "Released", "Burned", "Returned to the Treasury")
        rows = [("Total", format_amount(row.total)), ("Available", format_amount(books.available)), ("Reserved", format_amount(books.reserved))]
        rows += [(label, format_amount(getattr(books, name))) for label, name in zip(labels, names, strict=True)]
        rows += [("Operator", books.operator), ("Created", when(books.created_at))]
        rows += [("Last Replenished", when(books.replenished_at))] if books.replenished_at else []
        rows += [("Price", price()), ("At Most", _limits(sale.terms))] if is_sold else [("Price", "not for sale")]
        rows += [("Topped Up", f"below {format_amount(refill.threshold)}, by schedule {refill.schedule_id}")] if refill.threshold else []
        rows += [("State", "closed for good" if books.is_closed else "open")]
        figures(f"Pool {pool_id}: {books.name}", rows)
        if deals:
            shown = [
                (one.id, one.terms.buyer, format_amount(one.terms.amount), f"{when(one.terms.expires_at)}{' (over)' if now >= one.terms.expires_at else ''}")
                for one in deals
            ]
            shared.table(f"Open Allocations ({len(deals)})", ("", "buyer", "amount", "expires"), shown, right=(0, 2))

    document = {
        **_document(row),
        "sale": plain(sale),
        "refill": plain(refill),
        "open_allocations": [{"allocation_id": str(one.id), **plain(one.terms)} for one in deals],
    }
    shared.emit(session.as_json, document, tell)


# --- putting in ---


@shared.command(pools, "create-pool")
@click.option("--name", required=True, help="What it is for.")
@click.option("--operator", help="Who allocates, releases and moves the price. [default: the signer]")
@click.option("--initial-amount", help="Put in as soon as the pool is there. [default: nothing]")
@purpose_option
@scheduling_options
def create_pool(
    session: Session,
    name: str,
    operator: str | None,
    initial_amount: str | None,
    purpose: str,
    scheduling: Scheduling,
    account: str | None,
    dry_run: bool,
) -> None:
    """Begin a pool. For the owner: scheduled where that is the timelock.

    Where the signer is the owner itself, the initial amount comes from it, approved exactly. Where the timelock is, it comes from the treasury in the same
    operation: sent, and counted to the pool. Such an operation names the pool's number before the pool is there; `ape run governance execute` refuses it
    if another pool has got that number in between. To fill it from an account, use replenish-pool once it is there.
    """
    from mdt.governance.arguments import short_text
    from mdt.market.pools import Pools

    found = Pools(session.suite)
    amount = shared.parse_units(initial_amount) if initial_amount is not None else 0
    signer = session.signer(account)
    who = session.address(operator) if operator else str(signer.address)
    if not is_scheduled(session, found.contract, signer):
        owners(session, signer, found.filled_by(signer.address, name, who, amount) if amount else found.create(name, who), dry_run, scheduling)
        return
    owners(session, signer, found.filled_by_treasury(name, who, amount, short_text(purpose)) if amount else found.create(name, who), dry_run, scheduling)


@shared.command(pools, "replenish-pool")
@pool_option
@amount_option
@click.option("--from-treasury", is_flag=True, help="For the owner: the treasury sends, and the pool counts it; an operation where the timelock owns both.")
@purpose_option
@scheduling_options
def replenish_pool(
    session: Session, pool_id: int, amount: str, from_treasury: bool, purpose: str, scheduling: Scheduling, account: str | None, dry_run: bool
) -> None:
    """Put tokens of the account into a pool. Anyone may; approves exactly that amount first, if the allowance is short."""
    from mdt.errors import MarketError
    from mdt.governance.arguments import short_text
    from mdt.market.pools import Pools

    found = Pools(session.suite)
    wei, signer = shared.parse_units(amount), session.signer(account)
    if from_treasury:
        owners(session, signer, found.replenish_from_treasury(pool_id, wei, short_text(purpose)), dry_run, scheduling)
        return
    if scheduling != Scheduling():
        raise MarketError("nothing is scheduled where the account pays itself: leave out --salt, --delay and --predecessor, or add --from-treasury")
    send(session, signer, found.replenish(signer.address, pool_id, wei), dry_run)


@shared.command(pools, "top-up")
@pool_option
@shared.signing_options
def top_up(session: Session, pool_id: int, account: str | None, dry_run: bool) -> None:
    """Have a pool that is below its threshold filled by its schedule. Anyone may."""
    from mdt.market.pools import Pools

    send(session, session.signer(account), Pools(session.suite).top_up(pool_id), dry_run)


# --- the operator ---


@shared.command(pools, "allocate")
@pool_option
@click.option("--buyer", required=True, help="Who gets the tokens when they are released.")
@amount_option
@click.option("--expires", default="2 days", show_default=True, help="For how long they are set aside: 1 hour to 90 days.")
@shared.signing_options
def allocate(session: Session, pool_id: int, buyer: str, amount: str, expires: str, account: str | None, dry_run: bool) -> None:
    """Set tokens of a pool aside for a buyer. For the pool's operator."""
    from mdt.market.pools import Pools
    from mdt.units import parse_seconds

    found = Pools(session.suite)
    wei, signer = shared.parse_units(amount), session.signer(account)
    send(session, signer, found.allocate(signer.address, pool_id, session.address(buyer), wei, parse_seconds(expires)), dry_run)


@shared.command(pools, "release")
@allocation_argument
@shared.signing_options
def release(session: Session, allocation_id: int, account: str | None, dry_run: bool) -> None:
    """Complete the sale of ALLOCATION_ID: the buyer gets the tokens. For the pool's operator, before it expires."""
    from mdt.market.pools import Pools

    signer = session.signer(account)
    send(session, signer, Pools(session.suite).release(signer.address, allocation_id), dry_run)


@shared.command(pools, "cancel")
@allocation_argument
@shared.signing_options
def cancel(session: Session, allocation_id: int, account: str | None, dry_run: bool) -> None:
    """Take ALLOCATION_ID back: its tokens are available again. For the pool's operator."""
    from mdt.market.pools import Pools

    signer = session.signer(account)
    send(session, signer, Pools(session.suite).cancel(signer.address, allocation_id), dry_run)


@shared.command(pools, "expire")
@allocation_argument
@shared.signing_options
def expire(session: Session, allocation_id: int, account: str | None, dry_run: bool) -> None:
    """End ALLOCATION_ID whose time is over: its tokens are available again. Anyone may."""
    from mdt.market.pools import Pools

    send(session, session.signer(account), Pools(session.suite).expire(allocation_id), dry_run)


# --- the owner ---


@shared.command(pools, "set-operator")
@pool_option
@click.option("--operator", required=True, help="The new one.")
@scheduling_options
def set_operator(session: Session, pool_id: int, operator: str, scheduling: Scheduling, account: str | None, dry_run: bool) -> None:
    """Replace a pool's operator, for open allocations too. For the owner."""
    from mdt.market.pools import Pools

    owners(session, session.signer(account), Pools(session.suite).set_operator(pool_id, session.address(operator)), dry_run, scheduling)


@shared.command(pools, "set-refill")
@pool_option
@click.option("--threshold", help="Below this much available anyone may top the pool up. [default: no refill any more]")
@click.option("--schedule-id", type=int, help="A schedule that pays into this pool.")
@scheduling_options
def set_refill(
    session: Session, pool_id: int, threshold: str | None, schedule_id: int | None, scheduling: Scheduling, account: str | None, dry_run: bool
) -> None:
    """Say below what, and by which schedule, a pool is topped up; without both it ends. For the owner."""
    from mdt.errors import MarketError
    from mdt.market import refills

    if (threshold is None) != (schedule_id is None):
        raise MarketError("give --threshold and --schedule-id, or neither to end the refill")
    calls = refills.set_refill(session.suite, pool_id, shared.parse_units(threshold) if threshold is not None else 0, schedule_id or 0)
    owners(session, session.signer(account), calls, dry_run, scheduling)


@shared.command(pools, "close-pool")
@pool_option
@scheduling_options
def close_pool(session: Session, pool_id: int, scheduling: Scheduling, account: str | None, dry_run: bool) -> None:
    """Close a pool for good; what is available goes to the treasury. For the owner, with nothing reserved."""
    from mdt.market.pools import Pools

    owners(session, session.signer(account), Pools(session.suite).close(pool_id), dry_run, scheduling)


# --- internal ---


def _held(row: Row) -> tuple[int, int, int]:
    return row.total, int(row.books.available), int(row.books.reserved)


def _document(row: Row) -> dict[str, Any]:
    return {"pool_id": str(row.id), "total": str(row.total), **plain(row.books)}


def _limits(terms: Any) -> str:
    from mdt.units import format_amount

    return f"{format_amount(terms.max_per_purchase)} at once, {format_amount(terms.max_per_day)} a day and buyer"
