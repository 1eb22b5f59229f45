"""Sales out of reserve pools as commands of `ape run token`: quotes, purchases, prices and terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mdt.cli import shared
from mdt.cli.market import amount_option, owners, pool_option, send
from mdt.cli.scheduling import Scheduling, scheduling_options

if TYPE_CHECKING:
    from mdt.cli.shared import Session


@click.group()
def sales() -> None:
    """What pools sell for, and buying it."""


@shared.command(sales, "quote")
@pool_option
@amount_option
def quote(session: Session, pool_id: int, amount: str) -> None:
    """What an amount of a pool costs now, and what arrives of it."""
    from mdt.market.sales import Sales

    found = Sales(session.suite)
    offer = found.quote(pool_id, shared.parse_units(amount))
    shared.emit(session.as_json, offer.document(), lambda: click.echo(offer.words))


@shared.command(sales, "buy")
@pool_option
@amount_option
@click.option("--max-payment", help="The most it may cost, in the payment token, such as '25 USDT'. [default: what it costs now]")
@shared.signing_options
def buy(session: Session, pool_id: int, amount: str, max_payment: str | None, account: str | None, dry_run: bool) -> None:
    """Buy from a pool at its price; the payment goes to the treasury. Approves exactly the most it may cost first, if the allowance is short."""
    from mdt.market.sales import Sales

    found = Sales(session.suite)
    wei, signer = shared.parse_units(amount), session.signer(account)
    offer, calls = found.buy(signer.address, pool_id, wei, max_payment)
    if not session.as_json:
        click.echo(offer.words)
    send(session, signer, calls, dry_run, {"quote": offer.document()})


@shared.command(sales, "set-price")
@pool_option
@click.option("--price", required=True, help="Payment for one whole token, such as '0.25 USDT'; 0 stops selling.")
@shared.signing_options
def set_price(session: Session, pool_id: int, price: str, account: str | None, dry_run: bool) -> None:
    """Move a pool's price inside the owner's bounds. For the pool's operator."""
    from mdt.market.sales import Sales

    signer = session.signer(account)
    send(session, signer, Sales(session.suite).set_price(signer.address, pool_id, price), dry_run)


@shared.command(sales, "set-sale")
@pool_option
@click.option("--payment-token", help="Address of the token that is paid with.")
@click.option("--price", help="Payment for one whole token, such as '0.25 USDT'; 0 leaves it to the operator to begin.")
@click.option("--min-price", help="The operator stays in between. [default: the price]")
@click.option("--max-price", help="The operator stays in between. [default: the price]")
@click.option("--max-per-purchase", help="Of our token. [default: all the pool has available]")
@click.option("--max-per-day", help="Of one buyer in one day of UTC. [default: as --max-per-purchase]")
@click.option("--end", is_flag=True, help="End the sale instead.")
@scheduling_options
def set_sale(session: Session, pool_id: int, end: bool, scheduling: Scheduling, account: str | None, dry_run: bool, **terms: str | None) -> None:
    """Offer a pool at a price, change the terms, or --end the sale. For the owner: scheduled where that is the timelock."""
    from mdt.errors import MarketError
    from mdt.market.pools import Pools
    from mdt.market.sales import Bounds, Sales

    found, signer = Sales(session.suite), session.signer(account)
    if end:
        if any(terms.values()):
            raise MarketError("--end forgets all terms: leave them out")
        owners(session, signer, found.end_sale(pool_id), dry_run, scheduling)
        return
    token, price = terms["payment_token"], terms["price"]
    if token is None or price is None:
        raise MarketError("a sale needs --payment-token and --price; or --end it")
    each = shared.parse_units(terms["max_per_purchase"]) if terms["max_per_purchase"] else int(Pools(session.suite).open(pool_id).books.available)
    daily = shared.parse_units(terms["max_per_day"]) if terms["max_per_day"] else each
    bounds = Bounds(price, terms["min_price"], terms["max_price"], each, daily)
    owners(session, signer, found.set_sale(pool_id, session.address(token), bounds), dry_run, scheduling)
