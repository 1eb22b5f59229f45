"""Sales out of reserve pools as commands of `mdt token`: quotes, purchases, prices and terms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from mdt.cli.acts import Actor, Deed, acts
from mdt.cli.command import command
from mdt.cli.output import emit, say
from mdt.cli.token_options import amount_option, pool_option
from mdt.errors import MarketError
from mdt.market.pools import Pools
from mdt.market.sales import Bounds, Sales

if TYPE_CHECKING:
    from mdt.cli.session import Session
    from mdt.suite.calls import Call


@click.group("sales")
def cli() -> None:
    """What pools sell for, and buying it."""


@command(cli, "quote", pool_option, amount_option)
def quote(session: Session, pool_id: int, amount: str) -> None:
    """What an amount of a pool costs now, and what arrives of it."""
    offer = Sales(session.suite).quote(pool_id, session.wei(amount))
    emit(session.as_json, offer.document(), lambda: say(offer.words))


@acts(
    cli,
    "buy",
    pool_option,
    amount_option,
    click.option("--max-payment", help="The most it may cost, in the payment token, such as '25 USDT'. [default: what it costs now]"),
)
def buy(actor: Actor, pool_id: int, amount: str, max_payment: str | None) -> Deed:
    """Buy from a pool at its price; the payment goes to the treasury. Approves exactly the most it may cost first, if the allowance is short."""
    offer, calls = Sales(actor.suite).buy(actor.address, pool_id, actor.wei(amount), max_payment)
    return Deed(calls, {"quote": offer.document()}, words=[offer.words])


@acts(
    cli,
    "set-price",
    pool_option,
    click.option("--price", required=True, help="Payment for one whole token, such as '0.25 USDT'; 0 stops selling."),
    holder=True,
)
def set_price(actor: Actor, pool_id: int, price: str) -> Deed:
    """Move a pool's price inside the owner's bounds. For the pool's operator: scheduled where that is the timelock."""
    by = actor.acting_for(Pools(actor.suite).open(pool_id).operator)
    return Deed(Sales(actor.suite).set_price(by, pool_id, price), by=by)


@acts(
    cli,
    "set-sale",
    pool_option,
    click.option("--payment-token", help="Address of the token that is paid with."),
    click.option("--price", help="Payment for one whole token, such as '0.25 USDT'; 0 leaves it to the operator to begin."),
    click.option("--min-price", help="The operator stays in between. [default: the price]"),
    click.option("--max-price", help="The operator stays in between. [default: the price]"),
    click.option("--max-per-purchase", help="Of our token. [default: all the pool has available]"),
    click.option("--max-per-day", help="Of one buyer in one day of UTC. [default: as --max-per-purchase]"),
    click.option("--end", is_flag=True, help="End the sale instead."),
    owner=True,
)
def set_sale(actor: Actor, pool_id: int, end: bool, **terms: str | None) -> Sequence[Call]:
    """Offer a pool at a price, change the terms, or --end the sale. For the owner: scheduled where that is the timelock."""
    found = Sales(actor.suite)
    if end:
        if any(terms.values()):
            raise MarketError("--end forgets all terms: leave them out")
        return found.end_sale(pool_id)
    token, price, each, daily = (terms[name] for name in ("payment_token", "price", "max_per_purchase", "max_per_day"))
    if token is None or price is None:
        raise MarketError("a sale needs --payment-token and --price; or --end it")
    most = actor.wei(each) if each else int(Pools(actor.suite).open(pool_id).books.available)
    bounds = Bounds(price, terms["min_price"], terms["max_price"], most, actor.wei(daily) if daily else most)
    return found.set_sale(pool_id, actor.named(token), bounds)
