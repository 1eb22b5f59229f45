"""What the commands of `ape run token` share: who signs, options under two names, the owner's calls, and tables of label and amount."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mdt.cli.perform import perform
from mdt.cli.scheduling import Scheduling, govern

if TYPE_CHECKING:
    from mdt.chain.contract import Contract
    from mdt.chain.signers import Signer
    from mdt.cli.shared import Session
    from mdt.suite.calls import Call

F = TypeVar("F", bound=Callable[..., Any])

pool_option = click.option("--pool-id", type=int, required=True, help="Number of the pool.")
schedule_option = click.option("--schedule-id", type=int, required=True, help="Number of the schedule.")
amount_option = click.option("--amount", required=True, help="Such as '12.5 MDT' or '12.5', in the unit of the deployment's token.")
user_option = click.option("--user-id", help="The account: the same as --account, or its address.")


def signer_of(session: Session, account: str | None, named: str | None) -> Signer:
    """Who signs, named by `--account` or under another name.

    Raises:
        AccountError: named twice, and differently.
    """
    from mdt.errors import AccountError

    if account is not None and named is not None and session.signer(account).address != session.signer(named).address:
        raise AccountError(f"{account} and {named} are two accounts: name the one that signs")
    return session.signer(account if account is not None else named)


def given(positional: str | None, option: str | None, name: str) -> str:
    """What was given as an argument or as an option.

    Raises:
        MarketError: neither, or both.
    """
    from mdt.errors import MarketError

    if (positional is None) == (option is None):
        raise MarketError(f"give {name} once: as an argument, or with --{name.lower()}")
    return str(positional if positional is not None else option)


def send(session: Session, signer: Signer, calls: Sequence[Call], dry_run: bool, more: Mapping[str, Any] | None = None) -> None:
    """Send calls of the signer's own, and tell what came of them."""
    from mdt.market.outcomes import told

    perform(session, signer, calls, dry_run, told=told, more=more)


def owners(session: Session, signer: Signer, calls: Sequence[Call], dry_run: bool, scheduling: Scheduling) -> None:
    """The owner's calls: sent at once, or scheduled through the timelock."""
    from mdt.market.outcomes import told

    govern(session, signer, calls, dry_run, scheduling, telling=told)


def is_scheduled(session: Session, contract: Contract, signer: Signer) -> bool:
    """Whether an owner's call of a contract goes through the timelock."""
    from mdt.governance.owner import is_through_timelock

    return is_through_timelock(session.suite, contract, signer.address)


def figures(title: str, rows: Sequence[tuple[str, str] | tuple[str, str, str]]) -> None:
    """A table of labels, numbers to the right, and notes."""
    from mdt.cli.shared import table

    wide = any(len(row) > 2 for row in rows)
    filled = [(*row, "") if wide and len(row) < 3 else row for row in rows]
    table(title, ("", "", "") if wide else ("", ""), filled, right=(1,))


def percent(bps: int) -> str:
    """`1000` as `10.00%`."""
    return f"{bps / 100:,.2f}%"
