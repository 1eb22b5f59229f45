"""Making a market beside a deployment that runs: `mdt market open`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mdt.cli.accounts import account_option
from mdt.cli.command import command, dry_run_option
from mdt.cli.output import emit, event_document, receipt_document, say
from mdt.units import format_bps, format_seconds, parse_bps

if TYPE_CHECKING:
    from mdt.cli.session import Session
    from mdt.deploy.opening import Opening

FEE, PROTOCOL, DELAY = 30, 0, 7 * 86_400


@click.group("open")
def cli() -> None:
    """New markets."""


@command(
    cli,
    "open",
    click.argument("name"),
    click.option("--token", required=True, help="Address of the paired token, an ERC-20 on this network. `test` is for presets."),
    click.option("--symbol", required=True, help="What the token has to call itself, such as USDX: the address is looked at twice."),
    click.option("--decimals", type=int, required=True, help="How many decimals it has to have, 6 to 18."),
    click.option("--fee", default=format_bps(FEE), show_default=True, help="Of each swap: 0.01% to 1%."),
    click.option("--protocol", default=format_bps(PROTOCOL), show_default=True, help="The protocol's part of the fee: at most 25%."),
    click.option("--protocol-to", type=click.Choice(("treasury", "burn")), default="treasury", show_default=True, help="Of our token in that part."),
    click.option("--fee-delay", default=format_seconds(DELAY), show_default=True, help="From announcing fees to applying them: 1 to 30 days."),
    account_option,
    dry_run_option,
)
def open_market(
    session: Session,
    name: str,
    token: str,
    symbol: str,
    decimals: int,
    fee: str,
    protocol: str,
    protocol_to: str,
    fee_delay: str,
    account: str | None,
    dry_run: bool,
) -> None:
    """Make a market called NAME for the token and another one, and note it in the records. Anyone may: the timelock owns it from the first block on.

    It is empty: whoever deposits first (`mdt market add`) makes the price. Runs in a checkout, since the contract is compiled.
    """
    terms = {
        "name": name,
        "paired": {"token": session.address(token), "symbol": symbol, "decimals": decimals},
        "fee_bps": parse_bps(fee),
        "protocol_bps": parse_bps(protocol),
        "protocol_to": protocol_to,
        "fee_delay": fee_delay,
    }
    _make(session, account, terms, dry_run)


def _make(session: Session, account: str | None, terms: dict[str, Any], dry_run: bool) -> None:
    from mdt.cli.deploy import compiled
    from mdt.deploy.lock import locked
    from mdt.deploy.opening import Opening, market_of
    from mdt.suite.opened import open_suite
    from mdt.suite.telling import tell

    suite, signer = session.suite, session.signer(account)
    market = market_of(suite, **terms)
    with session.folder.copied() if dry_run else locked(session.folder) as work:
        opening = Opening(suite, signer, work, compiled(with_markets=True), market)
        opening.require_new()
        document = {"market": market.name, "contract": market.contract, "dry_run": dry_run}
        if dry_run:
            emit(session.as_json, {**document, "words": opening.words}, lambda: say(f"would {opening.words}", "nothing was sent"))
            return
        receipt = opening.make()
        say(f"{opening.words}: {receipt.tx_hash} in block {receipt.block_number:,}{_earlier(receipt.is_earlier)}", err=session.as_json)
        made = open_suite(session.chain, session.folder)
        opening.require_made(made)
        told = tell(made, receipt)
        events = {"transactions": [receipt_document(receipt) | {"events": [event_document(event) for event in told.events]}]}
        address = str(made.markets[market.contract].address)
        emit(session.as_json, {**document, "address": address, **events}, lambda: say(*(f"  {line}" for line in told.sentences), *_ending(opening, address)))


def _earlier(is_earlier: bool) -> str:
    return " (sent by an earlier run; nothing was sent now)" if is_earlier else ""


def _ending(opening: Opening, address: str) -> list[str]:
    """What is left to do."""
    market = opening.market
    lines = [f"market {market.name} is at {address}, and empty: `mdt market add {market.name}` opens it, and makes its price"]
    if market.burns:
        grant = f"mdt governance schedule MDT set_burner {market.contract} transaction_fee"
        lines.append(f"before anything is collected, a vote has to let it burn: `{grant}`")
    return lines
