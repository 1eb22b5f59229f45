"""Rewards: miners' proofs and claims, and the upkeep of the stakers' stream: `ape run rewards proof|claim|pull|recycle`."""

from __future__ import annotations

import click

from mdt.cli import shared

BATCH = 32


@click.group()
def cli() -> None:
    """Miners' proofs and claims; block rewards and idle rewards of staking."""


@shared.command(cli, "proof")
@click.argument("accounts", nargs=-1, required=True)
@shared.bundles_option
def proof(session, accounts, bundles) -> None:
    """What ACCOUNTS can claim, with the proofs a wallet needs."""
    from mdt.keeper.cycle import claimable
    from mdt.units import format_amount

    rows = claimable(session.suite, shared.bundles_of(session, bundles), [session.address(one) for one in accounts])
    shared.emit(
        session.as_json,
        {"claims": [_document(row) for row in rows]},
        lambda: [
            click.echo(
                f"{row['account']}: {format_amount(row['claimable'])} to claim of {format_amount(row['cumulative'])} in all\n"
                + "\n".join(f"  0x{one.hex()}" for one in row["proof"])
            )
            for row in rows
        ],
    )


@shared.command(cli, "claim")
@click.argument("accounts", nargs=-1)
@click.option("--all", "everybody", is_flag=True, help="For every account of the root in force.")
@shared.bundles_option
@shared.signing_options
def claim(session, accounts, everybody, bundles, account, dry_run) -> None:
    """Claim for ACCOUNTS (default: the signer). Anyone may: the tokens go to each account, or the recipient it set."""
    from mdt.errors import KeeperError
    from mdt.keeper.cycle import Keeper, claimable
    from mdt.units import format_amount

    suite, folder, signer = session.suite, shared.bundles_of(session, bundles), session.signer(account)
    names = Keeper(suite, folder).accounts() if everybody else [session.address(one) for one in accounts] or [signer.address]
    due = [row for row in claimable(suite, folder, names) if row["claimable"] > 0]
    if not due:
        raise KeeperError(f"nothing to claim for {', '.join(names[:3])}{'...' if len(names) > 3 else ''}: all that the root in force grants is paid")
    total = sum(row["claimable"] for row in due)
    document = {"accounts": len(due), "amount": str(total), "dry_run": dry_run, "claims": [_document(row) for row in due], "transactions": []}
    if dry_run:
        shared.emit(session.as_json, document, lambda: click.echo(f"would claim {format_amount(total)} for {len(due)} accounts"))
        return
    distributor = suite["RewardDistributor"]
    for start in range(0, len(due), BATCH):
        part = due[start : start + BATCH]
        if len(part) == 1:
            receipt = distributor.send(signer, "claim", part[0]["account"], part[0]["cumulative"], part[0]["proof"])
        else:
            receipt = distributor.send(signer, "claim_many", *[[row[key] for row in part] for key in ("account", "cumulative", "proof")])
        document["transactions"].append(shared.receipt_document(receipt))
        recipients = {row["account"]: row["recipient"] for row in part}
        for event in distributor.events(receipt, "Claimed"):
            if not session.as_json:
                click.echo(f"{event.account}: {format_amount(event.amount)} to {recipients[event.account]}")
    shared.emit(session.as_json, document, lambda: click.echo(f"claimed {format_amount(total)} in {len(document['transactions'])} transactions"))


@shared.command(cli, "pull")
@shared.signing_options
def pull(session, account, dry_run) -> None:
    """Have block rewards minted and streamed to stakers. Anyone may; do it at least once an epoch."""
    _upkeep(session, account, dry_run, "pull_block_rewards", "BlockRewardsPulled", "streamed to stakers")


@shared.command(cli, "recycle")
@shared.signing_options
def recycle(session, account, dry_run) -> None:
    """Send what was streamed while nobody was staked to the recycling pool. Anyone may."""
    _upkeep(session, account, dry_run, "recycle_idle_rewards", "IdleRewardsRecycled", "recycled")


def _upkeep(session, account, dry_run, function, event_name, done) -> None:
    """A call on Staking that moves whatever there is to move."""
    from mdt.units import format_amount

    staking, signer = session.suite["Staking"], session.signer(account)
    amount = int(staking.simulate(signer.address, function))
    document = {"amount": str(amount), "dry_run": dry_run}
    if dry_run or amount == 0:
        words = f"{format_amount(amount)} would be {done}" if amount else f"nothing to do: 0 would be {done}"
        shared.emit(session.as_json, document, lambda: click.echo(words))
        return
    receipt = staking.send(signer, function)
    moved = sum(int(event.amount) for event in staking.events(receipt, event_name))
    document |= shared.receipt_document(receipt) | {"amount": str(moved)}
    shared.emit(session.as_json, document, lambda: click.echo(f"{format_amount(moved)} {done}: {receipt.tx_hash}"))


def _document(row: dict) -> dict:
    return {
        **{key: str(row[key]) for key in ("cumulative", "claimed", "claimable")},
        "account": row["account"],
        "recipient": row["recipient"],
        "root": "0x" + row["root"].hex(),
        "proof": ["0x" + one.hex() for one in row["proof"]],
    }
