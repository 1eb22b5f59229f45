"""Offences: `ape run slash vote|prove|sign-liveness|report-liveness|liveness|status|history|appeal|uphold|overturn|execute|answer|restitution`."""

from __future__ import annotations

from pathlib import Path

import click

from mdt.cli import shared
from mdt.cli.perform import perform, plain

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group()
def cli() -> None:
    """Evidence of offences, and what follows from a slash."""


@shared.command(cli, "vote")
@click.argument("height", type=click.IntRange(min=0))
@click.argument("block_hash")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The vote file to write.")
@shared.account_option
def vote(session, height, block_hash, out, account) -> None:
    """Sign a validator's vote for BLOCK_HASH at HEIGHT: for validators' software, and for tests. Two different ones for one height are an offence."""
    from mdt.chain.signers import sign_typed
    from mdt.errors import EvidenceError
    from mdt.staking.slashes import Slashes
    from mdt.staking.votes import SignedVote, Vote, signable

    digits = block_hash.removeprefix("0x")
    if len(digits) != 64 or set(digits.lower()) - set("0123456789abcdef"):
        raise EvidenceError(f"block hash is {block_hash!r}; give 32 bytes, 0x and 64 hex digits")
    signer, domain, made = session.signer(account), Slashes(session.suite).domain, Vote(height, bytes.fromhex(digits))
    signed = SignedVote(made, sign_typed(signer.account, signable(made, domain)))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(signed.to_json(), encoding="ascii", newline="\n")
    document = {"signer": signer.address, "height": height, "block_hash": "0x" + digits, "vote": str(out)}
    shared.emit(session.as_json, document, lambda: click.echo(f"{signer.address} voted for 0x{digits} at height {height}: {out}"))


@shared.command(cli, "prove")
@click.argument("first", type=FILE)
@click.argument("second", type=FILE)
@shared.signing_options
def prove(session, first, second, account, dry_run) -> None:
    """Accuse the validator that signed two vote files for different blocks at one height (JSON: height, block_hash, signature). Anyone may."""
    from mdt.staking.slashes import read_votes

    votes = read_votes((first, second))
    signer, slashes = _signed(session, account)
    perform(session, signer, slashes.prove(*votes), dry_run)


@shared.command(cli, "sign-liveness")
@click.argument("report", type=FILE)
@click.option("--signatures", type=FOLDER, required=True, help="Folder the signature is filed in.")
@shared.account_option
def sign_liveness(session, report, signatures, account) -> None:
    """Sign REPORT (JSON: epoch, entries of validator_id, missed_blocks, missed_reveals), for reporters. Compare it with your own measurements first."""
    from mdt.chain.signers import sign_typed
    from mdt.staking.liveness import read_report, recovered, signable

    page = read_report(report)
    signer, slashes = _signed(session, account)
    signed = recovered(page, slashes.domain, sign_typed(signer.account, signable(page, slashes.domain)))
    path = slashes.sign_liveness(page, signatures, signed)
    shared.emit(session.as_json, {"signer": signer.address, "signature": str(path)}, lambda: click.echo(f"{signer.address} signed: {path}"))


@shared.command(cli, "report-liveness")
@click.argument("report", type=FILE)
@click.option("--signatures", type=FOLDER, required=True, help="Folder with the reporters' signatures.")
@shared.signing_options
def report_liveness(session, report, signatures, account, dry_run) -> None:
    """Hand in REPORT with a quorum of signatures. Anyone may; hand in an epoch's pages in order."""
    from mdt.staking.liveness import read_report

    page = read_report(report)
    signer, slashes = _signed(session, account)
    perform(session, signer, slashes.report_liveness(page, signatures), dry_run)


@shared.command(cli, "liveness")
@click.argument("validator", type=int)
@click.argument("offence", type=click.Choice(["offline", "no-reveal"]))
@shared.signing_options
def liveness(session, validator, offence, account, dry_run) -> None:
    """Slash VALIDATOR for what the reports add up to. Anyone may."""
    signer, slashes = _signed(session, account)
    perform(session, signer, slashes.slash_for_liveness(validator, 1 if offence == "offline" else 2), dry_run)


