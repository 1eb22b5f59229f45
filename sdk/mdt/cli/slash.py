"""Offences: `mdt slash vote|prove|registered|sign-liveness|report-liveness|liveness|announce|void|open|status|history|appeal|uphold|...`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mdt.cli.accounts import account_option
from mdt.cli.acts import Actor, Deed, acts
from mdt.cli.command import command, for_option
from mdt.cli.output import emit, plain, say, set_aside, table
from mdt.cli.perform import Came
from mdt.errors import EvidenceError
from mdt.files import write_whole
from mdt.staking.liveness import read_report, recovered, signable
from mdt.staking.slashes import OFFENCES, STATUSES, Slashes, published, read_votes
from mdt.staking.votes import SignedVote, Vote
from mdt.staking.votes import signable as signable_vote
from mdt.suite.words import counted
from mdt.units import format_bps, when

if TYPE_CHECKING:
    from mdt.chain.abi import Event
    from mdt.cli.session import Session
    from mdt.suite.calls import Call

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
slash_argument = click.argument("slash_id", type=int)
validator_argument = click.argument("validator", type=int)
report_argument = click.argument("report", type=FILE)


@click.group("slash")
def cli() -> None:
    """Evidence of offences, and what follows from a slash."""


def _slashes(actor: Actor) -> Slashes:
    return Slashes(actor.suite, actor.address)


def _arbiter(actor: Actor) -> str:
    """Who decides: the timelock where it is the arbiter, else the signer, who may not be."""
    return actor.acting_for(str(actor.suite["Slasher"].call("arbiter")))


# --- evidence ---


@command(
    cli,
    "vote",
    click.argument("height", type=click.IntRange(min=0)),
    click.argument("block_hash"),
    click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The vote file to write."),
    account_option,
)
def vote(session: Session, height: int, block_hash: str, out: Path, account: str | None) -> None:
    """Sign a validator's vote for BLOCK_HASH at HEIGHT: for validators' software, and for tests. Two different ones for one height are an offence."""
    digits = block_hash.removeprefix("0x")
    if len(digits) != 64 or set(digits.lower()) - set("0123456789abcdef"):
        raise EvidenceError(f"block hash is {block_hash!r}; give 32 bytes, 0x and 64 hex digits")
    signer, made = session.signer(account), Vote(height, bytes.fromhex(digits))
    signed = SignedVote(made, signer.sign_message(signable_vote(made, Slashes(session.suite).domain)))
    try:
        write_whole(out, signed.to_json())
    except OSError as error:
        raise EvidenceError(f"{out} cannot be written ({error.strerror or error}): name another file with --out") from error
    document = {"signer": signer.address, "height": height, "block_hash": "0x" + digits, "vote": str(out)}
    emit(session.as_json, document, lambda: say(f"{signer.address} voted for 0x{digits} at height {height:,}: {out}"))


@acts(cli, "prove", click.argument("first", type=FILE), click.argument("second", type=FILE))
def prove(actor: Actor, first: Path, second: Path) -> Sequence[Call]:
    """Accuse the validator that signed two vote files for different blocks at one height (JSON: height, block_hash, signature). Anyone may."""
    return _slashes(actor).prove(*read_votes((first, second)))


@acts(cli, "registered", validator_argument)
def registered(actor: Actor, validator: int) -> Sequence[Call]:
    """Slash VALIDATOR for the oldest proof that came while another one was in escrow, once that one is overturned. Anyone may."""
    return _slashes(actor).registered(validator)


@command(
    cli, "sign-liveness", report_argument, click.option("--signatures", type=FOLDER, required=True, help="Folder the signature is filed in."), account_option
)
def sign_liveness(session: Session, report: Path, signatures: Path, account: str | None) -> None:
    """Sign REPORT (JSON: epoch, entries of validator_id, missed_blocks, missed_reveals), for reporters. Compare it with your own measurements first."""
    page, signer = read_report(report), session.signer(account)
    slashes = Slashes(session.suite, signer.address)
    signed = recovered(page, slashes.domain, signer.sign_message(signable(page, slashes.domain)))
    path = slashes.sign_liveness(page, signatures, signed)
    emit(session.as_json, {"signer": signer.address, "signature": str(path)}, lambda: say(f"{signer.address} signed: {path}"))


@acts(cli, "report-liveness", report_argument, click.option("--signatures", type=FOLDER, required=True, help="Folder with the reporters' signatures."))
def report_liveness(actor: Actor, report: Path, signatures: Path) -> Deed:
    """Hand in REPORT with a quorum of signatures. Anyone may; hand in an epoch's pages in order."""
    slashes, page = _slashes(actor), read_report(report)
    found = slashes.liveness_signatures(page, signatures)
    set_aside(found.set_aside)
    return Deed(slashes.report_liveness(page, found), {"set_aside": found.set_aside})


