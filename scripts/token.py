"""The token: `ape run token stats|balance|transfer|mint-history|burn-history`."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from mdt import cli as shared

PAGE = 64


@click.group()
def cli() -> None:
    """Supply, balances, transfers, and the recent mints and burns."""


@shared.command(cli, "stats")
def stats(session) -> None:
    """Cap, minted by bucket and reason, burned, and where the tokens are."""
    from mdt.model.reasons import Burn, Mint
    from mdt.settings import Buckets
    from mdt.units import format_amount

    suite = session.suite
    token = suite["MDT"]
    totals = {name: token.call(name) for name in ("cap", "total_minted", "total_burned", "totalSupply")}
    buckets = {name: (token.call("bucket_cap", number), token.call("minted_by_bucket", number)) for number, name in enumerate(Buckets.names())}
    minted = {one.name.lower(): token.call("minted_by_reason", int(one)) for one in Mint}
    burned = {one.name.lower(): token.call("burned_by_reason", int(one)) for one in Burn}
    held = {name: token.call("balanceOf", contract.address) for name, contract in suite.contracts.items()}
    document = {
        "network": session.network,
        "chain_id": session.chain.chain_id,
        "address": token.address,
        "name": token.call("name"),
        "symbol": token.call("symbol"),
        "setup_finished": token.call("is_setup_finished"),
        **{name.replace("totalSupply", "total_supply"): str(value) for name, value in totals.items()},
        "buckets": {name: {"cap": str(cap), "minted": str(value)} for name, (cap, value) in buckets.items()},
        "minted_by_reason": {name: str(value) for name, value in minted.items()},
        "burned_by_reason": {name: str(value) for name, value in burned.items()},
        "held_by": {name: str(value) for name, value in held.items()},
    }

    def show() -> None:
        shared.table(
            f"{document['name']} ({document['symbol']}) at {token.address}", ("", "amount"), [(k, format_amount(v)) for k, v in totals.items()], right=(1,)
        )
        rows = [(name, format_amount(cap), format_amount(value), f"{value * 10_000 // cap / 100 if cap else 0:.2f}%") for name, (cap, value) in buckets.items()]
        shared.table("Buckets", ("bucket", "cap", "minted", ""), rows, right=(1, 2, 3))
        reasons = [("minted", name, format_amount(v)) for name, v in minted.items() if v] + [
            ("burned", name, format_amount(v)) for name, v in burned.items() if v
        ]
        shared.table("By reason", ("", "reason", "amount"), reasons, right=(2,))
        shared.table("Held by", ("contract", "amount"), [(name, format_amount(v)) for name, v in held.items()], right=(1,))

    shared.emit(session.as_json, document, show)


@shared.command(cli, "balance")
@click.argument("account")
def balance(session, account) -> None:
    """The balance of ACCOUNT: an address, an alias of ape, TEST::n, or a contract's name."""
    from mdt.units import format_amount

    address = session.address(account)
    value = session.suite["MDT"].call("balanceOf", address)
    shared.emit(session.as_json, {"account": address, "balance": str(value)}, lambda: click.echo(f"{address}: {format_amount(value)}"))


@shared.command(cli, "transfer")
@click.argument("to")
@click.argument("amount")
@shared.signing_options
def transfer(session, to, amount, account, dry_run) -> None:
    """Send AMOUNT ('12.5 MDT', '25 wei') to TO."""
    from mdt.errors import AccountError
    from mdt.units import format_amount

    wei = shared.parse_units(amount)
    signer, recipient, token = session.signer(account), session.address(to), session.suite["MDT"]
    held = token.call("balanceOf", signer.address)
    if held < wei:
        raise AccountError(f"{signer.address} holds {format_amount(held)}, not {format_amount(wei)}: send less, or from another account")
    document = {"from": signer.address, "to": recipient, "amount": str(wei), "dry_run": dry_run}
    words = f"{format_amount(wei)} from {signer.address} to {recipient}"
    if dry_run:
        token.simulate(signer.address, "transfer", recipient, wei)
        shared.emit(session.as_json, document, lambda: click.echo(f"would send {words}"))
        return
    receipt = token.send(signer, "transfer", recipient, wei)
    document |= shared.receipt_document(receipt)
    shared.emit(session.as_json, document, lambda: click.echo(f"sent {words}: {receipt.tx_hash} in block {receipt.block_number}"))


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
