"""Markets: what they hold and quote, swaps, liquidity, and fees: `mdt market ...`."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click

from mdt.cli import market_liquidity, market_open, market_terms
from mdt.cli.acts import Actor, Deed, acts
from mdt.cli.command import command
from mdt.cli.market_options import limit_options, market_argument, to_option
from mdt.cli.output import emit, figures, plain, say, table
from mdt.errors import GovernanceError, MarketError
from mdt.market.exchange import SHARES, Market, Markets, State, Swap, significant
from mdt.market.liquidity import Provider
from mdt.market.market_fees import fee_words
from mdt.market.swaps import Limits, Trader
from mdt.suite.directory import Directory
from mdt.units import format_bps, parse_time, when

if TYPE_CHECKING:
    from mdt.cli.session import Session

pay_option = click.option("--pay", help="Pay exactly this: '10 MDT', or an amount of the paired token.")
buy_option = click.option("--buy", help="Buy exactly this instead.")


@click.group("market")
def cli() -> None:
    """Markets for the token and one other: prices, swaps, liquidity and its shares, fees."""


for _part in (market_liquidity, market_terms, market_open):
    cli.commands.update(_part.cli.commands)


# --- reading ---


@command(cli, "list")
def list_markets(session: Session) -> None:
    """All markets: what each holds, its price and its fee."""
    markets = Markets(session.suite).all()

    def tell() -> None:
        rows = [(one.name, *_row(one)) for one in markets]
        table(f"Markets ({len(markets)})", ("", "holds", "price", "fee"), rows, right=(3,))

    emit(session.as_json, {"markets": [_document(one, one.state()) for one in markets]}, tell)


@command(
    cli,
    "show",
    market_argument,
    click.option("--for", "owner", help="Whose shares to show as well; an address or alias."),
    click.option("--since", nargs=2, help="An earlier SUM and TIME of this command, half an hour old or older: the mean price since then."),
)
def show(session: Session, market: str, owner: str | None, since: tuple[str, str] | None) -> None:
    """One MARKET: reserves, the price both ways, fees, shares and what they are worth, and the mean price since an earlier reading."""
    found = Markets(session.suite).get(market)
    state, account = found.state(), session.address(owner) if owner else None
    mean = found.mean(_sum(since[0]), parse_time(since[1])) if since else None
    more = _held(found, account) if account else {}
    document = _document(found, state) | ({"mean_price": significant(mean)} if mean is not None else {}) | more
    emit(session.as_json, document, lambda: figures(f"Market {found.name} at {found.contract.address}", _figures(found, state, mean, more)))


@command(cli, "quote", market_argument, pay_option, buy_option)
def quote(session: Session, market: str, pay: str | None, buy: str | None) -> None:
    """What a swap in MARKET comes to now: what paying an amount brings, or what buying one costs, the fee and the price impact."""
    found = Markets(session.suite).get(market)
    side, amount, is_bought = _asked(found, pay, buy)
    swap, fee = found.quote(side, amount, is_bought=is_bought), int(found.contract.call("fees").fee_bps)
    emit(session.as_json, _swap_document(found, swap), lambda: say(found.quote_words(swap, fee)))


# --- swaps ---


@acts(
    cli,
    "swap",
    market_argument,
    pay_option,
    buy_option,
    click.option("--min-received", help="With --pay: the least that must come out, in the other token. [default: the quote less the slippage]"),
    click.option("--max-paid", help="With --buy: the most that may be paid. [default: the quote and the slippage]"),
    to_option,
    limit_options(impact=True),
)
def swap(actor: Actor, market: str, pay: str | None, buy: str | None, min_received: str | None, max_paid: str | None, to: str | None, limits: Limits) -> Deed:
    """Swap in MARKET: pay exactly an amount, or buy exactly one. Approves exactly what may be paid first, if the allowance is short."""
    found = Markets(actor.suite).get(market)
    side, amount, is_bought = _asked(found, pay, buy)
    if (min_received and is_bought) or (max_paid and not is_bought):
        raise MarketError("--min-received belongs to --pay, --max-paid to --buy: give the one that limits what the market works out")
    limit = found.of(side, max_paid) if max_paid else found.of(1 - side, min_received) if min_received else None
    made, calls = Trader(found, actor.address, limits).swap(side, amount, actor.payee(to), is_bought=is_bought, limit=limit)
    words = found.quote_words(made, int(found.contract.call("fees").fee_bps))
    return Deed(calls, {"quote": _swap_document(found, made)}, words=[words])


# --- internal ---


def _asked(market: Market, pay: str | None, buy: str | None) -> tuple[int, int, bool]:
    """The token that is paid, an amount, and whether that is bought."""
    if (pay is None) == (buy is None):
        raise MarketError(f"say what to pay or what to buy: --pay '10 {market.tokens[0].symbol}', or --buy '10 {market.unit}'")
    side, amount = market.amount(str(pay if pay is not None else buy))
    return (side, amount, False) if pay is not None else (1 - side, amount, True)


def _sum(text: str) -> int:
    """The sum of logarithms that `show` printed: a whole number that may be below zero."""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 40):
        raise MarketError(f"--since takes the sum and the time that `mdt market show` printed, not {text!r}")
    return int(text)


def _row(market: Market) -> tuple[str, str, str]:
    """A paired token that does not say how it is counted hides no other market."""
    state = market.state()
    fee = format_bps(int(state.fees.fee_bps))
    try:
        price = market.price_words(market.price(state))[0] if state.is_open else "none yet"
        return market.both(*state.reserves), price, fee
    except GovernanceError as error:
        return str(error), "", fee


def _figures(market: Market, state: State, mean: Fraction | None, held: dict[str, Any]) -> list[tuple[str, str]]:
    ours, other = market.tokens
    rows = [(f"Reserve of {ours.symbol}", market.show(0, state.reserves[0])), (f"Reserve of {other.symbol}", market.show(1, state.reserves[1]))]
    rows.append(("Paired Token", str(other.contract.address)))
    if state.is_open:
        first, second = market.price_words(market.price(state))
        rows += [("Price", first), ("", second), ("Liquidity Value", f"{market.show(0, 2 * state.reserves[0])} or {market.show(1, 2 * state.reserves[1])}")]
    else:
        rows.append(("Price", "none yet: whoever deposits first makes it"))
    rows += [("Mean Price", market.price_words(mean)[0])] if mean is not None else []
    rows += [("Fee", fee_words(state.fees, ours.symbol))]
    if state.announced.effective_at:
        rows.append(("Announced", f"{fee_words(state.announced.fees, ours.symbol)}; can be applied from {when(state.announced.effective_at)} on"))
    rows += [("Shares", SHARES.format(state.supply)), ("To Collect", SHARES.format(state.protocol))]
    if held:
        worth = market.both(int(held["worth"]["tokens"]), int(held["worth"]["paired"]))
        rows.append((f"Of {held['account']}", f"{SHARES.format(int(held['shares_held']))}, worth {worth}"))
    rows.append(("Owner", Directory(market.suite).name(str(market.contract.call("owner")))))
    return [*rows, ("For --since", f"{state.cumulative} {state.now}")]


def _held(market: Market, account: str) -> dict[str, Any]:
    shares = Provider(market, account).shares()
    tokens, paired = market.contract.call("quote_remove", shares)
    return {"account": account, "shares_held": str(shares), "worth": {"tokens": str(tokens), "paired": str(paired)}}


def _document(market: Market, state: State) -> dict[str, Any]:
    tokens, paired = state.reserves
    return {
        "market": market.name,
        "address": str(market.contract.address),
        "paired_token": str(market.contract.call("PAIRED")),
        "reserves": {"tokens": str(tokens), "paired": str(paired), "updated_at": state.updated_at},
        "price": _price(market, state),
        "fees": plain(state.fees),
        "announced": plain(state.announced) if state.announced.effective_at else None,
        "shares": str(state.supply),
        "protocol_shares": str(state.protocol),
        "cumulative": str(state.cumulative),
        "timestamp": state.now,
    }


def _price(market: Market, state: State) -> str | None:
    """Whole paired tokens for a whole one of ours; None of an empty market, and where the paired token does not say how it is counted."""
    try:
        return significant(market.price(state)) if state.is_open else None
    except GovernanceError:
        return None


def _swap_document(market: Market, swap: Swap) -> dict[str, Any]:
    return {
        "market": market.name,
        "token_in": market.address(swap.side),
        "token_out": market.address(1 - swap.side),
        "paid": str(swap.paid),
        "bought": str(swap.bought),
        "impact_bps": swap.impact_bps,
    }