@acts(cli, "liveness", validator_argument, click.argument("offence", type=click.Choice(["offline", "no-reveal"])))
def liveness(actor: Actor, validator: int, offence: str) -> Sequence[Call]:
    """Announce a slash of VALIDATOR for what the reports of the window add up to. Anyone may."""
    return _slashes(actor).announce_for_liveness(validator, 1 if offence == "offline" else 2)


# --- announcements ---


@acts(
    cli,
    "announce",
    validator_argument,
    click.argument("offence", type=click.Choice(["double-signing", "offline", "no-reveal"])),
    click.argument("height", type=click.IntRange(min=0)),
    click.argument("evidence", type=FILE),
)
def announce(actor: Actor, validator: int, offence: str, height: int, evidence: Path) -> Sequence[Call]:
    """Announce a slash of VALIDATOR at block HEIGHT; the chain keeps the hash of the file EVIDENCE, which you publish. For slashers."""
    return _slashes(actor).announce(validator, OFFENCES.index(offence.replace("-", " ")), height, published(evidence))


@acts(cli, "void", slash_argument, holder=True)
def void(actor: Actor, slash_id: int) -> Deed:
    """End an announced slash before it takes anything. For the guardian of reports, and the arbiter: scheduled where that is the timelock."""
    guardian = str(actor.suite["EmissionController"].call("guardian"))
    by = actor.address if actor.address == guardian else _arbiter(actor)
    return Deed(Slashes(actor.suite, by).void(slash_id), by=by)


@acts(cli, "open", slash_argument)
def open_slash(actor: Actor, slash_id: int) -> Sequence[Call]:
    """Let an announced slash take effect, once its warning is over and for as long again. Anyone may."""
    return _slashes(actor).open(slash_id)


# --- reading ---


@command(cli, "status", slash_argument)
def status(session: Session, slash_id: int) -> None:
    """One slash: what for, how much, until when, and what is left to do."""
    slashes, amount = Slashes(session.suite), session.unit.format
    slash = slashes.record(slash_id)
    following = slashes.next_step(slash_id, slash)

    def tell() -> None:
        rows = [
            ("validator", slash.validator_id),
            ("offence", f"{OFFENCES[slash.offence]} at block {slash.height:,}"),
            ("status", STATUSES[slash.status]),
            ("taken", f"{amount(slash.amount)}, {format_bps(slash.bps)} of the pool"),
            ("answered by stake that had left", amount(slash.answered)),
            ("opens at", when(slash.opens_at) if slash.opens_at else "it needed no announcement"),
            ("slashed at", when(slash.slashed_at) if slash.slashed_at else "not yet"),
            ("window ends at", when(slash.ends_at) if slash.ends_at else "not yet"),
            ("appealed", "0x" + slash.appeal_hash.hex() if slash.is_appealed else "no"),
            ("evidence", "0x" + slash.evidence_hash.hex()),
            ("next", following),
        ]
        table(f"Slash {slash_id}", ("", ""), rows)

    emit(session.as_json, {"slash_id": slash_id, **plain(slash), "next": following}, tell)


