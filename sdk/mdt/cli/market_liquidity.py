"""Liquidity of markets as commands of `mdt market`: deposits and withdrawals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mdt.cli.acts import Actor, Deed, acts
from mdt.cli.market_options import limit_options, market_argument, purpose_option, to_option
from mdt.errors import MarketError
from mdt.market.exchange import Market, Markets
from mdt.market.liquidity import Provider
from mdt.market.swaps import Limits
from mdt.model.liquidity_pool.curve import ceil_div
from mdt.model.timelock import GRACE_PERIOD
from mdt.units import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

treasury_option = click.option(
    "--from-treasury", is_flag=True, help="For the owner: tokens or shares of the treasury, and to it; an operation where the timelock owns both."
)


@click.group("liquidity")
def cli() -> None:
    """Deposits and withdrawals."""


@acts(
    cli,
    "add",
    market_argument,
    click.argument("amounts", nargs=-1, required=True),
    click.option("--one-sided", is_flag=True, help="Deposit one token alone: the market swaps a part of it, at its fee, and the price moves."),
    treasury_option,
    purpose_option,
    to_option,
    limit_options(impact=True),
    owner=True,
)
def add(actor: Actor, market: str, amounts: Sequence[str], one_sided: bool, from_treasury: bool, purpose: str, to: str | None, limits: Limits) -> Deed:
    """Deposit in MARKET at most AMOUNTS of its two tokens, such as '100 MDT' '25 USDX', for shares; of one alone the other follows from the reserves.

    Whoever deposits first makes the price, and says both. Approves exactly the amounts first, where an allowance is short.
    """
    found = Markets(actor.suite).get(market)
    tokens, paired = _sides(found, amounts)
    if from_treasury:
        if one_sided or to is not None:
            raise MarketError("the treasury deposits both tokens and gets the shares: leave out --one-sided and --to")
        return Deed(_provider(actor, found, limits).add_from_treasury(tokens, paired, _purpose(purpose)))
    _require_own(actor)
    provider, receiver = Provider(found, actor.address, limits), actor.payee(to)
    if one_sided:
        if tokens is not None and paired is not None:
            raise MarketError("--one-sided takes one amount, of the token that is deposited alone")
        side, amount = (0, tokens) if tokens is not None else (1, paired)
        one, calls = provider.add_one(side, int(amount or 0), receiver)
        return Deed(calls, {"quote": _document(found, one)}, by=actor.address)
    both, calls = provider.add(tokens, paired, receiver)
    return Deed(calls, {"quote": _document(found, both)}, by=actor.address)


@acts(
    cli,
    "remove",
    market_argument,
    click.argument("shares"),
    treasury_option,
    purpose_option,
    to_option,
    limit_options(),
    owner=True,
)
def remove(actor: Actor, market: str, shares: str, from_treasury: bool, purpose: str, to: str | None, limits: Limits) -> Deed:
    """Give SHARES of MARKET back for their part of both tokens: all, a part such as '50%', or a number such as '0.5 shares'. Nobody can stop it."""
    found = Markets(actor.suite).get(market)
    if from_treasury:
        if to is not None:
            raise MarketError("what the treasury's shares bring goes to the treasury: leave out --to")
        provider = _provider(actor, found, limits)
        held = provider.shares(str(actor.suite["Treasury"].address))
        return Deed(provider.remove_from_treasury(provider.part(shares, held), _purpose(purpose)))
    _require_own(actor)
    provider = Provider(found, actor.address, limits)
    (tokens, paired), calls = provider.remove(provider.part(shares, provider.shares()), actor.payee(to))
    return Deed(calls, {"quote": {"market": found.name, "tokens": str(tokens), "paired": str(paired)}}, by=actor.address)


# --- internal ---


def _sides(market: Market, amounts: Sequence[str]) -> tuple[int | None, int | None]:
    """How much of each token; None of one that is not said."""
    said: dict[int, int] = {}
    for text in amounts:
        side, units = market.amount(text)
        if side in said:
            raise MarketError(f"two amounts of {(market.tokens[0].symbol, market.unit)[side]}: a deposit has one of each token")
        said[side] = units
    return said.get(0), said.get(1)


def _provider(actor: Actor, market: Market, limits: Limits) -> Provider:
    """The owner, who acts for the treasury. An operation waits and may be executed late: its calls are good until it has expired, to the end of that day."""
    by, soonest = actor.earliest(market.contract)
    return Provider(market, by, limits, ceil_div(soonest + GRACE_PERIOD, DAY) * DAY if actor.is_timelock(by) else None)


def _require_own(actor: Actor) -> None:
    if actor.scheduling.is_asked_for:
        raise MarketError("nothing is scheduled where the account acts itself: leave out --salt, --delay and --predecessor, or add --from-treasury")


def _document(market: Market, found: Any) -> dict[str, Any]:
    from mdt.cli.output import plain

    return {"market": market.name, **plain(found)}


def _purpose(text: str) -> bytes:
    from mdt.governance.arguments import short_text

    return short_text(text)
