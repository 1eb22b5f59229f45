"""Reserve pools as commands of `mdt token`: what they hold, what is put in, and allocations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from mdt.addresses import ZERO_ADDRESS
from mdt.cli.acts import Actor, Deed, acts
from mdt.cli.command import command
from mdt.cli.output import emit, figures, plain, table
from mdt.cli.token_options import amount_option, pool_option
from mdt.errors import GovernanceError, MarketError
from mdt.escapes import short
from mdt.market import refills
from mdt.market.pools import Deal, PoolRow, Pools
from mdt.market.sales import Sales
from mdt.units import parse_seconds, when

if TYPE_CHECKING:
    from mdt.cli.session import Session
    from mdt.suite.calls import Call

PURPOSE = "reserve pool"
purpose_option = click.option("--purpose", default=PURPOSE, show_default=True, help="Of the treasury's spending, kept on chain: at most 31 characters.")
allocation_argument = click.argument("allocation_id", type=int)


@click.group("pools")
def cli() -> None:
    """Pools of tokens that are set aside to be sold."""


# --- reading ---


@command(cli, "list-pools")
def list_pools(session: Session) -> None:
    """All pools: what each holds, has available and has reserved."""
    rows, amount = Pools(session.suite).all(), session.unit.format

    def tell() -> None:
        shown = [(row.id, short(row.books.name), *(amount(held) for held in _held(row)), "closed" if row.books.is_closed else "") for row in rows]
        sums = [sum(_held(row)[column] for row in rows) for column in range(3)]
        total = [("", "Total", *(amount(held) for held in sums), "")] if len(rows) > 1 else []
        table(f"Marketplace Liquidity Pools ({len(rows)})", ("", "Name", "Total", "Available", "Reserved", ""), [*shown, *total], right=(0, 2, 3, 4))

    emit(session.as_json, {"pools": [_document(row) for row in rows]}, tell)


@command(cli, "pool-info", pool_option)
def pool_info(session: Session, pool_id: int) -> None:
    """One pool: its books, what it sells for, what tops it up, and its open allocations."""
    pools = Pools(session.suite)
    row, now = pools.get(pool_id), pools.now()
    sale, refill = pools.contract.call("sale", pool_id), pools.contract.call("refill", pool_id)
    deals = [deal for deal in pools.deals(pool_id) if deal.is_open]

    def tell() -> None:
        figures(f"Pool {pool_id}: {short(row.books.name)}", [*_books(session, row), *_terms(session, sale, refill, row)])
        if deals:
            shown = [_deal(session, deal, now) for deal in deals]
            table(f"Open Allocations ({len(deals)})", ("", "buyer", "amount", "expires"), shown, right=(0, 2))

    allocations = [{"allocation_id": deal.id, **plain(deal.terms)} for deal in deals]
    emit(session.as_json, {**_document(row), "sale": plain(sale), "refill": plain(refill), "open_allocations": allocations}, tell)


def _books(session: Session, row: PoolRow) -> list[tuple[str, str]]:
    books, amount = row.books, session.unit.format
    rows = [("Total", amount(row.total)), ("Available", amount(books.available)), ("Reserved", amount(books.reserved))]
    labels = {"put_in": "Put In, Ever", "released": "Released", "burned": "Burned", "returned": "Returned to the Treasury"}
    rows += [(label, amount(getattr(books, name))) for name, label in labels.items()]
    rows += [("Operator", books.operator), ("Created", when(books.created_at))]
    return rows + ([("Last Replenished", when(books.replenished_at))] if books.replenished_at else [])


def _terms(session: Session, sale: Any, refill: Any, row: PoolRow) -> list[tuple[str, str]]:
    """What it sells for, and what tops it up."""
    terms, sales, amount = sale.terms, Sales(session.suite), session.unit.format
    rows = [("Price", "not for sale")]
    if terms.payment_token != ZERO_ADDRESS:
        rows = [("Price", _price(sales, sale))]
        rows += [("At Most", f"{amount(terms.max_per_purchase)} at once, {amount(terms.max_per_day)} a day and buyer")]
    rows += [("Topped Up", f"below {amount(refill.threshold)}, by schedule {refill.schedule_id}")] if refill.threshold else []
    return [*rows, ("State", "closed for good" if row.books.is_closed else "open")]


def _price(sales: Sales, sale: Any) -> str:
    """What one token costs, and the bounds. A payment token that does not say how it is counted hides nothing else of the pool."""
    terms = sale.terms
    try:
        token = sales.token(terms.payment_token)
    except GovernanceError as error:
        return f"{sale.price:,} ({terms.min_price:,} to {terms.max_price:,}) of the payment token's smallest unit for 10^18 wei: {error}"
    low, high = sales.show_price(token, terms.min_price), sales.show_price(token, terms.max_price)
    return f"{sales.show_price(token, sale.price) if sale.price else 'stopped'} ({low} to {high})"


def _deal(session: Session, deal: Deal, now: int) -> tuple[Any, ...]:
    terms = deal.terms
    return deal.id, terms.buyer, session.unit.format(terms.amount), f"{when(terms.expires_at)}{' (over)' if now >= terms.expires_at else ''}"


# --- putting in ---


@acts(
    cli,
    "create-pool",
    click.option("--name", required=True, help="What it is for."),
    click.option("--operator", help="Who allocates, releases and moves the price. [default: the signer]"),
    click.option("--initial-amount", help="Put in as soon as the pool is there. [default: nothing]"),
    purpose_option,
    owner=True,
)
def create_pool(actor: Actor, name: str, operator: str | None, initial_amount: str | None, purpose: str) -> Sequence[Call]:
    """Begin a pool. For the owner: scheduled where that is the timelock.

    Where the signer is the owner itself, the initial amount comes from it. Where the timelock is, it comes from the treasury in the same operation.
    Either way it is sent to the contract first, and counted to the pool by the call that creates it: no other pool can get it in between. To fill it
    from another account, use replenish-pool once it is there.
    """
    pools, who = Pools(actor.suite), actor.payee(operator)
    amount = actor.wei(initial_amount) if initial_amount is not None else 0
    if not amount:
        return pools.create(name, who)
    if actor.goes_through_timelock(pools.contract):
        return pools.filled_by_treasury(name, who, amount, _purpose(purpose))
    return pools.filled_by(actor.address, name, who, amount)


@acts(
    cli,
    "replenish-pool",
    pool_option,
    amount_option,
    click.option("--from-treasury", is_flag=True, help="For the owner: the treasury sends, and the pool counts it; an operation where the timelock owns both."),
    purpose_option,
    owner=True,
)
def replenish_pool(actor: Actor, pool_id: int, amount: str, from_treasury: bool, purpose: str) -> Deed:
    """Put tokens of the account into a pool. Anyone may; approves exactly that amount first, if the allowance is short."""
    pools, wei = Pools(actor.suite), actor.wei(amount)
    if from_treasury:
        return Deed(pools.replenish_from_treasury(pool_id, wei, _purpose(purpose)))
    if actor.scheduling.is_asked_for:
        raise MarketError("nothing is scheduled where the account pays itself: leave out --salt, --delay and --predecessor, or add --from-treasury")
    return Deed(pools.replenish(actor.address, pool_id, wei), by=actor.address)


@acts(cli, "top-up", pool_option)
def top_up(actor: Actor, pool_id: int) -> Sequence[Call]:
    """Have a pool that is below its threshold filled by its schedule. Anyone may."""
    return Pools(actor.suite).top_up(pool_id)


# --- the operator ---


@acts(
    cli,
    "allocate",
    pool_option,
    click.option("--buyer", required=True, help="Who gets the tokens when they are released."),
    amount_option,
    click.option("--expires", default="2 days", show_default=True, help="For how long they are set aside: 1 hour to 90 days."),
    holder=True,
)
def allocate(actor: Actor, pool_id: int, buyer: str, amount: str, expires: str) -> Deed:
    """Set tokens of a pool aside for a buyer. For the pool's operator: scheduled where that is the timelock."""
    pools = Pools(actor.suite)
    by = actor.acting_for(pools.open(pool_id).operator)
    return Deed(pools.allocate(by, pool_id, actor.payee(buyer), actor.wei(amount), parse_seconds(expires)), by=by)