@command(cli, "history", validator_argument)
def history(session: Session, validator: int) -> None:
    """All slashes of VALIDATOR that took effect, those that wait for it, and what it has missed in the window."""
    slashes = Slashes(session.suite)
    rows, counters = slashes.history(validator), slashes.slasher.call("counters", validator)
    waiting = {name: list(slashes.slasher.call(f"{name}_of", validator)) for name in ("announced", "registered")}

    def shown(slash_id: int, slash: Any) -> tuple[Any, ...]:
        times = when(slash.slashed_at), when(slash.ends_at)
        return slash_id, OFFENCES[slash.offence], f"{slash.height:,}", STATUSES[slash.status], session.unit.format(slash.amount), *times

    def show() -> None:
        columns = ("slash", "offence", "block", "status", "taken", "slashed at", "window ends at")
        table(f"{counted(len(rows), 'slash', 'slashes')} of validator {validator}", columns, [shown(*row) for row in rows], right=(0, 2, 4))
        for name, numbers in waiting.items():
            if numbers:
                say(f"{name}: {', '.join(map(str, numbers))}")
        say(f"missed in the window: {counted(counters.missed_blocks, 'block')}, {counted(counters.missed_reveals, 'reveal')}")

    slashed = [{"slash_id": number, "record": plain(one)} for number, one in rows]
    emit(session.as_json, {"validator_id": validator, "slashes": slashed, **waiting, "counters": plain(counters)}, show)


# --- what follows ---


@acts(cli, "appeal", slash_argument, click.argument("reasons", type=FILE))
def appeal(actor: Actor, slash_id: int, reasons: Path) -> Sequence[Call]:
    """Ask the arbiter to look at a slash; the chain keeps the hash of the file REASONS, which you publish. For operator and owner, once a slash."""
    return _slashes(actor).appeal(slash_id, published(reasons))


@acts(cli, "uphold", slash_argument, holder=True)
def uphold(actor: Actor, slash_id: int) -> Deed:
    """Turn an appeal down. For the arbiter: scheduled where that is the timelock."""
    by = _arbiter(actor)
    return Deed(Slashes(actor.suite, by).uphold(slash_id), by=by)


@acts(cli, "overturn", slash_argument, holder=True)
def overturn(actor: Actor, slash_id: int) -> Deed:
    """Give a slash back. For the arbiter: scheduled where that is the timelock."""
    by = _arbiter(actor)
    return Deed(Slashes(actor.suite, by).overturn(slash_id), by=by)


@acts(cli, "execute", slash_argument)
def execute(actor: Actor, slash_id: int) -> Sequence[Call]:
    """Uphold a slash whose window is over. Anyone may."""
    return _slashes(actor).execute(slash_id)


@acts(cli, "answer", validator_argument, click.option("--slot", type=click.IntRange(0, 15), default=0, show_default=True), for_option)
def answer(actor: Actor, validator: int, slot: int, owner: str | None) -> Deed:
    """Have stake that was asked back from VALIDATOR, or moved to it, answer for the slashes of the validator it left. Anyone may."""
    slashes, whose = _slashes(actor), actor.named(owner)
    calls = slashes.answer(validator, whose, slot)

    def came(events: Sequence[Event]) -> Came:
        taken = [one.amount for one in events if one.name == "Answered"]
        words = f"{counted(len(taken), 'slash', 'slashes')} answered for with {actor.suite.show(sum(taken))}: nothing is left to answer for now"
        return Came({"slashes": len(taken), "amount": str(sum(taken)), "left": 0}, lambda: say(words))

    return Deed(calls, {"left": len(calls)}, came, left=lambda: slashes.left_to_answer(validator, whose, slot))


@acts(
    cli,
    "restitution",
    slash_argument,
    for_option,
    click.option("--own-stake", is_flag=True, help="What is owed to the validator's own stake, paid to its owner."),
)
def restitution(actor: Actor, slash_id: int, owner: str | None, own_stake: bool) -> Sequence[Call]:
    """Have paid what an overturned slash owes to one who had left the pool, or had answered for it. Anyone may."""
    return _slashes(actor).restitution(slash_id, actor.named(owner), is_own_stake=own_stake)
