"""Deploy the suite, go on with an interrupted deployment, or verify one: `ape run deploy [verify]`."""

from __future__ import annotations

from pathlib import Path

import click

from mdt.cli import shared


class Default(click.Group):
    """A group whose command `suite` is meant when none is named."""

    def parse_args(self, ctx, args):
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = ["suite", *args]
        return super().parse_args(ctx, args)


@click.group(cls=Default)
def cli() -> None:
    """`ape run deploy ...` deploys or resumes (its options: `ape run deploy suite --help`), `ape run deploy verify` compares and sends nothing."""


@shared.command(cli, "suite")
@click.option("--preset", help="Name of a preset of config/, or a path. [default: adr-literal on local networks, else luxtensor]")
@click.option("--proposer", "proposers", multiple=True, help="Schedules operations of the timelock; once for each. [default on local networks: TEST::6]")
@click.option("--executor", "executors", multiple=True, help="Executes them once they are due; once for each. [default: anyone]")
@click.option("--guardian", help="May revoke minters, cancel reports and operations, and pause. [default on local networks: TEST::7]")
@click.option("--arbiter", help="Decides on appeals of slashes. [default: the timelock]")
@click.option("--pool-operator", help="Sells out of the pools that the preset begins with. [default: the timelock]")
@click.option("--reporter", "reporters", multiple=True, help="Who attests reports; once for each. [default on local networks: TEST::1 to TEST::5]")
@click.option("--quorum", type=int, help="How many attestations a report needs. [default: the smallest majority]")
@click.option("--holders", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="YAML {name: ADDRESS or [{to, amount}, ...]} of the genesis.")
@click.option("--holder", "named_holders", multiple=True, help="NAME=ADDRESS of one holder of the genesis. [default on local networks: TEST::9]")
@click.option("--genesis", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="YAML list of {bucket, to, amount, vesting}, not the preset's.")
@click.option("--tge", help="When vesting starts: 2027-01-31, 2027-01-31T12:00:00Z or unix seconds. [default: an hour from now]")
@click.option("--block-time", help="Seconds per block, if it was measured elsewhere, such as '3 seconds'.")
@click.option("--start-margin", type=click.IntRange(min=1), help="Blocks from now to the start block.")
@click.option("--keep-ownership", is_flag=True, help="Local networks only: the deployer stays the owner of everything.")
@click.option("--fresh", is_flag=True, help="Set the records of an earlier deployment aside and deploy anew.")
@shared.account_option
@shared.dry_run_option
def suite(session, preset, fresh, account, dry_run, **named):
    """Deploy the suite step by step; run again after any interruption. Prints the schedule that the preset means on this chain, and the cap table."""
    from ape import project

    from mdt.deploy.compiled import from_ape
    from mdt.deploy.run import Deployment
    from mdt.preset.settings import load
    from mdt.units import use_denomination

    signer = session.signer(account)
    settings = load(preset or ("adr-literal" if session.is_local else "luxtensor"))
    use_denomination(*settings.denomination)
    options = _options(session, settings, **named)
    options.check(signer.address)
    if fresh and not dry_run:
        for moved in session.folder.discard():
            click.echo(f"set aside: {moved}", err=True)
    deployment = Deployment.prepare(session.chain, signer, session.folder, from_ape(project), options)
    _run(session, deployment, dry_run)


def _options(session, settings, *, proposers, executors, reporters, quorum, tge, block_time, start_margin, keep_ownership, **named):
    from fractions import Fraction

    from mdt.deploy.options import Options
    from mdt.errors import ConfigError
    from mdt.units import parse_seconds, parse_time

    people = {role: named.pop(role) for role in ("guardian", "arbiter", "pool_operator")}
    guardian = people.pop("guardian")
    if session.is_local:
        reporters = reporters or tuple(f"TEST::{number}" for number in range(1, 6))
        proposers, guardian = proposers or ("TEST::6",), guardian or "TEST::7"
    elif keep_ownership:
        raise ConfigError(f"--keep-ownership is for local networks, not for {session.network}: there the timelock becomes the owner")
    elif not (guardian and reporters and proposers):
        raise ConfigError(
            f"on {session.network} name the guardian and the reporters, and who proposes:"
            " --guardian ADDRESS --reporter ADDRESS --proposer ADDRESS (the last two once for each)"
        )
    members = tuple(sorted((session.address(one) for one in reporters), key=lambda one: int(one, 16)))
    return Options(
        settings=settings,
        network=session.network,
        guardian=session.address(guardian),
        reporters=members,
        quorum=quorum if quorum is not None else len(members) // 2 + 1,
        proposers=tuple(session.address(one) for one in proposers),
        executors=tuple(session.address(one) for one in executors),
        **{role: session.address(one) if one else None for role, one in people.items()},
        **_genesis(session, settings.denomination, **named),
        vesting_start=parse_time(tge) if tge else None,
        hand_over=not keep_ownership,
        block_time=Fraction(parse_seconds(block_time)) if block_time else None,
        start_margin=start_margin,
    )


