"""Leaves that are asked for: `mdt epoch challenges|challenge|answer|discard|return-bonds`, commands of the group of epochs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mdt.cli.acts import Actor, Deed, acts
from mdt.cli.command import bundles_option, command
from mdt.cli.output import emit, plain, say, table
from mdt.errors import KeeperError
from mdt.suite.words import counted
from mdt.units import when

if TYPE_CHECKING:
    from mdt.cli.session import Session
    from mdt.keeper.challenges import Question
    from mdt.suite.calls import Call

DIGEST = re.compile(r"0x[0-9a-fA-F]{64}")


@click.group("challenges")
def cli() -> None:
    """Leaves of the pending report that somebody asks for."""


@command(cli, "challenges")
def challenges(session: Session) -> None:
    """Which leaves of the pending report are asked for and not shown; it cannot settle before they are."""
    from mdt.keeper.challenges import Challenges

    book = Challenges(session.suite)
    pending = book.pending()
    found = book.open(pending.digest)
    document = {"digest": plain(pending.digest), "bond": str(book.bond()), "open": [_document(one) for one in found]}

    def show() -> None:
        say(f"report 0x{pending.digest.hex()} of epoch {pending.report.epoch}")
        if not found:
            say("no leaf of it is asked for and unanswered")
            return
        rows = [(str(one.number), one.account, session.unit.format(one.cumulative), when(one.answer_by), one.challenger) for one in found]
        table("Leaves that are asked for", ("number", "account", "at least", "to be shown until", "asked by"), rows, right=(0, 2))

    emit(session.as_json, document, show)


@acts(
    cli,
    "challenge",
    click.argument("accounts", nargs=-1),
    click.option("--largest", type=click.IntRange(1, 64), default=1, show_default=True, help="As many accounts, where none is named."),
    bundles_option,
)
def challenge(actor: Actor, accounts: Sequence[str], largest: int, bundles: Path | None) -> Sequence[Call]:
    """Ask, with a bond, for the leaf of ACCOUNTS in the pending report. Default: of those to whom most is unclaimed.

    Whoever shows the leaf gets the bond. If nobody does in time, `mdt epoch discard` discards the report, and the bond goes back. Needs the bundle of one
    settled epoch.
    """
    from mdt.keeper.challenges import Challenges

    named = list(dict.fromkeys(actor.named(account) for account in accounts))
    return Challenges(actor.suite).ask(actor.address, actor.session.bundles(bundles), named, largest)


@acts(cli, "answer", bundles_option)
def answer(actor: Actor, bundles: Path | None) -> Deed:
    """Show every leaf that is asked for, out of the pending report's bundle; the bonds are for the account that signs."""
    from mdt.keeper.challenges import Challenges
    from mdt.oracle.bundle import bundle_path, read_ledger

    book = Challenges(actor.suite)
    epoch = int(book.pending().report.epoch)
    calls, without = book.answers(read_ledger(bundle_path(actor.session.bundles(bundles), epoch)))
    words = [f"not to be answered: {one.account} has less than {actor.suite.show(one.cumulative)} in the list, which is a fault of it" for one in without]
    if not calls:
        raise KeeperError("; ".join(words) or "no leaf of the pending report is asked for and unanswered")
    return Deed(calls, {"unanswerable": [_document(one) for one in without]}, words=words)


@acts(cli, "discard")
def discard(actor: Actor) -> Sequence[Call]:
    """Discard the pending report, because a leaf was asked for and nobody showed it in time. Anyone may."""
    from mdt.keeper.challenges import Challenges

    return [Challenges(actor.suite).discard()]


def _digest(_context: click.Context, _parameter: click.Parameter, text: str) -> bytes:
    if not DIGEST.fullmatch(text):
        raise click.BadParameter("must be 0x and 64 hexadecimal digits, as `mdt epoch challenges` shows it")
    return bytes.fromhex(text[2:])


@acts(cli, "return-bonds", click.argument("digest", callback=_digest))
def return_bonds(actor: Actor, digest: bytes) -> Deed:
    """Give the bonds of the discarded report DIGEST back to those who asked. Anyone may."""
    from mdt.keeper.challenges import Challenges

    calls = Challenges(actor.suite).returns(digest)
    return Deed(calls, words=[f"{counted(len(calls), 'bond')} of the report 0x{digest.hex()}"])


def _document(one: Question) -> dict[str, object]:
    return {**asdict(one), "cumulative": str(one.cumulative)}