@shared.command(cli, "status")
@click.argument("slash_id", type=int)
def status(session, slash_id) -> None:
    """One slash: what for, how much, until when, and what is left to do."""
    from mdt.staking.outcomes import when
    from mdt.staking.slashes import OFFENCES, STATUSES, Slashes
    from mdt.units import format_amount, format_bps

    slashes = Slashes(session.suite)
    one = slashes.record(slash_id)
    what = slashes.next_step(slash_id, one)

    def tell() -> None:
        rows = [
            ("validator", one.validator_id),
            ("offence", f"{OFFENCES[one.offence]} at block {one.height:,}"),
            ("status", STATUSES[one.status]),
            ("taken", f"{format_amount(one.amount)}, {format_bps(one.bps)} of the pool"),
            ("answered by moved stake", format_amount(one.answered)),
            ("slashed at", when(one.slashed_at)),
            ("window ends at", when(one.ends_at)),
            ("appealed", "0x" + one.appeal_hash.hex() if one.is_appealed else "no"),
            ("evidence", "0x" + one.evidence_hash.hex()),
            ("next", what),
        ]
        shared.table(f"Slash {slash_id}", ("", ""), rows)

    shared.emit(session.as_json, {"slash_id": slash_id, **plain(one), "next": what}, tell)


@shared.command(cli, "history")
@click.argument("validator", type=int)
def history(session, validator) -> None:
    """All slashes of VALIDATOR, oldest first, and what it has missed since."""
    from mdt.staking.outcomes import when
    from mdt.staking.slashes import OFFENCES, STATUSES, Slashes
    from mdt.units import format_amount

    slashes = Slashes(session.suite)
    rows, counted = slashes.reader.slashes(validator), slashes.slasher.call("counters", validator)

    def show() -> None:
        shown = [
            (
                row.slash_id,
                OFFENCES[row.record.offence],
                f"{row.record.height:,}",
                STATUSES[row.record.status],
                format_amount(row.record.amount),
                when(row.record.slashed_at),
                when(row.record.ends_at),
            )
            for row in rows
        ]
        columns = ("slash", "offence", "block", "status", "taken", "slashed at", "window ends at")
        shared.table(f"{len(rows)} slashes of validator {validator}", columns, shown, right=(0, 2, 4))
        click.echo(f"missed since: {counted.missed_blocks} blocks, {counted.missed_reveals} reveals")

    shared.emit(session.as_json, {"validator_id": validator, "slashes": plain(rows), "counters": plain(counted)}, show)


@shared.command(cli, "appeal")
@click.argument("slash_id", type=int)
@click.argument("reasons", type=FILE)
@shared.signing_options
def appeal(session, slash_id, reasons, account, dry_run) -> None:
    """Ask the arbiter to look at a slash; the chain keeps the hash of the file REASONS, which you publish. For the operator, once a slash."""
    signer, slashes = _signed(session, account)
    perform(session, signer, slashes.appeal(slash_id, reasons.read_bytes()), dry_run)


@shared.command(cli, "uphold")
@click.argument("slash_id", type=int)
@shared.signing_options
def uphold(session, slash_id, account, dry_run) -> None:
    """Turn an appeal down. For the arbiter."""
    signer, slashes = _signed(session, account)
    perform(session, signer, slashes.uphold(slash_id), dry_run)


@shared.command(cli, "overturn")
@click.argument("slash_id", type=int)
@shared.signing_options
def overturn(session, slash_id, account, dry_run) -> None:
    """Give a slash back. For the arbiter."""
    signer, slashes = _signed(session, account)
    perform(session, signer, slashes.overturn(slash_id), dry_run)


@shared.command(cli, "execute")
@click.argument("slash_id", type=int)
@shared.signing_options
def execute(session, slash_id, account, dry_run) -> None:
    """Uphold a slash whose window is over. Anyone may."""
    signer, slashes = _signed(session, account)
    perform(session, signer, slashes.execute(slash_id), dry_run)


@shared.command(cli, "answer")
@click.argument("validator", type=int)
@click.option("--slot", type=click.IntRange(0, 7), default=0, show_default=True)
@click.option("--for", "owner", help="Whose position. [default: the signer]")
@shared.signing_options
def answer(session, validator, slot, owner, account, dry_run) -> None:
    """Have stake that was moved to VALIDATOR answer for the slashes of the validator it left. Anyone may."""
    signer, slashes = _signed(session, account)
    perform(session, signer, slashes.answer(validator, session.address(owner) if owner else signer.address, slot), dry_run)


@shared.command(cli, "restitution")
@click.argument("slash_id", type=int)
@click.option("--for", "owner", help="Who is owed. [default: the signer]")
@click.option("--own-stake", is_flag=True, help="What is owed to the validator's own stake, paid to its operator.")
@shared.signing_options
def restitution(session, slash_id, owner, own_stake, account, dry_run) -> None:
    """Have paid what an overturned slash owes to one who had left the pool, or had answered for it. Anyone may."""
    signer, slashes = _signed(session, account)
    whose = session.address(owner) if owner else signer.address
    perform(session, signer, slashes.restitution(slash_id, whose, is_own_stake=own_stake), dry_run)


def _signed(session, account):
    from mdt.staking.slashes import Slashes

    signer = session.signer(account)
    return signer, Slashes(session.suite, signer.address)