def _genesis(session, unit, genesis, holders, named_holders):
    from mdt.errors import ConfigError
    from mdt.preset.genesis import Allocation, Portion, parse_holders

    found = parse_holders(_yaml(holders), str(holders), unit) if holders else {}
    for one in named_holders:
        name, separator, account = one.partition("=")
        if not separator or name in found:
            raise ConfigError(f"--holder {one}: write NAME=ADDRESS, each name once" + (f"; {name} stands twice" if name in found else ""))
        found[name] = (Portion(session.address(account)),)
    entries = None
    if genesis:
        entries = _yaml(genesis)
        if not isinstance(entries, list):
            raise ConfigError(f"{genesis} must be a list of {{bucket, to, amount}}, got {type(entries).__name__}")
        entries = tuple(Allocation.parse(one, unit) for one in entries)
    return {"genesis": entries, "holders": found, "default_holder": session.address("TEST::9") if session.is_local else None}


def _yaml(path):
    import yaml

    from mdt.errors import ConfigError

    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read as YAML: {error}") from error


def _run(session, deployment, dry_run):
    from mdt.chain.abi import as_jsonable
    from mdt.deploy.gas import paid
    from mdt.files import readable

    before = deployment.cost()
    if not session.as_json:
        _show(deployment, before)
    outcomes = []
    for one in deployment.run(dry_run=dry_run):
        outcomes.append(one)
        if not session.as_json:
            tail = f"  {one.tx_hash} block {one.block_number}" if one.tx_hash else ""
            click.echo(f"{one.state:>8}  {one.step:<32} {one.action}({deployment.words(one)}){tail}")
    after = paid(deployment.record.steps, before.price, session.chain.balance(deployment.signer.address))
    document = {
        "network": session.network,
        "chain_id": session.chain.chain_id,
        "dry_run": dry_run,
        "complete": deployment.record.is_complete,
        "start_block": deployment.record.start_block,
        "vesting_start": deployment.record.vesting_starts[-1] if deployment.record.vesting_starts else None,
        "owner": deployment.record.owner,
        "folder": str(session.folder.path),
        "schedule": {label.strip(): value for label, value in deployment.timeline.lines() if not label.startswith(" ")},
        "cap_table": [{key: readable(value) for key, value in vars(row).items()} for row in deployment.cap_table()],
        "cost": {"gas_price": str(before.price), "expected_gas": before.gas, "expected_wei": str(before.wei), "balance": str(before.balance)},
        "gas_used": after.gas,
        "steps": [
            {
                "step": one.step,
                "action": one.action,
                "state": one.state,
                "arguments": {name.lstrip("_"): readable(as_jsonable(value)) for name, value in one.arguments},
                "tx_hash": one.tx_hash,
                "block_number": one.block_number,
                "gas_used": one.gas_used,
            }
            for one in outcomes
        ],
        "contracts": {} if dry_run else {name: str(contract.address) for name, contract in deployment.suite().contracts.items()},
    }
    done = "nothing was sent" if dry_run else f"complete and verified; records in {session.folder.path}; paid {after}"
    shared.emit(session.as_json, document, lambda: click.echo(f"{len(outcomes)} steps, start block {document['start_block']}: {done}"))


def _show(deployment, before):
    """The schedule, who gets what, and what it will cost."""
    from mdt.units import format_amount, format_coin, when

    shared.table(f"Schedule of {deployment.settings.name}; block time {deployment.block_time}", ("", ""), deployment.timeline.lines())
    starts = deployment.record.vesting_starts
    rows = [
        (row.holder, row.bucket, row.terms, format_amount(row.amount), f"{row.share_bps / 100:.2f}%", format_amount(row.liquid), format_amount(row.locked))
        for row in deployment.cap_table()
    ]
    title = "Cap table" + (f"; vesting starts at {when(starts[-1])}" if starts else "")
    shared.table(title, ("holder", "bucket", "vesting", "amount", "of the cap", "liquid at the start", "locked"), rows, right=(3, 4, 5, 6))
    for one in deployment.record.allocations():
        click.echo(f"  {format_amount(one.amount):>22} out of {deployment.bucket(one)} to {one.name} {one.recipient if one.holder else ''}".rstrip())
    click.echo(f"still to pay, about {before}; the deployer has {format_coin(before.balance)}")
    if before.balance < before.wei:
        click.echo("  that is too little: send it more, or resume when it runs dry", err=True)


@shared.command(cli, "verify")
@click.option("--preset", help="Name or path of the preset it was made from. [default: the recorded name]")
def verify(session, preset):
    """Compare code, constructor values, wiring, every role, the genesis and where the tokens are with what was asked for; reads only."""
    from ape import project

    from mdt.deploy.compiled import from_ape
    from mdt.deploy.verify import verify as compare
    from mdt.preset.settings import load

    opened = session.suite
    compared = compare(opened, from_ape(project), load(preset or opened.record.preset))
    shared.emit(session.as_json, {"ok": True, "compared": compared}, lambda: [click.echo(line) for line in compared])
