"""Deploy the suite, go on with an interrupted deployment, or verify one: `mdt deploy [verify|replace]`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mdt.cli.accounts import account_option, known_addresses
from mdt.cli.command import acting_group, command, dry_run_option
from mdt.cli.output import emit, plain, say, set_aside, table, warn
from mdt.cli.votes import votes
from mdt.deploy.cautions import Caution, cautions
from mdt.deploy.gas import Cost, gas_of, paid_in_words
from mdt.deploy.lock import locked
from mdt.deploy.options import Options
from mdt.deploy.run import Deployment, Outcome
from mdt.deploy.verify import compare
from mdt.errors import ConfigError, DeploymentError
from mdt.names import EVERY_SOURCE, SOURCES
from mdt.preset.genesis import Allocation, Portion, parse_holders
from mdt.preset.settings import Settings, load
from mdt.replacing.outcomes import Outcome as StageOutcome
from mdt.replacing.run import Replacing
from mdt.suite.words import counted
from mdt.units import Denomination, format_coin, parse_seconds, parse_time, when
from mdt.written.read import read

if TYPE_CHECKING:
    from mdt.cli.session import Session
    from mdt.deploy.compiled import Artifact

YAML = click.Path(exists=True, dir_okay=False, path_type=Path)


def compiled(*, with_markets: bool = False) -> Mapping[str, Artifact]:
    """The contracts of the checkout.

    Args:
        with_markets: Whether those that stand beside the suite are needed.

    Raises:
        DeploymentError: there is no compiler.
    """
    try:
        from mdt.deploy.compiled import from_vyper

        return from_vyper(tuple(EVERY_SOURCE if with_markets else SOURCES), tell=lambda line: say(line, err=True))
    except ModuleNotFoundError as error:
        raise DeploymentError(
            f"the contracts have to be compiled, and {error.name} is not installed: install `mdt[compiler]`, and work in a checkout"
        ) from error


@acting_group(
    "deploy",
    click.option("--preset", help="Name of a preset of config/, or a path. [default: adr-literal on local networks, else luxtensor]"),
    click.option("--proposer", "proposers", multiple=True, help="Schedules operations of the timelock; once for each. [default on local networks: TEST::6]"),
    click.option("--executor", "executors", multiple=True, help="Executes them once they are due; once for each. [default: anyone]"),
    click.option("--guardian", help="May cancel operations, and what the next two may. [default on local networks: TEST::7]"),
    click.option("--token-guardian", help="May suspend minters. [default: the guardian]"),
    click.option("--report-guardian", help="May pause reports and cancel a pending one. [default: the guardian]"),
    click.option("--arbiter", help="Decides on appeals of slashes. [default: the timelock]"),
    click.option("--pool-operator", help="Sells out of the pools that the preset begins with. [default: the timelock]"),
    click.option("--reporter", "reporters", multiple=True, help="Who attests reports; once for each. [default on local networks: TEST::1 to TEST::5]"),
    click.option("--quorum", type=int, help="How many attestations a report needs. [default: the smallest majority]"),
    click.option("--holders", type=YAML, help="YAML {name: ADDRESS or [{to, amount}, ...]} of the genesis."),
    click.option("--holder", "named_holders", multiple=True, help="NAME=ADDRESS of one holder of the genesis. [default on local networks: TEST::9]"),
    click.option("--genesis", type=YAML, help="YAML list of {bucket, to, amount, vesting}, not the preset's."),
    click.option("--tge", help="When vesting starts: 2027-01-31, 2027-01-31T12:00:00Z or unix seconds. [default: an hour from now]"),
    click.option("--block-time", help="Seconds per block, if it was measured elsewhere, such as '3 seconds'."),
    click.option("--start-margin", type=click.IntRange(min=1), help="Blocks from now to the start block."),
    click.option("--keep-ownership", is_flag=True, help="Local networks only: the deployer stays the owner of everything."),
    click.option("--yes", is_flag=True, help="Go on whatever is warned of, without asking. Local networks and the devnet never ask."),
    click.option("--fresh", is_flag=True, help="Set the records of an earlier deployment aside and deploy anew."),
    account_option,
    dry_run_option,
)
def cli(session: Session, preset: str | None, fresh: bool, account: str | None, dry_run: bool, yes: bool, **named: Any) -> None:
    """Deploy the suite step by step; run again after any interruption. `verify` compares and sends nothing.

    Prints the schedule that the preset means on this chain, the cap table, what it will cost, and what to look at before going on.
    """
    signer = session.signer(account)
    settings = load(preset or ("adr-literal" if session.is_local else "luxtensor"))
    options = _options(session, settings, **named)
    options.check(signer.address)
    is_public = not (session.is_local or session.found.is_devnet)
    if is_public:
        _require_own_keys(options)
    with session.folder.copied() if dry_run else locked(session.folder) as work:
        deployment = Deployment.prepare(session.chain, signer, session.folder, compiled(with_markets=bool(settings.markets)), options, work=work, fresh=fresh)
        found = [] if deployment.record.is_complete else cautions(options, lambda account: bool(session.chain.code(account)))
        _run(session, deployment, found, dry_run, must_agree=is_public and not (yes or dry_run))


@command(
    cli,
    "verify",
    click.option("--preset", help="Name or path of the preset it was made from. [default: the recorded name]"),
    click.option("--all", "everything", is_flag=True, help="A line for each thing that was compared, and where the tokens are."),
)
def verify(session: Session, preset: str | None, everything: bool) -> None:
    """Compare code, values in force, wiring, every role, counts, the genesis and what the deployer sent with what was asked for; reads only.

    What an operation of `operations/` changed since, once it is executed, is told as such.
    """
    kept, uncounted = votes(session)
    set_aside(uncounted)
    settings = load(preset or session.suite.record.preset)
    artifacts = compiled(with_markets=bool(settings.markets or session.suite.markets))
    found = compare(session.suite, artifacts, settings).explained(kept)
    details = [f"  {line}" for line in (*found.compared, *found.notes)] if everything else []
    if found.differences and not session.as_json:
        for line in details:
            say(line)
        raise DeploymentError(found.report)
    document = {
        "ok": not found.differences,
        "verdict": found.verdict,
        "compared": found.compared,
        "changed": found.changed,
        "differences": found.differences,
        "notes": list(found.notes),
        "set_aside": uncounted,
    }
    emit(session.as_json, document, lambda: say(*details, found.verdict))
    if found.differences:
        raise SystemExit(1)


@command(
    cli,
    "replace",
    click.argument("contract"),
    click.option("--preset", help="Name or path of the preset it was made from. [default: the recorded name]"),
    click.option("--leave-behind", is_flag=True, help="Go on although the old contract holds what nobody claimed."),
    click.option("--anew", is_flag=True, help="Set aside what an unfinished replacement has made, and begin again."),
    account_option,
    dry_run_option,
)
def replace(session: Session, contract: str, preset: str | None, leave_behind: bool, anew: bool, account: str | None, dry_run: bool) -> None:
    """Put a new contract in the place of CONTRACT, through the timelock, without losing or paying anything twice. For proposers.

    Does what can be done now and says what it waits for; the same command goes on from there. `docs/guides/replacing.md` has the order of each.
    """
    signer = session.signer(account)
    settings = load(preset or session.suite.record.preset)
    with session.folder.copied() if dry_run else locked(session.folder) as work:
        replacing = Replacing.prepare(session.chain, signer, work, compiled(), settings, contract, may_leave=leave_behind, anew=anew)
        outcomes = []
        for outcome in replacing.run(dry_run=dry_run):
            outcomes.append(outcome)
            say(_stage_line(outcome), err=session.as_json)
        emit(session.as_json, _replacing_document(session, contract, outcomes, dry_run), lambda: say(_ending(contract, outcomes, dry_run)))
        if not dry_run:
            replacing.told()


def _stage_line(outcome: StageOutcome) -> str:
    tail = f"  {outcome.tx_hash} in block {outcome.block_number:,}" if outcome.tx_hash else ""
    known = f"  operation {outcome.operation[:10]}" if outcome.operation else ""
    return f"{outcome.state:>9}  {outcome.stage:<24} {outcome.words}{known}{tail}"


def _ending(contract: str, outcomes: Sequence[StageOutcome], dry_run: bool) -> str:
    if dry_run:
        return "nothing was sent"
    if outcomes[-1].state == "replaced":
        return f"{contract} is replaced; `mdt deploy verify` compares everything"
    return f"{contract} is not replaced yet: run `mdt deploy replace {contract}` again when that is over"


def _replacing_document(session: Session, contract: str, outcomes: Sequence[StageOutcome], dry_run: bool) -> dict[str, Any]:
    sent = [one for one in outcomes if one.tx_hash]
    return {
        "network": session.network,
        "contract": contract,
        "dry_run": dry_run,
        "is_replaced": bool(outcomes) and outcomes[-1].state == "replaced",
        "stages": [plain(vars(one)) for one in outcomes],
        "transactions": [{"tx_hash": one.tx_hash, "block_number": one.block_number, "gas_used": one.gas_used} for one in sent],
    }


# --- options ---


def _options(
    session: Session,
    settings: Settings,
    *,
    proposers: Sequence[str],
    executors: Sequence[str],
    reporters: Sequence[str],
    quorum: int | None,
    tge: str | None,
    block_time: str | None,
    start_margin: int | None,
    keep_ownership: bool,
    guardian: str | None,
    token_guardian: str | None,
    report_guardian: str | None,
    arbiter: str | None,
    pool_operator: str | None,
    **genesis: Any,
) -> Options:
    if session.is_local:
        reporters = reporters or tuple(f"TEST::{number}" for number in range(1, 6))
        proposers, guardian = proposers or ("TEST::6",), guardian or "TEST::7"
    elif keep_ownership:
        raise ConfigError(f"--keep-ownership is for local networks, not for {session.network}: there the timelock becomes the owner")
    if not (guardian and reporters and proposers):
        raise ConfigError(
            f"on {session.network} name the guardian and the reporters, and who proposes:"
            " --guardian ADDRESS --reporter ADDRESS --proposer ADDRESS (the last two once for each)"
        )
    members = tuple(sorted((session.payee(name) for name in reporters), key=lambda address: int(address, 16)))
    return Options(
        settings=settings,
        network=session.network,
        guardian=session.payee(guardian),
        token_guardian=session.payee(token_guardian) if token_guardian else None,
        report_guardian=session.payee(report_guardian) if report_guardian else None,
        reporters=members,
        quorum=quorum if quorum is not None else len(members) // 2 + 1,
        proposers=tuple(session.payee(name) for name in proposers),
        executors=tuple(session.payee(name) for name in executors),
        arbiter=session.payee(arbiter) if arbiter else None,
        pool_operator=session.payee(pool_operator) if pool_operator else None,
        **_genesis(session, settings.denomination, **genesis),
        vesting_start=parse_time(tge) if tge else None,
        hand_over=not keep_ownership,
        block_time=Fraction(parse_seconds(block_time)) if block_time else None,
        start_margin=start_margin,
    )


def _require_own_keys(options: Options) -> None:
    """Refuse to give tokens or a role to an account whose key everybody knows.

    Raises:
        ConfigError: names it.
    """
    for what, account in options.people(options.allocations()):
        if account.lower() in {known.lower() for known in known_addresses()}:
            raise ConfigError(f"{what} is {account}, whose key everybody knows: name another account")


def _genesis(session: Session, unit: Denomination, genesis: Path | None, holders: Path | None, named_holders: Sequence[str]) -> dict[str, Any]:
    found = parse_holders(read(holders), unit) if holders else {}
    for text in named_holders:
        name, separator, account = text.partition("=")
        if not separator or name in found:
            raise ConfigError(f"--holder {text}: write NAME=ADDRESS, each name once" + (f"; {name} stands twice" if name in found else ""))
        found[name] = (Portion(session.payee(account)),)
    entries = None
    if genesis:
        entries = tuple(Allocation.parse(entry, unit) for entry in read(genesis).items("must be a list of {bucket, to, amount, vesting}"))
    return {"genesis": entries, "holders": found, "default_holder": session.address("TEST::9") if session.is_local else None}


# --- running, and what is said about it ---


def _run(session: Session, deployment: Deployment, warned: Sequence[Caution], dry_run: bool, *, must_agree: bool) -> None:
    before = deployment.cost()
    if not session.as_json:
        _show(deployment, before)
        warn([one.text for one in warned])
    if warned and must_agree:
        require_agreement(session, warned)
    outcomes = []
    for outcome in deployment.run(dry_run=dry_run):
        outcomes.append(outcome)
        if not session.as_json:
            say(_line(outcome, deployment.words(outcome)))
    gas, paid = gas_of(deployment.record.steps), [one.paid for one in outcomes if one.state in ("sent", "resumed")]
    found = deployment.found
    complete = f"complete{f', {found.verdict}' if found else ''}; records in {session.folder.path}; {gas:,} gas in all{paid_in_words(paid)}"
    done = "nothing was sent" if dry_run else complete
    emit(
        session.as_json,
        _document(session, deployment, outcomes, before, gas, dry_run) | {"warnings": [vars(one) for one in warned]},
        lambda: say(f"{counted(len(outcomes), 'step')}, start block {deployment.record.start_block:,}: {done}"),
    )


def require_agreement(session: Session, warned: Sequence[Caution]) -> None:
    """Ask whoever is there; where nobody is, `--yes` has to say it.

    Raises:
        ConfigError: nobody agreed.
    """
    if session.as_json or not sys.stdin.isatty():
        raise ConfigError(f"nothing was sent: {'; '.join(one.text for one in warned)}. Change what is asked for, or say --yes")
    if not click.confirm(f"deploy to {session.network} all the same?", err=True):
        raise ConfigError("nothing was sent")


def _line(outcome: Outcome, arguments: str) -> str:
    tail = f"  {outcome.tx_hash} block {outcome.block_number:,}" if outcome.tx_hash else ""
    return f"{outcome.state:>8}  {outcome.step:<32} {outcome.action}({arguments}){tail}"


def _document(session: Session, deployment: Deployment, outcomes: Sequence[Outcome], before: Cost, gas: int, dry_run: bool) -> dict[str, Any]:
    record = deployment.record
    steps = [
        {
            "step": outcome.step,
            "action": outcome.action,
            "state": outcome.state,
            "arguments": {name.lstrip("_"): plain(value, name) for name, value in outcome.arguments},
            "tx_hash": outcome.tx_hash,
            "block_number": outcome.block_number,
            "gas_used": outcome.gas_used,
            "paid_wei": None if outcome.paid is None else str(outcome.paid),
        }
        for outcome in outcomes
    ]
    return {
        "network": session.network,
        "chain_id": session.chain.chain_id,
        "dry_run": dry_run,
        "complete": record.is_complete,
        "start_block": record.start_block,
        "vesting_start": record.vesting_starts[-1] if record.vesting_starts else None,
        "owner": record.owner,
        "folder": str(session.folder.path),
        "schedule": {label.strip(): value for label, value in deployment.timeline.lines() if not label.startswith(" ")},
        "cap_table": [plain(vars(row)) for row in deployment.cap_table()],
        "cost": {"gas_price": str(before.price), "expected_gas": before.gas, "expected_wei": str(before.wei), "balance": str(before.balance)},
        "gas_used": gas,
        "steps": steps,
        "contracts": {} if dry_run else {name: str(contract.address) for name, contract in deployment.suite().every.items()},
    }


def _show(deployment: Deployment, before: Cost) -> None:
    """The schedule, who gets what, and what it will cost."""
    amount = deployment.settings.denomination.format
    table(f"Schedule of {deployment.settings.name}; block time {deployment.block_time}", ("", ""), deployment.timeline.lines())
    starts = deployment.record.vesting_starts
    rows = [
        (row.holder, row.bucket, row.terms, amount(row.amount), f"{row.share_bps / 100:.2f}%", amount(row.liquid), amount(row.locked))
        for row in deployment.cap_table()
    ]
    title = "Cap table" + (f"; vesting starts at {when(starts[-1])}" if starts else "")
    table(title, ("holder", "bucket", "vesting", "amount", "of the cap", "liquid at the start", "locked"), rows, right=(3, 4, 5, 6))
    for entry in deployment.record.allocations():
        to = f"{entry.name} {entry.recipient if entry.holder else ''}"
        say(f"  {amount(entry.amount)} out of {deployment.bucket(entry)} to {to}".rstrip())
    for market in deployment.settings.markets:
        say(f"  {market.words(deployment.settings.denomination)}")
    say(f"{before.to_pay}; the deployer has {format_coin(before.balance)}")
    if before.balance < before.wei:
        say("  that is too little: send it more, or resume when it runs dry", err=True)
