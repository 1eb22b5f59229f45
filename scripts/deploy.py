"""Deploy the suite, or go on with an interrupted deployment: `ape run deploy`."""

from __future__ import annotations

from pathlib import Path

import click

from mdt import cli as shared


@shared.command(name="deploy")
@click.option("--preset", help="Name of a preset of config/, or a path. [default: adr-literal on local networks, else luxtensor]")
@click.option("--owner", help="Who owns the contracts in the end; has to accept. [default: the deployer]")
@click.option("--guardian", help="May revoke minters, cancel reports and pause. [default on local networks: the deployer]")
@click.option("--arbiter", help="Decides on appeals of slashes. [default: the owner]")
@click.option("--reporter", "reporters", multiple=True, help="Who attests reports; once for each. [default on local networks: TEST::1 to TEST::5]")
@click.option("--quorum", type=int, help="How many attestations a report needs. [default: the smallest majority]")
@click.option("--genesis", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="YAML list of {bucket, to, amount}.")
@click.option("--block-time", help="Seconds per block, if it was measured elsewhere, such as '3 seconds'.")
@click.option("--start-margin", type=click.IntRange(min=1), help="Blocks from now to the start block.")
@click.option("--fresh", is_flag=True, help="Set the records of an earlier deployment aside and deploy anew.")
@click.option("--accept-ownership", is_flag=True, help="As the new owner, accept the contracts that were handed over.")
@click.option("--check", "only_check", is_flag=True, help="Compare code and constructor values on the chain with the sources; send nothing.")
@shared.account_option
@shared.dry_run_option
def cli(session, preset, owner, guardian, arbiter, reporters, quorum, genesis, block_time, start_margin, fresh, accept_ownership, only_check, account, dry_run):
    """Deploy the suite step by step; run again after any interruption. Prints the schedule that the preset means on this chain."""
    from fractions import Fraction

    import yaml
    from ape import project

    from mdt.compiled import from_ape
    from mdt.deploy import Deployment
    from mdt.deploy_options import Allocation, Options
    from mdt.errors import ConfigError
    from mdt.settings import load
    from mdt.units import parse_seconds

    signer = session.signer(account)
    if accept_ownership:
        _accept(session, signer, dry_run)
        return
    settings = load(preset or ("adr-literal" if session.is_local else "luxtensor"))
    if not session.is_local and not (guardian and reporters):
        raise ConfigError(f"on {session.network} name the guardian and the reporters: --guardian ADDRESS --reporter ADDRESS (once for each)")
    if session.is_local and not reporters:
        reporters = tuple(f"TEST::{number}" for number in range(1, 6))
    members = tuple(sorted((session.address(one) for one in reporters), key=lambda one: int(one, 16)))
    entries = yaml.safe_load(genesis.read_text(encoding="utf-8")) if genesis else []
    if not isinstance(entries, list):
        raise ConfigError(f"{genesis} must be a list of {{bucket, to, amount}}, got {type(entries).__name__}")
    options = Options(
        settings=settings,
        network=session.network,
        guardian=session.address(guardian) if guardian else signer.address,
        reporters=members,
        quorum=quorum if quorum is not None else len(members) // 2 + 1,
        owner=session.address(owner) if owner else None,
        arbiter=session.address(arbiter) if arbiter else None,
        genesis=tuple(Allocation.parse(one) for one in entries),
        block_time=Fraction(parse_seconds(block_time)) if block_time else None,
        start_margin=start_margin,
    )
    if fresh and not dry_run and not only_check:
        for moved in session.folder.discard():
            click.echo(f"set aside: {moved}", err=True)
    deployment = Deployment(session.chain, signer, session.folder, from_ape(project), options)
    if not session.as_json:
        shared.table(f"Schedule of {settings.name}; block time {deployment.block_time}", ("", ""), deployment.schedule.lines())
    if only_check:
        compared = deployment.verify()
        shared.emit(session.as_json, {"ok": True, "compared": compared}, lambda: [click.echo(line) for line in compared])
        return
    _run(session, deployment, dry_run)


def _run(session, deployment, dry_run):
    from mdt.abi import as_jsonable
    from mdt.deployments import readable

    outcomes = []
    for one in deployment.run(dry_run=dry_run):
        outcomes.append(one)
        if not session.as_json:
            shown = ", ".join(f"{name.lstrip('_')}={as_jsonable(value)}" for name, value in one.arguments)
            tail = f"  {one.tx_hash} block {one.block_number}" if one.tx_hash else ""
            click.echo(f"{one.state:>8}  {one.step:<32} {one.action}({shown}){tail}")
    document = {
        "network": session.network,
        "chain_id": session.chain.chain_id,
        "dry_run": dry_run,
        "complete": deployment.record.is_complete,
        "start_block": deployment.record.start_block,
        "folder": str(session.folder.path),
        "schedule": {label.strip(): value for label, value in deployment.schedule.lines() if not label.startswith(" ")},
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
    done = "nothing was sent" if dry_run else f"complete; records in {session.folder.path}"
    shared.emit(session.as_json, document, lambda: click.echo(f"{len(outcomes)} steps, start block {document['start_block']}: {done}"))


def _accept(session, signer, dry_run):
    from mdt.deploy import accept_ownership
    from mdt.deploy_plan import OWNED

    suite = session.suite
    if dry_run:
        waiting = {name: one.call("pending_owner") == signer.address for name, one in suite.contracts.items() if name in OWNED}
        shared.emit(
            session.as_json, {"waiting": waiting}, lambda: [click.echo(f"{name}: {'would accept' if yes else 'not waiting'}") for name, yes in waiting.items()]
        )
        return
    accepted = {name: receipt and shared.receipt_document(receipt) for name, receipt in accept_ownership(session.chain, signer, suite)}
    shared.emit(
        session.as_json, {"owner": signer.address, "accepted": accepted}, lambda: [click.echo(f"{name}: owned by {signer.address}") for name in accepted]
    )
