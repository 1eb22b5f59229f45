"""Rewards: miners' proofs and claims, and the upkeep of the stakers' stream: `mdt rewards proof|claim|pull|recycle`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mdt.cli.accounts import account_option
from mdt.cli.acts import Actor, Deed, acts
from mdt.cli.command import bundles_option, command, dry_run_option
from mdt.cli.output import emit, event_document, listed, plain, receipt_document, say, set_aside, table
from mdt.cli.perform import Came, rehearsed
from mdt.crypto.keccak import checksum
from mdt.errors import KeeperError
from mdt.suite.calls import Call
from mdt.suite.words import counted

if TYPE_CHECKING:
    from mdt.chain.abi import Event
    from mdt.cli.session import Session
    from mdt.suite.opened import Suite

BATCH = 64
"""As many as the distributor takes in one call."""


@click.group("rewards")
def cli() -> None:
    """Miners' proofs and claims; block rewards and idle rewards of staking."""


earlier_option = click.option("--distributor", metavar="ADDRESS", help="A distributor that was replaced: what it owes is claimed there.")


@command(cli, "proof", click.argument("accounts", nargs=-1, required=True), earlier_option, bundles_option)
def proof(session: Session, accounts: Sequence[str], distributor: str | None, bundles: Path | None) -> None:
    """What ACCOUNTS can claim, with the proofs a wallet needs."""
    from mdt.oracle.claims import claimable, with_distributor

    aside: list[str] = []
    named = list(dict.fromkeys(session.address(account) for account in accounts))
    rows = claimable(with_distributor(session.suite, distributor), session.bundles(bundles), named, aside)
    set_aside(aside)

    def show() -> None:
        for row in rows:
            claim, total = session.unit.format(row["claimable"]), session.unit.format(row["cumulative"])
            say(f"{row['account']}: {claim} to claim of {total} in all", *(f"  0x{node.hex()}" for node in row["proof"]))

    emit(session.as_json, {"claims": plain(rows), "set_aside": aside}, show)


@acts(
    cli,
    "claim",
    click.argument("accounts", nargs=-1),
    click.option("--all", "everybody", is_flag=True, help="For every account of the root in force."),
    earlier_option,
    bundles_option,
)
def claim(actor: Actor, accounts: Sequence[str], everybody: bool, distributor: str | None, bundles: Path | None) -> Deed:
    """Claim for ACCOUNTS (default: the signer). Anyone may: the tokens go to each account, or the recipient it set.

    With --all a keeper keeps the distributor small: 64 accounts a transaction, none that is paid already. Run it again after any interruption.
    """
    from mdt.oracle.claims import claimable, ledger_in_force, with_distributor

    suite, folder, aside = with_distributor(actor.suite, distributor), actor.session.bundles(bundles), list[str]()
    named = [checksum(one) for one, _ in ledger_in_force(suite, folder).leaves()] if everybody else [actor.named(account) for account in accounts]
    names = list(dict.fromkeys(named)) or [actor.address]  # an account that is named twice, in another case or by an alias, is paid once
    found = claimable(suite, folder, names, aside)
    due = [row for row in found if row["claimable"] > 0]
    set_aside(aside)
    if not due:
        why = "all that the root in force grants is paid" if any(row["cumulative"] for row in found) else "the root in force grants them nothing"
        raise KeeperError(f"nothing to claim for {listed(names, 3)}: {why}")
    calls = [_claim(suite, due[start : start + BATCH]) for start in range(0, len(due), BATCH)]
    expected = {"accounts": len(due), "amount": str(sum(row["claimable"] for row in due)), "claims": plain(due), "set_aside": aside}
    return Deed(calls, expected, lambda events: _claimed(suite, events))


def _claimed(suite: Suite, events: Sequence[Event]) -> Came:
    """Who was paid how much, and where: the recipient stands in the transfer beside each claim. What somebody else claimed in between is not among it."""
    distributor, show = suite["RewardDistributor"].address, suite.show
    claims = [event for event in events if event.name == "Claimed"]
    receivers = [event.receiver for event in events if event.name == "Transfer" and event.sender == distributor]
    receivers = receivers if len(receivers) == len(claims) else [claim.account for claim in claims]
    paid = [{**claim.arguments, "recipient": receiver} for claim, receiver in zip(claims, receivers, strict=True)]
    together = sum(one["amount"] for one in paid)
    rows = [(one["account"], show(one["amount"]), one["recipient"]) for one in paid]

    def tell() -> None:
        table(f"Paid to {counted(len(rows), 'account')}: {show(together)}", ("account", "amount", "to"), rows, right=(1,))

    return Came({"accounts": len(paid), "amount": str(together), "paid": plain(paid)}, tell)


def _claim(suite: Suite, rows: Sequence[dict[str, Any]]) -> Call:
    """One transaction that pays these rows."""
    distributor = suite["RewardDistributor"]
    words = f"claim {suite.show(sum(row['claimable'] for row in rows))} for "
    if len(rows) == 1:
        (row,) = rows
        said = f"{words}{row['account']}, paid to {row['recipient']}"
        return Call(distributor, "claim", (row["account"], row["cumulative"], row["proof"]), said, is_bounded=True)
    columns = tuple([row[key] for row in rows] for key in ("account", "cumulative", "proof"))
    return Call(distributor, "claim_many", columns, f"{words}{counted(len(rows), 'account')}", is_bounded=True)


def _upkeep(name: str, text: str, function: str, event_name: str, done: str) -> None:
    """A command of one call on Staking that moves whatever there is to move, and sends nothing where there is nothing."""

    def run(session: Session, account: str | None, dry_run: bool) -> None:
        staking, signer = session.suite["Staking"], session.signer(account)
        if dry_run and rehearsed(session, signer, Call(staking, function, (), f"have what waits {done}"), {}):
            return
        amount = int(staking.simulate(signer.address, function))
        document = {"amount": str(amount), "dry_run": dry_run}
        if dry_run or amount == 0:
            words = f"{session.unit.format(amount)} would be {done}" if amount else f"nothing to do: 0 would be {done}"
            emit(session.as_json, document, lambda: say(words))
            return
        receipt = staking.send(signer, function)
        events = staking.events(receipt, event_name)
        moved = sum(int(event.amount) for event in events)
        document |= receipt_document(receipt) | {"amount": str(moved), "events": [event_document(event) for event in events]}
        emit(session.as_json, document, lambda: say(f"{session.unit.format(moved)} {done}: {receipt.tx_hash} in block {receipt.block_number:,}"))

    run.__doc__ = text
    command(cli, name, account_option, dry_run_option)(run)


_upkeep(
    "pull",
    "Have block rewards minted and streamed to stakers. Anyone may; do it at least once an epoch.",
    "pull_block_rewards",
    "BlockRewardsPulled",
    "streamed to stakers",
)
_upkeep(
    "recycle",
    "Send what was streamed while nobody was staked to the recycling pool. Anyone may.",
    "recycle_idle_rewards",
    "IdleRewardsRecycled",
    "recycled",
)