@acts(cli, "release", allocation_argument, holder=True)
def release(actor: Actor, allocation_id: int) -> Deed:
    """Complete the sale of ALLOCATION_ID: the buyer gets the tokens. For the pool's operator, before it expires: scheduled where that is the timelock."""
    pools = Pools(actor.suite)
    by = actor.acting_for(pools.operator_of(allocation_id))
    return Deed(pools.release(by, allocation_id, actor.soonest(by)), by=by)


@acts(cli, "cancel", allocation_argument, holder=True)
def cancel(actor: Actor, allocation_id: int) -> Deed:
    """Take ALLOCATION_ID back: its tokens are available again. For the pool's operator: scheduled where that is the timelock."""
    pools = Pools(actor.suite)
    by = actor.acting_for(pools.operator_of(allocation_id))
    return Deed(pools.cancel(by, allocation_id), by=by)


@acts(cli, "expire", allocation_argument)
def expire(actor: Actor, allocation_id: int) -> Sequence[Call]:
    """End ALLOCATION_ID whose time is over: its tokens are available again. Anyone may."""
    return Pools(actor.suite).expire(allocation_id)


# --- the owner ---


@acts(cli, "set-operator", pool_option, click.option("--operator", required=True, help="The new one."), owner=True)
def set_operator(actor: Actor, pool_id: int, operator: str) -> Sequence[Call]:
    """Replace a pool's operator, for open allocations too. For the owner."""
    return Pools(actor.suite).set_operator(pool_id, actor.payee(operator))


@acts(
    cli,
    "set-refill",
    pool_option,
    click.option("--threshold", help="Below this much available anyone may top the pool up. [default: no refill any more]"),
    click.option("--schedule-id", type=int, help="A schedule that pays into this pool."),
    owner=True,
)
def set_refill(actor: Actor, pool_id: int, threshold: str | None, schedule_id: int | None) -> Sequence[Call]:
    """Say below what, and by which schedule, a pool is topped up; without both it ends. For the owner."""
    if (threshold is None) != (schedule_id is None):
        raise MarketError("give --threshold and --schedule-id, or neither to end the refill")
    return refills.set_refill(actor.suite, pool_id, actor.wei(threshold) if threshold is not None else 0, schedule_id or 0)


@acts(cli, "close-pool", pool_option, owner=True)
def close_pool(actor: Actor, pool_id: int) -> Sequence[Call]:
    """Close a pool for good; what is available goes to the treasury. For the owner, with nothing reserved."""
    return Pools(actor.suite).close(pool_id)


# --- internal ---


def _held(row: PoolRow) -> tuple[int, int, int]:
    return row.total, int(row.books.available), int(row.books.reserved)


def _document(row: PoolRow) -> dict[str, Any]:
    return {"pool_id": row.id, "total": str(row.total), **plain(row.books)}


def _purpose(text: str) -> bytes:
    from mdt.governance.arguments import short_text

    return short_text(text)
