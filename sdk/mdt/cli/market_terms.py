"""What markets ask, as commands of `mdt market`: the protocol's part, announced fees, and what belongs to nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mdt.cli.acts import Actor, acts
from mdt.cli.market_options import market_argument
from mdt.errors import MarketError
from mdt.market.exchange import Markets
from mdt.market.market_fees import Desk
from mdt.suite.tokens import PAIRED
from mdt.units import parse_bps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdt.suite.calls import Call


@click.group("terms")
def cli() -> None:
    """Fees, and who gets them."""


@acts(cli, "collect", market_argument)
def collect(actor: Actor, market: str) -> Sequence[Call]:
    """Redeem the protocol's shares of MARKET: to the treasury, or what is ours of it burned, as its fees say. Anyone may."""
    return _desk(actor, market).collect()


@acts(cli, "apply-fees", market_argument)
def apply_fees(actor: Actor, market: str) -> Sequence[Call]:
    """Put the announced fees of MARKET into force once they have waited. Anyone may."""
    return _desk(actor, market).apply()


@acts(
    cli,
    "announce-fees",
    market_argument,
    click.option("--fee", help="Of each swap: 0.01% to 1%. [default: as it is]"),
    click.option("--protocol", help="The protocol's part of the fee: at most 25%. [default: as it is]"),
    click.option("--protocol-to", type=click.Choice(("treasury", "burn")), help="What becomes of our token in that part. [default: as it is]"),
    owner=True,
)
def announce_fees(actor: Actor, market: str, fee: str | None, protocol: str | None, protocol_to: str | None) -> Sequence[Call]:
    """Announce fees of MARKET, which anyone can apply after its delay. For the owner: scheduled where that is the timelock."""
    to = None if protocol_to is None else protocol_to == "burn"
    return _desk(actor, market).announce(parse_bps(fee) if fee else None, parse_bps(protocol) if protocol else None, to)


@acts(cli, "withdraw-fees", market_argument, owner=True)
def withdraw_fees(actor: Actor, market: str) -> Sequence[Call]:
    """Take the announced fees of MARKET back. For the owner."""
    return _desk(actor, market).withdraw()


@acts(cli, "sweep", market_argument, click.option("--token", required=True, help=f"Its symbol, or '{PAIRED}' for the paired one."), owner=True)
def sweep(actor: Actor, market: str, token: str) -> Sequence[Call]:
    """Send the treasury what MARKET holds of a token beyond its reserve: what was sent there without a call. For the owner."""
    found = Markets(actor.suite).get(market)
    symbols = [found.tokens[0].symbol, found.unit, PAIRED]
    if token not in symbols:
        raise MarketError(f"{token!r} is neither token of market {market}: write {symbols[0]} or {symbols[1]} (--token)")
    return Desk(found).sweep(min(symbols.index(token), 1))


def _desk(actor: Actor, market: str) -> Desk:
    return Desk(Markets(actor.suite).get(market))
